"""The compiler, its standard library, and its std::string ABI against the library's."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from trtheaders.diagnosis.row import BUILDING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.errors import ToolchainError
from trtheaders.headers.parser.toolchain import Compiler, find_compiler
from trtheaders.library.facts import read_facts
from trtheaders.model.setup.checkup import SetupState


class CompilerSeen(Struct, frozen=True, kw_only=True):
    """``new_abi`` is the library's: True for the new `std::string`, None where nothing tells."""

    compiler: Compiler | None
    error: str
    hint: str
    new_abi: bool | None


def _probe(site: Site) -> CompilerSeen:
    loadings = site.loadings()
    new_abi = read_facts(loadings.own[0].path).new_string_abi if loadings else None
    try:
        return CompilerSeen(compiler=find_compiler(site.configuration.compiler), error="", hint="", new_abi=new_abi)
    except ToolchainError as error:
        return CompilerSeen(compiler=None, error=error.message, hint=error.hint, new_abi=new_abi)


def _judge(seen: CompilerSeen) -> Iterator[Judgement]:
    if seen.compiler is None:
        yield Judgement(state=SetupState.FAIL, found=seen.error, needed="g++ or clang++ with libstdc++")
        return
    library = seen.compiler.standard_library
    found = f"{seen.compiler.version}, {library}"
    if library.startswith("libc++"):
        yield Judgement(
            state=SetupState.FAIL,
            found=found,
            needed="libstdc++",
            why="the library is built with libstdc++: std::string and std::vector have other names in libc++",
        )
    elif seen.new_abi is False:
        yield Judgement(
            state=SetupState.WARN,
            found=f"{found}; the library has the old std::string ABI",
            needed="_GLIBCXX_USE_CXX11_ABI=0",
            why="compilers take the new one: undefined reference to …basic_string… (our CMake module sets it)",
        )
    else:
        told = ", new std::string ABI = the library's" if seen.new_abi else ""
        yield Judgement(state=SetupState.OK, found=found + told, needed="libstdc++")


def _remedy(seen: CompilerSeen, judgement: Judgement) -> str:
    if judgement.state is SetupState.WARN:
        return "export CXXFLAGS=-D_GLIBCXX_USE_CXX11_ABI=0"
    if judgement.state is SetupState.FAIL:
        return "apt-get install g++" if seen.compiler is None else "export CXXFLAGS=-stdlib=libstdc++"
    return ""


CHECK = SetupCheck(
    id="compiler",
    title="compiler",
    question="Is there a C++ compiler whose std::string ABI is the library's?",
    source="libstdc++ manual, Dual ABI; TensorRT-LLM's own defined symbols",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=BUILDING,
)
