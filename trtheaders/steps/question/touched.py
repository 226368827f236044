"""What sources touch of one release's headers: the compiler's word on symbols, the parser's on the rest."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.consumer.compile_commands import find_database, read_flags
from trtheaders.consumer.objects import ObjectQuestion, compile_object
from trtheaders.headers.entrance import HeaderQuestion
from trtheaders.headers.sources import SourceQuestion
from trtheaders.headers.touches import read_touches
from trtheaders.library.undefined import read_undefined
from trtheaders.model.answers.uses import Touched
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest


def read_touched(sources: Sequence[Path], request: HeaderRequest) -> Touched:
    """All that ``sources`` touch of the headers of ``request``.

    Symbols are those that the user's compiler leaves undefined in an object; where a source does not compile here,
    those that the parser sees. Raises what reading headers raises.
    """
    found = [_read(source, request) for source in sources]
    return Touched(
        symbols=frozenset().union(*(item.symbols for item in found)),
        named=frozenset().union(*(item.named for item in found)),
        words=frozenset().union(*(item.words for item in found)),
        included=frozenset().union(*(item.included for item in found)),
        compiled=all(item.compiled for item in found),
        doubtful=frozenset().union(*(item.doubtful for item in found if not item.compiled)),
        dependent=frozenset().union(*(item.dependent for item in found)),
        reached=all(item.reached for item in found),
        broken=tuple(source for source, item in zip(sources, found, strict=True) if not item.compiled),
    )


def _read(source: Path, request: HeaderRequest) -> Touched:
    wanted = request.configuration
    database = find_database(source, wanted.root)
    flags = read_flags(database, source).kept if database is not None else ()
    headers = HeaderQuestion(
        root=request.root,
        standard=wanted.standard,
        defines=wanted.defines,
        include_directories=wanted.include_directories,
        compiler=wanted.compiler,
    )
    touched = read_touches(SourceQuestion(source=source, headers=headers, flags=flags))
    asked = ObjectQuestion(
        source=source,
        root=request.root,
        include_directories=wanted.include_directories,
        defines=wanted.defines,
        standard=wanted.standard,
        compiler=wanted.compiler,
        flags=flags,
    )
    with tempfile.TemporaryDirectory(prefix="trtheaders-object-") as folder:
        made = compile_object(asked, Path(folder))
        if made is None:
            return touched
        symbols = frozenset(item.symbol for item in read_undefined(made).references)
    return replace(touched, symbols=symbols, compiled=True)
