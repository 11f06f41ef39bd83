"""Galleries with hubs, and galleries whose people differ very much: FPIR of galleries like it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from tests.measures.uneven import Uneven, WithHubs

from fairlineup.measures import false_positive_identification_rate, fpir_for_galleries_like_it
from fairlineup.records import Estimate

from .tally import Family, Judged, Share, ends

LIKE = "FPIR of galleries like it"
PEOPLE = "Clopper-Pearson on probe people"


@dataclass(frozen=True, slots=True)
class Galleries:
    """Searches of a gallery, drawn anew in every data set."""

    kind: str
    of: WithHubs | Uneven

    @property
    def labels(self) -> tuple[str, ...]:
        return f"{self.of.probes} × {self.of.gallery:,}", self.kind, f"{self.of.fpir:.0%}"

    def judged(self, rng: np.random.Generator) -> Iterator[Judged]:
        drawn = self.of.draw(rng)
        searches = drawn[0] if isinstance(drawn, tuple) else drawn
        here = false_positive_identification_rate(searches, 0.0)
        assert isinstance(here, Estimate)  # noqa: S101 - for the type checker
        like_it = ends(fpir_for_galleries_like_it(searches, 0.0))
        yield Judged(LIKE, self.of.fpir, here.value, like_it, ideal=Share(here.value))
        yield Judged(LIKE, self.of.fpir, here.value, ends(here) if like_it else None, PEOPLE)


def family() -> Family:
    hubs = [
        Galleries(
            f"1 in 200 matched by {matched:.0%} of probes",
            WithHubs(probes, gallery, 1 / 200, matched, others),
        )
        for probes, gallery in ((150, 300), (300, 1000), (539, 2000))
        for matched in (0.05, 0.2)
        for others in (0.0, 0.05, 0.2)
    ]
    uneven = [
        Galleries(_differ(spread, of_probes), Uneven.at(fpir, probes, gallery, spread, of_probes))
        for probes, gallery in ((150, 300), (539, 2000))
        for spread, of_probes in ((1.5, 0.0), (2.0, 0.8), (2.0, 0.0))
        for fpir in (0.1, 0.3, 0.7)
    ]
    return Family(
        "Hubs and uneven galleries", ("design", "gallery people", "true FPIR"), (*hubs, *uneven), 0.5
    )


def _differ(spread: float, of_probes: float) -> str:
    return f"differ by {spread:g}" + (f", probes by {of_probes:g}" if of_probes else "")
