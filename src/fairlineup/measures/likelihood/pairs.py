"""Mated and non-mated comparisons side by side, and their split into two halves that share no person."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import any_nan, check_column, check_columns, check_faults
from fairlineup.measures.identification.identification import mate_standing
from fairlineup.measures.identification.searches import Mated
from fairlineup.measures.likelihood.calibrators import Training
from fairlineup.measures.thresholds import on_scale
from fairlineup.measures.verification.comparisons import Comparisons


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Comparisons of known truth, of one kind of photograph.

    Non-mated comparisons are listed up to a recording distance, `non_mated.reach`; beyond it only their
    number is known. Mated ones beyond it count as beyond, whatever distance they are given.

    Raises: BadInput: the columns do not fit, or more was compared than listed and there is no reach.
    """

    mated_person: NDArray[np.int64]  #: Code of each mated comparison, as in `non_mated`, shape (n_mated,).
    #: Lower is more alike; inf where the mate was not returned, shape (n_mated,).
    mated_distance: NDArray[np.float64]
    non_mated: Comparisons  #: The others, with all of them counted.
    ids: tuple[str, ...]  #: What each person code stands for, shape (people,); people are split by these.
    #: Comparisons each listed non-mated one stands for, where they are a sample of those within the reach,
    #: shape (n_listed,); None if each stands for one.
    weight: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        check_columns(self, len(self.mated_person), mated_person="iu", mated_distance="f")
        if self.weight is not None:
            check_columns(self, len(self.non_mated), weight="f")
        check_faults(
            "the pairs do not fit",
            self._faults(),
            expected="mated distances of known people, and a reach where not every comparison is listed",
            remedy="give each person one code and one id, and the distance up to which all is listed",
        )

    @property
    def weights(self) -> NDArray[np.float64]:
        """Comparisons each listed non-mated one stands for, shape (n_listed,)."""
        return np.ones(len(self.non_mated)) if self.weight is None else self.weight

    @property
    def beyond(self) -> float:
        """Non-mated comparisons beyond the reach."""
        if math.isinf(self.non_mated.reach):
            return 0.0
        return max(0.0, self.non_mated.trials - float(self.weights.sum()))

    @property
    def mated_people(self) -> int:
        """How many different people have a mated comparison."""
        return len(np.unique(self.mated_person))

    def training(self) -> Training:
        """The distances alone, for a calibrator."""
        listed = self.non_mated
        return Training(self.mated_distance, listed.distance, self.weights, self.beyond, listed.reach)

    def among(self, inside: NDArray[np.bool_], gallery: NDArray[np.bool_] | None = None) -> Pairs:
        """The comparisons of these people, mask of shape (people,), with each other or with `gallery`.

        Raises: BadInput: a mask does not fit.
        """
        check_column("inside", inside, self.non_mated.people, "b")
        other = inside if gallery is None else gallery
        check_column("gallery", other, self.non_mated.people, "b")
        kept = inside[self.non_mated.probe] & other[self.non_mated.gallery]
        mated = inside[self.mated_person]
        return replace(
            self,
            mated_person=self.mated_person[mated],
            mated_distance=self.mated_distance[mated],
            non_mated=self.non_mated.between(inside, other),
            weight=None if self.weight is None else self.weight[kept],
        )

    def _faults(self) -> Iterator[tuple[bool, str]]:
        listed, codes, weights = self.non_mated, self.mated_person, self.weights
        ids, everything = len(set(self.ids)), math.isinf(listed.reach)
        unlisted = listed.trials - len(listed) if self.weight is None else 0
        yield not ids == len(self.ids) == listed.people, f"{ids} different ids for {listed.people} people"
        outside = ((codes < 0) | (codes >= listed.people)).any()
        yield bool(outside), f"a person code outside 0 to {listed.people - 1}"
        yield any_nan(self.mated_distance), "a mated distance that is not a number"
        yield bool((listed.distance > listed.reach).any()), "a comparison listed beyond the reach"
        sound = (weights > 0).all() and np.isfinite(weights).all()
        yield not sound, "a weight of 0 or less, or an infinite one"
        returned = np.isfinite(self.mated_distance).all()
        yield everything and not returned, "a mate that was not returned, and no reach"
        yield everything and unlisted > 0, f"{unlisted} comparisons not listed, and no reach"


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """Comparisons to fit on and to test on; nobody stands in both."""

    fit: Pairs  #: Comparisons of people of the one half with each other.
    test: Pairs  #: The same of the other half.
    dropped: int  #: Non-mated comparisons across the halves, used in neither.


def split_by_person(pairs: Pairs, salt: str) -> Halves:
    """Split people by a hash of their id, so that the same person always falls on the same side.

    About half of all non-mated comparisons are between the halves and are dropped; mated ones never are.

    Not: a random split of comparisons, which would show the test people to the fit.
    """
    inside = first_half(pairs.ids, salt)
    fit, test = pairs.among(inside), pairs.among(~inside)
    return Halves(fit, test, pairs.non_mated.trials - fit.non_mated.trials - test.non_mated.trials)


def first_half(ids: Sequence[str], salt: str) -> NDArray[np.bool_]:
    """Who belongs to the first half, by the first bit of SHA-256 over salt and id; shape (people,)."""
    return first_bytes(tuple(ids), salt) < 128


@lru_cache(maxsize=16)
def first_bytes(ids: tuple[str, ...], salt: str) -> NDArray[np.uint8]:
    """The first byte of SHA-256 over salt and id, of each person; shape (people,)."""
    found = np.array([hashlib.sha256(f"{salt}\0{one}".encode()).digest()[0] for one in ids], np.uint8)
    found.flags.writeable = False
    return found


def pairs_of(mated: Mated, non_mated: Comparisons, ids: Sequence[str], reach: float = math.inf) -> Pairs:
    """The pairs behind the searches of an audit.

    A mated search gives one distance, that of the mate's closest photograph; searches with their own picture,
    probes not processed and mates not enrolled give none, for there was nothing to compare.

    Args:
        mated: mated searches with the mate listed if it lies within the reach.
        non_mated: comparisons of different people, in the person codes of `mated`.
        ids: id of each person, indexed by person code, shape (people,).
        reach: where the lists end if that is before `non_mated.reach`: the least distance at which a system
            cut a list of either kind of search.

    Raises: BadInput: ids and person codes do not fit.
    """
    same = np.zeros(len(mated), np.bool_) if mated.same_picture is None else mated.same_picture
    there = mated.only(mated.searches.processed & mated.mate_enrolled & ~same)
    listed = non_mated.within(on_scale(non_mated, min(reach, non_mated.reach)))
    distance = mate_standing(there)[0]
    return Pairs(
        there.searches.person, np.where(distance <= listed.reach, distance, np.inf), listed, tuple(ids)
    )
