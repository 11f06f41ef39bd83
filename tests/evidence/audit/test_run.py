from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from fairlineup.evidence.asking import RetryPolicy, RunOptions, ask_system
from fairlineup.evidence.plan import SearchChoice
from fairlineup.evidence.runs import freeze_run
from fairlineup.records import Candidate, Enrolment, Outcome, SearchAnswer, SystemFailed, TransportError

from .kit import SMALL_PARTS, Watched, audit, kept_answers, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shots(tmp_path_factory.mktemp("cards"), people({"a": 20}, {"a": 30}))


def _system(**options: Any) -> Any:
    return simulated(false_match_rate=0.05, false_non_match_rate=0.1, **options)


def _lost(*photos: str) -> TransportError:
    return TransportError("no answer", expected="one", got="none", remedy=f"wait ({', '.join(photos)})")


# --- questions that get no answer ----------------------------------------------------------------


class Fails:
    """Lets the first so many askings of some photographs fail."""

    def __init__(self, times: int, wanted: Callable[[str, str], bool]) -> None:
        self.times, self.wanted = times, wanted
        self.seen: dict[str, int] = {}

    def __call__(self, kind: str, photo: str) -> None:
        key = f"{kind} {photo}"
        if self.wanted(kind, photo) and self.seen.get(key, 0) < self.times:
            self.seen[key] = self.seen.get(key, 0) + 1
            raise _lost(photo)


def test_asked_again_with_longer_and_longer_waits(cards: Path, tmp_path: Path) -> None:
    _, calm = audit(plan_for(cards), _system(), tmp_path / "calm")
    waits: list[float] = []
    retry = RetryPolicy(retries=4, first_wait_s=0.5, sleep=waits.append, jitter=lambda: 0.0)
    fails = Fails(3, lambda kind, photo: photo in ("gallery/oa0003-0.png", "probe/pa0007-0.png"))
    system = Watched(_system(), fails)
    _, results = audit(plan_for(cards), system, tmp_path / "run", RunOptions(16, retry))
    assert waits == [0.5, 1.0, 2.0] * 2
    assert results == calm
    assert sorted(fails.seen) == ["enrol gallery/oa0003-0.png", "search probe/pa0007-0.png"]
    assert len(system.asked) == len(set(system.asked)) + 16  # probes with a mate are searched twice


def test_lost_ones_are_excluded_and_counted(cards: Path, tmp_path: Path) -> None:
    lost = {"gallery/oa0003-0.png", "gallery/oa0009-0.png", "probe/pa0007-0.png", "gallery/pa0002-1.png"}
    fails = Fails(10**9, lambda kind, photo: photo in lost)
    _, results = audit(plan_for(cards), Watched(_system(), fails), tmp_path / "run")
    assert results["searches"]["lost"] == {
        "enrol-absent": 2,
        "enrol-mates": 1,
        "search-absent": 1,
        "search-present": 1,
    }
    assert results["searches"]["target_absent"] == 19
    assert results["searches"]["target_present"] == 16 - 2  # one lost, one whose only mate was lost
    assert (results["gallery"]["offered"], results["gallery"]["enrolled"]) == (28, 28)
    assert results["processing"]["fte"]["errors"] == results["processing"]["fta"]["errors"] == 0
    assert results["processing"]["fte"]["trials"] == 28 + 15
    assert results["thresholds"][0]["fpir"]["trials"] == 19
    assert not results["not_processed"]


def test_ten_lost_in_a_row_stop_the_run_and_it_goes_on(cards: Path, tmp_path: Path) -> None:
    _, calm = audit(plan_for(cards), _system(), tmp_path / "calm")
    down = Fails(10**9, lambda kind, photo: kind == "search" and photo >= "probe/pa0005")
    waits: list[float] = []
    options = RunOptions(1, RetryPolicy(1, sleep=waits.append))
    with pytest.raises(SystemFailed, match=r"stopped answering \(search-absent\).*when it is up again"):
        audit(plan_for(cards), Watched(_system(), down), tmp_path / "run", options)
    assert len(waits) == 10
    system = Watched(_system())
    _, results = audit(plan_for(cards), system, tmp_path / "run", options)
    assert results == calm
    assert len(system.of("search")) == 15 + 16


def test_nine_lost_in_a_row_do_not(cards: Path, tmp_path: Path) -> None:
    nine = {f"probe/pa00{n:02d}-0.png" for n in range(11, 20)}
    some = Fails(10**9, lambda kind, photo: photo in nine)
    _, results = audit(
        plan_for(cards), Watched(_system(), some), tmp_path / "run", RunOptions(4, SMALL_PARTS.retry)
    )
    assert results["searches"]["lost"] == {"search-absent": 9, "search-present": 5}


