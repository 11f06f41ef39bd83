"""Galleries: exact search under a permit, kept current across two openings of one store."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.faces.engine import named_engine
from fairlineup.records import BadInput, FairlineupError, Refused
from fairlineup.service.gallery import Galleries, NewCollection, NewFace, NewImage, Search
from fairlineup.service.safeguards import Permits, Request, entries
from fairlineup.service.store import Store

MODEL = named_engine("sface").information
ROWS = np.random.default_rng(7).normal(size=(40, 128)).astype(np.float32)
ROWS[30] = ROWS[3]  # a tie


def _enrolled(store: Store, rows: NDArray[np.float32] = ROWS, pipeline: str = MODEL.made_by) -> Galleries:
    galleries = Galleries(store)
    galleries.make(NewCollection("c", MODEL, "testing"), "test")
    request = Request("enrol", "testing", "test", "c", len(rows), len(rows))
    with Permits(store).granted(request) as granted:
        images = [NewImage(f"{n}".encode(), (NewFace(row, {}),), pipeline) for n, row in enumerate(rows)]
        galleries.enrol(granted.permit, "c", images)
    return galleries


def _search(store: Store, galleries: Galleries, probe: NDArray[np.float32], search: Search) -> list[int]:
    with Permits(store).granted(Request("search", "testing", "test", "c", 1)) as granted:
        found = galleries.search(granted.permit, "c", probe[None], search)
    return [one.face.id for one in found[0]]


def test_order_and_ties_are_those_of_float64(store: Store) -> None:
    galleries = _enrolled(store)
    probe = ROWS[3] + np.float32(0.01)
    double = ROWS.astype(np.float64) / np.linalg.norm(ROWS.astype(np.float64), axis=1)[:, None]
    unit = probe.astype(np.float64) / np.linalg.norm(probe.astype(np.float64))
    expected = np.argsort(np.round(1 - double @ unit, 12), kind="stable")[:10] + 1
    assert _search(store, galleries, probe, Search(10, 2.0)) == expected.tolist()
    assert _search(store, galleries, probe, Search(10, 2.0, frozenset({31, 4, 9})))[:2] == [4, 31]
    assert _search(store, galleries, probe, Search(10, 0.01)) == [4, 31]


def test_what_another_opening_enrolled_is_found(store: Store) -> None:
    other = Store(store.folder)
    galleries = Galleries(other)
    _enrolled(store, ROWS[:5])
    assert _search(other, galleries, ROWS[2], Search(1, 2.0)) == [3]
    with Permits(store).granted(Request("enrol", "testing", "test", "c", 1, 1)) as granted:
        Galleries(store).enrol(granted.permit, "c", [NewImage(b"x", (NewFace(ROWS[9], {}),), MODEL.made_by)])
    assert _search(other, galleries, ROWS[9], Search(1, 2.0)) == [6]
    other.close()


def test_a_permit_is_good_for_its_own_use_and_so_many_templates(store: Store) -> None:
    galleries = _enrolled(store, ROWS[:5])
    with Permits(store).granted(Request("search", "testing", "test", "c", 1)) as granted:
        with pytest.raises(Refused, match="permit"):
            galleries.search(granted.permit, "c", ROWS[:2], Search(1, 2.0))
        with pytest.raises(Refused, match="permit"):
            galleries.enrol(granted.permit, "c", [NewImage(b"y", (NewFace(ROWS[0], {}),), MODEL.made_by)])
        galleries.search(granted.permit, "c", ROWS[:1], Search(1, 2.0))
        with pytest.raises(Refused, match="permit"):
            galleries.search(granted.permit, "c", ROWS[:1], Search(1, 2.0))
    with pytest.raises(Refused, match="permit"):
        galleries.search(granted.permit, "c", ROWS[:1], Search(1, 2.0))


def test_templates_of_another_pipeline_stay_out_and_leave_nothing(store: Store) -> None:
    with pytest.raises(BadInput, match="pipeline"):
        _enrolled(store, ROWS[:1], "sha256:other")
    assert Galleries(store).counts("c").faces == 0
    with store.reading() as reading:
        outcomes = [entry.body.get("outcome") for entry in entries(reading) if entry.kind == "outcome"]
    assert outcomes == ["failed: models-mixed"]


def test_testing_ends_at_a_thousand_people_and_the_refusal_is_on_the_ledger(store: Store) -> None:
    _enrolled(store, ROWS[:5])
    with (
        pytest.raises(Refused, match="1,000 people"),
        Permits(store).granted(Request("enrol", "testing", "test", "c", 996, 996)),
    ):
        pytest.fail("granted")
    with store.reading() as reading:
        assert list(entries(reading))[-1].kind == "refused"


def test_the_ledger_is_only_added_to(store: Store) -> None:
    _enrolled(store, ROWS[:1])
    for statement in ("DELETE FROM ledger", "UPDATE ledger SET at = 0"):
        with pytest.raises(FairlineupError, match="only added to"), store.writing() as work:
            work.execute(statement)
    with store.reading() as reading:
        assert len(list(entries(reading))) == 3


def test_a_photograph_known_under_its_external_id_adds_nothing(store: Store) -> None:
    galleries = _enrolled(store, ROWS[:2])
    with Permits(store).granted(Request("enrol", "testing", "test", "c", 1, 1)) as granted:
        again = galleries.enrol(granted.permit, "c", [NewImage(b"0", (NewFace(ROWS[0], {}),), MODEL.made_by)])
    assert again[0].known
    assert galleries.counts("c").faces == 2
