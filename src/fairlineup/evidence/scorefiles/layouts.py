"""Column layouts of score tables: ours, BFW's, bob's, or as told."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fairlineup.files import SEPARATORS, Head, named_columns
from fairlineup.measures import Columns
from fairlineup.records import BadInput

BOB_TEXT = {
    4: ("claimed_id", "real_id", "probe_label", "score"),
    5: ("claimed_id", "model_id", "real_id", "probe_label", "score"),
}
"""Columns of bob's score files without a header, by how many there are."""
PANDAS_AGAIN = re.compile(r"\.\d+$")  # "distance.1" is pandas' second one
NO_HEAD = Head((), ",", "", 0)


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Which columns of a table are what; a name left blank is found by the table's layout.

    Attributes:
        person_probe: who is on the probe.
        person_gallery: who is on the other photograph.
        distance: lower is more alike.
        similarity: higher is more alike.
        groups: label to its columns on the probe and the gallery side.
        photos: the photograph on the probe, and the one it is compared with; both or neither.
        as_written: ids and values of labels that differ in form only are different ones.
    """

    person_probe: str = ""
    person_gallery: str = ""
    distance: str = ""
    similarity: str = ""
    groups: Mapping[str, tuple[str, str]] | None = None
    photos: tuple[str, str] = ("", "")
    as_written: bool = False

    @property
    def all(self) -> set[str]:
        """The columns that were named: those are taken as they are written."""
        groups = (name for pair in (self.groups or {}).values() for name in pair)
        people = (self.person_probe, self.person_gallery)
        return {*people, self.distance, self.similarity, *self.photos, *groups}

    @property
    def direction(self) -> bool:
        """Whether it was said which way scores go."""
        return bool(self.distance or self.similarity)


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout found."""

    name: str  #: what it is called.
    columns: Columns  #: which column is what.
    #: column that says 1 for one person and 0 for two, to be held against the ids; blank for none.
    truth: str = ""
    head: Head = NO_HEAD  #: how the table begins; its separator is " " for any white space.
    direction_told: bool = False  #: whether it was said which way scores go, not found by a column's name.


def layout_of(head: Head, named: ColumnNames) -> Layout:
    """The layout of a table by how it begins and what was said of it.

    Raises: BadInput: no layout fits, a column named is not there or there twice, or it is open which column
        is the score.
    """
    words = tuple(head.line.split())
    if len(words) in BOB_TEXT and _is_number(words[-1]) and words == tuple(" ".join(head.columns).split()):
        head = Head(BOB_TEXT[len(words)], " ", head.line, 0)
        return _with_names(replace(_bob_text(len(words)), head=head), named)
    if len(head.columns) == 1 < len(words):
        head = replace(head, columns=words, separator=" ")
    return _with_names(replace(_recognised(head, named), head=head), named)


def _recognised(head: Head, named: ColumnNames) -> Layout:
    there = {name.casefold(): name for name in reversed(head.columns)}
    if named.person_probe and named.person_gallery:
        return Layout("as told", Columns(named.person_probe, named.person_gallery, groups={}))
    if {"person_probe", "person_gallery"} <= there.keys():
        photos = _pair(there, "probe_photo", "gallery_photo")
        people = there["person_probe"], there["person_gallery"]
        return Layout("fairlineup", Columns(*people, groups=_own_groups(head.columns), photos=photos))
    if {"id1", "id2", "att1", "att2"} <= there.keys():
        return _bfw(there)
    if {"bio_ref_subject_id", "probe_subject_id"} <= there.keys():
        return _bob_csv(there)
    raise _no_layout(head)


