"""A gap between groups told apart: the algorithm's part, and that of who is in the gallery."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.contrasts import sides
from fairlineup.evidence.pages.figures import Figure, Results, Unit, figure
from fairlineup.evidence.pages.subject import Subject

NONE_DECLARED = "The plan declared no comparison of two groups, so there is no gap to tell apart."
SIGNED = Unit(words.signed_number)


@dataclass(frozen=True, slots=True)
class SplitView:
    """One gap told apart.

    Attributes:
        says: in sentences.
        rows: each group with its expected false candidates per search, in the real and in a balanced gallery.
    """

    says: str
    rows: tuple[tuple[str, Figure, Figure], ...]


@dataclass(frozen=True, slots=True)
class Split:
    """All gaps at the threshold told of: those told apart, and why the others were not.

    Attributes:
        at: the threshold, as a caption names it.
        views: the gaps told apart.
        reasons: sentences on the others.
    """

    at: str
    views: tuple[SplitView, ...]
    reasons: tuple[str, ...]


def split(subject: Subject) -> Split:
    """Algorithm against gallery, for each declared comparison at the threshold told of."""
    contrasts = list(subject.limit.get("contrasts", ()))
    at = f"“{subject.limit['name']}”" if subject.limit["name"] else subject.at(subject.limit)
    if not contrasts:
        return Split(at, (), (NONE_DECLARED,))
    told = [(one, one.get("decomposition") or {"not_measured": _why(one)}) for one in contrasts]
    views = tuple(_view(subject, one, found) for one, found in told if "not_measured" not in found)
    reasons: dict[str, list[str]] = {}
    for one, found in told:
        if "not_measured" in found:
            reasons.setdefault(str(found["not_measured"]), []).append(" and ".join(sides(one)))
    sentences = tuple(
        f"The gap between {'; '.join(gaps)} could not be told apart: {reason}."
        for reason, gaps in reasons.items()
    )
    return Split(at, views, sentences)


def _why(contrast: Results) -> str:
    return str(contrast.get("not_measured", "not in these results"))


def _view(subject: Subject, contrast: Results, found: Results) -> SplitView:
    one, other = sides(contrast)
    gap, algorithm, gallery = (_told(subject, found[key]) for key in ("gap", "algorithm", "gallery"))
    says = (
        f"{_gallery(subject, found)}Photographs of other people matched per search among these, {one} less "
        f"{other}: {gap}. With equally many of each group it would be {algorithm}: the algorithm’s part. That"
        f" the groups are not equally many adds {gallery}."
    )
    rows = tuple(
        (name, figure(found[key]["real"], SIGNED), figure(found[key]["balanced"], SIGNED))
        for name, key in ((one, "one"), (other, "other"))
    )
    return SplitView(says, rows)


def _told(subject: Subject, measured: Results) -> str:
    found = figure(measured, SIGNED)
    if not (found.value and found.low and found.high):
        return f"not measured ({found.reason})"
    return f"{found.value.text} ({subject.level} interval {found.low.text} to {found.high.text})"


def _gallery(subject: Subject, found: Results) -> str:
    """Whose photographs these are, and that they are not the gallery searched above where they are not."""
    composition = found["composition"]
    counted = ", ".join(f"“{value}” {words.count(n)}" for value, n in composition.items())
    photographs = words.plural(sum(composition.values()), "labelled photograph")
    said = f"Counted among the {photographs} ({counted}) of {found['of']}"
    if found["searched"]:
        return f"{said}. "
    return (
        f"{said}: another and smaller gallery than the {words.count(subject.gallery_people)} people above. "
    )
