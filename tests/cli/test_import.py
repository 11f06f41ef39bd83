from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlineup.evidence.scorefiles import reading
from fairlineup.measures import (
    Scores,
    Searches,
    cross_group_matrix,
    false_match_rate,
    false_non_match_rate,
    false_positive_identification_rate,
    non_mated_searches,
)
from fairlineup.records import Estimate

Run = Callable[..., tuple[int, str, str]]
Rows = list[tuple[str, str, float, str, str]]
RATES = ("fmr", "fnmr", "fpir", "fnir", "not_measured")
DOCS = Path(__file__).parents[2] / "docs" / "library.md"


def rows_of(people: int = 90, seed: int = 5) -> Rows:
    """Every person against every person, three regions; people of region 0 look alike."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(people):
        for j in range(people):
            near = rng.random() < (0.2 if i == j else 0.06 if i % 3 == j % 3 == 0 else 0.015)
            distance = (0.8 if near else 0.1) if i == j else (0.3 if near else 0.9)
            rows.append((f"p{i}", f"p{j}", round(distance + rng.random() / 50, 5), f"r{i % 3}", f"r{j % 3}"))
    return rows


def write(path: Path, header: str, rows: Sequence[Sequence[object]], separator: str = ",") -> Path:
    lines = [separator.join(str(cell) for cell in row) for row in rows]
    path.write_text("\n".join([header, *lines] if header else lines) + "\n")
    return path


def ours(path: Path, rows: Rows) -> Path:
    return write(path, "person_probe,person_gallery,distance,probe_region,gallery_region", rows)


def imported(run: Run, *words: str | Path) -> dict[str, Any]:
    status, out, err = run("audit", "import", *words, "--json")
    assert status == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture(params=["pyarrow", "csv module"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "csv module":
        monkeypatch.setattr(reading, "find_spec", lambda _: None)
    else:
        pytest.importorskip("pyarrow")
    return str(request.param)


# --- layouts -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("reader")
def test_every_layout_gives_the_same_rates(run: Run, tmp_path: Path) -> None:
    rows = rows_of(30)
    bfw = [(1, f"{p}.jpg", f"{g}.jpg", int(p == g), p, g, a, b, -d) for p, g, d, a, b in rows]
    bob = [(p, f"t{p}", g, f"t{g}", -d) for p, g, d, _, _ in rows]
    bob_header = "probe_subject_id,probe_template_id,bio_ref_subject_id,bio_ref_template_id,score"
    files = {
        "fairlineup": ours(tmp_path / "own.csv", rows),
        "BFW": write(tmp_path / "bfw.csv", "fold,p1,p2,label,id1,id2,att1,att2,score", bfw),
        "bob CSV": write(tmp_path / "bob.csv", bob_header, bob),
        "bob 4 columns": write(tmp_path / "bob4", "", [(g, p, f"t{p}", -d) for p, g, d, *_ in rows], " "),
        "bob 5 columns": write(
            tmp_path / "bob5", "", [(g, f"m{g}", p, f"t{p}", -d) for p, g, d, *_ in rows], "  "
        ),
    }
    told = write(tmp_path / "told.csv", "who,whom,apart,at,there", rows)
    found = {name: imported(run, path) for name, path in files.items()}
    columns = ("--probe-person", "who", "--gallery-person", "whom", "--distance", "apart")
    found["as told"] = imported(run, told, *columns, "--group", "region=at,there")
    first = found["fairlineup"]
    for name, results in found.items():
        assert results["source"]["layout"] == name
        assert results["counts"] == first["counts"]
        for one, other in zip(results["thresholds"], first["thresholds"], strict=True):
            assert [one.get(key) for key in RATES] == [other.get(key) for key in RATES]
            sign = 1 if results["score"] == "distance" else -1
            assert one["threshold"] == (other["threshold"] and sign * other["threshold"])
    assert list(found["as told"]["labels"]) == ["region"]
    assert list(found["BFW"]["labels"]) == ["subgroup"]


def test_a_column_of_bfw_by_its_models_name(run: Run, tmp_path: Path) -> None:
    rows = [(p, g, int(p == g), a, b, -d) for p, g, d, a, b in rows_of(12)]
    path = write(tmp_path / "bfw.csv", "id1,id2,label,att1,att2,vgg16", rows)
    status, _, err = run("audit", "import", path)
    assert status == 2
    assert "it is not clear which column is the score" in err
    assert imported(run, path, "--similarity", "vgg16")["source"]["columns"]["score"] == "vgg16"


def test_a_table_that_disagrees_with_itself(run: Run, tmp_path: Path) -> None:
    rows = [(p, g, int(p == g), a, b, -d) for p, g, d, a, b in rows_of(12)]
    rows[5] = (*rows[5][:2], 1, *rows[5][3:])
    path = write(tmp_path / "bfw.csv", "id1,id2,label,att1,att2,score", rows)
    status, _, err = run("audit", "import", path)
    assert status == 2
    assert "in row 6" in err


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "an empty file"),
        ("a,b,c\n1,2,3\n", "no layout fits"),
        ("person_probe,person_gallery,score\na,b,0.1\n", "which column is the score"),
        (
            "person_probe,person_gallery,distance\na,b,0.1\na,c,near\n",
            "line 3: expected a number as distance",
        ),
        ("person_probe,person_gallery,distance\na,b,0.1\na,c,\n", "line 3"),
        ("person_probe,person_gallery,distance\na,b,0.1\n,c,0.3\n", "line 3: expected a person"),
        ("person_probe,person_gallery,distance\na,b,0.1\n\na,c\n", "line 4: expected 3 cells, got 2"),
        ('person_probe,person_gallery,distance\na,"b,0.1\n', "line 2: expected CSV"),
        ("person_probe,person_gallery,distance\na,a,0.1\n", "comparisons of different people"),
        ("person_probe,person_gallery,distance\n", "comparisons of different people"),
        ("b a t1 0.5\nb a t1 x\n", "line 2: expected a number as score"),
        ("b a t1 0.5\nb a 0.5\n", "line 2: expected 4 cells, got 3"),
    ],
)
def test_a_bad_table_is_named_to_the_line(run: Run, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(text)
    status, out, err = run("audit", "import", path, "--out", tmp_path / "out")
    assert (status, out) == (2, "")
    assert said in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--distance", "d", "--similarity", "s"), "not both"),
        (("--probe-person", "p"), "go together"),
        (("--cite", "region"), "LABEL="),
        (("--cite", "sex=register"), "'sex'"),
        (("--group", "region"), "LABEL="),
        (("--group", "region=,"), "PROBECOL,GALLERYCOL"),
        (("--group", "sex=probe_sex,gallery_sex"), "'probe_sex'"),
        (("--threshold", "nan"), "name another than nan with --threshold"),
        (("--out", "."), "is there already"),
    ],
)
def test_what_cannot_be_asked(run: Run, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    path = ours(tmp_path / "own.csv", rows_of(6))
    filled = [str(tmp_path) if word == "." else word for word in words]
    status, out, err = run("audit", "import", path, *filled)
    assert (status, out) == (2, "")
    assert said in err


def test_nothing_there(run: Run, tmp_path: Path) -> None:
    status, _, err = run("audit", "import", tmp_path / "nowhere.csv")
    assert status == 2
    assert "nowhere.csv cannot be read" in err
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    assert run("audit", "import", tmp_path / "bytes.csv")[0] == 2


# --- numbers -------------------------------------------------------------------------------------


def test_numbers_are_those_of_the_library(run: Run, tmp_path: Path) -> None:
    rows = rows_of()
    path, out = ours(tmp_path / "own.csv", rows), tmp_path / "out"
    words = (path, "--threshold", "0.5", "--threshold", "0.01", "--cite", "region=drawn", "--out", out)
    status, told, err = run("audit", "import", *words)
    assert status == 0, err
    results = json.loads((out / "results.json").read_text())
    names = ("person_probe", "person_gallery", "distance", "probe_region", "gallery_region")
    scores = Scores.from_frame({name: [row[k] for row in rows] for k, name in enumerate(names)})
    at, strict = results["thresholds"]
    searches = non_mated_searches(scores)
    assert isinstance(searches, Searches)
    for key, expected in (
        ("fmr", false_match_rate(scores.comparisons, 0.5)),
        ("fnmr", false_non_match_rate(scores.mated, 0.5)),
        ("fpir", false_positive_identification_rate(searches, 0.5)),
    ):
        assert isinstance(expected, Estimate)
        assert at[key]["value"] == pytest.approx(expected.value)
        assert (at[key]["low"], at[key]["high"]) == pytest.approx((expected.low, expected.high))
    assert at["searched_among_people"] == 89
    matrix = cross_group_matrix(scores, "region", 0.5)
    cell = next(c for c in at["matrices"][0]["cells"] if (c["probe"], c["gallery"]) == (0, 0))
    rate = matrix.rate("r0", "r0")
    assert isinstance(rate, Estimate)
    assert cell["value"] == pytest.approx(rate.value)
    ratios = {row["value"]: row["ratio_to_best"] for row in at["groups"]}
    assert ratios["r0"]["low"] > 1
    assert ratios["r0"]["value"] == pytest.approx(
        at["groups"][0]["fmr"]["value"] / min(row["fmr"]["value"] for row in at["groups"])
    )
    assert [value for value, ratio in ratios.items() if ratio is None] == [ratios["r0"]["best"]]
    assert "not_measured" in strict["fmr"]
    assert strict["zero_bounds"]["disjoint"] > strict["zero_bounds"]["naive"]
    for said in ("At distance 0.5", "FMR", "FNMR", "FPIR", "times r", "in a million", "(no false match"):
        assert said in told
    assert "schema" in results
    assert results["schema"] == "fairlineup-scores/1"


def test_a_threshold_is_in_the_tables_own_unit(run: Run, tmp_path: Path) -> None:
    rows = rows_of(40)
    turned = [(p, g, round(2 - d, 5)) for p, g, d, *_ in rows]
    path = write(tmp_path / "similar.csv", "person_probe,person_gallery,similarity", turned)
    (one,) = imported(run, path, "--threshold", "1.5")["thresholds"]
    (other,) = imported(run, ours(tmp_path / "own.csv", rows), "--threshold", "0.5")["thresholds"]
    assert one["threshold"] == 1.5
    assert [one[key] for key in RATES[:4]] == [other[key] for key in RATES[:4]]


def test_a_groups_misses_are_its_own_peoples(run: Run, tmp_path: Path) -> None:
    rows = rows_of()
    path = ours(tmp_path / "own.csv", rows)
    (at,) = imported(run, path, "--threshold", "0.5", "--cite", "region=drawn")["thresholds"]
    for row in at["groups"]:
        own = [d for p, g, d, region, _ in rows if p == g and region == row["value"]]
        assert row["fnmr"]["trials"] == len(own) == row["people"]
        assert row["fnmr"]["errors"] == sum(d > 0.5 for d in own)


def test_no_source_no_group_figure(run: Run, tmp_path: Path) -> None:
    path = ours(tmp_path / "own.csv", rows_of())
    results = imported(run, path, "--threshold", "0.5")
    (at,) = results["thresholds"]
    for row in at["groups"]:
        assert row["fmr"]["not_measured"] == "no source is cited for this group's labels"
        assert row["fmr"]["errors"] > 0
        assert row["ratio_to_best"] is None
    assert at["matrices"] == [{"label": "region", "not_measured": "no source is cited for this label"}]


def test_few_people_no_group_figure(run: Run, tmp_path: Path) -> None:
    path = ours(tmp_path / "own.csv", rows_of(60))
    (at,) = imported(run, path, "--threshold", "0.5", "--cite", "region=drawn")["thresholds"]
    assert {row["fmr"]["not_measured"] for row in at["groups"]} == {"only 20 people; a group figure needs 30"}
    assert all("not_measured" in cell for cell in at["matrices"][0]["cells"])


def test_thresholds_chosen_on_the_data_say_so(run: Run, tmp_path: Path) -> None:
    path = ours(tmp_path / "own.csv", rows_of(40))
    at = imported(run, path)["thresholds"]
    assert [one["chosen_for_fmr"] for one in at] == [1e-2, 1e-3, 1e-4]
    assert all("on others the rate is likely higher" in one["warning"] for one in at)
    counts = [one["fmr"]["errors"] if one["threshold"] is not None else None for one in at]
    assert counts == [15, 1, None]
    assert "too few" in at[2]["not_measured"]


def test_less_than_a_rectangle_has_no_search(run: Run, tmp_path: Path) -> None:
    path = ours(tmp_path / "own.csv", rows_of(40)[:-1])
    (at,) = imported(run, path, "--threshold", "0.5")["thresholds"]
    assert "not every one of 40 probes" in at["fpir"]["not_measured"]
    assert at["searched_among_people"] is None


# --- the same comparison twice -------------------------------------------------------------------


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("person_probe,person_gallery,distance\na,b,0.1\n\na,c,0.2\na,b,0.1\n", "lines 2 and 5"),
        ("person_probe,person_gallery,distance\na,b,0.1\na,a,0.2\na,a,0.3\n", "lines 3 and 4"),
        ("b a t1 0.5\nb c t1 0.4\nb a t1 0.6\n", "lines 1 and 3"),
        (
            "person_probe,person_gallery,distance,probe_photo,gallery_photo\n"
            "a,b,0.1,1,2\na,b,0.2,1,3\na,b,0.1,1,2\n",
            "lines 2 and 4",
        ),
    ],
)
def test_a_comparison_that_is_listed_twice_is_refused(
    run: Run, tmp_path: Path, text: str, lines: str
) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(text)
    status, out, err = run("audit", "import", path)
    assert (status, out) == (2, "")
    assert f"{lines}: expected each comparison once" in err
    assert ("--probe-photo COL" in err) == ("photo" not in text and "t1" not in text)


def test_photographs_that_are_named_tell_rows_apart(run: Run, tmp_path: Path) -> None:
    rows = [("a", "b", 0.1, "1", "2"), ("a", "b", 0.2, "1", "3"), ("b", "a", 0.1, "2", "1")]
    path = write(tmp_path / "told.csv", "who,whom,apart,on,against", rows)
    words = ("--probe-person", "who", "--gallery-person", "whom", "--distance", "apart")
    assert run("audit", "import", path, *words)[0] == 2
    found = imported(run, path, *words, "--probe-photo", "on", "--gallery-photo", "against")
    assert found["source"]["columns"]["photos"] == ["on", "against"]
    assert run("audit", "import", path, *words, "--probe-photo", "on")[0] == 2


def pairs(false: int, people: int = 30) -> list[tuple[str, str, float]]:
    """Every two people once, of whom so many pairs without anyone twice match."""
    near = {(i, i + 1) for i in range(0, 2 * false, 2)}
    return [
        (f"p{i}", f"p{j}", 0.3 if (i, j) in near else 0.9)
        for i in range(people)
        for j in range(i + 1, people)
    ]


HEADER = "person_probe,person_gallery,distance"


def test_a_mirrored_table_counts_each_comparison_once(run: Run, tmp_path: Path) -> None:
    both = [row for p, g, d in pairs(5) for row in ((p, g, d), (g, p, d))]
    path = write(tmp_path / "both.csv", HEADER, both)
    results = imported(run, path, "--threshold", "0.5")
    counts = results["counts"]
    assert (counts["rows"], counts["comparisons"], counts["mirrored"]) == (870, 435, 435)
    (at,) = results["thresholds"]
    assert at["fmr"]["not_measured"] == "only 5 false matches; an interval needs 10"
    assert (at["fmr"]["errors"], at["fmr"]["trials"]) == (5, 435)
    told = run("audit", "import", path, "--threshold", "0.5")[1]
    assert "435 comparisons (fairlineup): 435 of different people" in told
    assert "435 mirrored rows counted once" in told


def test_some_pairs_mirrored_are_counted_once_too(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "some.csv", HEADER, pairs(5) + [(g, p, d) for p, g, d in pairs(5) if d < 0.5])
    results = imported(run, path, "--threshold", "0.5")
    assert (results["counts"]["comparisons"], results["counts"]["mirrored"]) == (435, 5)
    assert results["counts"]["mirrored_counted_once"]
    assert results["thresholds"][0]["fmr"]["errors"] == 5


def test_two_scores_of_a_pair_are_of_one_pair_of_people(run: Run, tmp_path: Path) -> None:
    both = [row for p, g, d in pairs(5) for row in ((p, g, d), (g, p, d + (p != "p0") / 1000))]
    path = write(tmp_path / "both.csv", HEADER, both)
    status, told, _ = run("audit", "import", path, "--threshold", "0.5")
    assert status == 0
    assert "10 false matches, of only 5 pairs of people; an interval needs 10 pairs" in told
    assert "29 mirrored rows with the same score, but other pairs have two" in told


def test_what_is_said_of_one_and_of_none(run: Run, tmp_path: Path) -> None:
    rows = [*pairs(0), ("p0", "p0", 0.1)]
    rows[0] = (*rows[0][:2], float("inf"))
    told = run("audit", "import", write(tmp_path / "one.csv", HEADER, rows), "--threshold", "0.5")[1]
    assert "1 of one person with themselves (1 person); 30 people in all" in told
    assert "1 comparison failed: it matches nobody" in told
    assert "it cannot be claimed that FMR is below 18.1 %" in told


@pytest.mark.parametrize("command", ["report", "measure", "labels"])
def test_an_import_is_no_run(run: Run, tmp_path: Path, command: str) -> None:
    path, out = ours(tmp_path / "own.csv", rows_of(12)), tmp_path / "out"
    assert run("audit", "import", path, "--out", out)[0] == 0
    status, told, err = run("audit", command, out)
    assert (status, told) == (2, "")
    assert "got that of imported scores, which have neither report nor labels" in err
    assert f"its numbers are in {out / 'results.json'}" in err
    assert sorted(one.name for one in out.iterdir()) == ["digests.sha256", "results.json"]


# --- the page about it ---------------------------------------------------------------------------


def test_the_example_runs(tmp_path: Path, run: Run) -> None:
    text = DOCS.read_text("utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.S)[0]
    shown = re.findall(r"prints\n\n```text\n(.*?)```", text, re.S)[0]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(DOCS), "exec"), {})  # noqa: S102 - our own page
    assert printed.getvalue() == shown
    (table,) = re.findall(r"```csv\n(.*?)```", text, re.S)
    (tmp_path / "scores.csv").write_text(table)
    assert imported(run, tmp_path / "scores.csv")["source"]["layout"] == "fairlineup"


def test_a_label_without_a_source_says_how_to_cite_one(run: Run, tmp_path: Path) -> None:
    path = ours(tmp_path / "own.csv", rows_of(12))
    cite = "region gets counts and no rate: --cite region=SOURCE says where its values come from"
    assert cite in run("audit", "import", path)[1]
    assert "--cite" not in run("audit", "import", path, "--cite", "region=a register")[1]


# --- photographs with themselves, and sets listed once -------------------------------------------


def two_each() -> list[tuple[object, ...]]:
    """Two photographs a person, every real pair at 0.55, all against all with the diagonal."""
    shown = [(f"p{n // 2}", f"{n}.jpg", f"r{n // 2 % 2}") for n in range(80)]
    return [
        (p, g, 0.0 if one == other else 0.55 if p == g else 0.9 + len(one + other) / 100, one, other, a, b)
        for p, one, a in shown
        for g, other, b in shown
    ]


PHOTOS = "person_probe,person_gallery,distance,probe_photo,gallery_photo,probe_region,gallery_region"


@pytest.mark.usefixtures("reader")
def test_a_photograph_with_itself_is_left_out_and_counted(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "all.csv", PHOTOS, two_each())
    at = imported(run, path, "--threshold", "0.5")
    assert (at["counts"]["rows"], at["counts"]["same_photograph"], at["counts"]["mated"]) == (6400, 80, 80)
    assert at["thresholds"][0]["fnmr"]["value"] == 1.0
    assert at["thresholds"][0]["fnir"]["value"] == 1.0
    assert "80 rows left out: the same photograph on both sides" in run("audit", "import", path)[1]


def test_a_diagonal_without_names_is_refused(run: Run, tmp_path: Path) -> None:
    rows = [(p, g, d) for p, g, d, *_ in two_each()]
    status, _, err = run(
        "audit", "import", write(tmp_path / "s.csv", "person_probe,person_gallery,distance", rows)
    )
    assert status == 2
    assert "80 rows that look like the diagonal" in err
    assert "name the photographs of both sides" in err


@pytest.mark.usefixtures("reader")
def test_a_repeated_row_is_named_by_its_line_though_others_are_left_out(run: Run, tmp_path: Path) -> None:
    rows = two_each()
    path = write(tmp_path / "again.csv", PHOTOS, [*rows, rows[5]])
    status, _, err = run("audit", "import", path)
    assert status == 2
    assert "lines 7 and 6402" in err


@pytest.mark.usefixtures("reader")
def test_half_a_table_makes_up_no_disparity(run: Run, tmp_path: Path) -> None:
    rng = np.random.default_rng(12)
    pairs = [(i, j) for i in range(80) for j in range(i + 1, 80)]
    rows = [
        (f"p{i:02}", f"p{j:02}", round(0.3 if rng.random() < 0.03 else 0.8 + rng.random() / 10, 6))
        for i, j in pairs
    ]
    groups = [
        (*row, "east" if i < 40 else "west", "east" if j < 40 else "west")
        for row, (i, j) in zip(rows, pairs, strict=True)
    ]
    turned = [(g, p, d, b, a) if n % 3 == 0 else (p, g, d, a, b) for n, (p, g, d, a, b) in enumerate(groups)]
    words = ("--threshold", "0.5", "--cite", "region=made up")
    results = [
        imported(run, ours(tmp_path / f"{n}.csv", some), *words) for n, some in enumerate((groups, turned))
    ]
    one, other = (found["thresholds"] for found in results)
    assert results[0]["counts"]["one_set"]
    assert one == other
    east, west = one[0]["groups"]
    assert east["people"] == west["people"] == 40
    assert east["fmr"]["trials"] == west["fmr"]["trials"] == 40 * 79
    ratio = next(row["ratio_to_best"] for row in (east, west) if row["ratio_to_best"])
    assert ratio["low"] < 1 < ratio["high"]
    assert one[0]["fpir"]["trials"] == 80
    assert one[0]["searched_among_people"] == 79
    text = run("audit", "import", tmp_path / "0.csv", *words)[1]
    assert "by region, each person against all others:" in text
    assert "One set of people, each pair compared once" in text


def test_a_similarity_goes_in_and_comes_out_as_the_table_shows_it(run: Run, tmp_path: Path) -> None:
    rows = [(p, g, round(1 - d, 5)) for p, g, d, *_ in rows_of(40)]
    path = write(tmp_path / "s.csv", "person_probe,person_gallery,similarity", rows)
    chosen = imported(run, path)["thresholds"][0]["threshold"]
    assert chosen in {row[2] for row in rows}
    again = imported(run, path, "--threshold", str(chosen))["thresholds"][0]
    assert again["fmr"]["value"] <= 0.01
    assert again["fmr"]["errors"] == sum(s >= chosen for p, g, s in rows if p != g)


def test_ids_are_read_without_the_space_around_them(run: Run, tmp_path: Path) -> None:
    rows = [(f"{p} ", g, d) for p, g, d, *_ in rows_of(12)]
    found = imported(run, write(tmp_path / "s.csv", "person_probe,person_gallery,distance", rows))
    assert (found["counts"]["people"], found["counts"]["mated"]) == (12, 12)


@pytest.mark.parametrize(
    ("measure", "place"),
    [
        ("false_match_rate", "fmr"),
        ("zero_false_match_bounds", "zero_bounds"),
        ("false_non_match_rate", "fnmr"),
        ("non_mated_searches", "fpir"),
        ("false_positive_identification_rate", "fpir"),
        ("false_negative_identification_rate", "fnir"),
        ("cell_rates", "groups"),
        ("cross_group_matrix", "matrices"),
    ],
)
def test_a_part_that_fails_is_told_and_the_others_stand(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measure: str, place: str
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("float division by zero")

    table = ours(tmp_path / "scores.csv", rows_of(40))
    columns = ("--group", "region=probe_region,gallery_region", "--cite", "region=registry")
    words = (table, "--threshold", "0.1", *columns)
    whole = imported(run, *words)["thresholds"][0]
    monkeypatch.setattr(f"fairlineup.measures.{measure}", fails)
    status, out, err = run("audit", "import", *words, "--json", "--out", tmp_path / "out")
    results = json.loads(out)
    assert (status, json.loads((tmp_path / "out" / "results.json").read_text())) == (3, results)
    assert "could not be measured: ZeroDivisionError: float division by zero at " in err
    assert f"at 0.1.{place}" in [one["section"] for one in results["failed_sections"]]
    found = results["thresholds"][0]
    at = found[place][0] if isinstance(found[place], list) else found[place]
    assert "ZeroDivisionError at " in at["not_measured"]
    apart = {place, "zero_bounds", "searched_among_people"} | (
        {"fnmr", "groups"} if place in ("fnmr", "groups") else set()
    )
    assert {k: v for k, v in found.items() if k not in apart} == {
        k: v for k, v in whole.items() if k not in apart
    }
    status, out, _ = run("audit", "import", *words)
    assert status == 3
    assert "Not everything could be measured" in out


def test_a_threshold_is_shown_as_it_was_given(run: Run, tmp_path: Path) -> None:
    rows = [f"{i},{j},{1e9 + (0.5 if i == j else 1.5)}" for i in range(4) for j in range(4)]
    path = tmp_path / "large.csv"
    path.write_text("\n".join(["person_probe,person_gallery,distance", *rows]) + "\n")
    code, told, _ = run("audit", "import", path, "--threshold", "1000000000.9")
    assert code == 0
    assert "At distance 1000000000.9\n" in told
