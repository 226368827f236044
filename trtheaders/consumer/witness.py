"""What the user's own linker says of promises: a tiny program that uses each of them, compiled and linked.

Only the exit status and the messages of the compiler decide. A use is written from the declaration, against the
headers themselves, so that the compiler mangles; nothing that trtheaders believes about a symbol goes in.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import ToolchainError
from trtheaders.model.answers.findings import Witness
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Spelling, Trait
from trtheaders.model.headers.promises import Promise
from trtheaders.model.names import SymbolName
from trtheaders.programs.flags import NOTHING_PRECOMPILED, find_words
from trtheaders.programs.start import Finished, run_program

_UNIT = "use.cpp"
_UNDEFINED = re.compile(r"""undefined reference to (?:symbol )?[`'"]([^'`"@]+)""")
_WRONG_LINE = re.compile(rf"^{re.escape(_UNIT)}:(\d+):", re.MULTILINE)
_ROUNDS = 8
Symbols = Collection[SymbolName]
_SUPPORT = "void const* volatile sink; template <class T> struct witness { using type = T; };"


class WitnessQuestion(Struct, frozen=True, kw_only=True):
    """How the consumer compiles and links: ``compiler`` may hold arguments, ``libraries`` are linked in this order."""

    root: Path
    entries: tuple[str, ...]
    include_directories: tuple[Path, ...]
    defines: tuple[str, ...]
    standard: str
    compiler: str
    libraries: tuple[Path, ...]
    search: tuple[Path, ...] = ()


def ask_linker(question: WitnessQuestion, promises: Mapping[Promise, Collection[SymbolName]]) -> dict[Promise, Witness]:
    """What the linker says of each promise, of which the symbols beside it are in doubt.

    CONFIRMED if it names one of the promise's symbols as undefined, WITHDRAWN if a program that uses it links, UNCLEAR
    where no use can be written that refers to those symbols, where it does not compile, or where the linker stopped
    before it. Raises :class:`~trtheaders.errors.ToolchainError` where the compiler cannot be run.
    """
    asked = list(promises)
    written = (write_use(promise.declaration, promises[promise], index) for index, promise in enumerate(asked))
    uses = {index: use for index, use in enumerate(written) if use}
    verdicts = dict.fromkeys(promises, Witness.UNCLEAR)
    with tempfile.TemporaryDirectory(prefix="trtheaders-witness-") as folder:
        bench = _Bench(question, Path(folder))
        waiting = bench.compile(uses)
        for _ in range(_ROUNDS):
            if not waiting:
                break
            undefined = bench.link(waiting)
            if undefined is None:
                verdicts |= {asked[index]: Witness.WITHDRAWN for index in waiting}
                break
            named = [index for index in waiting if _is_named(asked[index], undefined)]
            verdicts |= {asked[index]: Witness.CONFIRMED for index in named}
            waiting = {index: use for index, use in waiting.items() if index not in named} if named else {}
    return verdicts


def _is_named(promise: Promise, undefined: frozenset[str]) -> bool:
    return any(name in undefined for item in promise.obligations for name in (item.symbol, *item.alternatives))


class _Bench:
    """A folder in which programs are compiled and linked."""

    def __init__(self, question: WitnessQuestion, folder: Path) -> None:
        self._question = question
        self._folder = folder

    def compile(self, uses: dict[int, str]) -> dict[int, str]:
        """Those of ``uses`` that compile; a line that does not is taken out, and the rest tried again."""
        for _ in range(_ROUNDS):
            done = self._run([*self._flags(), "-c", _UNIT, "-o", "use.o"], uses)
            if done.status == 0:
                return uses
            lines = {int(line) for line in _WRONG_LINE.findall(done.said)}
            wrong = [index for index, line in _line_numbers(self._question, uses).items() if line in lines]
            if not wrong:
                return {}
            uses = {index: use for index, use in uses.items() if index not in wrong}
        return {}

    def link(self, uses: dict[int, str]) -> frozenset[str] | None:
        """The symbols that the linker calls undefined in a program made of ``uses``; None if it links."""
        libraries = [str(path.resolve()) for path in self._question.libraries]
        near = {path.resolve().parent for path in self._question.libraries}
        paths = [f"-Wl,-rpath-link,{folder}" for folder in sorted(near | set(self._question.search))]
        # What the libraries themselves lack is not the question.
        relaxed = ["-Wl,--allow-shlib-undefined", "-Wl,--no-demangle"]
        done = self._run([*self._flags(), _UNIT, "-o", "use", *libraries, *paths, *relaxed], uses)
        return None if done.status == 0 else frozenset(_UNDEFINED.findall(done.said))

    def _flags(self) -> list[str]:
        asked = self._question
        return [
            *find_words(asked.compiler),
            *NOTHING_PRECOMPILED,
            f"-std={asked.standard}",
            # Private members are used where inline code of the headers uses them; -O0 keeps every reference.
            "-O0",
            "-w",
            "-fno-access-control",
            *(f"-D{define}" for define in asked.defines),
            f"-I{asked.root.resolve()}",
            *(f"-isystem{path.resolve()}" for path in asked.include_directories),
        ]

    def _run(self, command: list[str], uses: dict[int, str]) -> Finished:
        (self._folder / _UNIT).write_text(_write_program(self._question, uses), encoding="utf-8")
        try:
            return run_program(command, folder=self._folder, seconds=300)
        except OSError as error:
            story = f"`{command[0]}` cannot be run: {error.strerror}"
            raise ToolchainError(story, hint="name yours with `--compiler`") from error


