"""Two people's decisions on doubtful pairs: kept beside the run, and what they take out of the answers.

RUN/labels/worklist.csv      the pairs, under names that tell nothing
RUN/labels/decisions.jsonl   who decided what on which pair, when and why; only ever added to
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.evaluation.joined import JoinedAnswers
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import rows_by_name
from fairlineup.labels import (
    PHOTOGRAPHS,
    Decision,
    DecisionLog,
    DoubtfulPair,
    Side,
    agreement_of,
    pairs_csv,
    read_pairs,
)
from fairlineup.results import Effect, LabelReview, WrongLabel

FOLDER = "labels"
WORKLIST, DECISIONS = f"{FOLDER}/worklist.csv", f"{FOLDER}/decisions.jsonl"
WRONG_IF: Mapping[str, Side] = {"non_mated": "same", "mated": "different", "gallery": "same"}
"""By what the data set says of a pair, the side of those who say that its label is wrong."""


def decision_log(directory: RunDirectory) -> DecisionLog:
    """Where a run's decisions are kept."""
    return DecisionLog(directory.path / DECISIONS, PHOTOGRAPHS)


def listed_pairs(directory: RunDirectory) -> tuple[DoubtfulPair, ...]:
    """The pairs on a run's list, none where it was not drawn. Raises: BadInput."""
    if not directory.has_document(WORKLIST):
        return ()
    return read_pairs(directory.read_document(WORKLIST), directory.path / WORKLIST)


def keep_pairs(directory: RunDirectory, pairs: Iterable[DoubtfulPair]) -> tuple[DoubtfulPair, ...]:
    """Put pairs on a run's list; those that stand on it stay, so that no decision loses its pair.

    Raises: BadInput, SystemFailed: the place is unwritable, the disk is full, the old list is damaged.
    """
    every = {one.name: one for one in (*listed_pairs(directory), *pairs)}
    ordered = tuple(every[name] for name in sorted(every))
    directory.put({WORKLIST: pairs_csv(ordered)})
    return ordered


def read_reviews(directory: RunDirectory) -> LabelReview:
    """What two people decided on a run's labels so far; nothing where no list was drawn.

    Raises: BadInput: the list, the decisions or the run's manifest cannot be read.
    """
    pairs = listed_pairs(directory)
    found = agreement_of(decision_log(directory).read(), [pair.name for pair in pairs], PHOTOGRAPHS)
    shown = _shown(directory) if found.both else {}
    wrong = (_wrong(pair, found.both[pair.name], shown) for pair in pairs if pair.name in found.both)
    return LabelReview(
        pairs=len(pairs),
        decided=found.decided,
        decided_by_both=len(found.both),
        agreed=found.agreed,
        disagreed=len(found.both) - found.agreed,
        undecided=len(pairs) - len(found.both),
        kappa=Effect.of(found.kappa),
        exclusions=tuple(one for one in wrong if one is not None),
    )


def left_out(
    answers: JoinedAnswers, exclusions: Iterable[WrongLabel]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which target-absent candidates and which mated searches wrong labels take out, as masks over both.

    A non-mated pair takes out the candidates that are it, a mated pair the searches of its probe, a pair of
    references nothing: no search compared them.
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
    return out, mated


def _wrong(
    pair: DoubtfulPair, decided: Sequence[Decision], shown: Mapping[str, tuple[str, str]]
) -> WrongLabel | None:
    """The label of a pair, if all who decided say that it is wrong."""
    (person, role), (other, _) = shown.get(pair.one, ("", "probe")), shown.get(pair.other, ("", ""))
    kind: Literal["mated", "non_mated", "gallery"] = (
        "mated" if person and person == other else "gallery" if role == "gallery" else "non_mated"
    )
    if any(PHOTOGRAPHS[one.decision] != WRONG_IF[kind] for one in decided):
        return None
    return WrongLabel(
        kind=kind,
        pair=pair.name,
        probe_photo=pair.one,
        gallery_photo=pair.other,
        decisions=tuple(one.decision for one in decided),
        reasons=tuple(one.reason for one in decided),
        reviewers=tuple(one.reviewer for one in decided),
        when=tuple(one.at for one in decided),
    )


def _shown(directory: RunDirectory) -> dict[str, tuple[str, str]]:
    """The person and the role of each photograph."""
    _, rows = rows_by_name(directory.read_document("manifest.csv").decode())
    return {row["photo"]: (row["person"], row["role"]) for row in rows}
