"""Record how gcc, binutils, glibc and make say in other languages what `explain` reads.

    python tools/record_translations.py /usr/share/locale ...

Each folder holds `<language>/LC_MESSAGES/*.mo` (Debian: gcc-12-locales, binutils-common, libc-l10n, make; unpacked is
enough). What is recorded already stays, so that several versions can be read one after the other.
"""

from __future__ import annotations

import gettext
import itertools
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from trtheaders.consumer.translations import FILE, plain

PLACES = re.compile(r"^(?:%[FXPCDGHBS]|%pB|%pS|[:;\s]|%%[XP])*")
"""What GNU ld puts before a message: its own name, the object, the section. It is the same in every language."""
FORMAT = re.compile(
    r"%(?:(?P<position>\d)\$)?(?P<quoted>q?)[+#]*(?:\.\*)?"
    r"(?:pT|pB|pA|pI|lu|lx|ld|wd|[AsdiuETDBFVHRLPSC])"
)
WANTED = {
    "ld": (
        r"(?:warning: )?(?:more )?undefined references? to '\{0\}'(?: follow)?|cannot find \{0\}(?:: \{1\}| \(\{1\}\): "
        r"\{2\})?|(?:warning: )?multiple definition of '\{0\}'|\{0\}: first defined here|first defined here|"
        r"in function '\{0\}':?|skipping incompatible .*|.* architecture of input file .*|"
        r"relocation truncated to fit: .*|(?:warning: )?\{0\}, needed by \{1\}, not found.*|(?:warning|error): ?|"
        r"error adding symbols: \{0\}"
    ),
    "gold": (
        r"(?:\{0\}: )*(?:error: )?undefined reference to '\{\d\}'(?:, version .*)?|cannot find \{0\}(?:\{1\})?|"
        r"multiple definition of '\{0\}'|(?:\{\d\}: )*(?:error|warning): ?|\{0\}: incompatible target"
    ),
    "bfd": (
        r"DSO missing from command line|file (?:in wrong format|format not recognized|truncated)|"
        r"relocation \{0\} against .* can ?not be used when making .*"
    ),
    "gcc": (
        r"(?:fatal |internal compiler )?error: ?|warning: ?|note: ?|In file included from|from|"
        r"too (?:few|many) arguments to (?:function|constructor|member function|method)(?: '\{0\}')?|"
        r"no matching function for call to .*|.* has no member named '\{1\}'.*|.* is not a member of .*|"
        r"'\{0\}' in (?:namespace )?'\{1\}' does not name a (?:template )?type.*|.* marked 'override', but does not.*|"
        r"cannot declare (?:variable|field|parameter|catch parameter) .* abstract type .*|"
        r"(?:invalid (?:new-expression of|cast to) abstract|cannot allocate an object of abstract) .*|"
        r"In (?:member )?function '\{0\}'|At global scope:|'\{0\}::\{1\}' has not been declared|In constructor '\{0\}'"
    ),
    "libc": (
        r"cannot open shared object file|No such file or directory|Permission denied|file too short|"
        r"invalid ELF header|cannot allocate memory in static TLS block|cannot enable executable stack.*|"
        r"failed to map segment from shared object|symbol lookup error|wrong ELF class: ELFCLASS\d\d|"
        r"cannot apply additional memory protection.*|object file has no (?:dynamic section|loadable segments)|"
        r"ELF file.*|only ET_DYN.*|cannot (?:read|stat|map|change|make) .*(?:object|data|pages|protections?)|"
        r"cannot make segment writable.*|"
        r"error while loading shared libraries|Exec format error|Cannot allocate memory"
    ),
    "make": r"(?:\{0\})?No rule to make target '\{\d\}'.*",
}


def main(folders: list[str]) -> int:
    """Add what the catalogues below ``folders`` say; the exit code."""
    if not folders:
        print(__doc__, file=sys.stderr)
        return 2
    found: dict[str, set[str]] = defaultdict(set)
    if FILE.exists():
        found.update({english: set(said) for english, said in json.loads(FILE.read_text(encoding="utf-8")).items()})
    for folder in folders:
        for path in sorted(Path(folder).glob("*/LC_MESSAGES/*.mo")):
            _read(path, found)
    rows = {english: sorted(said) for english, said in sorted(found.items()) if said}
    FILE.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{FILE}: {len(rows)} messages, {sum(map(len, rows.values()))} translations")
    return 0


def _read(path: Path, found: dict[str, set[str]]) -> None:
    wanted = WANTED.get(path.stem.partition("-")[0])
    if wanted is None:
        return
    for english, foreign in _pairs(path):
        if english != foreign and re.fullmatch(wanted, english) and _is_telling(foreign):
            found[english].add(foreign)


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    rows: dict[str | tuple[str, int], str] = catalogue._catalog  # type: ignore[attr-defined]
    for key, said in rows.items():
        english = key[0] if isinstance(key, tuple) else key
        if english and said:
            yield _template(english), _template(said)


def _template(message: str) -> str:
    """``message`` with `{0}`, `{1}`, … for its arguments and without the places before it."""
    text = PLACES.sub("", plain(message)).replace("%<", "'").replace("%>", "'").replace("%#V", "").replace("%%", "%")
    count = itertools.count()

    def argument(found: re.Match[str]) -> str:
        number = int(found["position"]) - 1 if found["position"] else next(count)
        return f"'{{{number}}}'" if found["quoted"] else f"{{{number}}}"

    return plain(FORMAT.sub(argument, text))


def _is_telling(foreign: str) -> bool:
    """Whether something of the text is left that no other line has."""
    literal = max(re.split(r"\{\d\}", foreign), key=len).strip(" ':;.,")
    return len(literal) >= 4 or not literal.isascii()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
