"""Results that have every part a report can show, all numbers invented."""

from __future__ import annotations

from typing import Any

from .examples import Json, contrast, estimate, group, results, threshold, unmeasured, verdict


def everything(**changes: Any) -> Json:
    """A results.json with every optional part."""
    whole = results(
        thresholds=[
            threshold(
                "default",
                0.6,
                groups=[group("circle", 90), group("square", 60)],
                contrasts=[_contrast(), _contrast() | {"one": "square", "other": "others"}],
                **_parts(),
            ),
            threshold("strict", 0.55),
        ],
        verdicts=[verdict(), _of_groups()],
        extrapolation=[
            {
                "threshold": "default",
                "people": 5950,
                "fpir": estimate(10, 150, 0.21, 0.55, 0.37),
                "outer": estimate(10, 150, 0.06, 0.72, 0.5),
                "slope": estimate(10, 150, 0.61, 1.04, 0.83),
                "if_independent": 0.51,
            },
            {"threshold": "strict", "people": 5950, "not_measured": "under 30 errors at the lowest rung"},
        ],
        calibration={"name": "a town", "calibration_overlap": 3},
        likelihood=_likelihood(),
        labels=_labels(),
    )
    whole["processing"]["groups"] = [
        {
            "label": "group",
            "value": value,
            "fte": estimate(n, 300, 0.001, 0.03),
            "fta": estimate(n, 90, 0, 0.05),
        }
        for value, n in (("circle", 2), ("square", 3))
    ]
    return {**whole, **changes}


def _contrast() -> Json:
    method = {"errors": 10, "trials": 150, "people": 150, "method": "covariance of cells by person"}

    def part(value: float, low: float, high: float) -> Json:
        return {"value": value, "low": low, "high": high, **method}

    return {
        **contrast(0.0012),
        "simultaneous": part(13.5, 1.8, 96.0),
        "decomposition": {
            "gap": part(0.061, 0.012, 0.124),
            "algorithm": part(0.083, 0.031, 0.151),
            "gallery": part(-0.022, -0.047, 0.004),
            "one": {"real": part(0.081, 0.04, 0.13), "balanced": part(0.094, 0.05, 0.15)},
            "other": {"real": part(0.020, 0.01, 0.03), "balanced": part(0.011, 0.0, 0.02)},
            "composition": {"circle": 420, "square": 175},
            "of": "the gallery of people who are no probe",
            "searched": True,
        },
    }


def _parts() -> Json:
    nothing = unmeasured("only 1 false match; an interval needs 10", 1, 16_596)
    cells = [
        {"probe": 0, "gallery": 0, "grey": False, **estimate(41, 36_298, 7.8e-4, 1.6e-3)},
        {"probe": 0, "gallery": 1, "grey": True, **estimate(12, 24_392, 2.4e-4, 9.4e-4)},
        {"probe": 1, "gallery": 0, "grey": True, **nothing},
        {"probe": 1, "gallery": 1, "grey": False, **estimate(97, 16_596, 4.3e-3, 7.9e-3)},
    ]
    shuffled = {"null_median": 1.7, "null_95": 4.4, "p": 0.012, "permutations": 999}
    return {
        "fmr_design_effect": 2.4,
        "fmr_bounds": {"naive": 3.4e-5, "adjusted": {"not_measured": "too few"}, "disjoint": 0.02},
        "fpir_galleries_like_it": estimate(10, 150, 0.02, 0.16),
        "matrices": [
            {
                "label": "group",
                "label_source": "a register",
                "values": ["circle", "square"],
                "probe_people": [88, 60],
                "gallery_people": [428, 287],
                "unlabelled_comparisons": 7,
                "cells": cells,
            },
            {"label": "colour", "not_measured": "nobody in the gallery carries this label"},
        ],
        "differentials": [
            {
                "label": "group",
                "of": "fpir",
                "measures": [
                    {
                        "name": "max/min",
                        "of": "FPIR",
                        "value": 13.5,
                        "hides": "which groups these are",
                        **shuffled,
                    },
                    {
                        "name": "IR",
                        "of": "FPIR and FNIR",
                        "value": {"not_measured": "a rate is 0"},
                        "hides": "a cell of 0",
                        **shuffled,
                    },
                ],
            },
            {"label": "colour", "not_measured": "no source is cited"},
        ],
        "intersections": [
            {
                "labels": ["group", "colour"],
                "measure": "fpir",
                "cells": [
                    {
                        "values": ["circle", "red"],
                        "people": 41,
                        "raw": estimate(3, 41, 0.015, 0.2),
                        "pooled": estimate(3, 41, 0.02, 0.12, 0.058),
                    }
                ],
            },
            {"labels": ["group", "size"], "not_measured": "no cell has 30 people"},
        ],
        "alike": {
            "labels": ["group"],
            "fmr": estimate(138, 52_894, 0.0019, 0.0035),
            "everyone": estimate(150, 102_102, 0.0010, 0.0021),
        },
        "hubs": {
            "people": [{"person": "other-0", "searches": 4, "alone": 1, "share": 0.4}],
            "expected_most": 1.5,
            "expected_95": 3.0,
            "p": 0.012,
            "without_top": estimate(7, 150, 0.019, 0.094),
        },
    }


