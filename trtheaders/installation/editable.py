"""Development installs to the folders that they add: path files, finder modules, and what the installer wrote down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trtheaders.installation.files import matching, read_text
from trtheaders.programs.files import is_folder

PACKAGE = "tensorrt_llm"


def linked_folders(folder: Path) -> Iterator[Path]:
    """Further folders that the package folder ``folder`` lets Python import from. Nothing is run."""
    yield from _of_path_files(folder)
    yield from _of_finders(folder)
    yield from _of_records(folder)


def _of_path_files(folder: Path) -> Iterator[Path]:
    """Lines of `*.pth` files (site module, "path configuration files")."""
    for file in matching(folder, "*.pth"):
        for line in read_text(file).splitlines():
            target = folder / line.strip()
            if line.strip() and not line.startswith(("#", "import ", "import\t")) and is_folder(target):
                yield target


def _of_finders(folder: Path) -> Iterator[Path]:
    """Setuptools' `__editable___*_finder.py`, whose MAPPING leads from a package's name to its folder."""
    for file in matching(folder, "__editable__*_finder.py"):
        target = _mapping(read_text(file)).get(PACKAGE)
        if isinstance(target, str) and Path(target).name == PACKAGE:
            yield Path(target).parent


def _mapping(text: str) -> dict[str, object]:
    """The value of MAPPING in a module's ``text``, which is read and not run."""
    import ast

    try:
        for node in ast.parse(text).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            named = any(isinstance(target, ast.Name) and target.id == "MAPPING" for target in targets)
            if named and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                value = ast.literal_eval(node.value)
                return value if isinstance(value, dict) else {}
    except (SyntaxError, ValueError, RecursionError):
        pass
    return {}


def _of_records(folder: Path) -> Iterator[Path]:
    """The checkout that `direct_url.json` names (PEP 610), with the layouts that packages have in one."""
    import json
    from urllib.parse import unquote, urlsplit

    for file in matching(folder, f"{PACKAGE}-*.dist-info/direct_url.json"):
        try:
            written = json.loads(read_text(file))
            url, editable = written["url"], written["dir_info"]["editable"]
        except (ValueError, LookupError, TypeError):
            continue
        if editable is True and isinstance(url, str) and url.startswith("file:"):
            checkout = Path(unquote(urlsplit(url).path))
            yield from (found for name in (".", "src", "python") if is_folder((found := checkout / name) / PACKAGE))
