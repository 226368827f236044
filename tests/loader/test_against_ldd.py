"""What we say would be loaded is what the loader loads: `ldd`, `LD_DEBUG=libs` and started programs are asked."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from support.cxx import build_library
from support.tools import tool

from trtheaders.errors import LibraryError
from trtheaders.library.loading import read_loadable, read_system
from trtheaders.loader.resolve import load
from trtheaders.model.library.exports import Machine

_FOUND = re.compile(r"\s+(\S+) => (.*?)(?: \(0x[0-9a-f]+\))?$")
_SAMPLE = 20


def ask_ldd(path, **variables):
    """Each name and the real file behind it, None for what is not found; the loader itself apart."""
    environment = {**os.environ, "LC_ALL": "C", **variables}
    lines = subprocess.run([tool("ldd"), path], capture_output=True, text=True, env=environment).stdout.splitlines()
    found = (match for line in lines if (match := _FOUND.match(line)))
    return {item[1]: None if item[2].startswith("not found") else os.path.realpath(item[2]) for item in found}


def ask_us(path, **variables):
    machine = Machine.AARCH64 if os.uname().machine == "aarch64" else Machine.X86_64
    system = read_system(machine, {**os.environ, **variables})
    loading = load(read_loadable(path), system)
    names = {item.name: item.path and os.path.realpath(item.path) for item in loading.resolved}
    return {name: path for name, path in names.items() if not name.startswith("ld-linux")}


def real_libraries():
    """Shared objects of this machine, evenly over all that there are."""
    everything = sorted(path for path in Path("/usr/lib").glob("*-linux-gnu/**/*.so*") if not path.is_symlink())
    chosen = []
    for path in everything[:: max(1, len(everything) // (2 * _SAMPLE))]:
        try:
            read_loadable(path)
        except LibraryError:
            continue
        chosen.append(path)
    return chosen[:_SAMPLE]


@pytest.mark.parametrize("path", real_libraries(), ids=lambda path: path.name)
def test_a_library_of_this_machine_loads_what_ldd_says(path):
    assert ask_us(path) == ask_ldd(path)


def ask_the_loader(command, folder, **variables):
    """Each name that the loader looked for and the real file that it tried last, None where that is no file.

    It tells so itself (`LD_DEBUG=libs`, ld.so(8)) while it starts ``command``.
    """
    told = {"LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": str(folder / "told")}
    subprocess.run(command, capture_output=True, env={**os.environ, **variables, **told})
    (log,) = folder.glob("told.*")
    looked: dict[str, str | None] = {}
    name = ""
    for line in log.read_text().splitlines():
        if found := re.search(r"find library=(\S+) ", line):
            name = found[1]
            looked[name] = None
        elif (tried := re.search(r"trying file=(\S+)", line)) and name:
            looked[name] = os.path.realpath(tried[1]) if Path(tried[1]).is_file() else None
    log.unlink()
    return looked


@pytest.fixture(name="loader", scope="module")
def the_loader():
    """The program that starts programs, as a program of this machine names it."""
    listed = subprocess.run([tool("ldd"), "/bin/sh"], capture_output=True, text=True).stdout
    found = re.search(r"/\S*/ld-\S*", listed)
    assert found, listed
    return found[0]


@pytest.mark.parametrize("path", real_libraries(), ids=lambda path: path.name)
def test_a_library_of_this_machine_loads_what_the_loader_tells_of_itself(path, tmp_path, loader):
    told = ask_the_loader([loader, "--list", path], tmp_path)
    ours = ask_us(path)
    assert {name: ours.get(name, "never looked for") for name in told} == told


def _build(folder, name, *needs, flags=(), text=""):
    """`libNAME.so` in ``folder``, which needs the libraries ``needs``."""
    folder.mkdir(parents=True, exist_ok=True)
    built = build_library(
        text or f'extern "C" int {name}() {{ return 1; }}\n',
        name=f"lib{name}.so",
        flags=("-Wl,--no-as-needed", "-Wl,--allow-shlib-undefined", *flags),
        inputs=needs,
    )
    path = folder / built.name
    path.write_bytes(built.read_bytes())
    return path


@pytest.fixture(name="leaf")
def a_leaf(tmp_path):
    """`libleaf.so` in the folder `far`, which no default search reaches."""
    return _build(tmp_path / "far", "leaf")


@pytest.mark.parametrize("tags", ["--enable-new-dtags", "--disable-new-dtags"])
@pytest.mark.parametrize("far", [True, False], ids=["with its folder", "without"])
def test_a_started_program_loads_what_is_said_of_it(tmp_path, leaf, tags, far):
    top = _build(tmp_path / "top", "top", leaf, flags=("-Wl,-rpath,$ORIGIN/../far", f"-Wl,{tags}"))
    folders = (f"-Wl,-rpath,{top.parent}",) if far else ()
    text = 'extern "C" int top(); int main() { return top(); }\n'
    program = tmp_path / "program"
    source = tmp_path / "program.cpp"
    source.write_text(text)
    subprocess.run(["g++", source, "-o", program, *folders, top, "-Wl,--allow-shlib-undefined"], check=True)
    told = ask_the_loader([program], tmp_path)
    ours = ask_us(program)
    assert {name: ours.get(name, "never looked for") for name in told} == told
    assert (told["libtop.so"] is not None) is far
    assert ("libleaf.so" in told) is far


def test_a_missing_library_is_missing_for_both(tmp_path, leaf):
    top = _build(tmp_path / "top", "top", leaf)
    assert ask_us(top)["libleaf.so"] is None
    assert ask_us(top) == ask_ldd(top)


@pytest.mark.parametrize("tags", ["--enable-new-dtags", "--disable-new-dtags"])
@pytest.mark.parametrize("written", ["$ORIGIN/../far", "${ORIGIN}/../far", "$ORIGINAL/far", "/nowhere:$ORIGIN/../far"])
def test_run_paths_are_followed_as_the_loader_does(tmp_path, leaf, tags, written):
    top = _build(tmp_path / "top", "top", leaf, flags=(f"-Wl,-rpath,{written}", f"-Wl,{tags}"))
    assert ask_us(top) == ask_ldd(top)


@pytest.mark.parametrize("tags", ["--enable-new-dtags", "--disable-new-dtags"])
def test_only_the_old_run_path_is_inherited(tmp_path, leaf, tags):
    middle = _build(tmp_path / "middle", "middle", leaf)
    run_path = f"-Wl,-rpath,{tmp_path}/middle:{tmp_path}/far"
    top = _build(tmp_path / "top", "top", middle, flags=(run_path, f"-Wl,{tags}"))
    assert (ask_us(top)["libleaf.so"] is None) is (tags == "--enable-new-dtags")
    assert ask_us(top) == ask_ldd(top)


def test_a_library_with_a_run_path_of_its_own_inherits_none(tmp_path, leaf):
    middle = _build(tmp_path / "middle", "middle", leaf, flags=("-Wl,-rpath,/nowhere", "-Wl,--enable-new-dtags"))
    run_path = f"-Wl,-rpath,{tmp_path}/middle:{tmp_path}/far"
    top = _build(tmp_path / "top", "top", middle, flags=(run_path, "-Wl,--disable-new-dtags"))
    assert ask_us(top)["libleaf.so"] is None
    assert ask_us(top) == ask_ldd(top)


@pytest.mark.parametrize(
    ("tags", "winner"), [("--enable-new-dtags", "near"), ("--disable-new-dtags", "far")], ids=["runpath", "rpath"]
)
def test_the_environment_stands_between_the_two_run_paths(tmp_path, leaf, tags, winner):
    _build(tmp_path / "near", "leaf", text='extern "C" int leaf() { return 2; }\n')
    top = _build(tmp_path / "top", "top", leaf, flags=(f"-Wl,-rpath,{tmp_path}/far", f"-Wl,{tags}"))
    variables = {"LD_LIBRARY_PATH": f"{tmp_path}/near"}
    assert Path(ask_us(top, **variables)["libleaf.so"]).parent.name == winner
    assert ask_us(top, **variables) == ask_ldd(top, **variables)


def test_a_library_loaded_under_its_soname_is_not_looked_for_again(tmp_path, leaf):
    other = _build(tmp_path / "other", "other", leaf)
    run_path = f"-Wl,-rpath,{tmp_path}/far:{tmp_path}/other"
    top = _build(tmp_path / "top", "top", leaf, other, flags=(run_path, "-Wl,--enable-new-dtags"))
    assert ask_us(top)["libleaf.so"] == str(leaf)
    assert ask_us(top) == ask_ldd(top)


@pytest.mark.parametrize("sub", ["glibc-hwcaps/x86-64-v2", "glibc-hwcaps/x86-64-v9", "tls", "x86_64", "elsewhere"])
def test_sub_folders_for_capabilities_win_where_the_loader_lets_them(tmp_path, leaf, sub):
    _build(tmp_path / "far" / sub, "leaf", text='extern "C" int leaf() { return 3; }\n')
    top = _build(tmp_path / "top", "top", leaf, flags=(f"-Wl,-rpath,{tmp_path}/far",))
    assert ask_us(top) == ask_ldd(top)


def test_links_to_a_folder_do_not_move_the_origin(tmp_path, leaf):
    top = _build(tmp_path / "deep" / "down", "top", leaf, flags=("-Wl,-rpath,$ORIGIN/../far",))
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "libtop.so").symlink_to(top)
    assert ask_us(tmp_path / "link" / "libtop.so")["libleaf.so"] == str(leaf)
    assert ask_us(tmp_path / "link" / "libtop.so") == ask_ldd(tmp_path / "link" / "libtop.so")


def test_another_machines_library_is_passed_over(tmp_path, leaf):
    (tmp_path / "wrong").mkdir()
    data = bytearray(leaf.read_bytes())
    data[18:20] = (8).to_bytes(2, "little")
    (tmp_path / "wrong" / "libleaf.so").write_bytes(data)
    top = _build(tmp_path / "top", "top", leaf, flags=(f"-Wl,-rpath,{tmp_path}/wrong:{tmp_path}/far",))
    assert ask_us(top)["libleaf.so"] == str(leaf)
    assert ask_us(top) == ask_ldd(top)


def test_what_is_no_library_stops_the_loader(tmp_path, leaf):
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "libleaf.so").write_text("a text that is long enough to have a header's size, and is none\n")
    top = _build(tmp_path / "top", "top", leaf, flags=(f"-Wl,-rpath,{tmp_path}/text:{tmp_path}/far",))
    done = subprocess.run([tool("ldd"), top], capture_output=True, text=True)
    assert "invalid ELF header" in done.stdout + done.stderr
    assert ask_us(top)["libleaf.so"] is None


def test_versions_that_the_found_library_lacks_are_named(tmp_path):
    def leaf(folder, *versions):
        folder.mkdir()
        script = folder / "map"
        script.write_text("".join(f"{name} {{ global: f{name}; }};\n" for name in versions))
        functions = "".join(f'extern "C" int f{name}() {{ return 1; }}\n' for name in versions)
        return _build(folder, "leaf", text=functions, flags=(f"-Wl,--version-script={script}",))

    new = leaf(tmp_path / "new", "LEAF_1", "LEAF_2")
    old = leaf(tmp_path / "old", "LEAF_1")
    caller = 'extern "C" int fLEAF_1(); extern "C" int fLEAF_2(); int g() { return fLEAF_1() + fLEAF_2(); }\n'
    top = _build(tmp_path / "top", "top", new, text=caller, flags=(f"-Wl,-rpath,{tmp_path}/old",))
    done = subprocess.run([tool("ldd"), top], capture_output=True, text=True)
    assert "version `LEAF_2' not found" in done.stdout + done.stderr
    machine = Machine.AARCH64 if os.uname().machine == "aarch64" else Machine.X86_64
    (lacking,) = load(read_loadable(top), read_system(machine, os.environ)).lacking
    assert (lacking.version, lacking.library, lacking.path) == ("LEAF_2", "libleaf.so", old)
