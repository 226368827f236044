"""`trtheaders cmake`: the CMake module, and what that module asks when it is run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trtheaders.cli.main import FINDINGS, NO_ANSWER, OK
from trtheaders.cli.screen import hand_out, render_screen, say, say_text
from trtheaders.errors import TrtHeadersError
from trtheaders.model.answers.findings import Verdict
from trtheaders.model.library.exports import Machine

if TYPE_CHECKING:
    from trtheaders.integrations.build_facts import BuildAnswer


@click.command("cmake")
@click.option("--answers", type=click.Path(path_type=Path), metavar="FILE", help="Write what the module needs to FILE.")
@click.option("--release", metavar="RELEASE", help="The vendored release; by default the one that is installed.")
@click.option("--library", type=click.Path(path_type=Path), metavar="FILE", help="libtensorrt_llm.so itself.")
@click.option(
    "--python",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The interpreter whose environment has TensorRT-LLM.",
)
@click.option(
    "--fallback-python", type=click.Path(path_type=Path), metavar="FILE", help="The one that is looked at last."
)
@click.option("--compiler", default="", metavar="COMMAND", help="What the build compiles with.")
@click.option("--target", default="", metavar="TRIPLE", help="The target or processor that the build compiles for.")
@click.option("--add", is_flag=True, help="Fetch the headers of a release that is not vendored.")
@click.option("--headers-only", is_flag=True, help="No library: the headers of --release.")
@click.option("--no-verify", is_flag=True, help="Do not compare headers and library.")
@click.option("--strict", is_flag=True, help="What could not be verified is no answer.")
def command(
    answers: Path | None,
    release: str | None,
    library: Path | None,
    python: Path | None,
    fallback_python: Path | None,
    compiler: str,
    target: str,
    add: bool,
    headers_only: bool,
    no_verify: bool,
    strict: bool,
) -> int:
    r"""Print the CMake module, to keep in your repository.

    With --answers it is the module itself that asks: which headers, which library, do they belong together?

    \b
    mkdir -p cmake
    trtheaders cmake > cmake/trtheaders.cmake

    \b
    # CMakeLists.txt
    include(cmake/trtheaders.cmake)
    trtheaders_import()
    target_link_libraries(app PRIVATE tensorrt_llm::tensorrt_llm)
    """
    if answers is None:
        from trtheaders.cmake import module_text

        hand_out(module_text())
        return 0
    from trtheaders.integrations.build_facts import BuildWish, prepare_build
    from trtheaders.programs.outputs import write_output
    from trtheaders.report.cmake_script import render_facts

    wish = BuildWish(
        release=release,
        library=library,
        python=python,
        add=add,
        headers_only=headers_only,
        verify=not no_verify,
        fallback=fallback_python,
        compiler=compiler,
        target=_machine(target),
    )
    try:
        answer = prepare_build(wish)
    except TrtHeadersError as error:
        # Who reads this has written CMake, not a command line.
        raise type(error)(error.message, hint=_as_cmake(error.hint)) from error
    write_output(answers, render_facts(answer.facts).encode(errors="surrogateescape"))
    return _tell(answer, strict=strict)


_SPELLINGS = {
    "--python PYTHON": "trtheaders_import(PYTHON <interpreter>)",
    "--library FILE": "trtheaders_import(LIBRARY <file>)",
}


def _as_cmake(hint: str) -> str:
    """``hint`` with options as arguments of `trtheaders_import`."""
    for option, argument in _SPELLINGS.items():
        hint = hint.replace(f"`{option}`", f"`{argument}`")
    return hint


def _machine(target: str) -> Machine | None:
    """The architecture of a target triple, or of a processor as CMake spells it; None for what is not understood."""
    processor = target.partition("-")[0].lower()
    names = {"x86_64": Machine.X86_64, "amd64": Machine.X86_64, "aarch64": Machine.AARCH64, "arm64": Machine.AARCH64}
    return names.get(processor)


def _tell(answer: BuildAnswer, *, strict: bool) -> int:
    verification, facts = answer.verification, answer.facts
    if verification is None:
        say(f"TensorRT-LLM {facts.release}, not verified")
        return OK
    if verification.verdict is Verdict.MISMATCH or (strict and verification.unverifiable):
        say_text(render_screen(verification, verbose=strict))
        return FINDINGS if verification.verdict is Verdict.MISMATCH else NO_ANSWER
    say_text(render_screen(verification))
    return OK
