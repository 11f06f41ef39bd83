"""Who is searched, who is searched among, and who is both: decided from the sources' lists by ids alone."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fairlineup.evidence.data.faults import source_changed
from fairlineup.foreign import decode_json

FIRST_CONGRESS = 92  # studio portraits in colour become common; see docs/dataset.md
_YEAR = re.compile(r"[0-9]{4}")
_BIOGUIDE = re.compile(r"[A-Z][0-9]{6}")
_BIRTHDAY = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}")
_LEGISLATOR_COLUMNS = {
    "bioguide_id",
    "icpsr_id",
    "full_name",
    "first_name",
    "last_name",
    "birthday",
    "gender",
}
_PORTRAIT_COLUMNS = {"icpsr", "name", "congress", "chamber", "born", "image"}

BEFORE = f"portraits of members whose last Congress came before the {FIRST_CONGRESS}nd"
NO_PICTURE = "rows of members.csv whose picture is not in the repository"
NO_PORTRAIT = "present members without a picture in unitedstates/images"


@dataclass(frozen=True, slots=True)
class _Member:
    """What is read of a member in the JSON of member_photos."""

    icpsr: int | str
    bioguide_id: str | None = None


@dataclass(frozen=True, slots=True)
class Legislator:
    """A member as congress-legislators describes them."""

    bioguide: str  #: id in the Biographical Directory of Congress: one a person.
    icpsr: int | None  #: id in roll calls, None if unknown; a person may have several, this is one of them.
    name: str  #: in full.
    surname: str  #: alone.
    sex: str  #: "F" or "M" (`gender` there); "" if not recorded.
    birth_year: str  #: "" if not recorded.
    file: str  #: which file says so.


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photograph as member_photos describes it."""

    icpsr: int  #: whose.
    name: str  #: "SURNAME, Given".
    last_congress: int  #: number of the last Congress they sat in.
    birth_year: str  #: "" if not recorded.
    image: str  #: path in the repository.

    @property
    def surname(self) -> str:
        """What stands before the comma."""
        return self.name.partition(",")[0]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A photograph of the data set."""

    person: str  #: Bioguide id, or icpsr-NNNNNN where no source gives one.
    name: str  #: as its source writes it.
    role: Literal["probe", "gallery"]  #: "probe" or "gallery".
    photo: str  #: path in the data set.
    image: str  #: path in the repository it comes from.
    legislator: Legislator | None  #: who says sex and birth year; None where nobody does.
    capture: str = ""  #: what kind of photograph it is: of which age; blank where nobody says.


def legislators(text: str, file: str) -> tuple[Legislator, ...]:
    """The members a congress-legislators CSV lists. Raises: SourceChanged."""
    return tuple(
        Legislator(
            row["bioguide_id"],
            _number(row["icpsr_id"]),
            row["full_name"] or f"{row['first_name']} {row['last_name']}".strip(),
            row["last_name"],
            row["gender"] if row["gender"] in ("F", "M") else "",
            found.group(1) if (found := _BIRTHDAY.fullmatch(row["birthday"])) else "",
            file,
        )
        for row in _rows(text, file, _LEGISLATOR_COLUMNS)
        if _BIOGUIDE.fullmatch(row["bioguide_id"])
    )


def portraits(text: str, file: str) -> tuple[Portrait, ...]:
    """The photographs member_photos lists, but for Presidents. Raises: SourceChanged."""
    return tuple(
        Portrait(icpsr, row["name"], congress, _year(row["born"]), row["image"])
        for row in _rows(text, file, _PORTRAIT_COLUMNS)
        if row["chamber"] != "President"
        and (icpsr := _number(row["icpsr"])) is not None
        and (congress := _number(row["congress"])) is not None
    )


def member_ids(text: str, file: str) -> dict[int, str]:
    """ICPSR id to Bioguide id, as member_photos records it for itself. Raises: SourceChanged."""
    try:
        people = decode_json(text, tuple[_Member, ...])
        return {int(one.icpsr): id_ for one in people if _BIOGUIDE.fullmatch(id_ := one.bioguide_id or "")}
    except ValueError as error:
        raise source_changed(file, "a list of members with icpsr and bioguide_id", str(error)) from error


def probes(current: Iterable[Legislator], images: Collection[str], folder: str) -> tuple[Chosen, ...]:
    """Current members with a photograph in a folder of unitedstates/images, in the order of their ids."""
    found = {member.bioguide: member for member in current if f"{folder}/{member.bioguide}.jpg" in images}
    return tuple(
        Chosen(id_, member.name, "probe", f"probes/{id_}.jpg", f"{folder}/{id_}.jpg", member)
        for id_, member in sorted(found.items())
    )


def gallery(
    listed: Iterable[Portrait],
    whose: Callable[[Portrait], tuple[str, Legislator | None, str]],
    images: Collection[str],
    folders: Sequence[str],
) -> tuple[tuple[Chosen, ...], Counter[str]]:
    """Portraits of members of the 92nd Congress or later by ICPSR id, and how many are left out and why.

    Args:
        listed: what member_photos lists.
        whose: says of a portrait the person's id, who they are, and why it is left out ("" if it is not).
        images: paths there are in member_photos.
        folders: where a photograph may be, when it is not where it is listed.
    """
    chosen: dict[int, Chosen] = {}
    left_out: Counter[str] = Counter()
    for portrait in listed:
        image = _image(portrait, images, folders)
        person, member, reason = whose(portrait)
        if why := _unusable(portrait, image) or reason:
            left_out[why] += 1
            continue
        name, photo = member.name if member else portrait.name, f"gallery/{portrait.icpsr:06d}.jpg"
        chosen[portrait.icpsr] = Chosen(person, name, "gallery", photo, image, member, _age(portrait))
    return tuple(chosen[icpsr] for icpsr in sorted(chosen)), left_out


def _age(portrait: Portrait) -> str:
    """The decade in which a member last sat, for want of the year of the portrait: the 92nd began in 1971."""
    return f"portrait of a member last seated in the {(1787 + 2 * portrait.last_congress) // 10}0s"


def _unusable(portrait: Portrait, image: str) -> str:
    if portrait.last_congress < FIRST_CONGRESS:
        return BEFORE
    return "" if image else NO_PICTURE


def _image(portrait: Portrait, images: Collection[str], folders: Sequence[str]) -> str:
    likely = (portrait.image, *(f"{folder}/{portrait.icpsr:06d}.jpg" for folder in folders))
    return next((path for path in likely if path in images and path.rpartition("/")[0] in folders), "")


def _rows(text: str, file: str, columns: set[str]) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        missing = sorted(columns - set(reader.fieldnames or ()))
        if missing:
            raise source_changed(
                file, f"a column {missing[0]!r}", f"{', '.join(reader.fieldnames or ()) or 'none'}"
            )
        for row in reader:
            yield {column: (row[column] or "").strip() for column in columns}
    except csv.Error as error:
        raise source_changed(file, "CSV", str(error)) from error


def _year(text: str) -> str:
    found = _YEAR.match(text)
    return found.group() if found else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
