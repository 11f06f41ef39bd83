"""Calibration of people with planted templates: settled, split, checked, and held against an audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.evidence.calibration import (
    CalibrationSubject,
    Compared,
    Doubt,
    SettledPeople,
    build,
    calibration_overlap,
    check,
    doubts_csv,
    doubts_of,
    read_decisions,
)
from fairlineup.evidence.plan import (
    Dataset,
    Entry,
    Finding,
    Half,
    Kind,
    Memory,
    half_of,
    only_half,
)
from fairlineup.faces.scale import Calibration, calibration_json
from fairlineup.faces.vectors import prepare
from fairlineup.labels import Decision
from fairlineup.records import BadInput, NotMeasured, Quality

DIGESTS = {f"{i}.jpg": f"sha256:{i:064x}" for i in range(400)}
PLAIN = Quality(120, 130.0, 200.0, 0.0, 0.25)
FACTS = {"model": {"digest": "sha256:m"}, "kind": "synthetic"}


def _templates(photographs: int, seed: int = 1) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.25, (photographs, 8)).astype(np.float32)


def _compared(entries: tuple[Entry, ...], templates: NDArray[np.float32]) -> Compared:
    return Compared(entries, prepare(templates), qualities=(PLAIN,) * len(entries))


def _dataset(people: int, sources: Mapping[str, str] | None = None) -> Dataset:
    """One photograph each; half of them F, half M."""
    entries = tuple(
        Entry(f"p{i:04d}", f"{i}.jpg", "gallery", f"Name {i}", labels={"sex": "FM"[i % 2]})
        for i in range(people)
    )
    return Dataset(Memory("here", b"", {}), entries, sources or {}, ())


def _subject(half: Half = "all") -> CalibrationSubject:
    return CalibrationSubject("t", "nobody", "numbers", half, "sha256:set", DIGESTS, FACTS)


def _built(people: int = 300, sources: Mapping[str, str] | None = None, half: Half = "all") -> Calibration:
    dataset = only_half(_dataset(people, sources), half)
    compared = _compared(dataset.entries, _templates(len(dataset.entries)))
    return build(SettledPeople(compared, dataset), _subject(half))


def _planted_error(people: int = 200) -> tuple[Dataset, Compared]:
    """The last person is the first under another id, a little further off than any two others."""
    dataset = _dataset(people)
    templates = _templates(people)
    templates[-1] = templates[0] + 0.001
    return dataset, _compared(dataset.entries, templates)


def test_a_planted_label_error_is_asked_about_first() -> None:
    dataset, compared = _planted_error()
    doubts = doubts_of(dataset, (), compared)
    assert doubts[0].people == ("p0000", "p0199")
    assert doubts[0].why == ("near",)
    assert len(doubts) == 10
    assert [d.distance for d in doubts] == sorted(d.distance or 0 for d in doubts)


def test_shared_names_and_pictures_are_asked_about_wherever_they_lie() -> None:
    dataset, compared = _planted_error()
    name = Finding(Kind.ONE_NAME_TWO_PEOPLE, ("p0003", "p0004", "p0005"), ("3.jpg", "4.jpg", "5.jpg"), "x")
    picture = Finding(Kind.ONE_PICTURE_TWO_PEOPLE, ("p0000", "p0199"), ("0.jpg", "199.jpg"), "x")
    same = Finding(Kind.SAME_PICTURE, ("p0007",), ("7.jpg", "8.jpg"), "x")
    form = Finding(Kind.IDS_DIFFER_IN_FORM, ("p0008", "p0009"), ("8.jpg", "9.jpg"), "x")
    doubts = {d.people: d for d in doubts_of(dataset, (name, picture, same, form), compared)}
    assert doubts["p0008", "p0009"].why == ("one id in two forms",)
    assert doubts["p0000", "p0199"].why == ("near", "one picture")
    assert {pair for pair, d in doubts.items() if "one name" in d.why} == {
        ("p0003", "p0004"),
        ("p0003", "p0005"),
        ("p0004", "p0005"),
    }
    assert not any("p0007" in pair for pair in doubts if doubts[pair].why != ("near",))


def test_a_label_error_leaves_the_headline_and_stays_beside_it() -> None:
    dataset, compared = _planted_error()
    doubts = doubts_of(dataset, (), compared)
    settled = [
        (d, Decision(d.pair, "", *(("label_error", "one person") if d is doubts[0] else ("look_alike",))))
        for d in doubts
    ]
    table = build(SettledPeople(compared, dataset, (), settled), _subject())
    assert table.about["pairs"] == 200 * 199 // 2 - 1
    assert table.about["people"] == 199
    assert table.about["settled"] == {
        "asked": 10,
        "near": 10,
        "one_name": 0,
        "one_picture": 0,
        "label_error": 1,
        "look_alike": 9,
    }
    far = next(row for row in table.rows if row.errors and row.errors > 100)
    beside = next(row for row in table.every_pair if row.distance == far.distance)
    assert beside.errors == (far.errors or 0) + 1
    alike = [(d, Decision(d.pair, "", "look_alike")) for d in doubts]
    kept = build(SettledPeople(compared, dataset, (), alike), _subject())
    assert kept.rows == kept.every_pair == table.every_pair


def test_the_list_reads_back_and_every_wrong_cell_is_named() -> None:
    dataset, compared = _planted_error()
    doubts = doubts_of(dataset, (), compared)
    decisions = {doubts[0].pair: Decision(doubts[0].pair, "A. Reader", "label_error", "same man")}
    text = doubts_csv(doubts, decisions)
    again = read_decisions(text, "list", doubts)
    assert again[doubts[0].pair] == decisions[doubts[0].pair]
    assert len(again) == 1
    assert read_decisions(text.replace(b",", b";").replace(b"pair;", b"Pair;", 1), "list", doubts) == again
    with pytest.raises(BadInput, match="a reason for label_error"):
        read_decisions(text.replace(b"same man", b""), "list", doubts)
    with pytest.raises(BadInput, match="label_error, look_alike"):
        read_decisions(text.replace(b"label_error", b"maybe"), "list", doubts)
    with pytest.raises(BadInput, match="a pair that the list asks about"):
        read_decisions(text, "list", doubts[1:])
    with pytest.raises(BadInput, match="each pair once"):
        read_decisions(text + text.splitlines(keepends=True)[1], "list", doubts)
    with pytest.raises(BadInput, match="the columns pair, decision, reason"):
        read_decisions(b"a,b\n1,2\n", "list", doubts)


def test_a_list_too_long_to_keep_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _built()
    monkeypatch.setattr("fairlineup.evidence.calibration.compared.LISTED", 5_000)
    part = _built()
    counted = {row.distance: row for row in part.rows}
    assert any(row.low is None for row in part.rows)
    assert part.rows[-1].fmr == 1
    shared = [row for row in whole.rows if row.distance in counted]
    assert len(shared) > 20
    for row in shared:
        assert counted[row.distance].fmr == pytest.approx(row.fmr, abs=3 / whole.about["pairs"])


def test_groups_need_a_source_and_thirty_people() -> None:
    assert _built().groups == ()
    table = _built(sources={"sex": "a register"})
    assert [(curve.value, curve.people, curve.pairs) for curve in table.groups] == [
        ("F", 150, 150 * 149 // 2),
        ("M", 150, 150 * 149 // 2),
    ]
    assert all(row.errors and row.errors >= 10 for curve in table.groups for row in curve.rows)
    uncited = _built(sources={"sex": ""})
    assert uncited.ungrouped == {"sex": "no source is cited for it"}
    few = _built(50, sources={"sex": "a register"})
    assert few.ungrouped == {"sex": "no group of it has 30 people"}


def test_misses_take_one_pair_a_person_and_no_copy() -> None:
    dataset = _dataset(100)
    more = tuple(replace(entry, photo=f"again-{entry.photo}") for entry in dataset.entries[:40])
    dataset = replace(dataset, entries=(*dataset.entries, *more))
    templates = np.concatenate((_templates(100), _templates(100)[:40] + np.float32(0.01)))
    compared = _compared(dataset.entries, templates)
    copy = Finding(Kind.SAME_PICTURE, ("p0000",), ("0.jpg", "again-0.jpg"), "x")
    table = build(SettledPeople(compared, dataset, (copy,)), _subject())
    assert {(miss["misses"], miss["people"]) for miss in table.about["misses"]} == {(0, 39)}
    assert table.about["pairs"] == 140 * 139 // 2 - 40


def test_the_file_names_nobody() -> None:
    text = calibration_json(_built(half="even")).decode()
    assert "p00" not in text
    assert ".jpg" not in text
    assert "Name" not in text


def test_halves_share_nobody_and_leave_nobody_out() -> None:
    dataset = _dataset(100)
    even, odd = ({e.person for e in only_half(dataset, half).entries} for half in ("even", "odd"))
    assert not even & odd
    assert even | odd == {e.person for e in dataset.entries}
    assert (half_of("a"), half_of("abc")) == ("even", "even")  # SHA-256 begins ca and ba
    assert half_of("test") == "odd"  # 9f


def _overlap(table: Calibration, entries: Iterable[Entry], digests: Mapping[str, str]) -> tuple[int, int]:
    found = calibration_overlap(table, entries, digests)
    return found.people, found.by_photograph


def test_whom_a_table_was_made_from_is_known_on_any_data_set() -> None:
    everybody = _dataset(300).entries
    table = _built(half="even")
    even = [one for one in everybody if half_of(one.person) == "even"]
    odd = [one for one in everybody if half_of(one.person) == "odd"]
    assert _overlap(table, everybody, DIGESTS) == (len(even), len(even))
    assert _overlap(table, odd, DIGESTS) == (0, 0)
    assert _overlap(table, even[:7] + odd, DIGESTS) == (7, 7)
    whole = _built()
    assert _overlap(whole, everybody[:5], DIGESTS) == (5, 5)  # part of the people it was made from
    renamed = [replace(one, person=f"x-{one.person}") for one in even[:3]]
    assert _overlap(table, renamed, DIGESTS) == (3, 3)
    pictured_anew = {one.photo: f"sha256:anew-{one.photo}" for one in even}
    assert _overlap(table, even[:4], pictured_anew) == (4, 0)
    strangers = [replace(one, person=f"q{n:04d}") for n, one in enumerate(even)]  # ids of the same form
    assert _overlap(table, strangers, pictured_anew) == (0, 0)


def test_a_kind_of_photograph_has_its_own_rate() -> None:
    """Every third photograph is grey and two grey ones lie nearer: the table says so apart."""
    dataset, templates = _dataset(300), _templates(300)
    grey = np.arange(300) % 3 == 0
    templates[grey] *= np.float32(0.8)
    kinds = tuple(replace(PLAIN, colour=0.0) if one else PLAIN for one in grey.tolist())
    compared = Compared(dataset.entries, prepare(templates), qualities=kinds)
    table = build(SettledPeople(compared, dataset), _subject())
    assert table.kinds.counts["grey"] == 100
    (curve,) = table.kind_rates
    assert (curve.value, curve.people, curve.pairs) == ("grey", 100, 100 * 99 // 2)
    at = curve.rows[0].distance
    assert curve.rows[0].fmr > 2 * table.read(at).row.fmr


def test_photographs_without_kinds_make_no_table() -> None:
    dataset = _dataset(100)
    with pytest.raises(BadInput, match="kinds of these photographs are not known"):
        build(SettledPeople(Compared(dataset.entries, prepare(_templates(100))), dataset), _subject())


def test_few_errors_are_no_verdict_and_none_where_many_are_expected_are_one() -> None:
    table = _built(400)
    few = check(table, _compared(_dataset(60).entries, _templates(60, seed=9)))
    untold = [one for one in few if isinstance(one.inside, NotMeasured)]
    assert any(one.expected < 10 for one in untold)
    assert {one.inside.reason for one in untold if isinstance(one.inside, NotMeasured)} == {
        "too few errors to tell"
    }
    assert not [one for one in few if one.inside is False]
    far = check(table, _compared(_dataset(400).entries, _templates(400, seed=9) * np.float32(3)))
    assert {one.inside for one in far if one.expected >= 100} == {False}


def test_a_check_on_others_of_one_kind_agrees_and_on_nearer_ones_does_not() -> None:
    table = _built(400)
    others = _dataset(400).entries
    alike = check(table, Compared(others, prepare(_templates(400, seed=9))))
    assert np.mean([row.inside for row in alike if isinstance(row.inside, bool)]) > 0.8
    nearer = check(table, Compared(others, prepare(_templates(400, seed=9) * np.float32(0.8))))
    assert np.mean([row.inside for row in nearer if isinstance(row.inside, bool)]) < 0.2
    assert all(row.expected == pytest.approx(row.row.fmr * 400 * 399 / 2) for row in alike)


def test_one_person_cannot_be_calibrated_on() -> None:
    entries = _dataset(1).entries
    with pytest.raises(BadInput, match="nobody to compare"):
        Compared(entries, prepare(_templates(1)))


def test_joined_people_are_one_however_they_are_linked() -> None:
    entries = _dataset(5).entries
    joined = Compared(entries, prepare(_templates(5))).joining([("p0003", "p0004"), ("p0000", "p0003")])
    assert joined.people == ("p0000", "p0001", "p0002")
    assert joined.pairs == 10 - 3


def test_a_doubt_keeps_its_name() -> None:
    one = Doubt(("a", "b"), ("", ""), ("x.jpg",), 0.1, ("near",))
    assert one.pair == replace(one, distance=0.2, photos=()).pair
    assert one.pair != replace(one, people=("a", "c")).pair
