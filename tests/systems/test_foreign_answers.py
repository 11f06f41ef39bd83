"""Answers that no server may give, put into the mouth of each: never a number, never "not matched"."""

from __future__ import annotations

import itertools
import json
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from typing import Any

import pytest
from tests.web.serving import answer, goes_on, scripted

from fairlineup.records import (
    FaceSystem,
    KeepingSystem,
    Photograph,
    SearchRequest,
    SystemFailed,
    TransportError,
    UnusableAnswer,
)
from fairlineup.systems import open_system
from fairlineup.systems.remote import paged, wire

pytestmark = pytest.mark.usefixtures("model_read_once")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
PROBE = Photograph("probe.png", PNG)
Replies = Callable[[str, Any], Any]
"""The body for what is asked, by path or operation, where a similarity should stand as given."""


def _azure(path: str, score: Any) -> Any:
    person = {"personId": "person", "userData": "one.png", "persistedFaceIds": ["face"]}
    bodies = {
        "detect": [{"faceId": "face"}],
        "identify": [{"candidates": [{"personId": "person", "confidence": score}]}],
        "persons?": [person],
        "training": {"status": "succeeded"},
        "largepersongroups?": [{"largePersonGroupId": "g", "name": "g"}] * 1000,
    }
    return next((body for name, body in bodies.items() if name in path), None)


def _compreface(path: str, score: Any) -> Any:
    subject = "fairlineup-g__one_2epng"
    example = {"image_id": "image", "subject": subject}
    bodies = {
        "recognize": {"result": [{"subjects": [{"subject": subject, "similarity": score}]}]},
        "faces?": {"faces": [example], "total_pages": 10**9 if score == "LIST" else 1, "total_elements": 1},
    }
    return next((body for name, body in bodies.items() if name in path), None)


def _insightface(path: str, score: Any) -> Any:
    match = {"person": {"metadata": {"fairlineup_photo": "one.png"}}, "similarity": score}
    page = {"collections": [{"id": "g", "name": "g"}], "next_cursor": "again"}
    return {"matches": [match]} if "search" in path else page


def _rekognition(path: str, score: Any) -> Any:
    if "ListCollections" in path:
        return {"CollectionIds": ["g"], "NextToken": "again"}
    return {"FaceMatches": [{"Similarity": score, "Face": {"ExternalImageId": "one.png"}}]}


