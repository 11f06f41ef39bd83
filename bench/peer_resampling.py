"""Fairlearn's side of bench/resampling.py; runs in an environment of its own. Prints seconds a replicate."""

import sys
import time

import numpy as np
from fairlearn.metrics import MetricFrame, selection_rate

ROWS = np.load(sys.argv[1])
MORE = int(sys.argv[2])


def seconds(replicates: int) -> float:
    began = time.perf_counter()
    MetricFrame(
        metrics=selection_rate,
        y_true=np.zeros(len(ROWS["match"]), np.int8),
        y_pred=ROWS["match"],
        sensitive_features=ROWS["group"],
        n_boot=replicates,
        ci_quantiles=[0.025, 0.975],
        random_state=1,
    )
    return time.perf_counter() - began


seconds(1)
print((seconds(1 + MORE) - seconds(1)) / MORE)
