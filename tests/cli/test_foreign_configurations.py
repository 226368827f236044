"""A configuration above the project that is somebody else's does not govern it: `/tmp` is everybody's."""

from __future__ import annotations

import os

import pytest

from trtheaders.cli.main import run

STRANGER = 12345


@pytest.fixture(name="below")
def folder_below(tools, tmp_path, monkeypatch):
    tools("root")
    file = tmp_path / "trtheaders.toml"
    file.write_text('compiler = "/elsewhere/g++"\n')
    below = tmp_path / "project" / "src"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    os.chown(file, STRANGER, STRANGER)
    return below


def test_a_strangers_configuration_above_is_refused_by_name(below, tmp_path, capsys):
    assert run(["list"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: `../../trtheaders.toml` governs `")
    assert "belongs to another user\n" in told
    assert "git init" in told


def test_it_counts_for_nothing_above_a_repository(below, tmp_path):
    (below / ".git").mkdir()
    assert run(["list"]) == 0


def test_where_the_project_is_the_strangers_too_it_is_the_projects(below, tmp_path):
    os.chown(below, STRANGER, STRANGER)
    assert run(["list"]) == 0
