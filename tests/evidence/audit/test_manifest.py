from __future__ import annotations

from pathlib import Path

import pytest

from fairlineup.evidence.plan import (
    Entry,
    Folder,
    read_dataset,
    read_place,
)
from fairlineup.records import BadInput

HEAD = "person,photo,role\n"
ROW = "ann,a.jpg,probe\n"


def _write(folder: Path, content: str | bytes, name: str = "people.csv") -> Path:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def _refused(folder: Path, content: str | bytes) -> str:
    with pytest.raises(BadInput) as caught:
        read_dataset(_write(folder, content))
    return str(caught.value)


def test_reads_names_sources_and_labels(tmp_path: Path) -> None:
    text = (
        "person,name,photo,role,sex,sex_source,source,age\n"
        'ann," Lee, Ann ",a/1.jpg,probe,F,registry,press,40\n'
        "bob,,b.jpg,gallery,,,,\n"
    )
    dataset = read_dataset(_write(tmp_path, text), labels={"age": "a census"})
    assert dataset.entries == (
        Entry("ann", "a/1.jpg", "probe", "Lee, Ann", "press", {"sex": "F", "age": "40"}),
        Entry("bob", "b.jpg", "gallery"),
    )
    assert dataset.label_sources == {"sex": "registry", "age": "a census"}
    assert dataset.unknown_columns == ()
    assert dataset.photograph(dataset.entries[0]).source == tmp_path / "a/1.jpg"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + ROW,
        "\ufeff" + HEAD + ROW,
        HEAD.replace("\n", "\r\n") + ROW.replace("\n", "\r\n"),
        "\n" + HEAD + "\n" + ROW + "\n\n",
        '" person ", photo ,role\n"ann", a.jpg,probe',
        HEAD + "ann,a.jpg,probe,\n",
        HEAD + "ann,./a.jpg,probe\n",
        "person;photo;role\nann;a.jpg;probe\n",
        "person\tphoto\trole\nann\ta.jpg\tprobe\n",
        "sep=;\nperson;photo;role\r\nann;a.jpg;probe\r\n;;\r\n",
        '"sep=,"\n' + HEAD + ROW,
        "Person,PHOTO,Role\nann,a.jpg,Probe\n",
        "# made by a program\n# in 2026\n" + HEAD + ROW,
        "\ufeff# made by a program\n\n" + HEAD + ROW,
        ",person,photo,role\n0,ann,a.jpg,probe\n",
        "Unnamed: 0,person,photo,role\n17,ann,a.jpg,probe\n",
        "person,photo,role,,\nann,a.jpg,probe,,\n",
        "person,photo,role,name,source,population,use\nann,a.jpg,probe,nan,NaN,<NA>,None\n",
    ],
)
def test_ways_to_write_the_same(tmp_path: Path, text: str) -> None:
    assert read_dataset(_write(tmp_path, text)).entries == (Entry("ann", "a.jpg", "probe"),)


def test_backslashes_are_folders(tmp_path: Path) -> None:
    assert read_dataset(_write(tmp_path, HEAD + "ann,a\\b.jpg,probe\n")).entries[0].photo == "a/b.jpg"


