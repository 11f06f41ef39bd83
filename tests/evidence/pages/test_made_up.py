"""People who do not exist: the page says so first, and again with everything that can be cut out of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fairlineup.results import AuditResults

from .examples import not_given, population, results
from .reading import Page, Run

ARTIFACT = "Generator artifact"


def _results(made_up: int, marked: int) -> AuditResults:
    whole = results()
    reason = "people who do not exist say nothing about how a system does on real ones"
    settled = {"says_synthetic: keep": marked} if marked else {}
    dataset = replace(whole.dataset, settled=settled, label_sources={"group": "generator"})
    kind = population("synthetic", made_up)
    return replace(whole, population=kind, verdicts=(not_given(reason),), dataset=dataset)


def _page(folder: Path, made_up: int = 870, marked: int = 0) -> Page:
    return Run(folder / "run", _results(made_up, marked)).written(faces=False)


def test_the_page_begins_with_it(tmp_path: Path) -> None:
    text = _page(tmp_path).text
    for said in (
        "Synthetic people: these people do not exist; a program made their photographs up.",
        "Nothing here is about real people",
        "which of two systems is better",
        "there is no verdict",
    ):
        assert said in text[: text.index("Audit of a face recognition system")]
    assert "must not be used to compare systems" in text


@pytest.mark.parametrize(
    ("made_up", "said"),
    [
        (1, "1 of 870 photographs shows somebody who does not exist, so that all of it counts as synthetic"),
        (12, "12 of 870 photographs show people who do not exist, so that all of it counts as synthetic"),
    ],
)
def test_where_some_are_real_it_says_how_many_are_not(tmp_path: Path, made_up: int, said: str) -> None:
    made = _page(tmp_path, made_up=made_up)
    text = made.text
    assert said in text
    assert (
        "This page counts searches, all of them: 150 people (some made up) were searched for, each once."
        in text
    )
    assert all(node.text.startswith("Partly synthetic people. ") for node in made.all("caption"))
    assert all("About partly synthetic people." in node.text for node in made.all("desc"))
    assert f"{ARTIFACT}. A program made some of these people up" in text
    assert "these people do not exist" not in text


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        (1, "1 photograph real, but its own file says that it is made up."),
        (3, "3 photographs real, but their own files say that they are made up."),
    ],
)
def test_a_manifest_that_calls_them_real_is_told_of(tmp_path: Path, marked: int, said: str) -> None:
    made = _page(tmp_path, marked=marked)
    band = next(node for node in made.all("p") if node.attributes.get("class") == "band").text
    assert f"The manifest calls {said}" in band
    assert made.text.count(f"The manifest calls {said}") == 2
    assert "counted as made up" in made.text
    assert "The manifest calls" not in _page(tmp_path / "calm").text


def test_no_verdict_and_no_limit_to_read_one_from(tmp_path: Path) -> None:
    made = _page(tmp_path)
    assert "No verdict is given on the declared limit: people who do not exist say nothing" in made.text
    assert not [node for node in made.all("line") if node.attributes["class"] == "limit"]
    assert "dashed upright line" not in made.text
    assert "dashed upright line" in Run(tmp_path / "real", results()).written().text


def test_charts_of_groups_are_generator_artifacts(tmp_path: Path) -> None:
    made = _page(tmp_path)
    headings = [n.text for n in made.all("figcaption") if n.attributes.get("class") == "above"]
    assert headings
    assert all(f"{ARTIFACT}: " in heading for heading in headings)
    titles = [n.text for n in made.all("title") if n.within[-1] == "svg" and " by group" in n.text]
    assert len(titles) == len(headings)
    assert all(title.startswith(ARTIFACT) for title in titles)
    drawn = [n.text for n in made.all("text") if "notice" in n.attributes.get("class", "")]
    assert drawn.count("synthetic people: generator artifact") == len(headings)
    charts = [n for n in made.all("svg") if n.attributes.get("role") == "img"]
    assert sum("synthetic people" in text for text in drawn) == len(charts)


def test_tables_and_comparisons_of_groups_are_generator_artifacts(tmp_path: Path) -> None:
    made = _page(tmp_path)
    captions = [n.text for n in made.all("caption") if "every group" in n.text]
    assert captions
    assert all(text.startswith(f"Synthetic people. {ARTIFACT}: Group") for text in captions)
    assert all(ARTIFACT in item.text for item in made.all("li") if "people flagged in" in item.text)
    assert "Labels from: generator." in made.text
    assert f"{ARTIFACT}. These groups are properties of the program" in made.text


def test_real_people_have_none_of_it(tmp_path: Path) -> None:
    made = Run(tmp_path / "run", results()).written()
    for word in (ARTIFACT.lower(), "synthetic", "do not exist", "made up"):
        assert word not in made.text.lower()


def test_no_limit_is_held(tmp_path: Path) -> None:
    text = _page(tmp_path).text
    assert "the finding is at this one" in text
    assert "limit is held here" not in text
