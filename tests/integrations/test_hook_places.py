"""Where hooks look: below git's root, in a checkout that leaves something out, on a machine that lacks something."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.demo_upstream import build_environment, build_upstream, run_git

PROGRAM = Path(sys.executable).with_name("trtheaders")
HEADER = "include/tensorrt-llm/1.1.0/tensorrt_llm/executor/executor.h"
NOWHERE = "/usr/bin:/bin"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A project with two vendored releases and an environment that has 1.1.0; no repository around it."""
    folder = tmp_path_factory.mktemp("template") / "llm"
    folder.mkdir()
    upstream = build_upstream(folder.parent / "upstream")
    (folder / "trtheaders.toml").write_text(f'remote = "{upstream}"\n')
    build_environment(folder / ".venv", "1.1.0")
    subprocess.run([PROGRAM, "add", "v1.0.0", "v1.1.0"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def root(tmp_path, monkeypatch, template):
    """A repository whose project lies in `services/llm`."""
    for name in [name for name in os.environ if name.startswith("GIT_")] + ["VIRTUAL_ENV", "CONDA_PREFIX"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", NOWHERE)
    folder = tmp_path / "mono"
    (folder / "services").mkdir(parents=True)
    run_git(folder, "init", "--quiet")
    (folder / ".gitignore").write_text(".venv/\n")
    shutil.copytree(template, folder / "services" / "llm", symlinks=True)
    run_git(folder, "add", "--all")
    run_git(folder, "commit", "--quiet", "--message", "all")
    return folder


def run(folder, *arguments):
    return subprocess.run([PROGRAM, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def hook(folder, *arguments):
    return run(folder, "hook", *arguments)


def edit(project):
    with (project / HEADER).open("a") as file:
        file.write("// edited\n")


@pytest.mark.parametrize("question", ["files", "verify"])
@pytest.mark.parametrize("configured", [True, False])
def test_a_project_below_the_root_is_found_and_named(root, question, configured):
    if not configured:
        (root / "services/llm/trtheaders.toml").unlink()
    for _ in range(2):
        done = hook(root, question)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    edit(root / "services/llm")
    done = hook(root, question)
    assert done.returncode == 1
    assert done.stdout.startswith("in services/llm:\n")
    answer, *told = done.stdout.splitlines()[1:]
    assert answer.startswith("mismatch: headers 1.1.0 are not what the lock says")
    # Where both hooks run, one of them names each file.
    named = any(line.startswith(f"services/llm/{HEADER}: error[changed-files]") for line in told)
    assert named == (question == "files")
    assert any("trtheaders status" in line for line in told) == (question == "verify")


@pytest.mark.parametrize("verb", ["status", "list"])
def test_above_a_project_it_is_named(root, verb):
    done = run(root, verb)
    assert done.returncode == 0
    assert "nothing is vendored" in done.stdout + done.stderr
    note = "note: `services/llm/include/tensorrt-llm` belongs to a project below: run it there"
    assert note in done.stderr.splitlines()
    assert "a project below" not in run(root / "services/llm", verb).stderr
    # A project whose folder is empty is still the one that is meant, from a folder inside of it too.
    shutil.rmtree(root / "services/llm/include/tensorrt-llm")
    (root / "services/llm/include/tensorrt-llm").mkdir()
    assert "a project below" not in run(root / "services/llm/include", verb).stderr
    run_git(root, "sparse-checkout", "set", "--no-cone", "/.gitignore")
    done = run(root, verb)
    assert done.returncode == 0
    assert "is left out of this sparse checkout" in done.stderr


@pytest.mark.parametrize("verb", ["status", "list"])
def test_above_several_projects_those_are_named_too_that_a_sparse_checkout_leaves_out(root, verb):
    shutil.copytree(root / "services/llm", root / "services/other", symlinks=True)
    run_git(root, "add", "--all")
    run_git(root, "commit", "--quiet", "--message", "other")
    run_git(root, "sparse-checkout", "set", "--no-cone", "/*", "!/services/other/")
    told = run(root, verb).stderr.splitlines()
    assert "note: `services/llm/include/tensorrt-llm` belongs to a project below: run it there" in told
    left = "remark: `services/other/include/tensorrt-llm` is left out of this sparse checkout: nothing was compared"
    assert left in told


def test_one_of_several_projects_is_given_by_its_folder(root):
    shutil.copytree(root / "services/llm", root / "services/other", symlinks=True)
    edit(root / "services/llm")
    assert hook(root, "files").returncode == 1
    assert hook(root, "files", "services/llm").returncode == 1
    assert hook(root, "files", "services/other").returncode == 0
    assert hook(root, "files", "services").returncode == 1
    done = hook(root, "files", "services/none")
    assert done.returncode == 2
    assert "services/none" in done.stderr


@pytest.mark.parametrize("question", ["files", "verify"])
def test_a_folder_without_a_project_is_named(root, question):
    (root / "docs").mkdir()
    done = hook(root, question, "docs")
    assert done.returncode == 2
    assert done.stderr.startswith("error: `docs` has no project: nothing is vendored")


@pytest.mark.parametrize("question", ["files", "verify"])
@pytest.mark.parametrize("folders", [(), ("services",), ("services/llm",)])
def test_a_sparse_checkout_without_any_project_passes_and_says_so(root, question, folders):
    (root / "docs").mkdir()
    (root / "docs" / "page.md").write_text("a page\n")
    run_git(root, "add", "--all")
    run_git(root, "commit", "--quiet", "--message", "docs")
    run_git(root, "sparse-checkout", "set", "--no-cone", "/docs/")
    assert not (root / "services" / "llm" / "include").exists()
    done = hook(root, question, *folders)
    assert (done.returncode, done.stdout) == (0, "")
    told = "remark: `services/llm/include/tensorrt-llm` is left out of this sparse checkout: nothing was compared"
    assert done.stderr.rstrip("\n") == told
    assert hook(root, question, "docs").returncode == 2


@pytest.mark.parametrize("question", ["files", "verify"])
def test_where_nothing_is_vendored_no_hook_passes(root, question):
    shutil.rmtree(root / "services/llm/include")
    run_git(root, "commit", "--quiet", "--all", "--message", "none")
    for _ in range(2):
        done = hook(root, question)
        assert done.returncode == 2
        assert "nothing is vendored in `include/tensorrt-llm`, nor in a project below" in done.stderr
        assert "trtheaders add installed" in done.stderr


@pytest.mark.parametrize("question", ["files", "verify"])
def test_a_sparse_checkout_that_leaves_the_headers_out_passes_with_a_word(root, question):
    project = root / "services/llm"
    run_git(root, "sparse-checkout", "set", "--no-cone", "/services/llm/trtheaders.toml")
    assert not (project / "include").exists()
    done = hook(project, question)
    assert done.returncode == 0
    assert "`include/tensorrt-llm` is left out of this sparse checkout" in done.stderr
    status = subprocess.run([PROGRAM, "status"], cwd=project, capture_output=True, text=True, check=False)
    assert status.returncode == 2
    assert "git sparse-checkout add services/llm/include/tensorrt-llm" in status.stderr


def test_a_release_that_a_sparse_checkout_leaves_out_is_not_missing(root):
    project = root / "services/llm"
    run_git(root, "sparse-checkout", "set", "--no-cone", "/*", "!/services/llm/include/tensorrt-llm/1.0.0/")
    assert not (project / "include/tensorrt-llm/1.0.0").exists()
    done = hook(project, "files")
    assert (done.returncode, done.stdout) == (0, "")
    assert "1.0.0" in done.stderr
    status = subprocess.run([PROGRAM, "status"], cwd=project, capture_output=True, text=True, check=False)
    assert status.returncode == 0
    assert "1.0.0: left out of this sparse checkout" in status.stdout


def test_a_submodule_that_is_not_checked_out_is_named(root, tmp_path):
    user = tmp_path / "user"
    user.mkdir()
    run_git(user, "init", "--quiet")
    run_git(user, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(root), "vendor")
    (user / "trtheaders.toml").write_text('destination = "vendor/services/llm/include/tensorrt-llm"\n')
    run_git(user, "commit", "--quiet", "--message", "vendor")
    run_git(user, "submodule", "--quiet", "deinit", "vendor")
    done = hook(user, "files")
    assert done.returncode == 2
    assert "`vendor` is a submodule that is not checked out" in done.stderr
    assert "git submodule update --init vendor" in done.stderr


def use(project, line, text):
    with (project / "trtheaders.toml").open("a") as file:
        file.write(f"{line}\n")
    (project / "main.cpp").write_text(text)


SOURCE = "#include <tensorrt_llm/executor/executor.h>\nint main() { tensorrt_llm::executor::SamplingConfig config; }\n"


@pytest.mark.parametrize(
    "configured", ['python = "../gone/bin/python"', 'library = "/no/such/place/libtensorrt_llm.so"', ""]
)
def test_a_machine_without_tensorrt_llm_passes_also_with_sources(root, configured):
    project = root / "services/llm"
    shutil.rmtree(project / ".venv")
    use(project, f'sources = ["main.cpp"]\n{configured}', SOURCE)
    done = hook(project, "verify")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("remark: not compared with a library: ")
    assert hook(project, "verify", "--required").returncode == 2


def test_an_interpreter_that_an_environment_does_not_have_is_a_mistake(root):
    project = root / "services/llm"
    use(project, 'python = ".venv/bin/python9"', "")
    done = hook(project, "verify")
    assert done.returncode == 2
    assert "there is no `.venv/bin/python9`, which `python` in `trtheaders.toml:2` names" in done.stderr.replace(
        "services/llm/", ""
    )


def test_an_include_behind_a_condition_is_named_with_the_macro_and_flags_let_it_in(root):
    project = root / "services/llm"
    hidden = f"#ifdef ENABLE_TENSORRT\n{SOURCE}#endif\n"
    use(project, 'sources = ["main.cpp"]', hidden)
    done = hook(project, "verify")
    assert done.returncode == 2
    assert "the include at `main.cpp:2` is behind `#ifdef ENABLE_TENSORRT`" in done.stderr
    assert 'flags = ["-DENABLE_TENSORRT"]' in done.stderr.partition("hint: ")[2]
    use(project, 'flags = ["-DENABLE_TENSORRT"]', hidden)
    done = hook(project, "verify")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    use(project, "", hidden.replace("config;", "config; config.setPromptIgnoreLength(1);"))
    assert hook(project, "verify").returncode == 1


@pytest.mark.parametrize("place", [".", "include", "a/b/c"])
def test_a_lock_that_lies_elsewhere_leads_nowhere(tmp_path, monkeypatch, template, place):
    monkeypatch.setenv("PATH", NOWHERE)
    shutil.copytree(template, tmp_path / "above", symlinks=True)
    clone = tmp_path / "above" / "down" / "clone"
    (clone / place).mkdir(parents=True)
    run_git(clone, "init", "--quiet")
    (clone / place / "trtheaders.lock").write_text("")
    run_git(clone, "add", "--all")
    done = hook(clone, "files")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "above/include" not in done.stdout + done.stderr
