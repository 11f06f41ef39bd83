from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from fairlineup.evidence.evaluation import (
    JoinedAnswers,
    decision_log,
    draw_worklist,
    keep_pairs,
    left_out,
    listed_pairs,
    observations_of,
    read_reviews,
    take_decisions,
)
from fairlineup.evidence.evaluation.joined import join
from fairlineup.evidence.runs import FrozenRun, RunDirectory
from fairlineup.labels import DoubtfulPair, blank_sheet, in_order_of, sheet_name
from fairlineup.measures import false_positive_identification_rate, mate_standing
from fairlineup.records import BadInput
from fairlineup.results import Effect

from .kit import audit, people, plan_for, simulated, write_shots

EACH = 12
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    papers: FrozenRun
    answers: JoinedAnswers
    pairs: tuple[DoubtfulPair, ...]

    @property
    def directory(self) -> RunDirectory:
        return self.papers.directory

    @property
    def person(self) -> dict[str, str]:
        return {entry.photo: entry.person for entry in self.papers.dataset.entries}

    def mated(self, pair: DoubtfulPair) -> bool:
        return self.person[pair.one] == self.person[pair.other]


@pytest.fixture
def case(tmp_path: Path, no_copies: None) -> Case:
    folder = write_shots(tmp_path / "cards", people({"a": 40}, {"a": 60}, photos=2))
    system = simulated(false_match_rate=0.05, false_non_match_rate=0.1, failure_rate=0.03)
    papers, _ = audit(plan_for(folder), system, tmp_path / "run")
    observations = observations_of(papers)
    answers = join(observations, papers)
    pairs = keep_pairs(papers.directory, draw_worklist(papers, observations, EACH))
    return Case(papers, answers, pairs)


def sheet(rows: Sequence[tuple[str, str, str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([("pair", "decision", "reason"), *rows])
    return text.getvalue().encode()


def decide(case: Case, reviewer: str, decision: str, *pairs: DoubtfulPair) -> None:
    rows = [(pair.name, decision, "looked") for pair in pairs]
    take_decisions(case.directory, reviewer, sheet(rows), now=lambda: NOON)


# --- the list ------------------------------------------------------------------------------------


def test_the_list_holds_the_near_and_the_far_tail(case: Case) -> None:
    near = {(p.one, p.other) for p in case.pairs if not case.mated(p)}
    evidence = case.answers
    every = [
        (float(distance), evidence.absent_attempts[row].photo, evidence.candidates.photos[photo])
        for distance, row, photo in zip(
            evidence.absent.distance, evidence.absent.row, evidence.candidates.photo, strict=True
        )
    ]
    assert len(near) == EACH
    last = sorted(distance for distance, *_ in every)[EACH - 1]
    assert all((probe, gallery) in near for distance, probe, gallery in every if distance < last)
    distance, _ = mate_standing(evidence.mated)
    fair = evidence.mated.searches.processed & evidence.mated.mate_enrolled
    far = {p.one for p in case.pairs if case.mated(p)}
    reached = min(distance[k] for k, a in enumerate(evidence.mated_attempts) if a.photo in far)
    assert len(far) == EACH
    assert all(
        a.photo in far for k, a in enumerate(evidence.mated_attempts) if fair[k] and distance[k] > reached
    )


def test_the_list_tells_nothing(case: Case) -> None:
    text = (case.directory.path / "labels/worklist.csv").read_text()
    assert text.splitlines()[0] == "pair,probe_photo,gallery_photo"
    assert listed_pairs(case.directory) == case.pairs
    kinds = [case.mated(pair) for pair in case.pairs]
    assert 0 < sum(kinds[:EACH]) < EACH  # mixed, neither kind first


def test_a_longer_list_keeps_every_pair(case: Case) -> None:
    more = draw_worklist(case.papers, observations_of(case.papers), 2 * EACH)
    longer = keep_pairs(case.directory, more)
    assert set(case.pairs) < set(longer)
    assert set(keep_pairs(case.directory, case.pairs)) == set(longer)


def test_each_reviewer_has_an_order_of_their_own(case: Case) -> None:
    one, other = in_order_of(case.pairs, "Ann"), in_order_of(case.pairs, "Bo")
    assert one == in_order_of(case.pairs, " ANN ")
    assert one != other
    assert set(one) == set(other) == set(case.pairs)


def test_sheet_names_are_kept_apart() -> None:
    assert sheet_name("ann") == sheet_name(" Ann ") == "ann"
    assert len({sheet_name(name) for name in ("ann b", "ann-b", "ann/b", "../ann", "Žofie")}) == 5
    assert all("/" not in sheet_name(name) for name in ("../../etc", "a/b"))
    for name in ("", "  ", "x" * 81, "a\x00b"):
        with pytest.raises(BadInput, match="needs a name"):
            sheet_name(name)


# --- decisions -----------------------------------------------------------------------------------


def test_decisions_are_added_and_never_overwritten(case: Case) -> None:
    first, second, *_ = case.pairs
    decide(case, "Ann", "same_person", first)
    before = (case.directory.path / "labels/decisions.jsonl").read_bytes()
    changed = sheet([(first.name, "cannot_tell", "looked again"), (second.name, "same_picture", "the tie")])
    with pytest.raises(BadInput, match="already decided"):
        take_decisions(case.directory, "ann", changed)
    assert (case.directory.path / "labels/decisions.jsonl").read_bytes() == before
    taken = take_decisions(case.directory, " ANN", changed, change=True, now=lambda: NOON)
    assert (taken.added, taken.known, taken.blank) == (2, 0, 0)
    after = (case.directory.path / "labels/decisions.jsonl").read_bytes()
    assert after.startswith(before)
    last = json.loads(after.splitlines()[-1])
    assert len(last.pop("sha256")) == 64
    assert last == {
        "pair": second.name,
        "reviewer": "ANN",
        "decision": "same_picture",
        "reason": "the tie",
        "at": "2026-01-02T12:00:00+00:00",
    }
    assert read_reviews(case.directory).decided == {"ANN": 2}


def test_the_same_sheet_twice_adds_nothing(case: Case) -> None:
    rows = [(case.pairs[0].name, "cannot_tell", "blurred"), (case.pairs[1].name, "", "")]
    first = take_decisions(case.directory, "Ann", sheet(rows))
    again = take_decisions(case.directory, "Ann", sheet(rows))
    assert (first.added, first.blank, again.added, again.known) == (1, 1, 0, 1)
    assert len(decision_log(case.directory).read()) == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("nobody", "same_person", "why"), "a pair that the list asks about"),
        (("{pair}", "match", "why"), "a decision of same_person"),
        (("{pair}", "same_person", " "), "a reason"),
        (("{pair}", "", "why"), "a decision of"),
        (("{first}", "same_person", "why"), "each pair once"),
    ],
)
def test_one_bad_row_records_nothing(case: Case, row: tuple[str, str, str], said: str) -> None:
    first, second, *_ = case.pairs
    bad = row[0].format(pair=second.name, first=first.name), *row[1:]
    rows = [(first.name, "same_person", "why"), bad]
    with pytest.raises(BadInput, match="line 3") as error:
        take_decisions(case.directory, "Ann", sheet([(a, b, c) for a, b, c in rows]))
    assert said in str(error.value)
    assert not (case.directory.path / "labels/decisions.jsonl").exists()


