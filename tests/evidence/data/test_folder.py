"""A folder of photographs becomes a manifest: every layout, every file that is passed over, every refusal."""

from __future__ import annotations

import csv
import json
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from fairlineup.evidence.data import FolderPhoto, assign, read_known, read_people
from fairlineup.evidence.data import contents as room
from fairlineup.evidence.plan import read_dataset, read_plan
from fairlineup.records import BadInput

JPEG, PNG, WEBP = b"\xff\xd8\xff\xe0 rest", b"\x89PNG\r\n\x1a\n rest", b"RIFF\0\0\0\0WEBPVP8 "


def put(folder: Path, *paths: str, content: bytes = JPEG) -> Path:
    """Files that begin as pictures do."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def lfw(folder: Path, people: int = 3, photos: int = 2) -> Path:
    """LFW's layout."""
    names = [f"Person_{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(people)]
    return put(folder, *(f"{name}/{name}_{k:04d}.jpg" for name in names for k in range(1, photos + 1)))


def who(folder: Path, **how: object) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for shot in read_people(folder, **how).shots:  # type: ignore[arg-type]
        found.setdefault(shot.person, set()).add(shot.photo)
    return found


def passed(folder: Path, **how: object) -> dict[str, str]:
    return {one.path: one.reason for one in read_people(folder, **how).passed}  # type: ignore[arg-type]


def test_a_folder_for_each_person(tmp_path: Path) -> None:
    assert who(lfw(tmp_path, 2)) == {
        "Person_AA": {"Person_AA/Person_AA_0001.jpg", "Person_AA/Person_AA_0002.jpg"},
        "Person_AB": {"Person_AB/Person_AB_0001.jpg", "Person_AB/Person_AB_0002.jpg"},
    }


def test_files_in_a_persons_folder_may_be_called_anything(tmp_path: Path) -> None:
    put(tmp_path, "Ann/IMG_1.jpg", "Ann/2019-05-01.png", "Bo/x")
    assert who(tmp_path) == {"Ann": {"Ann/IMG_1.jpg", "Ann/2019-05-01.png"}, "Bo": {"Bo/x"}}


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Ann_1.jpg", "Ann"),
        ("Ann-2.jpg", "Ann"),
        ("Ann 3.jpg", "Ann"),
        ("Ann (4).jpg", "Ann"),
        ("Ann(5).jpg", "Ann"),
        ("Ann.jpg", "Ann"),
        ("Anne-Marie_0001.jpg", "Anne-Marie"),
        ("Anne_Marie_O'Neil_12.png", "Anne_Marie_O'Neil"),
        ("A. N. Other_1.jpg", "A. N. Other"),
        ("Zoë_1.jpg", "Zoë"),
        ("李_1.jpg", "李"),
    ],
)
def test_a_name_before_a_number(tmp_path: Path, name: str, person: str) -> None:
    assert who(put(tmp_path, name, "Bo_1.jpg"))[person] == {name}


@pytest.mark.parametrize(
    "name", ["Ann1.jpg", "Ann_2019_1.jpg", "Ann-2019-05-01.jpg", "0001.jpg", "IMG_1234.jpg", "DSC 7.jpg"]
)
def test_a_name_that_can_be_read_in_two_ways_is_refused(tmp_path: Path, name: str) -> None:
    put(tmp_path, "Ann_1.jpg", "Bo_1.jpg", name)
    with pytest.raises(BadInput, match="two ways") as told:
        read_people(tmp_path)
    assert name in str(told.value)
    assert "give each person a folder" in str(told.value)


def test_both_layouts_at_once_are_refused_and_either_can_be_named(tmp_path: Path) -> None:
    put(lfw(tmp_path, 2), "Cy_1.jpg", "Di_1.jpg")
    with pytest.raises(BadInput, match=r"2 photographs side by side, as Cy_1.jpg, and 2 folders"):
        read_people(tmp_path)
    assert set(who(tmp_path, layout="folders")) == {"Person_AA", "Person_AB"}
    assert passed(tmp_path, layout="folders")["Cy_1.jpg"] == "beside the folders of people"
    assert set(who(tmp_path, layout="names")) == {"Cy", "Di"}
    assert passed(tmp_path, layout="names") == dict.fromkeys(
        ("Person_AA", "Person_AB"), "a folder beside the photographs"
    )


