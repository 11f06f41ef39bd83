from __future__ import annotations

import base64
import csv
import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from fairlineup.evidence.pages.curves import Axes, Curve, curve_plot
from fairlineup.evidence.pages.drawing import Drawing, named, write_drawings
from fairlineup.evidence.pages.matrices import heat_map
from fairlineup.evidence.pages.svg import Caption, between, linear
from fairlineup.records import NotMeasured
from fairlineup.results import MatrixCell, Share

from .everything import everything
from .examples import results, share
from .reading import Run

CAPTION = Caption("Title", "Desc <&>", "simulated people")
SVG = "{http://www.w3.org/2000/svg}"


def written(tmp_path: Path) -> Run:
    run = Run(tmp_path / "run", everything())
    run.written()
    return run


def test_every_chart_of_the_page_is_a_picture_and_data(tmp_path: Path) -> None:
    run = Run(tmp_path / "run", everything())
    page = run.written()
    held = {
        n.attributes["download"]: n.attributes["href"] for n in page.all("a") if "download" in n.attributes
    }
    charts = [node for node in page.all("svg") if node.attributes.get("role") == "img"]
    kept = {file.name for file in (run.path / "figures").iterdir()} - {"index.csv"}
    assert len(kept) == 2 * len(charts)
    assert set(held) == {name for name in kept if name.endswith(".csv")}
    for name, address in held.items():
        kind, _, data = address.partition(",")
        assert kind == "data:text/csv;base64"
        assert base64.b64decode(data) == (run.path / "figures" / name).read_bytes()


def test_pictures_stand_alone(tmp_path: Path) -> None:
    for file in (written(tmp_path).path / "figures").glob("*.svg"):
        root = ElementTree.fromstring(file.read_text("utf-8"))  # noqa: S314 - our own text
        assert root.tag == f"{SVG}svg"
        assert root.get("width") == "760"
        assert root.findtext(f"{SVG}title")
        assert "--ink" in (root.findtext(f"{SVG}style") or "")


def test_data_are_the_numbers_drawn(tmp_path: Path) -> None:
    run = written(tmp_path)
    rows = list(csv.DictReader(io.StringIO((run.path / "figures" / "trade.csv").read_text())))
    fpir = run.results.thresholds[0].rates.fpir
    assert isinstance(fpir, Share)
    assert rows[0]["threshold"] == "default"
    numbers = [float(rows[0][key]) for key in ("value", "low", "high", "errors")]
    assert numbers == [fpir.value, fpir.low, fpir.high, fpir.errors]
    matrix = list(
        csv.DictReader(io.StringIO((run.path / "figures" / "matrix-group-at-default.csv").read_text()))
    )
    assert [row["not_measured"] for row in matrix][2] == "only 1 false match; an interval needs 10"
    assert [row["grey"] for row in matrix] == ["no", "yes", "yes", "no"]


def test_the_same_results_give_the_same_files(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    one, other = (written(tmp_path / folder).path / "figures" for folder in ("a", "b"))
    names = sorted(file.name for file in one.iterdir())
    assert names == sorted(file.name for file in other.iterdir())
    assert all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def test_a_chart_that_is_gone_leaves_no_file_and_strangers_stay(tmp_path: Path) -> None:
    run = written(tmp_path)
    figures = run.path / "figures"
    (figures / "mine.svg").write_text("mine")
    assert (figures / "tippett.svg").exists()
    run.results = results()
    run.written()
    assert not (figures / "tippett.svg").exists()
    assert (figures / "mine.svg").read_text() == "mine"


def test_an_index_cannot_name_a_file_elsewhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside.svg"
    outside.write_text("kept")
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "index.csv").write_text("../outside.svg,../outside.csv,title\n")
    write_drawings(folder, [Drawing("a", "A", Markup("<svg ></svg>"), ("x",), ((1.0,),))], "")
    assert outside.read_text() == "kept"
    assert (folder / "a.csv").read_text() == "x\n1.0\n"


@given(st.lists(st.text(max_size=20), min_size=2, max_size=2, unique=True))
def test_two_texts_never_give_one_name(texts: list[str]) -> None:
    one, other = (named("fpir", text) for text in texts)
    assert one != other
    assert "/" not in one
    assert ".." not in one.strip(".")[:2]


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_an_axis_between_two_values_has_few_ticks_inside(low: float, width: float) -> None:
    scale = between(low, low + width)
    assert len(scale.ticks) <= 7
    assert all(-1e-6 <= scale.share(tick) <= 1 + 1e-6 for tick in scale.ticks)


def test_a_curve_breaks_where_nothing_was_measured() -> None:
    points = ((0.0, 0.1), (0.1, 0.2), (0.2, None), (0.3, 0.4))
    axes = Axes(between(0.0, 0.3), linear(1.0), "threshold", marks=((0.1, "default"),))
    root = ElementTree.fromstring(curve_plot(CAPTION, [Curve("one", points)], axes))  # noqa: S314
    [path] = [node for node in root.iter("path") if "curve" in node.get("class", "")]
    assert path.get("d", "").count("M") == 2
    assert {"default", "threshold", "one", "simulated people"} <= {node.text for node in root.iter("text")}


@pytest.mark.parametrize("fmr", [NotMeasured("too few", 3, 300), share(3, 300, 0.001, 0.05)])
def test_a_map_prints_counts_in_every_cell_and_greys_the_doubtful(fmr: Share | NotMeasured) -> None:
    half = share(150, 300, 0.4, 0.6)
    cells = [[MatrixCell(0, 0, grey=True, fmr=fmr), MatrixCell(0, 1, grey=False, fmr=half)]] * 2
    root = ElementTree.fromstring(heat_map(CAPTION, ["a", "b"], cells))  # noqa: S314
    styles = [node.get("class") for node in root.iter("rect")]
    assert styles == ["cell grey", "cell"] * 2
    assert [node.text for node in root.iter("text")].count("3 of 300") == 2
