"""The real pre-commit on a real repository, with the hooks installed from a git clone of this project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.demo_upstream import (
    ROOT,
    build_environment,
    build_release_library,
    build_upstream,
    install_package,
    run_git,
)
from support.wheels import offline_index

pytestmark = pytest.mark.slow

TOOLS = Path(sys.executable).parent
HIDDEN = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH")
HEADER = "include/tensorrt-llm/1.1.0/tensorrt_llm/executor/executor.h"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """This project as a git repository of one commit: what is checked out, with what is not committed yet."""
    folder = tmp_path_factory.mktemp("clone") / "trtheaders"
    folder.mkdir()
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    run_git(folder, "init", "--quiet")
    run_git(folder, "add", "--all")
    run_git(folder, "commit", "--quiet", "--message", "This project")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Where pre-commit keeps what it installs; one for all tests, since installing takes long."""
    return tmp_path_factory.mktemp("home")


class Repository:
    """A consumer's repository with our hooks installed in it."""

    def __init__(self, folder, home, path=""):
        self.folder = folder
        clean = {n: v for n, v in os.environ.items() if n not in HIDDEN and not n.startswith("GIT_")}
        who = {
            f"GIT_{part}_{what}": "nobody@example.com" for part in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        caches = {"PRE_COMMIT_HOME": str(home / "pre-commit"), "XDG_CACHE_HOME": str(home / "cache")}
        # pre-commit itself comes from this environment; a consumer's interpreter is looked for on the rest of PATH.
        folders = ":".join(filter(None, (path, str(home / "bin"), "/usr/bin:/bin")))
        self.environment = {**clean, **who, **alone, **caches, **offline_index(), "PATH": folders}
        (home / "bin").mkdir(exist_ok=True)
        if not (home / "bin" / "pre-commit").exists():
            (home / "bin" / "pre-commit").symlink_to(TOOLS / "pre-commit")

    def run(self, *command, cwd=None):
        words = [str(word) for word in command]
        return subprocess.run(words, cwd=cwd or self.folder, env=self.environment, capture_output=True, text=True)

    def commit(self, message="Something", cwd=None):
        self.run("git", "add", "--all", cwd=cwd)
        return self.run("git", "commit", "--allow-empty", "--message", message, cwd=cwd)


@pytest.fixture(scope="module")
def template(tmp_path_factory, project, home):
    """A consumer's repository with two vendored releases, an environment that has 1.1.0, and our hooks."""
    upstream = build_upstream(tmp_path_factory.mktemp("upstream") / "upstream")
    folder = tmp_path_factory.mktemp("template") / "repository"
    folder.mkdir()
    made = Repository(folder, home)
    made.run("git", "init", "--quiet")
    (folder / ".gitignore").write_text(".venv/\nabi-snapshot.json.gz\n")
    (folder / "main.cpp").write_text("int main() {}\n")
    build_environment(folder / ".venv", "1.1.0")
    command = [TOOLS / "trtheaders", "add", "v1.0.0", "v1.1.0", "--remote", upstream]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    configure(folder, project)
    done = made.run("pre-commit", "install")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def repository(tmp_path, template, home):
    folder = tmp_path / "repository"
    shutil.copytree(template, folder, symlinks=True)
    return Repository(folder, home)


def configure(folder, project, *arguments):
    revision = run_git(project, "rev-parse", "HEAD")
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {project}\n  rev: {revision}\n  hooks:\n  - id: trtheaders-files\n"
        f"  - id: trtheaders-verify\n    args: [{', '.join(arguments)}]\n"
    )


def site_packages(folder):
    return next((folder / ".venv" / "lib").iterdir()) / "site-packages"


def test_a_commit_that_changes_nothing_vendored_passes(repository):
    done = repository.commit()
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Passed") == 2


