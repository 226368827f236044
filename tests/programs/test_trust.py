"""Programs that came with a repository are never started, whoever names them but the user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.clones import Attack, git, surroundings

from trtheaders.programs import trust
from trtheaders.programs.git import find_git
from trtheaders.programs.start import run_program
from trtheaders.programs.trust import allow, find_program, find_refusal, walk_links

SITE = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
INNER = "inner"
"""A folder of the stranger's that commands are run in as well."""
HEADER = "include/tensorrt-llm/1.0.0/tensorrt_llm/executor/executor.h"
READING = (["identify"], ["check"], ["hook", "verify"], ["verify", "--headers-only"])


@pytest.fixture
def attack(tmp_path: Path) -> Attack:
    """A stranger's repository with headers that were adopted, and a source that uses them."""
    made, home = tmp_path / "made", tmp_path / "home"
    for path in (made, home):
        path.mkdir()
    git(made, "init", "--quiet")
    attack = Attack(made=made, home=home)
    attack.write(HEADER, "#pragma once\nnamespace tensorrt_llm { int tiny(int); }\n")
    attack.write("a.cpp", "#include <tensorrt_llm/executor/executor.h>\nint x = tensorrt_llm::tiny(1);\n")
    subprocess.run(
        [sys.executable, "-m", "trtheaders", "adopt"],
        cwd=made,
        env={**os.environ, **surroundings(home)},
        check=True,
        capture_output=True,
    )
    return attack


def assert_held(attack: Attack) -> None:
    attack.clone()
    folders = [folder for folder in (".", INNER) if (attack.cloned / folder).is_dir()]
    for folder in folders:
        for words in READING:
            attack.run(*words, folder=folder)
            assert not attack.mark.exists(), (folder, words)


def name_home(attack: Attack) -> None:
    """A committed environment made from an interpreter of the clone's."""
    attack.program("evil/python3")
    attack.write(".venv/pyvenv.cfg", f"home = {attack.cloned}/evil\ninclude-system-site-packages = true\n")
    attack.write(f".venv/{SITE}/.keep", "")


def commit_environment(attack: Attack) -> None:
    attack.write("tools/env/pyvenv.cfg", f"home = {attack.cloned}/tools/env/bin\ninclude-system-site-packages = true\n")
    attack.program("tools/env/bin/python3")
    attack.write(f"tools/env/{SITE}/.keep", "")
    attack.link(".venv", "tools/env")


def name_interpreter(attack: Attack) -> None:
    attack.program("tools/python3")
    attack.write("trtheaders.toml", 'python = "tools/python3"\n')


def name_interpreter_by_link(attack: Attack) -> None:
    """The link's own folder says nothing; the file that it leads to was committed."""
    attack.program("tools/run.sh")
    attack.link("env/bin/python", "../../tools/run.sh")
    attack.write("trtheaders.toml", f'python = "{attack.cloned}/env/bin/python"\n')


def name_another_program(attack: Attack) -> None:
    """A program that did not come with the clone, and that is no interpreter either."""
    program = attack.home / "bin" / "reboot"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch '{attack.mark}'\n")
    program.chmod(0o755)
    attack.write("trtheaders.toml", f'python = "{program}"\n')


def name_compiler(attack: Attack) -> None:
    attack.program("tools/g++")
    attack.write("trtheaders.toml", 'compiler = "tools/g++"\nsources = ["a.cpp"]\ndefines = ["X"]\n')


def name_compiler_absolutely(attack: Attack) -> None:
    attack.program("tools/g++")
    attack.write("pyproject.toml", f'[tool.trtheaders]\ncompiler = "{attack.cloned}/tools/g++"\ndefines = ["X"]\n')


def name_compiler_by_link(attack: Attack) -> None:
    attack.program("tools/wrapped")
    attack.link("clang++", "tools/wrapped")
    attack.write("trtheaders.toml", 'compiler = "./clang++"\nsources = ["a.cpp"]\ndefines = ["X"]\n')


def give_wrapper(attack: Attack) -> None:
    attack.program("evil")
    attack.write("trtheaders.toml", f'compiler = "g++ -wrapper {attack.cloned}/evil"\ndefines = ["X"]\n')


def give_subprograms(attack: Attack) -> None:
    attack.program("x/cc1plus")
    attack.program("x/as")
    attack.write("trtheaders.toml", f'compiler = "g++ -B{attack.cloned}/x/"\ndefines = ["X"]\n')


def give_specs(attack: Attack) -> None:
    attack.program("evil")
    attack.write("specs", f"@c++:\n{attack.cloned}/evil %i\n\n")
    attack.write("trtheaders.toml", f'compiler = "g++ -specs={attack.cloned}/specs"\ndefines = ["X"]\n')


