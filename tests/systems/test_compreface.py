"""CompreFace over real HTTP, a service written from its documentation, and an audit through that wire."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fairlineup.records import (
    BadInput,
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
from fairlineup.systems import (
    Card,
    PlantedRates,
    draw_card,
    find_adapter,
    open_system,
)
from fairlineup.systems.compreface import CompreFaceOptions, CompreFaceSystem
from fairlineup.systems.compreface.names import read_subject, subject_name
from fairlineup.systems.stated import read_stated

from . import through
from .contracts import outcomes, run_contract
from .servers.compreface import KEY, MOST_BYTES, UNDEFINED, CompreFace, serving, wrong
from .servers.plain import Accident, Answer

RATES = PlantedRates({"": 0.05}, {"": 0.05}, unevenness=0.5)
EVERYTHING = SearchRequest(None, 0.0)
GALLERY = "fairlineup-a"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPREFACE_API_KEY", KEY)


@pytest.fixture
def service() -> Iterator[CompreFace]:
    with serving(CompreFace(RATES)) as served:
        assert isinstance(served, CompreFace)
        yield served


@pytest.fixture
def system(service: CompreFace) -> Iterator[CompreFaceSystem]:
    with closing(_open(service)) as opened:
        yield opened


def _stated(table: dict[str, Any]) -> CompreFaceOptions:
    return read_stated(CompreFaceOptions, "compreface", table, "COMPREFACE_API_KEY")


def _open(service: CompreFace, *, with_key: str = KEY, **options: Any) -> CompreFaceSystem:
    return CompreFaceSystem(_stated({"url": service.address, **options}), with_key)


def _card(person: str, number: int = 0, name: str = "") -> Photograph:
    return Photograph(name or f"{person}/{number}.png", draw_card(Card(person, number), side_px=8))


def _grey(kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (100, 100), (120, 130, 140)).save(buffer, kind)
    return buffer.getvalue()


def _enrol(system: CompreFaceSystem, *photos: Photograph, gallery: str = GALLERY) -> list[Enrolment]:
    return list(system.enrol(gallery, photos))


def _search(
    system: CompreFaceSystem,
    photo: Photograph,
    request: SearchRequest = EVERYTHING,
    gallery: str = GALLERY,
) -> SearchAnswer:
    (answer,) = system.search(gallery, [photo], request)
    return answer


CARDS = tuple(_card(f"p{n}") for n in range(5))


# --- the contract, and what it says of itself ----------------------------------------------------


@pytest.mark.parametrize("longest", [0, 2])
def test_contract(service: CompreFace, longest: int) -> None:
    options: dict[str, Any] = {"prediction_count": longest} if longest else {}
    report = run_contract(
        lambda: _open(service, **options), credentials=find_adapter("compreface").facts.credentials
    )
    assert [name for name, outcome in outcomes(report).items() if outcome != "passed"] == [
        "photographs are taken as they come"
    ]
    assert service.subjects == {}
    assert service.database == {}


def test_information(service: CompreFace, system: CompreFaceSystem) -> None:
    information = system.information()
    assert (information.name, information.vendor) == ("compreface", "Exadel")
    assert information.version == "not told by its interface"
    assert information.default_threshold is not None
    assert information.default_threshold.score == 0.0
    assert "no threshold" in information.default_threshold.source
    assert information.recommended_threshold is not None
    assert information.recommended_threshold.score == 0.5
    assert information.max_candidates is None
    assert information.max_photo_bytes == MOST_BYTES
    assert information.wire
    assert information.keeps_galleries
    assert any("1321" in term for term in information.terms)
    assert [request.path for request in service.asked] == ["/api/v1/config"]


def test_a_service_that_does_not_tell_its_largest_file(service: CompreFace) -> None:
    service.configured = False
    with closing(_open(service)) as system:
        assert system.information().max_photo_bytes == MOST_BYTES


def test_by_name(service: CompreFace) -> None:
    options = {"url": service.address, "version": "1.2.0", "calculator": "facenet.Calculator"}
    with closing(open_system("compreface", options)) as system:
        assert system.information().version == "1.2.0"
        assert system.information().settings == {"calculator": "facenet.Calculator"}
        (enrolled,) = system.enrol(GALLERY, CARDS[:1])
        assert enrolled.outcome is Outcome.OK


@pytest.mark.parametrize(
    ("table", "option"),
    [
        ({}, "url"),
        ({"url": 3}, "url"),
        ({"url": "ftp://host"}, "url"),
        ({"url": "http://me:secret@host"}, "url"),
        ({"url": "http://host", "treshold": 0.5}, "treshold"),
        ({"url": "http://host", "det_prob_threshold": 1.5}, "det_prob_threshold"),
        ({"url": "http://host", "prediction_count": 0}, "prediction_count"),
        ({"url": "http://host", "at_once": True}, "at_once"),
        ({"url": "http://host", "version": ""}, "version"),
    ],
)
def test_wrong_options(table: dict[str, Any], option: str) -> None:
    with pytest.raises(BadInput) as caught:
        _stated(table)
    assert caught.value.facts["option"] == option
    assert f"the option {option} of compreface" in str(caught.value)
    assert "secret" not in caught.value.got.replace("a secret", "")


@pytest.mark.parametrize("name", ["api_key", "key", "x-api-key", "token", "PASSWORD"])
def test_credentials_in_a_plan_are_refused_and_not_repeated(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        _stated({"url": "http://host", name: KEY})
    assert "COMPREFACE_API_KEY" in str(caught.value)
    assert KEY not in str(caught.value)


# --- credentials ---------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "not-a-uuid", "00000000-0000-0000-0000-000000000002"])
def test_a_key_that_is_not_accepted_is_not_repeated(service: CompreFace, key: str) -> None:
    with closing(_open(service, with_key=key)) as system, pytest.raises(Refused) as caught:
        _enrol(system, CARDS[0])
    assert "set COMPREFACE_API_KEY" in str(caught.value)
    assert not key or key not in str(caught.value)


def test_the_key_is_in_nothing_that_is_said(service: CompreFace, system: CompreFaceSystem) -> None:
    words = f"the key {KEY} is on fire"
    said = [repr(system), str(system), repr(system.information())]
    service.accidents += [Accident(), Accident(answer=wrong(28, words))]
    with pytest.raises(TransportError):  # the list of faces
        _enrol(system, CARDS[0])
    faults = [wrong(28, words), wrong(33, words), wrong(0, words), Answer(200, {"odd": words})]
    service.accidents.clear()
    _enrol(system, CARDS[0])
    for answer in faults:
        service.accidents.append(Accident(answer=answer))
        try:
            said.append(repr(_search(system, CARDS[0])))
        except (SystemFailed, TransportError) as error:
            said.append(str(error))
    assert len(said) == 7
    assert sum("on fire" in one for one in said) == 3
    assert not any(KEY in one for one in said)
    assert all(service.address not in one for one in said)


# --- names ---------------------------------------------------------------------------------------


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=15)


@given(TEXT, TEXT)
def test_names_are_read_back_whatever_their_case(gallery: str, photo: str) -> None:
    name = subject_name(gallery, photo)
    assert name == name.lower()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert read_subject(name) == (gallery, photo)


@pytest.mark.parametrize(
    "name", ["Leonardo DiCaprio", "anna", "a__", "__a", "a__b__c", "a__b.jpg", "a__b_zz", "a__b_ff"]
)
def test_names_that_others_gave(name: str) -> None:
    assert read_subject(name) is None


def test_photographs_that_differ_in_case_only(service: CompreFace, system: CompreFaceSystem) -> None:
    upper, lower = _card("p1", name="A.png"), _card("p2", name="a.png")
    _enrol(system, upper, lower)
    assert {c.photo for c in _search(system, CARDS[0]).candidates} == {"A.png", "a.png"}
    assert len(service.subjects) == 2


def test_a_name_that_is_too_long(service: CompreFace, system: CompreFaceSystem) -> None:
    with pytest.raises(BadInput) as caught:
        _enrol(system, _card("p1", name="x" * 250))
    assert caught.value.code == "id-unusable"
    assert service.subjects == {}


# --- what is asked -------------------------------------------------------------------------------


def test_what_is_asked(service: CompreFace) -> None:
    with closing(_open(service, det_prob_threshold=0.8)) as system:
        _enrol(system, CARDS[0])
        _search(system, CARDS[1])
    added = next(r for r in service.asked if r.path.endswith("/faces") and r.method == "POST")
    searched = service.asked[-1]
    assert dict(added.query) == {
        "subject": "fairlineup-a__p0_2f0_2epng",
        "det_prob_threshold": "0.8",
    }
    assert added.form["file"] == ("photograph.png", CARDS[0].read())
    assert dict(searched.query) == {
        "limit": "1",
        "prediction_count": str(2**31 - 1),
        "status": "true",
        "det_prob_threshold": "0.8",
    }
    assert all(request.headers["x-api-key"] == KEY for request in service.asked)


def test_scores_are_the_services(service: CompreFace, system: CompreFaceSystem) -> None:
    _enrol(system, *CARDS)
    answer = _search(system, _card("p0", 1))
    _, near = service.nearest(_card("p0", 1).read())
    assert [c.score for c in answer.candidates] == [round(score, 5) for _, score in near]
    assert answer.seconds is not None
    assert answer.seconds > 0


def test_the_name_of_the_file_says_what_it_is(service: CompreFace, system: CompreFaceSystem) -> None:
    """By its first bytes; else as the photograph is called, so that the service can refuse it."""
    buffer = io.BytesIO()
    Image.new("RGB", (9, 9)).save(buffer, "WEBP")
    for content, name in ((_grey("JPEG"), "jpg"), (_grey("GIF"), "gif"), (buffer.getvalue(), "webp")):
        _enrol(system, Photograph("photo", content))
        assert service.asked[-1].form["file"][0] == f"photograph.{name}"
    (refused,) = _enrol(system, Photograph("notes.txt", b"no picture"))
    assert refused.outcome is Outcome.REFUSED
    assert refused.detail == "File [photograph.txt] has an unavailable extension"


# --- outcomes ------------------------------------------------------------------------------------


def test_outcomes_in_the_services_words(service: CompreFace, system: CompreFaceSystem) -> None:
    grey, large = Photograph("grey", _grey()), Photograph("large", CARDS[0].read().ljust(MOST_BYTES + 1))
    service.several.add(CARDS[1].read())
    said = [(e.outcome, e.detail) for e in _enrol(system, CARDS[0], grey, CARDS[1], large)]
    no_face = (Outcome.NO_FACE, "No face is found in the given image")
    too_large = (Outcome.REFUSED, f"larger than {MOST_BYTES} bytes: Something went wrong, please try again")
    assert said == [
        (Outcome.OK, ""),
        no_face,
        (Outcome.SEVERAL_FACES, "More than one face in the source image"),
        too_large,
    ]
    for photo, expected in ((grey, no_face), (large, too_large)):
        answer = _search(system, photo)
        assert (answer.outcome, answer.detail, answer.candidates) == (*expected, ())


def test_too_large_for_a_proxy_before_it(service: CompreFace, system: CompreFaceSystem) -> None:
    _enrol(system, CARDS[0])
    service.accidents.append(Accident(answer=Answer(413, b"<html>Request Entity Too Large</html>")))
    answer = _search(system, CARDS[0])
    assert (answer.outcome, answer.detail) == (Outcome.REFUSED, f"larger than {MOST_BYTES} bytes")


@pytest.mark.parametrize(
    ("accident", "kind"),
    [
        (Accident("drop"), TransportError),
        (Accident("cut", Answer(200, {"result": []})), TransportError),
        (Accident(answer=wrong(41, "Error during synchronization between servers", 500)), TransportError),
        (Accident(answer=Answer(504, b"<html>Gateway Time-out</html>")), TransportError),
        (Accident(answer=UNDEFINED), TransportError),
        (Accident(answer=wrong(32, "Writing not allowed during migration", 405)), TransportError),
        (Accident(answer=Answer(429, None, {"Retry-After": "7"})), Throttled),
        (Accident(answer=wrong(36, "Argument is wrong")), SystemFailed),
        (Accident(answer=Answer(200, {"result": [{"box": {}}]})), SystemFailed),
        (Accident(answer=Answer(302, None, {"Location": "http://elsewhere"})), SystemFailed),
    ],
)
def test_faults_are_told_apart_and_nothing_is_asked_twice(
    service: CompreFace, system: CompreFaceSystem, accident: Accident, kind: type[Exception]
) -> None:
    _enrol(system, *CARDS)
    service.asked.clear()
    service.accidents.append(accident)
    with pytest.raises(kind) as caught:
        _search(system, CARDS[0])
    assert isinstance(caught.value, kind)
    assert isinstance(caught.value, TransportError) is issubclass(kind, TransportError)
    if isinstance(caught.value, Throttled):
        assert caught.value.retry_after_s == 7
    assert [r.path for r in service.asked if "config" not in r.path] == ["/api/v1/recognition/recognize"]
    assert _search(system, CARDS[0]).outcome is Outcome.OK


def test_nobody_there(service: CompreFace) -> None:
    service.address = "http://127.0.0.1:1"
    with closing(_open(service)) as system, pytest.raises(TransportError):
        system.information()


# --- one service, one list -----------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["Leonardo DiCaprio", "someone__else"])
def test_a_service_with_other_people_is_refused(service: CompreFace, subject: str) -> None:
    service.put(subject, CARDS[4].read())
    for ask in (
        lambda system: _enrol(system, CARDS[0]),
        lambda system: _search(system, CARDS[0]),
    ):
        with closing(_open(service)) as system, pytest.raises(Refused) as caught:
            ask(system)
        assert "1 subjects that no audit enrolled" in str(caught.value)
        assert "make a new recognition service for the audit" in str(caught.value)
        assert subject not in str(caught.value)
    assert list(service.subjects) == [subject.lower()]


def test_somebody_enrolled_by_others_meanwhile(service: CompreFace, system: CompreFaceSystem) -> None:
    _enrol(system, *CARDS[:2])
    service.put("Leonardo DiCaprio", CARDS[4].read())
    with pytest.raises(Refused) as caught:
        _search(system, CARDS[0])
    assert caught.value.code == "gallery-shared"


def test_other_galleries_crowd_nobody_out(service: CompreFace, system: CompreFaceSystem) -> None:
    """With another gallery in the same service the shortest list is still the best of its own gallery."""
    _enrol(system, *CARDS[:3])
    _enrol(
        system,
        *(_card(f"p{n}", number, f"{n}-{number}") for n in range(3) for number in (2, 3)),
        gallery="fairlineup-b",
    )
    probe = _card("p0", 1)
    whole = _search(system, probe)
    assert {c.photo for c in whole.candidates} == {card.id for card in CARDS[:3]}
    for length in (1, 2, 3):
        answer = _search(system, probe, SearchRequest(length, 0.0))
        assert answer.candidates == whole.candidates[:length]
        assert answer.capped is (length < 3)


def test_capped_at_the_plans_longest_list(service: CompreFace) -> None:
    with closing(_open(service, prediction_count=2)) as system:
        assert system.information().max_candidates == 2
        _enrol(system, *CARDS)
        answer = _search(system, CARDS[0])
        assert len(answer.candidates) == 2
        assert answer.capped
        best = answer.candidates[0].score
        assert not _search(system, CARDS[0], SearchRequest(None, best)).capped


def test_candidates_that_are_left_out_are_noticed(service: CompreFace, system: CompreFaceSystem) -> None:
    _enrol(system, *CARDS)
    service.left_out = 1
    with pytest.raises(TransportError, match=r"expected 5 of the 5 .* it left candidates out"):
        _search(system, CARDS[0])


@pytest.mark.parametrize(("said", "withheld"), [("", False), ("0", False), ("3", True)])
def test_withheld(service: CompreFace, system: CompreFaceSystem, said: str, *, withheld: bool) -> None:
    """As a gate before the service may say that it keeps candidates for people."""
    _enrol(system, *CARDS)
    body = service._recognize(service.asked[-1]).body
    body["plugins_versions"] = {"calculator": service.calculator}
    body["result"][0]["subjects"] *= 1 if withheld else 5
    service.accidents.append(Accident(answer=Answer(200, body, {"x-fairlineup-withheld": said})))
    answer = _search(system, CARDS[0])
    assert answer.withheld is withheld
    assert answer.outcome is Outcome.OK


def test_another_model_is_noticed(service: CompreFace, system: CompreFaceSystem) -> None:
    _enrol(system, *CARDS)
    assert _search(system, CARDS[0]).outcome is Outcome.OK
    service.calculator = "insightface.Calculator"
    with pytest.raises(SystemFailed, match=r"another model .*expected facenet.Calculator, got insightface"):
        _search(system, CARDS[0])
    with closing(_open(service, calculator="facenet.Calculator")) as other, pytest.raises(SystemFailed):
        _search(other, CARDS[0])


# --- galleries that are kept ---------------------------------------------------------------------


def test_another_process_goes_on(
    service: CompreFace, system: CompreFaceSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairlineup.systems.compreface.service.PAGE", 2)
    _enrol(system, *CARDS[:3])
    before = _search(system, CARDS[0])
    with closing(_open(service)) as other:
        assert other.galleries() == (GALLERY,)
        assert _search(other, CARDS[0]).candidates == before.candidates
        _enrol(other, *CARDS)
        assert {c.photo for c in _search(other, CARDS[0]).candidates} == {card.id for card in CARDS}
    assert len(service.photos) == 5
    pages = [r.query["page"] for r in service.asked if r.method == "GET" and r.path.endswith("/faces")]
    assert pages[-2:] == ["0", "1"]


def test_a_list_that_changes_while_it_is_read(service: CompreFace, system: CompreFaceSystem) -> None:
    told = {"faces": [], "total_pages": 1, "total_elements": 3}
    service.accidents.append(Accident(answer=Answer(200, told)))
    with pytest.raises(TransportError, match="0 of 3 faces"):
        _enrol(system, CARDS[0])


def test_an_answer_lost_on_the_way_back_leaves_no_second_example(
    service: CompreFace, system: CompreFaceSystem
) -> None:
    _enrol(system, CARDS[1])
    service.accidents.append(Accident("cut", Answer(201, {"image_id": "x", "subject": "y"}), after=True))
    with pytest.raises(TransportError):
        _enrol(system, CARDS[0])
    assert len(service.photos) == 2
    assert _enrol(system, CARDS[0])[0].outcome is Outcome.OK
    assert len(service.photos) == 2
    assert len(_search(system, CARDS[0]).candidates) == 2


def test_deleting_leaves_no_photograph_in_the_database(
    service: CompreFace, system: CompreFaceSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A subject deleted before its examples would leave them (issue 1300): they go first, by id."""
    monkeypatch.setattr("fairlineup.systems.compreface.service.BATCH", 2)
    _enrol(system, *CARDS)
    _enrol(system, _card("p9"), gallery="fairlineup-b")
    empty = subject_name(GALLERY, "left/over.png")
    service.subjects[empty] = (empty, [])
    system.delete_gallery(GALLERY)
    system.delete_gallery("fairlineup-never")
    assert service.names() == [subject_name("fairlineup-b", "p9/0.png")]
    assert list(service.database.values()) == [_card("p9").read()]
    assert system.galleries() == ("fairlineup-b",)
    batches = [json.loads(r.body) for r in service.asked if r.path.endswith("/delete")]
    assert [len(batch) for batch in batches] == [2, 2, 1]


