"""`python -m trtheaders` is `trtheaders`."""

from trtheaders.cli.entry import main

main()
