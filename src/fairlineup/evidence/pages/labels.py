"""The review of labels: who looked, where they agreed, and what is left out of the second verdict."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.figures import Datum, Figure, Results, Unit, figure
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.verdicts import told

KAPPA = Unit(words.signed_number)
COUNTED = (
    ("decided_by_both", "decided by both"),
    ("agreed", "decided alike"),
    ("disagreed", "decided differently"),
    ("undecided", "not decided by both"),
)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One pair of photographs both reviewers hold to be a label error."""

    kind: str
    one: str
    other: str
    reasons: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Review:
    """What reviewers did.

    Attributes:
        pairs: how many are listed for review.
        reviewers: name, and how many pairs each decided.
        counts: pairs decided by both, agreed, disagreed, undecided, by their names.
        kappa: agreement beyond chance.
        exclusions: pairs agreed to be errors.
        verdicts: with these left out.
    """

    pairs: Datum
    reviewers: tuple[tuple[str, Datum], ...]
    counts: tuple[tuple[str, Datum], ...]
    kappa: Figure
    exclusions: tuple[Exclusion, ...]
    verdicts: tuple[tuple[str, ...], ...]


def review(subject: Subject) -> Review | None:
    """The review; None where the results know of none."""
    found = subject.results.get("labels")
    if not found:
        return None
    return Review(
        pairs=_count(found["pairs"]),
        reviewers=tuple((str(name), _count(n)) for name, n in found["decided"].items()),
        counts=tuple((name, _count(found[key])) for key, name in COUNTED if found.get(key) is not None),
        kappa=figure(found.get("kappa") or {"not_measured": "not in these results"}, KAPPA),
        exclusions=tuple(_exclusion(one) for one in found.get("exclusions") or ()),
        verdicts=tuple(tuple(told(subject, one)) for one in found.get("verdicts_without") or ()),
    )


def _exclusion(one: Results) -> Exclusion:
    return Exclusion(
        kind=str(one["kind"]).replace("_", " "),
        one=str(one["probe_photo"]),
        other=str(one["gallery_photo"]),
        reasons="; ".join(_texts(one.get("reasons"))),
        who=", ".join(_texts(one.get("reviewers"))),
        when=", ".join(words.date(moment) for moment in _texts(one.get("when"))),
    )


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(inner) for inner in value] if isinstance(value, list) else [str(value)]


def _count(value: float) -> Datum:
    return Datum(words.count(value), value)