def _own_groups(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Labels of columns probe_<label> and gallery_<label>, photographs left out; in any case."""
    found: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    for name in names:
        side, _, label = name.partition("_")
        if side.casefold() in ("probe", "gallery") and label and label.casefold() != "photo":
            labels.setdefault(label.casefold(), label)
            found.setdefault(label.casefold(), ["", ""])[side.casefold() == "gallery"] = name
    return {labels[key]: (pair[0], pair[1]) for key, pair in found.items()}


def _pair(there: Mapping[str, str], one: str, other: str) -> tuple[str, str]:
    return (there[one], there[other]) if one in there and other in there else ("", "")


def _bfw(there: Mapping[str, str]) -> Layout:
    labels = {"subgroup": ("att1", "att2"), "gender": ("g1", "g2"), "ethnicity": ("e1", "e2")}
    pairs = {label: _pair(there, *pair) for label, pair in labels.items()}
    groups = {label: pair for label, pair in pairs.items() if all(pair)}
    photos = next(
        (pair for names in (("p1", "p2"), ("path1", "path2")) if all(pair := _pair(there, *names))), None
    )
    truth = next((there[name] for name in ("label", "same") if name in there), "")
    people = there["id1"], there["id2"]
    score = there.get("score", "")
    return Layout("BFW", Columns(*people, similarity=score, groups=groups, photos=photos or ("", "")), truth)


def _bob_csv(there: Mapping[str, str]) -> Layout:
    names = (("probe_template_id", "bio_ref_template_id"), ("probe_reference_id", "bio_ref_reference_id"))
    photos = next((pair for one in names if all(pair := _pair(there, *one))), ("", ""))
    people = there["probe_subject_id"], there["bio_ref_subject_id"]
    score = there.get("score", "score")
    return Layout("bob CSV", Columns(*people, similarity=score, groups={}, photos=photos))


def _bob_text(count: int) -> Layout:
    model = "model_id" if count == 5 else "claimed_id"
    columns = Columns("real_id", "claimed_id", similarity="score", groups={}, photos=("probe_label", model))
    return Layout(f"bob {count} columns", columns)


def _with_names(found: Layout, named: ColumnNames) -> Layout:
    names = found.head.columns
    columns = replace(
        found.columns,
        person_probe=named.person_probe or found.columns.person_probe,
        person_gallery=named.person_gallery or found.columns.person_gallery,
        photos=named.photos if all(named.photos) else found.columns.photos,
    )
    if named.direction:
        columns = replace(columns, distance=named.distance, similarity=named.similarity)
    elif not (columns.distance or columns.similarity):
        columns = _with_score(columns, found.head)
    columns = replace(columns, groups={**(columns.groups or {}), **(named.groups or {})})
    columns = _as_written(columns, names)
    alike: dict[str, list[str]] = {}
    for one in names:
        for key in {one.casefold(), PANDAS_AGAIN.sub("", one.casefold())}:
            alike.setdefault(key, []).append(one)
    for name in (*used(columns), *([found.truth] if found.truth else [])):
        _check_once(name, found.head, alike, named.all)
    return replace(found, columns=columns, direction_told=named.direction)


def _as_written(columns: Columns, names: Sequence[str]) -> Columns:
    """The columns with each name as the header has it, where that differs in case."""
    exact = set(names)
    there = {name.casefold(): name for name in reversed(names)}

    def one(name: str) -> str:
        return name if name in exact else there.get(name.casefold(), name)

    return Columns(
        *(one(columns.person_probe), one(columns.person_gallery)),
        *(one(columns.distance), one(columns.similarity)),
        groups={label: (one(pair[0]), one(pair[1])) for label, pair in (columns.groups or {}).items()},
        photos=(one(columns.photos[0]), one(columns.photos[1])),
    )


def _check_once(name: str, head: Head, alike: Mapping[str, Sequence[str]], named: set[str]) -> None:
    """Raises: BadInput (a column that is not there, or there more than once)."""
    near = alike.get(name.casefold(), ())
    if name not in near:
        raise _missing(repr(name), f"the columns {named_columns(head.columns)}")
    same = [one for one in near if one == name] if name in named else near
    if len(same) > 1:
        raise BadInput(
            f"a column stands more than once in the table: {name}",
            expected="each column that is read once",
            got=f"{len(same)} of them ({named_columns(same)})",
            remedy="take out the one that is not meant, or give it another name",
            code="columns-unclear",
        )


def _with_score(columns: Columns, head: Head) -> Columns:
    there = {name.casefold(): name for name in reversed(head.columns)}
    found = [name for name in ("distance", "similarity") if name in there]
    if found == ["distance"]:
        return replace(columns, distance=there["distance"])
    if found == ["similarity"]:
        return replace(columns, similarity=there["similarity"])
    raise BadInput(
        "it is not clear which column is the score",
        expected="one column distance or similarity",
        got=f"{' and '.join(found) or 'neither'} of the columns {named_columns(head.columns)}",
        remedy="name the column",
        code="columns-unclear",
        facts={"score_columns": named_columns(head.columns)},
    )


def used(columns: Columns) -> tuple[str, ...]:
    """Every column that is read, once each."""
    groups = (name for pair in (columns.groups or {}).values() for name in pair)
    score = columns.distance or columns.similarity
    return tuple(
        dict.fromkeys(
            name
            for name in (columns.person_probe, columns.person_gallery, score, *columns.photos, *groups)
            if name
        )
    )


def _is_number(text: str) -> bool:
    try:
        return not math.isnan(float(text.replace(",", ".", 1)))
    except ValueError:
        return False


def _missing(name: str, got: str) -> BadInput:
    return BadInput(
        "a column is not in the table",
        expected=name,
        got=got,
        remedy="name the columns as the table does",
        code="column-missing",
    )


def _no_layout(head: Head) -> BadInput:
    parted = SEPARATORS.get(head.separator, "white space")
    return BadInput(
        "no layout fits the table",
        expected="columns of our own, BFW's or bob's",
        got=f"the columns {named_columns(head.columns)}, if its cells are parted by {parted}",
        remedy="name the columns of both people and of the score",
        code="columns-unclear",
        facts={"table_columns": named_columns(head.columns), "page": "library"},
    )
