"""The tables of docs/validity.md."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from .bounds import BoundCoverage
from .tally import OURS, WIDEST, Design, Family, Kind, Result

PAGE = Path(__file__).parents[2] / "docs" / "validity.md"
BEGIN, END = "<!-- tables: tools/validity -->", "<!-- end of tables -->"
BOUND = 0.95

Studied = Sequence[tuple[Design, dict[Kind, Result]]]
Row = tuple[tuple[str, ...], Sequence[dict[str, Result]]]  # labels, and each design's results by method


def tables(family: Family, studied: Studied) -> Iterator[str]:
    """A section."""
    drawn = max(one.drawn for _, results in studied for one in results.values())
    yield f"### {family.title}"
    yield ""
    yield f"{drawn:,} data sets of each of {len(studied)} designs."
    yield ""
    whats = list(dict.fromkeys(what for _, results in studied for what, _ in results))
    if family.together:
        rows = [((*labels, what), found) for what in whats for labels, found in _rows(family, studied, what)]
        yield from _table((*family.heads, "judged"), rows, mean=family.mean)
        return
    for what in whats:
        yield f"**{what}**"
        yield ""
        heads = family.heads[: family.group] if family.group else family.heads
        yield from _table(heads, list(_rows(family, studied, what)), mean=family.mean)


def bounds_table(words: Iterable[str], found: Sequence[BoundCoverage]) -> Iterator[str]:
    """Upper bounds after no false match."""
    yield "### Upper bounds of the FMR after no false match"
    yield ""
    yield "150 × 300; meant: 95 % or more at every true rate."
    yield ""
    methods = "comparisons as if independent", "with the design effect", "pairs without anyone twice"
    yield f"| people differ | {' | '.join(methods)} |"
    yield "|---|---|---|---|"
    for differ, one in zip(words, found, strict=True):
        yield f"| {differ} | {percent(one.naive)} | {percent(one.adjusted)} | {percent(one.disjoint)} |"
    yield ""


def missed(family: Family, studied: Studied) -> Iterator[str]:
    """What falls short by more than chance, in words."""
    for design, results in studied:
        for (what, method), one in results.items():
            if method == OURS:
                yield from (f"{what}; {'; '.join(design.labels)}: {fault}" for fault in one.faults)


def write(text: str) -> None:
    """Put the tables into the page."""
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def percent(share: float) -> str:
    return "" if math.isnan(share) else f"{100 * share:.1f}"


def _rows(family: Family, studied: Studied, what: str) -> Iterator[Row]:
    kept = [(one, {method: r for (w, method), r in found.items() if w == what}) for one, found in studied]
    kept = [(one, found) for one, found in kept if found]
    for labels, group in groupby(kept, lambda pair: pair[0].labels[: family.group or None]):
        yield labels, [found for _, found in group]


def _table(heads: Sequence[str], rows: Sequence[Row], *, mean: bool) -> Iterator[str]:
    methods = list(dict.fromkeys(method for _, found in rows for one in found for method in one))
    ours = ["no interval", "ours", "width"] + (["mean estimate"] if mean else [])
    yield f"| {' | '.join([*heads, *ours, *methods[1:]])} |"
    yield "|---" * (len(heads) + len(ours) + len(methods) - 1) + "|"
    for labels, found in rows:
        mine = [one[OURS] for one in found]
        cells = [*labels, _span(mine, _withheld), _span(mine, _covered), _span(mine, _width)]
        cells += [f"{mine[0].mean:.3g}"] if mean else []
        cells += [_beside([one.get(method) for one in found]) for method in methods[1:]]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _span(results: Sequence[Result], told: Callable[[Result], tuple[float, str]]) -> str:
    """What is told of one design, or the least and the greatest of several."""
    every = sorted({told(one) for one in results if not math.isnan(told(one)[0])})
    if not every:
        return ""
    return every[0][1] if len({text for _, text in every}) == 1 else f"{every[0][1]} to {every[-1][1]}"


def _withheld(one: Result) -> tuple[float, str]:
    return one.not_measured, percent(one.not_measured)


def _covered(one: Result) -> tuple[float, str]:
    if not one.measured:
        return math.nan, ""
    text = percent(one.covered)
    if not one.judged:
        return (one.covered, f"({text} of {one.measured})")
    return one.covered, f"**{text}**" if one.covered < one.least else text


def _width(one: Result) -> tuple[float, str]:
    text = f"{one.width:.2f}"
    if not one.judged:
        return (one.width, f"({text})")
    return one.width, f"**{text}**" if one.width > WIDEST else text


def _beside(results: Sequence[Result | None]) -> str:
    """How often a method that is not ours held the truth."""
    return _span([one for one in results if one], lambda one: (one.covered, _covered(one)[1].strip("*")))
