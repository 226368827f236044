"""How much `trtheaders add` takes over the line, against a loopback server with a large upstream.

    python tools/bench_add.py [--megabytes 300] [--files 15000]

Prints requests, bytes received and seconds for the first release, a second one into the same cache, and one that is
already there; ends with 1 if one of them takes more than 0.6 MB or 7 requests. Bytes and requests carry over to a real
line; seconds on a loopback do not. Needs git with `http-backend`, and the tests' support modules.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.upstream import LICENSE, Upstream, serve

from trtheaders.configuration import Configuration
from trtheaders.verbs.add import add

MOST_BYTES, MOST_REQUESTS = 600_000, 7
HEADER_FILES, HEADER_BYTES = 114, 10_300
FILES_A_FOLDER = 9


def write_upstream(folder: Path, megabytes: int, files: int) -> Upstream:
    """A repository of the size and shape of TensorRT-LLM's: many folders, large incompressible files, two tags."""
    repository = Upstream(folder)
    done = subprocess.run(
        ["git", f"--git-dir={folder}", "fast-import", "--quiet"],
        input=b"".join(import_stream(megabytes, files)),
        env=repository.surroundings,
    )
    assert done.returncode == 0
    return repository


def import_stream(megabytes: int, files: int) -> Iterator[bytes]:
    """The repository as `git fast-import` reads it."""
    chance = random.Random(1)
    headers = {f"part{n % 7}/h{n}.h": header_text(chance) for n in range(HEADER_FILES - 1)}
    headers["executor/executor.h"] = b"#pragma once\nnamespace tensorrt_llm::executor { int answer(int); }\n"
    noise = megabytes * 1_000_000 // files
    for number, tag in enumerate(("v1.0.0", "v1.1.0")):
        yield b"commit refs/heads/main\ncommitter A <a@b.example> %d +0000\n" % (1_762_000_000 + number)
        yield b"data 2\nx\n"
        if number == 0:
            yield from put("LICENSE", LICENSE.encode())
            for n in range(files):
                folder = n // FILES_A_FOLDER
                yield from put(f"d{folder % 40}/e{folder}/f{n}.bin", chance.randbytes(noise))
        for name in list(headers)[number * 80 :]:
            yield from put(f"cpp/include/tensorrt_llm/{name}", headers[name] + b"// %d\n" % number)
        yield b"tag %s\nfrom refs/heads/main\ntagger A <a@b.example> 1762000000 +0000\ndata 2\nx\n" % tag.encode()


def header_text(chance: random.Random) -> bytes:
    """Text that compresses about as well as a C++ header does."""
    words = [f"std::optional<SizeType32> const& word{chance.randrange(400)};\n" for _ in range(HEADER_BYTES // 45)]
    return "".join(words).encode()


def put(path: str, data: bytes) -> Iterator[bytes]:
    yield b"M 100644 inline %s\ndata %d\n" % (path.encode(), len(data))
    yield data
    yield b"\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--files", type=int, default=15_000)
    arguments = parser.parse_args()
    within = True
    for taken in measure(arguments.megabytes, arguments.files):
        print(f"{taken.case}: {taken.requests} requests, {taken.size / 1e6:.3f} MB, {taken.seconds:.2f} s")
        within &= taken.size <= MOST_BYTES and taken.requests <= MOST_REQUESTS
    print("within" if within else "NOT within", f"{MOST_BYTES / 1e6:g} MB and {MOST_REQUESTS} requests")
    return 0 if within else 1


@dataclass(frozen=True)
class Taken:
    """What one `add` took: requests, bytes in bodies that were sent to it, and seconds."""

    case: str
    requests: int
    size: int
    seconds: float


def measure(megabytes: int = 300, files: int = 15_000) -> list[Taken]:
    """A first release, a second one, and one that is there, from a server with a repository of that size."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = str(Path(scratch) / "cache")
        repository = write_upstream(Path(scratch) / "upstream.git", megabytes, files)
        return list(_add_each(repository, Configuration(root=Path(scratch), destination=Path(scratch) / "vendored")))


def _add_each(repository: Upstream, consumer: Configuration) -> Iterator[Taken]:
    with serve(repository.path) as (url, traffic):
        for case, tag in (("first release", "v1.0.0"), ("second release", "v1.1.0"), ("already there", "v1.1.0")):
            traffic.reset()
            start = time.perf_counter()
            add([tag], configuration=consumer, remote=url)
            yield Taken(case, traffic.requests, traffic.bytes, time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
