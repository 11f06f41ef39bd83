"""The page of a comparison: what it says, that it stands alone, and that it ranks nobody."""

from __future__ import annotations

import copy
import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fairlineup.evidence.pages.paired_tables import points_number

from fairlineup.evidence.pages import write_versus

Json = dict[str, Any]


def rate(errors: int, trials: int) -> Json:
    value = errors / trials
    return {
        "value": value,
        "low": value * 0.8,
        "high": min(1.0, value * 1.25 + 0.01),
        "errors": errors,
        "trials": trials,
        "people": trials,
        "method": "m",
    }


def change(value: float, spread: float = 0.02) -> Json:
    return rate(10, 500) | {"value": value, "low": value - spread, "high": value + spread}


NONE = {"not_measured": "nobody"}


def outcome(*cells: int, p: float | Json = 0.004) -> Json:
    both, first, second, neither = cells
    return {
        "people": sum(cells),
        "both": both,
        "first_only": first,
        "second_only": second,
        "neither": neither,
        "difference": change((second - first) / sum(cells)),
        "p": p,
        "holm_p": 0.008,
        "tests": 2,
        "ratio": change(0.6, 0.2) if isinstance(p, float) else NONE,
        "detectable": 0.031,
    }


def point(fmr: float | None) -> Json:
    chosen = fmr is not None
    at = {"score": 0.6, "fmr": rate(40, 40_000)}
    more = {"low": 0.55, "high": 0.65} if chosen else {"source": "the maker", "is_default": True}
    p: float | Json = NONE if chosen else 0.004
    groups = [
        {
            "label": "sex",
            "value": value,
            "people": people,
            "label_source": source,
            "fpir": {"before": before, "after": after, "difference": moved},
            "fnir": NONE,
        }
        for value, people, source, before, after, moved in (
            ("F", 200, "somebody", rate(80, 200), rate(30, 200), change(-0.25)),
            ("X <y>", 5, "somebody", NONE, NONE, NONE),
        )
    ]
    return {
        "kind": "equal_fmr" if chosen else "own",
        "fmr": fmr,
        "thresholds": [{"run": key, **at, **more} for key in "AB"],
        "rates": [{"run": key, "fpir": rate(80, 500), "fnir": NONE} for key in "AB"],
        "pairs": [
            {
                "before": "A",
                "after": "B",
                "fpir": outcome(60, 20, 3, 417, p=p),
                "fnir": NONE,
                "groups": groups,
                "gaps": [
                    {
                        "label": "sex",
                        "one": "F",
                        "other": "M",
                        "declared": True,
                        "fnir": NONE,
                        "fpir": {"before": change(0.3), "after": change(0.05), "change": change(-0.25)},
                    }
                ],
            }
        ],
    }


def results(kind: str = "real") -> Json:
    runs = [
        {
            "key": key,
            "folder": folder,
            "title": "The test of <b>tests</b>",
            "begun": "2026-11-23T07:17:00+00:00",
            "system": {
                "name": "vendor",
                "version": version,
                "vendor": "Maker",
                "settings": {},
                "scale": {"kind": "distance", "low": 0, "high": 2, "name": "distance"},
            },
            "own_threshold": {"score": 0.6, "source": "the maker", "is_default": True},
            "recorded_to": 0.7,
            "gallery": {"people": 1000, "photos": 1000, "offered": 1010},
            "lost": {"search-absent": 2} if key == "B" else {},
            "lists_cut": 0,
            "digests": {"plan": "sha256:ab"},
        }
        for key, folder, version in (("A", "spring", "1"), ("B", "autumn", "2"))
    ]
    stage = {"searches": 500, "people": 500, "shared": 500, "together": 502, "unanswered": 2}
    person = {
        "flagged_by": "A",
        "person": "p1",
        "probe_photo": "p/1.jpg",
        "gallery_person": "g1",
        "gallery_photo": "g/1.jpg",
        "score": 0.5,
    }
    failures = {
        "people": 900,
        "both": 1,
        "first_only": 2,
        "second_only": 3,
        "neither": 894,
        "before": rate(3, 900),
        "after": rate(4, 900),
        "difference": change(0.001),
        "p": 1.0,
    }
    return {
        "schema": "fairlineup-versus/1",
        "fairlineup": "0.1.0",
        "population": {"kind": kind, "described": ["members of a parliament"], "capture": ["portraits"]},
        "statistics": {"level": 0.95, "seed": 1, "replicates": 2000},
        "runs": runs,
        "pairing": {
            "absent": stage,
            "present": NONE,
            "same_picture_left_out": 0,
            "gallery": {"shared": 1010, "together": 1010},
            "gallery_people_offered": 1005,
            "mates": {"shared": 0, "together": 0},
            "list_length": 50,
        },
        "differences": [
            {"what": "version", "values": ["1", "2"]},
            {"what": "setting side", "values": ["240", "4000"]},
        ],
        "cautions": ["Run B lost 2 searches."],
        "points": [point(None), point(0.001)],
        "equal_fmr_reason": "",
        "processing": [{"before": "A", "after": "B", "fte": failures, "fta": NONE}],
        "parted": [{"before": "A", "after": "B", "people": [person]}],
        "names": {"p1": "Ann & Co", "g1": "Bea"},
    }


def written(folder: Path, found: Json) -> str:
    return write_versus(folder, found, {}).read_text("utf-8")


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
    pair = found["points"][0]["pairs"][0]
    pair["fpir"] = outcome(60, 4, 4, 432, p=1.0)
    text = said(written(tmp_path, found))
    assert "No difference is established, and none is ruled out" in text
    assert "one of 3.1 points or more would have been found four times in five" in text


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
    found = copy.deepcopy(results())
    own = found["points"][0]
    own["pairs"][0] |= {"fpir": NONE, "groups": [], "gaps": []}
    own["thresholds"][0] = {"run": "A", **NONE}
    found |= {"points": [own], "equal_fmr_reason": "no rate is supported", "cautions": []}
    text = said(written(tmp_path, found))
    assert "cannot be compared: nobody" in text
    assert "Not measured: no rate is supported." in text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "±0"), (0.0123, "+1.2"), (-0.25, "−25.0"), (-0.0004, "−0.040")]
)
def test_differences_always_carry_their_sign(value: float, text: str) -> None:
    assert points_number(value) == text