def test_everything_passed_over_says_why(tmp_path: Path) -> None:
    folder = lfw(tmp_path / "set", 2)
    put(folder, ".hidden.jpg", "Thumbs.db", "Person_AA/.DS_Store", "Person_AA/older/a.jpg")
    put(folder, "empty/x.txt", content=b"text")
    put(folder, "Person_AA/notes.txt", content=b"text")
    put(folder, "Person_AA/fake.jpg", content=b"<html>")
    put(folder, "Person_AA/nothing.jpg", content=b"")
    put(folder, "Person_AA/moving.gif", content=b"GIF89a rest")
    put(folder, "Person_AA/phone.heic", content=b"\0\0\0\x18ftypheic\0\0\0\0")
    put(folder, "unknown/a.jpg")
    put(tmp_path, "outside.jpg")
    (folder / "Person_AA" / "out.jpg").symlink_to(tmp_path / "outside.jpg")
    (folder / "Person_AA" / "in.jpg").symlink_to("Person_AA_0001.jpg")
    (folder / "Person_AA" / "gone.jpg").symlink_to("nowhere")
    (folder / "all").symlink_to(folder)
    assert passed(folder) == {
        ".hidden.jpg": "hidden",
        "Thumbs.db": "left by an operating system",
        "all": "a link to a folder",
        "empty": "a folder without a photograph",
        "empty/x.txt": "not a picture",
        "Person_AA/.DS_Store": "hidden",
        "Person_AA/older": "a folder within a person's folder",
        "Person_AA/notes.txt": "not a picture",
        "Person_AA/fake.jpg": "not a picture",
        "Person_AA/nothing.jpg": "empty",
        "Person_AA/moving.gif": "GIF: JPEG, PNG and WebP are read",
        "Person_AA/phone.heic": "HEIC or video: JPEG, PNG and WebP are read",
        "Person_AA/out.jpg": "a link that leads out of the folder",
        "Person_AA/gone.jpg": "a link to nothing",
        "unknown/a.jpg": "nobody says who it is",
    }
    assert "Person_AA/in.jpg" in who(folder)["Person_AA"]


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    folder = lfw(tmp_path, 2)
    os.mkfifo(folder / "Person_AA" / "pipe.jpg")
    assert passed(folder) == {"Person_AA/pipe.jpg": "cannot be opened: a pipe, not a regular file"}


@pytest.mark.parametrize("name", ["a\\b.jpg", " a.jpg", "a\tb.jpg", "a\u200bb.jpg"])
def test_a_name_no_manifest_can_hold_is_passed_over(tmp_path: Path, name: str) -> None:
    put(tmp_path, "Ann/1.jpg", "Bo/1.jpg", f"Ann/{name}")
    found = passed(tmp_path)
    if name.startswith(" "):  # within a person's folder a space is no trouble
        assert found == {}
    else:
        assert "cannot hold" in found[f"Ann/{name}"]


@pytest.mark.parametrize("name", ["می\u200cخواهم", "ශ්\u200dරී"])
def test_a_name_whose_script_needs_a_joiner_is_taken(tmp_path: Path, name: str) -> None:
    put(tmp_path, f"{name}/1.jpg", "Bo/1.jpg")
    assert passed(tmp_path) == {}


def test_a_name_that_is_not_utf_8_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "Ann/1.jpg", "Bo/1.jpg")
    try:
        (tmp_path / "Ann" / os.fsdecode(b"caf\xe9.jpg")).write_bytes(JPEG)
    except OSError:
        pytest.skip("this disk holds UTF-8 names only")
    assert list(passed(tmp_path).values()) == ["a name that is not UTF-8"]


def test_what_is_no_set_of_people_is_refused(tmp_path: Path) -> None:
    for told, build in (
        ("is no folder", lambda at: at / "nowhere"),
        ("holds no photographs", lambda at: put(at, "a/b/c/1.jpg")),
        ("fewer than two people", lambda at: put(at, "Ann/1.jpg", "Ann/2.jpg")),
        ("say what photographs are for", lambda at: put(at, "probes/1.jpg", "gallery/1.jpg")),
    ):
        folder = tmp_path / told
        folder.mkdir()
        with pytest.raises(BadInput, match=told):
            read_people(build(folder))


def test_a_deeper_folder_is_named(tmp_path: Path) -> None:
    lfw(tmp_path / "download" / "lfw", 2)
    with pytest.raises(BadInput, match="lfw instead"):
        read_people(tmp_path / "download")


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_FILES", 5)
    with pytest.raises(BadInput, match="holds too much"):
        read_people(lfw(tmp_path, 3))


# --- roles ---------------------------------------------------------------------------------------


def shots(people: int, photos: int) -> list[FolderPhoto]:
    return [FolderPhoto(f"p{n}", f"p{n}/{k}.jpg") for n in range(people) for k in range(photos)]


