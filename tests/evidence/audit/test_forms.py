"""Ids, values and names of files in a manifest that differ in form only."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

from fairlineup.evidence.plan import (
    Finding,
    Kind,
    Policy,
    SettledDataset,
    find,
    read_dataset,
    settle,
)
from fairlineup.records import BadInput

from .kit import picture, save, write_csv

HEAD = ["person", "photo", "role", "sex", "sex_source"]
JOSE = "Jos\u00e9"
LENIENT = Policy(missing_file="leave_out", one_picture_two_people="keep")


def _dataset(folder: Path, people: Sequence[str], values: Sequence[str] = ()) -> Path:
    rows = []
    for number, person in enumerate(people):
        value = values[number] if values else ""
        role = "gallery" if number else "probe"
        rows.append([person, f"{number}.png", role, value, "registry" if value else ""])
        save(picture(number), folder / f"{number}.png")
    write_csv(folder, HEAD, rows)
    return folder


def _found(folder: Path, kind: Kind) -> list[Finding]:
    return [finding for finding in find(read_dataset(folder)) if finding.kind is kind]


def _settled(folder: Path, **policy: str) -> SettledDataset:
    dataset = read_dataset(folder)
    chosen = {name: getattr(LENIENT, name) for name in ("missing_file", "one_picture_two_people")} | policy
    return settle(dataset, find(dataset), Policy(**chosen))


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("7", "7.0", "a sign or decimal point"),
        ("7", "007", "leading zeros"),
        ("ann", "Ann", "letter case"),
        (JOSE, unicodedata.normalize("NFD", JOSE), "Unicode form"),
        ("ann", "ann\u200b", "invisible characters"),
        ("an na", "an\xa0na", "spaces"),
    ],
)
def test_two_ids_of_one_form_are_a_finding_that_stops(tmp_path: Path, one: str, other: str, how: str) -> None:
    folder = _dataset(tmp_path, [one, other, "zoe"])
    (finding,) = _found(folder, Kind.IDS_DIFFER_IN_FORM)
    assert finding.people == tuple(sorted((one, other)))
    assert finding.photos == ("0.png", "1.png")
    assert finding.detail.endswith(f"differ in {how} only")
    with pytest.raises(BadInput, match=rf"differ in {how} only.*\n?.*ids_differ_in_form under \[settle\]"):
        _settled(folder)


@pytest.mark.parametrize(
    "other", ["Lima, JOS\u00c9", "Jose\u0301 Lima", "Jos\u00e9\u200b  Lima", "Jos\u00c3\u00a9_Lima"]
)
def test_one_name_of_two_people_is_found_in_any_form(tmp_path: Path, other: str) -> None:
    rows = [["1", "0.png", "probe", f"{JOSE} Lima"], ["2", "1.png", "gallery", other]]
    for number, (_, photo, _, _) in enumerate(rows):
        save(picture(number), tmp_path / photo)
    write_csv(tmp_path, ["person", "photo", "role", "name"], rows)
    (finding,) = _found(tmp_path, Kind.ONE_NAME_TWO_PEOPLE)
    assert finding.people == ("1", "2")


def test_they_are_joined_left_out_or_kept_as_somebody_says(tmp_path: Path) -> None:
    folder = _dataset(tmp_path, ["7", "7.0", "zoe", "07"])
    merged = _settled(folder, ids_differ_in_form="merge")
    assert [entry.person for entry in merged.entries] == ["7", "7", "zoe", "7"]
    left = _settled(folder, ids_differ_in_form="leave_out")
    assert [entry.person for entry in left.entries] == ["zoe"]
    kept = _settled(folder, ids_differ_in_form="keep")
    assert [entry.person for entry in kept.entries] == ["7", "7.0", "zoe", "07"]


def test_a_probes_id_is_the_one_that_stays(tmp_path: Path) -> None:
    folder = _dataset(tmp_path, ["Zoe", "zoe", "ZOE"])
    assert {entry.person for entry in _settled(folder, ids_differ_in_form="merge").entries} == {"Zoe"}


def test_values_that_differ_in_form_become_the_commonest(tmp_path: Path) -> None:
    folder = _dataset(tmp_path, ["a", "b", "c", "d", "e"], ["Female", "female", "Female", "Male", "male "])
    females, males = _found(folder, Kind.VALUES_DIFFER_IN_FORM)
    assert females.detail == "sex: 'Female' and 'female' differ in letter case only"
    assert (females.people, females.photos) == ((), ("1.png",))
    assert males.photos == ("3.png",)
    with pytest.raises(BadInput, match="values_differ_in_form"):
        _settled(folder)
    merged = _settled(folder, values_differ_in_form="merge")
    assert [entry.labels["sex"] for entry in merged.entries] == ["Female", "Female", "Female", "male", "male"]
    kept = _settled(folder, values_differ_in_form="keep")
    assert [entry.labels["sex"] for entry in kept.entries] == ["Female", "female", "Female", "Male", "male"]


def test_a_person_with_both_spellings_has_one_value_or_none(tmp_path: Path) -> None:
    folder = _dataset(tmp_path, ["a", "a", "c"], ["F", "f", "F"])
    assert _found(folder, Kind.LABELS_DISAGREE) == []
    assert _found(folder, Kind.VALUES_DIFFER_IN_FORM)[0].people == ("a",)
    merged = _settled(folder, values_differ_in_form="merge")
    assert [entry.labels for entry in merged.entries] == [{"sex": "F"}] * 3
    kept = _settled(folder, values_differ_in_form="keep")
    assert [entry.labels for entry in kept.entries] == [{}, {}, {"sex": "F"}]


@pytest.mark.parametrize(
    ("written", "there", "how"),
    [
        (f"{JOSE}.png", unicodedata.normalize("NFD", f"{JOSE}.png"), "Unicode form"),
        ("a.png", "A.PNG", "letter case"),
        ("Sub/a.png", "sub/a.png", "letter case"),
        ("a b.png", "a\u00a0b.png", "spaces"),
    ],
)
def test_a_missing_file_names_the_one_that_is_there(
    tmp_path: Path, written: str, there: str, how: str
) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    save(picture(1), tmp_path / "x.png")
    (tmp_path / "x.png").rename(tmp_path / there)
    if (tmp_path / written).exists():
        pytest.skip("this disk holds both to be one file")
    write_csv(tmp_path, HEAD, [["a", written, "probe", "", ""]])
    (finding,) = _found(tmp_path, Kind.MISSING_FILE)
    assert finding.detail.startswith("no such file; there is one whose name would agree: ")
    assert finding.detail.endswith(f"differ in {how} only")
    with pytest.raises(BadInput, match=f"differ in {how} only"):
        settle(read_dataset(tmp_path), [finding], Policy())


def test_a_file_that_is_not_there_in_any_form(tmp_path: Path) -> None:
    write_csv(tmp_path, HEAD, [["a", "no/such.png", "probe", "", ""]])
    assert _found(tmp_path, Kind.MISSING_FILE)[0].detail == "no such file"
