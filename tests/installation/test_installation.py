"""An installed TensorRT-LLM is found where the user means it, and never imported."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from support.cxx import build_library

from trtheaders.errors import InstallationError, LibraryError
from trtheaders.installation import places
from trtheaders.installation.choice import find_installation

MINOR = f"python3.{sys.version_info.minor}"


def _install(
    site: Path, version: str, *, metadata: str = "", libraries=("libtensorrt_llm.so", "libth_common.so")
) -> Path:
    """A package like the wheel's in a package folder; importing it fails."""
    package = site / "tensorrt_llm"
    (package / "libs").mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('tensorrt_llm was imported')\n")
    if version:
        (package / "version.py").write_text(f'# (c)\n__version__ = "{version}"\n')
    for name in libraries:
        shutil.copy(build_library("int f() { return 1; }"), package / "libs" / name)
    if metadata:
        (site / f"tensorrt_llm-{metadata}.dist-info").mkdir()
        (site / f"tensorrt_llm-{metadata}.dist-info" / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: tensorrt-llm\nVersion: {metadata}\n"
        )
    return package


def _environment(folder: Path, *, system: bool = False) -> Path:
    """A real virtual environment; its package folder comes back."""
    venv.create(folder, symlinks=True, with_pip=False, system_site_packages=system)
    (site,) = (path for path in (folder / "lib").glob("python3*/site-packages"))
    return site


@pytest.fixture(name="nowhere", autouse=True)
def no_installation_of_the_machines_own(monkeypatch, tmp_path):
    """The machine's own interpreter and environment do not count in these tests."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setattr(places, "TRITON", tmp_path / "triton")


def _find(start: Path, **variables: str):
    return find_installation(start, environment=variables)


def test_the_active_environment_comes_first(tmp_path):
    _install(_environment(tmp_path / "active"), "1.2.0rc3+cu130")
    _install(_environment(tmp_path / ".venv"), "1.0.0")
    found = _find(tmp_path, VIRTUAL_ENV=str(tmp_path / "active"))
    assert found.version == "1.2.0rc3+cu130"
    assert found.reason == f"the active virtual environment `{tmp_path / 'active'}`"
    assert [path.name for path in found.libraries] == ["libtensorrt_llm.so", "libth_common.so"]
    assert [path.name for path in found.linked] == ["libtensorrt_llm.so"]


@pytest.mark.parametrize("name", [".venv", "venv"])
def test_a_neighbouring_environment_is_found(tmp_path, name):
    _install(_environment(tmp_path / name), "1.1.0")
    found = _find(tmp_path)
    assert (found.version, found.reason) == ("1.1.0", f"the neighbouring virtual environment `{tmp_path / name}`")


def test_two_neighbours_are_one_too_many(tmp_path):
    _install(_environment(tmp_path / ".venv"), "1.1.0")
    _install(_environment(tmp_path / "venv"), "1.0.0")
    with pytest.raises(
        InstallationError, match=r"more than one .*\.venv` \(1\.1\.0\) and .*venv` \(1\.0\.0\)"
    ) as caught:
        _find(tmp_path)
    assert "--python" in caught.value.hint


def test_pre_commit_hides_the_active_environment_behind_its_own(tmp_path):
    hook = tmp_path / "hook"
    _environment(hook)
    _install(_environment(tmp_path / "active"), "1.1.0")
    search = f"{hook / 'bin'}:{tmp_path / 'active' / 'bin'}:/usr/bin"
    found = _find(tmp_path, VIRTUAL_ENV=str(hook), PATH=search, PRE_COMMIT="1")
    assert found.version == "1.1.0"
    assert found.reason == f"the virtual environment on PATH `{tmp_path / 'active'}`"
    assert found.passed_over == (f"the active virtual environment `{hook}`",)


def test_a_linked_worktree_uses_the_main_ones_environment(tmp_path):
    main, linked = tmp_path / "main", tmp_path / "linked"
    for command in (
        ["init", "-q", main],
        ["-C", main, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "first"],
        ["-C", main, "worktree", "add", "-q", linked],
    ):
        subprocess.run(["git", *command], check=True)
    _install(_environment(main / ".venv"), "1.1.0")
    assert _find(linked).version == "1.1.0"


def test_conda_is_found(tmp_path):
    _install(tmp_path / "conda" / "lib" / MINOR / "site-packages", "1.0.0")
    found = _find(tmp_path, CONDA_PREFIX=str(tmp_path / "conda"))
    assert found.reason == f"the conda environment `{tmp_path / 'conda'}`"


def _interpreter(folder: Path, site: Path) -> Path:
    """An interpreter outside any virtual environment that sees ``site``."""
    folder.mkdir(parents=True)
    script = folder / "python3"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{site}" exec "{Path(sys.executable).resolve()}" "$@"\n')
    script.chmod(0o755)
    return script


def test_the_interpreter_on_path_is_asked(tmp_path):
    _install(tmp_path / "dist-packages", "1.2.0")
    python = _interpreter(tmp_path / "usr" / "bin", tmp_path / "dist-packages")
    found = _find(tmp_path, PATH=str(python.parent))
    assert (found.version, found.python) == ("1.2.0", python)
    assert found.reason == f"the interpreter on PATH `{python}`"


def _init_repository(folder: Path) -> None:
    """What lies untracked in a repository is the user's own; in an unpacked archive nothing is."""
    subprocess.run(["git", "init", "-q", folder], check=True)


