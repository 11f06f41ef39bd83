"""Systems across a wire: one question a photograph, each answer kept and paid for once, the same system."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.asking import (
    Pace,
    RetryPolicy,
    RunLimits,
    RunOptions,
    ask_system,
)
from fairlineup.evidence.evaluation import evaluate, timing
from fairlineup.evidence.runs import freeze_run
from fairlineup.records import (
    GALLERY_PREFIX,
    FaceSystem,
    KeepingSystem,
    Price,
    Refused,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    Throttled,
    TransportError,
)
from fairlineup.systems.faults import gallery_gone

from .kit import Results, Watched, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")
PEOPLE = people({"a": 20}, {"a": 30})
ENROLLED, SEARCHED = 30 + 16, 20 + 16
CANARIES = 5
WIRE = {"wire": True, "at_once": 3, "keeps_galleries": True}
CENT = {**WIRE, "price": Price(0.01, "USD", "2026-11-23", "made up"), "calls_per_search": 2}
RETRY = RetryPolicy(retries=2, sleep=lambda _: None, jitter=lambda: 0.0)
OPTIONS = RunOptions(8, RETRY)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shots(tmp_path_factory.mktemp("cards"), PEOPLE)


@pytest.fixture(scope="module")
def calm(cards: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """What is found of the system in this process."""
    return _run(cards, tmp_path_factory.mktemp("calm") / "run", _system())


def _system() -> FaceSystem:
    return simulated(false_match_rate=0.02, false_non_match_rate=0.1, failure_rate=0.1)


def _watched(**given: Any) -> Watched:
    changes = given.pop("changes", WIRE)
    return Watched(given.pop("system", _system()), changes=changes, **given)


def _run(cards: Path, out: Path, system: FaceSystem, options: RunOptions = OPTIONS) -> Results:
    papers = freeze_run(plan_for(cards, groups=("group",)), system.information(), out)
    ask_system(papers, system, options)
    papers.directory.write_timing(timing(papers))
    papers.directory.write_results(evaluate(papers))
    return papers.directory.read_results()


def _told(results: Results) -> Results:
    """All but what the system says of itself, and what is digested of it."""
    apart = {"system", "digests", "canaries", "within_gallery"}  # the last says what it would cost
    return {key: value for key, value in results.items() if key not in apart}


def _lost(photo: str) -> TransportError:
    return TransportError(photo, expected="an answer", got="none", remedy="ask again")


def _throttled(after: float | None) -> Throttled:
    error = Throttled("slow", expected="an answer", got="429", remedy="wait")
    error.retry_after_s = after
    return error


def test_several_at_once_find_what_one_after_another_find(cards: Path, tmp_path: Path) -> None:
    calm = _run(cards, tmp_path / "calm", _system())
    found = _run(cards, tmp_path / "wire", _watched())
    assert _told(found) == _told(calm)
    assert calm["canaries"] is None
    assert found["canaries"] == {"photographs": 10, "changed": 0, "largest_change": 0.0}


def test_no_more_at_once_than_the_system_allows(cards: Path, tmp_path: Path) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def slow(kind: str, photo: str) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.002)
        with lock:
            now[0] -= 1

    _run(cards, tmp_path / "three", _watched(before=slow))
    assert most[0] == 3
    most[0] = 0
    _run(cards, tmp_path / "one", _watched(before=slow), replace(OPTIONS, limits=RunLimits(at_once=1)))
    assert most[0] == 1


def _stopping(after: int, error: BaseException) -> Callable[[str, str], None]:
    seen = [0]

    def before(kind: str, photo: str) -> None:
        seen[0] += 1
        if seen[0] == after:
            raise error

    return before


@pytest.mark.parametrize("after", [12, 35, 60, 90])
def test_what_was_answered_is_never_asked_again(cards: Path, tmp_path: Path, after: int) -> None:
    """Stopped in the midst: answers under way are kept too, and each is asked for once in all."""
    keeps = _system()
    first = _watched(system=keeps, before=_stopping(after, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        _run(cards, tmp_path / "run", first)
    second = _watched(system=keeps)
    found = _run(cards, tmp_path / "run", second)
    assert _told(found) == _told(_run(cards, tmp_path / "calm", _system()))
    times = Counter(first.asked + second.asked)
    twice = [line for line, count in times.items() if count > 1]
    canaries = {line for line in times if line in set(first.asked[:10])}
    present = {f"search {shot.photo}" for shot in PEOPLE if shot.role == "probe"}
    assert set(twice) <= canaries | present  # probes with a mate are searched twice
    assert sum(times.values()) == ENROLLED + SEARCHED + 4 * CANARIES


def test_throttled_questions_wait_and_are_counted_by_group(cards: Path, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()

    def before(kind: str, photo: str) -> None:
        seen[f"{kind} {photo}"] += 1
        if kind == "search" and "pa0009" in photo and seen[f"{kind} {photo}"] < 6:
            raise _throttled(2.0)

    waits: list[float] = []
    options = RunOptions(8, RetryPolicy(retries=0, sleep=waits.append, jitter=lambda: 0.0))
    found = _run(cards, tmp_path / "run", _watched(before=before), options)
    assert found["searches"]["lost"] == {}
    assert any(1.5 < wait <= 2.0 for wait in waits)
    told = json.loads((tmp_path / "run" / "timing.json").read_text("utf-8"))
    assert told["retries"]["search"] == {"questions": SEARCHED, "asked_again": 5}
    assert told["groups"][0]["retries"]["enrol"]["asked_again"] == 0
    events = (tmp_path / "run" / "events.jsonl").read_text("utf-8")
    assert events.count('"asked for less"') == 5
    assert "pa0009" not in events


def test_throttled_for_too_long_is_lost(cards: Path, tmp_path: Path) -> None:
    def before(kind: str, photo: str) -> None:
        if kind == "search" and "pa0009" in photo:
            raise _throttled(50.0)

    options = RunOptions(8, RetryPolicy(longest_wait_s=100, sleep=lambda _: None))
    found = _run(cards, tmp_path / "run", _watched(before=before), options)
    assert found["searches"]["lost"] == {"search-absent": 1, "search-present": 1}


def test_no_server_sends_a_run_to_sleep(cards: Path, tmp_path: Path) -> None:
    def before(kind: str, photo: str) -> None:
        if kind == "search" and "pa0009" in photo:
            raise _throttled(1e9)

    waits: list[float] = []
    options = RunOptions(8, RetryPolicy(longest_wait_s=100, sleep=waits.append))
    found = _run(cards, tmp_path / "run", _watched(before=before), options)
    assert found["searches"]["lost"] == {"search-absent": 1, "search-present": 1}
    assert 99 < max(waits) < 200


def test_losses_are_bounded_both_ways(cards: Path, tmp_path: Path) -> None:
    def before(kind: str, photo: str) -> None:
        if kind == "search" and photo in {"probe/pa0009-0.png", "probe/pa0012-0.png"}:
            raise _lost(photo)

    found = _run(cards, tmp_path / "run", _watched(before=before))
    at = found["thresholds"][0]
    assert found["searches"]["lost"] == {"search-absent": 2, "search-present": 2}
    errors, trials = at["fpir"]["errors"], at["fpir"]["trials"]
    assert trials == 18
    bounds = {"lost": 2, "least": errors / 20, "most": (errors + 2) / 20}
    assert at["if_lost_were"]["fpir"] == pytest.approx(bounds)
    assert at["if_lost_were"]["fnir"]["lost"] == 2


def test_a_lost_enrolment_may_be_there_and_is_no_candidate(cards: Path, tmp_path: Path) -> None:
    """Enrolled, but the answer was lost on the way: it is in no rate, and no fault of the system's."""
    lost = {"gallery/oa0003-0.png", "gallery/oa0012-0.png"}

    def answered_too_late(answer: Any) -> Iterable[Any]:
        if not isinstance(answer, SearchAnswer) and answer.photo in lost and len(seen) >= 2 * CANARIES:
            raise _lost(answer.photo)
        seen.append(answer.photo)
        return (answer,)

    seen: list[str] = []
    found = _run(cards, tmp_path / "run", _watched(alter=answered_too_late))
    assert found["searches"]["lost"] == {"enrol-absent": 2}
    assert found["gallery"]["photos"] == _run(cards, tmp_path / "calm", _system())["gallery"]["photos"] - 2
    listed = {one["gallery_photo"] for one in found["false_matches"]}
    assert listed
    assert not listed & lost


