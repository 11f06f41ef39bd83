"""What is wrong or doubtful in a data set, found and named before anything is searched.

In face data the closest "different" people are label errors first and look-alikes second, and they
decide every small rate. So each finding is settled by a person or a stated policy, never in silence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from fairlineup.evidence.plan.manifest import Dataset, Entry
from fairlineup.records import Progress, by_form, differing_in_form, form_of, how_they_differ, no_progress
from fairlineup.seals import digest_of

if TYPE_CHECKING:
    from fairlineup.faces.pictures import Copies


class Kind(StrEnum):
    """The kinds of findings."""

    UNKNOWN_COLUMN = "unknown_column"
    MISSING_FILE = "missing_file"
    UNREADABLE = "unreadable"
    SAME_PICTURE = "same_picture"
    ONE_PICTURE_TWO_PEOPLE = "one_picture_two_people"
    ONE_NAME_TWO_PEOPLE = "one_name_two_people"
    IDS_DIFFER_IN_FORM = "ids_differ_in_form"
    VALUES_DIFFER_IN_FORM = "values_differ_in_form"
    LABELS_DISAGREE = "labels_disagree"
    BOTH_ROLES = "both_roles"
    SAYS_SYNTHETIC = "says_synthetic"


class Action(StrEnum):
    """What can be done about a finding."""

    MERGE = "merge"
    LEAVE_OUT = "leave_out"
    KEEP = "keep"


ALLOWED: dict[Kind, tuple[Action, ...]] = {
    Kind.UNKNOWN_COLUMN: (Action.KEEP,),
    Kind.MISSING_FILE: (Action.LEAVE_OUT,),
    Kind.UNREADABLE: (Action.KEEP, Action.LEAVE_OUT),
    Kind.SAME_PICTURE: (Action.KEEP, Action.LEAVE_OUT),
    Kind.ONE_PICTURE_TWO_PEOPLE: (Action.MERGE, Action.LEAVE_OUT, Action.KEEP),
    Kind.ONE_NAME_TWO_PEOPLE: (Action.MERGE, Action.LEAVE_OUT, Action.KEEP),
    Kind.IDS_DIFFER_IN_FORM: (Action.MERGE, Action.LEAVE_OUT, Action.KEEP),
    Kind.VALUES_DIFFER_IN_FORM: (Action.MERGE, Action.KEEP),
    Kind.LABELS_DISAGREE: (Action.LEAVE_OUT, Action.KEEP),
    Kind.BOTH_ROLES: (Action.KEEP, Action.LEAVE_OUT),
    Kind.SAYS_SYNTHETIC: (Action.KEEP, Action.LEAVE_OUT),
}

MEANING: dict[Kind, str] = {
    Kind.UNKNOWN_COLUMN: "a column that is neither known nor declared as a label",
    Kind.MISSING_FILE: "a photograph that is not there",
    Kind.UNREADABLE: "a file that cannot be decoded as a photograph",
    Kind.SAME_PICTURE: "one picture twice under one person",
    Kind.ONE_PICTURE_TWO_PEOPLE: "one picture under two people",
    Kind.ONE_NAME_TWO_PEOPLE: "one name under two person ids",
    Kind.IDS_DIFFER_IN_FORM: "person ids that differ in form only",
    Kind.VALUES_DIFFER_IN_FORM: "values of a label that differ in form only",
    Kind.LABELS_DISAGREE: "a person with two values of one label",
    Kind.BOTH_ROLES: "a person among the probes and in the gallery (their mate)",
    Kind.SAYS_SYNTHETIC: "a photograph that says it was made up, where the manifest does not",
}

NAMED_BY_DETAIL = (Kind.UNKNOWN_COLUMN, Kind.LABELS_DISAGREE, Kind.VALUES_DIFFER_IN_FORM)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to settle."""

    kind: Kind  #: what it is.
    people: tuple[str, ...]  #: person ids it concerns, sorted.
    photos: tuple[str, ...]  #: photographs it concerns, in the manifest's order.
    detail: str  #: what was seen, in words.

    @property
    def id(self) -> str:
        """A short name that stays the same while the people and photographs do."""
        what = self.detail if self.kind in NAMED_BY_DETAIL else ""
        members = digest_of([self.kind.value, list(self.people), list(self.photos), what])
        return f"{self.kind.value}:{members.removeprefix('sha256:')[:8]}"


@dataclass(frozen=True, slots=True)
class Inspection:
    """A data set that was looked through."""

    #: everything to settle, in a fixed order: first what is seen without opening a picture.
    findings: tuple[Finding, ...]
    digests: Mapping[str, str]  #: of the photographs that could be read, by their ids.


def inspect(dataset: Dataset, progress: Progress = no_progress, folder: Path | None = None) -> Inspection:
    """Look through a data set: every photograph is opened once, none is kept.

    Args:
        dataset: as read.
        progress: told of photographs fingerprinted.
        folder: where the search for copies keeps what it has until it is done; None for a temporary one.
    """
    from fairlineup.faces.pictures import find_same_pictures

    there = [entry for entry in dataset.entries if dataset.place.holds(entry.photo)]
    photos = [dataset.photograph(entry) for entry in there]
    found = find_same_pictures(
        photos, extra_pairs=_probes_with_mates(there), progress=progress, folder=folder
    )
    digests = zip((photo.id for photo in photos), found.digests, strict=False)  # none where none was opened
    return Inspection(
        (*find_in_rows(dataset), *_pictures(there, found)), {photo: one for photo, one in digests if one}
    )


