"""Speed and memory as ratios measured in one run: `python tools/bench.py [NAME…]`; no NAME runs all.

Times are the least of several runs that take turns, since a busy machine only ever adds. A line ends with `over` where
the limit is exceeded; the exit status is 1 then.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support import exporting
from support.cxx import compile_cxx
from support.demo_upstream import build_environment, build_release_library, build_upstream, header_root

from trtheaders.headers.recording import HeaderQuestion, parser_arguments, record_snapshot
from trtheaders.headers.snapshots import write_snapshot
from trtheaders.headers.toolchain import find_compiler
from trtheaders.model.releases import DEFAULT_ENTRY

OTHER_EXPORTS = 74_000
RUNS = 5
ARROW = ROOT / ".cache" / "packages" / "pyarrow-18.1.0" / "pyarrow"
FROM_SNAPSHOT = """
import gc, sys
from pathlib import Path
gc.disable()
from trtheaders.checks.symbols import check_symbols
from trtheaders.headers.snapshots import read_snapshot
from trtheaders.library.answers import ask_libraries
snapshot = read_snapshot(Path(sys.argv[1]))
owed = {item.symbol for promise in snapshot.promises for item in promise.obligations}
assert not check_symbols(snapshot, ask_libraries([Path(sys.argv[2])], owed))
"""


@dataclass(frozen=True)
class Cost:
    """Wall time in seconds and the most memory in megabytes."""

    seconds: float
    megabytes: float


def measure(commands: Sequence[Sequence[object]], folder: Path) -> list[Cost]:
    """The least that each command took in several rounds in which they take turns; all must succeed."""
    best = [Cost(float("inf"), float("inf"))] * len(commands)
    for _ in range(RUNS):
        for index, command in enumerate(commands):
            cost = run(command, folder)
            old = best[index]
            best[index] = Cost(min(cost.seconds, old.seconds), min(cost.megabytes, old.megabytes))
    return best


def run(command: Sequence[object], folder: Path) -> Cost:
    began = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=folder, stdout=nowhere, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"error: `{' '.join(map(str, command))}` ended with {process.returncode}")
    return Cost(seconds, usage.ru_maxrss / 1000)


def install(folder: Path) -> Path:
    """The program as its users have it: in an environment with what it needs and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, "install", "-qq", ROOT], check=True)
    return folder / "bin" / "trtheaders"


def prepare(folder: Path, program: Path) -> Path:
    """A consumer with three vendored releases and an environment that has 1.1.0."""
    project = folder / "project"
    upstream = build_upstream(folder / "upstream")
    project.mkdir()
    subprocess.run(["git", "init", "--quiet", project], check=True)
    build_environment(project / ".venv", "1.1.0")
    (project / "trtheaders.toml").write_text('python = ".venv/bin/python"\nsources = ["main.cpp"]\n')
    (project / "main.cpp").write_text(
        f"#include <{DEFAULT_ENTRY}>\n"
        "int main() { return tensorrt_llm::executor::SamplingConfig{}.getBeamWidth(); }\n"
    )
    tags = ["v1.0.0", "v1.1.0", "v1.2.0rc1"]
    subprocess.run([program, "add", *tags, "--remote", upstream], cwd=project, check=True, stdout=subprocess.DEVNULL)
    return project


def large_library() -> Path:
    """The library of 1.1.0 with many other exports."""
    lines = ['asm(R"(', ".text"]
    lines += [
        f".globl _ZN5other{len(str(n)) + 1}f{n}Ev\n_ZN5other{len(str(n)) + 1}f{n}Ev: ret" for n in range(OTHER_EXPORTS)
    ]
    made = compile_cxx("\n".join([*lines, ')");\n']), name="others.o", flags=("-c",))
    assert made.status == 0, made.messages
    return build_release_library("1.1.0", inputs=[made.path])


