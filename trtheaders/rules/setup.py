"""Rules about what a program meets when it is started: libraries that are needed, engines that are loaded."""

from __future__ import annotations

from trtheaders.model.answers.findings import Severity
from trtheaders.rules.row import Rule

MISSING_NEEDED_LIBRARIES = Rule(
    id="missing-needed-libraries",
    severity=Severity.WARNING,
    summary="a library needs another one that is not here, so that no program starts with it",
    explanation=(
        "The library names another one as DT_NEEDED, and neither its own folders, nor the environment that it is "
        "installed in, nor the system has it. It links, and the program ends before `main`. What the driver brings is "
        "not counted: a machine that only builds has none. Asked for with `--for run`; `trtheaders doctor` follows "
        "all needs, also those of the needs, and says what brings them."
    ),
    example="int f();\n// g++ -shared … -lcublasLt, and nothing here has libcublasLt.so.13",
    source="ld.so: error while loading shared libraries: cannot open shared object file",
    message="`{library}` needs {what}, which nothing here provides: no program starts with it",
)

FOREIGN_ENGINES = Rule(
    id="foreign-engines",
    severity=Severity.ERROR,
    summary="an engine was built by another release than the installed one",
    explanation=(
        "A built engine carries the serialization tag of the TensorRT that built it, and another TensorRT refuses it. "
        "Where both releases are built for one TensorRT the runtime only logs the difference, which is a warning."
    ),
    example='// engine/config.json: "version": "1.0.0"; installed is 1.1.0',
    source="TensorRT runtime: stdVersionRead == kSERIALIZATION_VERSION",
)

INCOMPLETE_ENGINES = Rule(
    id="incomplete-engines",
    severity=Severity.ERROR,
    summary="an engine lacks the file of a rank, or one of them is cut short",
    explanation=(
        "`config.json` says over how many processes the engine is spread, and each loads `rankN.engine`. One is not "
        "there, is empty, or is a Git LFS pointer."
    ),
    example='// engine/config.json: "tp_size": 2; engine/ has rank0.engine only',
    source="TensorRT-LLM runtime: assertion while the engine file is opened",
)

ROWS = (MISSING_NEEDED_LIBRARIES, FOREIGN_ENGINES, INCOMPLETE_ENGINES)
