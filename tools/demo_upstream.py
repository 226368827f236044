"""Make the tests' small upstream repository in a folder: `python tools/demo_upstream.py FOLDER`, anew each time."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.demo_upstream import build_upstream


def main() -> None:
    folder = Path(sys.argv[1])
    if folder.exists():
        shutil.rmtree(folder)
    print(build_upstream(folder))


if __name__ == "__main__":
    main()
