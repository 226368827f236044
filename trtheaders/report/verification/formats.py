"""The formats of a verdict: each is a module of this room with a `render_verification`, imported when asked for."""

from __future__ import annotations

import importlib

from trtheaders.model.answers.findings import Verification

FORMATS = ("text", "json", "sarif", "github", "junit", "markdown")


def render_as(form: str, verification: Verification) -> str:
    """``verification`` in one of :data:`FORMATS`, without a final line feed."""
    rendered: str = importlib.import_module(f"trtheaders.report.verification.{form}").render_verification(verification)
    return rendered.rstrip("\n")
