"""Pairs of photographs side by side: false matches, missed mates, same pictures, pairs to be checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fairlineup.evidence.pages.faces import Album, Thumb
from fairlineup.evidence.pages.failed import listed
from fairlineup.evidence.pages.subject import Report, score_of
from fairlineup.records import NotMeasured
from fairlineup.results import CandidatePair, GalleryPair, Miss, SamePictureMate

MOST_PAIRS = 200  # with photographs, on the whole page
MOST_MISSED = 24  # of them, missed mates
MOST_CLOSEST = 50  # of them, pairs to be checked
MOST_WITHIN = 12  # of them, pairs within the gallery
MOST_ROWS = 500  # of a list without photographs


@dataclass(frozen=True, slots=True)
class PairSide:
    """One side of a pair."""

    role: str  #: "Searched", "Returned", "Own other photograph", "In the gallery".
    name: str  #: of the person.
    photo: str  #: the photograph's id.
    thumb: Thumb  #: the picture, or why there is none.

    @classmethod
    def of(cls, role: str, person: str, photo: str, names: Mapping[str, str], album: Album) -> PairSide:
        """A person by their name, where the data set gives one, with their photograph from an album."""
        return cls(role, names.get(person) or person, photo, album.thumb(photo))


@dataclass(frozen=True, slots=True)
class PairShown:
    """Two photographs and what the system said of them."""

    one: PairSide  #: who was searched for.
    other: PairSide  #: who was returned, or their own other photograph.
    score: float | None  #: distance or score; None where the system returned none.
    rank: int | None  #: place on the list; None where it was not on it.
    says: str  #: what the pair is, in a few words.


@dataclass(frozen=True, slots=True)
class PairList:
    """Pairs for one part of the page."""

    pairs: Sequence[PairShown]  #: with photographs where they are shown.
    rows: Sequence[PairShown]  #: more of them, without photographs.
    total: int  #: how many there are in the results.

    @property
    def unlisted(self) -> int:
        """How many are only counted."""
        return self.total - len(self.pairs) - len(self.rows)


def gather(subject: Report, album: Album) -> dict[str, PairList]:
    """Choose the pairs shown, by list; false matches take what the shorter lists leave of the budget."""
    results, names = subject.results, subject.results.names
    closest = listed(results.closest_non_mated)[:MOST_CLOSEST]
    missed, same = listed(results.missed), listed(results.same_picture_mates)
    flagged = closest_per_probe(subject)
    within = _pairs_within(subject)
    left = MOST_PAIRS - len(closest) - min(len(missed), MOST_MISSED) - min(len(within), MOST_WITHIN)
    more = missed[MOST_MISSED : MOST_MISSED + MOST_ROWS]
    nothing = Album(None)
    return {
        "false_matches": PairList(
            [_false_match(names, album, one) for one in flagged[:left]], (), len(flagged)
        ),
        "closest": PairList([_false_match(names, album, one) for one in closest], (), len(closest)),
        "within": PairList(
            [_within(names, album, one) for one in within[:MOST_WITHIN]],
            [_within(names, nothing, one) for one in within[MOST_WITHIN:]],
            len(within),
        ),
        "missed": PairList(
            [_missed(names, album, one) for one in missed[:MOST_MISSED]],
            [_missed(names, nothing, one) for one in more],
            len(missed),
        ),
        "same_pictures": PairList((), [_missed(names, nothing, one) for one in same[:MOST_ROWS]], len(same)),
    }


def _pairs_within(subject: Report) -> tuple[GalleryPair, ...]:
    """Pairs within the gallery; none where it was not compared with itself."""
    found = subject.results.within_gallery
    compared = found if isinstance(found, NotMeasured) else found.compared
    return () if isinstance(compared, NotMeasured) else compared.pairs


def closest_per_probe(subject: Report) -> list[CandidatePair]:
    """The closest false match of each flagged search at the current threshold, the most alike first."""
    scale, threshold = subject.results.system.scale, score_of(subject.current.at)
    seen: dict[str, CandidatePair] = {}
    for pair in sorted(
        listed(subject.results.false_matches), key=lambda one: scale.to_distance(score_of(one.at))
    ):
        if scale.accepts(score_of(pair.at), threshold):
            seen.setdefault(pair.probe_photo, pair)
    return list(seen.values())


def _false_match(names: Mapping[str, str], album: Album, pair: CandidatePair) -> PairShown:
    return PairShown(
        one=PairSide.of("Searched", pair.probe, pair.probe_photo, names, album),
        other=PairSide.of("Returned", pair.gallery_person, pair.gallery_photo, names, album),
        score=pair.at.value,
        rank=pair.rank,
        says="Not the same person, by the data set’s labels.",
    )


def _within(names: Mapping[str, str], album: Album, pair: GalleryPair) -> PairShown:
    return PairShown(
        one=PairSide.of("In the gallery", pair.person, pair.photo, names, album),
        other=PairSide.of("In the gallery", pair.other_person, pair.other_photo, names, album),
        score=pair.at.value,
        rank=None,
        says="One picture, by the pictures." if pair.one_picture else "Two people, by the data set’s labels.",
    )


def _missed(names: Mapping[str, str], album: Album, mate: Miss | SamePictureMate) -> PairShown:
    missed = mate if isinstance(mate, Miss) else None
    return PairShown(
        one=PairSide.of("Searched", mate.probe, mate.probe_photo, names, album),
        other=PairSide.of("Own other photograph", mate.probe, mate.gallery_photo, names, album),
        score=missed.at.value if missed else None,
        rank=missed.rank if missed else None,
        says=missed.why if missed else "",
    )
