"""Who may call unsigned."""

from __future__ import annotations

import pytest

from fairlineup.records import Refused
from fairlineup.service.server.guards import check_local, is_loopback

AGENT = (b"user-agent", b"Boto3/1.44")


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize(
    "host", [b"localhost", b"LOCALHOST:8080", b"127.0.0.1:1", b"127.0.0.1", b"[::1]:8080", b"[::1]"]
)
def test_a_program_on_this_machine_may(peer: str, host: bytes) -> None:
    check_local(peer, [(b"host", host), AGENT])


@pytest.mark.parametrize("peer", ["10.0.0.1", "::2", "", "0.0.0.1", "::ffff:10.0.0.1", "localhost.example"])
def test_another_machine_may_not(peer: str) -> None:
    with pytest.raises(Refused, match="another machine"):
        check_local(peer, [(b"host", b"localhost"), AGENT])


@pytest.mark.parametrize(
    "host",
    [
        b"",
        b"example.com",
        b"example.com:8080",
        b"localhost.example.com",
        b"127.0.0.1.example.com",
        b"127.0.0.1@example.com",
        b"localhost:8080:8080",
        b"localhost ",
        b"local\xc0st",
        b"2130706433",
        b"0.0.0.0:8080",
        b"[::1",
        b"::1",
    ],
)
def test_a_name_that_somebody_else_points_here_may_not(host: bytes) -> None:
    with pytest.raises(Refused, match="another host"):
        check_local("127.0.0.1", [(b"host", host)])


def test_one_host_is_named_once() -> None:
    for hosts in ([], [(b"host", b"localhost"), (b"host", b"example.com")]):
        with pytest.raises(Refused, match="another host"):
            check_local("127.0.0.1", hosts)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (b"origin", b"null", "browser"),
        (b"origin", b"http://localhost:8080", "browser"),
        (b"referer", b"http://example.com/", "browser"),
        (b"sec-fetch-site", b"none", "browser"),
        (b"access-control-request-method", b"POST", "browser"),
        (b"x-forwarded-for", b"127.0.0.1", "proxy"),
        (b"forwarded", b"for=10.0.0.1", "proxy"),
        (b"via", b"1.1 proxy", "proxy"),
    ],
)
def test_a_page_and_a_proxy_may_not(name: bytes, value: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check_local("127.0.0.1", [(b"host", b"localhost"), (name, value)])


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("::", False),
        ("example", False),
    ],
)
def test_loopback(host: str, is_one: bool) -> None:
    assert is_loopback(host) is is_one
