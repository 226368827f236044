"""`python -m trtheaders` is `trtheaders`."""

from trtheaders.cli.main import main

main()
