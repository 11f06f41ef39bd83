from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.evidence.plan import (
    Dataset,
    Entry,
    Finding,
    Folder,
    Kind,
    Policy,
    settle,
)

MERGE = Policy(one_picture_two_people="merge", one_name_two_people="merge")


def _entries(people: dict[str, str]) -> tuple[Entry, ...]:
    return tuple(
        Entry(person, f"{person}.jpg", "probe" if role == "probe" else "gallery")
        for person, role in people.items()
    )


def _dataset(people: dict[str, str]) -> Dataset:
    return Dataset(Folder(Path("set")), _entries(people), {}, ())


def _one_picture(*people: str) -> Finding:
    return Finding(
        Kind.ONE_PICTURE_TWO_PEOPLE, tuple(sorted(people)), tuple(f"{p}.jpg" for p in people), "seen"
    )


def _people(dataset: Dataset, *findings: Finding) -> dict[str, str]:
    return {entry.photo: entry.person for entry in settle(dataset, findings, MERGE).entries}


@pytest.mark.parametrize("probe", ["a", "b", "c"])
def test_a_chain_is_merged_into_the_probe(probe: str) -> None:
    dataset = _dataset({person: "probe" if person == probe else "gallery" for person in "abc"})
    for findings in (
        [_one_picture("a", "b"), _one_picture("b", "c")],
        [_one_picture("b", "c"), _one_picture("a", "b")],
        [_one_picture("a", "b"), _one_picture("b", "c"), _one_picture("a", "c")],
    ):
        assert set(_people(dataset, *findings).values()) == {probe}


def test_without_a_probe_the_first_id_is_kept() -> None:
    dataset = _dataset(dict.fromkeys(["b", "a", "c"], "gallery"))
    assert set(_people(dataset, _one_picture("b", "c"), _one_picture("c", "a")).values()) == {"a"}


@given(
    st.permutations("abcdefgh"),
    st.sets(st.sampled_from("abcdefgh")),
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=8),
)
def test_merging_gives_connected_people_one_id_in_any_order(
    order: list[str], probes: set[str], pairs: list[tuple[str, str]]
) -> None:
    dataset = _dataset({person: "probe" if person in probes else "gallery" for person in order})
    findings = [_one_picture(one, other) for one, other in pairs if one != other]
    person = _people(dataset, *findings)
    group = {p: {p} for p in "abcdefgh"}
    for one, other in pairs:
        together = group[one] | group[other]
        for member in together:
            group[member] = together
    for member in "abcdefgh":
        expected = min(group[member], key=lambda p: (p not in probes, p))
        assert person[f"{member}.jpg"] == expected


def test_same_pictures_are_those_of_one_settled_person() -> None:
    dataset = _dataset({"a": "probe", "b": "gallery", "c": "gallery"})
    name = Finding(Kind.ONE_NAME_TWO_PEOPLE, ("a", "b"), ("a.jpg", "b.jpg"), "Ann")
    pictures = (_one_picture("a", "b"), _one_picture("a", "c"))
    kept = Policy(one_picture_two_people="keep", one_name_two_people="merge")
    settled = settle(dataset, (*pictures, name), kept)
    assert settled.same_pictures == {frozenset({"a.jpg", "b.jpg"})}
    merged = settle(dataset, pictures, MERGE)
    assert merged.same_pictures == {frozenset({"a.jpg", "b.jpg"}), frozenset({"a.jpg", "c.jpg"})}


def test_a_picture_left_out_is_no_same_picture() -> None:
    dataset = Dataset(
        Folder(Path("set")), (Entry("a", "1.jpg", "probe"), Entry("a", "2.jpg", "gallery")), {}, ()
    )
    finding = Finding(Kind.SAME_PICTURE, ("a",), ("1.jpg", "2.jpg"), "seen")
    assert settle(dataset, (finding,), Policy()).same_pictures == {frozenset({"1.jpg", "2.jpg"})}
    assert settle(dataset, (finding,), Policy(same_picture="leave_out")).same_pictures == frozenset()


def test_one_picture_of_two_probes_left_out_leaves_both() -> None:
    dataset = _dataset({"a": "probe", "b": "probe", "c": "probe"})
    settled = settle(dataset, (_one_picture("a", "b"),), Policy(one_picture_two_people="leave_out"))
    assert [entry.photo for entry in settled.entries] == ["c.jpg"]
