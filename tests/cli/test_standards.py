"""A C++ standard that there is not is refused by its name before anything is parsed; g++ says which there are."""

from __future__ import annotations

import subprocess

import pytest

from trtheaders.configuration import load_configuration
from trtheaders.consumer.compile_commands import keep_flags
from trtheaders.errors import ConfigurationError, UsageError
from trtheaders.model.headers.standards import STANDARDS
from trtheaders.steps.question.settings import settle_configuration

WRONG = ["c++99", "c17", "17", "C++17", "gnu++"]


def gxx_knows(standard):
    command = ["g++", f"-std={standard}", "-Werror", "-fsyntax-only", "-x", "c++", "/dev/null"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("standard", WRONG)
def test_what_is_no_standard_is_refused_with_those_that_are(tmp_path, standard):
    with pytest.raises(UsageError) as asked:
        settle_configuration(tmp_path, standard=standard)
    with pytest.raises(UsageError) as given:
        keep_flags([f"-std={standard}"], tmp_path)
    (tmp_path / "trtheaders.toml").write_text(f'standard = "{standard}"\n')
    with pytest.raises(ConfigurationError) as configured:
        load_configuration(tmp_path)
    for caught in (asked, given, configured):
        assert standard in caught.value.message
        assert "`c++17`" in caught.value.hint
        assert "`c++26`" in caught.value.hint


def test_a_standard_that_is_one_is_taken_everywhere(tmp_path):
    for standard in STANDARDS:
        assert settle_configuration(tmp_path, standard=standard).standard == standard
        assert keep_flags([f"-std={standard}"], tmp_path) == (f"-std={standard}",)
        (tmp_path / "trtheaders.toml").write_text(f'standard = "{standard}"\n')
        assert load_configuration(tmp_path).standard == standard


@pytest.mark.parametrize("standard", WRONG)
def test_no_standard_that_gxx_has_is_refused(standard):
    assert not gxx_knows(standard)


def test_gxx_has_the_older_ones():
    newer = {f"{kind}++{year}" for kind in ("c", "gnu") for year in ("2b", "23", "2c", "26")}
    assert all(map(gxx_knows, sorted(STANDARDS - newer)))