SYSTEMS: dict[str, tuple[Replies, str]] = {
    "azure": (_azure, "url"),
    "compreface": (_compreface, "url"),
    "insightface-server": (_insightface, "url"),
    "rekognition": (_rekognition, "endpoint_url"),
}
LISTING = ["azure", "insightface-server", "rekognition"]


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    keys = ("AZURE_FACE_KEY", "COMPREFACE_API_KEY", "INSIGHTFACE_API_KEY")
    for name in (*keys, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of-nobody")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.fixture(params=SYSTEMS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _opened(name: str, address: str, **options: Any) -> FaceSystem:
    if name == "rekognition":
        options["region"] = "us-east-1"
    return open_system(name, {SYSTEMS[name][1]: address, **options})


def _serving(name: str, score: str, tail: str = "") -> AbstractContextManager[str]:
    def script(connection: socket.socket) -> None:
        head = connection.recv(1 << 16).decode("latin-1")
        asked = head.partition("\r\n")[0] + head.partition("X-Amz-Target:")[2].partition("\r\n")[0]
        body = SYSTEMS[name][0](asked, "SCORE")
        text = "" if body is None else json.dumps(body).replace('"SCORE"', score) + tail
        status = "202 Accepted" if "/train " in asked else "200 OK"
        connection.sendall(answer(text.encode(), "Content-Type: application/json", status=status))

    return scripted(script, read=False)


def _search(system: FaceSystem) -> Any:
    (found,) = system.search("fairlineup-g", [PROBE], SearchRequest(None, 0.5))
    return found


@pytest.mark.parametrize(
    "score",
    ["NaN", "Infinity", "-1e999", "true", '"0.9"', "null", "[0.9]", "9" * 400, "101", "-101", "{}"],
)
def test_what_is_no_score_is_an_error(name: str, score: str) -> None:
    with (
        _serving(name, score) as address,
        closing(_opened(name, address)) as system,
        pytest.raises(UnusableAnswer),
    ):
        _search(system)


def test_a_score_is_a_candidate(name: str) -> None:
    with _serving(name, "0.75") as address, closing(_opened(name, address)) as system:
        (candidate,) = _search(system).candidates
    assert candidate == ("one.png", 0.75)


def test_a_cosine_may_be_rounded_beyond_one() -> None:
    with (
        _serving("insightface-server", "1.00000012") as address,
        closing(_opened("insightface-server", address)) as system,
    ):
        assert _search(system).candidates == (("one.png", 1.0),)


@pytest.mark.parametrize("tail", ["]", "{}", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")])
def test_what_is_no_json_is_an_error(name: str, tail: str) -> None:
    with (
        _serving(name, "0.75", tail) as address,
        closing(_opened(name, address)) as system,
        pytest.raises(SystemFailed),
    ):
        _search(system)


def test_json_nested_without_end_is_an_error(name: str) -> None:
    deep = '{"Error":' * 100_000
    with (
        scripted(lambda one: one.sendall(answer(deep.encode(), "Content-Type: application/json"))) as address,
        closing(_opened(name, address)) as system,
        pytest.raises(SystemFailed),
    ):
        _search(system)


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found"])
@pytest.mark.parametrize("body", [b"[]", b"7", b'{"error": 7}', b'{"__type": 7, "code": true}', b"\xff"])
def test_odd_errors_are_errors(name: str, status: str, body: bytes) -> None:
    with (
        scripted(lambda one: one.sendall(answer(body, status=status))) as address,
        closing(_opened(name, address)) as system,
        pytest.raises(SystemFailed),
    ):
        _search(system)


def test_no_credential_is_repeated(name: str) -> None:
    body = b'{"of-nobody": 1, "of-nobody": 2, "faces": [], "total_pages": 1, "total_elements": 0}'
    with (
        scripted(lambda one: one.sendall(answer(body))) as address,
        closing(_opened(name, address)) as system,
        pytest.raises(SystemFailed) as caught,
    ):
        _search(system)
    assert "of-nobody" not in str(caught.value)


@pytest.mark.parametrize("listing", LISTING)
def test_a_list_without_end_has_one(listing: str) -> None:
    with _serving(listing, "1") as address, closing(_opened(listing, address)) as system:
        assert isinstance(system, KeepingSystem)
        assert callable(system.galleries)
        with pytest.raises(SystemFailed, match="got one that was given before"):
            system.galleries()


def test_pages_of_compreface_that_say_nothing_new_have_an_end() -> None:
    page = json.dumps(_compreface("faces?", "LIST")).encode()
    with (
        scripted(lambda one: one.sendall(answer(page, "Content-Type: application/json"))) as address,
        closing(_opened("compreface", address)) as system,
        pytest.raises(SystemFailed, match="got one that was given before"),
    ):
        system.delete_gallery("fairlineup-g")


def test_new_pages_without_end_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = itertools.count()
    with pytest.raises(SystemFailed, match="an end within 2,000 pages"):
        for _ in paged("a server", "a list", lambda _: ((), f"page {next(pages)}")):
            pass
    assert next(pages) == 2000
    monkeypatch.setattr(wire, "LONGEST_LISTING_S", 0.0)
    with pytest.raises(SystemFailed, match="and 0 s"):
        list(paged("a server", "a list", lambda _: ((), "")))
    monkeypatch.setattr(wire, "MOST_LISTED", 1)
    with pytest.raises(SystemFailed, match="1 entries"):
        list(paged("a server", "a list", lambda _: (("a", "b"), f"page {next(pages)}")))


def test_an_answer_that_trickles_is_none(name: str) -> None:
    trickle = goes_on(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")
    with (
        scripted(trickle) as address,
        closing(_opened(name, address, timeout_s=0.2)) as system,
        pytest.raises(TransportError, match=r"within 0\.2 s"),
    ):
        _search(system)