def test_no_folder_no_file_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "none", tmp_path, tmp_path / "file"):
        with pytest.raises(BadInput, match=r"no manifest in .*expected a CSV file people\.csv in UTF-8"):
            read_dataset(folder)
    with pytest.raises(BadInput, match="got no such folder") as caught:
        read_dataset(tmp_path / "none")
    assert caught.value.code == "file-missing"
    (tmp_path / "people.csv").mkdir()
    with pytest.raises(BadInput, match="Is a directory"):
        read_dataset(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column 'person' (there are: none)"),
        (b"\n\n", "no column 'person'"),
        (b"\xff\xd8\xff\xe0 a picture", "a picture"),
        (b"PK\x03\x04 and so on", "a workbook or a zip archive"),
        ((HEAD + "jos\xe9,a.jpg,probe\n").encode("latin-1"), "bytes that are not UTF-8 at 21"),
        ((HEAD + ROW).encode("utf-16"), "text in UTF-16"),
        ((HEAD + ROW).encode("utf-16-le"), "text in UTF-16"),
        (b"\x00\x01\x02" * 40, "bytes that are no text"),
        (HEAD + "jos\xe9,a.jpg,probe\n".encode("latin-1").decode("latin-1"), ""),
        ("name,photo,role\n" + ROW, "no column 'person' (there are: name, photo, role)"),
        (
            "person;photo\nann;a.jpg\n",
            "no column 'role' (there are: person, photo, if cells are parted by semi",
        ),
        (
            ",who,photo,role\n0,ann,a.jpg,probe\n",
            "(there are: a column without a name (column 1), who, photo",
        ),
        (",".join(f"c{n}" for n in range(50)) + "\n" + ROW, "c11 and 38 more)"),
        ("Person,photo,role,PERSON\nann,a.jpg,probe,bob\n", "the column 'person' twice"),
        ("person,photo,role,sex,sex\nann,a.jpg,probe,F,F\n", "the column 'sex' twice"),
        ("person,photo,role,person\nann,a.jpg,probe,bob\n", "the column 'person' twice"),
        (HEAD, "a header and no photographs"),
        (HEAD + 'ann,"a.jpg,probe\n', "not CSV"),
        (HEAD + ROW + ROW, "line 3: expected each photo in one row, got a.jpg a second time"),
        (HEAD + ROW + "bob,./a.jpg,gallery\n", "line 3: expected each photo in one row"),
        (HEAD + "ann,a.jpg,suspect\n", "line 2: expected a role of probe or gallery, got 'suspect'"),
        (HEAD + "ann,a.jpg,\n", "got ''"),
        (HEAD + "ann,a.jpg\n", "got ''"),
        (HEAD + " ,a.jpg,probe\n", "line 2: nobody says who is on this probe photograph"),
        (HEAD + "Unknown,a.jpg,gallery\n", "nobody says who is on this gallery photograph"),
        *(
            (HEAD + f"{word},a.jpg,probe\n", f"got '{word}'; leave")
            for word in ("nan", "<NA>", "NaT", "#N/A")
        ),
        (HEAD + "ann,nan,probe\n", "line 2: expected a photo, got 'nan'"),
        (HEAD + "suspect,a.jpg,probe\n", "got 'suspect'; leave the photograph out"),
        (HEAD.replace("role", "role,use") + "ann,a.jpg,probe,fun\n", "a use of test, or a blank, got 'fun'"),
        (HEAD + "ann,,probe\n", "line 2: expected a photo, got a blank"),
        (HEAD + "ann,../a.jpg,probe\n", "line 2: expected a photo inside the data set's folder"),
        (HEAD + "ann,a/../../b.jpg,probe\n", "inside the data set's folder"),
        (HEAD + "ann,..\\a.jpg,probe\n", "inside the data set's folder"),
        (HEAD + "ann,/etc/passwd,probe\n", "inside the data set's folder, got '/etc/passwd'"),
        (HEAD + "ann,C:\\a.jpg,probe\n", "inside the data set's folder"),
        (HEAD + "\n\n" + ROW + "\nann,b.jpg,prob\n", "line 6"),
        (HEAD + "Lee, Ann,a.jpg,probe\n", "line 2: expected 3 cells, as in the header, got 4"),
    ],
)
def test_refused_with_the_place_and_the_reason(tmp_path: Path, content: str | bytes, said: str) -> None:
    if not said:  # a letter beyond ASCII is fine
        assert read_dataset(_write(tmp_path, content)).entries[0].person == "josé"
        return
    text = _refused(tmp_path, content)
    assert said in text
    assert "people.csv" in text
    assert text.endswith(("correct that row", "write one row a photograph", "never by an audit"))