def test_of_each_person_one_is_the_reference() -> None:
    assigned = assign([*shots(20, 3), FolderPhoto("alone", "alone/0.jpg")], seed=1)
    for person in {shot.person for shot, _ in assigned.rows} - {"alone"}:
        roles = sorted(role for shot, role in assigned.rows if shot.person == person)
        assert roles == ["gallery", "probe", "probe"]
    assert [role for shot, role in assigned.rows if shot.person == "alone"] == ["gallery"]
    references = {shot.photo[-5] for shot, role in assigned.rows if role == "gallery"}
    assert references == {"0", "1", "2"}  # drawn, not the first


def test_the_seed_decides_and_other_people_change_nothing() -> None:
    one, again, other = (assign(shots(20, 3), seed).rows for seed in (1, 1, 2))
    assert one == again != other
    fewer = assign(shots(10, 3), 1).rows
    assert [row for row in one if row in fewer] == list(fewer)


def test_at_most_so_many_probes_each() -> None:
    assigned = assign(shots(4, 5), seed=1, probes_each=2)
    assert len(assigned.rows) == 4 * 3
    assert len(assigned.beyond) == 4 * 2


def test_where_nobody_has_two_half_are_searched_for() -> None:
    assigned = assign(shots(9, 1), seed=3)
    assert (len(assigned.people("probe")), len(assigned.people("gallery"))) == (4, 5)
    assert not assigned.people("probe") & assigned.people("gallery")
    assert "misses cannot be measured" in assigned.rule


# --- the command ---------------------------------------------------------------------------------


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    from fairlineup.cli import main

    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["data", "folder", *map(str, words)])
        captured = capfd.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, captured.out, captured.err

    return call


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_manifest_is_written_and_read(run: Run, tmp_path: Path) -> None:
    folder = lfw(tmp_path / "set", 33, 2)
    status, out, err = run(folder)
    assert (status, "33 people on 66 photographs" in out) == (0, True)
    assert "among all 32 other people" in out
    assert f"next: fairlineup audit plan {folder} --out plan.toml" in err
    dataset = read_dataset(folder)
    assert len(dataset.entries) == 66
    assert all((folder / entry.photo).is_file() for entry in dataset.entries)
    assert set(rows_of(folder / "people.csv")[0]) == {"person", "photo", "role"}


def test_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    folder = lfw(tmp_path / "set", 5, 3)
    assert run(folder)[0] == 0
    first = (folder / "people.csv").read_bytes()
    status, _, err = run(folder)
    assert (status, "says just that already" in err) == (0, True)
    status, _, err = run(folder, "--seed", "2")
    assert (status, "is there already" in err) == (2, True)
    assert (folder / "people.csv").read_bytes() == first
    assert run(folder, "--seed", "2", "--manifest", "second.csv")[0] == 0
    assert rows_of(folder / "second.csv") != rows_of(folder / "people.csv")


def test_a_plan_beside_it_and_none_overwritten(run: Run, tmp_path: Path) -> None:
    folder, plan = lfw(tmp_path / "set", 5, 2), tmp_path / "plan.toml"
    assert run(folder, "--plan", plan, "--system", "simulated")[0] == 0
    read = read_plan(plan)
    assert (read.system.name, read.search.strangers) == ("simulated", "leave-one-out")
    assert "so each probe is searched among all 4 other people" in plan.read_text()
    other = lfw(tmp_path / "other", 5, 2)
    status, _, err = run(other, "--plan", plan)
    assert (status, "is there already" in err) == (2, True)
    assert not (other / "people.csv").exists()


def test_a_dry_run_writes_nothing(run: Run, tmp_path: Path) -> None:
    folder = lfw(tmp_path / "set", 5, 2)
    status, out, _ = run(folder, "--dry-run", "--plan", tmp_path / "plan.toml")
    assert (status, "nothing was written" in out) == (0, True)
    assert sorted(path.name for path in tmp_path.rglob("*.*") if path.suffix in {".csv", ".toml"}) == []


def test_two_hundred_strangers_are_enough(run: Run, tmp_path: Path) -> None:
    folder = put(lfw(tmp_path / "set", 5, 2), *(f"single {n}x/1.jpg" for n in range(200)))
    found = json.loads(run(folder, "--json")[1])
    assert (found["strangers"], found["people_with_one_photograph"]) == ("others", 200)
    assert (found["probe_people"], found["gallery_people"], found["mated_people"]) == (5, 205, 5)


