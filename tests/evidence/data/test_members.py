"""Who is searched, who is searched among, and who is both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from fairlineup.evidence.data import SourceChanged
from fairlineup.evidence.data.members import (
    BEFORE,
    NO_PICTURE,
    Legislator,
    Portrait,
    gallery,
    legislators,
    member_ids,
    portraits,
    probes,
)
from fairlineup.evidence.data.ties import IDS_DISAGREE, PERHAPS_A_PROBE, YEARS_DISAGREE, Ties

from .mirror import IMAGES, LEGISLATORS, PHOTOS, legislator, repositories, table

FILES = repositories()
CURRENT = legislators(FILES[LEGISLATORS]["legislators-current.csv"].decode(), "legislators-current.csv")
FORMER = legislators(FILES[LEGISLATORS]["legislators-historical.csv"].decode(), "legislators-historical.csv")
PORTRAITS = portraits(FILES[PHOTOS]["members.csv"].decode(), "members.csv")
IDS = member_ids(FILES[PHOTOS]["config/database-raw.json"].decode(), "config/database-raw.json")
FOLDERS = ("images/bio_guide", "images/wiki", "images/manual")


def ties(people: Sequence[Legislator], ids: Mapping[int, str]) -> Ties:
    return Ties(CURRENT, people, ids, latest=118)


FOUND, LEFT_OUT = gallery(PORTRAITS, ties((*FORMER, *CURRENT), IDS).person, FILES[PHOTOS], FOLDERS)
BY_PHOTO = {one.photo: one for one in FOUND}


def test_probes_are_current_members_with_a_photograph() -> None:
    found = probes(CURRENT, FILES[IMAGES], "congress/450x550")
    assert [one.person for one in found] == ["A000001", "B000002", "C000003", "D000004", "E000005"]
    assert found[0].image == "congress/450x550/A000001.jpg"
    assert found[0].photo == "probes/A000001.jpg"


def test_the_gallery_is_of_the_92nd_congress_and_later_and_no_president() -> None:
    assert [one.photo for one in FOUND] == [
        *("gallery/000100.jpg", "gallery/000200.jpg", "gallery/000600.jpg"),
        *("gallery/000700.jpg", "gallery/000900.jpg", "gallery/040100.jpg"),
    ]


def test_gallery_portraits_have_an_age_by_the_last_congress() -> None:
    of = {one.icpsr: one.last_congress for one in PORTRAITS}
    ages = {of[int(one.photo[8:14])]: one.capture for one in FOUND}
    assert set(ages) <= set(range(92, 130))
    for congress, age in ages.items():
        assert age == f"portrait of a member last seated in the {(1787 + 2 * congress) // 10 * 10}s"
    assert all(not one.capture for one in probes(CURRENT, FILES[IMAGES], "congress/450x550"))


def test_two_icpsr_ids_of_one_person() -> None:
    assert BY_PHOTO["gallery/000100.jpg"].person == "A000001"  # congress-legislators says so
    assert BY_PHOTO["gallery/040100.jpg"].person == "A000001"  # member_photos says so
    assert BY_PHOTO["gallery/040100.jpg"].name == "Ann Example"


def test_without_an_id_source_icpsr_names_the_person() -> None:
    unknown = BY_PHOTO["gallery/000900.jpg"]
    assert (unknown.person, unknown.name, unknown.legislator) == ("icpsr-000900", "NOBODY, Known", None)


def test_everything_left_out_is_counted_by_reason() -> None:
    assert LEFT_OUT == {BEFORE: 1, NO_PICTURE: 1, IDS_DISAGREE: 1, YEARS_DISAGREE: 1, PERHAPS_A_PROBE: 2}


def test_an_id_given_to_two_people_ties_neither() -> None:
    twice = legislator("X000001", 100, "Xe Other", "M", "1950-01-01")
    more = legislators(table(list(twice), {**twice}).decode(), "more.csv")
    found, left_out = gallery(PORTRAITS, ties((*CURRENT, *more), {}).person, FILES[PHOTOS], FOLDERS)
    assert "gallery/000100.jpg" not in {one.photo for one in found}
    assert left_out[IDS_DISAGREE] == 1


@pytest.mark.parametrize(
    ("name", "born", "congress", "left_out"),
    [
        ("ÉXAMPLE, Dina", "1981", 100, True),  # Di Example was born in 1980
        ("EXAMPLE, Dina", "", 100, True),
        ("EXAMPLE, Dina", "1950", 100, True),  # one probe of that name has no year of birth
        ("SAMPLE, Dina", "1980", 100, False),
        ("SAMPLE, Dina", "1980", 118, True),
    ],
)
def test_a_stranger_who_may_be_a_probe_is_left_out(
    name: str, born: str, congress: int, left_out: bool
) -> None:
    portrait = Portrait(4711, name, congress, born, "images/wiki/004711.jpg")
    person, known, reason = ties((*FORMER, *CURRENT), IDS).person(portrait)
    assert (person, known) == ("icpsr-004711", None)
    assert reason == (PERHAPS_A_PROBE if left_out else "")


def test_a_photograph_that_moved_is_found_and_one_outside_is_not() -> None:
    moved = [p for p in PORTRAITS if p.icpsr == 700]
    images, who = {"images/bio_guide/000700.jpg"}, ties(FORMER, {}).person
    assert [one.image for one in gallery(moved, who, images, FOLDERS)[0]] == list(images)
    outside = portraits(
        FILES[PHOTOS]["members.csv"].decode().replace("images/wiki/000700.jpg", "../../etc/passwd"), "m"
    )
    assert gallery([p for p in outside if p.icpsr == 700], who, {"../../etc/passwd"}, FOLDERS)[0] == ()


def test_labels_are_blank_where_not_recorded() -> None:
    said = {member.bioguide: (member.sex, member.birth_year) for member in CURRENT}
    assert said["A000001"] == ("F", "1960")
    assert said["C000003"] == ("M", "")
    assert said["E000005"] == ("", "1985")


@pytest.mark.parametrize("read", [legislators, portraits])
def test_a_column_that_is_gone(read: object) -> None:
    assert callable(read)
    with pytest.raises(SourceChanged, match="a column"):
        read("one,two\n1,2\n", "file.csv")


@pytest.mark.parametrize("text", ["{}]", "3", json.dumps([{"id": 1}])])
def test_ids_of_another_form(text: str) -> None:
    with pytest.raises(SourceChanged, match="database"):
        member_ids(text, "database")