def run_through_a_shell(attack: Attack) -> None:
    attack.program("evil.sh")
    attack.write("trtheaders.toml", f'compiler = "sh {attack.cloned}/evil.sh"\ndefines = ["X"]\n')


def record_a_compilation(attack: Attack) -> None:
    """What the parser refuses the compiler is asked about, with the flags that are recorded."""
    attack.program("x/g++")
    attack.program("x/cc1plus")
    attack.write("a.cpp", "#include <tensorrt_llm/executor/executor.h>\nint x = tensorrt_llm::absent(1);\n")
    # The parser takes this flag, too, so that it goes on to the compiler.
    command = f"{attack.cloned}/x/g++ -B{attack.cloned}/x/"
    row = f'[{{"directory": "{attack.cloned}", "file": "a.cpp", "command": "{command}"}}]'
    attack.write("compile_commands.json", row)
    attack.write("trtheaders.toml", 'sources = ["a.cpp"]\n')


def leave_a_cmake_cache(attack: Attack) -> None:
    attack.program("evil/python3")
    attack.write("build/CMakeCache.txt", f"Python3_EXECUTABLE:FILEPATH={attack.cloned}/evil/python3\n")


def bring_a_bare_repository(attack: Attack) -> None:
    """The folder of the configuration is a repository of its own, whose configuration runs a program."""
    attack.program("evil")
    inner = attack.made / INNER
    git(attack.made, "init", "--quiet", "--bare", str(inner))
    git(inner, "config", "core.fsmonitor", f"{attack.cloned}/evil")
    git(inner, "config", "core.worktree", ".")
    git(inner, "config", "core.bare", "false")
    # Git keeps no empty folders.
    for folder in ("refs", "objects"):
        attack.write(f"{INNER}/{folder}/.keep", "")
    attack.write(f"{INNER}/a.cpp", (attack.made / "a.cpp").read_text())
    attack.write(f"{INNER}/trtheaders.toml", 'destination = "tensorrt-llm"\nsources = ["a.cpp"]\n')
    shutil.copytree(attack.vendored, inner / "tensorrt-llm")


ATTACKS = [
    name_home,
    commit_environment,
    name_interpreter,
    name_interpreter_by_link,
    name_another_program,
    name_compiler,
    name_compiler_absolutely,
    name_compiler_by_link,
    give_wrapper,
    give_subprograms,
    give_specs,
    run_through_a_shell,
    record_a_compilation,
    leave_a_cmake_cache,
    bring_a_bare_repository,
]


@pytest.mark.parametrize("prepare", ATTACKS)
def test_nothing_of_a_clone_is_started(attack: Attack, prepare) -> None:
    prepare(attack)
    assert_held(attack)


def test_a_program_in_a_submodule_is_not_started(attack: Attack, tmp_path: Path) -> None:
    module = tmp_path / "module"
    module.mkdir()
    git(module, "init", "--quiet")
    program = module / "python3"
    program.write_text(f"#!/bin/sh\ntouch '{attack.mark}'\n")
    program.chmod(0o755)
    git(module, "add", ".")
    git(module, "commit", "--quiet", "-m", "x")
    # As `git submodule add` and `update` leave it; those are scripts that want more programs than git does.
    git(attack.made, "clone", "--quiet", str(module), "sub")
    attack.write(".gitmodules", f'[submodule "sub"]\n\tpath = sub\n\turl = {module}\n')
    attack.write("trtheaders.toml", 'python = "sub/python3"\n')
    clone = attack.clone()
    git(clone, "clone", "--quiet", str(module), "sub")
    assert (clone / "sub" / "python3").is_file()
    # What lies beside it untracked came to be there somehow through it.
    shutil.copy(clone / "sub" / "python3", clone / "sub" / "python")
    for words in READING:
        attack.run(*words)
    assert not attack.mark.exists()
    assert "sub" in find_refusal(clone / "sub" / "python3", clone)
    assert "sub" in find_refusal(clone / "sub" / "python", clone)


def test_the_users_own_environment_is_started(attack: Attack) -> None:
    """It is not tracked, whatever was made from it."""
    clone = attack.clone()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(clone / ".venv")], check=True)
    assert find_refusal(clone / ".venv" / "bin" / "python", clone) == ""
    assert find_refusal(Path(sys.executable), clone) == ""


