"""Optional tools for all tests, and the account of what was not run for want of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.tools import NEVER_THERE, tool

PROPERTY = "not run for want of"
TOLD = "told"


@pytest.fixture(scope="session")
def tools() -> Callable[[str], str]:
    """Gives the path of an optional tool by its name; see `support.tools`."""
    return tool


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Has a line printed at the end of the run: figures that a test counted."""
    return lambda line: record_property(TOLD, line)


@pytest.fixture(scope="session")
def situations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The projects in which `support.situations` are met; each test gets copies."""
    from support.situations import build_situations

    folder = tmp_path_factory.mktemp("situations")
    build_situations(folder)
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--complete", action="store_true", help="everything is installed: what is not run is an error")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    wanted = getattr(call.excinfo and call.excinfo.value, "tool", None)
    if wanted is not None:
        # A property reaches the process that reports, whichever process ran the test.
        report.user_properties.append((PROPERTY, wanted))
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and exitstatus == 0 and session.config.getoption("complete") and _faults(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for report in terminalreporter.stats.get("passed", []):
        for name, line in report.user_properties:
            if name == TOLD and report.when == "call":
                terminalreporter.write_line(line)
    wanted, others = _not_run(terminalreporter)
    if wanted:
        told = ", ".join(f"{name} ({number} test{'s' * (number > 1)})" for name, number in wanted.most_common())
        terminalreporter.write_line(f"not run: {told}")
    for line in others:
        terminalreporter.write_line(f"skipped: {line}")
    if config.getoption("complete"):
        for line in _faults(terminalreporter):
            terminalreporter.write_line(f"error: {line}", red=True)


def _not_run(reporter: pytest.TerminalReporter) -> tuple[Counter[str], list[str]]:
    """How many tests wanted each tool, and what was skipped for another reason."""
    wanted: Counter[str] = Counter()
    others = []
    for report in reporter.stats.get("skipped", []):
        name = dict(getattr(report, "user_properties", ())).get(PROPERTY)
        if name is None:
            others.append(f"{report.nodeid}: {report.longrepr[2] if report.longrepr else ''}")
        else:
            wanted[name] += 1
    return wanted, others


def _faults(reporter: pytest.TerminalReporter) -> list[str]:
    """What a complete run does not let pass."""
    wanted, others = _not_run(reporter)
    absent = [f"{name} is not there, and support/tools.py has no reason for it" for name in wanted.keys() - NEVER_THERE]
    return [*absent, *(f"skipped without a tool that is missing: {line}" for line in others)]