def test_an_environment_that_sees_the_systems_packages(tmp_path):
    _init_repository(tmp_path)
    site = tmp_path / "dist-packages"
    _install(site, "1.2.0")
    python = _interpreter(tmp_path / "usr" / "bin", site)
    _environment(tmp_path / ".venv")
    settings = tmp_path / ".venv" / "pyvenv.cfg"
    settings.write_text(f"home = {python.parent}\ninclude-system-site-packages = true\n")
    assert _find(tmp_path).version == "1.2.0"
    settings.write_text(f"home = {python.parent}\ninclude-system-site-packages = false\n")
    with pytest.raises(InstallationError):
        _find(tmp_path)


def test_the_interpreter_that_cmake_was_configured_with(tmp_path):
    _init_repository(tmp_path)
    _install(tmp_path / "dist-packages", "1.2.0")
    python = _interpreter(tmp_path / "usr" / "bin", tmp_path / "dist-packages")
    (tmp_path / "build").mkdir()
    cache = tmp_path / "build" / "CMakeCache.txt"
    cache.write_text(f"//Path to a program.\nPython3_EXECUTABLE:FILEPATH={python}\n")
    found = _find(tmp_path)
    assert found.version == "1.2.0"
    assert found.reason == f"the interpreter in `{cache}`, `{python}`"


def test_a_development_install_is_followed(tmp_path):
    _install(tmp_path / "source", "1.3.0rc1")
    site = _environment(tmp_path / ".venv")
    (site / "tensorrt_llm.pth").write_text(f"# a comment\nimport os\n{tmp_path / 'source'}\n")
    assert _find(tmp_path).version == "1.3.0rc1"


def test_tritons_folder_is_the_last_resort(tmp_path, monkeypatch):
    monkeypatch.setattr("trtheaders.installation.choice.TRITON", tmp_path / "triton")
    (tmp_path / "triton").mkdir()
    for name in ("libtensorrt_llm.so", "libtriton_tensorrtllm.so"):
        shutil.copy(build_library("int f() { return 1; }"), tmp_path / "triton" / name)
    found = _find(tmp_path)
    assert found.version is None
    assert [path.name for path in found.linked] == ["libtensorrt_llm.so"]


def test_none_names_where_it_was_looked_for(tmp_path):
    _environment(tmp_path / ".venv")
    with pytest.raises(
        InstallationError, match=r"no installed TensorRT-LLM was found in .*neighbouring.*venv"
    ) as caught:
        _find(tmp_path, CONDA_PREFIX="/opt/conda")
    assert "`/opt/conda`" in caught.value.message
    assert "--library" in caught.value.hint


def test_a_wheel_without_its_library_is_told_as_there(tmp_path):
    package = _install(_environment(tmp_path / ".venv"), "1.1.0", libraries=())
    story = f"(`{package}` is there, without a `libtensorrt_llm.so` in its `libs`)"
    with pytest.raises(InstallationError) as searched:
        _find(tmp_path)
    with pytest.raises(InstallationError) as named:
        find_installation(tmp_path, python=tmp_path / ".venv" / "bin" / "python")
    assert story in searched.value.message
    assert story in named.value.message


def test_what_the_user_names_is_taken_or_it_is_an_error(tmp_path):
    _install(_environment(tmp_path / ".venv"), "1.1.0")
    empty = tmp_path / "empty"
    _environment(empty)
    assert find_installation(tmp_path, python=tmp_path / ".venv" / "bin" / "python").version == "1.1.0"
    assert find_installation(tmp_path, configured_python=tmp_path / ".venv" / "bin" / "python").version == "1.1.0"
    with pytest.raises(InstallationError, match="has no tensorrt_llm"):
        find_installation(tmp_path, python=empty / "bin" / "python")
    for wrong in (tmp_path / "no-python", Path("/bin/false"), tmp_path):
        with pytest.raises(InstallationError, match="does not run as a Python interpreter"):
            find_installation(tmp_path, python=wrong)