def _of_groups() -> Json:
    rates = {"circle": estimate(1, 90, 0.0003, 0.06), "square": estimate(9, 60, 0.07, 0.27)}
    return verdict(
        "inconclusive",
        of="group",
        threshold="strict",
        need_n_more=240,
        worst=rates["square"],
        worst_group="square",
        groups=[{"group": value, "over": "all", **rate} for value, rate in rates.items()],
        would_change={"errors": 9, "trials": 60, "pass_up_to": 1, "fail_from": None},
    )


def _likelihood() -> Json:
    along = [-2.0, -1.0, 0.0, 1.0, 2.0]
    return {
        "capture": "portraits",
        "population": "people of a town",
        "scores": [0.3, 0.4, 0.5, 0.6],
        "log10_lr": [2.4, 1.9, 0.7, -1.1],
        "log10_lr_low": [2.1, 1.7, 0.5, -1.4],
        "log10_lr_high": [2.5, 2.1, 0.9, -0.8],
        "method": "kernel",
        "tried": [{"method": "affine", "cllr": 0.13}, {"method": "kernel", "cllr": 0.12}],
        "withheld": "",
        "implied": [
            {"score": 0.4, "implied": 2e-4, "counted": 1.7e-4, "ratio_low": 0.6, "ratio_high": 2.3},
        ],
        "elub": {"low": -1.6, "high": 2.5},
        "cllr": estimate(118, 120, 0.09, 0.17, 0.12),
        "cllr_min": 0.08,
        "cllr_cal": 0.04,
        "tippett": {
            "log10_lr": along,
            "mated": [1.0, 0.99, 0.96, 0.9, 0.4],
            "non_mated": [0.3, 0.1, 0.02, 0.0, 0.0],
        },
        "ece": {
            "log10_odds": along,
            "system": [0.02, 0.06, 0.11, 0.06, 0.02],
            "pav": [0.01, 0.05, 0.08, 0.05, 0.01],
            "none": [0.08, 0.44, 1.0, 0.44, 0.08],
        },
        "at_thresholds": [
            {"threshold": "default", "log10_lr": -1.1, "low": -1.4, "high": -0.8},
            {"threshold": "strict", "log10_lr": 0.2, "low": 0.0, "high": 0.4},
        ],
        "other_splits": [0.11, 0.14],
        "groups": [
            {"label": "group", "value": "circle", "not_measured": "only 72 mated people; a group needs 100"},
            {
                "label": "group",
                "value": "square",
                "cllr": estimate(117, 120, 0.1, 0.2, 0.15),
                "at_thresholds": [{"threshold": "default", "log10_lr": -0.4, "low": -0.7, "high": -0.1}],
            },
        ],
        "people": {"fit": 61, "test": 59},
        "mated_people": {"fit": 61, "test": 59},
        "dropped": 3,
        "posterior": [
            {
                "prior": prior,
                "threshold": "default",
                "enrolled": estimate(10, 150, p / 2, (1 + p) / 2, p),
                "mate": estimate(10, 150, p / 8, p, p / 4),
            }
            for prior, p in ((0.5, 0.93), (0.1, 0.6), (0.01, 0.12))
        ],
        "note": "per group from 100 mated people up",
    }


def _labels() -> Json:
    return {
        "pairs": 80,
        "decided": {"first": 80, "second": 78},
        "decided_by_both": 78,
        "agreed": 75,
        "disagreed": 3,
        "undecided": 2,
        "kappa": estimate(75, 78, 0.71, 0.95, 0.84),
        "exclusions": [
            {
                "kind": "non_mated",
                "probe_photo": "probe/probe-1.png",
                "gallery_photo": "gallery/other-1.png",
                "reasons": ["the same shot"],
                "reviewers": ["first", "second"],
                "when": ["2026-11-23T10:00:00+00:00"],
            }
        ],
        "verdicts_without": [verdict("inconclusive", need_n_more=31)],
    }
