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
    """A label both reviewers say is wrong."""

    #: non_mated: the data set says two people, both reviewers say one; mated: the other way round; gallery:
    #: as non_mated, of two photographs of the gallery, which no search compared.
    kind: Literal["non_mated", "mated", "gallery"]
    pair: str  #: Its name on the list.
    probe_photo: str  #: Photograph searched with, or the other one of the gallery.
    gallery_photo: str  #: Photograph of the gallery.
    decisions: tuple[str, ...]  #: The reviewers' decisions, in the order of `reviewers`.
    reasons: tuple[str, ...]  #: Theirs.
    reviewers: tuple[str, ...]  #: Who decided.
    when: tuple[str, ...]  #: At which times.


@dataclass(frozen=True, slots=True)
class LabelReview:
    """How far two people reviewed the labels of doubtful pairs."""

    pairs: Count  #: On the list.
    decided: Mapping[str, int]  #: Pairs by reviewer.
    decided_by_both: Count  #: Pairs.
    agreed: Count  #: Of these.
    disagreed: Count  #: Of these.
    undecided: Count  #: Not yet decided by two.
    kappa: Effect | NotMeasured  #: Cohen's kappa.
    exclusions: tuple[WrongLabel, ...]  #: Labels both say are wrong.


@dataclass(frozen=True, slots=True)
class ReviewedLabels:
    """A review of labels, and what it changes."""

    review: Annotated[LabelReview, FLAT]  #: How far it is.
    #: The verdicts without the labels called wrong; the verdicts themselves keep them.
    verdicts_without: tuple[LimitVerdict, ...]
