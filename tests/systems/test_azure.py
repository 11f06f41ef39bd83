"""Azure AI Face over real HTTP, a server written from its REST reference, and an audit through that wire."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fairlineup.records import (
    BadInput,
    ComparingSystem,
    Enrolment,
    KeepingSystem,
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
from fairlineup.systems.azure import AzureFace, AzureOptions
from fairlineup.systems.azure import groups as azure_groups
from fairlineup.systems.azure.facts import ID
from fairlineup.systems.spelling import id_of
from fairlineup.systems.stated import read_stated

from . import through
from .contracts import outcomes, run_contract
from .servers.azure import KEY, MOST_BYTES, PAGE, Accident, Azure, serving, wrong
from .servers.plain import Answer

RATES = PlantedRates({"": 0.05}, {"": 0.05}, unevenness=0.5)
EVERYTHING = SearchRequest(None, 0.0)
GALLERY = "fairlineup-a"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_FACE_KEY", KEY)
    monkeypatch.setattr(azure_groups, "PAGE", PAGE)  # the server's pages are short, and so are full ones


@pytest.fixture
def server() -> Iterator[Azure]:
    with serving(Azure(RATES)) as served:
        assert isinstance(served, Azure)
        yield served


@pytest.fixture
def system(server: Azure) -> Iterator[AzureFace]:
    with closing(_open(server)) as opened:
        yield opened


def _stated(table: dict[str, Any]) -> AzureOptions:
    return read_stated(AzureOptions, "azure", table, "AZURE_FACE_KEY")


def _open(server: Azure, *, with_key: str = KEY, **options: Any) -> AzureFace:
    return AzureFace(_stated({"url": server.address, "poll_s": 0.01, **options}), with_key)


def _card(person: str, number: int = 0, name: str = "") -> Photograph:
    return Photograph(name or f"{person}/{number}.png", draw_card(Card(person, number), side_px=8))


def _enrol(system: AzureFace, *photos: Photograph, gallery: str = GALLERY) -> list[Enrolment]:
    return list(system.enrol(gallery, photos))


def _search(
    system: AzureFace, photo: Photograph, request: SearchRequest = EVERYTHING, gallery: str = GALLERY
) -> SearchAnswer:
    (answer,) = system.search(gallery, [photo], request)
    return answer


def _asked(server: Azure, ending: str) -> int:
    return sum(request.path.endswith(ending) for request in server.asked)


CARDS = tuple(_card(f"p{n}") for n in range(5))


# --- the contract, and what it says of itself ----------------------------------------------------


def test_contract(server: Azure) -> None:
    report = run_contract(lambda: _open(server), credentials=find_adapter("azure").facts.credentials)
    found = outcomes(report)
    unasked = {name for name, outcome in found.items() if outcome != "passed"}
    assert unasked <= {"photographs are taken as they come", "no threshold is the default one"}
    assert server.groups == {}
    assert server.photos == {}


def test_information_asks_nothing(server: Azure, system: AzureFace) -> None:
    information = system.information()
    assert (information.name, information.vendor) == ("azure", "Microsoft")
    assert information.version == "face v1.2, recognition_04"
    assert information.default_threshold is None
    assert information.sample_thresholds[0].score == 0.5
    assert (information.max_candidates, information.max_photo_bytes) == (100, MOST_BYTES)
    assert (information.calls_per_enrolment, information.calls_per_search) == (2, 2)
    assert information.price is None
    assert any("police" in term for term in information.terms)
    assert isinstance(system, KeepingSystem)
    assert isinstance(system, ComparingSystem)
    assert server.asked == []


def test_by_name_with_a_price(server: Azure) -> None:
    priced = {"price_per_call": 0.001, "price_source": "a price list", "price_date": "2026-11-23"}
    with closing(open_system("azure", {"url": server.address, "at_once": 2, **priced})) as system:
        information = system.information()
        assert information.at_once == 2
        assert information.price is not None
        assert (information.price.amount, information.price.currency) == (0.001, "USD")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "the option url of azure"),
        ({"url": "host"}, "the option url of azure"),
        ({"url": "http://host", "recognition_model": "04"}, "one of 'recognition_01'"),
        ({"url": "http://host", "price_per_call": 0.1}, "got only price_per_call"),
        ({"url": "http://host", "threshold": 0.4}, "one of url, api"),
        ({"url": "http://host", "subscription_key": "x"}, "AZURE_FACE_KEY"),
    ],
)
def test_wrong_options(table: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        _stated(table)
    assert said in str(caught.value)


# --- credentials ---------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "another-key"])
def test_a_key_that_is_not_accepted(server: Azure, key: str) -> None:
    with closing(_open(server, with_key=key)) as system, pytest.raises(Refused) as caught:
        _enrol(system, CARDS[0])
    assert not key or key not in str(caught.value)


def test_the_key_is_in_nothing_that_is_said(server: Azure, system: AzureFace) -> None:
    said = [repr(system), repr(system.information())]
    _enrol(system, CARDS[0])
    for answer in (
        wrong(400, "InvalidImage", f"the key {KEY} is on fire"),
        wrong(418, "Odd", f"{KEY} is on fire"),
    ):
        server.accidents.append(Accident(answer=answer))
        try:
            said.append(repr(_search(system, CARDS[0])))
        except SystemFailed as error:
            said.append(str(error))
    assert sum("on fire" in one for one in said) == 2
    assert not any(KEY in one or server.address in one for one in said)


# --- what becomes of a photograph ----------------------------------------------------------------


def test_outcomes_are_honest(server: Azure, system: AzureFace, tmp_path: Path) -> None:
    two = _card("p9")
    server.several.add(two.read())
    grey = Photograph("grey", b"BM" + bytes(200))
    photos = (
        CARDS[0],
        two,
        grey,
        Photograph("large", b"\xff" * (MOST_BYTES + 1)),
        Photograph("gone", tmp_path / "no"),
    )
    assert [one.outcome for one in _enrol(system, *photos)] == [
        Outcome.OK,
        Outcome.SEVERAL_FACES,
        Outcome.ERROR,
        Outcome.REFUSED,
        Outcome.ERROR,
    ]
    assert len(server.groups[GALLERY].people) == 1  # nobody without a face is left in the group
    found = [_search(system, photo) for photo in photos]
    assert [one.outcome for one in found][:1] == [Outcome.OK]
    assert found[1].outcome is Outcome.OK  # the largest face is searched for
    assert [one.outcome for one in found][2:] == [Outcome.ERROR, Outcome.REFUSED, Outcome.ERROR]
    assert found[2].detail.startswith("InvalidImage: ")


def test_no_face_is_an_answer(server: Azure) -> None:
    blind = PlantedRates({"": 0.05}, {"": 0.05}, {"": 1.0})
    with serving(Azure(blind)) as served, closing(_open(served)) as system:  # type: ignore[arg-type]
        assert _enrol(system, CARDS[0])[0].outcome is Outcome.NO_FACE
        assert _search(system, CARDS[0]).outcome is Outcome.NO_FACE


def test_lists_are_asked_for_to_their_end(server: Azure, system: AzureFace) -> None:
    many = [_card(f"q{n}") for n in range(12)]
    _enrol(system, *many)
    whole = _search(system, many[0])
    assert len(whole.candidates) == 12
    assert not whole.capped
    short = _search(system, many[0], SearchRequest(5, 0.0))
    assert short.capped
    assert short.candidates == whole.candidates[:5]
    assert whole.candidates[0].photo == many[0].id
    strict = _search(system, many[0], SearchRequest(None, whole.candidates[1].score))
    assert strict.candidates == whole.candidates[:2]


# --- training ------------------------------------------------------------------------------------


def test_training_once_before_searches_and_after_enrolments(server: Azure, system: AzureFace) -> None:
    _enrol(system, *CARDS[:2])
    assert _asked(server, "/train") == 0
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda card: _search(system, card), CARDS * 2))
    assert {len(one.candidates) for one in found} == {2}
    assert _asked(server, "/train") == 1
    assert _asked(server, "/training") >= 3
    _enrol(system, CARDS[2])
    assert len(_search(system, CARDS[0]).candidates) == 3
    assert _asked(server, "/train") == 2


def test_a_training_that_fails_or_does_not_end(server: Azure, system: AzureFace) -> None:
    _enrol(system, *CARDS[:2])
    server.trainings.append("failed")
    with pytest.raises(SystemFailed, match="a training wrongly: expected that it succeeds"):
        _search(system, CARDS[0])
    assert len(_search(system, CARDS[0]).candidates) == 2
    with closing(_open(server, training_s=0.02)) as hasty:
        _enrol(hasty, CARDS[3])
        with pytest.raises(SystemFailed, match="does not end"):
            _search(hasty, CARDS[0])
    assert len(_search(system, CARDS[0]).candidates) == 2  # this one knows nobody of the other's


def test_another_training_under_way_is_waited_for(server: Azure, system: AzureFace) -> None:
    _enrol(system, *CARDS[:2])
    server.groups[GALLERY].status = "running"
    assert len(_search(system, CARDS[0]).candidates) == 2
    assert server.trained == 1


# --- what the service forgets between two calls ------------------------------------------------


@pytest.mark.parametrize("forgets", [1, 2])
def test_ids_of_faces_are_asked_for_anew(server: Azure, system: AzureFace, forgets: int) -> None:
    _enrol(system, *CARDS[:2])
    server.forgets = forgets
    assert len(_search(system, CARDS[0]).candidates) == 2
    server.forgets = forgets
    assert system.compare(CARDS[0], CARDS[0]).candidates[0].score > 0.5


def test_ids_that_never_hold_are_no_answer(server: Azure, system: AzureFace) -> None:
    _enrol(system, *CARDS[:2])
    server.forgets = 99
    with pytest.raises(TransportError, match="FaceNotFound, each of the 3 times"):
        _search(system, CARDS[0])
    with pytest.raises(TransportError, match="FaceNotFound, each of the 3 times"):
        system.compare(CARDS[0], CARDS[1])


def test_a_training_that_was_lost_is_made_anew(server: Azure, system: AzureFace) -> None:
    _enrol(system, *CARDS[:2])
    _search(system, CARDS[0])
    group = server.groups[GALLERY]
    group.learnt, group.status = set(), ""
    assert len(_search(system, CARDS[0]).candidates) == 2
    assert server.trained == 2


def test_a_training_that_is_lost_while_it_is_waited_for(server: Azure, system: AzureFace) -> None:
    _enrol(system, *CARDS[:2])
    lost = wrong(404, "LargePersonGroupNotTrained", "Large person group is not trained.")
    server.accidents.extend([Accident(answer=Answer(202)), Accident(answer=lost)])
    assert len(_search(system, CARDS[0]).candidates) == 2


def test_a_person_who_was_lost_is_made_anew(server: Azure, system: AzureFace) -> None:
    _enrol(system, CARDS[0])
    lost = wrong(404, "PersonNotFound", "Person is not found.")
    made = Answer(200, {"personId": "gone"})
    server.accidents.extend([Accident(answer=made), Accident(answer=lost)])
    assert _enrol(system, CARDS[1])[0].outcome is Outcome.OK
    assert len(_search(system, CARDS[0]).candidates) == 2


# --- accidents -----------------------------------------------------------------------------------


def test_throttled_and_broken(server: Azure, system: AzureFace) -> None:
    busy = Answer(
        429, {"error": {"code": "RateLimitExceeded", "message": "Rate limit"}}, {"Retry-After": "7"}
    )
    server.accidents.append(Accident(answer=busy))
    with pytest.raises(Throttled) as caught:
        _search(system, CARDS[0])
    assert caught.value.retry_after_s == 7
    for accident in (Accident("drop"), Accident("cut", Answer(200, {"a": 1})), Accident(answer=Answer(502))):
        server.accidents.append(accident)
        with pytest.raises(TransportError):
            _search(system, CARDS[0])


def test_a_lost_answer_leaves_one_person(server: Azure, system: AzureFace) -> None:
    """The person is made, and the answer to their face is lost: asked again, they stand once."""
    _enrol(system, CARDS[0])
    path = f"/largepersongroups/{GALLERY}/persons"
    server.accidents.extend([Accident(answer=Answer(502), after=True)])
    with pytest.raises(TransportError):
        _enrol(system, CARDS[1])
    assert any(request.path.endswith(path) for request in server.asked)
    _enrol(system, CARDS[1])
    with closing(_open(server)) as later:
        found = _search(later, CARDS[1])
    assert sorted(one.photo for one in found.candidates) == sorted(card.id for card in CARDS[:2])


def test_a_fresh_process_goes_on(server: Azure, system: AzureFace) -> None:
    _enrol(system, *CARDS[:3])
    with closing(_open(server)) as later:
        _enrol(later, CARDS[2], CARDS[3])
        found = _search(later, CARDS[0])
    assert sorted(one.photo for one in found.candidates) == sorted(card.id for card in CARDS[:4])
    assert len(server.groups[GALLERY].people) == 4


def test_galleries_page_by_page_and_deletion(server: Azure, system: AzureFace) -> None:
    names = [f"fairlineup-{n}" for n in range(5)]
    for name in names:
        _enrol(system, CARDS[0], gallery=name)
    server.groups["strangers"] = type(server.groups[names[0]])("strangers", "recognition_04")
    assert system.galleries() == tuple(names)
    for name in names:
        system.delete_gallery(name)
        system.delete_gallery(name)
    assert system.galleries() == ()
    assert list(server.groups) == ["strangers"]
    with pytest.raises(SystemFailed) as caught:
        _search(system, CARDS[0], gallery=names[0])
    assert caught.value.code == "gallery-gone"


def test_a_gallery_deleted_behind_its_back(server: Azure, system: AzureFace) -> None:
    _enrol(system, CARDS[0])
    _search(system, CARDS[0])
    server.groups.clear()
    for ask in (_search, _enrol):  # and no new one is made for the rest
        with pytest.raises(SystemFailed) as caught:
            ask(system, CARDS[0])
        assert caught.value.code == "gallery-gone"
    system.delete_gallery(GALLERY)
    _enrol(system, CARDS[0])
    assert len(_search(system, CARDS[0]).candidates) == 1


def test_withheld_candidates_are_told(server: Azure, system: AzureFace) -> None:
    _enrol(system, CARDS[0])
    _search(system, CARDS[0])
    answer = Answer(200, [{"faceId": "f", "candidates": []}], {"x-fairlineup-withheld": "3"})
    server.accidents.extend([Accident(answer=Answer(200, [{"faceId": "f"}])), Accident(answer=answer)])
    assert _search(system, CARDS[0]).withheld


@pytest.mark.parametrize(
    "odd", [Answer(200, {}), Answer(200, [{"no": "id"}]), Answer(200, None), Answer(418, {"error": "text"})]
)
def test_an_answer_that_cannot_be(server: Azure, system: AzureFace, odd: Answer) -> None:
    _enrol(system, CARDS[0])
    _search(system, CARDS[0])
    server.accidents.append(Accident(answer=odd))
    with pytest.raises(SystemFailed, match="answered a detection wrongly"):
        _search(system, CARDS[0])


def test_compare(server: Azure, system: AzureFace) -> None:
    same, other = (system.compare(CARDS[0], photo) for photo in (_card("p0", 1), CARDS[1]))
    assert same.candidates[0].score > other.candidates[0].score
    assert same.candidates[0].photo == "p0/1.png"


@pytest.mark.parametrize("name", ["fairlineup-2026_b", "Upper", "a.b", "", "x" * 65])
def test_group_ids(name: str) -> None:
    made = id_of(name, ID)
    assert 1 <= len(made) <= 64
    assert (made == name) is (name == "fairlineup-2026_b")


def test_an_audit_through_the_wire(tmp_path: Path) -> None:
    with serving(Azure(through.RATES)) as served:
        assert isinstance(served, Azure)
        served.page = 1000
        with pytest.MonkeyPatch.context() as patched, closing(_open(served)) as system:
            patched.setattr(azure_groups, "PAGE", 1000)
            through.check_audit(system, tmp_path)
        assert served.groups == {}
