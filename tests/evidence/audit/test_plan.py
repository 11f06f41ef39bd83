from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fairlineup.evidence.plan import (
    DatasetChoice,
    GalleryChoice,
    LimitChoice,
    Plan,
    ProbesChoice,
    SearchChoice,
    StatisticsChoice,
    SystemChoice,
    ThresholdChoice,
    resolve,
)
from fairlineup.records import BadInput, Scale, SystemInformation, Threshold

from .kit import simulated


def _plan(**changes: Any) -> Plan:
    return Plan(DatasetChoice("set"), SystemChoice("simulated"), **changes)


DISTANCE = simulated().information()
SIMILARITY = replace(simulated(kind="similarity").information(), sample_thresholds=())
NAMELESS = replace(DISTANCE, default_threshold=None, name="vendor")
COSINE = replace(
    SIMILARITY,
    scale=Scale("similarity", -1, 1, "cosine"),
    default_threshold=Threshold(-0.2, "its maker"),
    recommended_threshold=None,
)


@pytest.mark.parametrize(
    ("information", "score", "record_to"),
    [(DISTANCE, 0.6, 0.69), (SIMILARITY, 80.0, 60.0), (COSINE, -0.2, -0.25)],
)
def test_defaults_become_numbers(information: SystemInformation, score: float, record_to: float) -> None:
    plan = resolve(_plan(), information)
    assert plan.threshold[0].score == score
    assert plan.threshold[0].source.startswith("the system's default")
    assert plan.search.record_to == record_to
    assert resolve(plan, information) == plan


@pytest.mark.parametrize("score", [2.0, 1.9, 0.0])
def test_recording_stays_on_the_scale(score: float) -> None:
    plan = resolve(_plan(threshold=(ThresholdChoice("default", score),)), DISTANCE)
    assert score <= plan.search.record_to <= 2.0
    assert plan.threshold[0].source == "the plan"


def test_thresholds_that_users_meet_are_added() -> None:
    """The default, the recommended one, and those of the maker's sample code, once each."""
    samples = (
        Threshold(70.0, "compare script"),
        Threshold(50.0, "search script"),
        Threshold(80.0, "another"),
    )
    information = replace(SIMILARITY, sample_thresholds=samples)
    deployed = (ThresholdChoice("recommended", 92.0), ThresholdChoice("m", 50.0))
    plan = resolve(_plan(threshold=deployed, limit=(LimitChoice(threshold="m"),)), information)
    assert [(choice.name, choice.score) for choice in plan.threshold] == [
        ("recommended", 92.0),
        ("m", 50.0),
        ("default", 80.0),
        ("the maker's recommended", 99.0),
        ("sample 70", 70.0),
    ]
    assert plan.threshold[4].source == "the system's sample code (compare script)"
    assert resolve(plan, information) == plan
    short = _plan(
        threshold=deployed[:1],
        limit=(LimitChoice(threshold="recommended"),),
        search=SearchChoice(record_to=75.0),
    )
    assert [choice.score for choice in resolve(short, information).threshold] == [92.0, 80.0, 99.0]


def test_recommended_and_numbers_together() -> None:
    thresholds = (
        ThresholdChoice("default", "default"),
        ThresholdChoice("r", "recommended"),
        ThresholdChoice("m", 90.0),
    )
    plan = resolve(_plan(threshold=thresholds), SIMILARITY)
    assert [choice.score for choice in plan.threshold] == [80.0, 99.0, 90.0]
    assert plan.search.record_to == 60.0


@pytest.mark.parametrize(
    ("information", "choice", "said"),
    [
        (DISTANCE, ThresholdChoice("default", 2.1), "a score from 0 to 2 (simulated distance), got 2.1"),
        (DISTANCE, ThresholdChoice("default", -0.1), "a score from 0 to 2"),
        (SIMILARITY, ThresholdChoice("default", 100.5), "a score from 0 to 100"),
        (DISTANCE, ThresholdChoice("default", float("nan")), "got nan"),
        (DISTANCE, ThresholdChoice("default", float("inf")), "got inf"),
        (DISTANCE, ThresholdChoice("default", "recommended"), "a system with a recommended threshold"),
        (NAMELESS, ThresholdChoice("default", "default"), "a system with a default threshold, got vendor"),
    ],
)
def test_impossible_thresholds(information: SystemInformation, choice: ThresholdChoice, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        resolve(_plan(threshold=(choice,)), information)
    assert said in str(caught.value)
    assert caught.value.facts["option"] in {"threshold 'default'", "threshold[0].score"}


@pytest.mark.parametrize(("information", "record_to"), [(DISTANCE, 0.5), (SIMILARITY, 90.0)])
def test_recording_short_of_a_threshold(information: SystemInformation, record_to: float) -> None:
    with pytest.raises(BadInput, match=r"search\.record_to: expected a score at least as weak"):
        resolve(_plan(search=SearchChoice(record_to=record_to)), information)


TWICE = (ThresholdChoice("default", 0.5), ThresholdChoice("default", 0.6))


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"threshold": ()}, "[[threshold]]"),
        ({"threshold": TWICE}, "[[threshold]]: expected each name once, got default, default"),
        (
            {"limit": (LimitChoice(threshold="strict"),)},
            "limit.threshold: expected one of default, got strict",
        ),
        ({"limit": (LimitChoice(at_most=0.0),)}, "limit[0].at_most"),
        ({"limit": (LimitChoice(at_most=1.0),)}, "limit[0].at_most"),
        ({"limit": (LimitChoice(at_most=float("nan")),)}, "limit[0].at_most"),
        ({"statistics": StatisticsChoice(level=0.3)}, "statistics.level"),
        ({"statistics": StatisticsChoice(level=1.0)}, "statistics.level"),
        ({"statistics": StatisticsChoice(seed=-1)}, "statistics.seed"),
        ({"probes": ProbesChoice(-1)}, "probes.people"),
        ({"gallery": GalleryChoice(-1)}, "gallery.people"),
        ({"gallery": GalleryChoice(sizes=(5, 0))}, "gallery.sizes"),
        ({"search": SearchChoice(list_length=0)}, "search.list_length"),
        ({"search": SearchChoice(searches_per_part=0)}, "search.searches_per_part"),
        ({"search": SearchChoice(retries=-1)}, "search.retries"),
        ({"search": SearchChoice(target_absent=False, target_present=False)}, "the plan's search:"),
        ({"groups": ("",)}, "groups"),
    ],
)
def test_values_that_cannot_be_meant(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as caught:
        _plan(**changes)
    assert where in str(caught.value)
    assert str(caught.value).endswith("correct the plan")
