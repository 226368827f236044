"""Speed and memory as ratios measured in one run: `python tools/bench.py [NAME…]`; no NAME runs all.

A run of all writes docs/bench.md and a plot. Peers that are not installed are told as not run: nm (binutils), abidw and
abidiff (abigail-tools), abi-compliance-checker with abi-dumper, abicheck (PyPI).

The commands of a comparison take turns, and a ratio is the median of the rounds' own ratios: a machine whose speed
drifts slows both. A time alone is the least, since a busy machine only ever adds. A line ends with `over` where the
limit is exceeded; the exit status is 1 then.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tools")]

import bench_add
from bench_report import Curve, Figure, Outcome, version_of, write
from support import exporting
from support.cxx import compile_cxx
from support.demo_upstream import build_environment, build_release_library, build_upstream, header_root
from try_wheel import make_environment

from trtheaders.headers.entrance import HeaderQuestion, parser_arguments, record_snapshot
from trtheaders.headers.parser.toolchain import find_compiler
from trtheaders.headers.snapshot_files import write_snapshot
from trtheaders.model.vendoring.releases import DEFAULT_ENTRY

OTHER_EXPORTS = 74_000
GROWTH = (10_000, 74_000, 250_000, 1_000_000)
RUNS = 9
BENCHED = ("1.0.0", "1.1.0", "1.2.0rc1")
RELEASE_COUNTS = (3, 10, 40)
QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
ARROW = ROOT / ".cache" / "packages" / "pyarrow-18.1.0" / "pyarrow"
BARE = [sys.executable, "-c", "pass"]
FROM_SNAPSHOT = """
import gc, sys
from pathlib import Path
gc.disable()
from trtheaders.checks.symbols.unkept_promises import check_symbols
from trtheaders.headers.snapshot_files import read_snapshot
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


@dataclass(frozen=True)
class Rounds:
    """What each of several commands cost in each round; commands count from 0, the last one is ours."""

    costs: list[list[Cost]]

    def least(self, index: int = -1) -> Cost:
        """The least time and the least memory of one command."""
        column = [row[index] for row in self.costs]
        return Cost(min(cost.seconds for cost in column), min(cost.megabytes for cost in column))

    @property
    def ratio(self) -> float:
        """Our time over that of all others together: the median of the rounds."""
        return statistics.median(row[-1].seconds / sum(cost.seconds for cost in row[:-1]) for row in self.costs)

    def tell(self, peer: str) -> str:
        """The times behind the ratio, in milliseconds."""
        others = sum(self.least(index).seconds for index in range(len(self.costs[0]) - 1))
        return f"{self.least().seconds * 1000:.0f} ms, {peer} {others * 1000:.0f} ms"


def measure(
    commands: Sequence[Sequence[object]], folder: Path, runs: int = RUNS, accepted: tuple[int, ...] = (0,)
) -> Rounds:
    """Several rounds in which the commands take turns, after one that does not count; all must succeed."""
    for command in commands:
        run(command, folder, accepted)
    return Rounds([[run(command, folder, accepted) for command in commands] for _ in range(runs)])


def run(command: Sequence[object], folder: Path, accepted: tuple[int, ...] = (0,)) -> Cost:
    began = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=folder, stdout=nowhere, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        sys.exit(f"error: `{' '.join(map(str, command))}` ended with {process.returncode}")
    return Cost(seconds, usage.ru_maxrss / 1000)


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
    tags = [f"v{release}" for release in BENCHED]
    subprocess.run([program, "add", *tags, "--remote", upstream], cwd=project, check=True, stdout=subprocess.DEVNULL)
    return project


def large_library(count: int = OTHER_EXPORTS) -> Path:
    """The library of 1.1.0 with ``count`` other exports.

    Made in a process of its own: the memory of a command counts from what the one that starts it holds.
    """
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(_large_library, count).result()


def _large_library(count: int) -> Path:
    lines = ['asm(R"(', ".text"]
    lines += [f".globl _ZN5other{len(str(n)) + 1}f{n}Ev\n_ZN5other{len(str(n)) + 1}f{n}Ev: ret" for n in range(count)]
    made = compile_cxx("\n".join([*lines, ')");\n']), name="others.o", flags=("-c",))
    assert made.status == 0, made.messages
    return build_release_library("1.1.0", inputs=[made.path])


