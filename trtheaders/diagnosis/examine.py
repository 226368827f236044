"""The checks run side by side, each within the time that is left; one that breaks or hangs spoils no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from trtheaders.diagnosis.row import Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.errors import TrtHeadersError
from trtheaders.model.setup.checkup import SetupAnswer, SetupState


def examine(site: Site, checks: Sequence[SetupCheck]) -> tuple[SetupAnswer, ...]:
    """The answers of ``checks``, in their order. A check that has nothing to say of this machine has no answer."""
    wanted = [check for check in checks if site.purpose is None or site.purpose in check.purposes]
    runs = [_RunningCheck(check, site) for check in wanted]
    end = time.monotonic() + site.patience
    return tuple(answer for run in runs for answer in run.answers(end))


class _RunningCheck:
    """One check in a thread of its own, which dies with the process if it never ends."""

    def __init__(self, check: SetupCheck, site: Site) -> None:
        self._check = check
        self._site = site
        self._answers: tuple[SetupAnswer, ...] | None = None
        self._thread = threading.Thread(target=self._look, name=check.id, daemon=True)
        self._thread.start()

    def answers(self, end: float) -> tuple[SetupAnswer, ...]:
        self._thread.join(max(0.0, end - time.monotonic()))
        if self._answers is not None:
            return self._answers
        late = Judgement(state=SetupState.UNKNOWN, found="no answer in time", why="a file system or a program hangs")
        return (_answer(self._check, None, late),)

    def _look(self) -> None:
        try:
            seen = self._check.probe(self._site)
            self._answers = tuple(_answer(self._check, seen, item) for item in self._check.judge(seen))
        except TrtHeadersError as error:
            self._answers = (_unknown(self._check, error.message, error.hint),)
        except Exception as error:
            # A probe meets whatever a machine may hold; the others still have an answer.
            self._answers = (_unknown(self._check, f"could not look: {type(error).__name__}: {error}", ""),)


def _unknown(check: SetupCheck, found: str, why: str) -> SetupAnswer:
    return _answer(check, None, Judgement(state=SetupState.UNKNOWN, found=found, why=why))


def _answer(check: SetupCheck, seen: object, item: Judgement) -> SetupAnswer:
    settled = seen is None or item.state is SetupState.OK
    fix = item.fix or ("" if settled else check.remedy(seen, item))
    return SetupAnswer(
        id=check.id,
        title=item.title or check.title,
        state=item.state,
        found=item.found,
        needed=item.needed,
        why=item.why,
        fix=fix,
        source=check.source,
        details=item.details,
    )