def find(dataset: Dataset, progress: Progress = no_progress) -> tuple[Finding, ...]:
    """Everything to settle in a data set; see `inspect`."""
    return inspect(dataset, progress).findings


def find_in_rows(dataset: Dataset) -> tuple[Finding, ...]:
    """What can be found without opening a picture; `find` gives it too."""
    missing = [entry for entry in dataset.entries if not dataset.place.holds(entry.photo)]
    return (
        *(Finding(Kind.UNKNOWN_COLUMN, (), (), column) for column in dataset.unknown_columns),
        *_missing(dataset, missing),
        *_ids(dataset.entries),
        *_names(dataset.entries),
        *_values(dataset),
        *_labels(dataset.entries),
        *_both_roles(dataset.entries),
    )


def _pictures(entries: Sequence[Entry], found: Copies) -> Iterator[Finding]:
    for unreadable in found.unreadable:
        entry = entries[unreadable.index]
        yield Finding(Kind.UNREADABLE, (entry.person,), (entry.photo,), unreadable.reason)
    for index in found.synthetic:
        entry = entries[index]
        if entry.population == "real":
            yield Finding(Kind.SAYS_SYNTHETIC, (entry.person,), (entry.photo,), "this person does not exist")
    for pair in found.pairs:
        one, other = entries[pair.a_index], entries[pair.b_index]
        people = tuple(sorted({one.person, other.person}))
        kind = Kind.SAME_PICTURE if len(people) == 1 else Kind.ONE_PICTURE_TWO_PEOPLE
        detail = f"the pictures agree to {pair.registration.correlation:.2f} when laid over each other"
        yield Finding(kind, people, (one.photo, other.photo), detail)


def _probes_with_mates(entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """Every probe with each gallery photograph of its person: a copy there would flatter the miss rate."""
    mates: dict[str, list[int]] = defaultdict(list)
    for index, entry in enumerate(entries):
        if entry.role == "gallery":
            mates[entry.person].append(index)
    return [
        (index, mate)
        for index, entry in enumerate(entries)
        if entry.role == "probe"
        for mate in mates[entry.person]
    ]


def _missing(dataset: Dataset, missing: Sequence[Entry]) -> Iterator[Finding]:
    alike = dataset.place.alike([entry.photo for entry in missing])
    for entry in missing:
        detail = "no such file"
        if entry.photo in alike:
            detail += (
                f"; there is one whose name would agree: {how_they_differ([entry.photo, alike[entry.photo]])}"
            )
        yield Finding(Kind.MISSING_FILE, (entry.person,), (entry.photo,), detail)


def _ids(entries: Iterable[Entry]) -> Iterator[Finding]:
    photos: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        photos[entry.person].append(entry.photo)
    for ids in differing_in_form(photos):
        of_them = tuple(photo for one in ids for photo in photos[one])
        yield Finding(Kind.IDS_DIFFER_IN_FORM, tuple(sorted(ids)), of_them, how_they_differ(ids))


def _values(dataset: Dataset) -> Iterator[Finding]:
    """Spellings of one value. Photographs: of all but the commonest; people: who carry several."""
    for label in dataset.label_sources:
        entries: dict[str, list[Entry]] = defaultdict(list)
        for entry in dataset.entries:
            entries[entry.labels.get(label, "")].append(entry)
        entries.pop("", None)
        spelled = spelling(dataset.entries, label)
        for values in differing_in_form(entries):
            people = [{entry.person for entry in entries[value]} for value in values]
            several = set[str]().union(*people)
            both = tuple(sorted(one for one in several if sum(one in some for some in people) > 1))
            photos = tuple(e.photo for value in values if spelled[value] != value for e in entries[value])
            yield Finding(Kind.VALUES_DIFFER_IN_FORM, both, photos, f"{label}: {how_they_differ(values)}")


def spelling(entries: Iterable[Entry], label: str) -> dict[str, str]:
    """Each value of a label to the commonest of those that differ from it in form only."""
    count = Counter(entry.labels[label] for entry in entries if label in entry.labels)
    return {
        value: max(same, key=lambda one: (count[one], one))
        for same in by_form(count).values()
        for value in same
    }


def _names(entries: Iterable[Entry]) -> Iterator[Finding]:
    people: dict[str, set[str]] = defaultdict(set)
    photos: dict[str, list[str]] = defaultdict(list)
    written: dict[str, str] = {}
    for entry in entries:
        key = " ".join(sorted(form_of(entry.name).replace(",", " ").replace(".", " ").split()))
        if key:
            people[key].add(entry.person)
            photos[key].append(entry.photo)
            written.setdefault(key, entry.name)
    for key, ids in people.items():
        if len(ids) > 1:
            yield Finding(Kind.ONE_NAME_TWO_PEOPLE, tuple(sorted(ids)), tuple(photos[key]), written[key])


def _labels(entries: Iterable[Entry]) -> Iterator[Finding]:
    values: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for entry in entries:
        for label, value in entry.labels.items():
            values[entry.person, label].setdefault(value, entry.photo)
    for (person, label), photo_of in values.items():
        if len(by_form(photo_of)) > 1:
            detail = f"{label}: {' and '.join(photo_of)}"
            yield Finding(Kind.LABELS_DISAGREE, (person,), tuple(photo_of.values()), detail)


def _both_roles(entries: Iterable[Entry]) -> Iterator[Finding]:
    roles: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        roles[entry.person][entry.role].append(entry.photo)
    for person, photos in roles.items():
        if len(photos) == 2:
            both = (*photos["probe"], *photos["gallery"])
            yield Finding(Kind.BOTH_ROLES, (person,), both, "probe and gallery")
