"""People who do not exist: a person is a seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.samples.appearance import model_file
from fairlineup.evidence.samples.conditioning import Hold
from fairlineup.evidence.samples.draws import Draws
from fairlineup.records import BadInput

Array = NDArray[np.float64]
Presentation = Literal["feminine", "masculine"]

SEEDS = 65_536
TONES = 10
_IDENTITY = 0  # the stream a person is drawn from; photographs have streams of their own
_MOST = 2.3  # standard deviations: nobody is drawn further out
_YOUNGEST, _OLDEST = 25, 80
_MONK_LIGHTNESS = (94.2, 92.3, 93.1, 87.6, 77.9, 55.1, 42.5, 30.7, 21.1, 14.6)  # CIE L* of the ten swatches
_CHEEK_LUMA = (0.31, 0.76)  # what a camera in a studio makes of the darkest and of the lightest


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody who does not exist."""

    seed: int  #: all there is to them, 0 to 65,535.
    presentation: Presentation  #: "feminine" or "masculine": which of the two the appearance was drawn for.
    tone: int  #: which of the ten Monk skin tones the cheeks were drawn for, 1 (lightest) to 10.
    age: int  #: in years, what the appearance was drawn for.

    @property
    def id(self) -> str:
        """Their name in data sets."""
        return f"sample-{self.seed:05d}"


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """What people are drawn from."""

    means: Array  #: of each component, shape (components, d).
    shares: Array  #: of the components, for feminine and masculine, shape (2, components).
    spread: Array  #: how people of a component differ: a factor of the covariance, shape (d, d).
    within: Array  #: how photographs of one person differ: a factor of that covariance, shape (d, r).
    of_person: Hold  #: presentation, luma, red and blue of the cheeks, and age, held over people.
    of_photograph: Hold  #: the same held over photographs of one person, and then the colour of the clothes.
    #: polynomials of the cheek's red and blue difference in its luma, shape (2, 3), highest first.
    tint: Array
    tinted: tuple[float, float]  #: the range of luma they were fitted on.


def population_of(arrays: dict[str, NDArray[np.generic]]) -> Population:
    """The population in the arrays of a model file."""
    number = {name: array.astype(np.float64) for name, array in arrays.items() if array.dtype.kind == "f"}
    spread, within = number["spread"], number["within"]
    rows, offsets = number["measures"], number["measure_offsets"]
    return Population(
        means=number["means"],
        shares=number["shares"],
        spread=spread,
        within=within,
        of_person=Hold.on(rows[:5], offsets[:5], spread @ spread.T),
        of_photograph=Hold.on(rows, offsets, within @ within.T),
        tint=number["tint"],
        tinted=(float(number["tinted"][0]), float(number["tinted"][1])),
    )


@lru_cache(maxsize=1)
def accepted_seeds() -> NDArray[np.intp]:
    """Seeds that both engines' screens left, in the order people are taken in: those least alike first."""
    return model_file()["accepted"].astype(np.intp)


def people(count: int, start: int = 0) -> tuple[SamplePerson, ...]:
    """The people from `start` on in the list of accepted seeds.

    Raises: BadInput: more than there are.
    """
    check_people(count, start)
    return tuple(person_of(int(seed)) for seed in accepted_seeds()[start : start + count])


def check_people(count: int, start: int) -> None:
    """Raises: BadInput: more people than there are."""
    seeds = accepted_seeds()
    if count < 0 or start < 0 or start + count > len(seeds):
        raise BadInput(
            "so many made-up people are not to be had",
            code="not-enough-data",
            expected=f"at most {len(seeds):,}: those whom two engines found near no portrait",
            got=f"people {start:,} to {start + count:,}",
            remedy="ask for fewer people, or take more photographs of each",
        )


def person_of(seed: int) -> SamplePerson:
    """The person a seed stands for, accepted or not."""
    first = Draws(seed, _IDENTITY).uniform(3)
    return SamplePerson(
        seed=seed,
        presentation="feminine" if first[0] < 0.5 else "masculine",
        tone=1 + int(first[1] * TONES),
        age=_YOUNGEST + int(first[2] * (_OLDEST - _YOUNGEST + 1)),
    )


def identity(person: SamplePerson, population: Population) -> Array:
    """Coefficients of a person, shape (d,): a draw from the mixture, held to what the person is."""
    draws = Draws(person.seed, _IDENTITY)
    draws.uniform(3)  # presentation, tone and age
    feminine = person.presentation == "feminine"
    component = draws.choose(population.shares[0 if feminine else 1])
    own = draws.normal(5)
    vector = population.means[component] + population.spread @ np.clip(
        draws.normal(population.spread.shape[1]), -_MOST, _MOST
    )
    luma = tone_luma(person.tone) + 0.012 * own[1]
    red, blue = tint(population, luma)
    held = np.array(
        [
            (1.0 if feminine else -1.0) * 1.05 + 0.12 * own[0],
            luma,
            red + 0.006 * own[2],
            blue + 0.006 * own[3],
            person.age + 2 * own[4],
        ]
    )
    return population.of_person.to(vector, held)


def tone_luma(tone: int) -> float:
    """Luma of the cheeks of a Monk skin tone: its swatch's lightness, brought into what a camera records."""
    darkest, lightest = min(_MONK_LIGHTNESS), max(_MONK_LIGHTNESS)
    share = (_MONK_LIGHTNESS[tone - 1] - darkest) / (lightest - darkest)
    return _CHEEK_LUMA[0] + share * (_CHEEK_LUMA[1] - _CHEEK_LUMA[0])


def tint(population: Population, luma: float) -> tuple[float, float]:
    """Red and blue difference that skin of this luma has in the portraits."""
    within = min(max(luma, population.tinted[0]), population.tinted[1])
    red, blue = (float(np.polyval(powers, within)) for powers in population.tint)
    return red, blue
