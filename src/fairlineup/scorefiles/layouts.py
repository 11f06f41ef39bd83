"""Column layouts of score tables: ours, BFW's, bob's, or as told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fairlineup.measures import Columns
from fairlineup.records import BadInput

BOB_TEXT = {
    4: ("claimed_id", "real_id", "probe_label", "score"),
    5: ("claimed_id", "model_id", "real_id", "probe_label", "score"),
}
"""Columns of bob's score files without a header, by how many there are."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person who gives the table says of its columns; blank where it is for us to find.

    Attributes:
        person_probe: who is on the probe.
        person_gallery: who is on the other photograph.
        distance: lower is more alike.
        similarity: higher is more alike.
        groups: label to its columns on the probe and the gallery side.
        photos: the photograph on the probe, and the one it is compared with; both or neither.
    """

    person_probe: str = ""
    person_gallery: str = ""
    distance: str = ""
    similarity: str = ""
    groups: Mapping[str, tuple[str, str]] | None = None
    photos: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout found.

    Attributes:
        name: what it is called.
        columns: which column is what.
        truth: column that says 1 for one person and 0 for two, to be held against the ids; blank for none.
        separator: between cells; " " for any white space.
        header: the columns of a file that does not name them; empty where it does.
    """

    name: str
    columns: Columns
    truth: str = ""
    separator: str = ","
    header: tuple[str, ...] = ()


def layout_of(first_line: str, wanted: Wanted) -> Layout:
    """The layout of a table by its first line and what was said of it.

    Raises: BadInput: no layout fits, a column named is not there, or it is open which column is the score.
    """
    cells = [cell.strip().strip('"') for cell in first_line.rstrip("\r\n").removeprefix("\ufeff").split(",")]
    words = first_line.split()
    if len(cells) == 1 and len(words) in BOB_TEXT and _is_number(words[-1]):
        found = _bob_text(len(words))
    else:
        found = _named(tuple(cells), wanted)
    return _with_wanted(found, found.header or tuple(cells), wanted)


def _named(names: tuple[str, ...], wanted: Wanted) -> Layout:
    there = set(names)
    if wanted.person_probe and wanted.person_gallery:
        return Layout("as told", Columns(wanted.person_probe, wanted.person_gallery, groups={}))
    if {"person_probe", "person_gallery"} <= there:
        photos = ("probe_photo", "gallery_photo") if {"probe_photo", "gallery_photo"} <= there else ("", "")
        return Layout("fairlineup", Columns(groups=_own_groups(names), photos=photos))
    if {"id1", "id2", "att1", "att2"} <= there:
        return _bfw(there)
    if {"bio_ref_subject_id", "probe_subject_id"} <= there:
        return _bob_csv(there)
    raise _no_layout(names)


def _own_groups(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Labels of columns probe_<label> and gallery_<label>, photographs left out."""
    starts = ("probe_", "gallery_")
    labels = dict.fromkeys(n.removeprefix(s) for n in names for s in starts if n.startswith(s) and n != s)
    labels.pop("photo", None)
    pairs = {label: [f"{s}{label}" for s in starts] for label in labels}
    return {
        label: (pair[0] if pair[0] in names else "", pair[1] if pair[1] in names else "")
        for label, pair in pairs.items()
    }


def _bfw(there: set[str]) -> Layout:
    labels = {"subgroup": ("att1", "att2"), "gender": ("g1", "g2"), "ethnicity": ("e1", "e2")}
    groups = {label: pair for label, pair in labels.items() if set(pair) <= there}
    photos = next((pair for pair in (("p1", "p2"), ("path1", "path2")) if set(pair) <= there), ("", ""))
    truth = next((name for name in ("label", "same") if name in there), "")
    score = "score" if "score" in there else ""
    return Layout("BFW", Columns("id1", "id2", similarity=score, groups=groups, photos=photos), truth)


def _bob_csv(there: set[str]) -> Layout:
    names = (("probe_template_id", "bio_ref_template_id"), ("probe_reference_id", "bio_ref_reference_id"))
    photos = next((pair for pair in names if set(pair) <= there), ("", ""))
    columns = Columns("probe_subject_id", "bio_ref_subject_id", similarity="score", groups={}, photos=photos)
    return Layout("bob CSV", columns)


def _bob_text(count: int) -> Layout:
    model = "model_id" if count == 5 else "claimed_id"
    columns = Columns("real_id", "claimed_id", similarity="score", groups={}, photos=("probe_label", model))
    return Layout(f"bob {count} columns", columns, separator=" ", header=BOB_TEXT[count])


def _with_wanted(found: Layout, names: tuple[str, ...], wanted: Wanted) -> Layout:
    columns = replace(
        found.columns,
        person_probe=wanted.person_probe or found.columns.person_probe,
        person_gallery=wanted.person_gallery or found.columns.person_gallery,
        photos=wanted.photos if all(wanted.photos) else found.columns.photos,
    )
    if wanted.distance or wanted.similarity:
        columns = replace(columns, distance=wanted.distance, similarity=wanted.similarity)
    elif not (columns.distance or columns.similarity):
        columns = _with_score(columns, names)
    columns = replace(columns, groups={**(columns.groups or {}), **(wanted.groups or {})})
    for name in used(columns):
        if name not in names:
            raise _missing(repr(name), f"the columns {', '.join(names)}")
    return replace(found, columns=columns)


def _with_score(columns: Columns, names: tuple[str, ...]) -> Columns:
    there = [name for name in ("distance", "similarity") if name in names]
    if there == ["distance"]:
        return replace(columns, distance="distance")
    if there == ["similarity"]:
        return replace(columns, similarity="similarity")
    raise BadInput(
        "it is open which column is the score",
        expected="one column distance or similarity",
        got=f"{' and '.join(there) or 'neither'} of the columns {', '.join(names)}",
        remedy="name it with --distance or --similarity",
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
        float(text)
    except ValueError:
        return False
    return True


def _missing(name: str, got: str) -> BadInput:
    return BadInput(
        "a column is not in the table", expected=name, got=got, remedy="name the columns as the table does"
    )


def _no_layout(names: Sequence[str]) -> BadInput:
    return BadInput(
        "no layout fits the table",
        expected="columns of our own, BFW's or bob's (fairlineup help library)",
        got=f"the columns {', '.join(names)[:200]}",
        remedy="name them with --probe-person, --gallery-person and --distance or --similarity",
    )
