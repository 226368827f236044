"""The formats of a verdict: each is a module of this room, imported when asked for.

Each has a `render_verification` and, but for text, a `render_unanswered`: an upload step refuses an empty file, or
shows it as green.
"""

from __future__ import annotations

import importlib

from trtheaders.model.answers.findings import Verification

FORMATS = ("text", "json", "sarif", "github", "junit", "markdown")


def render_as(form: str, verification: Verification) -> str:
    """``verification`` in one of :data:`FORMATS`, without a final line feed."""
    rendered: str = importlib.import_module(f"trtheaders.report.verification.{form}").render_verification(verification)
    return rendered.rstrip("\n")


def render_unanswered(form: str, error: str, hint: str, verification: Verification | None = None) -> str:
    """That there is no answer, and why, in one of :data:`FORMATS` but text.

    ``verification`` is one that was not enough for what was asked (`--strict`).
    """
    module = importlib.import_module(f"trtheaders.report.verification.{form}")
    rendered: str = module.render_unanswered(error, hint, verification)
    return rendered.rstrip("\n")