@pytest.mark.parametrize("text", [b"", b"pair,decision\nx,y\n", b"\xff\xfe", b'pair,decision,reason\n"x'])
def test_what_is_no_sheet_is_refused(case: Case, text: bytes) -> None:
    with pytest.raises(BadInput, match="decisions cannot be read"):
        take_decisions(case.directory, "Ann", text)


def test_a_third_reviewer_is_refused(case: Case) -> None:
    decide(case, "Ann", "same_person", case.pairs[0])
    decide(case, "Bo", "same_person", case.pairs[0])
    with pytest.raises(BadInput, match="third reviewer"):
        decide(case, "Cy", "same_person", case.pairs[0])
    decide(case, "bo", "same_person", case.pairs[1])
    decide(case, " \uff22O ", "same_person", case.pairs[2])


@pytest.mark.parametrize("name", ["None", "nan", "unknown"])
def test_nobody_is_no_reviewer(case: Case, name: str) -> None:
    with pytest.raises(BadInput, match="a reviewer needs a name"):
        decide(case, name, "same_person", case.pairs[0])


def test_a_sheet_that_a_spreadsheet_saved(case: Case) -> None:
    one = case.pairs[0].name
    sheet = f"\ufeffPair;Decision;Reason\r\n{one};same_person;they are; one\r\n".replace(
        "are; one", "are one"
    )
    assert take_decisions(case.directory, "Ann", sheet.encode()).added == 1


# --- what they mean ------------------------------------------------------------------------------


def test_nothing_reviewed_takes_nothing_out(case: Case, tmp_path: Path) -> None:
    assert read_reviews(RunDirectory(tmp_path)).pairs == 0
    reviews = read_reviews(case.directory)
    assert (reviews.pairs, reviews.decided_by_both, reviews.undecided) == (2 * EACH, 0, 2 * EACH)
    for out in left_out(case.answers, reviews.exclusions):
        assert not out.any()