def test_a_gallery_that_vanished_is_not_read_as_nobody(service: CompreFace, system: CompreFaceSystem) -> None:
    _enrol(system, *CARDS)
    with closing(_open(service)) as other:
        other.delete_gallery(GALLERY)
        with pytest.raises(SystemFailed) as caught:
            _search(other, CARDS[0])
        assert caught.value.code == "gallery-gone"
    for _ in range(2):  # and it stays so until it is enrolled anew
        with pytest.raises(SystemFailed, match="one without 5 of those who were enrolled") as caught:
            _search(system, CARDS[0])
        assert caught.value.code == "gallery-gone"
    system.delete_gallery(GALLERY)
    _enrol(system, *CARDS)
    assert len(_search(system, CARDS[0]).candidates) == 5


def test_several_threads(service: CompreFace, system: CompreFaceSystem) -> None:
    photos = [_card(f"q{n}") for n in range(24)]
    with ThreadPoolExecutor(6) as pool:
        enrolled = list(pool.map(lambda photo: _enrol(system, photo)[0], photos))
        answers = list(pool.map(lambda photo: _search(system, photo), photos))
    assert {e.outcome for e in enrolled} == {Outcome.OK}
    assert sum(r.method == "GET" and r.path.endswith("/faces") for r in service.asked) == 1
    assert [answer.photo for answer in answers] == [photo.id for photo in photos]
    assert {len(answer.candidates) for answer in answers} == {24}


# --- an audit through the wire -------------------------------------------------------------------


def test_an_audit_through_the_wire_finds_the_planted_rates(tmp_path: Path) -> None:
    with serving(CompreFace(through.RATES)) as service:
        assert isinstance(service, CompreFace)
        with closing(_open(service)) as system:
            through.check_audit(system, tmp_path)
        assert service.database == {}
