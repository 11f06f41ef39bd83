"""A server that fails, stalls, truncates and asks for patience."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.utils import formatdate
from itertools import pairwise

import pytest

from fairlineup.evidence.data import Fetcher, Hosts, SourceFailed
from fairlineup.evidence.data.repositories import Listed, blob_id
from fairlineup.records import BadInput

from .conftest import QUICK
from .mirror import IMAGES, Mirror, picture, serving

PATH = "congress/450x550/A000001.jpg"
BODY = picture(0)


def asked(mirror: Mirror) -> tuple[str, str]:
    """URL of a photograph, and its path on the mirror."""
    path = mirror.raw(IMAGES, PATH)
    return mirror.base + path, path


def fetch(mirror: Mirror, fetcher: Fetcher | None = None) -> bytes:
    listed = Listed(len(BODY), blob_id(BODY))
    return (fetcher or Fetcher(QUICK)).fetch(asked(mirror)[0], check=listed.fault)


def test_blob_id_is_gits() -> None:
    assert blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


@pytest.mark.parametrize("fault", ["500", "502", "408", "cut", "stall", "silent", "wrong", "short"])
def test_a_fault_that_passes(mirror: Mirror, fault: str) -> None:
    _, path = asked(mirror)
    mirror.faults[path] = [fault]
    assert fetch(mirror) == BODY
    assert mirror.seen[path] == 2


@pytest.mark.parametrize(
    ("fault", "got"),
    [
        ("500", "got HTTP 500"),
        ("cut", "cut short"),
        ("stall", "got silence until the time was over"),
        ("wrong", "at the right length"),
        ("short", f"expected {len(BODY):,} bytes, got {len(BODY) - 1:,}"),
    ],
)
def test_a_fault_that_stays(mirror: Mirror, fault: str, got: str) -> None:
    url, path = asked(mirror)
    mirror.faults[path] = [fault] * 9
    with pytest.raises(SourceFailed) as raised:
        fetch(mirror, Fetcher(replace(QUICK, tries=2)))
    said = str(raised.value)
    assert got in said
    assert f"fetching {url} in 2 tries" in said
    assert "what was fetched is kept" in said
    assert mirror.seen[path] == 2


@pytest.mark.parametrize("fault", ["404", "410", "401", "403", "301"])
def test_what_is_not_there_is_asked_for_once(mirror: Mirror, fault: str) -> None:
    url, path = asked(mirror)
    mirror.faults[path] = [fault]
    with pytest.raises(SourceFailed, match=f"fetching {url}: expected the file, got HTTP {fault}"):
        fetch(mirror)
    assert mirror.seen[path] == 1


def reset_in(seconds: float) -> dict[str, str]:
    return {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time() + seconds))}


def retry_after() -> dict[str, str]:
    return {"Retry-After": "1"}


def retry_at() -> dict[str, str]:
    return {"Retry-After": formatdate(time.time() + 2, usegmt=True)}


@pytest.mark.parametrize(
    ("status", "asking"), [(503, retry_after), (429, retry_at), (403, lambda: reset_in(0.5))]
)
def test_what_a_server_asks_for_is_heeded(
    mirror: Mirror, status: int, asking: Callable[[], dict[str, str]]
) -> None:
    _, path = asked(mirror)
    mirror.faults[path] = [f"{status} {json.dumps(asking())}"]
    noticed: list[str] = []
    assert fetch(mirror, Fetcher(QUICK, noticed.append)) == BODY
    first, second = (at for at, _ in mirror.times)
    assert second - first >= 0.9
    assert "asks to wait" in noticed[0]


def test_the_wait_holds_for_every_thread(mirror: Mirror) -> None:
    url, path = asked(mirror)
    mirror.faults[path] = ['429 {"Retry-After": "1"}']
    fetcher = Fetcher(QUICK)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(fetcher.fetch, url)
        while not mirror.times:
            time.sleep(0.01)
        time.sleep(0.2)
        others = [pool.submit(fetcher.fetch, url) for _ in range(3)]
        assert {one.result() for one in (first, *others)} == {BODY}
    assert min(at for at, _ in mirror.times[1:]) - mirror.times[0][0] >= 1.0


def test_a_wait_beyond_patience_ends_it_and_says_when(mirror: Mirror) -> None:
    _, path = asked(mirror)
    mirror.faults[path] = [f"403 {json.dumps(reset_in(1800))}"]
    with pytest.raises(SourceFailed, match=r"again in 30 min.*GITHUB_TOKEN"):
        fetch(mirror)
    assert mirror.seen[path] == 1


def test_backing_off_doubles(mirror: Mirror) -> None:
    _, path = asked(mirror)
    mirror.faults[path] = ["500"] * 3
    fetch(mirror, Fetcher(replace(QUICK, tries=4, backoff_s=0.1, backoff_most_s=10)))
    times = [at for at, _ in mirror.times]
    gaps = [after - before for before, after in pairwise(times)]
    assert [gap >= least for gap, least in zip(gaps, (0.05, 0.1, 0.2), strict=True)] == [True] * 3


def test_a_trickle_is_no_stall_and_still_ends(mirror: Mirror) -> None:
    _, path = asked(mirror)
    mirror.faults[path] = ["trickle"] * 2
    with pytest.raises(SourceFailed, match=r"expected an answer within 0\.3 s"):
        fetch(mirror, Fetcher(replace(QUICK, attempt_s=0.3, tries=2)))
    assert mirror.seen[path] == 2


def test_few_connections_used_again(mirror: Mirror) -> None:
    url, _ = asked(mirror)
    mirror.delay_s = 0.02
    fetcher = Fetcher(QUICK)
    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(fetcher.fetch, [url] * 40)) == {BODY}
    assert mirror.most_at_once == 4
    assert len(mirror.connections) == 4


def test_a_connection_with_an_unread_rest_is_not_used_again(mirror: Mirror) -> None:
    url, path = asked(mirror)
    mirror.faults[path] = ["500"]
    fetcher = Fetcher(replace(QUICK, connections=1))
    assert [fetcher.fetch(url) for _ in range(3)] == [BODY] * 3


def test_it_says_who_asks(mirror: Mirror) -> None:
    fetch(mirror)
    assert mirror.headers[asked(mirror)[1]]["user-agent"].startswith("fairlineup")


def test_a_stop_ends_a_wait(mirror: Mirror) -> None:
    _, path = asked(mirror)
    mirror.faults[path] = ['503 {"Retry-After": "4"}']
    fetcher = Fetcher(QUICK)
    threading.Timer(0.2, fetcher.stop).start()
    with pytest.raises(SourceFailed, match="got a stop"):
        fetch(mirror, fetcher)


def test_nobody_there() -> None:
    with pytest.raises(SourceFailed, match=r"http://127\.0\.0\.1:9/x in 3 tries.*no connection"):
        Fetcher(QUICK).fetch("http://127.0.0.1:9/x")


def test_a_proxy_is_used_where_one_is_set(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", mirror.base.replace("//", "//somebody:pass%20word@"))
    path = asked(mirror)[1]
    assert Fetcher(QUICK).fetch(f"http://photographs.invalid{path}") == BODY
    sent = mirror.headers[path]
    assert sent["host"] == "photographs.invalid"
    assert b64decode(sent["proxy-authorization"].removeprefix("Basic ")) == b"somebody:pass word"


def test_a_redirect_on_the_same_host_is_followed_with_the_token(mirror: Mirror) -> None:
    _, path = asked(mirror)
    moved = mirror.raw(IMAGES, "moved.jpg")
    mirror.faults[moved] = [f"301 {json.dumps({'Location': path})}"]
    assert Fetcher(QUICK).fetch(mirror.base + moved, headers={"Authorization": "Bearer secret"}) == BODY
    assert "secret" in str(mirror.headers[path])


@pytest.mark.parametrize("other", ["localhost", "127.0.0.1"])
def test_a_redirect_to_another_host_or_port_is_not_followed(mirror: Mirror, other: str) -> None:
    url, path = asked(mirror)
    with serving(Mirror()) as elsewhere:
        where = elsewhere.base.replace("127.0.0.1", other) + path
        mirror.faults[path] = [f"302 {json.dumps({'Location': where})}"]
        with pytest.raises(SourceFailed, match=f"got a redirect to http://{other}"):
            Fetcher(QUICK).fetch(url)
        assert not elsewhere.seen


@pytest.mark.parametrize("url", ["http://example.org/api", "ftp://127.0.0.1/api", "example.org", ""])
def test_a_mirror_others_could_change_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="expected an https URL"):
        Hosts(api=url)
    with pytest.raises(BadInput, match="expected an https URL"):
        Hosts(raw=url)
