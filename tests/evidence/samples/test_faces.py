"""What the engines that screened them make of people who do not exist."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from fairlineup.evidence.samples import SamplePerson, Shot, people, photographs
from fairlineup.evidence.samples.people import person_of
from fairlineup.faces.engine import EnginePool, named_engine
from fairlineup.records import Photograph

NEAREST = {"dlib": 0.5, "sface": 0.573}
APART = 0.528


@pytest.fixture(scope="module")
def pool() -> EnginePool:
    return EnginePool(named_engine("dlib"), workers=1)


@pytest.fixture(scope="module")
def second() -> EnginePool:
    return EnginePool(named_engine("sface"), workers=1)


def templates(pool: EnginePool, shots: list[Shot]) -> np.ndarray:
    taken = [Photograph(shot.id, content) for shot, content in zip(shots, photographs(shots), strict=True)]
    return vectors(pool, taken)


def vectors(pool: EnginePool, taken: list[Photograph]) -> np.ndarray:
    found = [analysis.templates for analysis in pool.analyse_many(taken)]
    return np.array([one[0].vector if one else np.full(128, np.nan) for one in found])


def cosine(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Distances of each to each, by sface."""
    lengths = np.outer(np.linalg.norm(one, axis=1), np.linalg.norm(other, axis=1))
    return np.asarray(1 - one @ other.T / lengths)


def test_a_face_is_found_in_every_studio_portrait(pool: EnginePool, crowd: tuple[SamplePerson, ...]) -> None:
    assert not np.isnan(templates(pool, [Shot(person) for person in crowd])).any()


def test_the_second_engine_tells_the_first_people_apart(
    second: EnginePool, crowd: tuple[SamplePerson, ...]
) -> None:
    """No two match in the photographs it chose them by; a doorbell's picture matches its own, mostly."""
    crowd = crowd[:40]
    first = templates(second, [Shot(person) for person in crowd])
    assert cosine(first, first)[np.triu_indices(len(crowd), 1)].min() >= APART - 0.01
    door = cosine(templates(second, [Shot(person, 0, "doorbell") for person in crowd]), first)
    own = np.eye(len(crowd), dtype=bool)
    assert 0.5 < (door[own] <= APART).mean() < 1
    assert (door[~own] <= APART).mean() < 0.01


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
@pytest.mark.parametrize("engine", NEAREST)
def test_nobody_comes_near_a_portrait(
    engine: str, request: pytest.FixtureRequest, congress: Path, crowd: tuple[SamplePerson, ...]
) -> None:
    """Photographs that were screened, against a hundred of the real portraits."""
    pool = request.getfixturevalue({"dlib": "pool", "sface": "second"}[engine])
    portraits = [*sorted(congress.glob("probes/*.jpg"))[:50], *sorted(congress.glob("gallery/*.jpg"))[:50]]
    real = vectors(pool, [Photograph(path.name, path) for path in portraits])
    made = templates(pool, [Shot(person, number) for person in crowd[:30] for number in range(2)])
    if engine == "sface":
        assert cosine(made, real[~np.isnan(real[:, 0])]).min() >= NEAREST[engine]
    else:
        assert np.nanmin(np.linalg.norm(made[:, None] - real[None], axis=2)) >= NEAREST[engine]
