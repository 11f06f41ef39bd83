"""The page of a comparison: what it says, that it stands alone, and that it ranks nobody."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import pytest

from fairlineup import results as rec
from fairlineup.cli.versus import words
from fairlineup.evidence.pages import write_versus
from fairlineup.evidence.pages.words import points_number
from fairlineup.records import NotMeasured, Scale

from .examples import amount, digests, effect, share

NONE = NotMeasured("nobody")


def rate(errors: int, trials: int) -> rec.Share:
    value = errors / trials
    return share(errors, trials, value * 0.8, min(1.0, value * 1.25 + 0.01))


def outcome(*cells: int, p: float | NotMeasured = 0.004) -> rec.PairedRate:
    both, first, second, neither = cells
    moved = (second - first) / sum(cells)
    return rec.PairedRate(
        counts=rec.PairedCounts(sum(cells), both, first, second, neither),
        difference=effect(moved, moved - 0.02, moved + 0.02),
        p=p,
        ratio=NONE if isinstance(p, NotMeasured) else amount(0.6, 0.4, 0.8),
        detectable=0.031,
        holm_p=0.008,
        tests=2,
    )


def point(fmr: float | None) -> rec.PairedPoint:
    at: rec.GivenThreshold | rec.ChosenThreshold = rec.GivenThreshold(
        0.6, rate(40, 40_000), "the maker", is_default=True
    )
    if fmr is not None:
        at = rec.ChosenThreshold(0.6, rate(40, 40_000), 0.55, 0.65)
    moved = rec.RateBeforeAfter(rate(80, 200), rate(30, 200), effect(-0.25, -0.27, -0.23))
    gap = rec.GapBeforeAfter(effect(0.3, 0.28, 0.32), effect(0.05, 0.03, 0.07), effect(-0.25, -0.27, -0.23))
    pair = rec.PairAtPoint(
        before="A",
        after="B",
        fpir=outcome(60, 20, 3, 417, p=0.004 if fmr is None else NONE),
        fnir=NONE,
        groups=(
            rec.GroupBeforeAfter("sex", "F", 200, "somebody", moved, NONE),
            rec.GroupBeforeAfter("sex", "X <y>", 5, "somebody", rec.RateBeforeAfter(NONE, NONE, NONE), NONE),
        ),
        gaps=(rec.GroupGap("sex", "F", "M", declared=True, fpir=gap, fnir=NONE),),
    )
    return rec.PairedPoint(
        kind="own" if fmr is None else "equal_fmr",
        fmr=fmr,
        thresholds=tuple(rec.RunThreshold(key, at) for key in "AB"),
        rates=tuple(rec.RunRates(key, rate(80, 500), NONE) for key in "AB"),
        pairs=(pair,),
    )


def run(key: str, folder: str, version: str) -> rec.RunCompared:
    return rec.RunCompared(
        key=key,
        folder=folder,
        title="The test of <b>tests</b>",
        begun="2026-11-23T07:17:00+00:00",
        system=rec.SystemCompared("vendor", "Maker", version, Scale("distance", 0, 2, "distance"), {}, ()),
        own_threshold=rec.OwnThreshold(0.6, "the maker", is_default=True),
        recorded_to=0.7,
        gallery=rec.GalleryCompared(1000, 1000, 1010),
        lost={"search-absent": 2} if key == "B" else {},
        lists_cut=0,
        digests=digests(),
    )


def results(kind: Literal["real", "simulated"] = "real") -> rec.VersusResults:
    failures = rec.FailuresBeforeAfter(
        rec.PairedCounts(900, 1, 2, 3, 894), rate(3, 900), rate(4, 900), effect(0.001, -0.019, 0.021), 1.0
    )
    return rec.VersusResults(
        schema="fairlineup-versus/1",
        fairlineup="0.1.0",
        population=rec.PopulationCompared(kind, ("members of a parliament",), ("portraits",)),
        statistics=rec.Statistics(0.95, 1, 2000),
        runs=(run("A", "spring", "1"), run("B", "autumn", "2")),
        pairing=rec.PairingFound(
            absent=rec.SearchesCompared(500, 500, rec.InCommon(500, 502), 2),
            present=NONE,
            same_picture_left_out=0,
            gallery=rec.InCommon(1010, 1010),
            gallery_people_offered=1005,
            mates=rec.InCommon(0, 0),
            list_length=50,
        ),
        differences=(
            rec.RecordedDifference("version", ("1", "2")),
            rec.RecordedDifference("setting side", ("240", "4000")),
        ),
        cautions=("Run B lost 2 searches.",),
        points=(point(None), point(0.001)),
        equal_fmr_reason="",
        processing=(rec.ProcessingCompared("A", "B", failures, NONE),),
        parted=(rec.FlaggedApart("A", "B", (rec.FlaggedByOne("A", "p1", "p/1.jpg", "g1", "g/1.jpg", 0.5),)),),
        names={"p1": "Ann & Co", "g1": "Bea"},
        failed_sections=(),
    )


def written(folder: Path, found: rec.VersusResults) -> str:
    return write_versus(folder, rec.decode(rec.encode(found), rec.VersusResults), {}).read_text("utf-8")


def said(page: str) -> str:
    without = re.sub(r"<style>.*?</style>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without)).replace("\u00a0", " ").split())


def test_the_headline_and_what_may_be_said(tmp_path: Path) -> None:
    text = said(written(tmp_path, results()))
    assert (
        "Each at its own threshold, 60 of 500 people who are not in the gallery were flagged by both, "
        "20 by A (spring) alone, 3 by B (autumn) alone." in text
    )
    assert "B less A is −3.4 points (95 % interval −5.4 to −1.4)." in text
    assert "The two part on 23 people" in text
    assert "p = 0.004" in text
    assert "a difference is established" in text
    assert "It says nothing of other photographs" in text
    assert "side 240" in text
    assert "Run B lost 2 searches." in text


def test_no_system_is_ranked(tmp_path: Path) -> None:
    text = said(written(tmp_path, results())).lower()
    assert not re.search(
        r"\b(winner|wins|best|better|worse|superior|outperform\w*|recommend\w*|pass)\b", text
    )


def test_nothing_found_says_what_could_have_been(tmp_path: Path) -> None:
    found = results()
    own = replace(found.points[0].pairs[0], fpir=outcome(60, 4, 4, 432, p=1.0))
    points = (replace(found.points[0], pairs=(own,)), *found.points[1:])
    text = said(written(tmp_path, replace(found, points=points)))
    assert "No difference is established, and none is ruled out" in text
    assert "one of 3.1 points or more would have been found four times in five" in text


def test_a_test_that_was_not_made_says_why(tmp_path: Path) -> None:
    found, none = results(), NotMeasured("the sum overflowed")
    paired = replace(outcome(60, 20, 3, 417, p=none), detectable=NotMeasured("so few people"))
    own = replace(found.points[0].pairs[0], fpir=paired)
    found = replace(found, points=(replace(found.points[0], pairs=(own,)), *found.points[1:]))
    text = said(written(tmp_path, found))
    assert f"not measured {none.reason}" in text
    assert "not measured so few people" in text
    assert f"McNemar p not measured ({none.reason})" in "\n".join(words(found))


def test_pictures_hold_the_numbers(tmp_path: Path) -> None:
    page = written(tmp_path, results())
    assert page.count('<svg role="img"') == 2
    for text in (
        "60 flagged by both",
        "20 flagged by A alone",
        "3 flagged by B alone",
        "417 flagged by neither",
    ):
        assert text in page
    widths = [float(w) for w in re.findall(r'<rect x="[^"]+" y="[^"]+" width="([\d.]+)%"', page)]
    assert widths == pytest.approx([96 * n / 500 for n in (60, 20, 3, 417)], abs=0.01)
    assert re.search(r'class="mark ring"', page)
    assert "40.0\u00a0% → 15.0\u00a0%" in page
    assert "X &lt;y&gt;" in page


class Tags(HTMLParser):
    """Everything a page could fetch or run, and whether its tags close."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.links += [value or "" for key, value in attrs if key in {"src", "href"}]
        self.ids += [value or "" for key, value in attrs if key == "id"]