def test_an_edited_header_is_refused_and_named(repository):
    repository.commit()
    header = repository.folder / HEADER
    header.write_text(header.read_text() + "// mine\n")
    done = repository.commit()
    assert done.returncode != 0
    assert "tensorrt_llm/executor/executor.h" in done.stderr
    assert repository.run("git", "log", "--oneline").stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: (folder / "main.cpp").write_text("int main() { return 0; }\n"), ""),
        (lambda folder: (folder / HEADER).unlink(), "missing-files"),
        (lambda folder: (folder / HEADER).with_name("mine.h").write_text("int mine;\n"), "extra-files"),
    ],
)
def test_what_a_commit_changes_decides(repository, change, said):
    repository.commit()
    change(repository.folder)
    done = repository.commit()
    assert (done.returncode == 0) is (not said), done.stderr
    assert said in done.stderr


def test_changed_sources_are_tried_and_named_from_where_one_stands(repository):
    (repository.folder / "trtheaders.toml").write_text('sources = ["main.cpp"]\n')
    start = '#include "tensorrt_llm/executor/executor.h"\nnamespace tle = tensorrt_llm::executor;\n'
    for use, passes in (("SamplingConfig", True), ("Nowhere", False)):
        (repository.folder / "main.cpp").write_text(f"{start}int f(tle::{use}*);\n")
        done = repository.commit()
        assert (done.returncode == 0) is passes, done.stderr
    assert "mismatch: `main.cpp` does not compile with 1.0.0 and 1.1.0" in done.stderr
    assert "\n   main.cpp:3: no type named 'Nowhere'" in done.stderr


def test_an_exchanged_library_is_refused(repository):
    repository.commit()
    install_package(site_packages(repository.folder), "1.1.0", library=build_release_library("1.0.0"))
    done = repository.commit()
    assert done.returncode != 0
    assert "SamplingConfig::SamplingConfig" in done.stderr


def test_what_is_not_staged_is_not_judged(repository):
    repository.commit()
    header = repository.folder / HEADER
    header.write_text(header.read_text() + "// not staged\n")
    done = repository.run("git", "commit", "--allow-empty", "--message", "Something else")
    assert done.returncode == 0, done.stderr


def test_a_linked_worktree_commits_and_nothing_of_the_repository_is_touched(repository):
    repository.commit()
    before = (repository.folder / ".git" / "config").read_bytes()
    tree = repository.folder.parent / "linked"
    assert repository.run("git", "worktree", "add", "-q", tree).returncode == 0
    shutil.copytree(repository.folder / ".venv", tree / ".venv", symlinks=True)
    done = repository.commit(cwd=tree)
    assert done.returncode == 0, done.stderr
    install_package(site_packages(tree), "1.1.0", library=build_release_library("1.0.0"))
    done = repository.commit(cwd=tree)
    assert done.returncode != 0
    assert "SamplingConfig::SamplingConfig" in done.stderr
    assert (repository.folder / ".git" / "config").read_bytes() == before


def test_an_activated_environment_is_found_although_pre_commit_hides_it(repository, home, tmp_path):
    repository.commit()
    shutil.rmtree(repository.folder / ".venv")
    elsewhere = tmp_path / "somewhere" / "environment"
    build_environment(elsewhere, "1.1.0", library=build_release_library("1.0.0"))
    activated = Repository(repository.folder, home, path=str(elsewhere / "bin"))
    activated.environment["VIRTUAL_ENV"] = str(elsewhere)
    done = activated.commit()
    assert done.returncode != 0
    assert "(../somewhere/environment)" in done.stderr
    assert "SamplingConfig::SamplingConfig" in done.stderr


def test_a_machine_without_tensorrt_llm_passes_unless_it_is_required(repository, project):
    shutil.rmtree(repository.folder / ".venv")
    done = repository.commit()
    assert done.returncode == 0, done.stderr
    configure(repository.folder, project, "--required")
    done = repository.commit()
    assert done.returncode != 0
    assert "no installed TensorRT-LLM" in done.stderr


def test_the_manifest_is_one_that_pre_commit_accepts(project, home):
    done = Repository(project, home).run("pre-commit", "validate-manifest", project / ".pre-commit-hooks.yaml")
    assert done.returncode == 0, done.stdout
