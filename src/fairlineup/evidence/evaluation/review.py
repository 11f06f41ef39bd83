"""Two people's decisions on doubtful pairs: kept beside the run, and what they take out of the answers.

RUN/labels/worklist.csv      the pairs, under names that tell nothing
RUN/labels/decisions.jsonl   who decided what on which pair, when and why; only ever added to
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation.joined import JoinedAnswers
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import is_file, parse_json
from fairlineup.records import BadInput, form_of_name
from fairlineup.results import Effect, LabelReview, WrongLabel

FOLDER = "labels"
WORKLIST, DECISIONS = f"{FOLDER}/worklist.csv", f"{FOLDER}/decisions.jsonl"
COLUMNS = ("pair", "probe_photo", "gallery_photo")
MEANS: Mapping[str, str] = {
    "same_person": "same",
    "same_picture": "same",
    "different_people": "different",
    "cannot_tell": "unknown",
}
"""Each decision and the side it takes."""
AGAINST = {"non_mated": "same", "mated": "different"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photographs to be looked at.

    Attributes:
        pair: its name on the list, which tells nothing of what the data set says.
        probe_photo: photograph searched with.
        gallery_photo: photograph of the gallery.
    """

    pair: str
    probe_photo: str
    gallery_photo: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one person decided on one pair.

    Attributes:
        pair: its name on the list.
        reviewer: who.
        decision: one of `MEANS`.
        reason: why, in their words.
        at: when, ISO 8601 in UTC.
    """

    pair: str
    reviewer: str
    decision: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """What exclusions take out of the answers.

    Attributes:
        candidates: target-absent candidates, shape (len(answers.absent.row),): each is one comparison.
        mated: mated searches, shape (len(answers.mated),).
    """

    candidates: NDArray[np.bool_]
    mated: NDArray[np.bool_]


def read_reviews(directory: RunDirectory) -> LabelReview:
    """What two people decided on a run's labels so far; nothing where no list was drawn.

    Raises: BadInput: the list, the decisions or the run's manifest cannot be read.
    """
    pairs = read_pairs(directory)
    latest = _latest(read_judgements(directory), pairs)
    names = _names(latest)
    both = [
        (pair, [latest[name][pair.pair] for name in names])
        for pair in pairs
        if len(names) == 2 and all(pair.pair in latest[name] for name in names)
    ]
    sides = [[MEANS[one.decision] for one in decided] for _, decided in both]
    person = _person_of(directory) if both else {}
    excluded = (_exclusion(pair, decided, person) for pair, decided in both)
    agreed = sum(one == other for one, other in sides)
    return LabelReview(
        pairs=len(pairs),
        decided={next(iter(latest[name].values())).reviewer: len(latest[name]) for name in names},
        decided_by_both=len(both),
        agreed=agreed,
        disagreed=len(both) - agreed,
        undecided=len(pairs) - len(both),
        kappa=Effect.of(measures.cohen_kappa([one for one, _ in sides], [other for _, other in sides])),
        exclusions=tuple(one for one in excluded if one is not None),
    )


def left_out(answers: JoinedAnswers, exclusions: Iterable[WrongLabel]) -> LeftOut:
    """Which comparisons and searches exclusions take out.

    Args:
        answers: of the run that was reviewed.
        exclusions: as `read_reviews` gives them.
    Returns: a non-mated pair takes out the candidates that are it, a mated pair the searches of its probe.
    """
    said = list(exclusions)
    pairs = {(one.probe_photo, one.gallery_photo) for one in said if one.kind == "non_mated"}
    probes = {one.probe_photo for one in said if one.kind == "mated"}
    out = np.zeros(len(answers.absent.row), np.bool_)
    code = {photo: index for index, photo in enumerate(answers.candidates.photos)}
    for row, attempt in enumerate(answers.absent_attempts):
        theirs = [code[g] for probe, g in pairs if probe == attempt.photo and g in code]
        if theirs:
            out |= (answers.absent.row == row) & np.isin(answers.candidates.photo, theirs)
    mated = np.array([attempt.photo in probes for attempt in answers.mated_attempts], dtype=np.bool_)
    return LeftOut(out, mated)


def read_pairs(directory: RunDirectory) -> tuple[Pair, ...]:
    """The pairs on the list, in its order; none where no list was drawn. Raises: BadInput."""
    if not is_file(directory.path / WORKLIST):
        return ()
    try:
        text = directory.read_document(WORKLIST).decode()
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _damaged(directory, WORKLIST, str(error)) from error
    if not rows or tuple(rows[0]) != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        raise _damaged(directory, WORKLIST, "other columns")
    pairs = tuple(Pair(*row) for row in rows[1:])
    if len({one.pair for one in pairs}) < len(pairs):
        raise _damaged(directory, WORKLIST, "a pair twice")
    return pairs


def read_judgements(directory: RunDirectory) -> tuple[Judgement, ...]:
    """Every decision ever read in, oldest first. Raises: BadInput (damaged)."""
    if not is_file(directory.path / DECISIONS):
        return ()
    content = directory.read_document(DECISIONS)
    decisions = []
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            row = cast("dict[str, str]", parse_json(line))
            decisions.append(Judgement(**row))
        except (ValueError, TypeError) as error:
            raise _damaged(directory, DECISIONS, f"line {number}: {error}") from error
        if row["decision"] not in MEANS or not all(isinstance(value, str) for value in row.values()):
            raise _damaged(directory, DECISIONS, f"line {number}: {row['decision']!r}")
    return tuple(decisions)


def reviewer_key(name: str) -> str:
    """What makes two names one reviewer: neither case nor spaces, Unicode form or what cannot be seen."""
    return form_of_name(name)


def _latest(decisions: Sequence[Judgement], pairs: Sequence[Pair]) -> dict[str, dict[str, Judgement]]:
    """The last decision of each reviewer on each pair of the list, by reviewer and pair."""
    listed = {one.pair for one in pairs}
    latest: dict[str, dict[str, Judgement]] = {}
    for one in decisions:
        if one.pair in listed:
            latest.setdefault(reviewer_key(one.reviewer), {})[one.pair] = one
    return latest


def _names(latest: Mapping[str, Mapping[str, Judgement]]) -> tuple[str, ...]:
    if len(latest) > 2:
        raise BadInput(
            "more than two people decided",
            expected="two reviewers",
            got=", ".join(sorted(latest)),
            remedy="take the lines of the others out of decisions.jsonl",
        )
    return tuple(latest)


def _exclusion(pair: Pair, decided: Sequence[Judgement], person: Mapping[str, str]) -> WrongLabel | None:
    kind: Literal["mated", "non_mated"] = (
        "mated" if person.get(pair.probe_photo) == person.get(pair.gallery_photo, "") else "non_mated"
    )
    if any(MEANS[one.decision] != AGAINST[kind] for one in decided):
        return None
    return WrongLabel(
        kind=kind,
        pair=pair.pair,
        probe_photo=pair.probe_photo,
        gallery_photo=pair.gallery_photo,
        decisions=tuple(one.decision for one in decided),
        reasons=tuple(one.reason for one in decided),
        reviewers=tuple(one.reviewer for one in decided),
        when=tuple(one.at for one in decided),
    )


def _person_of(directory: RunDirectory) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(directory.read_document("manifest.csv").decode(), newline=""))
    return {row["photo"]: row["person"] for row in rows}


def _damaged(directory: RunDirectory, name: str, got: str) -> BadInput:
    return BadInput(
        f"{directory.path / name} cannot be read",
        expected="the file that `fairlineup audit labels` wrote",
        got=got,
        remedy="restore it",
    )
