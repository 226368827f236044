"""Reading writes nothing into the consumer's tree, whatever a clone brings; a change writes inside of it alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.clones import READING, Attack, begin_attack, photograph
from support.upstream import Upstream

from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.folder.transactions import STAGING_PREFIX

DEAD = f"include/tensorrt-llm/{STAGING_PREFIX}dead"


@pytest.fixture
def attack(tmp_path: Path, upstream: Upstream) -> Attack:
    return begin_attack(tmp_path, upstream.path)


def stage_install(attack: Attack) -> None:
    """An install that was killed, of a git hook: `new` leads to git's own folder."""
    attack.write(f"{DEAD}/install/pre-commit", "")
    attack.write(f"{DEAD}/lock", "")
    attack.program("include/tensorrt-llm/pre-commit")
    attack.link(f"{DEAD}/new", "../../../.git/hooks")


def stage_removal(attack: Attack) -> None:
    """A removal that was killed, of a folder outside."""
    attack.write(f"{DEAD}/remove/.ssh", "")
    attack.write(f"{DEAD}/lock", "")
    attack.link(f"{DEAD}/old", "../../../../..")


def stage_release(attack: Attack) -> None:
    """An install that was killed, of the release that is there: undoing it takes the release away."""
    attack.write(f"{DEAD}/install/1.0.0", "")
    for name in ("remove", "new", "old"):
        attack.write(f"{DEAD}/{name}/.keep", "")
    attack.write(f"{DEAD}/lock", "")


@pytest.mark.parametrize("prepare", [stage_install, stage_removal, stage_release])
def test_reading_leaves_a_committed_staging_folder_alone(attack: Attack, prepare) -> None:
    prepare(attack)
    attack.clone()
    (attack.home / ".ssh").mkdir()
    (attack.home / ".ssh" / "id").write_text("key")
    before = photograph(attack.cloned), photograph(attack.home / ".ssh")
    for words in READING:
        attack.run(*words)
        assert (photograph(attack.cloned), photograph(attack.home / ".ssh")) == before, words
    said = attack.run("status")
    assert "was interrupted" in said.stderr
    # A change does not believe it either: git tracks it.
    attack.run("sync", "--offline")
    assert (attack.cloned / "include" / "tensorrt-llm" / "1.0.0" / "tensorrt_llm").is_dir()
    assert (attack.cloned / DEAD / "lock").is_file()
    assert photograph(attack.home / ".ssh") == before[1]


@pytest.mark.parametrize("name", ["..", ".ssh", "pre-commit", "1.0", "V1.0.0"])
def test_a_staging_folder_with_other_names_than_a_releases_is_left_alone(attack: Attack, name: str) -> None:
    attack.clone()
    dead = attack.cloned / DEAD
    for kind in ("install", "remove", "new", "old"):
        (dead / kind).mkdir(parents=True)
    (dead / "lock").write_text("")
    if name != "..":
        (dead / "install" / name).touch()
        (attack.cloned / "include" / "tensorrt-llm" / name).mkdir(exist_ok=True)
    else:
        (dead / "old" / "link").symlink_to("/etc")
    before = photograph(attack.cloned)
    Store(attack.cloned / "include" / "tensorrt-llm").recover()
    assert photograph(attack.cloned) == before


@pytest.mark.parametrize(
    ("destination", "why"),
    [
        ("../victim", "outside of the repository"),
        ("linked/vendored", "outside of the repository"),
        ("linked", "outside of the repository"),
        ("inner/vendored", "symbolic link"),
        (".git/hooks", "git's own"),
        ("a/../../victim", "outside of the repository"),
        ("/tmp/trtheaders-victim", "outside of the repository"),
        ("~/victim", "outside of the repository"),
    ],
)
def test_a_change_stays_inside_of_the_repository(
    attack: Attack, upstream: Upstream, destination: str, why: str
) -> None:
    attack.write("trtheaders.toml", f'destination = "{destination}"\n')
    attack.link("linked", "../../victim")
    attack.link("inner", "include")
    shutil.copytree(attack.vendored, attack.made.parent / "victim")
    attack.clone()
    victim = attack.home / "victim"
    shutil.copytree(attack.vendored, victim)
    shutil.copytree(attack.vendored, attack.home / "src" / "victim")
    before = photograph(attack.home)
    commands = (
        ["add", "v1.2.0rc3", "--remote", str(upstream.path)],
        ["sync", "--remote", str(upstream.path), "--prune"],
        ["remove", "1.0.0", "--force"],
        ["adopt", "1.0.0"],
    )
    for words in commands:
        # There may be nothing to change.
        assert attack.run(*words).returncode in (0, 2), words
    assert why in attack.run(*commands[0]).stderr
    assert photograph(attack.home) == before
    # By option it is the user's own wish.
    assert attack.run(*commands[0], "--destination", str(victim)).returncode == 0
    assert (victim / "1.2.0rc3").is_dir()


def test_a_release_folder_that_is_a_link_is_not_written_through(attack: Attack, upstream: Upstream) -> None:
    shutil.move(attack.vendored / "1.0.0", attack.made.parent / "home" / "victim")
    attack.link("include/tensorrt-llm/1.0.0", "../../../../victim")
    (attack.home / "victim" / "abi-snapshot.json.gz").unlink(missing_ok=True)
    attack.clone()
    before = photograph(attack.home / "victim")
    for words in (["sync", "--remote", str(upstream.path)], ["add", "v1.0.0", "--remote", str(upstream.path)]):
        attack.run(*words)
        assert photograph(attack.home / "victim") == before, words
    done = attack.run("add", "--force", "v1.0.0", "--remote", str(upstream.path))
    assert photograph(attack.home / "victim") == before
    assert done.returncode in (0, 2)
    attack.run("remove", "1.0.0", "--force")
    assert photograph(attack.home / "victim") == before
