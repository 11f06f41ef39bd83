"""The gallery compared with itself: what pictures and system say of references under two people."""

from __future__ import annotations

from collections.abc import Iterator

from fairlineup import results
from fairlineup.evidence.evaluation.listing import on_scale
from fairlineup.evidence.plan import Action, Entry, Kind
from fairlineup.evidence.runs import FrozenRun, read_gallery_pairs
from fairlineup.records import NotMeasured, SystemInformation

RECORDED = ("replay", "scores")  # systems that give answers which were given before


def within_gallery(run: FrozenRun) -> results.WithinGallery:
    """Pairs of references under two people: one picture by the pictures, alike by the system."""
    person = {entry.photo: entry.person for entry in _references(run)}
    return results.WithinGallery(tuple(_one_picture(run, person)), _compared(run, person))


def _references(run: FrozenRun) -> tuple[Entry, ...]:
    return (*run.protocol.others, *run.protocol.mates)


def _one_picture(run: FrozenRun, person: dict[str, str]) -> Iterator[results.OnePicture]:
    for one in run.dataset.settlements:
        found = one.finding
        if found.kind is Kind.ONE_PICTURE_TWO_PEOPLE and person.keys() >= set(found.photos):
            one_photo, other_photo = found.photos
            yield results.OnePicture(found.people, one_photo, other_photo, one.action is Action.MERGE)


def _compared(run: FrozenRun, person: dict[str, str]) -> results.ClosestWithin | NotMeasured:
    found = read_gallery_pairs(run.directory)
    if found is None:
        return NotMeasured(_not_asked(run.plan.system.name.partition(":")[0], run.information, len(person)))
    pairs = (
        results.GalleryPair(
            person=person[pair.photo],
            photo=pair.photo,
            other_person=person[pair.other_photo],
            other_photo=pair.other_photo,
            at=on_scale(run.information.scale, pair.score),
            one_picture=pair.one_picture,
        )
        for pair in found.pairs
    )
    return results.ClosestWithin(found.references, found.looked_at, tuple(pairs))


def _not_asked(system: str, information: SystemInformation, references: int) -> str:
    """Why nobody knows whom a system finds alike within the gallery."""
    if system in RECORDED:
        return "these answers were recorded before, and none of them compares two photographs of the gallery"
    cost, price = f"{references:,} more searches", information.price
    if price is not None:
        paid = references * information.calls_per_search * price.amount
        cost += f" for {paid:,.2f} {price.currency}"
    return (
        "the system answers searches and gives no templates, so each photograph of the gallery would have "
        f"to be searched for too ({cost})"
    )
