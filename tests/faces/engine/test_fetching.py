from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fairlineup.faces.engine import DigestMismatch, DownloadFailed
from fairlineup.faces.engine.fetching import _still_safe, fetched

CONTENT = bytes(range(256)) * 9000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/missing":
            self.send_error(404)
            return
        if self.path.startswith("/sent-on?"):
            self.send_response(302)
            self.send_header("Location", self.path.partition("?")[2])
            self.end_headers()
            return
        self.send_response(200)
        if self.path != "/unannounced":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:-1000] if self.path in ("/truncated", "/unannounced") else CONTENT)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLINEUP_CACHE", str(tmp_path))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    Handler.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{served.server_address[1]}"
        served.shutdown()
        thread.join()


def test_the_right_bytes_are_kept_and_asked_for_once(server: str) -> None:
    path = fetched(f"{server}/model", DIGEST)
    assert path.read_bytes() == CONTENT
    assert fetched(f"{server}/model", DIGEST) == path
    assert Handler.asked == ["/model"]


def test_a_damaged_copy_is_fetched_again(server: str) -> None:
    path = fetched(f"{server}/model", DIGEST)
    path.write_bytes(b"damaged")
    assert fetched(f"{server}/model", DIGEST).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("page", "digest", "error", "message"),
    [
        ("model", "00" * 32, DigestMismatch, f"expected SHA-256 0000.*, got {DIGEST}"),
        ("truncated", DIGEST, DownloadFailed, "cut short"),
        ("unannounced", DIGEST, DigestMismatch, "SHA-256"),
        ("missing", DIGEST, DownloadFailed, "HTTP 404"),
    ],
)
def test_anything_else_is_an_error_and_leaves_nothing(
    server: str, tmp_path: Path, page: str, digest: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        fetched(f"{server}/{page}", digest)
    assert list((tmp_path / "models").iterdir()) == []


def test_publishers_send_on_to_other_hosts(server: str) -> None:
    other = server.replace("127.0.0.1", "localhost")
    assert fetched(f"{server}/sent-on?{other}/model", DIGEST).read_bytes() == CONTENT


@pytest.mark.parametrize("where", ["file:///etc/hostname", "ftp://127.0.0.1/model", ""])
def test_but_not_to_what_is_no_http(server: str, where: str) -> None:
    with pytest.raises(DownloadFailed, match="HTTP 302"):
        fetched(f"{server}/sent-on?{where}", DIGEST)


def test_nor_from_https_to_http() -> None:
    assert not _still_safe("https://a.example/model", "http://a.example/model")
    assert _still_safe("http://a.example/model", "https://b.example/model")


def test_a_model_in_a_cache_that_can_not_be_written_is_used(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = fetched(f"{server}/model", DIGEST)
    monkeypatch.setattr("tempfile.mkstemp", None)  # nothing may be written
    monkeypatch.setattr("tempfile.TemporaryFile", None)
    assert fetched(f"{server}/model", DIGEST) == kept == tmp_path / "models" / f"{DIGEST}.onnx"


def test_a_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(DownloadFailed, match="refused"):
        fetched("http://127.0.0.1:9/model", DIGEST)


def test_no_more_is_taken_than_the_file_has(server: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed) as caught:
        fetched(f"{server}/unannounced", DIGEST, 1_000_000)
    assert "1,000,000" in str(caught.value)
    assert not list(tmp_path.rglob("*.onnx"))
