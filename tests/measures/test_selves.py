from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fairlineup.measures import (
    BadInput,
    Estimate,
    Mated,
    NotMeasured,
    Scores,
    Searches,
    false_match_rate,
    false_negative_identification_rate,
    false_non_match_rate,
    false_positive_identification_rate,
    mated_searches,
    non_mated_searches,
)

PEOPLE = 24


def pictures(photos: int, seed: int = 1) -> tuple[Any, Any]:
    """Unit vectors of some photographs a person, and whose they are."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(PEOPLE), photos)
    vectors = rng.normal(size=(PEOPLE, 16))[person] + 0.3 * rng.normal(size=(len(person), 16))
    return vectors / np.linalg.norm(vectors, axis=1)[:, None], person


SCORING: dict[str, Callable[[Any, Any], dict[str, Any]]] = {
    "cdist": lambda x, y: {"distance": np.linalg.norm(x - y, axis=1)},
    "cosine distance": lambda x, y: {"distance": 1 - (x * y).sum(axis=1)},
    "from a product": lambda x, y: {"distance": np.sqrt(np.maximum(0, 2 - 2 * (x * y).sum(axis=1)))},
    "cosine": lambda x, y: {"similarity": (x * y).sum(axis=1)},
    "percent": lambda x, y: {"similarity": 50 + 50 * (x * y).sum(axis=1)},
}
LISTED: dict[str, Callable[[int], Any]] = {
    "all": lambda n: np.indices((n, n)).reshape(2, -1),
    "half": lambda n: np.array(np.triu_indices(n)),
}


def table(scoring: str, photos: int, rows: Any, kind: type = np.float64, names: Any = None) -> Scores:
    vectors, person = pictures(photos)
    i, j = rows
    scores = SCORING[scoring](vectors[i].astype(kind), vectors[j].astype(kind))
    return Scores.of(person_probe=person[i], person_gallery=person[j], **scores, photos=names)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("photos", [1, 2, 3])
@pytest.mark.parametrize("listed", LISTED)
@pytest.mark.parametrize("scoring", SCORING)
def test_a_set_compared_with_itself_is_told(scoring: str, listed: str, photos: int, kind: type) -> None:
    pictured = PEOPLE * photos
    rows = LISTED[listed](pictured)
    shuffled = rows[:, np.random.default_rng(2).permutation(len(rows.T))]
    with pytest.raises(BadInput, match="compared with themselves") as error:
        table(scoring, photos, shuffled, kind)
    assert f"got {pictured} rows" in str(error.value)
    sound = table(scoring, photos, shuffled[:, shuffled[0] != shuffled[1]], kind)
    names = np.array([f"{n}.jpg" for n in range(pictured)])
    named = table(scoring, photos, shuffled, kind, names=(names[shuffled[0]], names[shuffled[1]]))
    assert (named.same_photograph, len(named)) == (pictured, len(sound))
    assert len(named.table_rows) == len(named)
    assert sorted(named.mated.distance.tolist()) == sorted(sound.mated.distance.tolist())


def test_products_of_any_length_are_told_by_their_number() -> None:
    vectors, person = pictures(2)
    i, j = LISTED["all"](len(person))
    lengths = np.linspace(1, 3, len(person))
    with pytest.raises(BadInput, match="compared with themselves"):
        Scores.of(
            person_probe=person[i],
            person_gallery=person[j],
            similarity=(vectors[i] * vectors[j]).sum(axis=1) * lengths[i] * lengths[j],
        )


def two_each() -> dict[str, Any]:
    """Two photographs a person; every real pair at 0.55, other people further, the diagonal at 0."""
    person = np.repeat(np.arange(20), 2)
    i, j = LISTED["all"](40)
    distance = np.where(i == j, 0.0, np.where(person[i] == person[j], 0.55, 0.9))
    return {"person_probe": person[i], "person_gallery": person[j], "distance": distance, "photos": (i, j)}


def test_a_diagonal_hides_no_miss() -> None:
    scores = Scores.of(**two_each())
    missed = false_non_match_rate(scores.mated, 0.5)
    assert isinstance(missed, Estimate)
    assert (missed.value, missed.errors, scores.same_photograph) == (1.0, 40, 40)
    searches = mated_searches(scores)
    assert isinstance(searches, Mated)
    fnir = false_negative_identification_rate(searches, 0.5)
    assert isinstance(fnir, Estimate)
    assert (fnir.value, fnir.trials) == (1.0, 40)
    assert false_negative_identification_rate(searches, 0.6).errors == 0
    with pytest.raises(BadInput, match="compared with themselves"):
        Scores.of(**{**two_each(), "photos": None})


def test_one_photograph_each_has_no_mate() -> None:
    _, person = pictures(1)
    i, j = LISTED["all"](PEOPLE)
    scores = table("cdist", 1, (i, j), names=(person[i], person[j]))
    assert len(scores.mated) == 0
    present, absent = mated_searches(scores), non_mated_searches(scores)
    assert isinstance(present, NotMeasured)
    assert present.reason == "nobody who is searched for is in the gallery with another photograph"
    assert isinstance(absent, Searches)
    at = float(np.sort(scores.comparisons.distance)[20])
    near = (scores.distance <= at) & (scores.probe != scores.gallery)
    fpir = false_positive_identification_rate(absent, at)
    assert isinstance(fpir, Estimate)
    assert fpir.value == len(np.unique(scores.probe[near])) / PEOPLE


def test_probes_that_are_in_the_gallery_with_others() -> None:
    """One photograph of each is searched among all, itself among them."""
    _, person = pictures(3)
    rows = np.indices((len(person), len(person))).reshape(2, -1)
    rows = rows[:, rows[0] % 3 == 0]
    with pytest.raises(BadInput, match=f"{PEOPLE} rows that look like the diagonal"):
        table("cosine", 3, rows)
    scores = table("cosine", 3, rows, names=(rows[0], rows[1]))
    searches = mated_searches(scores)
    assert isinstance(searches, Mated)
    assert (len(scores.mated), len(searches)) == (2 * PEOPLE, PEOPLE)
    assert len(searches.searches.distance) == PEOPLE * (3 * PEOPLE - 1)


def sound(
    mated: Callable[[Any, int], Any], others: Callable[[Any, int], Any], *, similar: bool = False
) -> Scores:
    """Everybody's probe against everybody's reference."""
    i, j = np.indices((PEOPLE, PEOPLE)).reshape(2, -1)
    rng = np.random.default_rng(4)
    scores = np.where(i == j, mated(rng, len(i)), others(rng, len(i)))
    if similar:
        return Scores.of(person_probe=i, person_gallery=j, similarity=scores)
    return Scores.of(person_probe=i, person_gallery=j, distance=scores)


def test_sound_tables_are_taken() -> None:
    def far(rng: Any, n: int) -> Any:
        return 0.7 + rng.random(n) / 4

    copies = sound(lambda rng, n: np.where(rng.random(n) < 0.4, 0.0, 0.3), far)
    coarse = sound(lambda rng, n: rng.integers(0, 2, n), lambda rng, n: rng.integers(1, 9, n))
    constant = sound(lambda _, n: np.full(n, 0.1), far)
    similar = sound(lambda rng, n: 0.9 + rng.random(n) / 10, lambda rng, n: rng.random(n) / 2, similar=True)
    impostors = sound(
        lambda _, n: np.full(n, 100.0),
        lambda rng, n: np.where(rng.random(n) < 0.05, 100.0, 0.0),
        similar=True,
    )
    for scores in (copies, coarse, constant, similar, impostors):
        assert (len(scores.mated), scores.same_photograph) == (PEOPLE, 0)


def test_a_few_people_at_one_similarity_are_no_diagonal() -> None:
    table = Scores.of(
        person_probe=["a", "a", "b", "b"],
        person_gallery=["a", "b", "b", "a"],
        similarity=[0.6, 0.1, 0.6, 0.1],
    )
    assert len(table.mated) == 2


def test_names_say_that_photographs_are_two() -> None:
    i, j = np.indices((PEOPLE, PEOPLE)).reshape(2, -1)
    distance = np.where(i == j, 0.0, 0.5 + np.random.default_rng(3).random(len(i)))
    people: dict[str, Any] = {"person_probe": i, "person_gallery": j, "distance": distance}
    with pytest.raises(BadInput, match="compared with themselves"):
        Scores.of(**people)
    named = Scores.of(**people, photos=([f"probe/{n}" for n in i], [f"gallery/{n}" for n in j]))
    assert (len(named.mated), named.same_photograph) == (PEOPLE, 0)


def test_one_name_in_two_folders_is_two_photographs() -> None:
    """Others come nearer than the person's own, so it is not the picture itself."""
    i, j = np.indices((PEOPLE, PEOPLE)).reshape(2, -1)
    rng = np.random.default_rng(6)
    scores = Scores.of(
        person_probe=i,
        person_gallery=j,
        distance=np.where(i == j, np.where(i % 4, 0.3, 0.9), 0.6 + rng.random(len(i)) / 5),
        photos=(i, j),
    )
    assert (len(scores.mated), scores.same_photograph) == (PEOPLE, 0)


def test_a_table_of_the_diagonal_alone_is_no_comparison() -> None:
    with pytest.raises(BadInput, match="different people"):
        Scores.of(person_probe=["a", "b"], person_gallery=["a", "b"], distance=[0.0, 0.0])


def test_false_matches_do_not_hang_on_the_diagonal() -> None:
    i, j = LISTED["all"](2 * PEOPLE)
    with_it = table("cdist", 2, (i, j), names=(i, j))
    without = table("cdist", 2, (i[i != j], j[i != j]), names=(i[i != j], j[i != j]))
    at = float(np.sort(with_it.comparisons.distance)[60])
    assert false_match_rate(with_it.comparisons, at) == false_match_rate(without.comparisons, at)
