"""A calibration against the run that uses it: planted templates of its kind and of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.cli.finding import finding
from fairlineup.evidence.asking import ask_system
from fairlineup.evidence.calibration import CalibrationSubject, Compared, SettledPeople, build
from fairlineup.evidence.evaluation import evaluate, observations_of
from fairlineup.evidence.evaluation.calibrated import calibrated
from fairlineup.evidence.plan import Dataset, Entry, LimitChoice, Memory, SearchChoice, ThresholdChoice
from fairlineup.evidence.plan.plan import CalibrationChoice
from fairlineup.evidence.runs import freeze_run, load_run
from fairlineup.faces.scale import Calibration, calibration_json, people_inside
from fairlineup.faces.vectors import prepare
from fairlineup.records import (
    Enrolment,
    ModelInformation,
    NotMeasured,
    Outcome,
    Photograph,
    Quality,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
)
from fairlineup.results import AuditResults, CalibrationUsed
from fairlineup.systems.inmemory import Described, VectorGalleries

from .kit import people, plan_for, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")

PLAIN = Quality(120, 130.0, 200.0, 0.0, 0.25)
GREY = replace(PLAIN, colour=0.0)
MODEL = ModelInformation("m", "sha256:m", "here", "none", 8, "euclidean")
SCALE = Scale("distance", 0.0, 9.0, "distance")


def _templates(count: int, seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.25, (count, 8)).astype(np.float32)


class Planted:
    """A system whose templates are drawn, and scaled: the smaller, the nearer everybody lies."""

    def __init__(self, scale: float, quality: Quality | None) -> None:
        self._scale, self._quality, self._drawn = scale, quality, iter(_templates(2000, seed=5))
        self._galleries = VectorGalleries("euclidean", SCALE, None, 16)

    def information(self) -> SystemInformation:
        return SystemInformation("planted", "here", "1", SCALE, None, None, models=(MODEL,))

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        return self._galleries.enrol(gallery, self._described(photos))

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        return self._galleries.search(gallery, self._described(photos), request)

    def delete_gallery(self, gallery: str) -> None:
        self._galleries.delete(gallery)

    def close(self) -> None:
        self._galleries.clear()

    def _described(self, photos: Iterable[Photograph]) -> Iterator[Described]:
        for photo in photos:
            vector = next(self._drawn) * np.float32(self._scale)
            yield Described(photo.id, Outcome.OK, vector, quality=self._quality)


@lru_cache(1)
def _table() -> Calibration:
    """Of 240 other people, a third of them on grey photographs."""
    entries = tuple(Entry(f"c{i:04d}", f"{i}.jpg", "gallery") for i in range(240))
    kinds = tuple(GREY if i % 3 == 0 else PLAIN for i in range(240))
    compared = Compared(entries, prepare(_templates(240, seed=1)), qualities=kinds)
    digests = {entry.photo: f"sha256:{entry.photo}" for entry in entries}
    facts = {"model": {"digest": MODEL.digest}, "kind": "real"}
    subject = CalibrationSubject("a town", "its people", "cards", "all", "sha256:s", digests, facts)
    return build(SettledPeople(compared, Dataset(Memory("here", b"", {}), entries, {}, ())), subject)


def _audited(
    folder: Path, scale: float, quality: Quality | None, similarity: float = 40.0, probes: int = 60
) -> AuditResults:
    data = write_shots(folder / "data", people({"": probes}, {"": 2 * probes}, mates=0))
    (folder / "c.json").write_bytes(calibration_json(_table()))
    plan = plan_for(
        data,
        calibration=CalibrationChoice(str(folder / "c.json")),
        threshold=(ThresholdChoice("strict", f"similarity {similarity:g}"),),
        limit=(LimitChoice("fpir", "strict", 0.5),),
        search=SearchChoice(target_present=False),
    )
    system = Planted(scale, quality)
    run = freeze_run(plan, system.information(), folder / "run")
    ask_system(run, system)
    return evaluate(run)


def _used(results: AuditResults) -> CalibrationUsed:
    assert isinstance(results.calibration, CalibrationUsed)
    return results.calibration


def test_a_calibration_of_these_people_s_kind_is_borne_out(tmp_path: Path) -> None:
    results = _audited(tmp_path, 1.0, PLAIN)
    used = _used(results)
    assert [one.found for one in used.rates] == ["agrees"]
    assert used.rates[0].fmr == pytest.approx(10 ** (-40 / 16.5), rel=0.01)
    assert (used.calibration_overlap, used.overlap_by_photograph) == (0, 0)
    assert not isinstance(used.kinds, NotMeasured)
    assert [one.kind for one in used.kinds if one.differs] == ["grey"]
    assert used.warning == ""
    assert results.warnings == ()


def test_nearer_people_on_grey_photographs_belie_it_and_that_is_said_first(tmp_path: Path) -> None:
    results = _audited(tmp_path, 0.7, GREY)
    used = _used(results)
    (rate,) = used.rates
    assert rate.found == "more"
    assert not isinstance(rate.measured, NotMeasured)
    assert rate.measured.low > (rate.high or 1)
    assert results.warnings == (used.warning,)
    first = finding(results).split("\n")[0]
    assert first.startswith(
        "WARNING: the rates of the calibration “a town” do not hold on these photographs:"
    )
    assert "more than the 0.38 % (" in first
    assert (
        "grey or toned are 100 % of the probes, 100 % of the gallery and 33 % of the calibration’s" in first
    )


def test_further_people_have_less_and_none_at_all_is_less_too(tmp_path: Path) -> None:
    used = _used(_audited(tmp_path / "some", 1.15, None, similarity=20))
    assert [one.found for one in used.rates] == ["less"]
    assert isinstance(used.kinds, NotMeasured)
    none = _used(_audited(tmp_path / "none", 3.0, PLAIN, similarity=30))
    assert isinstance(none.rates[0].measured, NotMeasured)
    assert [one.found for one in none.rates] == ["less"]
    assert "0 in 7,200 comparisons here, less than the" in none.warning


def test_few_errors_tell_nothing_but_other_kinds_are_named(tmp_path: Path) -> None:
    of_kind = _used(_audited(tmp_path / "plain", 1.0, PLAIN, similarity=45, probes=20))
    assert [one.found for one in of_kind.rates] == ["too few errors to tell"]
    assert of_kind.warning == ""
    other = _used(_audited(tmp_path / "grey", 1.0, GREY, similarity=45, probes=20))
    assert [one.found for one in other.rates] == ["too few errors to tell"]
    assert other.warning.startswith(
        "these photographs are of other kinds than those of “a town”: grey or toned"
    )


def test_people_of_the_calibration_are_known_by_photograph_and_by_id(tmp_path: Path) -> None:
    results = _audited(tmp_path, 1.0, PLAIN, probes=20)
    run = load_run(tmp_path / "run")
    assert run.calibration is not None
    one, two, three = run.dataset.entries[:3]
    known = people_inside("cd" * 16, [one.person, three.person], [run.digests[e.photo] for e in (one, two)])
    frozen = replace(run, calibration=replace(run.calibration, inside=known))
    told = calibrated(frozen, results.thresholds, observations_of(run))
    assert told is not None
    assert (told.calibration_overlap, told.overlap_by_photograph) == (3, 2)


def test_a_kind_that_is_none_is_an_answer_that_cannot_be_used(tmp_path: Path) -> None:
    wrong: list[Any] = ["sharp", replace(PLAIN, sharpness=float("nan")), replace(PLAIN, yaw=True)]
    for n, told in enumerate(wrong):
        with pytest.raises(SystemFailed, match="expected a quality of five numbers, or none"):
            _audited(tmp_path / str(n), 1.0, told, probes=20)
