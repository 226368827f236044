"""Which flags a file of the repository may give to a compiler: those that shape what a header means, and no other.

Flags start programs (`-wrapper`, `-B`, `-specs`, `-fplugin`, `-Xclang -load`), write files (`-o`, `-MF`, `-save-temps`,
`-fdump-…`) and read what they please (`--config`, `-Wa,`): one that is not known to be harmless is left out, and named
unless it says nothing about the meaning of headers. What the user gives by option or `$CXX` is not looked at here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from trtheaders.programs.files import expand_home, read_text
from trtheaders.programs.quoting import is_called_as_header
from trtheaders.programs.trust import find_program, find_refusal

PATH_FLAGS = ("-isystem", "-iquote", "-idirafter", "-include", "-imacros", "-I")
"""Flags with a path; the longest spelling of each stands first."""

_READING = ("-include", "-imacros")
"""A compiler that does not understand what these read quotes it."""

NOTHING_PRECOMPILED = ("-include", os.devnull)
"""Before every other flag that includes: a compiler takes `x.h.gch`, which anybody may have put beside `x.h`, in place
of the first header alone. It says what it likes, and is an image of the compiler's memory (GCC manual, "Using
Precompiled Headers"; clang does so for `-include`)."""
_PRECOMPILED = (".gch", ".pch")

_SWITCHES = """
    rtti exceptions char8_t short-enums short-wchar signed-char unsigned-char signed-bitfields
    unsigned-bitfields freestanding hosted openmp openmp-simd openacc threadsafe-statics use-cxa-atexit
    sized-deallocation aligned-new aligned-allocation coroutines coroutines-ts concepts concepts-ts
    ms-extensions gnu-keywords asm operator-names permissive strict-enums ext-numeric-literals builtin
    math-errno fast-math finite-math-only trapping-math signed-zeros gnu-unique implement-inlines inline
    keep-inline-functions visibility-inlines-hidden visibility-ms-compat PIC pic PIE pie plt common
    elide-constructors new-ttp-matching relaxed-template-template-args declspec borland-extensions
    access-control pack-struct stack-protector stack-protector-strong stack-protector-all
    delete-null-pointer-checks wrapv enforce-eh-specs omit-frame-pointer c++-static-destructors weak
    extern-tls-init zero-initialized-in-bss
"""
"""After `-f` or `-fno-`: what shapes names, macros or layout."""
_VALUES = """
    abi-version abi-compat-version clang-abi-compat visibility pack-struct aligned-new template-depth
    constexpr-depth constexpr-steps constexpr-loop-limit constexpr-ops-limit bracket-depth sanitize
    cf-protection max-type-align ms-compatibility-version openmp
"""
"""After `-f`, with `=` and a plain value."""
_MACHINE = r"""
    32|64|x32|(?:arch|tune|cpu|abi|fpu|float-abi|cmodel|branch-protection|tls-dialect)=[\w.+-]+
    |(?:no-)?(?:sse|avx|bmi|fma|xop|lwp|tbm|adx|aes|sha|pclmul|popcnt|lzcnt|f16c|cx16|movbe|rdrnd|rdseed|fsgsbase
      |prfchw|crc|mmx|3dnow|abm|gfni|vaes|vpclmulqdq|amx|sm|lse)[\w.+-]*
    |(?:no-)?(?:long-double-(?:64|80|128)|general-regs-only|ms-bitfields|outline-atomics|red-zone|strict-align
      |omit-leaf-frame-pointer|fancy-math-387|80387|hard-float|soft-float)
"""
# The patterns stand as text: `re` compiles each when it is first asked for, and most runs see no flag at all.
_MEANINGFUL = rf"""(?x)-std=(?:c|gnu)\+\+\w+\Z|-ansi\Z|-pthread\Z|-nostdinc(?:\+\+)?\Z|-stdlib=lib(?:std)?c\+\+\Z
    |--?target=[\w.+-]+\Z|-m(?:{_MACHINE})\Z
    |-f(?:no-)?(?:{"|".join(map(re.escape, _SWITCHES.split()))})\Z
    |-f(?:{"|".join(_VALUES.split())})=[\w,.+-]+\Z"""
_NEUTRAL = r"""(?x)-D_FORTIFY_SOURCE\b|-D_GLIBCXX_ASSERTIONS\b|-pthread\Z|-ansi\Z|-std=|--?target=|-nostdinc|-stdlib=
    |-m(?:arch|tune|cpu|cmodel|branch-protection|tls-dialect)=(?!native)|-m(?:no-)?(?:red-zone|omit-leaf-frame-pointer)\Z
    |-f(?:no-)?(?:PIC|pic|PIE|pie|plt|common|stack-protector[\w-]*|omit-frame-pointer|delete-null-pointer-checks|wrapv
    |visibility[\w-]*|asm|gnu-unique|cf-protection|sanitize|template-depth|constexpr-[\w-]+|bracket-depth)(?:=|\Z)"""