def test_named_libraries_are_taken_as_they_are(tmp_path):
    package = _install(tmp_path / "site-packages", "", metadata="1.2.0rc3")
    library = package / "libs" / "libth_common.so"
    found = find_installation(tmp_path, libraries=[library])
    assert (found.libraries, found.linked, found.version) == ((library,), (library,), "1.2.0rc3")
    lone = build_library("int f() { return 1; }")
    assert find_installation(tmp_path, configured_libraries=[lone]).version is None
    with pytest.raises(LibraryError, match="there is no file"):
        find_installation(tmp_path, libraries=[tmp_path / "none.so"])


@pytest.mark.parametrize(
    ("line", "metadata", "expected"),
    [("1.2.0rc3", "", "1.2.0rc3"), ("", "1.1.0", "1.1.0"), ("1.2.0", "1.1.0", "1.2.0"), ("", "", None)],
)
def test_the_version_is_stated_by_the_package_or_its_metadata(tmp_path, line, metadata, expected):
    _install(_environment(tmp_path / ".venv"), line, metadata=metadata)
    assert _find(tmp_path).version == expected


def test_a_package_without_libraries_is_passed_over(tmp_path):
    site = _environment(tmp_path / ".venv")
    (site / "tensorrt_llm").mkdir()
    with pytest.raises(InstallationError):
        _find(tmp_path)


def test_links_to_one_library_are_one_library(tmp_path):
    package = _install(
        _environment(tmp_path / ".venv"), "1.0.0", libraries=["libnvinfer_plugin_tensorrt_llm.so.10.11.0"]
    )
    (package / "libs" / "libnvinfer_plugin_tensorrt_llm.so.10").symlink_to("libnvinfer_plugin_tensorrt_llm.so.10.11.0")
    (package / "libs" / "libnvinfer_plugin_tensorrt_llm.so").symlink_to("libnvinfer_plugin_tensorrt_llm.so.10")
    found = _find(tmp_path)
    assert [path.name for path in found.libraries] == ["libnvinfer_plugin_tensorrt_llm.so"]
    assert found.linked == found.libraries


def test_a_broken_bystander_is_left_out_and_named(tmp_path):
    package = _install(_environment(tmp_path / ".venv"), "1.0.0")
    (package / "libs" / "libth_common.so").write_text("not a library")
    found = _find(tmp_path)
    assert [path.name for path in found.libraries] == ["libtensorrt_llm.so"]
    assert any("libth_common.so` is not an ELF file" in remark for remark in found.remarks)


def test_directories_of_what_the_library_needs(tmp_path):
    site = _environment(tmp_path / ".venv")
    package = _install(site, "1.0.0")
    for folder in ("torch/lib", "tensorrt_libs", "nvidia/nccl/lib", "nvidia/cu13/lib"):
        (site / folder).mkdir(parents=True)
        (site / folder / "libx.so.1").touch()
    (site / "nvidia" / "empty" / "lib").mkdir(parents=True)
    assert _find(tmp_path).directories == (
        package / "libs",
        site / "torch" / "lib",
        site / "tensorrt_libs",
        site / "nvidia" / "cu13" / "lib",
        site / "nvidia" / "nccl" / "lib",
    )


