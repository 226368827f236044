from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.patience import wait_for
from support.upstream import Upstream, serve

from trtheaders.configuration import Configuration
from trtheaders.errors import UpstreamError, UsageError
from trtheaders.programs.isolation import variables_to_drop
from trtheaders.vendoring.git import fetches as fetching
from trtheaders.vendoring.git.remotes import parse_remote
from trtheaders.verbs.add import add

GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example"]


def running() -> list[str]:
    """The command lines of every process."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return lines


def state(repository: Path) -> dict[str, bytes]:
    """Every file of a git directory, by name."""
    return {str(path.relative_to(repository)): path.read_bytes() for path in repository.rglob("*") if path.is_file()}


def test_a_commit_hook_from_a_linked_worktree_leaves_the_callers_repository_alone(
    upstream: Upstream, tmp_path: Path
) -> None:
    main, linked, vendored = tmp_path / "main", tmp_path / "linked", tmp_path / "vendored"
    subprocess.run(["git", "init", "--quiet", main], check=True)
    subprocess.run([*GIT, "commit", "--quiet", "--allow-empty", "-m", "first"], cwd=main, check=True)
    subprocess.run(["git", "worktree", "add", "--quiet", linked], cwd=main, check=True)
    with serve(upstream.path) as (url, _):
        hook = main / ".git" / "hooks" / "pre-commit"
        program = f"'{sys.executable}' -c 'from trtheaders.cli.entry import main; main()'"
        hook.write_text(
            f"#!/bin/sh\nenv > '{tmp_path}/seen'\n"
            f"{program} add v1.0.0 --remote '{url}' --destination '{vendored}/http' &&\n"
            f"{program} add v1.0.0 --remote '{upstream.path}' --destination '{vendored}/clone'\n"
        )
        hook.chmod(0o755)
        before = state(main / ".git")
        (linked / "file").write_text("x")
        subprocess.run(["git", "add", "file"], cwd=linked, check=True)
        subprocess.run([*GIT, "commit", "--quiet", "-m", "second"], cwd=linked, check=True)
    assert "GIT_DIR=" in (tmp_path / "seen").read_text()
    assert (vendored / "http" / "trtheaders.lock").is_file()
    assert (vendored / "clone" / "trtheaders.lock").is_file()
    after = state(main / ".git")
    # The commit itself adds objects, moves its branch and writes its logs; nothing else may.
    moved = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert all(name.startswith(("objects/", "logs/", "refs/heads/linked", "worktrees/linked/")) for name in moved), (
        moved
    )
    assert subprocess.run(["git", "fsck", "--strict"], cwd=main, capture_output=True).returncode == 0
    tags = subprocess.run(["git", "tag"], cwd=main, capture_output=True).stdout
    assert tags == b""


def test_every_local_variable_of_git_is_dropped() -> None:
    done = subprocess.run(["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True, check=True)
    names = [*done.stdout.split(), "GIT_CEILING_DIRECTORIES", "GIT_NAMESPACE", "GIT_TRACE", "GIT_EXTERNAL_DIFF"]
    assert set(variables_to_drop(names)) == set(names)
    assert variables_to_drop(["PATH", "GIT_SSH_COMMAND", "HTTPS_PROXY", "GIT_SSL_CAINFO"]) == ()


def test_variables_of_the_caller_do_not_change_where_git_works(
    upstream: Upstream, consumer: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = tmp_path / "victim"
    subprocess.run(["git", "init", "--quiet", victim], check=True)
    before = state(victim / ".git")
    for name in ("GIT_DIR", "GIT_COMMON_DIR"):
        monkeypatch.setenv(name, str(victim / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(victim / ".git" / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(victim / ".git" / "objects"))
    monkeypatch.setenv("GIT_WORK_TREE", str(victim))
    monkeypatch.setenv("GIT_NAMESPACE", "other")
    with serve(upstream.path) as (url, _):
        (answer,) = add(["v1.0.0"], configuration=consumer, remote=url)
    assert answer.remarks == ()
    assert state(victim / ".git") == before


def test_the_users_instead_of_leads_to_a_mirror(
    upstream: Upstream, consumer: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "gitconfig"
    with serve(upstream.path) as (url, traffic):
        mirror = url.removesuffix(upstream.path.name)
        key = f"url.{mirror}.insteadOf"
        subprocess.run(["git", "config", "-f", settings, key, "https://upstream.invalid/"], check=True)
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
        (answer,) = add(["v1.0.0"], configuration=consumer, remote=f"https://upstream.invalid/{upstream.path.name}")
        assert traffic.requests > 0
    assert answer.release.remote == f"https://upstream.invalid/{upstream.path.name}"


def test_what_ci_gives_git_by_its_environment_leads_to_a_mirror(
    upstream: Upstream, consumer: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.hooksPath")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "/nowhere")
    with serve(upstream.path) as (url, traffic):
        monkeypatch.setenv("GIT_CONFIG_KEY_1", f"url.{url}.insteadOf")
        monkeypatch.setenv("GIT_CONFIG_VALUE_1", "https://git.invalid/llm.git")
        (answer,) = add(["v1.0.0"], configuration=consumer, remote="https://git.invalid/llm.git")
        assert traffic.requests > 0
    assert answer.release.version == "1.0.0"


def test_a_users_hooks_templates_and_filters_are_not_run(
    upstream: Upstream, consumer: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, hooks, settings = tmp_path / "ran", tmp_path / "hooks", tmp_path / "gitconfig"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "post-index-change", "fsmonitor-watchman"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch '{ran}'\n")
        (hooks / name).chmod(0o755)
    for key in ("core.hooksPath", "init.templateDir"):
        subprocess.run(["git", "config", "-f", settings, key, hooks], check=True)
    subprocess.run(["git", "config", "-f", settings, "core.fsmonitor", f"touch {ran}"], check=True)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    with serve(upstream.path) as (url, _):
        add(["v1.0.0"], configuration=consumer, remote=url)
    assert not ran.exists()


def test_a_server_that_hangs_is_given_up(
    upstream: Upstream, consumer: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LIST_SECONDS", 1.0)
    start = time.monotonic()
    with serve(upstream.path, hang=True) as (url, _):
        with pytest.raises(UpstreamError, match="did not finish within 1 seconds"):
            add(["v1.0.0"], configuration=consumer, remote=url)
        assert time.monotonic() - start < 5
        # While the server still hangs, so that nothing ends by itself; a killed process is not gone at once.
        assert wait_for(lambda: not [line for line in running() if url in line])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x.git", "https://no-such-host.invalid/x.git"])
def test_a_server_that_is_not_there_is_one_clear_line(consumer: Configuration, url: str) -> None:
    with pytest.raises(UpstreamError) as caught:
        add(["v1.0.0"], configuration=consumer, remote=url)
    assert url in caught.value.message
    assert "\n" not in caught.value.message
    assert not consumer.destination.exists()


def test_without_git_one_line_says_what_to_install(
    upstream: Upstream, consumer: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UpstreamError) as caught:
        add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    assert "apt-get install git" in caught.value.hint


def test_credentials_reach_the_server_but_neither_lock_nor_message(upstream: Upstream, consumer: Configuration) -> None:
    with serve(upstream.path) as (url, _):
        secret = url.replace("http://", "http://user:sesame@")
        add(["v1.0.0"], configuration=consumer, remote=secret)
        lock = (consumer.destination / "trtheaders.lock").read_text()
    assert "sesame" not in lock
    assert json.dumps(url) in lock
    with pytest.raises(UpstreamError) as caught:
        add(["v1.2.0rc3"], configuration=consumer, remote=secret)
    assert "sesame" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://github.com/NVIDIA/TensorRT-LLM.git", "https://github.com/NVIDIA/TensorRT-LLM.git"),
        ("https://me:pw@host/x.git", "https://host/x.git"),
        ("https://token@host:8443/x.git", "https://host:8443/x.git"),
        ("ssh://git@host/x.git", "ssh://git@host/x.git"),
        ("git@github.com:NVIDIA/TensorRT-LLM.git", "git@github.com:NVIDIA/TensorRT-LLM.git"),
    ],
)
def test_urls_are_shown_without_credentials(text: str, shown: str) -> None:
    remote = parse_remote(text)
    assert (remote.url, remote.shown, remote.git_dir) == (text, shown, None)


def test_clones_of_every_shape_are_found(upstream: Upstream, tmp_path: Path) -> None:
    clone, linked = tmp_path / "a clone", tmp_path / "linked"
    subprocess.run(["git", "clone", "--quiet", "--branch", "v1.0.0", upstream.path, clone], check=True)
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", linked], cwd=clone, check=True)
    assert parse_remote(str(upstream.path)).git_dir == upstream.path
    assert parse_remote(str(clone)).git_dir == clone / ".git"
    assert parse_remote(clone.as_uri()).git_dir == clone / ".git"
    assert parse_remote(str(linked)).git_dir == clone / ".git" / "worktrees" / "linked"
    with pytest.raises(UsageError, match="not a git repository"):
        parse_remote(str(tmp_path))


def test_a_linked_worktree_serves_as_remote(upstream: Upstream, consumer: Configuration, tmp_path: Path) -> None:
    clone, linked = tmp_path / "clone", tmp_path / "linked"
    subprocess.run(["git", "clone", "--quiet", "--branch", "v1.0.0", upstream.path, clone], check=True)
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", linked], cwd=clone, check=True)
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=str(linked))
    assert answer.release.commit == upstream.git("rev-parse", "v1.0.0^{commit}")
