"""FPIR by the kind of gallery photograph: as the manifest declares it, and as pixels were measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from fairlineup import measures, results
from fairlineup.evidence.evaluation.measured_run import MeasuredRun, RunAtThreshold, once
from fairlineup.evidence.plan import ENROL_STAGES
from fairlineup.evidence.runs import Attempt
from fairlineup.faces.kinds import KINDS, Cuts, Kind, cuts_said, kinds_of, words
from fairlineup.measures import GalleryKinds
from fairlineup.records import NotMeasured, Outcome
from fairlineup.results import Amount, Share

UNKNOWN = NotMeasured(
    "of what kind the photographs are is not known: the manifest has no column capture, and the system does "
    "not tell what it measured of them"
)
ALIKE = NotMeasured("all photographs in the gallery are of one kind, as far as is known")
OTHERS = "all others"


@dataclass(frozen=True, slots=True, eq=False)
class _Trait:
    """What sets gallery photographs apart."""

    name: str
    told_by: Literal["manifest", "pixels"]
    kinds: tuple[str, ...]  # in words, that of most people first
    gallery: GalleryKinds  # in their order
    unknown: int


def gallery_kinds(run: MeasuredRun) -> tuple[results.KindsOfGallery, ...] | NotMeasured:
    """FPIR among the gallery photographs of each kind, at each declared threshold."""
    if not _traits(run):
        captures = [entry.capture for entry in run.frozen.dataset.entries]
        return ALIKE if any(captures) or any(one.quality for one in _enrolled(run)) else UNKNOWN
    return tuple(
        results.KindsOfGallery(name, trait.name, trait.told_by, _compared(at, trait))
        for name, at in run.declared
        for trait in _traits(run)
    )


def _compared(at: RunAtThreshold, trait: _Trait) -> results.KindsCompared | NotMeasured:
    if at.incomplete:
        return at.incomplete
    if not trait.gallery.equal_size:
        return NotMeasured(_no_two(trait))
    found = measures.fpir_by_kind(at.run.answers.absent, at.threshold, trait.gallery, at.run.level)
    missing = [one.fpir.reason for one in found if isinstance(one.fpir, NotMeasured)]
    if len(missing) == len(found):
        return NotMeasured(f"of no kind was it measured, as of the first: {missing[0]}")
    rows = zip(trait.kinds, trait.gallery.people, trait.gallery.photos, found, strict=True)
    return results.KindsCompared(
        gallery_people=trait.gallery.equal_size - at.run.answers.absent.own_left_out,
        unknown=trait.unknown,
        kinds=tuple(
            results.FpirOfKind(
                name=kind,
                people=int(people),
                photographs=int(photos),
                fpir=Share.of(one.fpir),
                times=Amount.of(one.times) if k else None,
            )
            for k, (kind, people, photos, one) in enumerate(rows)
        ),
    )


def _no_two(trait: _Trait) -> str:
    counted = zip(trait.kinds, trait.gallery.people, strict=True)
    there = "; ".join(f"{kind}: {people:,}" for kind, people in list(counted)[:5])
    return f"to compare takes {measures.LEAST_PEOPLE} people of each of two kinds in the gallery ({there})"


@once
def _traits(run: MeasuredRun) -> tuple[_Trait, ...]:
    """Every trait that is known of a photograph in the gallery, if not all are the same."""
    declared = {entry.photo: entry.capture for entry in run.frozen.dataset.entries}
    cuts = cuts_said(run.frozen.information.settings.get("detector"))
    return (
        *_trait(run, "capture", "manifest", lambda one: declared[one.photo]),
        *(part for kind in KINDS for part in _trait(run, kind, "pixels", _is_of(kind, cuts))),
    )


def _is_of(kind: Kind, cuts: Cuts) -> Callable[[Attempt], str]:
    means = words(cuts)[kind]

    def of(one: Attempt) -> str:
        if one.quality is None:
            return ""
        return means if kind in kinds_of(one.quality, cuts) else OTHERS

    return of


def _trait(
    run: MeasuredRun, name: str, told_by: Literal["manifest", "pixels"], kind_of: Callable[[Attempt], str]
) -> Iterator[_Trait]:
    """The trait, unless it is known of no photograph or the same of all."""
    there = [one for one in _enrolled(run) if kind_of(one)]
    people: dict[str, set[str]] = {}
    for one in there:
        people.setdefault(kind_of(one), set()).add(one.person)
    if len(people) < 2:
        return
    kinds = tuple(sorted(people, key=lambda kind: (-len(people[kind]), kind)))
    code = {one.photo: kinds.index(kind_of(one)) for one in there}
    listed = run.answers.candidates
    of_photo = np.array([code.get(photo, -1) for photo in listed.photos], dtype=np.int64)
    gallery = GalleryKinds(
        candidate=of_photo[listed.photo],
        people=np.array([len(people[kind]) for kind in kinds], dtype=np.int64),
        photos=np.bincount([*code.values()], minlength=len(kinds)).astype(np.int64),
    )
    yield _Trait(name, told_by, kinds, gallery, len(_enrolled(run)) - len(there))


@once
def _enrolled(run: MeasuredRun) -> tuple[Attempt, ...]:
    """The photographs in the gallery of strangers."""
    stages = ENROL_STAGES if run.frozen.protocol.leave_one_out else ENROL_STAGES[:1]
    return tuple(
        one for one in run.answers.enrolments if one.stage in stages and one.outcome == Outcome.OK.value
    )
