"""A folder of photographs read as people: a folder for each, or the name before a number.

Nothing is guessed. What could be read in two ways is refused, and every file that is not taken is listed with
the reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fairlineup.evidence.data.contents import Contents, Passed
from fairlineup.files import is_folder, is_there
from fairlineup.records import BadInput, escaped, nobody

Layout = Literal["folders", "names"]

NO_PERSON = {  # names of folders that say what pictures are for, not who is on them
    *("probe", "probes", "gallery", "galleries", "reference", "references", "query", "enrol", "enroll"),
    *("train", "training", "test", "val", "valid", "validation", "images", "image", "photos", "pictures"),
    *("img", "imgs", "faces", "cropped", "aligned", "jpg", "jpeg", "png"),
}
CAMERA = {"img", "image", "dsc", "dscn", "dscf", "dcim", "pxl", "mvimg", "photo", "picture", "pic", "scan"}
CAMERA |= {"screenshot", "face", "frame", "untitled", "whatsapp image", "p", "imag", "gopr"}

NUMBERED = re.compile(r"(.*[^\s_-])(?:[ _-]+\d+|\s*\(\d+\))")


@dataclass(frozen=True, slots=True)
class FolderPhoto:
    """One photograph."""

    person: str  #: who is on it: the folder's name, or the name before the number.
    photo: str  #: path within the folder, with forward slashes, as on disk.


@dataclass(frozen=True, slots=True)
class FolderPeople:
    """Who is in a folder."""

    layout: Layout  #: how it was read.
    shots: tuple[FolderPhoto, ...]  #: photographs, in the order of their paths.
    passed: tuple[Passed, ...]  #: what was not taken, in the same order.


def read_people(folder: Path, layout: Layout | None = None, ours: Sequence[str] = ()) -> FolderPeople:
    """Read who is on the photographs in a folder.

    Only the folder and the folders in it are looked into. A file is a picture by its first bytes, whatever
    it is called.

    Args:
        folder: the folder.
        layout: "folders" (a folder for each person) or "names" (Name_1.jpg); None for the one that is there.
        ours: files of the folder that are nobody's photograph and not worth a word, such as the manifest.
    Raises:
        BadInput: no folder, no photographs, both layouts at once, names that can be read in two ways, fewer
            than two people, or too many files.
    """
    if not is_folder(folder):
        got = "a file" if is_there(folder) else "nothing there"
        raise BadInput(
            f"{folder} is no folder",
            code="file-missing",
            expected="a folder of photographs",
            got=got,
            remedy="name the folder the photographs are in",
        )
    found = Contents.of(folder, ours)
    chosen = layout or _layout(folder, found)
    shots, passed = _by_folder(found) if chosen == "folders" else _by_name(found)
    usable = [shot for shot in shots if not _unusable(shot)]
    passed += [Passed(shot.photo, reason) for shot in shots if (reason := _unusable(shot))]
    people = {shot.person for shot in usable}
    if len(people) < 2:
        raise _too_few(folder, chosen, people, len(usable))
    _check_people(folder, chosen, people)
    return FolderPeople(
        chosen,
        tuple(sorted(usable, key=lambda shot: shot.photo)),
        tuple(sorted(passed, key=lambda one: one.path)),
    )


def _layout(folder: Path, found: Contents) -> Layout:
    people = [person for person, pictures in found.inside.items() if pictures]
    if found.top and people:
        raise BadInput(
            f"{folder} is laid out in two ways",
            code="data-doubtful",
            expected="a folder for each person, or all photographs side by side as Name_1.jpg",
            got=f"{len(found.top):,} photographs side by side, as {found.top[0]}, and {len(people):,} "
            f"folders of photographs, as {people[0]}",
            remedy="say which counts with the layout (folders or names); the rest is passed over and counted",
        )
    if people:
        return "folders"
    if found.top:
        return "names"
    raise _none(folder, found)


def _none(folder: Path, found: Contents) -> BadInput:
    nested = [name for name, folders in found.deeper.items() if folders]
    got = "none" if not found.passed else f"none, and {len(found.passed):,} other files or folders"
    remedy = "name the folder that holds a folder for each person, or the photographs"
    if nested:
        got = f"none, but folders in {nested[0]} lie deeper than is looked"
        remedy = f"name {folder / nested[0]} instead"
    what, expected = f"{folder} holds no photographs", "JPEG, PNG or WebP files"
    return BadInput(what, code="file-missing", expected=expected, got=got, remedy=remedy)


def _by_folder(found: Contents) -> tuple[list[FolderPhoto], list[Passed]]:
    shots = [FolderPhoto(person, photo) for person, photos in found.inside.items() for photo in photos]
    passed = [Passed(photo, "beside the folders of people") for photo in found.top]
    for person, folders in found.deeper.items():
        passed += [Passed(f"{person}/{name}", "a folder within a person's folder") for name in folders]
    passed += [
        Passed(person, "a folder without a photograph")
        for person, photos in found.inside.items()
        if not photos and not found.deeper.get(person)
    ]
    return shots, [*found.passed, *passed]


def _by_name(found: Contents) -> tuple[list[FolderPhoto], list[Passed]]:
    read = {photo: _person(os.path.splitext(photo)[0]) for photo in found.top}  # noqa: PTH122
    unclear = [photo for photo, person in read.items() if not person]
    if unclear:
        shown = ", ".join(unclear[:3]) + (f" and {len(unclear) - 3:,} more" if len(unclear) > 3 else "")
        raise BadInput(
            "names of photographs can be read in two ways",
            code="data-doubtful",
            expected="one name, then a number set off by _, -, a space or brackets: Name_1.jpg, Name-1.jpg, "
            "Name 1.jpg, Name (1).jpg; or a name alone",
            got=f"{shown}: who is on it, and what counts photographs, cannot be told",
            remedy="rename them, or give each person a folder",
        )
    passed = [Passed(name, "a folder beside the photographs") for name in found.inside]
    taken = [FolderPhoto(person, photo) for photo, person in read.items() if person]
    inside = {f"{name}/" for name in found.inside}
    kept = [one for one in found.passed if not any(one.path.startswith(name) for name in inside)]
    return taken, [*kept, *passed]


def _person(stem: str) -> str | None:
    """The name before a number; None where it can be read in two ways."""
    found = NUMBERED.fullmatch(stem)
    name = found[1] if found else stem
    again = NUMBERED.fullmatch(name) or (not found and name[-1:].isdigit())
    return None if again or name.strip().casefold() in CAMERA else name


def _unusable(shot: FolderPhoto) -> str:
    """Why a manifest cannot hold a photograph; blank where it can."""
    parts = shot.photo.split("/")
    if nobody(shot.person):
        return "nobody says who it is"
    try:
        shot.photo.encode()
    except UnicodeEncodeError:
        return "a name that is not UTF-8"
    if "\\" in shot.photo or ":" in parts[0] or escaped(shot.photo) != shot.photo:
        return "a name with a sign that a manifest cannot hold (a backslash, a colon, or none to be seen)"
    if any(text != text.strip() for text in (shot.person, shot.photo)):
        return "a name that begins or ends with a space"
    return ""


def _check_people(folder: Path, layout: Layout, people: set[str]) -> None:
    """Raises: BadInput: folders that say what photographs are for."""
    if layout == "folders" and all(person.casefold() in NO_PERSON for person in people):
        raise BadInput(
            f"the folders in {folder} say what photographs are for, not who is on them",
            code="data-doubtful",
            expected="a folder for each person",
            got=", ".join(sorted(people)),
            remedy="name the folder that holds the people, or write the manifest yourself",
        )


def _too_few(folder: Path, layout: Layout, people: set[str], photographs: int) -> BadInput:
    who = f"{photographs:,} photographs of one, {next(iter(people))!r}" if people else "no usable photograph"
    by = "a folder for each of them" if layout == "folders" else "another name before the number"
    remedy = "add people: a system that tells people apart is tried on several"
    if people and layout == "folders":
        remedy = f"name {folder / next(iter(people))} if its photographs are of several people, or add people"
    return BadInput(
        f"{folder} holds fewer than two people",
        code="not-enough-data",
        expected=f"two people or more, {by}",
        got=who,
        remedy=remedy,
    )