class Bench:
    """The measurements over one prepared project; ``failed`` counts limits that were exceeded."""

    def __init__(self, project: Path, program: Path) -> None:
        self.project = project
        self.program = program
        self.failed = 0

    def tell(self, name: str, value: float, limit: float, unit: str, more: str = "") -> None:
        """One line a figure."""
        over = value > limit
        self.failed += over
        print(f"{name:<58} {value:8.2f} {unit:<8} limit {limit:g}{' over' if over else ''}   {more}", flush=True)

    def start(self) -> None:
        bare, version, told = measure(
            [[sys.executable, "-c", "pass"], [self.program, "--version"], [self.program, "verify", "--help"]],
            self.project,
        )
        self.tell("start of the command line", version.seconds * 1000, 120, "ms", f"bare {bare.seconds * 1000:.0f} ms")
        self.tell("start, with a command's help", told.seconds * 1000, 120, "ms")

    def verify(self) -> None:
        library = large_library()
        nm, ours = measure(
            [["nm", "-D", library], [self.program, "verify", "1.1.0", "--library", library]], self.project
        )
        more = f"{ours.seconds * 1000:.0f} ms, nm {nm.seconds * 1000:.0f} ms"
        self.tell("verify from a snapshot / `nm -D` (74,000 exports)", ours.seconds / nm.seconds, 1.5, "x", more)
        self.tell("verify from a snapshot, memory", ours.megabytes, 80, "MB")

    def identify(self) -> None:
        path = exporting.library(exporting.symbols("1.1.0"), "1.1.0")
        (ours,) = measure([[self.program, "identify", path]], self.project)
        self.tell("identify, three releases shipped and three vendored", ours.seconds * 1000, 300, "ms")

    def headers(self) -> None:
        root = header_root("1.1.0")
        library = build_release_library("1.1.0")
        ours = [self.program, "verify", "--headers", root, "--library", library]
        bare, full = measure([self._bare_parse(f"#include <{DEFAULT_ENTRY}>\n", root), ours], self.project)
        more = f"{full.seconds * 1000:.0f} ms, parse {bare.seconds * 1000:.0f} ms"
        self.tell("verify from headers / bare libclang parse", full.seconds / bare.seconds, 1.3, "x", more)

    def check(self) -> None:
        source = (self.project / "main.cpp").read_text()
        roots = [self.project / "include/tensorrt-llm" / name for name in ("1.0.0", "1.1.0", "1.2.0rc1")]
        *bare, ours = measure(
            [*(self._bare_parse(source, root) for root in roots), [self.program, "check", "main.cpp"]], self.project
        )
        parses = sum(cost.seconds for cost in bare)
        more = f"{ours.seconds * 1000:.0f} ms, parses {parses * 1000:.0f} ms"
        self.tell("check of a source, 3 releases / 3 bare parses", ours.seconds / parses, 1.3, "x", more)

    def hook(self) -> None:
        files, verify = measure([[self.program, "hook", "files"], [self.program, "hook", "verify"]], self.project)
        more = f"files {files.seconds * 1000:.0f} ms, verify {verify.seconds * 1000:.0f} ms"
        self.tell("both hooks, nothing changed", (files.seconds + verify.seconds) * 1000, 200, "ms", more)

    def arrow(self) -> None:
        root, library = ARROW / "include", next(ARROW.glob("libarrow.so.*"), None)
        if library is None:
            print("arrow: not run, since it is not downloaded (`python tests/packages/fetch.py`)", flush=True)
            return
        entry = ["--entry", "arrow/api.h"]
        ours = [self.program, "verify", "--headers", root, *entry, "--library", library]
        recorded = self.project / "arrow.json.gz"
        write_snapshot(record_snapshot(HeaderQuestion(root=root, entries=("arrow/api.h",))), recorded)
        told = [sys.executable, "-c", FROM_SNAPSHOT, recorded, library]
        bare, full, again = measure([self._bare_parse("#include <arrow/api.h>\n", root), ours, told], self.project)
        more = f"{full.seconds * 1000:.0f} ms, parse {bare.seconds * 1000:.0f} ms"
        self.tell("Arrow from headers / bare libclang parse", full.seconds / bare.seconds, 1.5, "x", more)
        self.tell("Arrow from headers, memory", full.megabytes, 250, "MB")
        self.tell("Arrow from a snapshot", again.seconds * 1000, 400, "ms")
        self._arrow_peer(root, library, full)

    def _arrow_peer(self, root: Path, library: Path, ours: Cost) -> None:
        if shutil.which("abicheck") is None:
            print("Arrow against abicheck: not run, since it is not installed", flush=True)
            return
        peer = run(["abicheck", "dump", library, "-H", root / "arrow/api.h", "-I", root], self.project)
        self.tell("ours / abicheck on Arrow, at least 20 times faster", ours.seconds / peer.seconds, 0.05, "x")

    def add(self) -> None:
        done = subprocess.run([sys.executable, ROOT / "tools" / "bench_add.py"])
        self.failed += done.returncode != 0

    def _bare_parse(self, text: str, root: Path) -> list[object]:
        """A process that does nothing but parse, with the same arguments."""
        arguments = parser_arguments(HeaderQuestion(root=root), find_compiler())
        code = (
            "import sys, clang.cindex as c\n"
            "u = c.Index.create().parse('u.cpp', args=sys.argv[2:], unsaved_files=[('u.cpp', sys.argv[1])])\n"
            "assert not [d for d in u.diagnostics if d.severity > 2], list(u.diagnostics)\n"
        )
        return [sys.executable, "-c", code, text, *arguments]


def main() -> int:
    parts: dict[str, Callable[[Bench], None]] = {
        "start": Bench.start,
        "verify": Bench.verify,
        "identify": Bench.identify,
        "headers": Bench.headers,
        "check": Bench.check,
        "hook": Bench.hook,
        "arrow": Bench.arrow,
        "add": Bench.add,
    }
    wanted = sys.argv[1:] or list(parts)
    unknown = [name for name in wanted if name not in parts]
    if unknown or shutil.which("nm") is None:
        print(f"error: {unknown} is none of {list(parts)}" if unknown else "error: `nm` is missing", file=sys.stderr)
        return 2
    # An installed package has its bytecode; a checkout shall have it too, whatever the shell says.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="trtheaders-bench-") as folder:
        program = install(Path(folder, "environment"))
        bench = Bench(prepare(Path(folder), program), program)
        for name in wanted:
            parts[name](bench)
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
