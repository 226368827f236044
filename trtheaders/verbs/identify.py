"""`identify`: which release is this library?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.library.stub_mark import stubbed_release
from trtheaders.library.symbols.exports import open_library
from trtheaders.model.answers.candidates import Identification
from trtheaders.steps.question.library_choice import find_libraries
from trtheaders.steps.question.settings import settle_configuration
from trtheaders.steps.verdict.identity import identify_libraries

_HINT = "install tensorrt-llm, or name it with `trtheaders identify FILE` or `--python PYTHON`"


def identify(
    libraries: Sequence[Path] = (), *, python: Path | None = None, start: Path | None = None
) -> Identification:
    """Which release ``libraries`` (or the installation that is found) are, by all releases shipped and vendored here.

    Needs no headers, no network, no parser and no compiler. ``python`` and ``start`` (the folder whose configuration
    holds) say where to look. Raises :class:`~trtheaders.errors.LibraryError` and
    :class:`~trtheaders.errors.InstallationError` where there is no library to look at.
    """
    configuration = settle_configuration(start)
    found = find_libraries(configuration, libraries, python, hint=_HINT)
    known = identify_libraries(found.linked + found.libraries, configuration)
    with open_library(found.linked[0]) as library:
        return replace(known, stub_of=stubbed_release(library), remarks=(*found.doubts, *known.remarks))