class Bench:
    """The measurements over one prepared project; ``failed`` counts limits that were exceeded."""

    def __init__(self, project: Path, program: Path) -> None:
        self.project = project
        self.program = program
        self.failed = 0
        self.outcome = Outcome()

    def tell(self, name: str, value: float, limit: float | None, unit: str, more: str = "") -> None:
        """One line a figure."""
        figure = Figure(name, value, unit, limit, more)
        self.outcome.figures.append(figure)
        self.failed += figure.over
        asked = "" if limit is None else f"limit {limit:g}{' over' if figure.over else ''}"
        print(f"{name:<58} {value:8.2f} {unit:<8} {asked}   {more}", flush=True)

    def skip(self, what: str) -> None:
        """Say what was not run, and why."""
        self.outcome.not_run.append(what)
        print(f"not run: {what}", flush=True)

    def _against_python(self, name: str, command: Sequence[object], limit: float) -> None:
        rounds = measure([BARE, command], self.project)
        self.tell(f"{name} / `python -c pass`", rounds.ratio, limit, "x", rounds.tell("bare"))

    def start(self) -> None:
        self._against_python("start of the command line", [self.program, "--version"], 5)
        self._against_python("start, with a command's help", [self.program, "verify", "--help"], 8)

    def growth(self) -> None:
        """Seconds against the number of exports: a straight line is linear."""
        ours: list[tuple[int, float]] = []
        peers: list[tuple[int, float]] = []
        missing: list[tuple[int, float]] = []
        for count in GROWTH:
            library = large_library(count)
            good = [self.program, "verify", "1.1.0", "--library", library]
            rounds = measure([["nm", "-D", library], good], self.project, runs=3)
            peers.append((count, rounds.least(0).seconds))
            ours.append((count, rounds.least().seconds))
            other = [self.program, "verify", "1.2.0rc1", "--library", library]
            missing.append((count, min(run(other, self.project, (0, 1)).seconds for _ in range(2))))
        names = ("nm -D", "verify, all kept", "verify, another release")
        self.outcome.curves += [
            Curve("exports", name, tuple(found)) for name, found in zip(names, (peers, ours, missing), strict=True)
        ]
        for name, found in zip(names[1:], (ours, missing), strict=True):
            worse = (found[-1][1] / found[-2][1]) / (GROWTH[-1] / GROWTH[-2])
            self.tell(f"{name}: growth over linear, 250,000 to 1,000,000", worse, 1.1, "x")

    def doctor(self) -> None:
        rounds = measure([BARE], self.project)
        ours = min(run([self.program, "doctor"], self.project, (0, 1, 2)).seconds for _ in range(RUNS))
        more = f"{ours * 1000:.0f} ms"
        self.tell("doctor without a GPU / `python -c pass`", ours / rounds.least().seconds, 80, "x", more)

    def today(self) -> None:
        """What people do without us: compile and link a consumer, and read the linker's errors."""
        root, library = header_root("1.1.0"), build_release_library("1.1.0")
        build = ["g++", "-std=c++17", f"-I{root}", "main.cpp", library, "-o", "program"]
        ours = [self.program, "verify", "1.1.0", "--library", library]
        rounds = measure([build, ours], self.project)
        self.tell(
            "verify from a snapshot / compile and link of a consumer", rounds.ratio, None, "x", rounds.tell("g++")
        )

    def peers(self) -> None:
        """The tools that ABI engineers reach for, on the library with 74,000 exports."""
        library = large_library()
        ours = measure([[self.program, "verify", "1.1.0", "--library", library]], self.project).least()
        for name, command in {
            "abidw": ["abidw", "--no-corpus-path", library],
            "abidiff": ["abidiff", library, library],
        }.items():
            if shutil.which(name) is None:
                self.skip(f"{name} (Debian's abigail-tools)")
                continue
            peer = run(command, self.project)
            costs = (
                f"{who} {cost.seconds:.2f} s, {cost.megabytes:.0f} MB" for who, cost in (("ours", ours), (name, peer))
            )
            more = f"{'; '.join(costs)}; {version_of(name)}"
            self.tell(f"{name} / verify from a snapshot", peer.seconds / ours.seconds, None, "x", more)

    def differences(self) -> None:
        """Two builds with debug information, which the peers need; ours reads what two releases' headers promise."""
        old, new = (build_release_library(release, flags=("-Og", "-g")) for release in ("1.0.0", "1.1.0"))
        ours = measure([[self.program, "diff", "1.0.0", "1.1.0"]], self.project, accepted=(0, 1)).least()
        dumps = [self.project / f"{release}.dump" for release in ("1.0.0", "1.1.0")]
        dump = "abi-dumper {} -o {} -lver {} && "
        checker = "abi-compliance-checker -l tensorrt_llm -old {} -new {} -report-path {}"
        both = dump.format(old, dumps[0], "1.0.0") + dump.format(new, dumps[1], "1.1.0")
        peers = {
            "abidiff": (["abidiff", old, new], "abidiff"),
            "abi-compliance-checker": (
                ["sh", "-c", both + checker.format(*dumps, self.project / "report.html")],
                "abi-dumper",
            ),
        }
        for name, (command, needed) in peers.items():
            if shutil.which(name) is None or shutil.which(needed) is None:
                self.skip(f"{name}, which is not installed")
                continue
            peer = run(command, self.project, accepted=(0, 1, 4, 8, 12))
            more = f"ours {ours.seconds:.2f} s, {ours.megabytes:.0f} MB; {name} {peer.seconds:.2f} s, "
            more += f"{peer.megabytes:.0f} MB; {version_of(name)}"
            self.tell(f"{name}, two builds with debug information / diff", peer.seconds / ours.seconds, None, "x", more)

    def releases(self) -> None:
        """What grows with the releases that are vendored; each is one of the small upstream's under another name."""
        upstream = self.project.parent / "upstream"
        path = exporting.library(exporting.symbols("1.1.0"), "1.1.0")
        commands = {"identify": ["identify", path], "list": ["list"], "report": ["report", "--html", "report.html"]}
        found: dict[str, list[tuple[int, float]]] = {name: [] for name in commands}
        for count in RELEASE_COUNTS:
            tags = [f"v0.{number}.0" for number in range(1, count - len(BENCHED) + 1)]
            for number, tag in enumerate(tags):
                subprocess.run(
                    ["git", "-C", upstream, "tag", "-f", tag, f"v{BENCHED[number % 3]}"], check=True, **QUIET
                )
            if tags:
                subprocess.run(
                    [self.program, "add", *tags, "--remote", upstream], cwd=self.project, check=True, **QUIET
                )
            for name, words in commands.items():
                rounds = measure([BARE, [self.program, *words]], self.project, runs=3)
                found[name].append((count, rounds.least().seconds))
                if name == "identify" and count == RELEASE_COUNTS[-1]:
                    title = f"identify, {count} releases vendored / `python -c pass`"
                    self.tell(title, rounds.ratio, 30, "x", rounds.tell("bare"))
        self.outcome.curves += [Curve("releases", name, tuple(points)) for name, points in found.items()]
        for name, points in found.items():
            worse = (points[-1][1] / points[0][1]) / (points[-1][0] / points[0][0])
            self.tell(f"{name}: growth over linear, {points[0][0]} to {points[-1][0]} releases", worse, 1.1, "x")

    def verify(self) -> None:
        library = large_library()
        ours = [self.program, "verify", "1.1.0", "--library", library]
        rounds = measure([["nm", "-D", library], ours], self.project)
        self.tell("verify from a snapshot / `nm -D` (74,000 exports)", rounds.ratio, 1.2, "x", rounds.tell("nm"))
        self.tell("verify from a snapshot, memory", rounds.least().megabytes, 50, "MB")

    def identify(self) -> None:
        path = exporting.library(exporting.symbols("1.1.0"), "1.1.0")
        self._against_python("identify, 3 releases shipped, 3 vendored", [self.program, "identify", path], 30)

    def headers(self) -> None:
        root = header_root("1.1.0")
        library = build_release_library("1.1.0")
        ours = [self.program, "verify", "--headers", root, "--library", library]
        rounds = measure([self._bare_parse(f"#include <{DEFAULT_ENTRY}>\n", root), ours], self.project)
        self.tell("verify from headers / bare libclang parse", rounds.ratio, 1.3, "x", rounds.tell("parse"))

    def check(self) -> None:
        source = (self.project / "main.cpp").read_text()
        roots = [self.project / "include/tensorrt-llm" / name for name in BENCHED]
        bare = [self._bare_parse(source, root) for root in roots]
        rounds = measure([*bare, [self.program, "check", "main.cpp"]], self.project)
        self.tell("check of a source, 3 releases / 3 bare parses", rounds.ratio, 1.3, "x", rounds.tell("parses"))

    def hook(self) -> None:
        rounds = measure([BARE, [self.program, "hook", "files"], [self.program, "hook", "verify"]], self.project)
        bare, files, verify = (rounds.least(index).seconds for index in (0, 1, 2))
        more = f"files {files * 1000:.0f} ms, verify {verify * 1000:.0f} ms"
        self.tell("both hooks, nothing changed / `python -c pass`", (files + verify) / bare, 12, "x", more)

    def arrow(self) -> None:
        root, library = ARROW / "include", next(ARROW.glob("libarrow.so.*"), None)
        if library is None:
            self.skip("Arrow, which is not downloaded (`python tests/packages/fetch.py`)")
            return
        entry = ["--entry", "arrow/api.h"]
        ours = [self.program, "verify", "--headers", root, *entry, "--library", library]
        rounds = measure([self._bare_parse("#include <arrow/api.h>\n", root), ours], self.project)
        self.tell("Arrow from headers / bare libclang parse", rounds.ratio, 2.0, "x", rounds.tell("parse"))
        self.tell("Arrow from headers, memory", rounds.least().megabytes, 250, "MB")
        recorded = self.project / "arrow.json.gz"
        write_snapshot(record_snapshot(HeaderQuestion(root=root, entries=("arrow/api.h",))), recorded)
        again = measure([[sys.executable, "-c", FROM_SNAPSHOT, recorded, library]], self.project)
        self.tell("Arrow from a snapshot", again.least().seconds * 1000, 400, "ms")
        self._arrow_peer(root, library, rounds.least())

    def _arrow_peer(self, root: Path, library: Path, ours: Cost) -> None:
        if shutil.which("abicheck") is None or shutil.which("clang++") is None:
            self.skip("Arrow against abicheck: it or clang++ is not installed")
            return
        settings = self.project / "abicheck.yml"
        settings.write_text('compile:\n  frontend: clang\n  options: ["-std=c++17"]\n')
        question = ["dump", library, "-H", root / "arrow/api.h", "-I", root, "--config", settings]
        # What an earlier run of it kept would be half of the work.
        alone = [f"{name}={self.project / 'alone'}" for name in ("HOME", "XDG_CACHE_HOME")]
        peer = run(["env", *alone, "abicheck", *question, "-o", self.project / "abicheck.json"], self.project)
        more = f"abicheck {peer.seconds:.1f} s, {peer.megabytes:.0f} MB"
        self.tell("ours / abicheck on Arrow, at least 20 times faster", ours.seconds / peer.seconds, 0.05, "x", more)

    def add(self) -> None:
        """What goes over the line, from a server with 300 MB; its seconds are a loopback's."""
        for taken in bench_add.measure():
            more = f"{taken.seconds:.2f} s on a loopback"
            self.tell(f"add, {taken.case}, requests", taken.requests, bench_add.MOST_REQUESTS, "")
            self.tell(f"add, {taken.case}, received", taken.size / 1e6, bench_add.MOST_BYTES / 1e6, "MB", more)

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
        "today": Bench.today,
        "peers": Bench.peers,
        "growth": Bench.growth,
        "doctor": Bench.doctor,
        "differences": Bench.differences,
        "verify": Bench.verify,
        "identify": Bench.identify,
        "headers": Bench.headers,
        "check": Bench.check,
        "hook": Bench.hook,
        "arrow": Bench.arrow,
        "add": Bench.add,
        "releases": Bench.releases,
    }
    wanted = sys.argv[1:] or list(parts)
    unknown = [name for name in wanted if name not in parts]
    if unknown or shutil.which("nm") is None:
        print(f"error: {unknown} is none of {list(parts)}" if unknown else "error: `nm` is missing", file=sys.stderr)
        return 2
    # An installed package has its bytecode; a checkout shall have it too, whatever the shell says.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="trtheaders-bench-") as folder:
        # As its users have it: in an environment with what it needs and nothing else.
        program = make_environment(Path(folder, "environment"), ROOT).with_name("trtheaders")
        bench = Bench(prepare(Path(folder), program), program)
        for name in wanted:
            parts[name](bench)
        if not sys.argv[1:]:
            write(bench.outcome, ROOT / "docs")
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
