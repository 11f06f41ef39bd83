"""`fairlineup audit import` on tables as programs and spreadsheets save them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlineup.evidence.scorefiles import reading
from fairlineup.measures import Columns, Scores
from fairlineup.records import BadInput

Run = Callable[..., tuple[int, str, str]]
Name = Callable[[int], str]
HEADER = ("person_probe", "person_gallery", "distance", "probe_sex", "gallery_sex")
JOSE = "Jos\u00e9"
PEOPLE = 12


@pytest.fixture(params=["pyarrow", "csv module"], autouse=True)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "csv module":
        monkeypatch.setattr(reading, "find_spec", lambda _: None)
    else:
        pytest.importorskip("pyarrow")


def sex(number: int) -> str:
    return "MF"[number % 2]


def rows(
    probe: Name = "p{}".format, gallery: Name | None = None, value: Name = sex, *, turned: bool = False
) -> list[list[str]]:
    """Everybody against everybody; the first three are nearer to the next one than to most."""
    gallery = gallery or probe
    rng = np.random.default_rng(4)
    found = []
    for i in range(PEOPLE):
        for j in range(PEOPLE):
            distance = (0.3 if i == j or (i < 3 and j == i + 1) else 0.7) + rng.random() / 10
            found.append(
                [probe(i), gallery(j), f"{1 - distance if turned else distance:.4f}", value(i), value(j)]
            )
    return found


def table(
    listed: Sequence[Sequence[str]], separator: str = ",", header: Sequence[str] = HEADER, before: str = ""
) -> str:
    lines = [separator.join(row) for row in (header, *listed)]
    return before + "\n".join(lines) + "\n"


def imported(run: Run, folder: Path, text: str | bytes, *words: str) -> tuple[int, dict[str, Any], str]:
    path = folder / "scores.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    status, out, err = run("audit", "import", path, "--threshold", "0.5", *words, "--json")
    return status, json.loads(out) if out else {}, err


def refused(run: Run, folder: Path, text: str | bytes, *words: str) -> str:
    status, out, err = imported(run, folder, text, *words)
    assert (status, out) == (2, {})
    assert "unexpected" not in err
    return err


# --- dialects ------------------------------------------------------------------------------------

WITH_INDEX = [[str(number), *row] for number, row in enumerate(rows())]
COMMAS = [[*row[:2], row[2].replace(".", ","), *row[3:]] for row in rows()]
WAYS = [
    table(rows()),
    "\ufeff" + table(rows()),
    table(rows()).replace("\n", "\r\n"),
    table(rows(), before="# scores made by X\n# date 2026\n"),
    "\ufeff" + table(rows(), before="# scores\n\n"),
    table(rows(), ";"),
    table(rows(), "\t"),
    table(rows(), "|"),
    table(rows(), before="sep=,\n"),
    table(rows(), ";", before="sep=;\r\n"),
    table(rows(), " "),
    table(COMMAS, ";"),
    table(COMMAS, "\t"),
    table([[*row[:2], f'"{row[2]}"', *row[3:]] for row in COMMAS]),
    table(rows(), header=[name.upper() for name in HEADER]),
    table(rows(), header=[name.title() for name in HEADER]),
    table(rows(), header=[f'"{name}"' for name in HEADER]),
    table(rows(), header=[f" {name} " for name in HEADER]),
    table(rows(), header=[f"{name}\u200b" for name in HEADER]),
    table(WITH_INDEX, header=("", *HEADER)),
    table(WITH_INDEX, header=("Unnamed: 0", *HEADER)),
    table([[*row, ""] for row in rows()], header=(*HEADER, "")),
    table([[*row, ""] for row in rows()]) + ",,,,\n\n",
    table([[*row, "1", "2"] for row in rows()], header=(*HEADER, "note", "note")),
    table(rows("{}".format), header=("# person_probe", *HEADER[1:])),
    table(rows()) + "# the end\n",
]


@pytest.mark.parametrize("text", WAYS)
def test_every_way_to_write_it_gives_the_same_numbers(run: Run, tmp_path: Path, text: str) -> None:
    _, expected, _ = imported(run, tmp_path, WAYS[0])
    assert expected["thresholds"][0]["fmr"]["errors"] == 3
    status, found, err = imported(run, tmp_path, text)
    assert status == 0, err
    assert found["counts"] == expected["counts"]
    lower = [json.loads(json.dumps(one["thresholds"]).lower()) for one in (found, expected)]
    assert lower[0] == lower[1]
    assert [one["values"] for one in found["labels"].values()] == [["F", "M"]]


def test_how_the_cells_are_parted_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text(table(rows(), ";"))
    status, out, _ = run("audit", "import", tmp_path / "scores.csv")
    assert status == 0
    assert "(fairlineup, cells parted by semicolons)" in out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            table([[*r, "0.1"] for r in rows()], header=(*HEADER, "distance")),
            "more than once in the table: distance",
        ),
        (
            table([[*r, "0.1"] for r in rows()], header=(*HEADER, "Distance")),
            "2 of them (distance, Distance)",
        ),
        (
            table([[*r, "0.1"] for r in rows()], header=(*HEADER, "distance.1")),
            "2 of them (distance, distance.1)",
        ),
        (table([[*r, "x"] for r in rows()], header=(*HEADER, "person_probe")), "in the table: person_probe"),
        (table([[*r, "x"] for r in rows()], header=(*HEADER, "probe_sex")), "in the table: probe_sex"),
        ("a;b;c\n1;2;3\n", "a, b, c, if its cells are parted by semicolons"),
        (",b\n1,2\n", "the columns a column without a name (column 1), b, if"),
        (table(rows()).encode("utf-16"), "got text in UTF-16; save it as CSV in UTF-8"),
        (table(rows("\u00e9{}".format)).encode("latin-1"), "bytes that are not UTF-8"),
        (b"PK\x03\x04 and so on", "got a workbook or a zip archive; save it as CSV in UTF-8"),
        ("# only\n# comments\n", "an empty file"),
        (
            table([["a", "b", "1.234,5", "M", "F"]], ";"),
            "line 2: expected a number as distance, got '1.234,5'",
        ),
        (table([["a", "b", "1,234", "M", "F"]], ";"), "the comma may part thousands or decimals"),
        (
            table([["a", "b", "0,5", "M", "F"], ["a", "c", "0.5", "M", "F"]], ";"),
            "'0.5' with a point in line 3",
        ),
        (table([["a", "b", "0.5", "M", "F"]]) + "a,b\n", "line 3: expected 5 cells, got 2"),
    ],
)
def test_what_cannot_be_read_is_named_as_what_it_is(
    run: Run, tmp_path: Path, text: str | bytes, said: str
) -> None:
    assert said in refused(run, tmp_path, text)


def test_many_columns(run: Run, tmp_path: Path) -> None:
    more = [f"probe_x{number}" for number in range(1000)] + [f"c{number}" for number in range(8000)]
    text = "a,b,c" + "," * len(more) + "\n"
    assert "and 8,991 more" in refused(run, tmp_path, ",".join(("a", "b", "c", *more)) + "\n" + text)
    assert "over 10,000 columns" in refused(run, tmp_path, "c," * 200_000 + "\n")


# --- ids -----------------------------------------------------------------------------------------

FORMS: list[tuple[Name, Name, str]] = [
    ("{}.0".format, str, "a sign or decimal point"),
    ("{:03d}".format, str, "leading zeros"),
    ("p{:03d}".format, "p{}".format, "leading zeros"),
    ("ann{}".format, "ANN{}".format, "letter case"),
    (f"{JOSE} {{}}".format, unicodedata.normalize("NFD", f"{JOSE} {{}}").format, "Unicode form"),
    ("a{}\u200b".format, "a{}".format, "invisible characters"),
    ("\ufeffa{}".format, "a{}".format, "invisible characters"),
    ("a {}".format, "a\xa0{}".format, "spaces"),
    ("a-{}".format, "a\u2010{}".format, "hyphens or quotation marks"),
]


@pytest.mark.parametrize(("probe", "gallery", "how"), FORMS)
def test_ids_that_differ_in_form_only_are_not_two_people(
    run: Run, tmp_path: Path, probe: Name, gallery: Name, how: str
) -> None:
    text = table(rows(probe, gallery))
    err = refused(run, tmp_path, text)
    assert (
        f"some that would agree if they were: {ascii(probe(0)) if how[0] in 'Uish' else repr(probe(0))} and "
        in err
    )
    assert f"differ in {how} only" in err
    status, found, _ = imported(run, tmp_path, text, "--as-written")
    assert (status, found["counts"]["people"], found["counts"]["mated"]) == (0, 2 * PEOPLE, 0)


def test_ids_that_never_meet_are_told(run: Run, tmp_path: Path) -> None:
    status, found, err = imported(run, tmp_path, table(rows("case {}".format, "file {}".format)))
    assert status == 0
    assert "warning: no id stands on both sides" in err
    assert len(found["warnings"]) == 1
    assert imported(run, tmp_path, table(rows()))[1]["warnings"] == []


def test_one_id_among_many(run: Run, tmp_path: Path) -> None:
    err = refused(run, tmp_path, table(rows(lambda i: f"p{i}" if i else "P0", "p{}".format)))
    assert "'P0' and 'p0' differ in letter case only; write them alike" in err


@pytest.mark.parametrize(
    "word", ["nan", "NaN", "<NA>", "NaT", "null", "None", "N/A", "#N/A", "nan\u200b", "?", "unknown"]
)
def test_nobody_is_no_person(run: Run, tmp_path: Path, word: str) -> None:
    err = refused(run, tmp_path, table(rows(lambda i: word if i == 3 else f"p{i}")))
    assert "line 5: expected a person as person_gallery" in err
    assert refused(run, tmp_path, table(rows(lambda i: word if i == 3 else f"p{i}")), "--as-written") == err


@pytest.mark.parametrize("word", ["nan", "<NA>", "None", "N/A", "NaT", " null "])
def test_a_word_for_no_value_makes_no_group(run: Run, tmp_path: Path, word: str) -> None:
    text = table(rows(value=lambda i: word if i % 3 == 0 else sex(i)))
    status, found, err = imported(run, tmp_path, text, "--cite", "sex=register")
    assert status == 0, err
    assert found["labels"]["sex"] == {
        "values": ["F", "M"],
        "source": "register",
        "taken_for_no_value": [word.strip()],
    }
    assert {row["value"] for row in found["thresholds"][0]["groups"]} == {"F", "M"}
    out = run("audit", "import", tmp_path / "scores.csv")[1]
    assert f"no value of sex: '{word.strip()}'" in out


def test_values_that_differ_in_form_only_are_not_two_groups(run: Run, tmp_path: Path) -> None:
    text = table(rows(value=lambda i: ["Female", "female", "Male"][i % 3]))
    assert "values of sex each written in one way" in refused(run, tmp_path, text)
    status, found, _ = imported(run, tmp_path, text, "--as-written")
    assert (status, found["labels"]["sex"]["values"]) == (0, ["Female", "Male", "female"])
    both = [[*row[:4], row[4].lower()] for row in rows()]
    assert "two for 'p0': 'M' and 'm' differ in letter case only" in refused(run, tmp_path, table(both))


def test_photographs_that_differ_in_form_only(run: Run, tmp_path: Path) -> None:
    header = (*HEADER, "probe_photo", "gallery_photo")
    text = table([[*row, f"{row[0]}.jpg", f"{row[1]}.JPG"] for row in rows()], header=header)
    assert "names of photographs each written in one way" in refused(run, tmp_path, text)
    assert imported(run, tmp_path, text, "--as-written")[0] == 0


def test_a_label_is_cited_in_any_case(run: Run, tmp_path: Path) -> None:
    text = table(rows(), header=[name.upper() for name in HEADER])
    status, found, err = imported(run, tmp_path, text, "--cite", "sex=register")
    assert status == 0, err
    assert found["labels"]["SEX"]["source"] == "register"


# --- truth and direction -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yes", "no"),
    [("TRUE", "FALSE"), ("True", "False"), ("t", "f"), ("YES", "no"), ("1.0", "0.0"), ("1", "0")],
)
def test_words_for_one_person_and_two(run: Run, tmp_path: Path, yes: str, no: str) -> None:
    header = ("id1", "id2", "score", "att1", "att2", "label")
    listed = [[*row, yes if row[0] == row[1] else no] for row in rows(turned=True)]
    status, found, err = imported(run, tmp_path, table(listed, header=header))
    assert status == 0, err
    assert found["counts"]["mated"] == PEOPLE
    listed[4][-1] = yes
    assert "disagrees with itself in row 5" in refused(run, tmp_path, table(listed, header=header))
    listed[4][-1] = "perhaps"
    err = refused(run, tmp_path, table(listed, header=header))
    assert "row 5: expected label to be 1 or 0, true or false, yes or no, got 'perhaps'" in err


def test_scores_the_wrong_way_round_are_refused_unless_somebody_says_so(run: Run, tmp_path: Path) -> None:
    text = table(rows(turned=True))
    err = refused(run, tmp_path, text)
    assert "the scores lie the wrong way round" in err
    assert "people are less like themselves (median distance 0.6" in err
    assert "give --similarity distance" in err
    status, found, _ = imported(run, tmp_path, text, "--similarity", "distance")
    assert (status, found["warnings"]) == (0, [])
    status, found, err = imported(run, tmp_path, text, "--distance", "distance")
    assert status == 0
    assert "the wrong way round" in found["warnings"][0]
    assert "warning: the scores seem to lie the wrong way round" in err
    assert run("audit", "import", tmp_path / "scores.csv", "--distance", "distance")[1].startswith(
        "WARNING: "
    )


# --- the library ---------------------------------------------------------------------------------

FRAME = {"person_probe": ["7", "8", "9"], "person_gallery": ["7", "9", "8"], "distance": [0.1, 0.8, 0.9]}


def test_the_library_refuses_the_same_and_takes_the_same_word() -> None:
    differing = FRAME | {"person_gallery": ["7.0", "9", "8"]}
    with pytest.raises(BadInput, match=r"'7' and '7\.0' differ in a sign or decimal point only"):
        Scores.from_frame(differing)
    assert Scores.from_frame(differing, as_written=True).people == ("7", "8", "9", "7.0")
    with pytest.raises(BadInput, match="'None' in row 3, which is nobody"):
        Scores.from_frame(FRAME | {"person_probe": ["7", "8", "None"]}, as_written=True)


def test_the_library_refuses_scores_the_wrong_way_round_that_only_a_name_speaks_for() -> None:
    listed = rows(turned=True)
    frame = {name: [row[k] for row in listed] for k, name in enumerate(HEADER)}
    frame["distance"] = [float(one) for one in frame["distance"]]  # type: ignore[misc]
    with pytest.raises(BadInput, match=r"the opposite: people are less like themselves .* is a similarity"):
        Scores.from_frame(frame)
    assert Scores.from_frame(frame, Columns(distance="distance")).direction.reversed
    assert not Scores.from_frame(frame, Columns(similarity="distance")).direction.reversed


def test_whole_numbers_are_one_kind_of_id_and_text_another() -> None:
    numbers = FRAME | {"person_probe": [7, 8, 9], "person_gallery": [7.0, 9.0, 10.0]}
    assert len(Scores.from_frame(numbers).mated) == 1
    with pytest.raises(
        BadInput, match="int and str, which are never equal; written alike, 3 of them would agree"
    ):
        Scores.from_frame(FRAME | {"person_gallery": [7, 9, 8]})


def test_a_label_of_whole_numbers_is_the_same_with_a_gap_in_it() -> None:
    groups = {"probe_age": [30, 40, 50], "gallery_age": [30.0, 50.0, float("nan")]}
    assert Scores.from_frame(FRAME | groups).labels["age"].values == ("30", "40", "50")


def test_a_column_that_stands_twice_is_named() -> None:
    arrow = pytest.importorskip("pyarrow")
    columns = [
        arrow.array(FRAME[name]) for name in ("person_probe", "person_gallery", "distance", "distance")
    ]
    frame = arrow.Table.from_arrays(columns, names=["person_probe", "person_gallery", "distance", "distance"])
    with pytest.raises(BadInput, match="one column 'distance', got 2 of that name"):
        Scores.from_frame(frame, Columns(distance="distance"))
