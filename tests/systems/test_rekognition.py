"""Real boto3 against a server written from the documentation, and an audit through that wire."""

from __future__ import annotations

import io
import math
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.evidence.audit.kit import audit, kept_answers, people, plan_for, write_shots

from fairlineup.evidence.asking import ask_system
from fairlineup.evidence.plan import Inspection, SearchChoice, StatisticsChoice, ThresholdChoice
from fairlineup.evidence.runs import freeze_run
from fairlineup.records import (
    GALLERY_PREFIX,
    BadInput,
    ComparingSystem,
    FairlineupError,
    KeepingSystem,
    Outcome,
    Photograph,
    Refused,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    Throttled,
    TransportError,
    UnusableAnswer,
)
from fairlineup.systems import (
    Card,
    PlantedRates,
    SimulatedOptions,
    SimulatedSystem,
    draw_card,
    find_adapter,
    open_system,
)
from fairlineup.systems.rekognition import RekognitionOptions, RekognitionSystem
from fairlineup.systems.rekognition.names import GALLERIES, PHOTOGRAPHS, collection_id, external_image_id
from fairlineup.systems.stated import read_stated

from .contracts import outcomes, run_contract
from .servers.rekognition import ACCESS_KEY, REGION, SECRET_KEY, TOKEN, Accident, Rekognition, Wrong, serving

