"""A configuration that is written wrongly is told with how to write it."""

from __future__ import annotations

import pytest

from trtheaders.configuration import load_configuration
from trtheaders.errors import ConfigurationError

WRONG = {
    "entries = 3": '`entries = ["…"]`',
    "defines = [1]": '`defines = ["…"]`',
    "remote = 1": '`remote = "…"`',
    "accept = 1": "`[[accept]]`",
    '[[accept]]\nrule = "missing-symbols"': '`reason = "…"`',
    "entries = a": "mend the line",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_written_wrongly_has_a_hint(tmp_path, text):
    (tmp_path / "trtheaders.toml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(tmp_path)
    assert WRONG[text] in caught.value.hint
    assert "trtheaders.toml" in caught.value.message


def test_a_table_that_is_none_and_a_file_that_is_no_text(tmp_path):
    (tmp_path / "pyproject.toml").write_text("tool = 1\n")
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(tmp_path)
    assert "`[tool]`" in caught.value.hint
    (tmp_path / "trtheaders.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(tmp_path)
    assert "UTF-8" in caught.value.hint