def test_the_page_stands_alone(tmp_path: Path) -> None:
    page = written(tmp_path, results())
    tags = Tags()
    tags.feed(page)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    assert "script" not in tags.seen
    assert "link" not in tags.seen
    assert len(set(tags.ids)) == len(tags.ids)
    assert {link.removeprefix("#") for link in tags.links if link.startswith("#")} <= set(tags.ids)
    assert all(link.startswith("#") for link in tags.links)
    assert "<b>tests</b>" not in page
    assert "fairlineup help measures/versus" in page
    assert "non-mated comparisons at or within the threshold" in page.lower()


def test_simulated_people_are_marked_everywhere(tmp_path: Path) -> None:
    page = written(tmp_path, results("simulated"))
    assert 'class="band"' in page
    assert len(re.findall(r"<caption><span><strong[^>]*>Simulated people", page)) == page.count("<caption>")
    assert page.count('class="notice end">simulated people') == 2


def test_a_comparison_without_any_rate_still_makes_a_page(tmp_path: Path) -> None:
    found = results()
    own = found.points[0]
    pair = replace(own.pairs[0], fpir=NONE, groups=(), gaps=())
    bare = replace(own, pairs=(pair,), thresholds=(rec.RunThreshold("A", NONE), own.thresholds[1]))
    unlisted = rec.FlaggedApart("A", "B", (), "the measure failed")
    reason = "no rate is supported"
    found = replace(found, points=(bare,), equal_fmr_reason=reason, cautions=(), parted=(unlisted,))
    text = said(written(tmp_path, found))
    assert "cannot be compared: nobody" in text
    assert "Not measured: no rate is supported." in text
    assert "Not listed: the measure failed." in text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "±0"), (0.0123, "+1.2"), (-0.25, "−25.0"), (-0.0004, "−0.040")]
)
def test_differences_always_carry_their_sign(value: float, text: str) -> None:
    assert points_number(value) == text
