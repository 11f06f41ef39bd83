"""Servers that drip, never end, send bombs and lead astray: each question has an end, and says which."""

from __future__ import annotations

import datetime
import gzip
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fairlineup.web import HttpAnswer, HttpClient, HttpLimits, NoAnswer, same_origin
from fairlineup.web import sockets as web_sockets

from .serving import Script, answer, goes_on, says, scripted

LIMITS = HttpLimits(whole_s=60, silence_s=60, most_bytes=1 << 20)
SHORT = replace(LIMITS, whole_s=0.2)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
OK = says(answer(b"ok"))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def ask(script: Script, limits: HttpLimits = LIMITS, **sent: Any) -> HttpAnswer:
    with scripted(script) as server:
        return HttpClient(limits).ask("GET", f"{server}/x", **sent)


def fault(script: Script, limits: HttpLimits = LIMITS) -> tuple[str, str]:
    with pytest.raises(NoAnswer) as caught:
        ask(script, limits)
    return caught.value.expected, caught.value.got


def test_a_whole_answer() -> None:
    got = ask(says(answer(b"{}", "X-Two: 2", status="404 Gone Fishing")))
    assert (got.status, got.reason, got.body, got.headers["x-two"]) == (404, "Gone Fishing", b"{}", "2")


@pytest.mark.parametrize(
    "script",
    [
        goes_on(b"HTTP/1.1 200 ", b"O"),
        goes_on(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
        goes_on(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"x"),
        goes_on(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        goes_on(CHUNKED, b"1\r\nx\r\n"),
        goes_on(CHUNKED + b"0\r\n", b"A: b\r\n"),
        goes_on(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        goes_on(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0),
    ],
    ids=["status", "headers", "body", "no length", "chunks", "trailers", "continue", "continue fast"],
)
def test_what_trickles_without_end_has_an_end(script: Script) -> None:
    assert fault(script, SHORT)[0] == "an answer within 0.2 s"


def test_a_silent_server() -> None:
    said = fault(lambda _: threading.Event().wait(60), replace(LIMITS, silence_s=0.1))
    assert said == ("a whole answer", "silence until the time was over")


@pytest.mark.parametrize("secure", [False, True])
def test_a_server_that_does_not_read(secure: bool, context: ssl.SSLContext, certified: Path) -> None:
    with scripted(lambda _: threading.Event().wait(60), context if secure else None, read=False) as server:
        client = HttpClient(replace(LIMITS, whole_s=0.5), str(certified))
        with pytest.raises(NoAnswer, match=r"within 0\.5 s"):
            client.ask("POST", server, body=bytes(1 << 25))


def test_a_look_up_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: threading.Event().wait())
    with pytest.raises(NoAnswer) as caught:
        HttpClient(SHORT).ask("GET", "http://photographs.invalid/")
    assert caught.value.expected == "an answer within 0.2 s"


def test_many_addresses_have_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []
    addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", n)) for n in range(1, 1000)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)

    def connect(self: socket.socket, address: object) -> None:
        tried.append(address)
        time.sleep(0.05)
        raise TimeoutError

    monkeypatch.setattr(web_sockets._Plain, "connect", connect)
    with pytest.raises(NoAnswer):
        HttpClient(SHORT).ask("GET", "http://photographs.invalid/")
    assert 1 <= len(tried) < 10


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(bytes(1 << 25))),
        ("deflate", zlib.compress(bytes(1 << 25))),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(1 << 25)))),
        ("identity", bytes(3 << 20)),
    ],
)
def test_what_is_too_large(encoding: str, body: bytes) -> None:
    taken: list[bytes] = []
    bomb = says(answer(body, f"Content-Encoding: {encoding}"))
    with pytest.raises(NoAnswer, match="at most 1 MiB"):
        ask(bomb, into=taken.append)
    assert sum(map(len, taken)) <= LIMITS.most_bytes


def test_compressed_answers_are_read() -> None:
    assert ask(says(answer(gzip.compress(b"{}"), "Content-Encoding: gzip"))).body == b"{}"


@pytest.mark.parametrize(
    ("script", "got"),
    [
        (says(answer(b"body")[:-2]), "an answer cut short"),
        (says(), "a connection that broke off"),
        (says(b"\0\1\2\r\n\r\n"), "a connection that broke off"),
        (says(b"HTTP/1.1 200 OK\r\n", *[b"A: b\r\n"] * 999, b"\r\n"), "a connection that broke off"),
        (says(answer(b"abcd", "Content-Encoding: gzip")), "an answer that cannot be decompressed"),
        (says(b"HTTP/1.1 103 Early Hints\r\n\r\n", answer(b"ok")), "HTTP 103 alone"),
    ],
    ids=["cut", "nothing", "garbage", "headers", "no gzip", "hints"],
)
def test_what_is_no_answer(script: Script, got: str) -> None:
    assert fault(script)[1] == got


def test_a_rest_is_never_the_next_answer() -> None:
    """What was not read goes with its connection."""
    body = bytes(5000)
    calls = iter([answer(body, status="500 Broken", keep=True), answer(b"second")])

    def script(connection: socket.socket) -> None:
        connection.sendall(next(calls))
        if connection.recv(1 << 16):
            connection.sendall(next(calls))

    client = HttpClient(LIMITS)
    with scripted(script) as server:
        client.ask("GET", server, into=lambda _: None)
        assert client.ask("GET", server).body == b"second"


