"""The contract on systems that keep it, and on systems with one fault each, which it must find."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image

from fairlineup.records import (
    BadInput,
    Candidate,
    Enrolment,
    FaceSystem,
    KeepingSystem,
    Outcome,
    Photograph,
    Price,
    Refused,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    Threshold,
    Throttled,
    TransportError,
)
from fairlineup.systems import (
    CHECKS,
    Calls,
    Card,
    ContractReport,
    KnownPhotographs,
    Patience,
    PlantedRates,
    SimulatedOptions,
    SimulatedSystem,
    check_system,
    contract_cost,
    draw_card,
    known_cards,
)

from .contracts import outcomes, portraits_of, run_contract

VARIABLE = "PLANTED_SERVICE_KEY"
MOST_BYTES = 50_000
LOCAL = {  # what a system without wire and credentials is not asked
    "too large is refused",
    "the same when asked at once",
    "a kept gallery outlives its process",
    "nothing is left behind",
    "credentials stay secret",
}


class Served:
    """A simulated system as it would stand behind a wire: kept galleries, a cap on bytes, a price.

    Each instance is another process of the same server; `server` holds its galleries.
    """

    def __init__(self, server: SimulatedSystem) -> None:
        self.server = server

    def information(self) -> SystemInformation:
        return replace(
            self.server.information(),
            name="served",
            wire=True,
            at_once=4,
            keeps_galleries=True,
            max_photo_bytes=MOST_BYTES,
            price=Price(0.001, "USD", "2026-11-01", "a price list for the tests"),
        )

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        for photo in photos:
            if self.too_large(photo):
                yield Enrolment(photo.id, Outcome.REFUSED, "too large")
            else:
                yield from self.server.enrol(gallery, [photo])

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        for photo in photos:
            if self.too_large(photo):
                yield SearchAnswer(photo.id, Outcome.REFUSED, detail="too large")
            else:
                yield from self.server.search(gallery, [photo], request)

    def delete_gallery(self, gallery: str) -> None:
        self.server.delete_gallery(gallery)

    def galleries(self) -> tuple[str, ...]:
        return tuple(sorted(self.server._galleries))

    def close(self) -> None:
        """Leave the server its galleries."""

    @staticmethod
    def too_large(photo: Photograph) -> bool:
        try:
            return len(photo.read()) > MOST_BYTES
        except OSError:
            return False


def _server(kind: Literal["distance", "similarity"] = "similarity", cap: int = 0) -> SimulatedSystem:
    rates = PlantedRates({"": 0.2}, {"": 0.05}, unevenness=0.5)
    return SimulatedSystem(SimulatedOptions(rates, kind=kind, max_candidates=cap))


# --- systems that keep it --------------------------------------------------------------------------


@pytest.mark.parametrize("cap", [0, 3])
@pytest.mark.parametrize("kind", ["distance", "similarity"])
def test_simulated(kind: Literal["distance", "similarity"], cap: int) -> None:
    report = run_contract(lambda: _server(kind, cap))
    assert {name for name, outcome in outcomes(report).items() if outcome != "passed"} == LOCAL


@pytest.mark.parametrize("cap", [0, 2])
def test_a_served_system_is_asked_everything(cap: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "do-not-print-me")
    server = _server(cap=cap)
    report = run_contract(lambda: Served(server), credentials=(VARIABLE,))
    left = {name for name, outcome in outcomes(report).items() if outcome != "passed"}
    assert left == {"photographs are taken as they come"}
    assert server._galleries == {}
    assert report.calls == contract_cost(Served(server).information(), known_cards())


def test_local(portraits: Path) -> None:
    from fairlineup.systems.local import LocalOptions, LocalSystem

    photographs = portraits_of(portraits)
    report = run_contract(lambda: LocalSystem(LocalOptions(workers=1)), photographs)
    assert {name for name, outcome in outcomes(report).items() if outcome != "passed"} == LOCAL


def test_what_is_announced_is_what_is_asked() -> None:
    known = known_cards()
    for system in (_server(), _server("distance", 2)):
        report = run_contract(lambda system=system: system)  # type: ignore[misc]
        assert report.calls == contract_cost(system.information(), known)
    assert contract_cost(_server().information(), known) == Calls(9, 23)


# --- systems with one fault each -------------------------------------------------------------------


class Reorders(Served):
    def information(self) -> SystemInformation:
        return replace(super().information(), wire=False)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        yield from reversed(list(super().search(gallery, photos, request)))


class DropsAnAnswer(Reorders):
    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        for answer in Served.search(self, gallery, photos, request):
            if answer.outcome is not Outcome.NO_FACE:
                yield answer


class AnswersForAnother(Served):
    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        for answer in super().enrol(gallery, photos):
            yield replace(answer, photo=answer.photo.upper()) if "broken" in answer.photo else answer


class AnswersNobody(Served):
    """Answers where nothing was asked."""

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        answers = list(super().enrol(gallery, photos))
        yield from answers or [Enrolment("nobody", Outcome.OK)]


class WantsAllFirst(Served):
    def information(self) -> SystemInformation:
        return replace(super().information(), wire=False)

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        return super().enrol(gallery, list(photos))


class Edits(Served):
    """Changes answers that were processed."""

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        for answer in super().search(gallery, photos, request):
            yield self.edit(answer, request) if answer.outcome is Outcome.OK else answer

    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        raise NotImplementedError


class SharpensShortLists(Edits):
    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        if request.max_candidates != 1:
            return answer
        return replace(answer, candidates=tuple(Candidate(p, s * 0.99) for p, s in answer.candidates))


class ForgetsCapped(Edits):
    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        return replace(answer, capped=False)


class AlwaysCapped(Edits):
    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        return replace(answer, capped=True)


class Withholds(Edits):
    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        return replace(answer, withheld=True)


class HidesTheWeak(Edits):
    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        return replace(answer, candidates=answer.candidates[:3])


class WorstFirst(Edits):
    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        return replace(answer, candidates=answer.candidates[::-1])


class OffTheScale(Edits):
    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        return replace(answer, candidates=tuple(Candidate(p, s + 100) for p, s in answer.candidates))


class NamesStrangers(Edits):
    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        return replace(answer, candidates=(*answer.candidates, Candidate("somebody.png", 0.0)))


class NamesTwice(Edits):
    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        return replace(answer, candidates=answer.candidates[:1] + answer.candidates)


class NeverTheSame(Edits):
    asked = 0

    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        type(self).asked += 1
        drift = 0.002 * type(self).asked
        return replace(answer, candidates=tuple(Candidate(p, s - drift) for p, s in answer.candidates))


class RanksByGallery(Edits):
    """A score depends on how many are enrolled."""

    def edit(self, answer: SearchAnswer, request: SearchRequest) -> SearchAnswer:
        few = len(self.server._galleries[self.galleries()[0]]) < 3
        return replace(answer, candidates=tuple(Candidate(p, s / (1 + few)) for p, s in answer.candidates))


class Request(Served):
    """Asks for something else than it was asked."""

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        return super().search(gallery, photos, self.changed(request))

    def changed(self, request: SearchRequest) -> SearchRequest:
        raise NotImplementedError


class IgnoresTheThreshold(Request):
    def changed(self, request: SearchRequest) -> SearchRequest:
        return request if request.threshold is None else replace(request, threshold=0.0)


class IgnoresTheLength(Request):
    def changed(self, request: SearchRequest) -> SearchRequest:
        return replace(request, max_candidates=None)


class AnotherDefault(Request):
    def changed(self, request: SearchRequest) -> SearchRequest:
        return replace(request, threshold=0.0 if request.threshold is None else request.threshold)


class MixesThreads(Served):
    """Keeps the photograph it was asked about where all threads share it."""

    def __init__(self, server: SimulatedSystem) -> None:
        super().__init__(server)
        self.asked: list[Photograph] = []
        self.lock = threading.Lock()

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        self.asked = list(photos)
        time.sleep(0.05)  # long enough for the others to ask
        with self.lock:
            answers = list(super().search(gallery, self.asked, request))
        yield from (replace(answer, photo=photo.id) for answer, photo in zip(answers, photos, strict=True))


class CallsNobodyAFault(Served):
    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        for answer in super().enrol(gallery, photos):
            yield replace(answer, outcome=Outcome.ERROR) if "nobody" in answer.photo else answer


class StopsAtBroken(Served):
    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        for photo in photos:
            Image.open(io.BytesIO(photo.read())).close()
            yield from super().search(gallery, [photo], request)


class TakesAnySize(Served):
    @staticmethod
    def too_large(photo: Photograph) -> bool:
        return False


class NotNearestToItself(Served):
    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        for photo in photos:
            other = Photograph(photo.id, draw_card(Card("person 3"))) if "again" in photo.id else photo
            yield from super().search(gallery, [other], request)


class EnrolsTwice(Served):
    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        for photo in photos:
            if photo.id in self.server._galleries.get(gallery, {}):
                photo = Photograph(photo.id + "#2", photo.source)  # noqa: PLW2901
            for answer in super().enrol(gallery, [photo]):
                yield replace(answer, photo=photo.id.removesuffix("#2"))


class OneGalleryForAll(Served):
    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        everybody = {photo: card for one in self.server._galleries.values() for photo, card in one.items()}
        whole = SimulatedSystem(self.server._options)
        whole._galleries["all"] = everybody
        return Served(whole).search("all", photos, request)


class LeavesGalleries(Served):
    def delete_gallery(self, gallery: str) -> None:
        """Say yes and do nothing."""


class ListsTheDeleted(Served):
    listed: set[str]

    def delete_gallery(self, gallery: str) -> None:
        self.listed = getattr(self, "listed", set()) | {gallery}
        super().delete_gallery(gallery)

    def galleries(self) -> tuple[str, ...]:
        return tuple(sorted({*super().galleries(), *getattr(self, "listed", ())}))


class MindsDeletingTwice(Served):
    def delete_gallery(self, gallery: str) -> None:
        if gallery not in self.server._galleries:
            raise KeyError(gallery)
        super().delete_gallery(gallery)


class ForgetsItsNames(Served):
    """A second instance does not know what the first called its photographs."""

    instances = 0

    def __init__(self, server: SimulatedSystem) -> None:
        super().__init__(server)
        type(self).instances += 1
        self.first = type(self).instances == 1

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        for answer in super().search(gallery, photos, request):
            yield answer if self.first else replace(answer, candidates=())


class SaysItKeepsButCannotList(Served):
    galleries = None  # type: ignore[assignment]


class KeepsThemUnderThatName(SimulatedSystem):
    """A value where others have a question."""

    def __init__(self, server: SimulatedSystem) -> None:
        super().__init__(server._options)
        self.galleries = self._galleries


class NoSource(Served):
    def information(self) -> SystemInformation:
        return replace(super().information(), default_threshold=Threshold(80.0, ""))


class OldPrice(Served):
    def information(self) -> SystemInformation:
        return replace(super().information(), price=Price(0.001, "USD", "some time ago", "a list"))


class ChangesItsMind(Served):
    def information(self) -> SystemInformation:
        return replace(super().information(), version=str(time.perf_counter_ns()))


class TellsInRepr(Served):
    def __repr__(self) -> str:
        return "Served(key='do-not-print-me')"


class TellsInAnError(Served):
    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        if gallery not in self.server._galleries:
            raise BadInput("no such gallery", expected="one", got="do-not-print-me", remedy="enrol first")
        return super().search(gallery, photos, request)


class ProcessesNothing(Served):
    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        for photo in photos:
            yield Enrolment(photo.id, Outcome.LOW_QUALITY)


Faulty = Callable[[SimulatedSystem], FaceSystem]
FAULTS: tuple[tuple[Faulty, str], ...] = (
    (Reorders, "one answer each in order"),
    (DropsAnAnswer, "one answer each in order"),
    (AnswersForAnother, "one answer each in order"),
    (AnswersNobody, "one answer each in order"),
    (WantsAllFirst, "photographs are taken as they come"),
    (SharpensShortLists, "lists do not change scores"),
    (ForgetsCapped, "the longest list is obeyed"),
    (AlwaysCapped, "everybody at the lowest threshold"),
    (Withholds, "nothing is withheld"),
    (HidesTheWeak, "everybody at the lowest threshold"),
    (WorstFirst, "most alike first"),
    (OffTheScale, "scores are on the scale"),
    (NamesStrangers, "only the enrolled are candidates"),
    (NamesTwice, "only the enrolled are candidates"),
    (NeverTheSame, "the same when asked again"),
    (RanksByGallery, "growing changes no score"),
    (IgnoresTheThreshold, "stricter gives the beginning"),
    (IgnoresTheLength, "the longest list is obeyed"),
    (AnotherDefault, "no threshold is the default one"),
    (MixesThreads, "the same when asked at once"),
    (CallsNobodyAFault, "no face is an answer"),
    (StopsAtBroken, "a broken file is an answer"),
    (TakesAnySize, "too large is refused"),
    (NotNearestToItself, "nearest to itself"),
    (EnrolsTwice, "enrolled twice stands once"),
    (OneGalleryForAll, "galleries are apart"),
    (LeavesGalleries, "a deleted gallery is gone"),
    (LeavesGalleries, "nothing is left behind"),
    (ListsTheDeleted, "nothing is left behind"),
    (MindsDeletingTwice, "deleting twice is no error"),
    (ForgetsItsNames, "a kept gallery outlives its process"),
    (SaysItKeepsButCannotList, "says what it is"),
    (KeepsThemUnderThatName, "says what it is"),
    (NoSource, "says what it is"),
    (OldPrice, "says what it is"),
    (ChangesItsMind, "says what it is"),
    (TellsInRepr, "credentials stay secret"),
    (TellsInAnError, "credentials stay secret"),
    (ProcessesNothing, "processes"),
)


def _tried(system: Faulty, server: SimulatedSystem) -> ContractReport:
    patience = Patience(sleep=lambda _: None)
    return check_system(lambda: system(server), known_cards(), (VARIABLE,), patience=patience)


@pytest.mark.parametrize(("system", "check"), FAULTS, ids=lambda one: getattr(one, "__name__", one))
def test_each_fault_is_found(system: Faulty, check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "do-not-print-me")
    report = _tried(system, _server())
    assert outcomes(report)[check] == "failed", outcomes(report)
    verdict = next(verdict for one, verdict in report.findings if one.name == check)
    assert verdict.expected
    assert verdict.got
    with pytest.raises(AssertionError, match=check):
        run_contract(lambda: system(_server()), credentials=(VARIABLE,))


def test_each_check_has_a_fault_it_finds() -> None:
    assert {check.name for check in CHECKS} == {check for _, check in FAULTS}


def test_a_cap_that_is_not_told() -> None:
    report = _tried(ForgetsCapped, _server(cap=2))
    assert outcomes(report)["everybody at the lowest threshold"] == "failed"


def test_a_fault_at_the_start_is_not_paid_for_again_and_again() -> None:
    class Down(Served):
        asked = 0

        def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
            type(self).asked += 1
            raise TransportError("it did not answer", expected="an answer", got="HTTP 500", remedy="wait")

    report = _tried(Down, _server())
    assert Down.asked <= 25  # five questions of five attempts, not one a check
    assert outcomes(report)["processes"] == "failed"


class SaysWhy(Served):
    """Enrols, and says of every probe why it cannot be searched."""

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        for photo in photos:
            yield SearchAnswer(photo.id, Outcome.ERROR, detail="the model is not loaded")


def test_each_outcome_is_told_with_its_words() -> None:
    found = {check.name: verdict for check, verdict in _tried(SaysWhy, _server()).findings}
    assert found["processes"].got == (
        "4 of 4 enrolled: 4 × ok; searches: 2 × error (the model is not loaded)"
    )
    assert found["galleries are apart"].outcome == "not applicable"


def test_what_nothing_was_processed_for_is_not_passed() -> None:
    said = outcomes(_tried(ProcessesNothing, _server()))
    for name in ("most alike first", "the same when asked again", "nearest to itself", "galleries are apart"):
        assert said[name] == "not applicable", name


def test_the_end_of_what_an_error_says_is_kept() -> None:
    class Dies(Served):
        def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
            got = f"it ended, saying: {'File x, line 1 | ' * 200} RuntimeError: no such weights"
            raise TransportError("it did not answer", expected="an answer", got=got, remedy="wait")

    (verdict,) = [v for check, v in _tried(Dies, _server()).findings if check.name == "processes"]
    assert verdict.got.startswith("it did not answer: it ended, saying: File x")
    assert verdict.got.endswith("RuntimeError: no such weights")


# --- how it is asked -------------------------------------------------------------------------------


def test_a_busy_system_is_asked_again_after_as_long_as_it_says() -> None:
    waited: list[float] = []

    class Busy(Served):
        tired = False

        def search(
            self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
        ) -> Iterator[SearchAnswer]:
            type(self).tired = not self.tired
            if self.tired:
                error = Throttled("busy", expected="an answer", got="HTTP 429", remedy="wait")
                error.retry_after_s = 7.0
                raise error
            yield from super().search(gallery, photos, request)

    server = _server()
    checks = tuple(check for check in CHECKS if not check.name.endswith("at once"))
    patience = Patience(sleep=waited.append)
    report = check_system(lambda: Busy(server), known_cards(), checks=checks, patience=patience)
    assert report.failed == ()
    assert set(waited) == {7.0}


def test_galleries_go_whatever_happens() -> None:
    class Interrupted(Served):
        def search(
            self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
        ) -> Iterator[SearchAnswer]:
            assert self.server._galleries
            raise KeyboardInterrupt

    server = _server()
    with pytest.raises(KeyboardInterrupt):
        _tried(Interrupted, server)
    assert server._galleries == {}


def test_a_refusal_before_any_answer_is_raised() -> None:
    class NotAdmitted(Served):
        def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
            raise Refused("no key", expected="a key", got="none", remedy="set it")

    with pytest.raises(Refused, match="no key"):
        _tried(NotAdmitted, _server())


def test_too_few_photographs_are_refused() -> None:
    known = known_cards()
    few = KnownPhotographs(known.references[:2], known.probes)
    with pytest.raises(BadInput, match="expected 3 people to enrol"):
        check_system(_server, few)


def test_the_served_system_is_one_that_keeps_galleries() -> None:
    system: Any = Served(_server())
    assert isinstance(system, FaceSystem)
    assert isinstance(system, KeepingSystem)
