from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fairlineup.evidence.samples import SamplePerson, accepted_seeds, people
from fairlineup.evidence.samples.appearance import model_file
from fairlineup.evidence.samples.people import SEEDS, identity, person_of, population_of, tint, tone_luma
from fairlineup.records import BadInput


def test_more_people_than_were_accepted_are_refused_by_number() -> None:
    with pytest.raises(BadInput, match=f"at most {len(accepted_seeds()):,}"):
        people(SEEDS)
    with pytest.raises(BadInput):
        people(1, start=len(accepted_seeds()))


def test_people_are_the_accepted_seeds_in_order() -> None:
    assert [person.seed for person in people(5, start=3)] == list(accepted_seeds()[3:8])
    assert people(5, start=3) == people(8)[3:]


def test_nobody_comes_twice() -> None:
    assert len(set(accepted_seeds().tolist())) == len(accepted_seeds())


def test_so_many_people_can_be_had_as_the_model_card_says() -> None:
    card = (Path(__file__).parents[3] / "docs" / "samples-model-card.md").read_text(encoding="utf-8")
    assert f"**{len(accepted_seeds()):,} people can be had, every one of them left by both engines**" in card


def test_nobody_is_accepted_whom_the_first_screen_refused() -> None:
    by_dlib = np.unpackbits(model_file()["by_dlib"], count=SEEDS).astype(bool)
    assert by_dlib[accepted_seeds()].all()


def test_groups_are_drawn_evenly() -> None:
    drawn = [person_of(seed) for seed in range(8_000)]
    shares = Counter(person.presentation for person in drawn)
    assert abs(shares["feminine"] / 8_000 - 0.5) < 0.02
    tones = Counter(person.tone for person in drawn)
    assert set(tones) == set(range(1, 11))
    assert max(tones.values()) < 1.2 * min(tones.values())
    assert {person.age for person in drawn} == set(range(25, 81))


def test_the_screen_leaves_every_group_its_people() -> None:
    """Shares among the accepted stay near those among all seeds: no group was made scarce."""
    chosen = people(4_000)
    assert abs(np.mean([person.presentation == "feminine" for person in chosen]) - 0.5) < 0.1
    tones = Counter(person.tone for person in chosen)
    assert min(tones.values()) > 150


def test_a_person_is_what_they_were_drawn_for(crowd: tuple[SamplePerson, ...]) -> None:
    population = population_of(model_file())
    hold = population.of_person
    for person in crowd[:20]:
        side, luma, red, _, age = hold.rows @ identity(person, population) + hold.offsets
        assert (side > 0.5) == (person.presentation == "feminine")
        assert abs(luma - tone_luma(person.tone)) < 0.06
        assert abs(red - tint(population, luma)[0]) < 0.03
        assert abs(age - person.age) < 10


def test_a_darker_tone_is_darker() -> None:
    lumas = [tone_luma(tone) for tone in (1, 4, 5, 6, 7, 8, 9, 10)]
    assert lumas == sorted(lumas, reverse=True)
