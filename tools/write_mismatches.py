"""Write docs/mismatches.md: how to read a mismatch, from the rules themselves: `python tools/write_mismatches.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from trtheaders.rules import layout, symbols, vendored
from trtheaders.rules.row import Rule

HEAD = """# How to read a mismatch

Written by `python tools/write_mismatches.py` from the rules; a test keeps it equal to them.

The first line says what was compared and how it came out. Below it each finding has a place in the headers, a rule in
brackets, one sentence that names both sides, evidence, and a `hint:` that says what to do:

```
tensorrt_llm/executor/executor.h:30: error[missing-symbols]: `S::S(…)` takes 9 parameters here, there it has 8
   parameter 8 `std::optional<int> const& promptIgnoreLength` is new in 1.1.0
hint: run `trtheaders add v1.0.0`, or install tensorrt-llm==1.1.0
```

Many findings mostly have one cause, and then only the cause is told, with what it explains. An *error* breaks a program
that uses the declaration, a *warning* may, a *note* is worth knowing. `trtheaders rules ID` shows one rule;
`[[accept]]` in `trtheaders.toml` puts a finding on record; `verify --link` asks your own linker about each.
"""
GROUPS = (
    ("Symbols and how the library was built", symbols.ROWS),
    ("Layouts: it links, and then reads the wrong memory", layout.ROWS),
    ("Vendored files", vendored.ROWS),
)


def render() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, rows in GROUPS:
        parts += [f"## {title}\n", *(_section(row) for row in rows)]
    return "\n".join(parts)


def _section(row: Rule) -> str:
    lines = [f"### {row.id}\n", f"*{row.severity.value}*: {row.summary}\n", f"{row.explanation}\n"]
    lines += ["```cpp", row.example, "```\n", f"Source: {row.source}\n"]
    return "\n".join([*lines, f"What to do: {row.hint}\n"] if row.hint else lines)


if __name__ == "__main__":
    (ROOT / "docs" / "mismatches.md").write_text(render(), encoding="utf-8")
