"""InsightFace Server over real HTTP, a server written from its REST guide, and an audit through that wire."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fairlineup.records import (
    BadInput,
    ComparingSystem,
    Enrolment,
    Outcome,
    Photograph,
    Refused,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    Throttled,
    TransportError,
)
from fairlineup.systems import Card, PlantedRates, draw_card, find_adapter, open_system
from fairlineup.systems.insightface_server import InsightFaceOptions, InsightFaceServer
from fairlineup.systems.insightface_server.facts import ID, PATHS
from fairlineup.systems.spelling import id_of
from fairlineup.systems.stated import read_stated

from . import through
from .contracts import outcomes, run_contract
from .servers.insightface_server import KEY, MOST_BYTES, InsightFace, serving, wrong
from .servers.plain import Accident, Answer

RATES = PlantedRates({"": 0.05}, {"": 0.05}, unevenness=0.5)
EVERYTHING = SearchRequest(None, 0.0)
GALLERY = "fairlineup-a"
BUSY = wrong(503, "request_timeout", "The request timed out.")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSIGHTFACE_API_KEY", KEY)


@pytest.fixture
def server() -> Iterator[InsightFace]:
    with serving(InsightFace(RATES)) as served:
        assert isinstance(served, InsightFace)
        yield served


@pytest.fixture
def system(server: InsightFace) -> Iterator[InsightFaceServer]:
    with closing(_open(server)) as opened:
        yield opened


def _stated(table: dict[str, Any]) -> InsightFaceOptions:
    return read_stated(InsightFaceOptions, "insightface-server", table, "INSIGHTFACE_API_KEY")


def _open(server: InsightFace, *, with_key: str = KEY, **options: Any) -> InsightFaceServer:
    return InsightFaceServer(_stated({"url": server.address, **options}), with_key)


def _card(person: str, number: int = 0, name: str = "") -> Photograph:
    return Photograph(name or f"{person}/{number}.png", draw_card(Card(person, number), side_px=8))


def _grey() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (100, 100), (120, 130, 140)).save(buffer, "PNG")
    return buffer.getvalue()


def _enrol(system: InsightFaceServer, *photos: Photograph, gallery: str = GALLERY) -> list[Enrolment]:
    return list(system.enrol(gallery, photos))


def _search(
    system: InsightFaceServer,
    photo: Photograph,
    request: SearchRequest = EVERYTHING,
    gallery: str = GALLERY,
) -> SearchAnswer:
    (answer,) = system.search(gallery, [photo], request)
    return answer


CARDS = tuple(_card(f"p{n}") for n in range(5))


# --- the contract, and what it says of itself ----------------------------------------------------


@pytest.mark.parametrize("guarded", [True, False])
def test_contract(server: InsightFace, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    server.guarded = guarded
    if not guarded:
        monkeypatch.delenv("INSIGHTFACE_API_KEY")
    names = find_adapter("insightface-server").facts.credentials
    report = run_contract(lambda: _open(server, with_key=KEY if guarded else ""), credentials=names)
    unasked = {"photographs are taken as they come"} | (set() if guarded else {"credentials stay secret"})
    assert {name for name, outcome in outcomes(report).items() if outcome != "passed"} == unasked
    assert server.collections == {}
    assert server.photos == {}


def test_information_is_the_servers(server: InsightFace, system: InsightFaceServer) -> None:
    information = system.information()
    assert (information.name, information.vendor) == ("insightface-server", "InsightFace")
    assert information.version == "0.2.0"
    assert information.default_threshold is not None
    assert information.default_threshold.score == 0.4
    assert "GET /v1/system" in information.default_threshold.source
    assert information.recommended_threshold is None
    assert information.max_candidates == 100
    assert information.max_photo_bytes == MOST_BYTES
    assert information.at_once == 4
    assert information.settings == {
        "model": "buffalo_l 1.0.0",
        "model_digest": "sha256:planted",
        "preprocessing": "arcface-112-v1",
        "execution_provider": "CPUExecutionProvider",
        "search_profile": "fp32_v1",
        "review_mode": "off",
        "detector_threshold": 0.5,
        "single_face_selection": "largest",
    }
    assert any("non-commercial" in term for term in information.terms)
    assert system.information() == information
    assert [request.path for request in server.asked] == [PATHS["system"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [("default_similarity_threshold", 40), ("default_similarity_threshold", True), ("max_image_bytes", 0)],
)
def test_a_page_that_says_what_cannot_be(
    server: InsightFace, system: InsightFaceServer, name: str, value: object
) -> None:
    system.information()
    safe = {"default_similarity_threshold": 0.4, "default_search_profile": "fp32_v1", "max_image_bytes": 9}
    server.system["safe_config"] = {**safe, name: value}
    with closing(_open(server)) as other, pytest.raises(SystemFailed, match=f"at safe_config.{name}"):
        other.information()


def test_a_page_that_lacks_something(server: InsightFace, system: InsightFaceServer) -> None:
    server.system["safe_config"] = {}
    with pytest.raises(SystemFailed, match="expected the key 'default_similarity_threshold'"):
        system.information()


def test_by_name(server: InsightFace) -> None:
    options = {"url": server.address, "review_mode": "strict", "at_once": 2, "capacity_rows": 30_000}
    with closing(open_system("insightface-server", options)) as system:
        assert system.information().at_once == 2
        assert system.information().settings["review_mode"] == "strict"
        (enrolled,) = system.enrol(GALLERY, CARDS[:1])
        assert enrolled.outcome is Outcome.OK
    made = server.collections[GALLERY]
    assert (made["capacity_rows"], made["save_face_crops"]) == (30_000, False)
    assert "threshold" not in made  # the server's own


@pytest.mark.parametrize(
    ("table", "option"),
    [
        ({}, "url"),
        ({"url": "host:18097"}, "url"),
        ({"url": "http://host", "review_mode": "lax"}, "review_mode"),
        ({"url": "http://host", "search_profile": "int8"}, "search_profile"),
        ({"url": "http://host", "timeout_s": 0}, "timeout_s"),
        ({"url": "http://host", "threshold": 0.4}, "threshold"),
    ],
)
def test_wrong_options(table: dict[str, Any], option: str) -> None:
    with pytest.raises(BadInput, match=f"the option {option} of insightface-server"):
        _stated(table)


def test_credentials_in_a_plan_are_refused_and_not_repeated() -> None:
    with pytest.raises(BadInput) as caught:
        _stated({"url": "http://host", "api_key": KEY})
    assert "INSIGHTFACE_API_KEY" in str(caught.value)
    assert KEY not in str(caught.value)


# --- credentials ---------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "another-key"])
def test_a_key_that_is_not_accepted(server: InsightFace, key: str) -> None:
    with closing(_open(server, with_key=key)) as system, pytest.raises(Refused) as caught:
        system.information()
    assert not key or key not in str(caught.value)
    assert ("authorization" in server.asked[0].headers) is bool(key)


def test_the_key_is_in_nothing_that_is_said(server: InsightFace, system: InsightFaceServer) -> None:
    said = [repr(system), str(system), repr(system.information())]
    _enrol(system, CARDS[0])
    words = f"the key {KEY} is on fire"
    for answer in (
        wrong(422, "face_not_found", words),
        wrong(409, "collection_model_mismatch", words),
        Answer(200, {"odd": words}),
    ):
        server.accidents.append(Accident(answer=answer))
        try:
            said.append(repr(_search(system, CARDS[0])))
        except SystemFailed as error:
            said.append(str(error))
    assert sum("on fire" in one for one in said) == 2
    assert not any(KEY in one or server.address in one for one in said)


# --- what is asked -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["fairlineup-2026.a_b", "x", "never made", "", "-x", "ä", "a" * 65])
def test_collection_ids(name: str) -> None:
    made = id_of(name, ID)
    assert 1 <= len(made) <= 64
    assert (made == name) is (name in ("fairlineup-2026.a_b", "x"))


def test_what_is_asked(server: InsightFace, system: InsightFaceServer) -> None:
    strange = _card("p0", name='gallery/å "quoted" name, of 300 letters ' + "x" * 300)
    _enrol(system, strange)
    answer = _search(system, CARDS[1], SearchRequest(None, 0.25))
    _search(system, CARDS[1], SearchRequest(3, -1.0))
    _search(system, CARDS[1], SearchRequest(500, None))
    made, added, first, second, third = server.asked
    assert made.json == {"id": GALLERY, "name": GALLERY, "save_face_crops": False}
    assert added.form["images"] == ("photograph.png", strange.read())
    assert added.form["review_mode"][1] == b"off"
    assert (first.form["limit"][1], first.form["threshold"][1]) == (b"100", b"0.25")
    assert (second.form["limit"][1], second.form["threshold"][1]) == (b"4", b"0.0")
    assert third.form["limit"][1] == b"100"
    assert "threshold" not in third.form
    assert [c.photo for c in answer.candidates] == [strange.id]
    assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in server.asked)


def test_scores_are_the_servers(server: InsightFace, system: InsightFaceServer) -> None:
    _enrol(system, *CARDS)
    answer = _search(system, _card("p0", 1))
    _, near = server.nearest(_card("p0", 1).read())
    assert [c.score for c in answer.candidates] == [score for _, score in near]


def test_capped_at_a_hundred(server: InsightFace, system: InsightFaceServer) -> None:
    _enrol(system, *(_card(f"q{n}") for n in range(101)))
    answer = _search(system, CARDS[0])
    assert len(answer.candidates) == 100
    assert answer.capped
    stricter = SearchRequest(None, answer.candidates[40].score)
    assert len(_search(system, CARDS[0], stricter).candidates) == 41
    assert not _search(system, CARDS[0], stricter).capped
    assert _search(system, CARDS[0], SearchRequest(100, 0.0)).capped
    shorter = _search(system, CARDS[0], SearchRequest(99, 0.0))
    assert (len(shorter.candidates), shorter.capped) == (99, True)


# --- outcomes ------------------------------------------------------------------------------------


def test_outcomes_in_the_servers_words(server: InsightFace) -> None:
    grey, text = Photograph("grey", _grey()), Photograph("text", b"no picture")
    large = Photograph("large", CARDS[0].read().ljust(MOST_BYTES + 1))
    server.several.add(CARDS[1].read())
    with closing(_open(server, review_mode="standard")) as system:
        enrolled = _enrol(system, CARDS[0], grey, CARDS[1], text, large)
        searched = [_search(system, photo) for photo in (grey, text, large)]
    assert [e.outcome.value for e in enrolled] == ["ok", "no_face", "several_faces", "error", "refused"]
    assert enrolled[2].detail == (
        "multiple_faces: None of the uploaded images contained one registrable face."
    )
    assert [a.outcome.value for a in searched] == ["no_face", "error", "refused"]
    assert searched[0].detail == "face_not_found: No usable face was detected."
    assert all(answer.candidates == () for answer in searched)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("face_too_small", Outcome.LOW_QUALITY),
        ("extreme_pose", Outcome.LOW_QUALITY),
        ("identity_similarity_conflict", Outcome.REFUSED),
    ],
)
def test_filtered_by_quality_with_the_reason(
    server: InsightFace, system: InsightFaceServer, reason: str, outcome: Outcome
) -> None:
    _enrol(system, CARDS[0])
    server.accidents.append(Accident(answer=server._rejected(reason)))
    (enrolled,) = _enrol(system, CARDS[1])
    assert enrolled.outcome is outcome
    assert enrolled.detail.startswith(reason)


def test_a_full_collection_stops_the_run(server: InsightFace) -> None:
    with closing(_open(server, capacity_rows=2)) as system:
        _enrol(system, *CARDS[:2])
        with pytest.raises(SystemFailed, match="set capacity_rows"):
            _enrol(system, CARDS[2])


@pytest.mark.parametrize(
    ("accident", "kind"),
    [
        (Accident("drop"), TransportError),
        (Accident("cut", Answer(200, {"matches": []})), TransportError),
        (Accident(answer=wrong(500, "internal_error", "The server could not complete it.")), TransportError),
        (Accident(answer=BUSY), Throttled),
        (Accident(answer=Answer(429, None, {"Retry-After": "3"})), Throttled),
        (
            Accident(answer=wrong(409, "collection_model_mismatch", "a different model")),
            SystemFailed,
        ),
        (Accident(answer=wrong(404, "collection_not_found", "was not found")), SystemFailed),
        (Accident(answer=Answer(200, {"matches": [{"person": {"metadata": {}}}]})), SystemFailed),
    ],
)
def test_faults_are_told_apart_and_nothing_is_asked_twice(
    server: InsightFace, system: InsightFaceServer, accident: Accident, kind: type[Exception]
) -> None:
    _enrol(system, *CARDS)
    server.asked.clear()
    server.accidents.append(accident)
    with pytest.raises(kind) as caught:
        _search(system, CARDS[0])
    assert isinstance(caught.value, kind)
    assert isinstance(caught.value, TransportError) is issubclass(kind, TransportError)
    if isinstance(caught.value, Throttled):
        assert caught.value.retry_after_s == (3 if accident.answer.headers else None)
    assert len(server.asked) == 1
    assert len(_search(system, CARDS[0]).candidates) == 5


@pytest.mark.parametrize(("said", "withheld"), [("0", False), ("2", True)])
def test_withheld(server: InsightFace, system: InsightFaceServer, said: str, *, withheld: bool) -> None:
    """As a gate before the server may say that it keeps candidates for people."""
    _enrol(system, CARDS[0])
    server.accidents.append(Accident(answer=Answer(200, {"matches": []}, {"x-fairlineup-withheld": said})))
    assert _search(system, CARDS[0]).withheld is withheld


# --- pairs ---------------------------------------------------------------------------------------


def test_compare(server: InsightFace, system: InsightFaceServer) -> None:
    assert isinstance(system, ComparingSystem)
    _enrol(system, CARDS[0])
    (candidate,) = _search(system, _card("p0", 1)).candidates
    answer = system.compare(_card("p0", 1), CARDS[0])
    assert (answer.photo, answer.candidates) == ("p0/1.png", (candidate,))
    nobody = system.compare(CARDS[0], Photograph("grey", _grey()))
    assert (nobody.outcome, nobody.candidates) == (Outcome.NO_FACE, ())
    gone = system.compare(CARDS[0], Photograph("gone", Path("no/such/file.png")))
    assert (gone.outcome, gone.detail) == (Outcome.ERROR, "cannot be read: No such file or directory")


# --- galleries that are kept ---------------------------------------------------------------------


def test_another_process_goes_on(server: InsightFace, system: InsightFaceServer) -> None:
    for name in ("fairlineup-b", "fairlineup-ü", "theirs", "fairlineup-c"):
        _enrol(system, CARDS[0], gallery=name)
    _enrol(system, *CARDS[:3])
    before = _search(system, CARDS[0])
    with closing(_open(server)) as other:
        assert other.galleries() == (GALLERY, "fairlineup-b", "fairlineup-c", "fairlineup-ü")
        assert _search(other, CARDS[0]).candidates == before.candidates
        _enrol(other, *CARDS)
        assert {c.photo for c in _search(other, CARDS[0]).candidates} == {card.id for card in CARDS}
        other.delete_gallery(GALLERY)
        other.delete_gallery(GALLERY)
        assert GALLERY not in other.galleries()
        with pytest.raises(SystemFailed, match="does not hold the gallery"):
            _search(other, CARDS[0])  # not read as nobody
    assert GALLERY not in server.collections


def test_an_answer_lost_on_the_way_back_leaves_no_second_person(
    server: InsightFace, system: InsightFaceServer
) -> None:
    _enrol(system, CARDS[1])
    committed = wrong(503, "search_index_unavailable", "being rebuilt", write_committed=True)
    server.accidents.append(Accident(answer=committed, after=True))
    with pytest.raises(Throttled):
        _enrol(system, CARDS[0])
    assert _enrol(system, CARDS[0])[0].outcome is Outcome.OK
    assert len(server.collections[GALLERY]["people"]) == 2


def test_several_threads(server: InsightFace, system: InsightFaceServer) -> None:
    photos = [_card(f"q{n}") for n in range(24)]
    with ThreadPoolExecutor(6) as pool:
        enrolled = list(pool.map(lambda photo: _enrol(system, photo)[0], photos))
        answers = list(pool.map(lambda photo: _search(system, photo), photos))
    assert {e.outcome for e in enrolled} == {Outcome.OK}
    assert sum(r.method == "POST" and r.path == PATHS["collections"] for r in server.asked) == 1
    assert [answer.photo for answer in answers] == [photo.id for photo in photos]
    assert {len(answer.candidates) for answer in answers} == {24}


def test_a_gallery_deleted_behind_its_back(server: InsightFace, system: InsightFaceServer) -> None:
    _enrol(system, CARDS[0])
    server.collections.clear()
    for ask in (_search, _enrol):  # and no new one is made for the rest
        with pytest.raises(SystemFailed) as caught:
            ask(system, CARDS[0])
        assert caught.value.code == "gallery-gone"
    system.delete_gallery(GALLERY)
    _enrol(system, CARDS[0])
    assert len(_search(system, CARDS[0]).candidates) == 1


# --- an audit through the wire -------------------------------------------------------------------


def test_an_audit_through_the_wire_finds_the_planted_rates(tmp_path: Path) -> None:
    with serving(InsightFace(through.RATES)) as server:
        assert isinstance(server, InsightFace)
        with closing(_open(server)) as system:
            through.check_audit(system, tmp_path)
        assert server.collections == {}