def test_nothing_of_the_package_is_imported_and_its_interpreter_sees_no_folder_of_ours(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sys.py").write_text("raise SystemExit('imported')")
    (tmp_path / "tensorrt_llm" / "libs").mkdir(parents=True)
    shutil.copy(build_library("int f() { return 1; }"), tmp_path / "tensorrt_llm" / "libs" / "libtensorrt_llm.so")
    assert os.path.samefile(Path.cwd(), tmp_path)  # noqa: PTH121
    with pytest.raises(InstallationError, match="has no tensorrt_llm"):
        find_installation(tmp_path, python=Path(sys.executable).resolve())


def test_a_conda_environment_that_is_active_goes_before_a_neighbour_and_both_are_told(tmp_path):
    conda = tmp_path / "conda"
    _install(conda / "lib" / MINOR / "site-packages", "1.1.0")
    _install(_environment(tmp_path / ".venv"), "1.0.0")
    found = _find(tmp_path, CONDA_PREFIX=str(conda))
    assert found.version == "1.1.0"
    (doubt,) = found.doubts
    assert f"the neighbouring virtual environment `{tmp_path / '.venv'}` has 1.0.0; 1.1.0 was taken" in doubt
    assert "--python" in doubt


def test_what_python_means_on_path_goes_before_a_neighbour(tmp_path):
    _install(tmp_path / "site", "1.1.0")
    python = _interpreter(tmp_path / "bin", tmp_path / "site")
    _install(_environment(tmp_path / ".venv"), "1.0.0")
    assert _find(tmp_path, PATH=str(python.parent)).version == "1.1.0"


def test_of_two_that_are_active_the_one_that_is_first_on_path_is_meant(tmp_path):
    conda, active = tmp_path / "conda", tmp_path / "active"
    _install(conda / "lib" / MINOR / "site-packages", "1.1.0")
    _install(_environment(active), "1.0.0")
    both = {"VIRTUAL_ENV": str(active), "CONDA_PREFIX": str(conda)}
    assert _find(tmp_path, **both, PATH=f"{conda / 'bin'}:{active / 'bin'}").version == "1.1.0"
    assert _find(tmp_path, **both, PATH=f"{active / 'bin'}:{conda / 'bin'}").version == "1.0.0"
    assert _find(tmp_path, **both, PATH=f"{conda / 'bin'}").version == "1.0.0"


def test_neighbours_that_agree_raise_no_doubt(tmp_path):
    _install(_environment(tmp_path / ".venv"), "1.1.0")
    _install(_environment(tmp_path / "active"), "1.1.0")
    assert _find(tmp_path, VIRTUAL_ENV=str(tmp_path / "active")).doubts == ()


def test_a_folder_on_path_that_may_not_be_entered_is_passed_over(tmp_path, monkeypatch):
    """As a shell does; root enters every folder, so that the refusal itself is played."""
    _install(_environment(tmp_path / ".venv"), "1.1.0")
    closed = str(tmp_path / "closed")
    real = os.stat

    def refuse(path, *more, **options):
        if os.fspath(path).startswith(closed) if not isinstance(path, int) else False:
            raise PermissionError(13, "Permission denied", path)
        return real(path, *more, **options)

    monkeypatch.setattr(os, "stat", refuse)
    assert _find(tmp_path, PATH=f"{closed}/bin:relative/bin:").version == "1.1.0"


def test_an_interpreter_is_named_relative_to_the_working_folder(tmp_path, monkeypatch):
    _install(tmp_path / "site", "1.1.0")
    _interpreter(tmp_path / "env" / "bin", tmp_path / "site")
    _install(_environment(tmp_path / ".venv"), "1.0.0")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'ros'}:relative:")
    assert find_installation(tmp_path, python=Path("env/bin/python3")).version == "1.1.0"
    assert find_installation(tmp_path, python=Path(".venv/bin/python")).version == "1.0.0"


def test_no_relative_or_empty_entry_of_pythonpath_reaches_an_interpreter(tmp_path, monkeypatch):
    _install(tmp_path / "clone", "1.1.0")
    monkeypatch.chdir(tmp_path / "clone")
    monkeypatch.setenv("PYTHONPATH", ":.:")
    with pytest.raises(InstallationError, match="has no tensorrt_llm"):
        find_installation(tmp_path, python=Path(sys.executable).resolve())


@pytest.mark.parametrize("link", ["folder", "file"])
def test_a_library_is_named_through_a_link(tmp_path, link):
    """As upstream's release image has it: `/app/tensorrt_llm/lib` leads to the package's `libs`."""
    package = _install(tmp_path / "site-packages", "1.1.0")
    (tmp_path / "app").mkdir()
    if link == "folder":
        (tmp_path / "app" / "lib").symlink_to(package / "libs")
        library = tmp_path / "app" / "lib" / "libtensorrt_llm.so"
    else:
        library = tmp_path / "app" / "libtensorrt_llm.so"
        library.symlink_to(package / "libs" / "libtensorrt_llm.so")
    found = find_installation(tmp_path, libraries=[library])
    assert (found.version, found.libraries) == ("1.1.0", (library,))


def test_pythonpath_goes_before_what_is_active_and_both_are_told(tmp_path, monkeypatch):
    """As for every interpreter: what PYTHONPATH names is imported before what an environment has."""
    _install(tmp_path / "ros", "1.1.0")
    _install(_environment(tmp_path / "active"), "1.0.0")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'ros'}")
    found = _find(tmp_path, VIRTUAL_ENV=str(tmp_path / "active"))
    asked = [
        tmp_path / "active/bin/python",
        "-c",
        "import importlib.util as u; print(u.find_spec('tensorrt_llm').origin)",
    ]
    imported = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    assert (found.version, str(found.package)) == ("1.1.0", str(Path(imported).parent))
    assert any("has 1.0.0; 1.1.0 was taken, from PYTHONPATH" in doubt for doubt in found.doubts)


