"""The study of planted truth: how often intervals hold it. Prints the tables of docs/validity.md.

`python -m tools.validity [--replicates 2000] [--seed 1] [--write]`; `--write` puts them into the page. Ends
with 1 if an interval of ours covers less than 93 %, or a bound less than 95 %.
"""

from __future__ import annotations

import argparse
import datetime
import math
import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path

from tests.measures.coverage import (
    BOTH,
    FMR,
    HERE,
    KATZ,
    LIKE,
    OURS,
    PAIRS,
    PEOPLE,
    RATIO,
    ROWS,
    BoundCoverage,
    Kind,
    Tally,
    bounds_study,
    study,
    wolves_study,
)
from tests.measures.planted import FEW, TIMES, Tendency, World

from fairlineup import __version__

PAGE = Path(__file__).parents[1] / "docs" / "validity.md"
BEGIN, END = "<!-- tables: tools/validity.py -->", "<!-- end of tables -->"
EXPECTED = (10, 30, 100, 300)
TENDENCIES = {
    "not at all": Tendency(),
    "0.8": Tendency(0.8),
    "1.2": Tendency(1.2),
    f"{FEW:.0%} match {TIMES:.0f} times": Tendency(few=True),
}
WOLVES = ("0.8", "1.2")
ENOUGH = 400  # intervals to judge a coverage by
LEAST, MOST, BOUND = 0.93, 0.99, 0.95
NOISE = 0.01  # of a coverage from 2,000 data sets, two standard errors

Studied = list[tuple[World, dict[Kind, Tally]]]


def worlds() -> Iterator[World]:
    """Every design, amount of difference between people, and number of errors to expect."""
    for (words, tendency), expected in product(TENDENCIES.items(), EXPECTED):
        yield World("150 × 300", 150, 300, expected, tendency)
        if words in WOLVES:
            yield World("539 × 2,000", 539, 2000, expected, tendency)
            yield World("150 × 300, 1 to 3 photographs", 150, 300, expected, tendency, photographs=3)
            yield World("150 × 300, 100 people on both sides", 150, 300, expected, tendency, shared=100)
            yield World("one set of 200", 200, 0, expected, tendency)
            yield World("one set of 200, 1 to 3 photographs", 200, 0, expected, tendency, photographs=3)
            yield World("8 groups of 60 × 1,000", 480, 1000, expected, tendency, groups=8)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--replicates", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--write", action="store_true", help="renew docs/validity.md")
    options = asked.parse_args()
    os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    every = sorted(worlds(), key=lambda world: world.name)
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        tallies = pool.map(partial(study, replicates=options.replicates, seed=options.seed), every)
        studied = list(zip(every, tallies, strict=True))
        zero = [World("150 × 300", 150, 300, 300, tendency) for tendency in TENDENCIES.values()]
        bounds = list(pool.map(partial(bounds_study, replicates=options.replicates, seed=options.seed), zero))
    bounds.append(wolves_study(150, 300, 10 * options.replicates, options.seed))
    made = (
        f"Made {datetime.datetime.now(datetime.UTC):%Y-%m-%d} by Fairlineup {__version__}: "
        f"`python -m tools.validity --replicates {options.replicates} --seed {options.seed} --write`."
    )
    text = "\n".join([made, "", *_tables(studied, bounds)])
    print(text)
    if options.write:
        _write(text)
    missed = _missed(studied, bounds)
    for one in missed:
        print(f"missed: {one}", file=sys.stderr)
    return 1 if missed else 0


def _tables(studied: Studied, bounds: list[BoundCoverage]) -> Iterator[str]:
    yield "**FMR** (share of intervals that hold the truth, in %; meant: 93 to 99)"
    yield from _table(studied, FMR, (OURS, PAIRS, ROWS, BOTH))
    yield "**Ratio of the FMR of two groups** (meant: 93 to 99)"
    yield from _table(studied, RATIO, (OURS, KATZ))
    yield "**FPIR of this gallery** (Clopper-Pearson on people; meant: 95 or more)"
    yield from _table(studied, HERE, (OURS,))
    yield "**FPIR of galleries like it** (meant: 93 to 99)"
    yield from _table(studied, LIKE, (OURS, PEOPLE))
    yield "**Upper bounds of the FMR after no false match**, 150 × 300 (meant: 95 or more at every true rate)"
    yield ""
    heads = "comparisons as if independent", "with the design effect", "pairs without anyone twice"
    yield f"| people differ | {' | '.join(heads)} |"
    yield "|---|---|---|---|"
    for words, one in zip((*TENDENCIES, "few probes match all"), bounds, strict=True):
        yield f"| {words} | {_percent(one.naive)} | {_percent(one.adjusted)} | {_percent(one.disjoint)} |"
    yield ""


def _table(studied: Studied, quantity: str, methods: tuple[str, ...]) -> Iterator[str]:
    yield ""
    yield "| design | people differ | errors expected | no interval | " + " | ".join(methods) + " |"
    yield "|---" * (4 + len(methods)) + "|"
    for world, tallies in studied:
        if (quantity, OURS) in tallies:
            ours = tallies[quantity, OURS]
            cells = [world.name, _differ(world), f"{world.expected:g}", _percent(ours.not_measured)]
            cells += [_covered(tallies.get((quantity, one)), quantity, one) for one in methods]
            yield f"| {' | '.join(cells)} |"
    yield ""


def _covered(tally: Tally | None, quantity: str, method: str) -> str:
    if tally is None:
        return ""
    if tally.measured < ENOUGH:
        return f"({_percent(tally.covered)} of {tally.measured})"
    text = _percent(tally.covered)
    least, most = (BOUND, 1.0) if quantity == HERE else (LEAST, MOST)
    beside = not least <= tally.covered <= most
    return f"**{text}**" if method == OURS and beside else text


def _percent(share: float) -> str:
    return "" if math.isnan(share) else f"{100 * share:.1f}"


def _differ(world: World) -> str:
    return next(words for words, tendency in TENDENCIES.items() if tendency == world.tendency)


def _missed(studied: Studied, bounds: Iterable[BoundCoverage]) -> list[str]:
    """Ours that cover less than they should."""
    found = [
        f"{kind[0]}, {world.name}, {_differ(world)}, {world.expected:g} expected: {tally.covered:.3f}"
        for world, tallies in studied
        for kind, tally in tallies.items()
        if kind[1] == OURS
        and tally.measured >= ENOUGH
        and tally.covered < (BOUND if kind[0] == HERE else LEAST) - NOISE
    ]
    return found + [f"bound: {one.disjoint:.3f}" for one in bounds if one.disjoint < BOUND - NOISE]


def _write(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
