"""How far two people reviewed the labels of doubtful pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Effect
from fairlineup.results.numbers import Count
from fairlineup.results.shape import FLAT
from fairlineup.results.verdicts import LimitVerdict


@dataclass(frozen=True, slots=True)
class WrongLabel:
    """A label both reviewers say is wrong.

    Attributes:
        kind: non_mated: the data set says two people, both reviewers say one; mated: the other way round.
        pair: Its name on the list.
        probe_photo: Photograph searched with.
        gallery_photo: Photograph of the gallery.
        decisions: The reviewers' decisions, in the order of `reviewers`.
        reasons: Theirs.
        reviewers: Who decided.
        when: At which times.
    """

    kind: Literal["non_mated", "mated"]
    pair: str
    probe_photo: str
    gallery_photo: str
    decisions: tuple[str, ...]
    reasons: tuple[str, ...]
    reviewers: tuple[str, ...]
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelReview:
    """How far two people reviewed the labels of doubtful pairs.

    Attributes:
        pairs: On the list.
        decided: Pairs by reviewer.
        decided_by_both: Pairs.
        agreed: Of these.
        disagreed: Of these.
        undecided: Not yet decided by two.
        kappa: Cohen's kappa.
        exclusions: Labels both say are wrong.
    """

    pairs: Count
    decided: Mapping[str, int]
    decided_by_both: Count
    agreed: Count
    disagreed: Count
    undecided: Count
    kappa: Effect | NotMeasured
    exclusions: tuple[WrongLabel, ...]


@dataclass(frozen=True, slots=True)
class ReviewedLabels:
    """A review of labels, and what it changes.

    Attributes:
        review: How far it is.
        verdicts_without: The verdicts without the labels called wrong; the verdicts themselves keep them.
    """

    review: Annotated[LabelReview, FLAT]
    verdicts_without: tuple[LimitVerdict, ...]