@pytest.mark.parametrize("secret", ["a\nsecret", "\u2028secret"])
def test_nothing_that_was_sent_is_repeated(secret: str) -> None:
    with pytest.raises(NoAnswer) as caught:
        ask(OK, headers={"X-Key": secret})
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://[::/", "http://127.0.0.1:99999/", "no"])
def test_no_address(url: str) -> None:
    with pytest.raises(NoAnswer):
        HttpClient(LIMITS).ask("GET", url)


def test_redirects_are_the_answer_unless_followed() -> None:
    asked: list[bytes] = []

    def elsewhere(connection: socket.socket) -> None:
        connection.sendall(answer(b"there"))

    def here(connection: socket.socket) -> None:
        connection.sendall(answer(b"", f"Location: {other}/y", status="302 Found"))

    with scripted(elsewhere) as other, scripted(here) as server:
        client, headers = HttpClient(LIMITS), {"Authorization": "Bearer secret"}
        assert client.ask("GET", server, headers).redirect == f"{other}/y"
        assert client.ask("GET", server, headers, follow=same_origin).status == 302
        followed = client.ask("GET", server, headers, follow=lambda *_: True)
        assert (followed.body, followed.url) == (b"there", f"{other}/y")
        assert not asked


def test_credentials_are_not_sent_on() -> None:
    seen: list[bytes] = []
    with scripted(lambda _: None) as other:
        pass
    port = int(other.rpartition(":")[2])
    with (
        socket.create_server(("127.0.0.1", port)) as listening,
        scripted(says(answer(b"", f"Location: {other}/y", status="302 Found"))) as server,
    ):

        def accept() -> None:
            connection, _ = listening.accept()
            with connection:
                seen.append(connection.recv(1 << 16))
                connection.sendall(answer(b"ok"))

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        HttpClient(LIMITS).ask("GET", server, {"X-Api-Key": "secret"}, follow=lambda *_: True)
        thread.join(60)
    assert seen
    assert b"secret" not in seen[0]


@pytest.mark.parametrize("where", ["http://[", "http://a:99999/", "file:///etc/hostname", "javascript:x"])
def test_redirects_that_lead_nowhere(where: str) -> None:
    gone = says(answer(b"", f"Location: {where}", status="302 Found"))
    assert ask(gone, follow=lambda *_: True).status == 302


def test_redirects_without_end() -> None:
    with pytest.raises(NoAnswer, match="redirects, and more"):
        ask(says(answer(b"", "Location: /x", status="301 Moved")), follow=same_origin)


@pytest.mark.parametrize(
    ("location", "same"),
    [
        ("http://a:80/y", True),
        ("https://a/y", False),
        ("http://a:81/y", False),
        ("http://b/y", False),
        ("http://A/y", True),
    ],
)
def test_origins(location: str, same: bool) -> None:
    assert same_origin("http://a/x", location) is same


def test_a_stop_ends_what_is_under_way() -> None:
    begun = threading.Event()

    def script(_: socket.socket) -> None:
        begun.set()
        threading.Event().wait(60)

    def stop() -> None:
        begun.wait(60)
        client.stop()

    client = HttpClient(LIMITS)
    with scripted(script) as server:
        threading.Thread(target=stop, daemon=True).start()
        with pytest.raises(NoAnswer, match="a stop"):
            client.ask("GET", server)
        with pytest.raises(NoAnswer, match="a stop"):
            client.ask("GET", server)


def test_a_fault_of_the_disk_is_none_of_the_wire() -> None:
    def full(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        ask(OK, into=full)


# --- TLS -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine with its key, in one file."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "this machine")])
    now = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def context(certified: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certified)
    return made


def test_tls_is_held_to_authorities(context: ssl.SSLContext, certified: Path) -> None:
    with scripted(OK, context) as server:
        assert HttpClient(LIMITS, str(certified)).ask("GET", server).body == b"ok"
        for others in (None, str(certified.parent)):  # a folder is one of files named by their digests
            with pytest.raises(NoAnswer, match=r"no connection that is safe .certificate verify failed"):
                HttpClient(LIMITS, others).ask("GET", server)
        with pytest.raises(NoAnswer, match="No such file"):
            HttpClient(LIMITS, str(certified.parent / "none")).ask("GET", server)


def test_tls_that_trickles(context: ssl.SSLContext, certified: Path) -> None:
    with scripted(goes_on(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), context) as server:
        client = HttpClient(replace(LIMITS, whole_s=1.0), str(certified))
        with pytest.raises(NoAnswer, match="within 1 s"):
            client.ask("GET", server)


def test_a_handshake_that_trickles() -> None:
    trickle = goes_on(b"\x16\x03\x03\x40\x00", b"\0")
    with scripted(trickle) as server, pytest.raises(NoAnswer, match=r"within 0\.2 s"):
        HttpClient(SHORT).ask("GET", server.replace("http:", "https:"))


def test_a_proxy_that_trickles(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(goes_on(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")) as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        with pytest.raises(NoAnswer, match=r"within 0\.2 s"):
            HttpClient(SHORT).ask("GET", "https://photographs.invalid/")
