"""A project whose files are damaged one at a time, and what a command may do then: give an answer, or say why not.

Each run is a process forked off this one, which has loaded the program already. What fails it: a signal, exit code 101
or any other that the command line does not promise, a traceback, more than `PROCESSOR` seconds, more than `MEMORY` MB.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support.mutations import damage_library, damage_packed, damage_text
from support.tools import CROSS, TOOLS, tool

MEMORY = 500
PROCESSOR = 20
"""Seconds of processor time, which other programs of the machine do not lengthen."""
_PATIENCE = 300
_ADDRESS_SPACE = 3 << 30
_ALLOWED = frozenset({0, 1, 2})

HEADER = """#pragma once
namespace tensorrt_llm::executor {
struct Config {
    explicit Config(int width, long depth = 1);
    Config(Config const&);
    virtual ~Config();
    int width() const;
    long depth() const;
    void deepen(long depth);
    virtual int weigh(int times) const;
    static int count();
private:
    int mWidth; long mDepth; char const* mName;
};
struct Deep : Config { Deep(); ~Deep() override; int weigh(int times) const override; short mShallow; };
Config make(int width);
extern int const version[4];
template <class T> struct Box { T get() const; T mValue; };
extern template struct Box<int>;
}
"""
SOURCE = """#include "tensorrt_llm/executor/executor.h"
namespace tensorrt_llm::executor {
Config::Config(int width, long depth) : mWidth(width), mDepth(depth), mName("config") {}
Config::Config(Config const&) = default;
Config::~Config() {}
int Config::width() const { return mWidth; }
long Config::depth() const { return mDepth; }
void Config::deepen(long depth) { mDepth = depth; }
int Config::weigh(int times) const { return times * mWidth; }
int Config::count() { return 1; }
Deep::Deep() : Config(1), mShallow(2) {}
Deep::~Deep() {}
int Deep::weigh(int times) const { return times + mShallow; }
Config make(int width) { return Config(width); }
extern int const version[4] = {1, 2, 0, 3};
template <class T> T Box<T>::get() const { return mValue; }
template struct Box<int>;
}
"""
_VERSIONS = "FIRST { global: _ZN*Config*; }; SECOND { global: *; } FIRST;\n"
BUILDS = {
    "both hash tables": ("g++", ("-O2", "-Wl,--hash-style=both")),
    "RELR and packed DWARF 4": ("g++", ("-O2", "-gdwarf-4", "-gz=zlib", "-Wl,-z,pack-relative-relocs")),
    "symbol versions": ("g++", ("-O1", "-Wl,--version-script=versions")),
    "aarch64 and DWARF 5": (CROSS, ("-O2", "-gdwarf-5")),
}
LOCAL = (
    'remote = "nowhere"\nentries = ["tensorrt_llm/executor/executor.h"]\nstandard = "c++17"\nsources = ["main.cpp"]\n'
)
CONFIGURATION = f"""{LOCAL}destination = "include/tensorrt-llm"
include-directories = ["include"]
defines = ["ENABLE_BF16", "LEVEL=3"]
library = "libtensorrt_llm.so"

[[accept]]
rule = "missing-symbols"
name = "tensorrt_llm::executor::Config::*"
reason = "not used here"
expires = "2037-06-30"
"""
LOG = """[1/3] Building CXX object CMakeFiles/app.dir/main.cpp.o
FAILED: CMakeFiles/app.dir/main.cpp.o
/usr/bin/c++ -I/p/include/tensorrt-llm/1.1.0 -std=gnu++17 -o main.o -c /p/main.cpp
/p/main.cpp: In function \u2018int main()\u2019:
/p/main.cpp:3:31: error: \u2018struct tensorrt_llm::executor::Config\u2019 has no member named \u2018widths\u2019
    3 | int main() { return c.widths(); }
