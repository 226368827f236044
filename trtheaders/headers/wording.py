"""What headers say in words that the parser passes over: sought in their texts alone, beside the parse.

The user's compiler is asked where a text may say so: macros, conditions and comments are settled by who settles them
for the consumer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import ToolchainError
from trtheaders.headers.declarations.surface import read_directives
from trtheaders.headers.instances.functions import IN_MACRO, FunctionInstance, find_function_instances, find_hint
from trtheaders.headers.origins import Origins
from trtheaders.headers.parser.preprocessor import PreprocessedText
from trtheaders.headers.parser.toolchain import Compiler
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.promises.vector_variants import ASKED, VectorVariants, find_request, find_vector_variants
from trtheaders.model.headers.layouts import Gate, Macro
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.places import Location
from trtheaders.programs.files import MOST_SOURCE, read_bytes

_MACRO = re.compile(rb"^[ \t]*#[ \t]*define\b(?:\\\r?\n|[^\n])*", re.MULTILINE)


class Wording(Struct, frozen=True, kw_only=True):
    """What the ``files`` of one tree say: what is asked for beside functions, the functions that are declared
    `extern template`, and of each what is to be said if it cannot be sought; macros and conditional regions.
    """

    files: tuple[str, ...]
    foreign: frozenset[str]
    variants: VectorVariants
    unsought: tuple[Unverifiable, ...]
    functions: tuple[FunctionInstance, ...]
    unread: tuple[Unverifiable, ...]
    macros: tuple[Macro, ...]
    gates: tuple[Gate, ...]


class WordingReader:
    """Reads the words of headers that ``compiler`` preprocesses; it is asked when it is needed, once.

    ``origins`` tells the machine's headers, whose macros are not looked at.
    """

    def __init__(
        self, tree: HeaderTree, origins: Origins, compiler: Compiler, ask: Callable[[], PreprocessedText]
    ) -> None:
        self.compiler = compiler
        self._tree, self._origins, self._ask = tree, origins, ask
        self._words: Wording | None = None

    def read(self, included: Iterable[str]) -> Wording:
        """The words of the files ``included``, by their absolute paths; of the same ones read once."""
        named = {file: self._tree.name_of(file) for file in included}
        files = tuple(sorted({name for name in named.values() if name is not None}))
        outside = (file for file, name in named.items() if name is None)
        foreign = frozenset(file for file in outside if not self._origins.is_of_machine(file))
        if self._words is None or (self._words.files, self._words.foreign) != (files, foreign):
            self._words = self._read(files, foreign)
        return self._words

    def _read(self, files: tuple[str, ...], foreign: frozenset[str]) -> Wording:
        variants, unsought = self._find_variants(files, foreign)
        functions, unread = self._find_functions(files, foreign)
        macros, gates = read_directives(self._tree, files)
        return Wording(
            files=files,
            foreign=foreign,
            variants=variants,
            unsought=tuple(unsought),
            functions=tuple(functions),
            unread=tuple(unread),
            macros=macros,
            gates=gates,
        )

    def _find_variants(
        self, files: tuple[str, ...], foreign: Iterable[str]
    ) -> tuple[VectorVariants, list[Unverifiable]]:
        hint = find_request(self._tree, files, self.compiler)
        if hint is None and self.compiler.family != "clang":
            hint = _find_macro(files, foreign, ASKED)
        if hint is None:
            return VectorVariants(()), []
        try:
            return find_vector_variants(self._ask(), self.compiler), []
        except ToolchainError as error:
            reason = f"what is asked for beside functions could not be sought: {error.message}"
            return VectorVariants(()), [
                Unverifiable(name="variants for vectors", location=hint, reason=reason, remedy=error.hint)
            ]

    def _find_functions(
        self, files: tuple[str, ...], foreign: Iterable[str]
    ) -> tuple[list[FunctionInstance], list[Unverifiable]]:
        hint = find_hint(self._tree, files) or _find_macro(files, foreign, IN_MACRO)
        if hint is None:
            return [], []
        try:
            headers = self._ask()
        except ToolchainError as error:
            reason = f"functions that are declared `extern template` could not be sought: {error.message}"
            return [], [Unverifiable(name="extern template", location=hint, reason=reason, remedy=error.hint)]
        return find_function_instances(headers), []


def _find_macro(files: Sequence[str], foreign: Iterable[str], hint: re.Pattern[bytes]) -> Location | None:
    """The beginning of ``files`` where a macro of a ``foreign`` header has ``hint`` in it: they may use it."""
    for path in foreign if files else ():
        with suppress(OSError):
            text = read_bytes(Path(path), MOST_SOURCE)
            if hint.search(text) and any(hint.search(macro[0]) for macro in _MACRO.finditer(text)):
                return Location(file=files[0], line=1)
    return None