pytestmark = pytest.mark.usefixtures("model_read_once")
RATES = PlantedRates({"": 0.05}, {"": 0.05}, unevenness=0.5)
PLANTED = SimulatedOptions(rates=RATES, kind="similarity")
FAILING = SimulatedOptions(rates=PlantedRates(failure_rate={"": 1.0}), kind="similarity")
EVERYTHING = SearchRequest(None, 0.0)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those of nobody, from the environment alone; boto3 would retry if it were let."""
    environment = {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_SESSION_TOKEN": TOKEN,
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "5",
        "AWS_RETRY_MODE": "adaptive",
        "NO_PROXY": "127.0.0.1",
    }
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def server() -> Iterator[Rekognition]:
    with serving(PLANTED) as served:
        yield served


@pytest.fixture
def service(server: Rekognition) -> Rekognition:
    """As on its first day."""
    server.engine.close()
    server.collections.clear()
    server.asked.clear()
    server.next.clear()
    server.version, server.page, server.bystanders, server.withheld = "7.0", 4096, 0, ""
    return server


def _stated(table: dict[str, Any]) -> RekognitionOptions:
    return read_stated(RekognitionOptions, "rekognition", table)


def _open(service: Rekognition, **options: Any) -> RekognitionSystem:
    table = {"endpoint_url": service.address, "region": REGION, **options}
    return RekognitionSystem(_stated(table))


@pytest.fixture
def system(service: Rekognition) -> Iterator[RekognitionSystem]:
    with closing(_open(service)) as opened:
        yield opened


def _card(person: str, number: int = 0) -> Photograph:
    return Photograph(f"{person}/{number}.png", draw_card(Card(person, number), side_px=8))


def _grey(kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (100, 100), (120, 130, 140)).save(buffer, kind)
    return buffer.getvalue()


def _enrol(system: RekognitionSystem, *photos: Photograph, gallery: str = "g") -> list[Any]:
    return list(system.enrol(gallery, photos))


def _search(
    system: RekognitionSystem, photo: Photograph, request: SearchRequest = EVERYTHING, gallery: str = "g"
) -> SearchAnswer:
    (answer,) = system.search(gallery, [photo], request)
    return answer


# --- the contract, and what it says of itself ----------------------------------------------------


@pytest.mark.parametrize("cap", [4096, 2])
def test_contract(service: Rekognition, monkeypatch: pytest.MonkeyPatch, cap: int) -> None:
    monkeypatch.setattr("fairlineup.systems.rekognition.facts.MOST_FACES", cap)
    report = run_contract(lambda: _open(service), credentials=find_adapter("rekognition").facts.credentials)
    assert [name for name, outcome in outcomes(report).items() if outcome != "passed"] == [
        "photographs are taken as they come"
    ]
    assert service.collections == {}


def test_information(service: Rekognition, system: RekognitionSystem) -> None:
    information = system.information()
    assert isinstance(system, KeepingSystem)
    assert isinstance(system, ComparingSystem)
    assert (information.name, information.version) == ("rekognition", "face model 7.0")
    assert "Amazon" not in information.vendor.partition(":")[0]  # it is not Amazon that answers here
    assert information.default_threshold is not None
    assert information.default_threshold.score == 80
    assert information.recommended_threshold is not None
    assert information.recommended_threshold.score == 99
    assert [threshold.score for threshold in information.sample_thresholds] == [70, 50]
    assert (information.max_candidates, information.max_photo_bytes) == (4096, 5_242_880)
    assert information.wire
    assert information.keeps_galleries
    assert information.settings["index_faces.QualityFilter"] == "AUTO"
    assert information.price is None
    assert any("largest face" in sentence for sentence in information.terms)
    system.information()
    assert service.count("CreateCollection") == 1  # the face model is asked for once
    assert service.collections == {}
    with closing(RekognitionSystem(_stated({"region": REGION}))) as amazons:
        assert amazons._is_amazon()


def test_the_price_is_the_plans(service: Rekognition) -> None:
    table = {"price_per_call": 0.001, "price_source": "the price list", "price_date": "2026-11-01"}
    with closing(_open(service, **table)) as system:
        price = system.information().price
    assert price is not None
    assert (price.amount, price.currency, price.date) == (0.001, "USD", "2026-11-01")


def test_by_name(service: Rekognition) -> None:
    facts = find_adapter("rekognition").facts
    assert facts.extra == "rekognition"
    assert "never against Amazon" in facts.tried
    with closing(open_system("rekognition", {"endpoint_url": service.address, "region": REGION})) as system:
        assert system.information().name == "rekognition"


# --- options and credentials ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        {"regoin": "x"},
        {"region": 3},
        {"region": ""},
        {"quality_filter": "auto"},
        {"at_once": 0},
        {"at_once": True},
        {"timeout_s": 0},
        {"timeout_s": float("nan")},
        {"endpoint_url": "rekognition.example.org"},
        {"endpoint_url": "https://host/?a=b"},
        {"endpoint_url": "https://host:port"},
        {"endpoint_url": 8080},
        {"price_per_call": -1, "price_source": "x"},
        {"price_per_call": 0.001},
        {"price_per_call": 0.001, "price_source": "x"},
        {"price_source": "x"},
        {"price_per_call": 1, "price_source": "x", "price_date": "soon"},
    ],
)
def test_wrong_options(table: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        _stated(table)
    assert caught.value.code == ("option-unknown" if "regoin" in table else "option-unusable")


@pytest.mark.parametrize(
    "table",
    [
        {"aws_secret_access_key": SECRET_KEY},
        {"session_token": SECRET_KEY},
        {"password": SECRET_KEY},
        {"endpoint_url": f"https://name:{SECRET_KEY}@host"},
        {"endpoint_url": f"ftp://{SECRET_KEY}@host"},
    ],
)
def test_credentials_in_a_plan_are_refused_and_not_repeated(table: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        _stated(table)
    assert SECRET_KEY not in str(caught.value)


def test_no_credentials(monkeypatch: pytest.MonkeyPatch, service: Rekognition) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_SESSION_TOKEN")
    with pytest.raises(Refused, match="AWS_ACCESS_KEY_ID"):
        _open(service)


def test_half_credentials(monkeypatch: pytest.MonkeyPatch, service: Rekognition) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(Refused):
        _open(service)


def test_no_region_no_profile(service: Rekognition) -> None:
    with pytest.raises(BadInput, match="AWS_DEFAULT_REGION"):
        RekognitionSystem(_stated({"endpoint_url": service.address}))
    with pytest.raises(BadInput, match="nobodys"):
        _open(service, profile="nobodys")


def test_the_environment_chooses_region_and_server(
    monkeypatch: pytest.MonkeyPatch, service: Rekognition
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_REKOGNITION", service.address)
    with closing(RekognitionSystem()) as system:
        assert system.information().settings["region"] == "eu-west-1"
        assert not system._is_amazon()


@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "UnrecognizedClientException",
        "ExpiredTokenException",
        "InvalidSignatureException",
    ],
)
def test_credentials_not_accepted(service: Rekognition, system: RekognitionSystem, code: str) -> None:
    _enrol(system, _card("ann"))
    service.next.append(Wrong(code, f"User: arn:aws:iam::123456789012:user/x {ACCESS_KEY} may not"))
    with pytest.raises(Refused) as caught:
        _search(system, _card("ann"))
    assert code in str(caught.value)
    assert not any(part in str(caught.value) for part in (ACCESS_KEY, SECRET_KEY, TOKEN, "123456789012"))


def test_signatures_are_real(
    monkeypatch: pytest.MonkeyPatch, service: Rekognition, system: RekognitionSystem
) -> None:
    assert _enrol(system, _card("ann"))[0].outcome is Outcome.OK
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with closing(_open(service)) as other, pytest.raises(Refused, match="InvalidSignatureException"):
        _search(other, _card("ann"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASTRANGER")
    with closing(_open(service)) as other, pytest.raises(Refused, match="UnrecognizedClientException"):
        _search(other, _card("ann"))


def _said(ask: Callable[[], Any]) -> str:
    """An answer or an error, with all that a traceback would show of it."""
    try:
        return repr(ask())
    except FairlineupError as error:
        return "".join(traceback.format_exception(error)).replace("\n", " ")


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("code", ["InvalidImageFormatException", "ValidationException", "Odd"])
def test_credentials_are_never_repeated(
    service: Rekognition, system: RekognitionSystem, code: str, status: int
) -> None:
    """A server that sends back what it was sent."""
    _enrol(system, _card("ann"))
    service.next.append(Wrong(code, f"Credential={ACCESS_KEY}\n{SECRET_KEY} {TOKEN}", status))
    said = _said(lambda: _search(system, _card("ann")))
    assert not any(part in said for part in (ACCESS_KEY, SECRET_KEY, TOKEN))
    for shown in (repr(system), repr(system.information()), str(vars(system))):
        assert not any(part in shown for part in (ACCESS_KEY, SECRET_KEY, TOKEN))


# --- names ---------------------------------------------------------------------------------------


@given(st.text(min_size=1, max_size=40))
def test_names_are_read_back(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    for write, read, alphabet in (
        (external_image_id, PHOTOGRAPHS.read, "_.-:"),
        (collection_id, GALLERIES.read, "_.-"),
    ):
        try:
            written = write(name)
        except BadInput:
            assert 3 * len(name.encode()) > 255
            continue
        assert all(c.isascii() and (c.isalnum() or c in alphabet) for c in written)
        assert read(written) == name


def test_names_stay_readable() -> None:
    assert external_image_id("gallery/a_b-1.jpg") == "gallery:2Fa_b-1.jpg"
    assert collection_id(f"{GALLERY_PREFIX}0a1b") == f"{GALLERY_PREFIX}0a1b"
    for foreign in ("a:zz", "ü", "", "a:2"):
        with pytest.raises(ValueError, match=f"^{foreign}$"):
            PHOTOGRAPHS.read(foreign)


def test_a_name_that_is_too_long_is_refused_before_it_costs(
    service: Rekognition, system: RekognitionSystem
) -> None:
    with pytest.raises(BadInput) as caught:
        _enrol(system, Photograph("ü" * 43, _card("ann").read()))
    assert caught.value.code == "id-unusable"
    assert service.count("IndexFaces") == 0


# --- enrolling -----------------------------------------------------------------------------------


def test_what_is_asked(service: Rekognition) -> None:
    with closing(_open(service, quality_filter="HIGH", search_quality_filter="LOW")) as system:
        _enrol(system, _card("ann"))
        _search(system, _card("ann"), SearchRequest(None, 12.5))
        _search(system, _card("ann"), SearchRequest(7, None))
    assert service.last("IndexFaces") == {
        "CollectionId": "g",
        "ExternalImageId": "ann:2F0.png",
        "MaxFaces": 1,
        "QualityFilter": "HIGH",
    }
    searches = [body for name, body in service.asked if name == "SearchFacesByImage"]
    assert (searches[0]["MaxFaces"], searches[0]["FaceMatchThreshold"]) == (4096, 12.5)
    assert searches[0]["QualityFilter"] == "LOW"
    assert searches[1]["MaxFaces"] == 7
    assert "FaceMatchThreshold" not in searches[1]  # the default is the service's own


def _failing(outcome: Outcome) -> Photograph:
    """A card that the planted engine fails to process in this way."""
    engine = SimulatedSystem(FAILING)
    for number in range(100):
        photo = _card("failing", number)
        if next(engine.enrol("g", [photo])).outcome is outcome:
            return photo
    raise AssertionError


def test_faces_that_are_not_indexed() -> None:
    kinds = (Outcome.LOW_QUALITY, Outcome.SEVERAL_FACES, Outcome.NO_FACE)
    with serving(FAILING) as failing, closing(_open(failing)) as system:
        poor, turned, none = _enrol(system, *[_failing(kind) for kind in kinds])
    assert poor.outcome is Outcome.LOW_QUALITY
    assert poor.detail == "1 faces not enrolled: LOW_FACE_QUALITY, LOW_SHARPNESS"
    assert turned.outcome is Outcome.LOW_QUALITY
    assert "EXTREME_POSE" in turned.detail
    assert (none.outcome, none.detail) == (Outcome.NO_FACE, "no face detected")


def test_bystanders_are_told(service: Rekognition, system: RekognitionSystem) -> None:
    service.bystanders = 2
    (enrolment,) = _enrol(system, _card("ann"))
    assert enrolment.outcome is Outcome.OK
    assert enrolment.detail == "2 more faces not enrolled: EXCEEDS_MAX_FACES"
    assert enrolment.seconds > 0


def test_enrolled_twice_stands_once(service: Rekognition, system: RekognitionSystem) -> None:
    _enrol(system, _card("ann"), _card("bob"), _card("ann"))
    _enrol(system, Photograph("ann/0.png", _card("ann", 5).read()))  # another picture under the same name
    assert len(service.collections["g"].faces) == 3
    answer = _search(system, _card("ann", 1))
    assert sorted(c.photo for c in answer.candidates) == ["ann/0.png", "bob/0.png"]
    best = _search(system, _card("ann", 1), SearchRequest(1, 0.0)).candidates[0]
    assert best == answer.candidates[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "neither JPEG nor PNG"),
        (b"GIF89a" + bytes(100), "neither JPEG nor PNG"),
        (_grey() + bytes(5_242_880), "5,242,880 is the most"),
    ],
)
def test_what_the_service_would_not_take_is_not_sent(
    service: Rekognition, system: RekognitionSystem, content: bytes, words: str
) -> None:
    _enrol(system, _card("ann"))
    service.asked.clear()
    photo = Photograph("odd", content)
    for answer in (_enrol(system, photo)[0], _search(system, photo), system.compare(_card("ann"), photo)):
        assert answer.outcome is Outcome.REFUSED
        assert words in answer.detail
        assert answer.seconds is None
    assert service.asked == []


def test_largest_photograph_is_sent(service: Rekognition, system: RekognitionSystem) -> None:
    photo = _card("ann").read()
    (answer,) = _enrol(system, Photograph("large.png", photo + bytes(5_242_880 - len(photo))))
    assert answer.outcome is Outcome.OK
    assert service.count("IndexFaces") == 1


def test_a_photograph_that_cannot_be_read(system: RekognitionSystem) -> None:
    (answer,) = _enrol(system, Photograph("gone.jpg", Path("no/such/place/gone.jpg")))
    assert answer.outcome is Outcome.ERROR
    assert "no/such" not in answer.detail


# --- searching -----------------------------------------------------------------------------------


def test_no_face_in_the_services_words(system: RekognitionSystem) -> None:
    _enrol(system, _card("ann"))
    for kind in ("PNG", "JPEG"):
        answer = _search(system, Photograph("faceless", _grey(kind)))
        assert answer.outcome is Outcome.NO_FACE
        assert answer.detail == "There are no faces in the image. Should be at least 1."
        assert answer.seconds is not None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ImageTooLargeException", "Image size is too large."),
        ("InvalidImageFormatException", "Request has invalid image format."),
        ("InvalidParameterException", "Request has invalid parameters."),
    ],
)
def test_refused_in_the_services_words(
    service: Rekognition, system: RekognitionSystem, code: str, words: str
) -> None:
    _enrol(system, _card("ann"))
    service.next.extend([Wrong(code, words), Wrong(code, words)])
    answer = _search(system, _card("ann"))
    (enrolment,) = _enrol(system, _card("bob"))
    for found in (answer, enrolment):
        assert (found.outcome, found.detail) == (Outcome.REFUSED, words)


def test_capped_lists(system: RekognitionSystem) -> None:
    _enrol(system, *[_card(f"p{n}") for n in range(5)])
    everything = _search(system, _card("p0", 1))
    assert len(everything.candidates) == 5
    assert not everything.capped
    three = _search(system, _card("p0", 1), SearchRequest(3, 0.0))
    assert three.capped
    assert three.candidates == everything.candidates[:3]


def test_the_cap_of_the_service(monkeypatch: pytest.MonkeyPatch, system: RekognitionSystem) -> None:
    monkeypatch.setattr("fairlineup.systems.rekognition.facts.MOST_FACES", 4)
    _enrol(system, *[_card(f"p{n}") for n in range(5)])
    answer = _search(system, _card("p0", 1), SearchRequest(100, 0.0))
    assert (len(answer.candidates), answer.capped) == (4, True)


def test_scores_are_passed_on_unchanged(service: Rekognition, system: RekognitionSystem) -> None:
    _enrol(system, _card("ann"), _card("bob"))
    direct = SimulatedSystem(PLANTED)
    list(direct.enrol("g", [_card("ann"), _card("bob")]))
    (wanted,) = direct.search("g", [_card("ann", 1)], EVERYTHING)
    found = _search(system, _card("ann", 1))
    assert [c.photo for c in found.candidates] == [c.photo for c in wanted.candidates]
    for one, other in zip(found.candidates, wanted.candidates, strict=True):
        assert one.score == pytest.approx(other.score, rel=6e-8)
        assert one.score != round(one.score, 4)


@pytest.mark.parametrize(("said", "withheld"), [("", False), ("0", False), ("2", True), ("some", True)])
def test_withheld(service: Rekognition, system: RekognitionSystem, said: str, withheld: bool) -> None:
    _enrol(system, _card("ann"))
    service.withheld = said
    assert _search(system, _card("ann", 1)).withheld is withheld


def test_a_face_of_somebody_else_is_no_candidate(service: Rekognition, system: RekognitionSystem) -> None:
    _enrol(system, _card("ann"))
    for strange in ("a:zz", ""):
        face = next(iter(service.collections["g"].faces.values()))
        face["ExternalImageId"] = strange
        if not strange:
            del face["ExternalImageId"]
        with pytest.raises(SystemFailed, match="no audit enrolled"):
            _search(system, _card("ann", 1))


@pytest.mark.parametrize("accident", [Accident("page", 200, b"{}"), Accident("page", 200, b'{"FaceMa')])
def test_an_answer_without_a_list_is_not_an_empty_list(
    service: Rekognition, system: RekognitionSystem, accident: Accident
) -> None:
    _enrol(system, _card("ann"))
    service.next.extend([accident, accident])
    with pytest.raises(UnusableAnswer, match="search_faces_by_image wrongly"):
        _search(system, _card("ann", 1))
    with pytest.raises(UnusableAnswer, match="index_faces wrongly"):
        _enrol(system, _card("bob"))


def test_a_match_without_a_score_is_no_answer(service: Rekognition, system: RekognitionSystem) -> None:
    _enrol(system, _card("ann"))
    service.next.append(Accident("page", 200, b'{"FaceMatches": [{"Face": {"ExternalImageId": "a"}}]}'))
    with pytest.raises(UnusableAnswer, match="expected the key 'Similarity'"):
        _search(system, _card("ann", 1))


# --- comparing -----------------------------------------------------------------------------------


def test_compare(service: Rekognition, system: RekognitionSystem) -> None:
    one, other = _card("ann"), _card("bob")
    answer = system.compare(one, other)
    assert service.last("CompareFaces") == {"SimilarityThreshold": 0.0, "QualityFilter": "NONE"}
    assert answer.photo == one.id
    (candidate,) = answer.candidates
    assert candidate.photo == other.id
    assert candidate.score < 80  # which a caller who sets no threshold never sees
    mated = system.compare(one, _card("ann", 1)).candidates[0]
    assert mated.score > candidate.score


def test_compare_without_a_face(system: RekognitionSystem) -> None:
    answer = system.compare(_card("ann"), Photograph("faceless", _grey()))
    assert (answer.outcome, answer.candidates) == (Outcome.NO_FACE, ())
    assert answer.detail == "Request has invalid parameters."


# --- faults of the wire --------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ProvisionedThroughputExceededException", "LimitExceededException"]
)
def test_throttled_and_asked_once(
    service: Rekognition, system: RekognitionSystem, code: str, status: int
) -> None:
    _enrol(system, _card("ann"))
    service.next.append(Wrong(code, "Slow down", status, {"Retry-After": "3"}))
    service.next.append(Wrong(code, "Slow down", status))
    for wait in (3.0, None):
        with pytest.raises(Throttled, match=code) as caught:
            _search(system, _card("ann"))
        assert caught.value.retry_after_s == wait
    assert service.count("SearchFacesByImage") == 2  # boto3 did not ask again, whatever the environment says
    assert _search(system, _card("ann")).outcome is Outcome.OK


@pytest.mark.parametrize(
    "planned",
    [
        Wrong("InternalServerError", "Amazon Rekognition experienced a service issue.", 500),
        Accident("page", 502),
        Accident("page", 504, b""),
        Accident("drop"),
        Accident("cut"),
    ],
    ids=["500", "502", "504", "drop", "cut"],
)
def test_no_answer(service: Rekognition, system: RekognitionSystem, planned: Wrong | Accident) -> None:
    _enrol(system, _card("ann"))
    service.next.extend([planned, planned])
    for ask in (lambda: _search(system, _card("ann")), lambda: _enrol(system, _card("bob"))):
        with pytest.raises(TransportError) as caught:
            ask()
        assert not isinstance(caught.value, Throttled)
        assert service.address not in str(caught.value)
    assert (service.count("SearchFacesByImage"), service.count("IndexFaces")) == (1, 2)


def test_busy_by_status(service: Rekognition, system: RekognitionSystem) -> None:
    service.next.append(Accident("page", 503, b""))
    with pytest.raises(Throttled):
        system.galleries()


def test_nobody_there() -> None:
    nobody = Rekognition(SimulatedSystem(), address="http://127.0.0.1:9")
    with closing(_open(nobody)) as system, pytest.raises(TransportError) as caught:
        system.galleries()
    assert "127.0.0.1" not in str(caught.value)


def test_too_slow(service: Rekognition) -> None:
    with closing(_open(service, timeout_s=0.2)) as system, service.lock, pytest.raises(TransportError):
        system.galleries()


@pytest.mark.parametrize("code", ["ValidationException", "ServiceQuotaExceededException", "Invented"])
def test_other_errors_stop_the_run(service: Rekognition, system: RekognitionSystem, code: str) -> None:
    service.next.append(Wrong(code, "as it is"))
    with pytest.raises(SystemFailed, match=f"{code}: as it is") as caught:
        _enrol(system, _card("ann"))
    assert not isinstance(caught.value, TransportError)


def test_a_question_lost_on_the_way_back_is_asked_again_without_harm(
    service: Rekognition, system: RekognitionSystem
) -> None:
    _enrol(system, _card("ann"), _card("bob"))
    service.next.append(Accident("cut"))  # done, but the answer is lost
    with pytest.raises(TransportError):
        _enrol(system, _card("cem"))
    assert _enrol(system, _card("cem"))[0].outcome is Outcome.OK
    assert len(service.collections["g"].faces) == 3


# --- galleries -----------------------------------------------------------------------------------


def test_another_process_goes_on(service: Rekognition, system: RekognitionSystem) -> None:
    name = f"{GALLERY_PREFIX}0a1b"
    _enrol(system, _card("ann"), gallery=name)
    with closing(_open(service)) as other:
        assert other.galleries() == (name,)
        first = _search(other, _card("ann", 1), gallery=name)
        assert [c.photo for c in first.candidates] == ["ann/0.png"]
        _enrol(other, _card("ann"), _card("bob"), gallery=name)
        assert len(_search(other, _card("ann", 1), gallery=name).candidates) == 2
        other.delete_gallery(name)
        other.delete_gallery(name)
        assert other.galleries() == ()
    assert service.collections == {}


def test_many_galleries_over_many_pages(service: Rekognition, system: RekognitionSystem) -> None:
    service.page = 3
    ours = [f"{GALLERY_PREFIX}{n:02d}" for n in range(10)]
    for name in (*ours, "MyCollection", "somebody_elses", "_zz"):
        service.answer("CreateCollection", {"CollectionId": name})
    assert system.galleries() == tuple(ours)
    assert service.count("ListCollections") == 5
    service.page = 4096
    assert system.galleries() == tuple(ours)
    service.next.append(Accident("page", 200, b'{"CollectionIds": ["fairlineup-00"], "NextToken": ""}'))
    assert system.galleries() == ("fairlineup-00",)  # a blank token is none


def test_a_list_that_never_ends(service: Rekognition, system: RekognitionSystem) -> None:
    again = Accident("page", 200, b'{"CollectionIds": [], "NextToken": "x"}')
    service.next.extend([again, again, again])
    with pytest.raises(SystemFailed, match="one that was given before"):
        system.galleries()


def test_a_gallery_that_vanishes_is_not_read_as_nobody(
    service: Rekognition, system: RekognitionSystem
) -> None:
    _enrol(system, _card("ann"))
    service.collections.clear()
    with pytest.raises(SystemFailed) as caught:
        _search(system, _card("ann"))
    assert caught.value.code == "gallery-gone"
    with closing(_open(service)) as other, pytest.raises(SystemFailed) as caught:
        _search(other, _card("ann"))
    assert caught.value.code == "gallery-gone"
    with pytest.raises(SystemFailed) as caught:
        _enrol(system, _card("bob"))
    assert caught.value.code == "gallery-gone"
    system.delete_gallery("g")
    _enrol(system, _card("ann"))
    assert len(_search(system, _card("ann", 1)).candidates) == 1


def test_two_face_models_do_not_mix(service: Rekognition, system: RekognitionSystem) -> None:
    _enrol(system, _card("ann"))
    service.version = "8.0"
    with closing(_open(service)) as later:
        assert later.information().version == "face model 8.0"
        for ask in (lambda: _search(later, _card("ann")), lambda: _enrol(later, _card("ann"))):
            with pytest.raises(SystemFailed, match=r"expected face model 8.0, got face model 7.0"):
                ask()


def test_a_server_that_does_not_say_its_model(service: Rekognition, system: RekognitionSystem) -> None:
    service.version = ""
    assert system.information().version == "face model not said"
    service.version = "7.0"
    assert _enrol(system, _card("ann"))[0].outcome is Outcome.OK


def test_several_threads(service: Rekognition, system: RekognitionSystem) -> None:
    photos = [_card(f"p{n}") for n in range(24)]
    with ThreadPoolExecutor(6) as pool:
        enrolled = list(pool.map(lambda photo: _enrol(system, photo)[0], photos))
        answers = list(pool.map(lambda photo: _search(system, photo), photos))
    assert service.count("CreateCollection") == 1
    assert [e.photo for e in enrolled] == [photo.id for photo in photos]
    assert {e.outcome for e in enrolled} == {Outcome.OK}
    for photo, answer in zip(photos, answers, strict=True):
        assert answer.photo == photo.id
        assert len(answer.candidates) == 24
        assert answer.candidates == _search(system, photo).candidates


# --- an audit through the wire -------------------------------------------------------------------

FMR = {"": 0.0, "circle": 1.2e-2, "square": 3e-2}
FNMR = {"": 0.0, "circle": 0.7, "square": 0.85}
FAILURES = {"": 0.0, "circle": 0.1, "square": 0.15}
PROBES, OTHERS = {"circle": 60, "square": 55}, {"circle": 55, "square": 45}
AUDITED = SimulatedOptions(rates=PlantedRates(FMR, FNMR, FAILURES), kind="similarity")


@pytest.mark.usefixtures("credentials")
def test_an_audit_through_the_wire_finds_the_planted_rates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairlineup.evidence.runs.freezing.inspect", lambda *_: Inspection((), {}))
    folder = write_shots(tmp_path / "cards", people(PROBES, OTHERS, 0.8))
    plan = plan_for(
        folder,
        groups=("group",),
        threshold=(ThresholdChoice("default", 80.0), ThresholdChoice("weak", 78.95)),
        search=SearchChoice(list_length=10**6),
        statistics=StatisticsChoice(level=0.999),
    )
    with serving(AUDITED) as service, closing(_open(service)) as system:
        through, results = audit(plan, system, tmp_path / "wire")
        assert service.collections == {}
        assert service.count("IndexFaces") >= sum(OTHERS.values()) + 92
    engine = SimulatedSystem(AUDITED)
    direct = freeze_run(plan, engine.information(), tmp_path / "direct")
    ask_system(direct, engine)

    for stage in ("enrol-absent", "search-absent", "enrol-mates", "search-present"):
        _same_rows(kept_answers(through, stage), kept_answers(direct, stage))
    for found in results["thresholds"][0]["groups"]:
        group = found["value"]
        for name, truth in (("fmr", FMR[group]), ("fnir_processed", FNMR[group])):
            rate = found[name]
            assert rate["errors"] >= 20
            assert rate["low"] <= truth <= rate["high"], name
            spread = math.sqrt(truth * (1 - truth) * rate["trials"])
            assert abs(rate["errors"] - truth * rate["trials"]) <= 4 * spread


def _same_rows(wire: Any, direct: Any) -> None:
    """Candidate for candidate; scores to the single precision the wire has; failures to process alike."""
    rows = {row.photo: row for row in wire}
    others = {row.photo: row for row in direct}
    assert rows.keys() == others.keys()
    for photo, row in rows.items():
        other = others[photo]
        assert (row.outcome == "ok") == (other.outcome == "ok")
        assert [c[0] for c in row.candidates] == [c[0] for c in other.candidates]
        for one, two in zip(row.candidates, other.candidates, strict=True):
            assert one[1] == pytest.approx(two[1], abs=1.01e-5)