def test_a_relative_entry_of_pythonpath_that_has_the_package_is_told(tmp_path, monkeypatch):
    _install(tmp_path / "clone", "1.1.0")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "clone:other:")
    with pytest.raises(InstallationError, match=r"`clone` in PYTHONPATH .* since it is relative") as told:
        _find(tmp_path)
    assert "`other`" not in told.value.message


def test_an_interpreter_is_named_by_its_environment_or_as_a_command(tmp_path, monkeypatch):
    _install(_environment(tmp_path / "env"), "1.1.0")
    monkeypatch.setenv("PATH", f"relative:{tmp_path / 'env/bin'}")
    monkeypatch.chdir(tmp_path)
    assert find_installation(tmp_path, python=Path("env")).version == "1.1.0"
    assert find_installation(tmp_path, python=Path("python3")).version == "1.1.0"
    with pytest.raises(InstallationError, match="is a folder without `bin/python`"):
        find_installation(tmp_path, python=Path("env/bin"))


def test_an_environment_whose_interpreter_is_gone_is_told_as_that(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to("/nowhere/python3.9")
    with pytest.raises(InstallationError, match=r"a link to `/nowhere/python3\.9`, which is not there"):
        find_installation(tmp_path, python=tmp_path / "bin" / "python")


def test_an_active_environment_that_was_moved_is_told_as_gone(tmp_path):
    with pytest.raises(InstallationError, match=r"`/nowhere/\.venv`, a folder that is not there"):
        _find(tmp_path, VIRTUAL_ENV="/nowhere/.venv")


@pytest.mark.parametrize("name", [".conda", ".pixi/envs/default"])
def test_a_neighbouring_conda_environment_is_found(tmp_path, name):
    _install(tmp_path / name / "lib" / "python3.12" / "site-packages", "1.1.0")
    with pytest.raises(InstallationError):
        _find(tmp_path)
    (tmp_path / name / "conda-meta").mkdir()
    assert _find(tmp_path).version == "1.1.0"


def test_a_package_that_was_replaced_by_halves_is_told(tmp_path):
    site = _environment(tmp_path / ".venv")
    _install(site, "1.0.0", metadata="1.1.0")
    (doubt,) = _find(tmp_path).doubts
    assert "`version.py` says 1.0.0 and `tensorrt_llm-1.1.0.dist-info` says 1.1.0; install it anew" in doubt
    (site / "tensorrt_llm" / "version.py").write_text('__version__ = "1.1.0+cu130"\n')
    assert not _find(tmp_path).doubts


def test_the_systems_metadata_says_nothing_of_the_environments_own_package(tmp_path):
    site = _environment(tmp_path / ".venv", system=True)
    _install(site, "1.1.0", metadata="1.1.0")
    _install(tmp_path / "system", "1.0.0", metadata="1.0.0")
    (site / "system.pth").write_text(f"{tmp_path / 'system'}\n")
    found = _find(tmp_path)
    assert (found.version, found.doubts) == ("1.1.0", ())


def test_metadata_without_its_package_is_told(tmp_path):
    site = _environment(tmp_path / ".venv")
    shutil.rmtree(_install(site, "1.1.0", metadata="1.1.0"))
    with pytest.raises(InstallationError, match=r"`.*tensorrt_llm-1\.1\.0\.dist-info` is there, without its package"):
        _find(tmp_path)


def test_a_wheel_that_is_named_as_a_library_is_told_as_that(tmp_path):
    wheel = shutil.make_archive(str(tmp_path / "tensorrt_llm"), "zip", tmp_path)
    with pytest.raises(LibraryError, match="is a zip file") as told:
        find_installation(tmp_path, libraries=[Path(wheel)])
    assert "unzip -j" in told.value.hint


def test_an_environment_is_passed_over_once_by_its_first_name(tmp_path):
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("")
    with pytest.raises(InstallationError) as raised:
        _find(tmp_path, VIRTUAL_ENV=str(tmp_path / ".venv"))
    assert raised.value.message.count(f"`{tmp_path / '.venv'}`") == 1
    assert f"the active virtual environment `{tmp_path / '.venv'}`" in raised.value.message
