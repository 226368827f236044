from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support.upstream import EXECUTOR, FOLDER, LICENSE, LINK, PLAIN, SUBMODULE, Entry, Upstream, headers, serve

from trtheaders.configuration import Configuration
from trtheaders.errors import HostileContentError, TrtHeadersError
from trtheaders.verbs.add import add

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb\nsize 12345\n"


def rows(repository: Upstream, *extra: tuple[str, str, bytes]) -> list[tuple[str, str, str]]:
    """An executor header, and entries of any mode and name."""
    executor = repository.tree({"executor.h": EXECUTOR})
    made = [(mode, name, repository.blob(content)) for mode, name, content in extra]
    return [(FOLDER, "executor", executor), *made]


def refuse(repository: Upstream, consumer: Configuration, *, named: str, over_http: bool = True) -> None:
    """`add` refuses `v6.6.6`, names the entry, and leaves nothing behind; from a clone and from a server."""
    with serve(repository.path) as (url, _):
        for remote in [str(repository.path), *([url] if over_http else [])]:
            with pytest.raises(HostileContentError) as caught:
                add(["v6.6.6"], configuration=consumer, remote=remote)
            assert named in caught.value.message, caught.value.message
    assert not consumer.destination.exists()


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ((LINK, "passwd.h", b"/etc/passwd"), "`v6.6.6:cpp/include/tensorrt_llm/passwd.h` is a symbolic link"),
        ((PLAIN, "..", b"x"), "tensorrt_llm/..` is a path with the component `..`"),
        ((PLAIN, ".", b"x"), "tensorrt_llm/.` is a path with the component `.`"),
        ((PLAIN, ".git", b"x"), "tensorrt_llm/.git` is a name that some file systems take for `.git`"),
        ((PLAIN, ".GiT", b"x"), ".GiT` is a name that some file systems take for `.git`"),
        ((PLAIN, ".g\u200cit", b"x"), "take for `.git`"),
        ((PLAIN, ".git.", b"x"), ".git.` is a name"),
        ((PLAIN, "git~1", b"x"), "git~1` is a name"),
        ((PLAIN, ".git::$INDEX_ALLOCATION", b"x"), "take for `.git`"),
        ((PLAIN, "a\\b.h", b"x"), "a backslash"),
        ((PLAIN, "a\nb.h", b"x"), "a control character"),
        ((PLAIN, "a\x1b[2Jb.h", b"x"), "a control character"),
        ((PLAIN, "a\udcff.h", b"x"), "not UTF-8"),
        ((PLAIN, "Executor", b"x"), "the twin of"),
        ((PLAIN, "executor", b"x"), "the twin of"),
        ((PLAIN, "weights.h", POINTER.encode()), "weights.h` is a Git LFS pointer"),
        ((PLAIN, "executor/inner.h", b"x"), "not one that git writes"),
    ],
)
def test_an_entry_that_must_not_be_vendored_is_refused_by_name(
    tmp_path: Path, consumer: Configuration, entry: tuple[str, str, bytes], named: str
) -> None:
    repository = Upstream(tmp_path / "hostile.git")
    repository.release_tree("v6.6.6", repository.tree(rows(repository, entry)))
    refuse(repository, consumer, named=named)


def test_control_characters_of_a_name_do_not_reach_the_terminal(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "hostile.git")
    repository.release_tree("v6.6.6", repository.tree(rows(repository, (PLAIN, "a\x1b[2J.h", b"x"))))
    with pytest.raises(HostileContentError) as caught:
        add(["v6.6.6"], configuration=consumer, remote=str(repository.path))
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    ("first", "second"), [("types.h", "Types.h"), ("stra\u00dfe.h", "STRASSE.h"), ("\u00e9.h", "e\u0301.h")]
)
def test_case_twins_are_refused(tmp_path: Path, consumer: Configuration, first: str, second: str) -> None:
    repository = Upstream(tmp_path / "hostile.git")
    repository.release("v6.6.6", {**headers(), first: "1", second: "2"})
    refuse(repository, consumer, named="the twin of")


def test_folders_that_are_case_twins_are_refused(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "hostile.git")
    repository.release("v6.6.6", {**headers(), "Executor/other.h": "1"})
    refuse(repository, consumer, named="the twin of")


def test_one_name_twice_is_refused(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "hostile.git")
    repository.release_tree("v6.6.6", repository.tree(rows(repository, (PLAIN, "a.h", b"1"), (PLAIN, "a.h", b"2"))))
    refuse(repository, consumer, named="the twin of")


def test_a_submodule_is_refused(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "hostile.git")
    repository.release("v6.6.6", {**headers(), "third_party": Entry(SUBMODULE, target="6" * 40)})
    refuse(repository, consumer, named="third_party` is a submodule")


def test_a_licence_that_is_a_link_is_refused(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "hostile.git")
    repository.release("v6.6.6", headers(), rest={"LICENSE": Entry(LINK, b"/etc/passwd")})
    refuse(repository, consumer, named="LICENSE` is a symbolic link")


def test_a_header_folder_that_is_a_link_is_refused(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "hostile.git")
    tree = repository.tree({"LICENSE": LICENSE, "cpp": {"include": {"tensorrt_llm": Entry(LINK, b"/etc")}}})
    repository.git("tag", "v6.6.6", repository.commit(tree))
    refuse(repository, consumer, named="is not a folder")


def test_a_commit_that_a_clone_replaces_by_another_is_still_itself(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "hostile.git")
    honest = repository.release("v1.0.0", headers(a="honest"), annotated=False)
    repository.git("replace", honest, repository.release("v1.1.0", headers(a="other"), annotated=False))
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=str(repository.path))
    assert (answer.directory / "tensorrt_llm" / "common" / "a.h").read_text() == "honest"


def test_what_lies_beside_the_headers_is_not_judged(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "upstream.git")
    rest = {"LICENSE": LICENSE, "docs": Entry(LINK, b"/etc"), "model.bin": POINTER, ".gitattributes": "* text=auto\n"}
    repository.release("v1.0.0", headers(), rest=rest)
    with serve(repository.path) as (url, _):
        add(["v1.0.0"], configuration=consumer, remote=url)


@pytest.mark.parametrize(
    "remote",
    [
        "--upload-pack=touch injected",
        "-oProxyCommand=touch injected",
        "ext::sh -c 'touch injected'",
        "ssh://-oProxyCommand=touch injected/x",
        "fd::17/foo",
        "ftp://example.invalid/x.git",
        "https://exa\nmple.invalid/x.git",
        "-u:touch injected",
    ],
)
@pytest.mark.parametrize("release", ["v1.0.0", "--upload-pack=touch injected", "v1.0.0 --exec=touch injected"])
def test_nothing_of_a_remote_or_release_is_run(
    consumer: Configuration, monkeypatch: pytest.MonkeyPatch, remote: str, release: str
) -> None:
    monkeypatch.chdir(consumer.root)
    with pytest.raises(TrtHeadersError):
        add([release], configuration=consumer, remote=remote)
    assert list(consumer.root.iterdir()) == []


def test_an_instead_of_cannot_lead_to_a_remote_helper(
    consumer: Configuration, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = tmp_path / "gitconfig"
    subprocess.run(["git", "config", "-f", settings, "url.ext::touch injected #.insteadOf", "https://up/"], check=True)
    subprocess.run(["git", "config", "-f", settings, "protocol.ext.allow", "always"], check=True)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.chdir(consumer.root)
    with pytest.raises(TrtHeadersError, match="not allowed"):
        add(["v1.0.0"], configuration=consumer, remote="https://up/x.git")
    assert list(consumer.root.iterdir()) == []
