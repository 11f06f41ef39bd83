"""Likelihood ratios of a kernel density, at some distances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from tests.measures.ratio_worlds import drawn, true_log10_lr

from fairlineup.measures import LikelihoodOptions, LikelihoodRatios, Resampling, likelihood_report
from fairlineup.records import Estimate, Measured

from .tally import Family, Interval, Judged

REACH = 0.7
AT = np.array([0.42, 0.46, 0.5, 0.55, 0.6])
QUICK = Resampling(replicates=100)  # of Cllr, which is not judged here


@dataclass(frozen=True, slots=True)
class Ratios:
    """Probes, a gallery, and how far people move distances."""

    probes: int
    gallery: int
    lambs: float

    @property
    def labels(self) -> tuple[str, ...]:
        return f"{self.probes} × {self.gallery:,}", f"{self.lambs:g}"

    def judged(self, rng: np.random.Generator) -> Iterator[Judged]:
        pairs = drawn(self.probes, self.gallery, int(rng.integers(2**31)), REACH, self.lambs)
        options = LikelihoodOptions(method="kernel", resampling=QUICK)
        found = likelihood_report(pairs, "studio", "nobody", options)
        assert isinstance(found, LikelihoodRatios)  # noqa: S101 - for the type checker
        values, truths = found.model.log10_lr(AT).tolist(), true_log10_lr(AT, self.lambs).tolist()
        rows = zip(AT, truths, values, found.ratios_at(AT), strict=True)
        for at, truth, value, measured in rows:
            yield Judged(f"log10 LR at {at:g}", truth, value, _stated(found, measured))


def _stated(found: LikelihoodRatios, measured: Measured) -> Interval | None:
    """None where ratios are withheld, and where one is beyond what so many people support: a bound."""
    if not isinstance(measured, Estimate) or measured.value in (found.bounds.lower, found.bounds.upper):
        return None
    return measured.low, measured.high


def family() -> Family:
    designs = tuple(
        Ratios(*sides, lambs) for sides in ((150, 300), (370, 1000)) for lambs in (0.0, 0.03, 0.06)
    )
    return Family("Likelihood ratios", ("design", "people move distances by"), designs, 0.15, together=True)