def test_labels_are_joined_by_person(run: Run, tmp_path: Path) -> None:
    folder = lfw(tmp_path / "set", 3, 2)
    table = tmp_path / "labels.csv"
    table.write_text(
        "person;sex;sex_source;name\nPerson_AA;F;a register;Ann\nPerson_AB;M;a register;\nNo One;F;x;\n"
    )
    status, out, _ = run(folder, "--labels", table, "--use", "test", "--source", "taken here")
    assert status == 0
    assert "1 people have no row there: Person_AC" in out
    assert "1 of its people are on no photograph: No One" in out
    rows = rows_of(folder / "people.csv")
    assert {(row["person"], row["sex"], row["sex_source"]) for row in rows} == {
        ("Person_AA", "F", "a register"),
        ("Person_AB", "M", "a register"),
        ("Person_AC", "", ""),
    }
    assert {row["use"] for row in rows} == {"test"}
    assert {row["source"] for row in rows} == {"taken here"}
    assert read_dataset(folder).label_sources == {"sex": "a register"}


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nperson;sex;sex_source\nPerson_AA;F;x\nPerson_AB;M;x\n",
        "# from the register\nPerson,sex,sex_source\n# women\nPerson_AA,F,x\n# men\nPerson_AB,M,x\n",
        "\ufeffPERSON\tsex\tsex_source\r\nPerson_AA\tF\tx\r\n\r\nPerson_AB\tM\tx\r\n",
        ",person,sex,sex_source,\n0,Person_AA,F,x,\n1,Person_AB,M,x,\n",
    ],
    ids=["sep", "comments", "tabs", "index"],
)
def test_labels_are_read_as_programs_save_them(tmp_path: Path, text: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text, "utf-8", newline="")
    known = read_known(path)
    assert known.columns == ("sex", "sex_source")
    assert known.of == {
        "Person_AA": {"sex": "F", "sex_source": "x"},
        "Person_AB": {"sex": "M", "sex_source": "x"},
    }


def test_people_of_the_labels_who_differ_in_form_only_are_told(run: Run, tmp_path: Path) -> None:
    folder, table = put(tmp_path / "set", "7/1.jpg", "7/2.jpg", "8/1.jpg", "8/2.jpg"), tmp_path / "labels.csv"
    table.write_text("person,sex,sex_source\n7.0,F,x\n8,M,x\n9,M,x\n")
    status, out, _ = run(folder, "--labels", table)
    assert status == 0
    assert "look at these: '7' and '7.0' differ in a sign or decimal point only" in out
    assert "'9'" not in out


def test_folders_and_files_that_cannot_be_are_told_as_that(run: Run, tmp_path: Path) -> None:
    long, folder = "a" * 300, lfw(tmp_path / "set", 3, 2)
    status, _, err = run(tmp_path / long)
    assert (status, f"{long} is no folder: expected a folder of photographs, got nothing" in err) == (2, True)
    status, _, err = run(folder, "--labels", tmp_path / long)
    assert (status, "got File name too long" in err) == (2, True)
    status, _, err = run(folder, "--plan", tmp_path / long)
    assert (status, "cannot write" in err) == (2, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("who,sex\na,F\n", "a column person"),
        ("person,role\na,probe\n", "a column 'role'"),
        ("person,sex,sex\na,F,F\n", "'sex' twice"),
        ("person,sex\na,F\na,M\n", "two that differ of 'a'"),
        ("person,sex\n,F\n", "a blank"),
        ("person,sex\na,F\nnan,F\n", "a person in line 3, got 'nan'"),
        ("person,,sex\na,x,F\n", "a column without a name (column 2)"),
        ("", "a column person, got none"),
        ("PK\x03\x04", "a workbook or a zip archive"),
        ("person,sex\na,F,M\n", "3"),
    ],
)
def test_labels_that_cannot_be_used_are_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text)
    with pytest.raises(BadInput) as error:
        read_known(path)
    assert told in str(error.value)


def test_ids_that_differ_in_form_only_are_told(run: Run, tmp_path: Path) -> None:
    composed = unicodedata.normalize("NFC", "José")
    folder = put(tmp_path / "set", f"{composed}/1.jpg", "JOSÉ/1.jpg", "Bo/1.jpg", "Bo/2.jpg")
    status, out, _ = run(folder)
    assert (status, "differ in letter case only" in out) == (0, True)
    assert {row["person"] for row in rows_of(folder / "people.csv")} == {composed, "JOSÉ", "Bo"}


def test_counts_add_up(run: Run, tmp_path: Path) -> None:
    folder = put(lfw(tmp_path / "set", 6, 4), "Person_AA/notes.txt", content=b"text")
    put(folder, "alone/1.jpg")
    found = json.loads(run(folder, "--json", "--probes-each", "1")[1])
    taken = found["photographs"] + len(found["not_used"])
    files = sum(path.is_file() for path in folder.rglob("*")) - 1  # without the manifest
    assert taken + sum(len(paths) for paths in found["passed_over"].values()) == files
    assert found["probe_photographs"] == 6
    assert found["people"] == 7
