"""Git repositories that stand for upstream, made of raw objects so that hostile ones can be made, and a server.

`git` itself writes every object; nothing is checked out.
"""

from __future__ import annotations

import http.server
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HEADERS = "cpp/include/tensorrt_llm"
EXECUTOR = "#pragma once\nnamespace tensorrt_llm::executor { int answer(int question); }\n"
LICENSE = "Apache License\nVersion 2.0, January 2004\n"
PLAIN, LINK, SUBMODULE, FOLDER = "100644", "120000", "160000", "40000"

Tree = Mapping[str, "str | bytes | Entry | Tree"]


@dataclass(frozen=True)
class Entry:
    """A tree entry of any mode: ``content`` of a blob, or with ``target`` the id of what is not there."""

    mode: str
    content: bytes = b""
    target: str = ""


def headers(**files: str) -> dict[str, str]:
    """The header files of a small release: `executor/executor.h`, and each of ``files`` as `common/NAME.h`."""
    return {"executor/executor.h": EXECUTOR, **{f"common/{name}.h": text for name, text in files.items()}}


class Upstream:
    """A bare repository at ``path``."""

    def __init__(self, path: Path, *, object_format: str = "sha1") -> None:
        self.path = path
        self.surroundings = {
            "PATH": os.environ["PATH"],
            "HOME": str(path.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Up Stream",
            "GIT_AUTHOR_EMAIL": "up@stream.example",
            "GIT_COMMITTER_NAME": "Up Stream",
            "GIT_COMMITTER_EMAIL": "up@stream.example",
            "GIT_AUTHOR_DATE": "2025-11-01T12:00:00Z",
            "GIT_COMMITTER_DATE": "2025-11-01T12:00:00Z",
        }
        subprocess.run(
            ["git", "init", "--quiet", "--bare", f"--object-format={object_format}", path],
            env=self.surroundings,
            check=True,
        )

    def git(self, *arguments: str, given: bytes = b"") -> str:
        """What `git ARGUMENTS` prints."""
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", *arguments], input=given, env=self.surroundings, capture_output=True
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def blob(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", given=content)

    def tree(self, items: Tree | list[tuple[str, str, str]]) -> str:
        """Write a tree as it is given: rows (mode, name, id) in any order and number, or names with their contents."""
        rows = items if isinstance(items, list) else sorted(map(self._row, items.items()), key=_git_order)
        raw = b"".join(b"%s %s\0%s" % (m.encode(), os.fsencode(name), bytes.fromhex(oid)) for m, name, oid in rows)
        return self.git("hash-object", "-t", "tree", "--literally", "-w", "--stdin", given=raw)

    def _row(self, item: tuple[str, object]) -> tuple[str, str, str]:
        name, value = item
        if isinstance(value, Entry):
            return value.mode, name, value.target or self.blob(value.content)
        if isinstance(value, (str, bytes)):
            return PLAIN, name, self.blob(value.encode() if isinstance(value, str) else value)
        return FOLDER, name, self.tree(value)  # type: ignore[arg-type]

    def commit(self, tree: str, message: str = "A change") -> str:
        return self.git("commit-tree", "-m", message, tree)

    def release(self, tag: str, files: Tree, *, annotated: bool = True, rest: Tree | None = None) -> str:
        """Tag a commit whose header folder holds ``files`` (paths with slashes will do); the commit's id."""
        return self.release_tree(tag, self.tree(_nest(files)), annotated=annotated, rest=rest)

    def release_tree(self, tag: str, tree: str, *, annotated: bool = True, rest: Tree | None = None) -> str:
        """As :meth:`release`, with the header folder's tree id."""
        include = self.tree([(FOLDER, "tensorrt_llm", tree)])
        cpp = self.tree([(FOLDER, "include", include)])
        top = dict({"LICENSE": LICENSE} if rest is None else rest)
        rows = [*map(self._row, top.items()), (FOLDER, "cpp", cpp)]
        commit = self.commit(self.tree(sorted(rows, key=_git_order)), f"Release {tag}")
        self.tag(tag, commit, annotated=annotated)
        return commit

    def tag(self, tag: str, commit: str, *, annotated: bool = True, message: str = "") -> None:
        options = ["-a", "-m", message or f"Tag {tag}"] if annotated else []
        self.git("tag", "--force", *options, tag, commit)

    def files(self, tag: str) -> dict[str, bytes]:
        """The header files of ``tag`` by their vendored path, as `git archive` gives them to nobody: byte for byte."""
        listed = self.git("ls-tree", "-r", "--name-only", f"{tag}:{HEADERS}").splitlines()
        return {
            f"tensorrt_llm/{name}": subprocess.run(
                ["git", f"--git-dir={self.path}", "cat-file", "blob", f"{tag}:{HEADERS}/{name}"],
                env=self.surroundings,
                check=True,
                capture_output=True,
            ).stdout
            for name in listed
        }


def _git_order(row: tuple[str, str, str]) -> bytes:
    return os.fsencode(row[1]) + (b"/" if row[0] == FOLDER else b"")


def _nest(files: Tree) -> dict[str, object]:
    root: dict[str, object] = {}
    for path, value in files.items():
        *folders, name = path.split("/")
        place = root
        for folder in folders:
            place = place.setdefault(folder, {})  # type: ignore[assignment]
        place[name] = value
    return root


@dataclass
class Traffic:
    """What a server has seen: requests, and bytes sent in bodies."""

    requests: int = 0
    bytes: int = 0
    paths: list[str] = field(default_factory=list)

    def reset(self) -> None:
        self.requests = self.bytes = 0
        self.paths.clear()


@contextmanager
def serve(
    repository: Path, *, filters: bool = True, hang: bool = False, lies: bool = False
) -> Iterator[tuple[str, Traffic]]:
    """Serve ``repository`` by git's own smart HTTP on the loopback; its URL, and a count of what goes over the line.

    ``filters`` is whether the server honours `--filter`; a server that hangs takes requests and never answers; one that
    lies says that it filters, and slowly sends everything.
    """
    traffic = Traffic()
    handler = type(
        "Handler",
        (_Handler,),
        {
            "repository": repository,
            "traffic": traffic,
            "filters": filters,
            "hang": hang,
            "lies": lies,
            "released": threading.Event(),
        },
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/{repository.name}", traffic
    finally:
        handler.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    repository: Path
    traffic: Traffic
    filters: bool
    hang: bool
    lies: bool
    released: threading.Event
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self._read_body())

    def log_message(self, *_: object) -> None:
        pass

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, body: bytes) -> None:
        if self.lies:
            body = re.sub(rb"00..filter blob:none\n?", b"", body)
        self.traffic.requests += 1
        self.traffic.paths.append(f"{self.command} {self.path}")
        if self.hang:
            self.released.wait(60)
            self.close_connection = True
            return
        process = self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        threading.Thread(target=_feed, args=(process, body), daemon=True).start()
        self._relay(process)
        process.stdout.close()
        process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        path, _, query = self.path.partition("?")
        surroundings = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.repository.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROJECT_ROOT": str(self.repository.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "uploadpack.allowFilter",
            "GIT_CONFIG_VALUE_0": str(self.filters).lower(),
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        return subprocess.Popen(
            ["git", "http-backend"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=surroundings,
        )

    def _relay(self, process: subprocess.Popen[bytes]) -> None:
        """Send what the backend says, closing the connection after it, as CGI without a length must."""
        assert process.stdout is not None
        status, lines = 200, []
        for line in iter(process.stdout.readline, b"\r\n"):
            if not line:
                break
            name, _, value = line.decode().strip().partition(": ")
            if name == "Status":
                status = int(value.split()[0])
            else:
                lines.append((name, value))
        self.send_response(status)
        for name, value in lines:
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for data in iter(lambda: process.stdout.read1(65536), b""):
                self.wfile.write(data)
                self.traffic.bytes += len(data)
                time.sleep(0.02 if self.lies else 0)
        except OSError:
            # The client had enough, as one that stops a download does.
            process.kill()


def _feed(process: subprocess.Popen[bytes], body: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(body)
        process.stdin.close()
    except OSError:
        pass
