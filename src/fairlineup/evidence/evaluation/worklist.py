"""The pairs where labels are most likely wrong, drawn for two people, and their decisions taken in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np

from fairlineup.evidence.evaluation.joined import JoinedAnswers, join
from fairlineup.evidence.evaluation.review import (
    COLUMNS,
    DECISIONS,
    MEANS,
    WORKLIST,
    Judgement,
    Pair,
    read_judgements,
    read_pairs,
    reviewer_key,
)
from fairlineup.evidence.plan import SEARCH_STAGES
from fairlineup.evidence.runs import FrozenRun, Observations, RunDirectory
from fairlineup.files import (
    NotDelimitedError,
    decoded,
    head_of,
    is_file,
    named_columns,
    rows_of,
    write_atomic,
)
from fairlineup.measures import mate_standing
from fairlineup.records import BadInput, Scale, nobody
from fairlineup.seals import canonical_json, digest_of

SHEET_COLUMNS = ("pair", "decision", "reason")
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Taken:
    """What a sheet of decisions brought.

    Attributes:
        added: decisions that were recorded.
        known: decisions recorded before, word for word.
        blank: pairs left undecided.
    """

    added: int
    known: int
    blank: int


def draw_worklist(papers: FrozenRun, observations: Observations, each: int) -> tuple[Pair, ...]:
    """The nearest non-mated and the farthest mated pairs of a run, mixed by the run's seed.

    Args:
        papers: of a finished run.
        observations: its answers.
        each: how many of either kind, at most.
    Returns: pairs by their names, which are digests, so that neither name nor place tells the kind.
    Raises: BadInput: fewer than one asked for, or the run compared nothing.
    """
    if each < 1:
        raise BadInput("--pairs is out of range", expected="1 or more", got=str(each), remedy="ask for some")
    answers = join(observations, papers)
    found = {*_nearest(answers, each), *_farthest(papers, observations, answers, each)}
    if not found:
        raise BadInput(
            "there is nothing to look at",
            expected="a run that returned candidates",
            got="none",
            remedy="record further out (search.record_to in the plan)",
        )
    seed = papers.plan.statistics.seed
    pairs = (Pair(_name(seed, probe, gallery), probe, gallery) for probe, gallery in found)
    return tuple(sorted(pairs, key=lambda one: one.pair))


def keep_worklist(directory: RunDirectory, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Write the list; pairs that stood on it stay, so that no decision loses its pair.

    Raises: BadInput, SystemFailed: the place is unwritable, the disk is full, the old list is damaged.
    """
    every = {one.pair: one for one in (*read_pairs(directory), *pairs)}
    ordered = tuple(every[name] for name in sorted(every))
    rows = [[one.pair, one.probe_photo, one.gallery_photo] for one in ordered]
    write_atomic(directory.path / WORKLIST, _csv(COLUMNS, rows))
    return ordered


def in_order_of(pairs: Sequence[Pair], reviewer: str) -> tuple[Pair, ...]:
    """The pairs in an order of this reviewer's own."""
    key = reviewer_key(reviewer)
    return tuple(sorted(pairs, key=lambda one: digest_of([key, one.pair])))


def blank_sheet(pairs: Iterable[Pair]) -> bytes:
    """A CSV file to be filled in, for those who would rather not use the page."""
    return _csv(SHEET_COLUMNS, [[one.pair, "", ""] for one in pairs])


def sheet_name(reviewer: str) -> str:
    """What a reviewer's files are called: no two reviewers share it.

    Raises: BadInput: the name is blank, too long or not printable.
    """
    key, name = reviewer_key(reviewer), " ".join(reviewer.split())
    if nobody(name) or len(name) > LONGEST_NAME or not name.isprintable():
        got = repr(reviewer[:LONGEST_NAME])
        raise BadInput(
            "a reviewer needs a name",
            expected=f"1 to {LONGEST_NAME} printable characters",
            got=got,
            remedy="give one with --reviewer",
        )
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in key)
    return plain if plain == key else f"{plain}-{digest_of(key).removeprefix('sha256:')[:6]}"


def check_reviewer(directory: RunDirectory, reviewer: str) -> None:
    """Raise BadInput for somebody who comes after two others who have decided."""
    _check_third(read_judgements(directory), " ".join(reviewer.split()))


