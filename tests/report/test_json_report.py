"""JSON documents against the schemas that are shipped."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest
from support.promised import promise, snapshot
from test_text_report import FINDING, NOTE, UNVERIFIABLE, verification

from trtheaders.cli.main import run
from trtheaders.model.headers.promises import Exempt, Exemption
from trtheaders.model.headers.snapshot import Toolchain
from trtheaders.report.verification.json import render_promises, render_unanswered, render_verification


def validate(name: str, text: str) -> dict:
    schema = json.loads((files("trtheaders.schemas") / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(text)
    jsonschema.validate(document, schema)
    return document


def test_a_mismatch_is_valid_and_complete():
    toolchain = Toolchain(compiler="g++ 12", standard_library="12", parser="18.1.1")
    given = verification(FINDING, NOTE, unverifiable=(UNVERIFIABLE,), toolchain=toolchain, remarks=("r",))
    document = validate("verify", render_verification(given))
    assert (document["schema"], document["verdict"], document["release"]) == (1, "mismatch", "1.2.0")
    layouts = document["counts"].pop("layouts")
    assert document["counts"] == {"promises": 488, "symbols": 700, "missing": 1, "exempt": 31, "unverifiable": 0}
    assert layouts == dict.fromkeys(("classes", "judged", "confirmed", "contradicted", "doubted"), 0)
    first = document["findings"][0]
    assert first["symbols"] == ["_ZN1n1SC1Eii"]
    assert (first["file"], first["line"], first["severity"], first["hint"]) == ("n/s.h", 63, "error", FINDING.hint)
    assert document["findings"][1]["file"] is None
    assert document["unverifiable"][0]["reason"] == "`x.h` was not found"
    assert document["libraries"][0]["name"] == "libtensorrt_llm.so"


def test_no_release_is_null():
    assert validate("verify", render_verification(verification(release=None)))["release"] is None


def test_strictness_takes_the_verdict_back():
    document = validate("verify", render_unanswered("not all was judged", "drop `--strict`", verification()))
    assert (document["verdict"], document["error"]) == ("unanswered", "not all was judged")
    assert document["counts"]["promises"] == 488


def test_no_answer_is_json_too(capsys):
    assert run(["rules", "no-such-rule", "--format", "json"]) == 2
    validate("verify", capsys.readouterr().out)


def test_promises_are_valid():
    made = promise("_ZN1AC2Ev", optional=("_ZN1AC1Ev",), name="A::A")
    exempt = Exempt(declaration=promise("_Z1gv", line=3).declaration, reason=Exemption.INLINE)
    document = validate("promises", render_promises(snapshot(made, exempt=(exempt,), unverifiable=(UNVERIFIABLE,))))
    assert document["promises"][0]["symbols"] == ["_ZN1AC2Ev"]
    assert document["promises"][0]["optional"] == ["_ZN1AC1Ev"]
    assert document["exempt"] == [
        {"name": "g", "kind": "function", "file": "n.h", "line": 3, "reason": "defined inline", "signature": "g(…)"}
    ]


def test_the_schema_refuses_what_it_does_not_know():
    document = json.loads(render_verification(verification()))
    document["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError):
        validate("verify", json.dumps(document))
