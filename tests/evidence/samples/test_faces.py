"""What the engine that screened them makes of people who do not exist."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from fairlineup.evidence.samples import SamplePerson, Shot, people, photographs
from fairlineup.evidence.samples.people import person_of
from fairlineup.faces.engine import EnginePool, named_engine
from fairlineup.records import Photograph

NEAREST = 0.5


@pytest.fixture(scope="module")
def pool() -> EnginePool:
    return EnginePool(named_engine("dlib"), workers=1)


def templates(pool: EnginePool, shots: list[Shot]) -> np.ndarray:
    taken = [Photograph(shot.id, content) for shot, content in zip(shots, photographs(shots), strict=True)]
    found = [analysis.templates for analysis in pool.analyse_many(taken)]
    return np.array([one[0].vector if one else np.full(128, np.nan) for one in found])


def test_a_face_is_found_in_every_studio_portrait(pool: EnginePool, crowd: tuple[SamplePerson, ...]) -> None:
    assert not np.isnan(templates(pool, [Shot(person) for person in crowd])).any()


def test_two_photographs_of_one_person_are_as_hard_as_real_ones(pool: EnginePool) -> None:
    """Median near 0.35 with a tail over 0.5, on people and photographs the model card does not show."""
    crowd = people(90, start=500)
    one, two = (templates(pool, [Shot(person, number) for person in crowd]) for number in (3, 4))
    mated = np.linalg.norm(one - two, axis=1)
    assert 0.30 < np.median(mated) < 0.40
    assert 0.01 < (mated > 0.5).mean() < 0.20
    apart = np.array([np.linalg.norm(a - b) for a, b in combinations(one, 2)])
    assert np.median(apart) > 0.74
    assert (apart < 0.6).mean() < 0.05


def test_a_worse_capture_is_a_harder_one(pool: EnginePool, crowd: tuple[SamplePerson, ...]) -> None:
    crowd = crowd[:30]
    first = templates(pool, [Shot(person) for person in crowd])
    medians = [
        np.nanmedian(np.linalg.norm(first - templates(pool, [Shot(p, 5, capture) for p in crowd]), axis=1))
        for capture in ("studio", "document", "doorbell")
    ]
    assert medians == sorted(medians)
    assert medians[2] > medians[0] + 0.05


DISTANCES = {(0, 1): 0.788, (1, 2): 0.759, (0, 2): 0.604}


def test_templates_are_what_they_were_everywhere(pool: EnginePool) -> None:
    found = templates(pool, [Shot(person_of(seed)) for seed in range(3)])
    for (a, b), distance in DISTANCES.items():
        assert np.linalg.norm(found[a] - found[b]) == pytest.approx(distance, abs=0.02)


@pytest.mark.congress
def test_nobody_comes_near_a_portrait(
    pool: EnginePool, congress: Path, crowd: tuple[SamplePerson, ...]
) -> None:
    """The photographs that were screened, against two hundred of the real portraits."""
    portraits = [*sorted(congress.glob("probes/*.jpg"))[:100], *sorted(congress.glob("gallery/*.jpg"))[:100]]
    analyses = pool.analyse_many([Photograph(path.name, path) for path in portraits])
    real = np.array([one.templates[0].vector for one in analyses if one.templates])
    made = templates(pool, [Shot(person, number) for person in crowd for number in range(2)])
    nearest = np.linalg.norm(made[:, None] - real[None], axis=2).min(axis=1)
    assert nearest.min() >= NEAREST