/usr/bin/ld: main.o: in function `main':
main.cpp:(.text.startup+0x13): undefined reference to `tensorrt_llm::executor::Config::deepen(long)'
/usr/bin/ld: /p/libtensorrt_llm.so: undefined reference to `nvinfer1::getLogger()@VERS_1'
ld.lld: error: undefined symbol: tensorrt_llm::executor::make(int)
>>> referenced by main.cpp:4
mold: error: undefined symbol: vtable for tensorrt_llm::executor::Deep
collect2: error: ld returned 1 exit status
./app: symbol lookup error: ./app: undefined symbol: _ZN12tensorrt_llm8executor6ConfigC1Eil
./app: error while loading shared libraries: libnvinfer.so.10: cannot open shared object file: No such file or directory
"""


@dataclass(frozen=True)
class Subject:
    """The file ``path`` of the project, how it is damaged, and the commands that read it."""

    name: str
    path: str
    pristine: bytes
    damage: Callable[[bytes, random.Random], bytes]
    commands: tuple[tuple[str, ...], ...]

    def damaged(self, seed: int) -> tuple[bytes, tuple[str, ...]]:
        """The file as ``seed`` damages it, and the command that is to read it."""
        chance = random.Random(f"{self.name}: {seed}")
        return self.damage(self.pristine, chance), chance.choice(self.commands)


@dataclass(frozen=True)
class Outcome:
    """How a run ended: the ``status`` as `os.waitstatus_to_exitcode` has it, its cost, and what it said.

    ``megabytes`` are those that it took beyond what the process held that it was forked off.
    """

    command: tuple[str, ...]
    status: int
    seconds: float
    megabytes: float
    said: str

    @property
    def fault(self) -> str:
        """What must not be; nothing for a run that ended well."""
        if self.status == -signal.SIGXCPU:
            return f"a hang: {PROCESSOR} seconds of processor time"
        if self.status == -signal.SIGALRM:
            return f"a hang: {_PATIENCE} seconds, {self.seconds:.1f} of them of processor time"
        if self.status < 0:
            return f"ended by {signal.Signals(-self.status).name}"
        if self.status not in _ALLOWED:
            return f"exit code {self.status}"
        if "Traceback (most recent call last)" in self.said:
            return "a traceback"
        return f"{self.megabytes:.0f} MB" if self.megabytes > MEMORY else ""


def build_project(folder: Path) -> Path:
    """A project with one vendored release, its snapshot, a source, a configuration and a library."""
    from support.upstream import Upstream

    upstream = Upstream(folder / "upstream.git")
    upstream.release("v1.1.0", {"executor/executor.h": HEADER})
    project = folder / "project"
    project.mkdir()
    (project / "trtheaders.toml").write_text(LOCAL)
    (project / "main.cpp").write_text(
        "#include <tensorrt_llm/executor/executor.h>\n"
        "int main() { tensorrt_llm::executor::Config c(1); return c.width(); }\n"
    )
    command = [sys.executable, "-m", "trtheaders", "add", "v1.1.0", "--remote", upstream.path]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    shutil.copy(library_of("both hash tables", folder), project / "libtensorrt_llm.so")
    return project


def library_of(build: str, folder: Path) -> Path:
    """The library of one of `BUILDS`; its bytes do not depend on where it is built, so that a seed tells the damage."""
    compiler, flags = BUILDS[build]
    work = folder / f"build {build}"
    header = work / "include" / "tensorrt_llm" / "executor" / "executor.h"
    header.parent.mkdir(parents=True, exist_ok=True)
    header.write_text(HEADER)
    (work / "unit.cpp").write_text(SOURCE)
    (work / "versions").write_text(_VERSIONS)
    name = "libtensorrt_llm.so"
    usual = ("-shared", "-fPIC", "-std=c++17", f"-Wl,-soname,{name}", "-Iinclude", f"-ffile-prefix-map={work}=.")
    subprocess.run([tool(compiler), "unit.cpp", *usual, *flags, "-o", name], cwd=work, check=True)
    return work / name


def subjects(project: Path) -> list[Subject]:
    """Everything of ``project`` that is damaged; without a cross compiler nothing for aarch64."""
    vendored = "include/tensorrt-llm"
    library = "libtensorrt_llm.so"
    builds = [build for build, (compiler, _) in BUILDS.items() if compiler == "g++" or TOOLS[compiler].path]
    asking = (("verify", "--library", library), ("verify", "--library", library, "-v"), ("identify", library))
    libraries = [
        Subject(build, library, library_of(build, project.parent).read_bytes(), damage_library, asking)
        for build in builds
    ]
    reading = (("verify", "--library", library), ("status",), ("list",), ("diff", "1.1.0", "1.1.0"), ("hook", "files"))
    snapshot = f"{vendored}/1.1.0/abi-snapshot.json.gz"
    others = [
        ("snapshot", snapshot, damage_packed, (*reading, ("promises", "1.1.0"), ("identify", library))),
        ("lock", f"{vendored}/trtheaders.lock", damage_text, (*reading, ("path", "1.1.0"), ("sync",), ("adopt",))),
        ("configuration", "trtheaders.toml", damage_text, (*reading, ("verify",), ("hook", "verify"))),
        ("log", "build.log", damage_text, (("explain", "build.log"), ("explain", "build.log", "--library", library))),
    ]
    own = {"configuration": CONFIGURATION.encode(), "log": LOG.encode()}
    return libraries + [
        Subject(name, path, own.get(name) or (project / path).read_bytes(), damage, commands)
        for name, path, damage, commands in others
    ]


def load_program() -> None:
    """Import what runs need, so that each has it when it is forked off."""
    from trtheaders.cli.main import COMMANDS, program

    for name in COMMANDS:
        program.get_command(None, name)  # type: ignore[arg-type]


def run_damaged(subject: Subject, seed: int, project: Path, folder: Path) -> Outcome:
    """Damage ``subject`` in a copy of ``project`` in ``folder``, and run one of its commands there."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(project, copy, symlinks=True)
    data, command = subject.damaged(seed)
    (copy / subject.path).write_bytes(data)
    said = folder / "said"
    sys.stdout.flush()
    held = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    child = os.fork()
    if child == 0:
        _become(command, copy, said)
    _, status, usage = os.wait4(child, 0)
    text = said.read_bytes().decode(errors="replace") if said.exists() else ""
    grown = max(0.0, usage.ru_maxrss * 1024 / 1e6 - held)
    return Outcome(command, os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, grown, text)


def _become(command: tuple[str, ...], folder: Path, said: Path) -> None:
    """Run ``command`` in this process, which is a fork, and leave with its exit code."""
    status = 101
    with contextlib.suppress(BaseException):
        descriptor = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(descriptor, stream)
        sys.stdout = open(1, "w", errors="replace", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", errors="replace", closefd=False)  # noqa: SIM115
        os.chdir(folder)
        os.environ["XDG_CACHE_HOME"] = str(folder.parent / "cache")
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR + 1))
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for number in (signal.SIGXCPU, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        signal.alarm(_PATIENCE)
        from trtheaders.cli.main import run

        status = run(list(command))
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def seed_of(text: str) -> int:
    """A number for a name that people choose, such as a date."""
    return int(text) if text.isdigit() else zlib.crc32(text.encode())
