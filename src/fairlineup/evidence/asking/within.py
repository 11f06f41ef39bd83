"""The gallery compared with itself, where that costs no question: who may stand in it under two names."""

from __future__ import annotations

from fairlineup.evidence.asking.asking import Asking
from fairlineup.evidence.plan import Kind
from fairlineup.evidence.runs import GalleryPair, GalleryPairs, read_gallery_pairs, write_gallery_pairs
from fairlineup.records import InProcessSystem

NEAREST = 5  # of each reference: more of one that is near to many are no other findings
MOST_PAIRS = 200


def is_compared_within(asking: Asking) -> bool:
    """Whether that was done."""
    return read_gallery_pairs(asking.run.directory) is not None


def compare_within(asking: Asking, system: InProcessSystem) -> None:
    """Write the closest pairs of references that the data set says are two people.

    A pair that the search for the same picture found to be one is among them and named as that, also where
    the plan merged the two. What else it is, one person under two ids or two people, is for people to say.
    """
    dataset = asking.run.dataset
    person = {entry.photo: entry.person for entry in dataset.entries}
    two = {
        frozenset(s.finding.photos)
        for s in dataset.settlements
        if s.finding.kind is Kind.ONE_PICTURE_TWO_PEOPLE
    }
    closest = system.closest(asking.gallery, NEAREST, asking.options.progress)
    pairs: list[GalleryPair] = []
    for one, other, score in closest.pairs:
        known = frozenset((one, other)) in two
        if known or person[one] != person[other]:
            pairs.append(GalleryPair(one, other, round(score, asking.rules.decimals), known))
        if len(pairs) == MOST_PAIRS:
            break
    write_gallery_pairs(
        asking.run.directory, GalleryPairs(closest.references, closest.looked_at, tuple(pairs))
    )