"""What distributions build everything with, and what has a place of its own: no header has another meaning with it."""
_FOR_THE_PARSER = (
    r"-f(?:no-)?(?:short-enums|char8_t|signed-char|unsigned-char|short-wchar|rtti|exceptions|ms-extensions)\Z"
    r"|-fpack-struct=\d+\Z|-m(?:32|long-double-(?:64|80|128)|ms-bitfields)\Z"
)
_MEANINGLESS = r"""(?x)-(?:c|E|S|w|v|pipe|O\w*|g(?!plugin)[\w+=-]*|W(?![apl],)[\w+=-]*|pedantic(?:-errors)?|MD|MMD|MP|M
    |MM|(?:o|MF|MT|MQ).+|f(?:no-)?(?:diagnostics-[\w-]+(?:=\w+)?|color-diagnostics|lto(?:=\w+)?
    |(?:function|data)-sections|strict-aliasing))\Z"""
_WITH_MEANINGLESS_VALUE = ("-o", "-MF", "-MT", "-MQ", "-MJ", "-x", "--param")
_PARTED = {"-D": "-D", "-U": "-U", "-target": "--target="}
_WITH_VALUE = (
    *("-Xclang", "-Xlinker", "-Xassembler", "-Xpreprocessor", "-wrapper", "-specs", "-B", "-L", "-l", "-T", "-u"),
    *(
        "-aux-info",
        "--config",
        "-mllvm",
        "-iprefix",
        "-iwithprefix",
        "-isysroot",
        "--sysroot",
        "-imultilib",
        "-dumpbase",
    ),
    *("-fplugin", "-load", "-arch", "-gcc-toolchain", "--gcc-toolchain", "-ccc-gcc-name", "-Xcompiler"),
)
_LAUNCHERS = frozenset({"ccache", "sccache", "distcc", "icecc"})
_COMPILER = r"(?:[\w.+]+-)*(?:g\+\+|gcc|c\+\+|cc|clang|clang\+\+|icpx|icpc|icx|dpcpp|nvc\+\+|hipcc)(?:-[\d.]+)?\Z"
_DEEPEST = 8


class Flags(Struct, frozen=True, kw_only=True):
    """Flags that were ``kept``, paths made absolute, and those that were ``dropped`` and may have meant something."""

    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


class Command(Struct, frozen=True, kw_only=True):
    """A compiler that a file of the repository names: its ``words``, and the flags that were ``dropped``.

    ``refused`` says why it may not be started, in the words of :func:`~.trust.find_refusal`; then ``words`` are empty.
    """

    words: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    refused: str = ""


def vet_flags(words: Sequence[str], folder: Path) -> Flags:
    """Those of ``words``, flags that a file of the repository gives, that may be passed on.

    Paths are made absolute from ``folder``. Response files (`@FILE`) are read under the same rules.
    """
    sheet = _Sheet(folder)
    sheet.take(words)
    return Flags(kept=tuple(sheet.kept), dropped=tuple(dict.fromkeys(sheet.dropped)))


class _Sheet:
    """Flags as they are sorted into those that are kept and those that are dropped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._depth = 0
        self.kept: list[str] = []
        self.dropped: list[str] = []

    def take(self, words: Iterable[str]) -> None:
        row = iter(words)
        for word in row:
            if word.startswith("@"):
                self._take_response(word)
            elif (file := _options_file(word, row)) is not None:
                self._take_response(f"@{file}")
            elif not (self._take_path(word, row) or self._take_meaning(word, row)):
                self._leave_out(word, row)

    def _take_response(self, word: str) -> None:
        """A response file: words as a shell would part them (GCC manual, "Overall Options", `@file`)."""
        try:
            words = split_command(read_text(self._folder / word[1:])) if self._depth < _DEEPEST else None
        except (OSError, ValueError):
            words = None
        if words is None:
            self.dropped.append(word)
            return
        self._depth += 1
        self.take(words)
        self._depth -= 1

    def _take_path(self, word: str, row: Iterator[str]) -> bool:
        flag = next((flag for flag in PATH_FLAGS if word.startswith(flag)), None)
        if flag is None or word.startswith("-include-"):
            return False
        value = word[len(flag) :].removeprefix("=") or next(row, "")
        path = str(self._folder / value)
        if flag in _READING and value and not _may_be_included(path):
            self.dropped.append(f"{flag} {value}")
        else:
            self.kept += (flag, path) if value else ()
        return True

    def _take_meaning(self, word: str, row: Iterator[str]) -> bool:
        if word in _PARTED:
            # Without a value it would take the next flag for one, and that may be ours.
            value = next(row, "")
            if not value:
                self.dropped.append(word)
                return True
            word = f"{_PARTED[word]}{value}"
        if not (word.startswith(("-D", "-U")) or re.match(_MEANINGFUL, word)):
            return False
        self.kept.append(word)
        return True

    def _leave_out(self, word: str, row: Iterator[str]) -> None:
        """Name ``word``, with its value, unless it says nothing about the meaning of headers."""
        if word in _WITH_MEANINGLESS_VALUE:
            next(row, "")
        elif word in _WITH_VALUE:
            self.dropped.append(f"{word} {next(row, '')}")
        elif word.startswith("-") and not re.match(_MEANINGLESS, word):
            self.dropped.append(word)


def _may_be_included(path: str) -> bool:
    return is_called_as_header(path) and not any(os.path.lexists(f"{path}{suffix}") for suffix in _PRECOMPILED)


def _options_file(word: str, row: Iterator[str]) -> str | None:
    """The file of nvcc's `--options-file FILE`, which CMake writes for CUDA sources; None for any other flag."""
    name, equals, value = word.partition("=")
    if name not in ("--options-file", "-optf"):
        return None
    return value if equals else next(row, "")


