from __future__ import annotations

import pytest
from packaging.version import Version

from trtheaders.errors import ReleaseError
from trtheaders.vendoring.content.resolution import parse_request, release_tags, resolve

TAGS = ("v1.0.0", "v1.1.0rc5", "v1.1.0", "v1.2.0rc3", "v1.2.0rc9", "v1.2.0rc10", "v0.17.0.post1", "nightly", "v1.2")


def installed() -> str:
    return "1.2.0rc3+cu130"


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("v1.2.0rc3", "v1.2.0rc3"),
        ("1.2.0rc3", "v1.2.0rc3"),
        ("1.2.0-rc.3", "v1.2.0rc3"),
        ("V1.2.0RC3", "v1.2.0rc3"),
        ("1.2.0rc3+cu130", "v1.2.0rc3"),
        ("installed", "v1.2.0rc3"),
        ("0.17.0.post1", "v0.17.0.post1"),
        ("latest", "v1.2"),
    ],
)
def test_every_spelling_of_a_release_finds_its_tag(text: str, tag: str) -> None:
    assert resolve(parse_request(text, installed), TAGS).tag == tag


@pytest.mark.parametrize(
    ("text", "name"), [("1.0", "1.0.0"), ("v1", "1.0.0"), ("1.2rc3", "1.2.0rc3"), ("1.0.post2", "1.0.0.post2")]
)
def test_a_release_has_one_name_however_short_it_is_asked_for(text: str, name: str) -> None:
    assert str(parse_request(text, installed)) == name


def test_the_newest_counts_candidates_as_numbers() -> None:
    tags = ("v1.1.0", "v1.2.0rc9", "v1.2.0rc10")
    assert resolve(None, tags).tag == "v1.1.0"
    assert resolve(None, tags, pre=True).tag == "v1.2.0rc10"


def test_no_final_release_is_no_answer_but_a_hint() -> None:
    with pytest.raises(ReleaseError) as caught:
        resolve(None, ["v1.2.0rc1"])
    assert "--pre" in caught.value.hint


def test_a_post_release_without_a_tag_is_announced() -> None:
    found = resolve(Version("1.2.0rc3.post2"), TAGS)
    assert (str(found.version), found.tag) == ("1.2.0rc3.post2", "v1.2.0rc3")
    assert "v1.2.0rc3.post2" in found.remark


def test_a_post_release_with_a_tag_is_that_tag() -> None:
    found = resolve(Version("1.2.0rc3.post2"), [*TAGS, "v1.2.0rc3.post2"])
    assert (found.tag, found.remark) == ("v1.2.0rc3.post2", "")


def test_only_post_releases_fall_back() -> None:
    with pytest.raises(ReleaseError):
        resolve(Version("1.2.0rc3.dev1"), TAGS)


def test_a_missing_tag_names_the_nearest() -> None:
    with pytest.raises(ReleaseError) as caught:
        resolve(Version("1.2.0rc8"), TAGS)
    assert "v1.2.0rc8" in caught.value.message
    assert all(tag in caught.value.hint for tag in ("v1.2.0rc3", "v1.2.0rc9"))


@pytest.mark.parametrize("text", ["--upload-pack=touch x", "main", "", "v1.0.0; rm", "../../etc", "v1.0.0:refs/x"])
def test_what_is_no_release_is_refused(text: str) -> None:
    with pytest.raises(ReleaseError):
        parse_request(text, installed)


def test_upstreams_own_spelling_goes_first() -> None:
    assert release_tags(["1.0.0", "v1.0.0", "v1.0.0-0"])[Version("1.0.0")] == "v1.0.0"
