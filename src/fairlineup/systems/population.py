"""A population of simulated people: a data set of cards, for demonstrations and tests without photographs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fairlineup.files import csv_of
from fairlineup.systems.simulated import Card, draw_card


@dataclass(frozen=True, slots=True)
class CardPopulation:
    """How many simulated people there are."""

    probes: Mapping[str, int]  #: people searched for, by group.
    others: Mapping[str, int]  #: gallery people who are no probe, by group.
    mates: float = 0.8  #: share of the probes that have a second card in the gallery.


def write_population(folder: Path, population: CardPopulation) -> None:
    """Write cards and people.csv; the same population gives the same bytes. Raises: OSError."""
    rows = [
        *_people("probe", population.probes, folder),
        *_people("other", population.others, folder),
        *_mates(population, folder),
    ]
    header = ["person", "photo", "role", "name", "source", "group", "group_source"]
    (folder / "people.csv").write_text(csv_of([header, *rows]), encoding="utf-8")


def _people(kind: str, counts: Mapping[str, int], folder: Path) -> list[list[str]]:
    role = "probe" if kind == "probe" else "gallery"
    return [
        _row(Card(f"{kind}-{group}-{number:05d}", 0, group), role, folder)
        for group, count in counts.items()
        for number in range(count)
    ]


def _mates(population: CardPopulation, folder: Path) -> list[list[str]]:
    return [
        _row(Card(f"probe-{group}-{number:05d}", 1, group), "gallery", folder)
        for group, count in population.probes.items()
        for number in range(round(count * population.mates))
    ]


def _row(card: Card, role: str, folder: Path) -> list[str]:
    photo = f"{role}/{card.person}-{card.number}.png"
    path = folder / photo
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(draw_card(card))
    return [card.person, photo, role, f"Nobody {card.person}", "drawn, not taken", card.group, "planted"]
