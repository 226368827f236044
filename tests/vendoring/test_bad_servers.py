"""Servers that are no upstream: a login page, a line that breaks off, more than a release ever has."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from support.upstream import Upstream, headers

from trtheaders.configuration import Configuration
from trtheaders.errors import UpstreamError
from trtheaders.vendoring.git import fetches
from trtheaders.vendoring.git import upstream as git_commands
from trtheaders.vendoring.git.remotes import Remote
from trtheaders.vendoring.git.repository_cache import Cache
from trtheaders.vendoring.git.upstream import GitOutput
from trtheaders.verbs.add import add


@contextmanager
def answering(body: bytes, kind: str, length: int) -> Iterator[str]:
    """A server that gives the same answer to everything: its URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/x.git"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_login_page_is_told_as_one(consumer: Configuration) -> None:
    page = b"<!DOCTYPE html><title>Welcome to the hotel</title>"
    with answering(page, "text/html", len(page)) as url, pytest.raises(UpstreamError) as caught:
        add(["v1.0.0"], configuration=consumer, remote=url)
    assert "something that is not git's" in caught.value.message
    assert "browser" in caught.value.hint


def test_a_line_that_breaks_off_is_told_as_one(consumer: Configuration) -> None:
    with (
        answering(b"001e# service=git-upload-pack\n", "application/x-git-upload-pack-advertisement", 500) as url,
        pytest.raises(UpstreamError) as caught,
    ):
        add(["v1.0.0"], configuration=consumer, remote=url)
    assert "broke off" in caught.value.message
    assert "again" in caught.value.hint


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("error: RPC failed; curl 28 Operation too slow.\nfatal: early EOF", "stalled"),
        ("error: RPC failed; curl 18 transfer closed\nfatal: the remote end hung up unexpectedly", "broke off"),
        ("error: could not write\nfatal: unpack failed", "could not write; fatal: unpack failed"),
    ],
)
def test_what_git_calls_an_error_is_passed_on(tmp_path, said: str, told: str) -> None:
    cache = Cache(remote=Remote(shown="https://x", url="https://x"), git_dir=tmp_path, held=0)
    with pytest.raises(UpstreamError) as caught:
        fetches._require(GitOutput(status=128, output=b"", messages=said), cache)
    assert told in caught.value.message
    assert said.splitlines()[0].removeprefix("error: ")[:12] in caught.value.message


def test_contents_without_end_are_stopped(
    upstream: Upstream, consumer: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zeros are packed a thousand to one."""
    upstream.release("v1.3.0", headers(big="0" * 3_000_000))
    monkeypatch.setattr(git_commands, "MOST_OUTPUT", 1024**2)
    with pytest.raises(UpstreamError, match="gave more than 1 MiB"):
        add(["v1.3.0"], configuration=consumer, remote=str(upstream.path))
    assert not (consumer.destination / "1.3.0").exists()
