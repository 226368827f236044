"""The hooks' verbs: what is asked again, and what is not, when something or nothing changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.demo_upstream import build_environment, build_release_library, build_upstream, install_package, run_git

from trtheaders.errors import AmbiguousInstallationError, InstallationError
from trtheaders.integrations.hook import check_files, check_together

PROGRAM = Path(sys.executable).with_name("trtheaders")


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    return build_upstream(tmp_path_factory.mktemp("hook") / "upstream")


@pytest.fixture(scope="module")
def template(tmp_path_factory, upstream):
    """A git repository with two vendored releases, a source file, and an environment that has 1.1.0."""
    folder = tmp_path_factory.mktemp("template") / "repository"
    folder.mkdir()
    run_git(folder, "init", "--quiet")
    (folder / "main.cpp").write_text("int main() {}\n")
    (folder / "trtheaders.toml").write_text(f'remote = "{upstream}"\npython = ".venv/bin/python"\n')
    (folder / ".gitignore").write_text(".venv/\n")
    build_environment(folder / ".venv", "1.1.0")
    subprocess.run([PROGRAM, "add", "v1.0.0", "v1.1.0"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def repository(tmp_path, monkeypatch, template):
    """A copy of the template, in which the test runs."""
    for name in [name for name in os.environ if name.startswith("GIT_")] + ["VIRTUAL_ENV", "CONDA_PREFIX"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "repository"
    shutil.copytree(template, folder, symlinks=True)
    monkeypatch.chdir(folder)
    return folder


def site_packages(repository):
    return next((repository / ".venv" / "lib").iterdir()) / "site-packages"


def header(repository):
    return repository / "include/tensorrt-llm/1.1.0/tensorrt_llm/executor/executor.h"


def test_the_second_question_is_answered_from_memory(repository):
    first, second = check_together(), check_together()
    assert first.passed
    assert not first.remembered
    assert first.verification.counts.promises > 0
    assert second.passed
    assert second.remembered


def touch_source(repository):
    (repository / "main.cpp").write_text("int main() { return 0; }\n")


def add_source(repository):
    (repository / "new.h").write_text("int f();\n")


def remove_source(repository):
    (repository / "main.cpp").unlink()


def edit_header(repository):
    header(repository).write_text(header(repository).read_text() + "\n")


def configure(repository):
    file = repository / "trtheaders.toml"
    file.write_text(file.read_text() + 'standard = "c++20"\n')


def exchange_library(repository):
    install_package(site_packages(repository), "1.1.0", library=build_release_library("1.0.0"))


def upgrade(repository):
    install_package(site_packages(repository), "1.0.0")


CHANGES = [touch_source, add_source, remove_source, edit_header, configure, exchange_library, upgrade]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_any_change_that_matters_is_looked_at(repository, change):
    check_together()
    change(repository)
    assert not check_together().remembered


def test_a_change_that_does_not_matter_is_not(repository):
    check_together()
    (repository / "notes.txt").write_text("nothing\n")
    assert check_together().remembered


def test_a_bad_answer_is_given_each_time(repository):
    exchange_library(repository)
    for _ in range(2):
        answer = check_together()
        assert not answer.passed
        assert not answer.remembered


def test_going_back_to_what_was_good_is_remembered(repository):
    check_together()
    before = (repository / "main.cpp").stat()
    touch_source(repository)
    check_together()
    (repository / "main.cpp").write_text("int main() {}\n")
    os.utime(repository / "main.cpp", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert check_together().remembered


def test_a_damaged_memory_is_no_memory(repository, tmp_path):
    check_together()
    (file,) = (tmp_path / "cache" / "trtheaders" / "hooks").iterdir()
    file.write_text("[1, {")
    assert not check_together().remembered
    assert check_together().remembered


def test_a_machine_without_tensorrt_llm_passes_and_says_so(repository, monkeypatch, upstream):
    (repository / "trtheaders.toml").write_text(f'remote = "{upstream}"\n')
    (repository / ".venv").rename(repository.parent / "elsewhere")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    answer = check_together()
    assert answer.passed
    assert "no installed TensorRT-LLM" in answer.remarks[0]
    with pytest.raises(InstallationError):
        check_together(required=True)


def test_an_unchanged_repository_is_answered_without_the_command_line_remarks_included(
    repository, monkeypatch, upstream
):
    (repository / "trtheaders.toml").write_text(f'remote = "{upstream}"\n')
    (repository / ".venv").rename(repository.parent / "elsewhere")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    code = (
        "import atexit, sys; atexit.register(lambda: print('click' in sys.modules)); sys.argv[1:] = ['hook', 'verify'];"
        "from trtheaders.cli.entry import main; main()"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)
    )
    assert (first.stdout, second.stdout) == ("True\n", "False\n")
    assert first.stderr == second.stderr
    assert second.stderr.startswith("remark: not compared with a library: no installed TensorRT-LLM")


def test_vendored_files_are_compared_with_the_lock(repository):
    assert check_files().is_clean
    assert check_files() is None
    edit_header(repository)
    assert not check_files().is_clean
    assert not check_files().is_clean


def run_hook(repository, *arguments):
    return subprocess.run([PROGRAM, "hook", *arguments], cwd=repository, capture_output=True, text=True)


def test_the_hooks_are_silent_where_all_is_well(repository):
    for question in ("files", "verify", "verify"):
        done = run_hook(repository, question)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_changed_file_is_named_with_its_remedy(repository):
    edit_header(repository)
    done = run_hook(repository, "files")
    assert done.returncode == 1
    assert "tensorrt_llm/executor/executor.h" in done.stdout
    assert "trtheaders sync" in done.stdout


def test_a_release_that_the_lock_does_not_name_is_told(repository):
    stray = repository / "include/tensorrt-llm/0.9.0/tensorrt_llm"
    stray.mkdir(parents=True)
    (stray / "x.h").write_text("\n")
    done = run_hook(repository, "files")
    assert done.returncode == 1
    assert "0.9.0" in done.stdout


def test_a_wrong_library_is_told_as_verify_tells_it(repository):
    exchange_library(repository)
    done = run_hook(repository, "verify")
    assert done.returncode == 1
    assert "SamplingConfig::SamplingConfig" in done.stdout


def test_a_machine_with_two_installations_does_not_pass(repository, upstream):
    (repository / "trtheaders.toml").write_text(f'remote = "{upstream}"\n')
    build_environment(repository / "venv", "1.0.0")
    with pytest.raises(AmbiguousInstallationError, match="more than one"):
        check_together()


def use_new_setter(repository):
    configuration = repository / "trtheaders.toml"
    configuration.write_text(configuration.read_text() + 'sources = ["main.cpp"]\n')
    (repository / "main.cpp").write_text(
        "#include <tensorrt_llm/executor/executor.h>\n"
        "int main() { tensorrt_llm::executor::SamplingConfig config; config.setPromptIgnoreLength(1); }\n"
    )


def test_sources_are_tried_against_every_vendored_release(repository):
    use_new_setter(repository)
    done = run_hook(repository, "verify")
    assert done.returncode == 1
    assert "main.cpp:2" in done.stdout
    assert "1.0.0" in done.stdout


def test_a_configured_source_that_is_gone_is_named_with_its_key(repository):
    use_new_setter(repository)
    (repository / "main.cpp").unlink()
    done = run_hook(repository, "verify")
    assert done.returncode == 2
    assert "there is no file `main.cpp`, which `sources` in `trtheaders.toml` names" in done.stderr
    assert "trtheaders.toml" in done.stderr.partition("hint: ")[2]


def test_sources_that_fit_every_release_pass_and_are_remembered(repository):
    use_new_setter(repository)
    (repository / "main.cpp").write_text(
        "#include <tensorrt_llm/executor/executor.h>\nint main() { tensorrt_llm::executor::SamplingConfig config; }\n"
    )
    assert check_together().check.good
    assert check_together().remembered


def test_configured_sources_may_be_a_pattern_and_a_new_file_is_asked_about(repository):
    configuration = repository / "trtheaders.toml"
    configuration.write_text(configuration.read_text() + 'sources = ["src/**/*.cpp"]\n')
    (repository / "src" / "deep").mkdir(parents=True)
    (repository / "src" / "deep" / "good.cpp").write_text("#include <tensorrt_llm/executor/executor.h>\nint good;\n")
    assert run_hook(repository, "verify").returncode == 0
    (repository / "src" / "bad.cpp").write_text(
        "#include <tensorrt_llm/executor/executor.h>\ntensorrt_llm::executor::Nowhere bad;\n"
    )
    done = run_hook(repository, "verify")
    assert done.returncode == 1
    assert "src/bad.cpp:2" in done.stdout


def test_a_pattern_that_fits_no_file_is_named(repository):
    configuration = repository / "trtheaders.toml"
    configuration.write_text(configuration.read_text() + 'sources = ["src/*.cpp"]\n')
    done = run_hook(repository, "verify")
    assert done.returncode == 2
    assert "there is no file `src/*.cpp`" in done.stderr


@pytest.mark.parametrize("pattern", ["../**/*.cpp", "outside/*.cpp", "*/**/*.cpp"])
def test_a_pattern_searches_no_folder_but_the_projects(repository, tmp_path, pattern):
    """A clone brings both, the configuration and a link."""
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    (tmp_path / "elsewhere" / "other.cpp").write_text("int other;\n")
    (repository / "outside").symlink_to(tmp_path / "elsewhere")
    configuration = repository / "trtheaders.toml"
    configuration.write_text(configuration.read_text() + f'sources = ["{pattern}"]\n')
    done = run_hook(repository, "verify")
    assert done.returncode == 2
    assert f"there is no file `{pattern}`" in done.stderr
    assert "other.cpp" not in done.stdout + done.stderr


def test_a_release_that_was_added_and_not_staged_is_told_with_what_to_do(repository):
    """As pre-commit has it: unstaged changes of the lock are put aside, and new files are not."""
    shutil.copytree(repository / "include/tensorrt-llm/1.1.0", repository / "include/tensorrt-llm/1.2.0")
    done = subprocess.run([PROGRAM, "hook", "files"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "`git add include/tensorrt-llm` if `trtheaders add` brought it" in done.stdout
