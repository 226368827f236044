"""Make the tests' small upstream repository, anew each time: `python tools/demo_upstream.py FOLDER [RELEASE…]`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.demo_upstream import RELEASES, build_upstream


def main() -> None:
    folder = Path(sys.argv[1])
    if folder.exists():
        shutil.rmtree(folder)
    print(build_upstream(folder, sys.argv[2:] or RELEASES))


if __name__ == "__main__":
    main()