def test_one_reviewer_alone_takes_nothing_out(case: Case) -> None:
    decide(case, "Ann", "same_person", *case.pairs)
    decide(case, " ann ", "same_person", *case.pairs)
    assert read_reviews(case.directory).exclusions == ()


def test_both_must_say_that_the_label_is_wrong(case: Case) -> None:
    other = [pair for pair in case.pairs if not case.mated(pair)]
    own = [pair for pair in case.pairs if case.mated(pair)]
    decide(case, "Ann", "same_person", *other[:3], *own[:3])
    decide(case, "Ann", "different_people", *other[3:], *own[3:])
    decide(case, "Bo", "same_picture", *other[:2], *own[:2])
    decide(case, "Bo", "cannot_tell", other[2], own[2])
    decide(case, "Bo", "different_people", *other[3:], *own[3:6])
    reviews = read_reviews(case.directory)
    said = {(one.kind, one.probe_photo, one.gallery_photo) for one in reviews.exclusions}
    assert said == {("non_mated", p.one, p.other) for p in other[:2]} | {
        ("mated", p.one, p.other) for p in own[3:6]
    }
    assert (reviews.decided_by_both, reviews.disagreed) == (len(other) + 6, 2)
    assert reviews.undecided == 2 * EACH - reviews.decided_by_both
    assert isinstance(reviews.kappa, Effect)
    assert reviews.exclusions[0].when == ("2026-01-02T12:00:00+00:00",) * 2
    assert reviews.exclusions[0].reviewers == ("Ann", "Bo")


def test_the_last_word_of_a_reviewer_counts(case: Case) -> None:
    pair = next(pair for pair in case.pairs if not case.mated(pair))
    decide(case, "Ann", "same_person", pair)
    decide(case, "Bo", "same_person", pair)
    assert len(read_reviews(case.directory).exclusions) == 1
    again = sheet([(pair.name, "different_people", "the ears")])
    take_decisions(case.directory, "Bo", again, change=True)
    assert read_reviews(case.directory).exclusions == ()
    assert len(decision_log(case.directory).read()) == 3


def test_masks_take_out_what_was_agreed_on_and_no_more(case: Case) -> None:
    other = [pair for pair in case.pairs if not case.mated(pair)][:5]
    own = [pair for pair in case.pairs if case.mated(pair)][:2]
    for name in ("Ann", "Bo"):
        decide(case, name, "same_person", *other)
        decide(case, name, "different_people", *own)
    evidence = case.answers
    candidates, mated = left_out(evidence, read_reviews(case.directory).exclusions)
    listed = evidence.candidates
    for index in range(len(evidence.absent.row)):
        probe = evidence.absent_attempts[evidence.absent.row[index]].photo
        gallery = listed.photos[listed.photo[index]]
        assert candidates[index] == ((probe, gallery) in {(p.one, p.other) for p in other})
    photos = [attempt.photo for attempt in evidence.mated_attempts]
    assert mated.tolist() == [photo in {pair.one for pair in own} for photo in photos]


def test_a_search_whose_only_match_is_a_label_error_flags_nobody(case: Case) -> None:
    nearest = int(np.argmin(case.answers.absent.distance))
    threshold = float(case.answers.absent.distance[nearest])
    listed, row = case.answers.candidates, case.answers.absent.row[nearest]
    wanted = (case.answers.absent_attempts[row].photo, listed.photos[listed.photo[nearest]])
    pair = next(p for p in case.pairs if (p.one, p.other) == wanted)
    for name in ("Ann", "Bo"):
        decide(case, name, "same_person", pair)
    absent = case.answers.absent
    before = false_positive_identification_rate(absent, threshold)
    keep = ~left_out(case.answers, read_reviews(case.directory).exclusions)[0]
    kept = type(absent)(
        person=absent.person,
        processed=absent.processed,
        row=absent.row[keep],
        gallery_person=absent.gallery_person[keep],
        distance=absent.distance[keep],
        gallery_people=absent.gallery_people,
        gallery_photos=absent.gallery_photos,
    )
    after = false_positive_identification_rate(kept, threshold)
    assert before.errors is not None
    assert after.errors == before.errors - 1


def test_the_blank_sheet_can_be_read_back(case: Case) -> None:
    taken = take_decisions(case.directory, "Ann", blank_sheet(case.pairs))
    assert (taken.added, taken.blank) == (0, len(case.pairs))