def test_a_system_that_is_down_stops_the_run_and_it_goes_on(cards: Path, tmp_path: Path) -> None:
    keeps = _system()

    def before(kind: str, photo: str) -> None:
        if kind == "search" and photo >= "probe/pa0005":
            raise _lost(photo)

    with pytest.raises(SystemFailed, match="stopped answering"):
        _run(cards, tmp_path / "run", _watched(system=keeps, before=before))
    found = _run(cards, tmp_path / "run", _watched(system=keeps))
    assert _told(found) == _told(_run(cards, tmp_path / "calm", _system()))


# --- money ---------------------------------------------------------------------------------------

CALLS = (ENROLLED + 2 * CANARIES) + 2 * (SEARCHED + 2 * CANARIES)


def test_more_than_the_budget_is_refused_before_anything_is_asked(cards: Path, tmp_path: Path) -> None:
    system = _watched(changes=CENT)
    for limits, said in (
        (RunLimits(cost=CALLS / 100 - 0.005), rf"{CALLS / 100:.2f} for {CALLS} calls"),
        (RunLimits(searches=SEARCHED - 1), f"{SEARCHED} in the plan"),
    ):
        with pytest.raises(Refused, match=said):
            _run(cards, tmp_path / "run", system, replace(OPTIONS, limits=limits))
    with pytest.raises(Refused, match="names no price"):
        _run(cards, tmp_path / "none", _watched(), replace(OPTIONS, limits=RunLimits(cost=1)))
    assert system.asked == []


