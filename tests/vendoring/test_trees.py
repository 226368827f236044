from __future__ import annotations

from pathlib import Path

import pytest
from support.upstream import Entry, Upstream

from trtheaders.model.vendoring.locks import LockedFile
from trtheaders.vendoring.git.object_ids import header_tree_id, object_id

FILES = {"a.h": "", "a/b.h": "1", "a-b.h": "2", "a.b/c/d.h": "3", "ä.h": "ü\r\n", "run.sh": Entry("100755", b"#!")}


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_ids_are_gits_own(tmp_path: Path, object_format: str) -> None:
    repository = Upstream(tmp_path / "upstream.git", object_format=object_format)
    repository.release("v1.0.0", FILES)
    rows = repository.git("-c", "core.quotePath=false", "ls-tree", "-r", "v1.0.0:cpp/include/tensorrt_llm").splitlines()
    files = [
        LockedFile(mode=mode, blob=blob, path=f"tensorrt_llm/{path}", size=0)
        for mode, blob, path in ((*row.split("\t")[0].split()[::2], row.split("\t")[1]) for row in rows)
    ]
    assert len(files) == len(FILES)
    tree = repository.git("rev-parse", "v1.0.0:cpp/include/tensorrt_llm")
    assert header_tree_id(reversed(files)) == tree
    content = "ü\r\n".encode()
    assert object_id("blob", content, digits=len(tree)) == repository.blob(content)


def test_the_licence_is_not_part_of_the_tree() -> None:
    header = LockedFile(path="tensorrt_llm/a.h", blob="0" * 40, size=1)
    licence = LockedFile(path="LICENSE", blob="1" * 40, size=1)
    assert header_tree_id([header, licence]) == header_tree_id([header])
