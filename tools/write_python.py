"""Write docs/python.md: the Python API, from the docstrings of its verbs: `python tools/write_python.py`."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import trtheaders

_ROLE = re.compile(r":(?:class|func|mod|data|attr):`~?([\w.]+)`")


def render() -> str:
    """The whole page."""
    verbs = [name for name in trtheaders.__all__ if name != "__version__"]
    head = _prose(inspect.getdoc(trtheaders) or "")
    parts = [
        "# Python\n",
        "Written by `python tools/write_python.py`; a test keeps it equal to the docstrings.\n",
        head,
    ]
    return "\n".join([*parts, *(_section(name) for name in verbs)])


def _section(name: str) -> str:
    verb = getattr(trtheaders, name)
    return f"## {name}\n\n```python\n{_signature(name, verb)}\n```\n\n{_prose(inspect.getdoc(verb) or '')}"


def _signature(name: str, verb: object) -> str:
    """One parameter a line, as the source has them."""
    signature = inspect.signature(verb)  # type: ignore[arg-type]
    lines, keyword = [], False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword:
            lines.append("*")
            keyword = True
        lines.append(str(parameter).replace("'", ""))
    result = str(signature.return_annotation)
    return f"{name}(\n" + "".join(f"    {line},\n" for line in lines) + f") -> {result}"


def _prose(text: str) -> str:
    """A docstring as Markdown: its names without roles, its example as a block of code."""
    lines, code = [], False
    for line in _ROLE.sub(lambda found: f"`{found[1].rpartition('.')[2]}`", text).replace("``", "`").splitlines():
        inside = line.startswith("    ") or (code and not line)
        if inside and not code:
            lines.append("```python")
        elif code and not inside:
            lines[-1:] = ["```", ""] if not lines[-1] else [lines[-1], "```"]
        code = inside
        lines.append(line[4:] if inside else line.replace("::", ":") if line.endswith("::") else line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "python.md").write_text(render(), encoding="utf-8")