def test_questions_asked_again_cost_too(cards: Path, tmp_path: Path) -> None:
    """Limits that would do, but for retries: it stops when it is spent, and goes on with more."""
    keeps, seen = _system(), Counter[str]()

    def before(kind: str, photo: str) -> None:
        seen[photo] += 1
        if kind == "search" and seen[photo] % 2:
            raise _lost(photo)

    limits = RunLimits(cost=CALLS / 100, searches=SEARCHED)
    with pytest.raises(Refused, match=r"spent, and more to ask.*higher limit"):
        _run(
            cards,
            tmp_path / "run",
            _watched(system=keeps, changes=CENT, before=before),
            replace(OPTIONS, limits=limits),
        )
    again = _watched(system=keeps, changes=CENT)
    notes: list[str] = []
    options = replace(OPTIONS, limits=limits, note=notes.append)
    found = _run(cards, tmp_path / "run", again, options)
    assert _told(found) == _told(_run(cards, tmp_path / "calm", _system()))
    assert len(again.asked) < ENROLLED + SEARCHED
    assert notes[-1].endswith("USD so far")


def test_how_it_stands_is_told_on_the_way(cards: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    options = replace(OPTIONS, note=notes.append)
    found = _run(cards, tmp_path / "run", _watched(changes=CENT), options)
    flagged = found["thresholds"][0]["fpir"]["errors"]
    assert f"{flagged} of 20 matched with somebody else; 0.85 USD so far" in notes
    assert notes[-1] == f"{CALLS / 100 - 0.15:.2f} USD so far"


# --- the same system from begin to end -----------------------------------------------------------


def _from(number: int, change: Callable[[SearchAnswer], SearchAnswer]) -> Callable[[Any], Iterable[Any]]:
    seen = [0]

    def alter(answer: Any) -> Iterable[Any]:
        seen[0] += 1
        return (change(answer),) if seen[0] > number and isinstance(answer, SearchAnswer) else (answer,)

    return alter


def test_a_silent_change_of_the_system_forbids_a_verdict(cards: Path, tmp_path: Path) -> None:
    def nearer(answer: SearchAnswer) -> SearchAnswer:
        return replace(answer, candidates=tuple(c._replace(score=c.score * 0.99) for c in answer.candidates))

    steady = 4 * CANARIES + ENROLLED + SEARCHED - CANARIES  # all but the last canaries searched
    found = _run(cards, tmp_path / "run", _watched(alter=_from(steady, nearer)))
    assert found["canaries"]["largest_change"] > 0
    assert found["verdicts"][0]["outcome"] == "not_given"
    assert "the system changed while it was audited" in found["verdicts"][0]["reason"]


def test_withheld_candidates_are_no_evidence(cards: Path, tmp_path: Path) -> None:
    def held(answer: Any) -> Iterable[Any]:
        return (
            replace(answer, withheld=True, candidates=()) if isinstance(answer, SearchAnswer) else answer,
        )

    with pytest.raises(Refused, match="holds candidates back"):
        _run(cards, tmp_path / "run", _watched(alter=held))


class Keeping(Watched):
    """A system that can say which galleries it has."""

    held: set[str]
    deletes = True

    def enrol(self, gallery: str, photos: Any) -> Any:
        self.__dict__.setdefault("held", set()).add(gallery)
        return super().enrol(gallery, photos)

    def delete_gallery(self, gallery: str) -> None:
        super().delete_gallery(gallery)
        if self.deletes:
            self.__dict__.setdefault("held", set()).discard(gallery)

    def galleries(self) -> tuple[str, ...]:
        return tuple(sorted(self.held))


class Forgetful(Keeping):
    """A server whose galleries somebody deletes, after so many questions."""

    forgets_after: tuple[int, ...] = ()
    said = 0

    def enrol(self, gallery: str, photos: Any) -> Any:
        if gallery not in self.__dict__.setdefault("made", set()):
            self.__dict__["made"].add(gallery)
            self.__dict__.setdefault("held", set()).add(gallery)
        yield from self._there(gallery, super(Keeping, self).enrol(gallery, photos))

    def search(self, gallery: str, photos: Any, request: SearchRequest) -> Any:
        yield from self._there(gallery, super().search(gallery, photos, request))

    def _there(self, gallery: str, answers: Any) -> Any:
        self.said += 1
        if self.said in self.forgets_after:
            super().delete_gallery(gallery)
        if gallery not in self.held:
            raise gallery_gone("forgetful", gallery, "none")
        yield from answers

    def delete_gallery(self, gallery: str) -> None:
        self.__dict__.setdefault("made", set()).discard(gallery)
        super().delete_gallery(gallery)


@pytest.mark.parametrize("after", [(20,), (50, 120), (70,), (85,)])
def test_a_gallery_that_the_server_lost_is_enrolled_anew(
    cards: Path, tmp_path: Path, calm: Results, after: tuple[int, ...]
) -> None:
    system = Forgetful(_system(), changes={**WIRE, "at_once": 1})
    system.forgets_after = after
    found = _run(cards, tmp_path / "run", system)
    assert _told(found) == _told(calm)
    events = (tmp_path / "run" / "events.jsonl").read_text("utf-8")
    assert events.count('"gallery lost"') == events.count('"gallery enrolled anew"') == len(after)


@pytest.mark.parametrize("stopped", [30, 60])
def test_one_that_it_lost_while_the_run_was_stopped(
    cards: Path, tmp_path: Path, calm: Results, stopped: int
) -> None:
    """In the midst of enrolment a new gallery would be made, and searches miss those of the old one."""
    keeps = _system()
    first = Keeping(keeps, changes=WIRE, before=_stopping(stopped, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        _run(cards, tmp_path / "run", first)
    keeps.close()
    again = Keeping(keeps, changes=WIRE, before=_stopping(20, KeyboardInterrupt()))
    again.__dict__["held"] = set()
    with pytest.raises(KeyboardInterrupt):
        _run(cards, tmp_path / "run", again)
    last = Keeping(keeps, changes=WIRE)  # half enrolled anew, and so begun once more
    last.__dict__["held"] = set(again.held)
    found = _run(cards, tmp_path / "run", last)
    assert _told(found) == _told(calm)


def test_the_gallery_is_seen_to_be_gone(cards: Path, tmp_path: Path) -> None:
    system = Keeping(_system(), changes=WIRE)
    assert isinstance(system, KeepingSystem)
    _run(cards, tmp_path / "run", system)
    last = json.loads((tmp_path / "run" / "events.jsonl").read_text("utf-8").splitlines()[-1])
    assert (last["event"], last["seen_gone"]) == ("gallery deleted", True)
    stubborn = Keeping(_system(), changes=WIRE)
    stubborn.deletes = False
    with pytest.raises(SystemFailed, match=rf"still has the gallery.*{GALLERY_PREFIX}"):
        _run(cards, tmp_path / "other", stubborn)


# --- pace ----------------------------------------------------------------------------------------


def test_pace_halves_when_asked_and_recovers_with_answers() -> None:
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    assert [pace.turn() for _ in range(5)] == [0.0] * 5
    pace.throttled(None)
    assert pace.gap_s == pytest.approx(0.05)
    pace.throttled(None)  # another thread, told the same at the same time
    assert pace.gap_s == pytest.approx(0.05)
    now[0] += 1
    pace.throttled(3.0)
    assert pace.gap_s == pytest.approx(0.1)
    assert pace.turn() == pytest.approx(3.0)
    assert pace.turn() == pytest.approx(3.1)
    for _ in range(400):
        pace.answered()
    assert pace.gap_s == 0
