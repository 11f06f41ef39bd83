"""The study of planted truth: how often intervals hold it. Prints the tables of docs/validity.md.

`python -m tools.validity [--replicates 2000] [--seed 1] [--write]`; `--write` puts them into the page. Ends
with 1 if an interval of ours covers less than 93 % or is over twice as wide as it need be, or a bound holds
less than 95 %.
"""

from __future__ import annotations

import argparse
import datetime
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from fairlineup import __version__

from .false_matches import TENDENCIES
from .families import bounds, families, studied
from .page import BOUND, bounds_table, missed, tables, write

NOISE = 0.01  # of a bound's coverage


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tools.validity", description=__doc__)
    asked.add_argument("--replicates", type=int, default=2000, help="data sets; some families take a part")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", choices=[*families()], help="one family, which is not written")
    asked.add_argument("--write", action="store_true", help="renew docs/validity.md")
    options = asked.parse_args()
    os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    text, short = _study(options.replicates, options.seed, options.only)
    print(text)
    if options.write and not options.only:
        write(text)
    for one in short:
        print(f"missed: {one}", file=sys.stderr)
    return 1 if short else 0


def _study(replicates: int, seed: int, only: str | None) -> tuple[str, list[str]]:
    lines = [
        f"Made {datetime.datetime.now(datetime.UTC):%Y-%m-%d} by Fairlineup {__version__}: "
        f"`python -m tools.validity --replicates {replicates} --seed {seed} --write`.",
        "",
    ]
    short: list[str] = []
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        for title, family in families().items():
            if only in (None, title):
                found = studied(pool, family, replicates, seed)
                lines += tables(family, found)
                short += missed(family, found)
        if only is None:
            held = list(bounds(pool, replicates, seed))
            lines += bounds_table((*TENDENCIES, "few probes match all"), held)
            short += [f"bound: {one.disjoint:.3f}" for one in held if one.disjoint < BOUND - NOISE]
    return "\n".join(lines), short


if __name__ == "__main__":
    sys.exit(main())
