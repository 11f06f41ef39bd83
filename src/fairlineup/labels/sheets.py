"""Lists of pairs as CSV files: to be looked at, to be filled in, and filled in."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairlineup.files import (
    NotDelimitedError,
    all_rows,
    csv_of,
    decoded,
    head_of,
    named_columns,
    rows_by_name,
)
from fairlineup.labels.decision import WITHOUT_REASON, Answers, Decision, DoubtfulPair
from fairlineup.labels.reviewers import reviewer_key
from fairlineup.records import BadInput
from fairlineup.seals import digest_of

PAIR_COLUMNS = ("pair", "probe_photo", "gallery_photo")
SHEET_COLUMNS = ("pair", "decision", "reason")


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """What somebody filled in."""

    #: with the line each stands in, which no pair shares with another.
    decisions: tuple[tuple[int, Decision], ...]
    blank: int  #: pairs left undecided.


def read_pairs(content: bytes, path: Path) -> tuple[DoubtfulPair, ...]:
    """The pairs on a list, in its order. Raises: BadInput: damaged; it names the path."""
    try:
        columns, rows = rows_by_name(content.decode())
    except ValueError as error:
        raise _damaged(path, str(error)) from error
    if tuple(columns) != PAIR_COLUMNS:
        raise _damaged(path, "other columns")
    pairs = tuple(DoubtfulPair(*row.values()) for row in rows)
    if len({one.name for one in pairs}) < len(pairs):
        raise _damaged(path, "a pair twice")
    return pairs


def pairs_csv(pairs: Iterable[DoubtfulPair]) -> bytes:
    """A list of photographs, as `read_pairs` reads it."""
    return csv_of([PAIR_COLUMNS, *([one.name, one.one, one.other] for one in pairs)]).encode()


def in_order_of(pairs: Sequence[DoubtfulPair], reviewer: str) -> tuple[DoubtfulPair, ...]:
    """The pairs in an order of this reviewer's own."""
    key = reviewer_key(reviewer)
    return tuple(sorted(pairs, key=lambda one: digest_of([key, one.name])))


def blank_sheet(pairs: Iterable[DoubtfulPair]) -> bytes:
    """A CSV file to be filled in by hand."""
    return csv_of([SHEET_COLUMNS, *([one.name, "", ""] for one in pairs)]).encode()


def read_sheet(
    content: bytes, name: str, answers: Answers, pairs: Collection[str] | None, reviewer: str = ""
) -> FilledSheet:
    """The decisions of a filled list; rows with neither decision nor reason wait.

    Args:
        content: CSV with the columns pair, decision, reason and perhaps who; others are passed over.
        name: what messages call it.
        answers: what may be decided.
        pairs: names of those that were asked about; None to take any.
        reviewer: who filled it in; "" if it says so itself.

    Raises: BadInput: not such a list, a pair that is not asked about or decided twice, an answer there is
        not, or a reason that is missing.
    """
    rows = _rows(content, name)
    filled = [(line, row) for line, row in rows if row["decision"] or row["reason"]]
    found: dict[str, tuple[int, Decision]] = {}
    for line, row in filled:
        one = Decision(row["pair"], reviewer or row.get("who", ""), row["decision"], row["reason"])
        if pairs is not None and one.pair not in pairs:
            raise _bad_row(name, line, "a pair that the list asks about", repr(one.pair))
        if one.decision not in answers:
            raise _bad_row(name, line, f"a decision of {', '.join(answers)}", repr(one.decision))
        if not one.reason and one.decision not in WITHOUT_REASON:
            raise _bad_row(name, line, f"a reason for {one.decision}", "none")
        if one.pair in found:
            raise _bad_row(name, line, "each pair once", f"{one.pair} a second time")
        found[one.pair] = line, one
    return FilledSheet(tuple(found.values()), len(rows) - len(filled))


def _rows(content: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    """The rows of a filled list with the line each ends on; cells that are missing at an end are blank."""
    try:
        file = io.StringIO(decoded(content), newline="")
        head = head_of(file)
        rows = all_rows(file, head)
    except NotDelimitedError as error:
        raise _no_sheet(name, str(error)) from error
    columns = [column.casefold() for column in head.columns]
    if not set(SHEET_COLUMNS) <= set(columns):
        raise _no_sheet(name, f"the columns {named_columns(head.columns)}")
    for line, cells in rows:
        if len(cells) > len(columns):
            raise _bad_row(name, line, f"{len(columns)} cells", str(len(cells)))
    blank = [""] * len(columns)
    return [(line, dict(zip(columns, cells + blank[len(cells) :], strict=True))) for line, cells in rows]


def _damaged(path: Path, got: str) -> BadInput:
    return BadInput(
        f"{path} is damaged",
        expected=f"the columns {', '.join(PAIR_COLUMNS)}, each pair once",
        got=got,
        remedy="restore it",
        code="file-malformed",
        facts={"file": str(path)},
    )


def _bad_row(name: str, line: int, expected: str, got: str) -> BadInput:
    return BadInput(
        f"{name}, line {line}",
        expected=expected,
        got=got,
        remedy="correct that row and hand it in again: nothing was recorded",
        code="file-malformed",
        facts={"file": name, "line": str(line)},
    )


def _no_sheet(name: str, got: str) -> BadInput:
    return BadInput(
        f"{name} cannot be read",
        expected=f"a CSV file in UTF-8 with the columns {', '.join(SHEET_COLUMNS)}",
        got=got,
        remedy="save it again from where it was filled in: nothing was recorded",
        code="file-malformed",
        facts={"file": name},
    )
