"""Who is searched for and who is searched among: roles drawn with a seed, and the manifest with them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from fairlineup.evidence.data.folder import FolderPhoto
from fairlineup.files import csv_by_name

Role = Literal["probe", "gallery"]

RULE = (
    "of each person with several photographs one is drawn to be searched among and the others are searched "
    "with; a person with one photograph is only searched among"
)
RULE_OF_ONE = (
    "nobody has two photographs, so half of the people are drawn to be searched for among the other half: "
    "misses cannot be measured"
)


@dataclass(frozen=True, slots=True)
class Assigned:
    """Photographs with roles."""

    rows: tuple[tuple[FolderPhoto, Role], ...]  #: photograph, who is on it, "probe" or "gallery".
    beyond: tuple[FolderPhoto, ...]  #: photographs beyond the number of probes wanted of each person.
    rule: str  #: by which the roles were given, in a sentence without a full stop.

    def people(self, role: str) -> set[str]:
        """Who has a photograph in a role."""
        return {shot.person for shot, has in self.rows if has == role}


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of people beside their photographs."""

    columns: tuple[str, ...] = ()  #: of the manifest, beside those of every photograph.
    of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: person to column to value.
    #: column to the value every photograph has, such as use.
    everyone: Mapping[str, str] = field(default_factory=dict)


def assign(shots: Iterable[FolderPhoto], seed: int, probes_each: int = 0) -> Assigned:
    """Give each photograph a role.

    What is drawn for a person hangs on the seed and their own photographs alone, so that adding people
    changes nobody else.

    Args:
        shots: photographs of people.
        seed: of the draw.
        probes_each: most photographs of a person that are searched with; 0 is all of them.
    """
    of: dict[str, list[FolderPhoto]] = {}
    for shot in shots:
        of.setdefault(shot.person, []).append(shot)
    if all(len(theirs) == 1 for theirs in of.values()):
        return _halves(of, seed)
    rows: list[tuple[FolderPhoto, Role]] = []
    beyond: list[FolderPhoto] = []
    for person, theirs in of.items():
        drawn = _shuffled(theirs, f"{seed}\n{person}")
        wanted = 1 + probes_each if probes_each else len(drawn)
        rows += [(shot, "probe" if n else "gallery") for n, shot in enumerate(drawn[:wanted])]
        beyond += drawn[wanted:]
    return Assigned(tuple(sorted(rows, key=lambda row: row[0].photo)), tuple(beyond), RULE)


def manifest_of(assigned: Assigned, said: Said) -> str:
    """people.csv, as docs/dataset.md describes it."""
    columns = ("person", "photo", "role", *said.columns, *said.everyone)
    rows = (
        {
            **said.of.get(shot.person, {}),
            "person": shot.person,
            "photo": shot.photo,
            "role": role,
            **said.everyone,
        }
        for shot, role in assigned.rows
    )
    return csv_by_name(columns, rows)


def _halves(of: Mapping[str, list[FolderPhoto]], seed: int) -> Assigned:
    everyone = [shot for theirs in of.values() for shot in theirs]
    searched = {shot.person for shot in _shuffled(everyone, f"{seed}")[: len(everyone) // 2]}
    rows = [(shot, _role(shot.person in searched)) for shot in everyone]
    return Assigned(tuple(sorted(rows, key=lambda row: row[0].photo)), (), RULE_OF_ONE)


def _role(probe: bool) -> Role:  # noqa: FBT001
    return "probe" if probe else "gallery"


def _shuffled(shots: list[FolderPhoto], seed: str) -> list[FolderPhoto]:
    ordered = sorted(shots, key=lambda shot: shot.photo)
    random.Random(seed).shuffle(ordered)  # noqa: S311 - a draw, not a secret
    return ordered
