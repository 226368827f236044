"""Who uses the Python API has types: mypy, strict, sees what the verbs take and return."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import trtheaders

CONSUMER = """\
from pathlib import Path

import trtheaders

answer = trtheaders.verify("1.1.0", libraries=[Path("libtensorrt_llm.so")])
counted: int = answer.counts.promises
names: list[str] = [finding.rule for finding in answer.findings]
include: Path = trtheaders.path("1.1.0")

trtheaders.verify("1.1.0", libraries="libtensorrt_llm.so")  # wrong: arg-type
trtheaders.verify("1.1.0", library=[])  # wrong: call-arg
wrong: str = answer.counts.promises  # wrong: assignment
answer.release = None  # wrong: misc
answer.finding  # wrong: attr-defined
trtheaders.verified  # wrong: attr-defined
"""


def test_mypy_finds_what_is_wrong_in_a_consumer_and_nothing_else(tmp_path):
    (tmp_path / "consumer.py").write_text(CONSUMER)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "consumer.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    found = set(re.findall(r"consumer\.py:(\d+): error: .*\[([a-z-]+)\]", done.stdout))
    lines = enumerate(CONSUMER.splitlines(), 1)
    planted = {(str(number), line.partition("# wrong: ")[2]) for number, line in lines if "# wrong: " in line}
    assert found == planted, done.stdout + done.stderr


def test_every_verb_is_announced():
    verbs = {path.stem for path in (Path(trtheaders.__file__).parent / "verbs").glob("*.py")} - {"__init__"}
    assert set(trtheaders.__all__) == {"__version__", *verbs}
    assert set(trtheaders.__all__) <= set(dir(trtheaders))
