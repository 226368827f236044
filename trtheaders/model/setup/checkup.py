"""What became of looking at a machine: one answer a question, and the verdict over them."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class SetupState(Enum):
    """A failure keeps a program from being built or started; a warning may; a note is worth knowing."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    NOTE = "note"
    UNKNOWN = "unknown"


class Purpose(Enum):
    """What the machine is for: a machine without a GPU is healthy for building."""

    BUILD = "build"
    RUN = "run"


class SetupAnswer(Struct, frozen=True, kw_only=True):
    """One row: ``id`` is that of its check, ``title`` what stands at its head for people.

    ``found`` and ``needed`` are short phrases, ``why`` says why it matters, ``fix`` is one line to paste into a shell,
    ``source`` where the rule comes from. ``details`` are further lines, for who asks for all.
    """

    id: str
    title: str
    state: SetupState
    found: str = ""
    needed: str = ""
    why: str = ""
    fix: str = ""
    source: str = ""
    details: tuple[str, ...] = ()


class SetupVerdict(Enum):
    """The one-word answer."""

    HEALTHY = "healthy"
    PROBLEMS = "problems"
    UNANSWERED = "unanswered"


class Checkup(Struct, frozen=True, kw_only=True):
    """Every answer, in the fixed order of the checks. ``subject`` is whether there was anything to judge."""

    answers: tuple[SetupAnswer, ...]
    subject: bool = True

    @property
    def problems(self) -> int:
        """How many failures."""
        return sum(answer.state is SetupState.FAIL for answer in self.answers)

    @property
    def warnings(self) -> int:
        """How many warnings."""
        return sum(answer.state is SetupState.WARN for answer in self.answers)

    @property
    def verdict(self) -> SetupVerdict:
        """`UNANSWERED` where nothing is installed, so that nothing says what the machine has to have."""
        if not self.subject:
            return SetupVerdict.UNANSWERED
        return SetupVerdict.PROBLEMS if self.problems else SetupVerdict.HEALTHY