def expand_responses(words: Sequence[str], folder: Path, depth: int = 0) -> tuple[str, ...]:
    """``words``, which the user gave, with the content of their response files (`@FILE`, `--options-file FILE`).

    One that cannot be read, or that names itself, is left as `@FILE`.
    """
    found: list[str] = []
    row = iter(words)
    for word in row:
        file = word[1:] if word.startswith("@") else _options_file(word, row)
        try:
            inside = split_command(read_text(folder / file)) if file is not None and depth < _DEEPEST else None
        except (OSError, ValueError):
            inside = None
        left = word if file is None else f"@{file}"
        found += (left,) if inside is None else expand_responses(inside, folder, depth + 1)
    return tuple(found)


def split_command(text: str) -> tuple[str, ...]:
    """The words of a command as a shell parts them; at blanks where its quotation marks do not match."""
    if not text:
        return ()
    import shlex

    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())


def vet_command(text: str | Sequence[str], folder: Path) -> Command:
    """The compiler that a file of the repository in ``folder`` names in ``text``, as far as it may be started.

    A launcher before it (`ccache`) is passed over; a compiler is called as compilers are, so that `env` or `sh` is
    none. One that is not there is kept as it is named: who needs it says so.
    """
    words = list(split_command(text) if isinstance(text, str) else text)
    while len(words) > 1 and Path(words[0]).name in _LAUNCHERS:
        del words[0]
    if not words:
        return Command(refused="names no program")
    name, *flags = words
    vetted = vet_flags(flags, folder)
    if not re.match(_COMPILER, Path(name).name):
        return Command(refused="is not called as a C++ compiler is", dropped=vetted.dropped)
    program = find_program(os.path.normpath(folder / expand_home(Path(name))) if os.sep in name else name)
    refused = find_refusal(program, folder) if program is not None else ""
    if refused:
        return Command(refused=refused, dropped=vetted.dropped)
    return Command(words=(name if program is None else str(program), *vetted.kept), dropped=vetted.dropped)


def shaping_flags(words: Iterable[str]) -> tuple[str, ...]:
    """Those of a compiler's ``words`` with which headers may declare something else or lie otherwise; paths apart."""
    found: list[str] = []
    row = iter(words)
    for word in row:
        flag = f"{word}{next(row, '')}" if word in ("-D", "-U") else word
        if (flag.startswith(("-D", "-U")) or re.match(_MEANINGFUL, flag)) and not re.match(_NEUTRAL, flag):
            found.append(flag)
    return tuple(found)


def environment_flags() -> tuple[str, ...]:
    """Those of $CXXFLAGS with which headers mean something else: another standard library among them."""
    words = split_command(os.environ.get("CXXFLAGS", ""))
    return (*shaping_flags(words), *(word for word in words if word.startswith("-stdlib=")))


def parser_flags(flags: Iterable[str]) -> list[str]:
    """Those of ``flags`` that libclang has to be told; what the others define, their macros tell."""
    return [flag for flag in flags if re.match(_FOR_THE_PARSER, flag)]


def find_words(text: str) -> list[str]:
    """The words of a compiler's command that is about to be started in another folder than this one."""
    words = list(split_command(text))
    here = Path.cwd()
    for number, word in enumerate(words[1:], start=1):
        flag = next((flag for flag in (*PATH_FLAGS, "-B", "--sysroot=") if word.startswith(flag)), None)
        if flag is not None and word != flag:
            words[number] = f"{flag}{here / word[len(flag) :]}"
        elif words[number - 1] in (*PATH_FLAGS, "-B", "--sysroot"):
            words[number] = str(here / word)
    return words


def without_folders(words: Sequence[str]) -> list[str]:
    """A compiler's ``words`` without the folders and files that they add to its search."""
    found: list[str] = []
    row = iter(words)
    for word in row:
        if word in PATH_FLAGS:
            next(row, "")
        elif not word.startswith(PATH_FLAGS):
            found.append(word)
    return found


def tell_dropped(dropped: Sequence[str]) -> Iterator[str]:
    """``dropped`` as a sentence, if there are any."""
    if dropped:
        flags = ", ".join(f"`{flag}`" for flag in dropped)
        yield f"{flags}: not among the flags that a file of the repository may give, and left out"