# --- systems that answer wrongly -----------------------------------------------------------------


def _search_only(change: Callable[[SearchAnswer], Iterable[Any]]) -> Callable[[Any], Iterable[Any]]:
    return lambda answer: change(answer) if isinstance(answer, SearchAnswer) else (answer,)


def _with(*candidates: Candidate) -> Callable[[Any], Iterable[Any]]:
    return _search_only(lambda answer: [replace(answer, candidates=candidates)])


def _twice(answer: Any) -> Iterable[Any]:
    return (answer, answer)


def _none_for_the_last(answer: Any) -> Iterable[Any]:
    return () if answer.photo == "gallery/oa0029-0.png" else (answer,)


def _swapped(answer: Any) -> Iterable[Any]:
    return (replace(answer, photo="gallery/oa0001-0.png"),)


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (_twice, "expected the answer for gallery/oa0001-0.png, got one for gallery/oa0000-0.png"),
        (_swapped, "expected the answer for gallery/oa0000-0.png, got one for gallery/oa0001-0.png"),
        (_none_for_the_last, "fewer answers than photographs"),
        (lambda a: (a, a) if a.photo == "gallery/oa0029-0.png" else (a,), "more answers than photographs"),
        (lambda a: (), "fewer answers than photographs"),
        (_with(Candidate("gallery/pa0000-1.png", 0.3)), "expected candidates that were enrolled"),
        (_with(Candidate("probe/pa0000-0.png", 0.3)), "got 'probe/pa0000-0.png'"),
        (_with(Candidate("gallery/oa0000-0.png", 2.5)), "expected scores from 0 to 2, got 2.5"),
        (_with(Candidate("gallery/oa0000-0.png", -0.1)), "expected scores from 0 to 2, got -0.1"),
        (_with(Candidate("gallery/oa0000-0.png", float("nan"))), "expected scores from 0 to 2, got nan"),
        (_with(Candidate("gallery/oa0000-0.png", float("inf"))), "got inf"),
        (_with(*[Candidate("gallery/oa0000-0.png", 0.3)] * 2), "expected each reference once"),
        (
            _search_only(
                lambda a: [
                    replace(a, outcome=Outcome.NO_FACE, candidates=(Candidate("gallery/oa0000-0.png", 0.3),))
                ]
            ),
            "expected no candidates for a probe that was not processed, got no_face",
        ),
    ],
)
def test_wrong_answers_are_refused_by_name(
    cards: Path, tmp_path: Path, alter: Callable[[Any], Iterable[Any]], said: str
) -> None:
    with pytest.raises(SystemFailed) as caught:
        audit(plan_for(cards), Watched(_system(), alter=alter), tmp_path / "run")
    assert "the system answered wrongly" in str(caught.value)
    assert said in str(caught.value)
    assert not (tmp_path / "run" / "results.json").exists()


@pytest.mark.parametrize("wire", [False, True])
@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        (Candidate("gallery/oa0000-0.png", float("nan")), "scores from 0 to 2, got nan"),
        (Candidate("gallery/oa0000-0.png", True), "scores from 0 to 2, got True"),
        (Candidate("gallery/oa0000-0.png", cast("Any", "0.3")), "scores from 0 to 2, got '0.3'"),
        (Candidate("gallery/oa0000-0.png", 99.0), "scores from 0 to 2, got 99"),
        (Candidate("nobody.png", 1.9), "candidates that were enrolled, got 'nobody.png'"),
    ],
)
def test_one_wrong_answer_is_an_error_of_its_photograph(
    cards: Path, tmp_path: Path, wire: bool, candidate: Any, said: str
) -> None:
    alter = _search_only(
        lambda a: [replace(a, candidates=(candidate,)) if a.photo == "probe/pa0003-0.png" else a]
    )
    _, calm = audit(plan_for(cards), _system(), tmp_path / "calm")
    system = Watched(_system(), alter=alter, changes={"wire": wire})
    papers, results = audit(plan_for(cards), system, tmp_path / "run")
    kept = next(one for one in kept_answers(papers, "search-absent") if one.photo == "probe/pa0003-0.png")
    assert [one["photo"] for one in results["not_processed"]].count(kept.photo) == 1
    assert (kept.outcome, kept.candidates) == ("error", ())
    assert kept.detail == f"an answer that cannot be used: expected {said}"
    assert results["processing"]["fta"]["errors"] == calm["processing"]["fta"]["errors"] + 1


