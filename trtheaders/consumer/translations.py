"""What build tools say in other languages, put into the English that the patterns know.

`translations.json` holds, for each English message that a pattern reads, how the catalogues of gcc, binutils, glibc and
make translate it (`tools/record_translations.py` makes it from installed catalogues). clang, lld and mold have none.
A message's arguments are `{0}`, `{1}`, … in the order of the English text, everywhere.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

from msgspec import Struct

FILE = Path(__file__).with_name("translations.json")
_QUOTES = str.maketrans(
    dict.fromkeys('`"‘’“”„«»‹›「」『』‚‛', "'") | {"：": ": ", "；": "; ", "，": ", ", "（": " (", "）": ") "}
)
_BLANKS = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u3000]+")
_COLON = re.compile(r"(?<![:\s]) :(?=\s|$)")
# French sets blanks inside its quotes; German turns the same quotes round.
_INSIDE = re.compile(r"(?<![^\s:(])([«‹]) | (?=([»›])(?:[^\w~({<\[*&]|$))")
_LONGEST = 8192
"""So much of a line is looked through for two thousand messages."""
_ARGUMENT = re.compile(r"\{(\d)\}")


def plain(text: str) -> str:
    """``text`` with the typography of every language made one: blanks, colons, and `'` for each kind of quote."""
    one = _INSIDE.sub(r"\1", _BLANKS.sub(" ", text)).translate(_QUOTES)
    return _BLANKS.sub(" ", _COLON.sub(":", one)).strip()


class _Message(Struct):
    """One translation: the literal that a line must hold, the pattern (made when it is needed), the English text."""

    literal: str
    foreign: str
    english: str
    regex: re.Pattern[str] | None = None

    def replace(self, line: str) -> str | None:
        """``line`` with this message in English; None where it does not say it."""
        if self.literal not in line:
            return None
        if self.regex is None:
            self.regex = re.compile(_pattern_of(self.foreign))
        found = self.regex.search(line)
        if found is None:
            return None
        said = _ARGUMENT.sub(lambda argument: found.group(f"a{argument[1]}") or "", self.english)
        return line[: found.start()] + said + line[found.end() :]


def _pattern_of(foreign: str) -> str:
    """A pattern for the translated text; an argument runs to what follows it, the last one to the line's end."""
    parts = _ARGUMENT.split(foreign)
    # At the end of a message stands a name, which is one word, or an error's text, which is everything.
    pattern = r"(?:^|(?<=[\s:;('\"\]]))" if parts[0] else ""
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if index % 2 == 0:
            pattern += re.escape(part)
        elif part in seen:
            pattern += f"(?P=a{part})"
        else:
            seen.add(part)
            last = index == len(parts) - 2 and not parts[-1]
            first = index == 1 and not parts[0]
            pattern += rf"(?P<a{part}>{'.*' if last else '[^ ]+' if first else '.+?'})"
    return pattern


@functools.cache
def _messages() -> list[_Message]:
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    made = [
        _Message(literal=max(_ARGUMENT.sub("\0", foreign).split("\0"), key=len), foreign=foreign, english=english)
        for english, translations in rows.items()
        for foreign in translations
    ]
    # The longest first: a message may hold another one.
    return sorted(made, key=lambda item: (-len(item.literal), item.foreign))


def into_english(line: str) -> str:
    """``line`` with every known message in English, and the quotes and colons of English."""
    whole = plain(line)
    text, rest = whole[:_LONGEST], whole[_LONGEST:]
    for message in _messages():
        text = message.replace(text) or text
    return text + rest
