"""The manifest of the Congress photographs: every label with the file that says so."""

from __future__ import annotations

from collections.abc import Iterable

from fairlineup.evidence.data.members import Chosen
from fairlineup.evidence.data.record import Snapshots
from fairlineup.evidence.data.repositories import IMAGES, LEGISLATORS, MEMBER_PHOTOS
from fairlineup.files import csv_by_name

COLUMNS = (
    *("person", "name", "photo", "role"),
    *("sex", "sex_source", "birth_year", "birth_year_source"),
    "source",
    "use",
    "capture",
)


def manifest(chosen: Iterable[Chosen], snapshots: Snapshots) -> str:
    """people.csv, as docs/dataset.md describes it."""
    return csv_by_name(COLUMNS, (_row(one, snapshots) for one in chosen))


def repository_of(one: Chosen) -> str:
    """Name of the repository a photograph comes from."""
    return IMAGES.name if one.role == "probe" else MEMBER_PHOTOS.name


def _row(one: Chosen, snapshots: Snapshots) -> dict[str, str]:
    who = one.legislator
    cited = snapshots[LEGISLATORS.name].cite(who.file) if who else ""
    sex, birth_year = (who.sex, who.birth_year) if who else ("", "")
    return {
        "person": one.person,
        "name": one.name,
        "photo": one.photo,
        "role": one.role,
        "sex": sex,
        "sex_source": cited if sex else "",
        "birth_year": birth_year,
        "birth_year_source": cited if birth_year else "",
        "source": snapshots[repository_of(one)].cite(one.image),
        "use": "test",  # official portraits of public officials, published by their office
        "capture": one.capture,
    }
