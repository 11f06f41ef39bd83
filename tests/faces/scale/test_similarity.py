"""The similarity scale: golden values, monotone, refused and censored past the end; what ships."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.faces.engine import ENGINES, named_engine
from fairlineup.faces.kinds import CUTS, KindsSeen
from fairlineup.faces.kinds import KINDS as ALL_KINDS
from fairlineup.faces.scale import (
    Calibration,
    CalibrationRow,
    GroupCurve,
    Overlap,
    calibration_json,
    fmr_of,
    parse_calibration,
    people_inside,
    read_calibration,
    shared_kinds,
    shipped_calibration,
    similarity_of,
    strange,
)
from fairlineup.records import BadInput, NotMeasured

DLIB = named_engine("dlib").pipeline
ROWS = (
    CalibrationRow(0.40, 1e-5, 5e-6, 2e-5, model=True),
    CalibrationRow(0.45, 1e-4, 7e-5, 2e-4, 40, 3e5),
    CalibrationRow(0.60, 1e-2, 9e-3, 2e-2, 4000, 1e4),
    CalibrationRow(0.90, 1.0, 1.0, 1.0, 400_000, None),
)

COUNTS: dict[str, int] = {**dict.fromkeys(ALL_KINDS, 0), "grey": 400, "small": 9}
SEEN = KindsSeen(1000, COUNTS, {"colour": (0.0, 0.1)}, CUTS["yunet"])
KINDS = (GroupCurve("kind", "grey", "measured", 300, 79_000, ROWS[1:]),)
INSIDE = people_inside("0" * 31 + "1", ["Ann", "7"], ["sha256:a", "sha256:b", ""])
ABOUT = {"kind": "real", "people": 300, "pairs": 79_000, "settled": {"asked": 4}}


def _table(groups: tuple[GroupCurve, ...] = ()) -> Calibration:
    why = {"sex": "no source is cited"}
    return Calibration("t", "sha256:x", "p", "c", ROWS, ROWS, groups, why, SEEN, KINDS, INSIDE, ABOUT)


@pytest.mark.parametrize(("fmr", "similarity"), [(1e-4, 66.0), (1e-5, 82.5), (1e-6, 99.0), (1.0, 0.0)])
def test_golden_values(fmr: float, similarity: float) -> None:
    assert similarity_of(fmr) == pytest.approx(similarity)
    assert fmr_of(similarity) == pytest.approx(fmr)


@pytest.mark.parametrize("fmr", [0.0, -1.0, 1.5, math.nan])
def test_no_similarity_of_what_is_no_rate(fmr: float) -> None:
    with pytest.raises(BadInput) as caught:
        similarity_of(fmr)
    assert caught.value.code == "argument-unusable"


@given(st.floats(0, 2), st.floats(0, 2))
def test_similarity_never_rises_with_the_distance(one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert _table().read(near).similarity >= _table().read(far).similarity


@given(st.floats(0, 82.49))
def test_a_threshold_reads_back_as_its_similarity(similarity: float) -> None:
    table = _table()
    assert table.read(table.distance_at(similarity)).similarity == pytest.approx(similarity, abs=1e-6)


@given(st.floats(82.51, 500))
def test_a_threshold_beyond_the_end_is_refused_by_name(similarity: float) -> None:
    with pytest.raises(BadInput, match=r"calibration t .* at most 82\.5") as caught:
        _table().distance_at(similarity)
    assert caught.value.code == "calibration-does-not-fit"


def test_between_rows_on_a_log_scale() -> None:
    found = _table().read(0.525)
    assert found.row.fmr == pytest.approx(1e-3)
    assert found.row.low == pytest.approx(math.sqrt(7e-5 * 9e-3))
    assert not found.row.model
    assert _table().read(0.42).row.model
    assert not _table().read(0.45).row.model


def test_beyond_the_end_is_censored() -> None:
    found = _table().read(0.39)
    assert found.censored
    assert (found.row.fmr, found.row.low, found.row.high) == (1e-5, None, 2e-5)
    assert not _table().read(0.40).censored


def test_past_the_last_row_everything_matches() -> None:
    assert _table().read(1.3).row.fmr == 1.0
    assert _table().read(1.3).similarity == 0


@pytest.mark.parametrize("distance", [-0.1, math.nan])
def test_not_a_distance(distance: float) -> None:
    with pytest.raises(BadInput) as caught:
        _table().read(distance)
    assert caught.value.code == "argument-unusable"


def test_the_worst_supported_group() -> None:
    men = GroupCurve("sex", "M", "register", 90, 4000, (CalibrationRow(0.55, 4e-3, 2e-3, 8e-3, 16), ROWS[3]))
    women = GroupCurve("sex", "F", "register", 40, 780, (CalibrationRow(0.60, 3e-2, 2e-2, 5e-2, 23), ROWS[3]))
    table = _table((men, women))
    assert table.read(0.5).worst == NotMeasured("no group has 10 false matches at this distance")
    only = table.read(0.56).worst
    assert not isinstance(only, NotMeasured)
    assert (only.curve.value, only.supported, only.groups) == ("M", 1, 2)
    both = table.read(0.60).worst
    assert not isinstance(both, NotMeasured)
    assert (both.curve.value, both.supported) == ("F", 2)
    assert both.row.fmr == pytest.approx(3e-2)


def test_without_labels_there_is_no_worst_group() -> None:
    assert _table().read(0.6).worst == NotMeasured("sex: no source is cited")


@pytest.mark.parametrize("rows", [(), ROWS[::-1], (CalibrationRow(0.1, 0.0, None, None),)])
def test_no_table_of_falling_or_missing_rows(rows: tuple[CalibrationRow, ...]) -> None:
    with pytest.raises(BadInput) as caught:
        Calibration("t", "sha256:x", "p", "c", rows, ROWS, (), {}, SEEN, (), INSIDE, {})
    assert caught.value.code == "file-malformed"


@pytest.mark.parametrize(
    "row",
    [
        CalibrationRow(-1.0, 0.1, None, None),
        CalibrationRow(0.5, 7.0, None, None),
        CalibrationRow(0.5, 5e-324, None, None),
        CalibrationRow(0.5, 0.1, -1.0, 0.2),
        CalibrationRow(0.5, 0.1, 0.2, 0.05),
        CalibrationRow(0.5, 0.1, 0.05, 2.0),
    ],
)
def test_no_row_that_cannot_be_in_any_of_the_tables(row: CalibrationRow) -> None:
    curve = GroupCurve("sex", "F", "s", 30, 400, (row,))
    whole, once = _table(), GroupCurve("sex", "F", "s", 30, 400, ROWS[::-1])
    for change in ({"rows": (row,)}, {"every_pair": (row,)}, {"groups": (curve,)}, {"kind_rates": (once,)}):
        with pytest.raises(BadInput, match="interval between 0 and 1"):
            replace(whole, **change)


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("people", None, "people"),
        ("pairs", -1, "pairs"),
        ("kind", "x", "kind"),
        ("settled", [], "settled"),
        ("chosen", ["x"], "chosen"),
    ],
)
def test_what_is_told_of_a_table_is_read_as_strictly(key: str, value: object, place: str) -> None:
    said = json.loads(calibration_json(_table())) | {key: value}
    with pytest.raises(BadInput, match=f"at {place}"):
        parse_calibration(json.dumps(said).encode(), "t.json")
    if key != "chosen":
        del said[key]
        with pytest.raises(BadInput, match=place):
            parse_calibration(json.dumps(said).encode(), "t.json")


def test_a_file_reads_back(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_bytes(calibration_json(_table()))
    again = read_calibration(tmp_path / "c.json")
    assert (again.rows, again.groups, again.ungrouped) == (ROWS, (), {"sex": "no source is cited"})
    assert calibration_json(again) == calibration_json(_table())
    assert again.kinds == SEEN
    value = json.loads(calibration_json(_table()))
    del value["kinds"]["cuts"]
    assert parse_calibration(json.dumps(value).encode(), "t.json").kinds.cuts == CUTS["dlib"]


@pytest.mark.parametrize(
    ("text", "got"),
    [
        (b"", "text cut short, or half a character, not JSON"),
        (b"{}", "'none'"),
        (b"[1]", "an array, not an object"),
        (b'{"schema": "other"}', "'other'"),
        (b'{"schema": "fairlineup-calibration-3"}', "none of that name, not the key 'name'"),
        (
            b'{"schema": "fairlineup-calibration-3", "name": "n", "model": 3}',
            "a whole number, not an object, at model",
        ),
        (b"\xff", "invalid character (byte 0), not JSON"),
    ],
)
def test_a_damaged_file_is_named(text: bytes, got: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_calibration(text, "x")
    assert (caught.value.code, caught.value.facts) == ("file-malformed", {"calibration": "x"})
    assert caught.value.got.startswith(got)
    assert "Error" not in caught.value.got


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_calibration(tmp_path / "none.json")


@pytest.mark.parametrize("engine", ENGINES)
def test_what_ships_says_what_it_is_about_and_names_nobody(engine: str) -> None:
    table = shipped_calibration(named_engine(engine).pipeline)
    assert table is not None
    assert shipped_calibration("sha256:other") is None
    even, odd = table.halves
    assert not even.inside.people & odd.inside.people
    assert len({one.inside.key for one in (table, even, odd)}) == 3
    found = [row[-1] for one in table.about["cross_fit"]["tables"] for row in one["rows"]]
    assert {"more", "less"} & set(found) == set()
    assert found.count("agrees") > 150
    assert table.counted.errors is not None
    assert table.counted.errors >= 30
    assert table.end.fmr >= 3 * table.about["design_effect"] / table.about["pairs"]
    assert table.end.fmr >= table.counted.fmr / 10
    assert 0 < table.about["support"]["tail_model_share_of_scale"] < 0.25
    text = calibration_json(table).decode()
    assert not re.search(r"icpsr-\d{3}|\b[A-Z]\d{6}\b|\.jpg", text)
    assert all(len(row) == 7 for row in json.loads(text)["rows"])
    assert all(row.errors is None or row.errors >= 10 for row in (*table.rows, *table.every_pair))


def test_what_ships_reaches_99_where_its_people_bear_it_out_and_no_further() -> None:
    sface, dlib = (shipped_calibration(named_engine(name).pipeline) for name in ("sface", "dlib"))
    assert sface is not None
    assert dlib is not None
    at = sface.distance_at(99)
    assert 0.49 < at < 0.4925
    assert sface.read(at).row.model
    assert not sface.read(sface.distance_at(82.5)).row.model
    for table, beyond in ((dlib, 99), (sface, 101), (sface.halves[0], 95)):
        with pytest.raises(BadInput, match="does not reach"):
            table.distance_at(beyond)
    default = named_engine("sface").default_threshold
    assert default is not None
    assert 0 < sface.distance_at(82.5) - default.score < 0.001


def test_people_inside_are_known_by_id_and_by_photograph_and_nobody_else() -> None:
    asked = {"ann ": ["sha256:z"], "7.0": ["sha256:a"], "Bob": ["sha256:b", ""], "Cem": ["sha256:c", ""]}
    assert INSIDE.overlap(asked) == Overlap(people=3, by_photograph=2)
    assert INSIDE.overlap({"Cem": ["sha256:c"], "sha256:a": []}) == Overlap(0, 0)
    other = people_inside("f" * 32, ["Ann", "7"], ["sha256:a", "sha256:b"])
    assert not other.people & INSIDE.people
    assert not other.photographs & INSIDE.photographs
    assert not INSIDE.people & INSIDE.photographs


def test_a_table_of_before_is_refused_by_name_and_a_forged_one_as_none() -> None:
    value = json.loads(calibration_json(_table()))
    value["model"], older = {"digest": "sha256:x"}, {**value, "schema": "fairlineup-calibration-1"}
    with pytest.raises(BadInput, match="with commit 3a906a1f") as caught:
        parse_calibration(json.dumps(older).encode(), "t.json")
    assert caught.value.code == "run-of-an-older-format"
    assert parse_calibration(json.dumps(value).encode(), "t.json").inside == INSIDE
    forged = (
        {"inside": {**value["inside"], "key": "Z" * 32}},
        {"inside": {**value["inside"], "people": ["ab"]}},
        {"inside": {**value["inside"], "people": []}},
        {"kinds": {**value["kinds"], "counts": {"grey": 1}}},
        {"kinds": {**value["kinds"], "photographs": 3}},
    )
    for one in forged:
        with pytest.raises(BadInput, match=r"t\.json is no calibration"):
            parse_calibration(json.dumps({**value, **one}).encode(), "t.json")


def test_a_photograph_is_strange_where_the_table_has_hardly_any_like_it() -> None:
    table = _table()
    assert strange(table, ()) == ()
    assert strange(table, ("grey",)) == ()
    (why,) = strange(table, ("grey", "dark"))
    assert why == "dark (light under 64 of 255), as 0 of the calibration's 1,000 are"
    assert len(strange(table, ("small",))) == 1
    grey = replace(table, kinds=replace(SEEN, counts={**SEEN.counts, "grey": 990}))
    assert strange(grey, ("grey",)) == ()
    assert strange(grey, ()) == ("not grey or toned, as 990 of the calibration's 1,000 are",)


def test_a_kind_that_both_share_has_a_rate_of_its_own_unless_all_are_of_it() -> None:
    table = _table()
    assert shared_kinds(table, ("grey", "small"), ("grey",)) == ("grey",)
    assert shared_kinds(table, ("grey",), ("small",)) == ()
    grey = replace(table, kinds=replace(SEEN, counts={**SEEN.counts, "grey": 990}))
    assert shared_kinds(grey, ("grey",), ("grey",)) == ()
    found = table.read_kind("grey", 0.45)
    assert not isinstance(found, NotMeasured)
    assert (found.row.fmr, found.curve.pairs) == (1e-4, 79_000)
    assert isinstance(table.read_kind("grey", 0.44), NotMeasured)
    assert isinstance(table.read_kind("dark", 0.5), NotMeasured)
