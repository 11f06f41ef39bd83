"""Pairs of photographs side by side: false matches, missed mates, same pictures, pairs to be checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.faces import Album, Thumb
from fairlineup.evidence.pages.figures import Datum, Results
from fairlineup.evidence.pages.subject import Subject

MOST_PAIRS = 200  # with photographs, on the whole page
MOST_MISSED = 24  # of them, missed mates
MOST_CLOSEST = 50  # of them, pairs to be checked
MOST_ROWS = 500  # of a list without photographs


@dataclass(frozen=True, slots=True)
class Portrait:
    """One side of a pair.

    Attributes:
        role: "Searched", "Returned", "Own other photograph".
        name: of the person.
        photo: the photograph's id.
        thumb: the picture, or why there is none.
    """

    role: str
    name: str
    photo: str
    thumb: Thumb


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photographs and what the system said of them.

    Attributes:
        one: who was searched for.
        other: who was returned, or their own other photograph.
        score: distance or score; None where the system returned none.
        rank: place on the list; None where it was not on it.
        says: what the pair is, in a few words.
    """

    one: Portrait
    other: Portrait
    score: Datum | None
    rank: Datum | None
    says: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Pairs for one part of the page.

    Attributes:
        pairs: with photographs where they are shown.
        rows: more of them, without photographs.
        total: how many there are in results.json.
    """

    pairs: tuple[Pair, ...]
    rows: tuple[Pair, ...]
    total: int

    @property
    def unlisted(self) -> int:
        """How many are only counted."""
        return self.total - len(self.pairs) - len(self.rows)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All pairs of the page, within its budget."""

    false_matches: Listing
    missed: Listing
    closest: Listing
    same_pictures: Listing


def gather(subject: Subject, album: Album) -> Gathered:
    """Choose the pairs shown; false matches take what the shorter lists leave of the budget."""
    results = subject.results
    closest = list(results["closest_non_mated"])[:MOST_CLOSEST]
    missed = list(results["missed"])
    flagged = closest_per_probe(subject)
    left = MOST_PAIRS - len(closest) - min(len(missed), MOST_MISSED)
    nothing = Album(None)
    return Gathered(
        false_matches=Listing(tuple(_false_matches(subject, album, flagged[:left])), (), len(flagged)),
        closest=Listing(tuple(_false_matches(subject, album, closest)), (), len(closest)),
        missed=Listing(
            tuple(_missed(subject, album, missed[:MOST_MISSED])),
            tuple(_missed(subject, nothing, missed[MOST_MISSED : MOST_MISSED + MOST_ROWS])),
            len(missed),
        ),
        same_pictures=Listing(
            (),
            tuple(_missed(subject, nothing, results["same_picture_mates"][:MOST_ROWS])),
            len(results["same_picture_mates"]),
        ),
    )


def closest_per_probe(subject: Subject) -> list[Results]:
    """The closest false match of each flagged search at the limit's threshold, the most alike first."""
    threshold = float(subject.limit[subject.unit])
    seen: dict[str, Results] = {}
    for pair in _most_alike_first(subject, subject.results["false_matches"]):
        if subject.scale.accepts(float(pair[subject.unit]), threshold):
            seen.setdefault(str(pair["probe_photo"]), pair)
    return list(seen.values())


def _most_alike_first(subject: Subject, pairs: Iterable[Results]) -> Sequence[Results]:
    return sorted(pairs, key=lambda pair: subject.scale.to_distance(float(pair[subject.unit])))


def _false_matches(subject: Subject, album: Album, chosen: Iterable[Results]) -> Iterator[Pair]:
    for pair in chosen:
        yield Pair(
            one=_portrait(subject, album, "Searched", pair["probe"], pair["probe_photo"]),
            other=_portrait(subject, album, "Returned", pair["gallery_person"], pair["gallery_photo"]),
            score=_score(subject, pair),
            rank=_rank(pair),
            says="Not the same person, by the data set’s labels.",
        )


def _missed(subject: Subject, album: Album, chosen: Iterable[Results]) -> Iterator[Pair]:
    for pair in chosen:
        yield Pair(
            one=_portrait(subject, album, "Searched", pair["probe"], pair["probe_photo"]),
            other=_portrait(subject, album, "Own other photograph", pair["probe"], pair["gallery_photo"]),
            score=_score(subject, pair),
            rank=_rank(pair),
            says=str(pair.get("why", "")),
        )


def _portrait(subject: Subject, album: Album, role: str, person: str, photo: str) -> Portrait:
    return Portrait(role, subject.name(person), photo, album.thumb(photo))


def _score(subject: Subject, pair: Results) -> Datum | None:
    score = subject.score_of(pair)
    return None if score is None else Datum(words.score(score), score)


def _rank(pair: Results) -> Datum | None:
    rank = pair.get("rank")
    return None if rank is None else Datum(words.count(rank), rank)
