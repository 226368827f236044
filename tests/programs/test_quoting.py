"""Words of files that are no headers reach no screen, however a header or a flag of the repository leads there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.clones import Attack, git

from trtheaders.cli.main import run
from trtheaders.configuration import load_configuration
from trtheaders.programs.flags import vet_flags
from trtheaders.programs.quoting import NOT_SHOWN, first_complaint, is_called_as_header

SECRET = "hunter2_token of_mine\n"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "home" / ".token"
    path.parent.mkdir()
    path.write_text(SECRET)
    return path


def said(capfd: pytest.CaptureFixture[str], folder: Path) -> str:
    run(["promises", "--headers", str(folder), "--entry", "api.h"])
    return "".join(capfd.readouterr())


@pytest.mark.parametrize("way", ["absolute", "relative", "link", "macro"])
def test_a_header_shows_nothing_of_what_it_includes(
    tmp_path: Path, secret: Path, capfd: pytest.CaptureFixture[str], way: str
) -> None:
    folder = tmp_path / "include"
    folder.mkdir()
    (folder / "link.h").symlink_to(secret)
    include = {
        "absolute": f'#include "{secret}"',
        "relative": '#include "../home/.token"',
        "link": '#include "link.h"',
        "macro": f'#define F "{secret}"\n#include F',
    }[way]
    (folder / "api.h").write_text(f"{include}\nint f();\n")
    shown = said(capfd, folder)
    assert NOT_SHOWN in shown
    assert not any(word in shown for word in SECRET.split())


def test_words_of_a_header_outside_are_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.hpp").write_text("unknown_thing x;\n")
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "api.h").write_text('#include "../other.hpp"\nint f();\n')
    assert "unknown type name 'unknown_thing'" in said(capfd, tmp_path / "include")


@pytest.mark.parametrize("flag", ["-include", "-imacros"])
def test_a_flag_of_the_repository_reads_headers_alone(tmp_path: Path, secret: Path, flag: str) -> None:
    (tmp_path / "link.h").symlink_to(secret)
    (tmp_path / "own.h").write_text("")
    for value in (secret, tmp_path / "link.h", "/dev/zero", "/etc/passwd"):
        assert vet_flags([flag, str(value)], tmp_path).dropped == (f"{flag} {value}",)
        assert vet_flags([f"{flag}{value}"], tmp_path).kept == ()
    assert vet_flags([flag, "own.h"], tmp_path).kept == (flag, str(tmp_path / "own.h"))


def test_a_compiler_that_refuses_says_nothing_of_a_file_that_is_no_header() -> None:
    assert first_complaint("x.h:1:2: error: unknown type\n") == "unknown type"
    assert (
        first_complaint("In file included from a.h:1:\n/home/u/.netrc:1:9: error: 'hunter2' is no type\n") == NOT_SHOWN
    )
    assert first_complaint("cc1plus: fatal error: x: No such file\n") == "x: No such file"
    assert first_complaint("<stdin>:3: error: y\n") == "y"
    assert first_complaint("Configured with: --disable-werror\n") == ""


def test_headers_are_known_by_their_names() -> None:
    for name in ("/a/b.h", "/a/b.CUH", "/usr/include/c++/12/vector", "/opt/cuda/include/cuda/std/array"):
        assert is_called_as_header(name)
    for name in ("/etc/passwd", "/root/.ssh/id_rsa", "/a/.env", "/a/secret.txt", "/a/include/token.json", os.devnull):
        assert not is_called_as_header(name)


@pytest.mark.parametrize(
    "name", ["trtheaders.toml", "pyproject.toml", ".python-version", "include/tensorrt-llm/trtheaders.lock"]
)
def test_a_link_of_the_repository_to_a_file_of_the_readers_shows_nothing_of_it(tmp_path: Path, name: str) -> None:
    attack = Attack(made=tmp_path / "made", home=tmp_path / "home")
    attack.made.mkdir()
    (attack.home / "bin").mkdir(parents=True)
    # As a key, a table of somebody else's, and words in a line.
    (attack.home / "precious").write_text('hunter2 = "of_mine"\n[tool.trtheaders]\nhunter2 = "of_mine"\n')
    shim = attack.home / "bin" / "python3"
    shim.write_text("#!/bin/sh\nexit 1\n")
    shim.chmod(0o755)
    git(attack.made, "init", "--quiet")
    attack.link(name, f"{attack.home}/precious")
    attack.clone()
    for words in (["status"], ["list"], ["verify"], ["identify"], ["hook", "files"], ["check", "a.cpp"], ["doctor"]):
        done = attack.run(*words, PATH=f"{shim.parent}:{os.environ['PATH']}")
        assert "Traceback" not in done.stderr
        assert not any(word in done.stdout + done.stderr for word in ("hunter2", "of_mine")), words


def test_a_link_inside_of_the_repository_or_of_the_users_own_is_read(tmp_path: Path) -> None:
    attack = Attack(made=tmp_path / "made", home=tmp_path / "home")
    attack.made.mkdir()
    git(attack.made, "init", "--quiet")
    attack.write("shared/trtheaders.toml", 'destination = "elsewhere"\n')
    attack.link("trtheaders.toml", "shared/trtheaders.toml")
    attack.home.mkdir()
    clone = attack.clone()
    assert load_configuration(clone).destination == clone / "elsewhere"
    (attack.home / "mine.toml").write_text('destination = "mine"\n')
    (clone / "sub").mkdir()
    (clone / "sub" / "trtheaders.toml").symlink_to(attack.home / "mine.toml")
    assert load_configuration(clone / "sub").destination == clone / "sub" / "mine"
