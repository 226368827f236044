"""Record the snapshot of a release from its header tree, to ship with the package.

    python tools/record_snapshot.py 1.2.0rc3 path/to/include

`path/to/include` is the folder that holds `tensorrt_llm/`. The snapshot goes to `trtheaders/snapshots`, and the
fingerprints of all that ship are made anew; with `--fingerprints` alone only those are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from trtheaders.checks.identification.fingerprints import take_fingerprint
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.headers.snapshot_files import read_snapshot, write_snapshot
from trtheaders.model.vendoring.releases import parse_release
from trtheaders.snapshots import FOLDER, SUFFIX, fingerprints_file, shipped_releases
from trtheaders.snapshots.fingerprints import write_fingerprints


def main(arguments: list[str]) -> int:
    """Record as ``arguments`` say; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", nargs="?", help="the release, such as 1.2.0rc3")
    parser.add_argument("headers", nargs="?", type=Path, help="the folder that holds tensorrt_llm/")
    parser.add_argument("--fingerprints", action="store_true", help="only make the fingerprints anew")
    wanted = parser.parse_args(arguments)
    if not wanted.fingerprints:
        if wanted.release is None or wanted.headers is None:
            parser.error("a release and its header tree are needed")
        _record(str(parse_release(wanted.release)), wanted.headers)
    shipped_releases.cache_clear()
    snapshots = [read_snapshot(FOLDER / f"{release}{SUFFIX}") for release in shipped_releases()]
    write_fingerprints([take_fingerprint(snapshot, "shipped") for snapshot in snapshots], fingerprints_file())
    return 0


def _record(release: str, headers: Path) -> None:
    snapshot = record_snapshot(HeaderQuestion(root=headers, release=release, both_string_abis=True, confirmed=True))
    path = FOLDER / f"{release}{SUFFIX}"
    write_snapshot(snapshot, path)
    print(f"{path}: {len(snapshot.promises)} promises, {path.stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