def test_wrong_answers_beside_empty_lists_are_no_proof_of_a_system_that_works(
    cards: Path, tmp_path: Path
) -> None:
    def off_scale(answer: SearchAnswer) -> Iterable[SearchAnswer]:
        found = tuple(one._replace(score=one.score * 100) for one in answer.candidates if one.score < 0.6)
        return [replace(answer, candidates=found)]

    with pytest.raises(SystemFailed, match=r"10 that cannot: expected scores from 0 to 2"):
        audit(plan_for(cards), Watched(_system(), alter=_search_only(off_scale)), tmp_path / "run")
    papers, _ = audit(plan_for(cards), _system(), tmp_path / "run")  # mended, and gone on with
    assert {one.outcome for one in kept_answers(papers, "search-absent")} == {"ok"}


@pytest.mark.parametrize("change", [{"outcome": "fine"}, {"seconds": float("nan")}, {"seconds": "1"}])
def test_whom_a_wrong_enrolment_is_about_is_no_candidate(
    cards: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    def alter(answer: Any) -> Iterable[Any]:
        wrong = isinstance(answer, Enrolment) and answer.photo == "gallery/oa0004-0.png"
        return (replace(answer, **change) if wrong else answer,)

    papers, results = audit(plan_for(cards), Watched(_system(), alter=alter), tmp_path / "run")
    assert kept_answers(papers, "enrol-absent")[4].outcome == "error"
    listed = {photo for one in kept_answers(papers, "search-absent") for photo, _ in one.candidates}
    assert listed
    assert "gallery/oa0004-0.png" not in listed
    assert results["processing"]["fte"]["errors"] == 1


def test_candidates_not_enrolled_for_want_of_a_face_are_refused(cards: Path, tmp_path: Path) -> None:
    def unenrolled(answer: Any) -> Iterable[Any]:
        if isinstance(answer, Enrolment) and answer.photo == "gallery/oa0004-0.png":
            return (Enrolment(answer.photo, Outcome.NO_FACE),)
        return _with(Candidate("gallery/oa0004-0.png", 0.3))(answer)

    with pytest.raises(SystemFailed, match="candidates that were enrolled"):
        audit(plan_for(cards), Watched(_system(), alter=unenrolled), tmp_path / "run")


def test_a_score_a_hair_off_the_scale_is_rounding(cards: Path, tmp_path: Path) -> None:
    alter = _with(Candidate("gallery/oa0000-0.png", -0.000001))
    papers, _ = audit(plan_for(cards), Watched(_system(), alter=alter), tmp_path / "run")
    rows = kept_answers(papers, "search-absent")
    assert rows[0].candidates == (("gallery/oa0000-0.png", 0.0),)


def test_candidates_beyond_what_is_recorded_are_not_kept(cards: Path, tmp_path: Path) -> None:
    plan = plan_for(cards, search=SearchChoice(record_to=0.61))
    papers, results = audit(plan, Watched(_system(), threshold=2.0), tmp_path / "all")
    _, asked = audit(plan, _system(), tmp_path / "asked")
    assert results == asked
    rows = kept_answers(papers, "search-absent")
    assert all(score <= 0.61 for row in rows for _, score in row.candidates)


def test_a_gallery_left_behind_is_cleared_first_and_last(cards: Path, tmp_path: Path) -> None:
    system = Watched(_system())
    audit(plan_for(cards), system, tmp_path / "run")
    assert system.deleted == 2


def test_progress_tells_every_stage_to_its_end(cards: Path, tmp_path: Path) -> None:
    told: dict[str, list[tuple[int, int]]] = {}
    plan, system = plan_for(cards), _system()
    papers = freeze_run(plan, system.information(), tmp_path / "run", lambda s, d, t: None)

    def progress(stage: str, done: int, total: int) -> None:
        told.setdefault(stage, []).append((done, total))

    ask_system(papers, system, RunOptions(7, progress=progress))
    assert {stage: seen[-1] for stage, seen in told.items()} == {
        "enrol-absent": (30, 30),
        "search-absent": (20, 20),
        "enrol-mates": (16, 16),
        "search-present": (16, 16),
    }
    assert all(seen == sorted(seen) for seen in told.values())


def test_a_probe_that_failed_in_one_of_two_searches_failed(cards: Path, tmp_path: Path) -> None:
    seen: list[str] = []

    def once(answer: SearchAnswer) -> Iterable[SearchAnswer]:
        seen.append(answer.photo)
        first = answer.photo == "probe/pa0003-0.png" and seen.count(answer.photo) == 1
        return [replace(answer, candidates=(Candidate("nobody.png", 1.0),)) if first else answer]

    _, results = audit(plan_for(cards), Watched(_system(), alter=_search_only(once)), tmp_path / "run")
    assert seen.count("probe/pa0003-0.png") == 2
    assert results["processing"]["fta"]["errors"] == 1
    assert results["thresholds"][0]["fpir_processed"]["trials"] == 19
