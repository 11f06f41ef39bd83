from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fairlineup.evidence.pages.explain import EXPLANATIONS
from fairlineup.evidence.pages.terms import MEASURES
from fairlineup.records import NotMeasured
from fairlineup.results import LabelMatrix

from .everything import everything
from .examples import NOTHING, results, threshold
from .reading import Run

MEASURE_PAGES = Path(__file__).parents[3] / "docs" / "measures"


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    run = Run(tmp_path_factory.mktemp("depth") / "run", everything())
    return run.written().text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "said",
    [
        "With every declared comparison held at once, the 95 % interval is 1.80 to 96.0.",
        "adjusted for 2 comparisons by Holm, p = 0.0024",
        "4.20 times as likely to be falsely accepted",
        "A difference that the plan did not declare carries no p-value here",
        "for every group of “group” – at most 1 %",
        "With the same 60 searches in “square”",
        "No matrix for “colour”: nobody in the gallery carries this label.",
        "7 comparisons had no value on one side",
        "37.0 % 21.0 to 55.0 %",
        "under 30 errors at the lowest rung",
        "Galleries like it",
        "the most returned person would stand in 1.5 searches (in 95 of 100 draws at most 3; p = 0.012)",
        "Bo Else440.0 %",
        "Never a case’s likelihood ratio",
        "Cllr, the cost of taking these ratios for evidence, is 0.12 bits",
        "fitted on 61 people and judged on 59 others",
        "only 72 mated people; a group needs 100",
        "P(mate | candidate)",
        "each beside its permutation null",
        "max/minof FPIR, by group 13.5 1.70 4.40 0.012which groups these are",
        "None for “colour”: no source is cited.",
        "what was counted, and pooled with the other cells",
        "None of group × size: no cell has 30 people.",
        "people who share group0.26 %",
        "labeled photographs (“circle” 420,",
        "the design effect of FMR is 2.4",
        "as high as 2.0 % (by pairs of people with nobody twice), not measured, too few (with the",
        "6.0 to 72.0 %",
        "the calibration “a town, even half”; it shares 3 people with this audit, 2 of them with",
        "The table is a half: 3 of these 90 people are among those of “a town”, and none",
        "“default” stands for a false match rate of 0.010 % (0.0070 to 0.014 %); measured 0.54 %",
        "(0.41 to 0.72 %): more than it stands for.",
        "0.00040 %, by its tail model and not counted; not measured here (few): too few",
        "of probes, gallery and calibration: grey or toned 90.0 %, 100 % and 33.0 %.",
        "first decided 80",
        "the same shot",
        "With these left out: On 22 November 2026",
        "Photographs not processed, by group",
    ],
)
def test_every_part_is_told(text: str, said: str) -> None:
    assert " ".join(said.split()) in " ".join(text.split())


def test_parts_that_results_lack_are_not_shown(tmp_path: Path) -> None:
    page = Run(tmp_path / "run", results()).written()
    ids = {node.attributes.get("id") for node in page.all("section")}
    assert "matrices" not in ids
    assert {"numbers", "groups", "gallery", "missed", "repeat", "words"} <= ids


def test_parts_that_were_not_measured_say_why(tmp_path: Path) -> None:
    bare = replace(threshold("default", 0.6), matrices=(LabelMatrix("group", NOTHING),))
    failed = NotMeasured("the measure failed")
    whole = replace(results(bare), likelihood=NOTHING, labels=failed, same_picture_mates=failed)
    made = Run(tmp_path / "run", whole).written()
    for said in (
        "not listed: too few people",
        "No matrix for “group”: too few people",
        "Not measured: too few",
        "Whether the labels were reviewed could not be found out: the measure failed.",
    ):
        assert said in made.text
    assert "no probe and mate were found to be the same picture" not in made.text
    assert "Label review" not in made.text


def test_a_section_of_a_threshold_that_failed_is_not_called_empty(tmp_path: Path) -> None:
    failed = NotMeasured("the measure failed")
    bare = replace(threshold("default", 0.6), groups=failed, contrasts=failed, fmr_bounds=failed)
    text = Run(tmp_path / "run", results(bare)).written().text
    assert "No gap was told apart: the measure failed." in text
    assert "The plan declared no comparison" not in text
    assert "At “default” bounds of FMR were not measured: the measure failed." in text


def test_every_measure_is_explained_and_every_explanation_is_within_reach(tmp_path: Path) -> None:
    assert {one.explained for one in MEASURES.values()} <= set(EXPLANATIONS)
    made = Run(tmp_path / "run", everything()).written()
    openers = [n for n in made.all("button") if "popovertarget" in n.attributes]
    aimed = {n.attributes["popovertarget"] for n in openers if n.attributes["class"] == "why"}
    assert aimed == {f"means-{key}" for key in EXPLANATIONS}
    boxes = [n for n in made.all("div") if "popover" in n.attributes]
    assert len(boxes) == len(EXPLANATIONS)
    for box, one in zip(boxes, EXPLANATIONS.values(), strict=True):
        for part in (one.meaning, one.formula, one.source, one.mistaken_for, one.page):
            assert part in box.text


@pytest.mark.parametrize("page", sorted({one.page for one in EXPLANATIONS.values()}))
def test_every_explanation_leads_to_a_page_of_the_project(page: str) -> None:
    said = (MEASURE_PAGES / f"{page}.md").read_text("utf-8")
    assert "ource" in said