def test_no_git_of_the_working_folders_repository_is_asked_about_another(
    attack: Attack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has the clone's `bin` on PATH; the clone's git would say of itself that nobody tracks it."""
    attack.program("bin/git")
    clone = attack.clone()
    monkeypatch.chdir(clone / "bin")
    monkeypatch.setenv("PATH", f"{clone / 'bin'}:{os.environ['PATH']}")
    (tmp_path / "other").mkdir()
    assert find_git(tmp_path / "other") == Path(shutil.which("git", path=os.environ["PATH"].partition(":")[2]) or "")


def test_by_option_the_user_starts_what_he_likes(attack: Attack) -> None:
    attack.program("tools/python3")
    clone = attack.clone()
    attack.run("identify", "--python", str(clone / "tools" / "python3"))
    assert attack.mark.exists()


def test_by_the_environment_the_user_starts_what_he_likes(attack: Attack) -> None:
    attack.program("tools/g++")
    clone = attack.clone()
    attack.run("promises", "--headers", str(clone / "include/tensorrt-llm/1.0.0"), CXX=str(clone / "tools" / "g++"))
    assert attack.mark.exists()


def test_without_git_what_lies_below_the_root_is_not_started(tmp_path: Path) -> None:
    program = tmp_path / "root" / "bin" / "python3"
    program.parent.mkdir(parents=True)
    program.write_text("")
    assert "may have come" in find_refusal(program, tmp_path / "root")
    assert find_refusal(program, tmp_path / "elsewhere") == ""
    (tmp_path / "other").symlink_to(tmp_path / "root")
    assert "may have come" in find_refusal(tmp_path / "other" / "bin" / "python3", tmp_path / "root")


def test_case_does_not_hide_a_tracked_program(attack: Attack) -> None:
    """On a file system where case does not count both names are one."""
    attack.program("tools/g++")
    clone = attack.clone()
    (clone / "tools" / "G++").write_text("")
    assert find_refusal(clone / "tools" / "G++", clone)


def test_a_linked_folder_leads_to_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "run").write_text("")
    (tmp_path / "l").symlink_to("a/b")
    (tmp_path / "loop").symlink_to("loop")
    assert walk_links(tmp_path / "l" / "run") == (tmp_path / "l", tmp_path / "a" / "b" / "run")
    assert walk_links(tmp_path / "l" / ".." / "b" / "run") == (tmp_path / "l", tmp_path / "a" / "b" / "run")
    assert walk_links(tmp_path / "loop") == ()


def test_relative_folders_of_path_count_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "g++").write_text("#!/bin/sh\n")
    (tmp_path / "g++").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}")
    assert find_program("g++") == Path(shutil.which("g++", path=os.environ["PATH"].removeprefix(".:")) or "")


def test_a_program_runs_in_an_empty_folder_and_leaves_nothing_running(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\nls -a; sleep 60 & echo $! > {tmp_path}/pid; echo said >&2; exit 3\n")
    script.chmod(0o755)
    allow(script)
    done = run_program([script], seconds=20)
    assert (done.status, done.text.split(), done.said) == (3, [".", ".."], "said\n")
    assert not is_running(int((tmp_path / "pid").read_text()))


def test_a_program_that_takes_too_long_is_stopped_with_its_children(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\nsleep 60 & echo $! > {tmp_path}/pid; wait\n")
    script.chmod(0o755)
    allow(script)
    with pytest.raises(TimeoutError):
        run_program([script], seconds=0.5)
    assert not is_running(int((tmp_path / "pid").read_text()))


def is_running(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, signal.SIG_DFL)
        except ProcessLookupError:
            return False
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return False
        time.sleep(0.02)
    return True


def test_only_this_room_starts_programs() -> None:
    """As the source has it: nothing else imports `subprocess` or has another way to start one."""
    package = Path(trust.__file__).parents[1]
    words = (
        "import subprocess",
        "from subprocess",
        "os.system",
        "os.popen",
        "os.exec",
        "os.spawn",
        "posix_spawn",
        "import pty",
    )
    found = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in words)
    }
    assert {name for name in found if not name.startswith("programs/")} <= {"vendoring/git/upstream.py"}


@pytest.mark.parametrize("tracked", [True, False], ids=["committed", "the user's own"])
def test_what_a_program_starts_by_path_did_not_come_with_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tracked: bool
) -> None:
    git(tmp_path, "init", "--quiet")
    script = tmp_path / "bin" / "helper"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\necho started\n")
    script.chmod(0o755)
    if tracked:
        git(tmp_path, "add", "--all")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join(["bin", str(script.parent), os.environ["PATH"]]))
    done = run_program(["sh", "-c", "helper"], seconds=60)
    assert ("started" in done.text) is not tracked
