"""How often the interval of a likelihood ratio holds the true one, when people differ and lists end early."""

from __future__ import annotations

import numpy as np
import pytest
from tests.measures.ratio_worlds import drawn, true_log10_lr

from fairlineup.measures import Estimate, LikelihoodOptions, Resampling, likelihood_report

DATA_SETS = 200
QUICK = Resampling(replicates=100)


@pytest.mark.parametrize(("probes", "gallery"), [(150, 300), (370, 1000)])
@pytest.mark.parametrize("lambs", [0.0, 0.03, 0.06])
@pytest.mark.parametrize("reach", [0.65, 0.7])
def test_interval_holds_the_true_ratio(probes: int, gallery: int, lambs: float, reach: float) -> None:
    at = np.array([0.42, 0.46, 0.5, 0.55, 0.6])
    held, stated = np.zeros(len(at)), np.zeros(len(at))
    withheld = 0
    for seed in range(DATA_SETS):
        options = LikelihoodOptions(method="kernel", resampling=QUICK)
        found = likelihood_report(drawn(probes, gallery, seed, reach, lambs), "studio", "nobody", options)
        assert not hasattr(found, "reason")
        withheld += bool(found.withheld)
        for k, (one, real) in enumerate(zip(found.ratios_at(at), true_log10_lr(at, lambs), strict=True)):
            if isinstance(one, Estimate):
                stated[k] += 1
                held[k] += one.low <= real <= one.high or one.value in (
                    found.bounds.lower,
                    found.bounds.upper,
                )
    print(probes, gallery, lambs, reach, (100 * held / stated).round(1), "withheld", withheld)
    assert withheld <= DATA_SETS * 0.05
    assert (held / stated >= 0.89).all()  # 93 % less two standard errors of 200 data sets
