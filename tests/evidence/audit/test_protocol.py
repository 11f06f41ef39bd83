from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.evidence.plan import (
    Dataset,
    Entry,
    Folder,
    GalleryChoice,
    Policy,
    ProbesChoice,
    SearchChoice,
    StatisticsChoice,
    resolve,
    settle,
)
from fairlineup.evidence.plan.protocol import Protocol, lay_out
from fairlineup.records import BadInput

from .kit import plan_for, simulated


def _lay_out(entries: list[Entry], **changes: Any) -> Protocol:
    plan = resolve(plan_for(Path("set"), **changes), simulated().information())
    return lay_out(plan, settle(Dataset(Folder(Path("set")), tuple(entries), {}, ()), (), Policy()))


def _entries(probes: int, others: int, mates: int) -> list[Entry]:
    return [
        *(Entry(f"p{n}", f"p{n}.jpg", "probe") for n in range(probes)),
        *(Entry(f"o{n}", f"o{n}.jpg", "gallery") for n in range(others)),
        *(Entry(f"p{n}", f"m{n}.jpg", "gallery") for n in range(mates)),
    ]


def _people(entries: tuple[Entry, ...]) -> set[str]:
    return {entry.person for entry in entries}


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["probe", "gallery"])), min_size=1),
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(0, 5),
)
def test_a_target_absent_gallery_never_holds_a_probe(
    shots: list[tuple[str, str]], probes: int, gallery: int, seed: int
) -> None:
    entries = [Entry(p, f"{n}.jpg", "probe" if r == "probe" else "gallery") for n, (p, r) in enumerate(shots)]
    try:
        protocol = _lay_out(
            entries,
            probes=ProbesChoice(probes),
            gallery=GalleryChoice(gallery),
            statistics=StatisticsChoice(seed=seed),
        )
    except BadInput:
        every = {p for p, r in shots if r == "probe"}
        others = {p for p, r in shots if r == "gallery"} - every
        assert not every or not others or probes > len(every) or gallery > len(others)
        return
    every = {e.person for e in entries if e.role == "probe"}
    assert not _people(protocol.others) & every
    assert _people(protocol.mates) <= _people(protocol.absent)
    assert _people(protocol.present) == _people(protocol.mates)
    assert len(_people(protocol.absent)) == (min(probes, len(every)) or len(every))
    order = {entry.photo: n for n, entry in enumerate(entries)}
    for _, stage in protocol.stages:
        places = [order[entry.photo] for entry in stage]
        assert places == sorted(places)


def test_drawing_depends_on_its_seed_alone() -> None:
    entries = _entries(40, 60, 30)
    drawn = _lay_out(entries, probes=ProbesChoice(10), gallery=GalleryChoice(20))
    assert (len(drawn.absent), len(drawn.others)) == (10, 20)
    assert _lay_out(entries[::-1], probes=ProbesChoice(10)).absent[::-1] == drawn.absent
    assert _lay_out(entries, gallery=GalleryChoice(20)).others == drawn.others
    other = _lay_out(entries, probes=ProbesChoice(10), statistics=StatisticsChoice(seed=2))
    assert _people(other.absent) != _people(drawn.absent)
    with pytest.raises(BadInput, match=r"probes\.people: expected at most the 40 people there are, got 99"):
        _lay_out(entries, probes=ProbesChoice(99))


def test_all_photographs_of_a_person_drawn_come_along() -> None:
    entries = [Entry(f"p{n % 5}", f"{n}.jpg", "probe") for n in range(15)] + _entries(0, 3, 0)
    protocol = _lay_out(entries, probes=ProbesChoice(2))
    assert len(protocol.absent) == 6
    assert len(_people(protocol.absent)) == 2


def test_stages_that_are_not_wanted_are_left_out() -> None:
    entries = _entries(3, 4, 2)
    full = _lay_out(entries)
    assert [(s, len(e)) for s, e in full.stages] == [
        ("enrol-absent", 4),
        ("search-absent", 3),
        ("enrol-mates", 2),
        ("search-present", 2),
    ]
    assert full.photographs == 11
    absent = _lay_out(entries, search=SearchChoice(target_present=False))
    assert [stage for stage, _ in absent.stages] == ["enrol-absent", "search-absent"]
    present = _lay_out(entries, search=SearchChoice(target_absent=False))
    assert [stage for stage, _ in present.stages] == ["enrol-absent", "enrol-mates", "search-present"]


@pytest.mark.parametrize(
    ("entries", "changes", "said"),
    [
        (_entries(0, 3, 0), {}, "probes: expected at least one photograph with the role probe, got none"),
        (_entries(3, 0, 0), {}, "a target-absent gallery.*got no photograph with the role gallery"),
        (_entries(3, 0, 2), {}, "a target-absent gallery.*got only people who are probes too"),
        (_entries(3, 4, 0), {"search": SearchChoice(target_absent=False)}, "a target-present search"),
        (
            _entries(3, 4, 0),
            {"gallery": GalleryChoice(sizes=(2, 41))},
            r"gallery\.sizes.*up to 10 times the 4.*got 41",
        ),
        (
            _entries(3, 9, 0),
            {"gallery": GalleryChoice(people=4, sizes=(50,))},
            r"gallery\.sizes.*times the 4",
        ),
    ],
)
def test_data_that_do_not_allow_the_plan(entries: list[Entry], changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        _lay_out(entries, **changes)