def _write_program(question: WitnessQuestion, uses: dict[int, str]) -> str:
    """The program, one use a line after the lines that :func:`_line_numbers` counts."""
    return "\n".join([*_heading(question), *uses.values(), "int main() {}", ""])


def _heading(question: WitnessQuestion) -> list[str]:
    return [*(f"#include <{entry}>" for entry in question.entries), "#include <typeinfo>", _SUPPORT]


def _line_numbers(question: WitnessQuestion, uses: dict[int, str]) -> dict[int, int]:
    first = len(_heading(question)) + 1
    return {index: first + position for position, index in enumerate(uses)}


def write_use(declaration: Declaration, symbols: Collection[SymbolName], number: int) -> str:
    """One line of C++ that makes the compiler refer to ``symbols`` of ``declaration``; empty where none is known."""
    writer = _WRITERS.get(declaration.kind)
    if writer is None or declaration.template:
        return ""
    if Trait.TEMPLATE_INSTANCE in declaration.traits and declaration.record is None:
        return _point_to(declaration.spelling, f"use{number}") if declaration.spelling is not None else ""
    return writer(declaration, symbols, f"use{number}")


def _point_to(spelling: Spelling, label: str) -> str:
    """An instance of a function template by its address, in the namespace that its arguments are written in."""
    if not spelling.type:
        return ""
    owner = f"{spelling.owner}::" if spelling.owner else ""
    use = f"void {label}() {{ witness<{spelling.type}>::type {owner}*p = &{spelling.name}; sink = &p; }}"
    return f"namespace {spelling.namespace} {{ {use} }}" if spelling.namespace else use


def _arguments(declaration: Declaration) -> tuple[list[str], str]:
    """Parameters to declare, and the arguments that hand them on; a `...` gets none."""
    names = [f"p{index}" for index in range(len(declaration.parameters))]
    types = [item.type.canonical for item in declaration.parameters]
    handed = (f"static_cast<decltype({name})&&>({name})" for name in names)
    return [_declare(spelling, name) for spelling, name in zip(types, names, strict=True)], ", ".join(handed)


def _declare(spelling: str, name: str) -> str:
    """A parameter: through an alias, since arrays and function types are spelt around their name."""
    return f"witness<{spelling}>::type {name}"


def _use_function(declaration: Declaration, symbols: Symbols, label: str) -> str:
    parameters, handed = _arguments(declaration)
    return f"void {label}({', '.join(parameters)}) {{ (void) {declaration.name}({handed}); }}"


def _use_method(declaration: Declaration, symbols: Symbols, label: str) -> str:
    parameters, handed = _arguments(declaration)
    member = declaration.name.removeprefix(f"{declaration.record}::")
    quality = " ".join(trait.value for trait in (Trait.CONST, Trait.VOLATILE) if trait in declaration.traits)
    moved = "static_cast<O&&>(*o)" if Trait.RVALUE_REF in declaration.traits else "(*o)"
    # Qualified, so that a virtual function is called as itself and not through the vtable.
    call = f"{moved}.O::{member}({handed})"
    head = ", ".join([f"{quality} {declaration.record}* o", *parameters])
    return f"void {label}({head}) {{ using O = {declaration.record}; (void) {call}; }}"


def _use_constructor(declaration: Declaration, symbols: Symbols, label: str) -> str:
    """`new A(…)` refers to the complete constructor (C1), a derived class's constructor to that of the base (C2)."""
    parameters, handed = _arguments(declaration)
    listed, record = ", ".join(parameters), declaration.record
    if any("C1E" in symbol for symbol in symbols):
        return f"void {label}({listed}) {{ sink = new {record}({handed}); }}"
    derived = f"struct {label} : {record} {{ using O = {record}; {label}({listed}); }};"
    return f"{derived} {label}::{label}({listed}) : O({handed}) {{}}"


def _use_destructor(declaration: Declaration, symbols: Symbols, label: str) -> str:
    """An explicit call refers to the complete destructor (D1) and to no other."""
    if not any("D1E" in symbol for symbol in symbols):
        return ""
    return f"void {label}({declaration.record}* o) {{ using O = {declaration.record}; o->O::~O(); }}"


def _use_variable(declaration: Declaration, symbols: Symbols, label: str) -> str:
    return f"void {label}() {{ sink = &{declaration.name}; }}"


def _use_class(declaration: Declaration, symbols: Symbols, label: str) -> str:
    """`typeid` refers to the typeinfo, an implicit copy to the vtable alone."""
    if not any(symbol.startswith("_ZTI") for symbol in symbols):
        name = declaration.name
        return (
            f"struct {label} : {name} {{ {label}({name} const&); }}; {label}::{label}({name} const& o) : {name}(o) {{}}"
        )
    return f"void {label}() {{ sink = &typeid({declaration.name}); }}"


_WRITERS = {
    DeclarationKind.FUNCTION: _use_function,
    DeclarationKind.METHOD: _use_method,
    DeclarationKind.CONVERSION: _use_method,
    DeclarationKind.STATIC_METHOD: _use_function,
    DeclarationKind.CONSTRUCTOR: _use_constructor,
    DeclarationKind.DESTRUCTOR: _use_destructor,
    DeclarationKind.VARIABLE: _use_variable,
    DeclarationKind.STATIC_MEMBER: _use_variable,
    DeclarationKind.CLASS: _use_class,
}
