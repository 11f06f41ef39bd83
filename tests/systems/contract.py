"""What every system adapter must do: one suite, given a way to make the system and photographs for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from fairlineup.records import Enrolment, FaceSystem, Outcome, Photograph, SearchAnswer, SearchRequest


@dataclass(frozen=True)
class Bench:
    """What the suite needs of an adapter.

    Attributes:
        make: a fresh system.
        gallery: photographs that can be enrolled, of different people.
        probes: photographs that can be searched with; the first is of the first of the gallery.
        faceless: a photograph without a face.
    """

    make: Callable[[], FaceSystem]
    gallery: tuple[Photograph, ...]
    probes: tuple[Photograph, ...]
    faceless: Photograph


Check = Callable[[Bench], None]
BROKEN = (
    Photograph("broken/empty.jpg", b""),
    Photograph("broken/text.jpg", b"this is no picture" * 20),
    Photograph("broken/gone.jpg", Path("no/such/photograph.jpg")),
)


def _everything(system: FaceSystem) -> SearchRequest:
    scale = system.information().scale
    return SearchRequest(None, scale.high if scale.kind == "distance" else scale.low)


def _enrolled(system: FaceSystem, photos: Iterable[Photograph], gallery: str = "g") -> list[Enrolment]:
    return list(system.enrol(gallery, photos))


def _answers(
    bench: Bench, system: FaceSystem, request: SearchRequest | None = None, gallery: str = "g"
) -> list[SearchAnswer]:
    return list(system.search(gallery, bench.probes, request or _everything(system)))


def says_what_it_is(bench: Bench) -> None:
    with closing(bench.make()) as system:
        assert isinstance(system, FaceSystem)
        information = system.information()
    scale = information.scale
    assert information.name
    assert information.vendor
    assert information.version
    assert scale.low < scale.high
    for threshold in (information.default_threshold, information.recommended_threshold):
        assert threshold is None or scale.low <= threshold.score <= scale.high
        assert threshold is None or threshold.source
    with closing(bench.make()) as system:
        assert system.information() == information


def answers_each_photograph_in_order(bench: Bench) -> None:
    mixed = (*bench.gallery[:2], bench.faceless, *BROKEN, *bench.gallery[2:])
    with closing(bench.make()) as system:
        assert [answer.photo for answer in _enrolled(system, mixed)] == [photo.id for photo in mixed]
        searched = list(system.search("g", (*BROKEN, *bench.probes), _everything(system)))
        assert [answer.photo for answer in searched] == [p.id for p in (*BROKEN, *bench.probes)]


def a_missing_face_is_an_outcome(bench: Bench) -> None:
    with closing(bench.make()) as system:
        assert _enrolled(system, bench.gallery)[0].outcome is Outcome.OK
        assert _enrolled(system, [bench.faceless])[0].outcome is Outcome.NO_FACE
        (answer,) = system.search("g", [bench.faceless], _everything(system))
        assert answer.outcome is Outcome.NO_FACE
        assert answer.candidates == ()


def an_unreadable_file_is_an_outcome(bench: Bench) -> None:
    with closing(bench.make()) as system:
        for answers in (_enrolled(system, BROKEN), system.search("g", BROKEN, _everything(system))):
            for answer in answers:
                assert answer.outcome in (Outcome.ERROR, Outcome.NO_FACE)
                assert answer.photo.startswith("broken/")
        assert _enrolled(system, BROKEN[2:])[0].outcome is Outcome.ERROR


def only_the_enrolled_are_candidates(bench: Bench) -> None:
    with closing(bench.make()) as system:
        enrolled = {
            a.photo for a in _enrolled(system, (*bench.gallery, bench.faceless)) if a.outcome is Outcome.OK
        }
        for answer in _answers(bench, system):
            assert {candidate.photo for candidate in answer.candidates} == enrolled
            assert len(answer.candidates) == len(enrolled)


def scores_are_on_the_scale_best_first(bench: Bench) -> None:
    with closing(bench.make()) as system:
        scale = system.information().scale
        _enrolled(system, bench.gallery)
        for answer in _answers(bench, system):
            scores = [candidate.score for candidate in answer.candidates]
            assert all(math.isfinite(score) and scale.low <= score <= scale.high for score in scores)
            assert scores == sorted(scores, reverse=scale.kind == "similarity")


def the_threshold_is_honoured(bench: Bench) -> None:
    with closing(bench.make()) as system:
        scale = system.information().scale
        _enrolled(system, bench.gallery)
        everything = _answers(bench, system)
        seen = sorted(c.score for answer in everything for c in answer.candidates)
        for threshold in (seen[0], seen[len(seen) // 2], seen[-1]):
            limited = _answers(bench, system, SearchRequest(None, threshold))
            for answer, full in zip(limited, everything, strict=True):
                kept = tuple(c for c in full.candidates if scale.accepts(c.score, threshold))
                assert answer.candidates == kept


def the_longest_list_is_honoured(bench: Bench) -> None:
    with closing(bench.make()) as system:
        _enrolled(system, bench.gallery)
        everything = _answers(bench, system)
        weakest = _everything(system).threshold
        for answer, full in zip(_answers(bench, system, SearchRequest(2, weakest)), everything, strict=True):
            assert answer.candidates == full.candidates[:2]
            assert answer.capped is (len(full.candidates) > 2)
        assert not any(answer.capped for answer in everything)


def no_threshold_is_the_default_one(bench: Bench) -> None:
    with closing(bench.make()) as system:
        default = system.information().default_threshold
        assert default is not None
        _enrolled(system, bench.gallery)
        named = _answers(bench, system, SearchRequest(None, default.score))
        assert _answers(bench, system, SearchRequest(None, None)) == named


def order_and_company_do_not_change_a_score(bench: Bench) -> None:
    def scores(gallery: Iterable[Photograph]) -> dict[tuple[str, str], float]:
        with closing(bench.make()) as system:
            _enrolled(system, gallery)
            answers = list(system.search("g", bench.probes[::-1], _everything(system)))
        return {(a.photo, c.photo): round(c.score, 5) for a in answers for c in a.candidates}

    every = scores(bench.gallery)
    assert scores(bench.gallery[::-1]) == every
    few = scores(bench.gallery[1:3])
    assert few == {pair: score for pair, score in every.items() if pair in few}
    assert few


def a_gallery_grows(bench: Bench) -> None:
    with closing(bench.make()) as system:
        _enrolled(system, bench.gallery[:2])
        before = _answers(bench, system)
        _enrolled(system, bench.gallery[2:])
        for one, other in zip(before, _answers(bench, system), strict=True):
            assert set(one.candidates) <= set(other.candidates)
            assert len(other.candidates) == len(bench.gallery)


def galleries_are_apart_and_can_be_deleted(bench: Bench) -> None:
    with closing(bench.make()) as system:
        system.delete_gallery("never made")
        _enrolled(system, bench.gallery[:2], "one")
        _enrolled(system, bench.gallery[2:], "other")
        assert len(_answers(bench, system, gallery="one")[0].candidates) == 2
        system.delete_gallery("one")
        system.delete_gallery("one")
        assert all(answer.candidates == () for answer in _answers(bench, system, gallery="one"))
        assert len(_answers(bench, system, gallery="other")[0].candidates) == len(bench.gallery) - 2


def searching_nothing_finds_nothing(bench: Bench) -> None:
    with closing(bench.make()) as system:
        answers = _answers(bench, system, gallery="never made")
        assert [answer.outcome for answer in answers] == [Outcome.OK] * len(bench.probes)
        assert all(answer.candidates == () and not answer.capped for answer in answers)
        assert list(system.search("g", [], _everything(system))) == []
        assert list(system.enrol("g", [])) == []


def photographs_are_taken_lazily(bench: Bench) -> None:
    def endless() -> Iterator[Photograph]:
        while True:
            yield from bench.gallery

    with closing(bench.make()) as system:
        answers = system.enrol("g", endless())
        assert [next(answers).photo for _ in range(3)] == [photo.id for photo in bench.gallery[:3]]


CHECKS: tuple[Check, ...] = (
    says_what_it_is,
    answers_each_photograph_in_order,
    a_missing_face_is_an_outcome,
    an_unreadable_file_is_an_outcome,
    only_the_enrolled_are_candidates,
    scores_are_on_the_scale_best_first,
    the_threshold_is_honoured,
    the_longest_list_is_honoured,
    no_threshold_is_the_default_one,
    order_and_company_do_not_change_a_score,
    a_gallery_grows,
    galleries_are_apart_and_can_be_deleted,
    searching_nothing_finds_nothing,
    photographs_are_taken_lazily,
)