def test_unknown_columns_are_told_from_labels(tmp_path: Path) -> None:
    text = "person,photo,role,shoe,sex,sex_source,hat_source\nann,a.jpg,probe,41,F,me,x\n"
    dataset = read_dataset(_write(tmp_path, text))
    assert dataset.unknown_columns == ("shoe", "hat_source")
    assert dataset.entries[0].labels == {"sex": "F"}


@pytest.mark.parametrize(
    ("cells", "source"),
    [
        ("F,registry\nM,registry\n", "registry"),
        ("F,registry\nM,\n", ""),
        ("F,b\nM,a\n", "a; b"),
        ("F,\nM,\n", "the plan"),
        ("F,registry\n,\n", "registry"),
        (",\n,\n", "the plan"),
    ],
)
def test_one_uncited_value_leaves_a_label_without_source(tmp_path: Path, cells: str, source: str) -> None:
    rows = "".join(f"p{n},{n}.jpg,probe,{line}\n" for n, line in enumerate(cells.splitlines()))
    dataset = read_dataset(
        _write(tmp_path, "person,photo,role,sex,sex_source\n" + rows), labels={"sex": "the plan"}
    )
    assert dataset.label_sources == {"sex": source}


def test_declared_label_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="label 'sex' is declared but not in the manifest"):
        read_dataset(_write(tmp_path, HEAD + ROW), labels={"sex": "x"})


def test_label_names_a_run_needs_for_itself(tmp_path: Path) -> None:
    text = "person,photo,role,takes_part,takes_part_source\nann,a.jpg,probe,no,x\n"
    assert "a label cannot be called 'takes_part'" in str(_error(_write(tmp_path, text)))


def _error(folder: Path) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_dataset(folder)
    return caught.value


def test_another_manifest(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + ROW, "other.csv")
    assert read_dataset(tmp_path, "other.csv").entries[0].person == "ann"


def test_a_column_without_a_name_is_told_by_its_place(tmp_path: Path) -> None:
    text = ",person,photo,role,\nx,ann,a.jpg,probe,1\n7,bob,b.jpg,gallery,1\n"
    found = read_dataset(_write(tmp_path, text)).unknown_columns
    assert found == ("a column without a name (column 1)", "a column without a name (column 5)")


def test_labels_are_found_in_any_case_and_called_as_declared(tmp_path: Path) -> None:
    text = "Person,Photo,Role,Sex,SEX_SOURCE\nann,a.jpg,probe,F,registry\n"
    assert read_dataset(_write(tmp_path, text)).label_sources == {"Sex": "registry"}
    dataset = read_dataset(tmp_path, labels={"sex": "the plan"})
    assert dataset.label_sources == {"sex": "registry"}
    assert dataset.entries[0].labels == {"sex": "F"}
    assert read_place(Folder(tmp_path), groups=("sex",)).label_sources == {"sex": "registry"}


def test_words_for_no_value_are_none(tmp_path: Path) -> None:
    rows = "ann,a.jpg,probe,nan,NaN\nbob,b.jpg,probe,F,registry\ncem,c.jpg,probe,N/A,\n"
    dataset = read_dataset(_write(tmp_path, "person,photo,role,sex,sex_source\n" + rows))
    assert [entry.labels for entry in dataset.entries] == [{}, {"sex": "F"}, {}]
    assert dataset.no_value == {"sex": ("N/A", "nan")}
    assert dataset.label_sources == {"sex": "registry"}
    uncited = "person,photo,role,sex,sex_source\nann,a.jpg,probe,F,nan\n"
    assert read_dataset(_write(tmp_path, uncited)).label_sources == {"sex": ""}


def test_thousands_of_columns(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(9_000)]
    dataset = read_dataset(_write(tmp_path, f"person,photo,role,{','.join(names)}\nann,a.jpg,probe\n"))
    assert dataset.unknown_columns == tuple(names)
    with pytest.raises(BadInput, match="over 10,000 columns"):
        read_dataset(_write(tmp_path, f"person,photo,role,{','.join(names * 30)}\nann,a.jpg,probe\n"))
