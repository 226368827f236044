"""A question to the user's compiler, asked: the one module of this room that starts anything."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.headers.confirmation.assembly import Assembly, SymbolState, read_assembly
from trtheaders.headers.confirmation.unit import ENTRY, ITEM, FormChoice, UnitQuestion, choose_all, strike, write_unit
from trtheaders.programs.flags import NOTHING_PRECOMPILED
from trtheaders.programs.quoting import first_complaint
from trtheaders.programs.start import run_program

_PATIENCE = 300
_ROUNDS = 8
_GCC = ("-fmax-errors=0", "-fno-diagnostics-show-caret", "-fdiagnostics-color=never", "-Wno-pmf-conversions")
_CLANG = ("-ferror-limit=0", "-fno-caret-diagnostics", "-fno-color-diagnostics")
_BOTH = ("-fvisibility=default", "-w", "-O0", "-S", "-x", "c++", "-", "-o", "-")
DEBUG = (
    "-g",
    "-gdwarf-5",
    "-gno-strict-dwarf",
    "-dA",
    "-fno-eliminate-unused-debug-types",
    "-femit-class-debug-always",
)
"""With these g++ describes every class, used or not, and comments on each line of it."""
TABLES = ("-fdump-lang-class=stdout",)
"""With this g++ writes the vtables of all classes, before the assembly."""
DUMP = ("-Xclang", "-fdump-record-layouts", "-Xclang", "-fdump-record-layouts-simple")
"""With these clang++ writes how it lays out every class whose size is asked for, before the assembly."""
_ALL_HIDDEN = "#pragma GCC visibility push(hidden)\n"
_ERROR = re.compile(r"\b(?:fatal )?error: (.*)")
_ACCESS = re.compile(r"\b(?:private|protected|inaccessible)\b")
_MENTION = {what: re.compile(rf"{what}-(\d+)") for what in (ENTRY, ITEM)}


class CompilerCommand(Struct, frozen=True, kw_only=True):
    """How the consumer compiles: the compiler with its arguments, and the flags that say what the headers mean."""

    compiler: tuple[str, ...]
    flags: tuple[str, ...]
    clang: bool = False


class CompilerAnswer(Struct, frozen=True, kw_only=True):
    """What the compiler made of a question: the assembly, and why it refused the items that are not in it.

    ``failure`` is the compiler's word where it made nothing of the unit at all.
    """

    assembly: Assembly = Assembly()
    rejected: dict[int, str] = {}
    failure: str = ""


def ask_compiler(question: UnitQuestion, command: CompilerCommand) -> CompilerAnswer:
    """Have the unit compiled; what is refused is written in its next form, or left out, until the rest compiles.

    What was refused for access alone is asked once more without checks of access, which change what constraints choose.
    """
    answer = _ask(question, choose_all(question, question.items), command)
    closed = [number for number, words in answer.rejected.items() if _ACCESS.search(words)]
    if not closed or answer.failure:
        return answer
    unchecked = CompilerCommand(
        compiler=command.compiler, flags=(*command.flags, "-fno-access-control"), clang=command.clang
    )
    return _merge(answer, _ask(question, choose_all(question, closed), unchecked), closed)


def _merge(answer: CompilerAnswer, more: CompilerAnswer, closed: list[int]) -> CompilerAnswer:
    others = {number: words for number, words in answer.rejected.items() if number not in closed}
    assembly = Assembly(
        answer.assembly.words | more.assembly.words,
        answer.assembly.references | more.assembly.references,
        more.assembly.states | answer.assembly.states,
        answer.assembly.hidden | more.assembly.hidden,
        more.assembly.versions | answer.assembly.versions,
        answer.assembly.places | more.assembly.places,
        answer.assembly.dumped | more.assembly.dumped,
        answer.assembly.users,
        answer.assembly.exported | more.assembly.exported,
    )
    refused = more.rejected if not more.failure else dict.fromkeys(closed, more.failure)
    return CompilerAnswer(assembly=assembly, rejected=others | refused)


def _ask(question: UnitQuestion, choice: FormChoice, command: CompilerCommand) -> CompilerAnswer:
    rejected: dict[int, str] = {}
    told: dict[int, str] = {}
    messages = ""
    for _ in range(_ROUNDS):
        output, messages = _run(command, write_unit(question, choice))
        if output is not None:
            found = read_assembly(output, question.sought)
            return CompilerAnswer(assembly=_settle_hidden(found, question, choice, command), rejected=rejected)
        refused = _read_refusals(messages, command)
        if refused:
            choice = strike(question, choice, refused)
            # The first form is what people would write; but access is what is asked for once more.
            told |= {number: words for number, words in refused.items() if number not in told or _ACCESS.search(words)}
            rejected |= {number: told[number] for number in refused if number not in choice.forms}
            continue
        kept = tuple(index for index in choice.entries if index not in _read_numbers(ENTRY, messages))
        if not kept or kept == choice.entries:
            break
        choice = FormChoice(entries=kept, forms=choice.forms)
    return CompilerAnswer(rejected=rejected, failure=first_complaint(messages))


def _settle_hidden(found: Assembly, question: UnitQuestion, choice: FormChoice, command: CompilerCommand) -> Assembly:
    """``found`` without items that only look hidden, since a hidden class in their type hides what we ask them with.

    It hides no function of clang's at all, and none of g++'s that has a visibility of its own, by attribute, class,
    namespace or pragma (gcc/cp/decl2.cc, determine_visibility). So g++ is asked once more with all others hidden.
    """
    if command.clang or not found.hidden:
        return replace(found, hidden=frozenset())
    forms = {number: form for number, form in choice.forms.items() if number in found.hidden}
    output, _ = _run(command, _ALL_HIDDEN + write_unit(question, FormChoice(entries=choice.entries, forms=forms)))
    if output is None:
        return found
    closed = read_assembly(output)
    words = {word for label in closed.words.values() for word in label if isinstance(word, str)}
    met = words.union(*closed.references.values())
    return replace(found, exported=frozenset(name for name in met if closed.state(name) is not SymbolState.HIDDEN))


def _run(command: CompilerCommand, text: str) -> tuple[str | None, str]:
    """(assembly, messages): no assembly if the compiler refuses the unit, or cannot be run."""
    own = _CLANG if command.clang else _GCC
    words = [*command.compiler, *NOTHING_PRECOMPILED, *command.flags, *own, *_BOTH]
    try:
        done = run_program(words, seconds=_PATIENCE, given=text.encode(errors="surrogateescape"))
    except OSError as error:
        return None, f"error: `{words[0]}` cannot be run: {error.strerror}"
    return (done.text if done.status == 0 else None), done.said


def _read_numbers(what: str, text: str) -> set[int]:
    return {int(number) for number in _MENTION[what].findall(text)}


def _read_refusals(messages: str, command: CompilerCommand) -> dict[int, str]:
    """The items that the compiler complains of, with its first words on each.

    g++ tells who required something before the error in it, clang after.
    """
    found: dict[int, str] = {}
    waiting: set[int] = set()
    words = ""
    for line in messages.splitlines():
        error = _ERROR.search(line)
        words = error[1].strip() if error is not None else words
        numbers = _read_numbers(ITEM, line)
        waiting |= numbers
        if error is not None or command.clang:
            for number in waiting:
                found.setdefault(number, words)
            waiting.clear()
    return found