def take_decisions(
    directory: RunDirectory,
    reviewer: str,
    sheet: bytes,
    *,
    change: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Taken:
    """Read a filled sheet and record what it decides; either every row is recorded or none.

    Args:
        directory: the run.
        reviewer: who filled it in.
        sheet: CSV with the columns pair, decision and reason; rows with neither decision nor reason wait.
        change: whether a decision may differ from the one this reviewer gave before; it is added, and the
            earlier one stays in the file.
        now: the time.
    Raises:
        BadInput: the sheet is no such file, names a pair that is not on the list or a decision there is not,
            lacks a reason, decides a pair twice or otherwise than before, or is a third person's.
    """
    sheet_name(reviewer)
    name = " ".join(reviewer.split())
    before = read_judgements(directory)
    _check_third(before, name)
    mine = {one.pair: one for one in before if reviewer_key(one.reviewer) == reviewer_key(name)}
    listed = {one.pair for one in read_pairs(directory)}
    rows = _rows(sheet)
    filled = [(line, row) for line, row in rows if row["decision"] or row["reason"]]
    at = now().astimezone(UTC).isoformat(timespec="seconds")
    new: dict[str, Judgement] = {}
    for line, row in filled:
        decision = Judgement(row["pair"], name, row["decision"], row["reason"], at)
        _check_row(line, decision, listed, new)
        old = mine.get(decision.pair)
        if old is not None and (old.decision, old.reason) == (decision.decision, decision.reason):
            continue
        if old is not None and not change:
            raise _already(line, old, decision)
        new[decision.pair] = decision
    if new:
        _append(directory, new.values())
    return Taken(len(new), len(filled) - len(new), len(rows) - len(filled))


def _append(directory: RunDirectory, decisions: Collection[Judgement]) -> None:
    path = directory.path / DECISIONS
    old = path.read_bytes() if is_file(path) else b""
    old += b"" if old.endswith(b"\n") or not old else b"\n"
    write_atomic(path, old + b"".join(canonical_json(asdict(one)) + b"\n" for one in decisions))
    directory.events.add("label decisions read", decisions=len(decisions))


def _nearest(answers: JoinedAnswers, each: int) -> list[tuple[str, str]]:
    order = np.argsort(answers.absent.distance, kind="stable")[:each].tolist()
    listed = answers.candidates
    return [
        (answers.absent_attempts[answers.absent.row[one]].photo, listed.photos[listed.photo[one]])
        for one in order
    ]


def _farthest(
    papers: FrozenRun, observations: Observations, answers: JoinedAnswers, each: int
) -> list[tuple[str, str]]:
    """Mated searches by the distance of their nearest mate, those that did not return it first."""
    mated = answers.mated
    distance, _ = mate_standing(mated)
    usable = mated.searches.processed & mated.mate_enrolled
    if mated.same_picture is not None:
        usable &= ~mated.same_picture
    order = [one for one in np.argsort(-distance, kind="stable").tolist() if usable[one]][:each]
    returned = _mates_returned(observations, papers.information.scale)
    enrolled = {a.photo for a in answers.enrolments if a.outcome == "ok"}
    first = {e.person: e.photo for e in reversed(papers.protocol.mates) if e.photo in enrolled}
    attempts = [answers.mated_attempts[one] for one in order]
    return [(a.photo, returned.get(a.photo, first[a.person])) for a in attempts]


def _mates_returned(observations: Observations, scale: Scale) -> dict[str, str]:
    """Nearest photograph of the probe's own person that each target-present search returned."""
    best: dict[str, tuple[float, str]] = {}
    people = np.array(observations.people, dtype=object)[observations.person]
    probes = np.array([a.person for a in observations.searches], dtype=object)[observations.search]
    for index in np.flatnonzero(people == probes).tolist():
        attempt = observations.searches[observations.search[index]]
        if attempt.stage != SEARCH_STAGES[1]:
            continue
        found = (
            scale.to_distance(float(observations.score[index])),
            observations.photos[observations.photo[index]],
        )
        best[attempt.photo] = min(found, best.get(attempt.photo, found))
    return {probe: photo for probe, (_, photo) in best.items()}


def _name(seed: int, probe: str, gallery: str) -> str:
    return digest_of([seed, probe, gallery]).removeprefix("sha256:")[:10]


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue().encode()


def _rows(sheet: bytes) -> list[tuple[int, Mapping[str, str]]]:
    """The rows of a sheet with the line each ends on."""
    try:
        file = io.StringIO(decoded(sheet), newline="")
        head = head_of(file)
        lines = list(rows_of(file, head))
    except NotDelimitedError as error:
        raise _no_sheet(str(error)) from error
    columns = [name.casefold() for name in head.columns]
    if sorted(columns) != sorted(SHEET_COLUMNS):
        raise _no_sheet(f"the columns {named_columns(head.columns)}")
    for line, cells in lines:
        if len(cells) != len(columns):
            raise _bad(line, f"{len(columns)} cells", f"{len(cells)}")
    return [(line, dict(zip(columns, cells, strict=True))) for line, cells in lines]


def _check_row(line: int, decision: Judgement, listed: set[str], new: Mapping[str, Judgement]) -> None:
    if decision.pair not in listed:
        raise _bad(line, "a pair of this run's list", repr(decision.pair))
    if decision.decision not in MEANS:
        raise _bad(line, f"a decision of {', '.join(MEANS)}", repr(decision.decision))
    if not decision.reason:
        raise _bad(line, "a reason", f"none for {decision.pair}")
    if decision.pair in new:
        raise _bad(line, "each pair once", f"{decision.pair} a second time")


def _check_third(before: Iterable[Judgement], name: str) -> None:
    others = {reviewer_key(one.reviewer): one.reviewer for one in before}
    others.pop(reviewer_key(name), None)
    if len(others) >= 2:
        raise BadInput(
            f"{name} would be a third reviewer",
            expected=f"one of {' and '.join(sorted(others.values()))}, who have decided already",
            got=repr(name),
            remedy="two people decide; give the name as they gave it before",
        )


def _already(line: int, old: Judgement, new: Judgement) -> BadInput:
    return BadInput(
        f"the decisions, line {line}: {new.reviewer} has already decided {new.pair}",
        expected=f"{old.decision} ({old.reason}), as on {old.at}",
        got=f"{new.decision} ({new.reason})",
        remedy="nothing was recorded; take the row out, or give --change to add the new decision",
    )


def _bad(line: int, expected: str, got: str) -> BadInput:
    return BadInput(
        f"the decisions, line {line}",
        expected=expected,
        got=got,
        remedy="correct that row and give the command again: nothing was recorded",
    )


def _no_sheet(got: str) -> BadInput:
    return BadInput(
        "the decisions cannot be read",
        expected=f"a CSV file in UTF-8 with the columns {', '.join(SHEET_COLUMNS)}",
        got=got,
        remedy="save it from the page, or fill in the sheet beside it: nothing was recorded",
    )
