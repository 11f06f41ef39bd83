"""A page that was sent by mail: nothing on it leads to a file that its reader does not have."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fairlineup.results import AuditResults

from . import test_versus as versus
from .everything import everything
from .examples import contrast, group, not_given, pair, population, threshold
from .reading import Page, Run

Make = Callable[[Path], str]


def full(folder: Path) -> str:
    """report.html with every part and with photographs."""
    many = tuple(pair(n, 0.3) for n in range(20))
    run = Run(folder / "run", replace(everything(), false_matches=many))
    run.photograph(["probe/probe-0.png", "gallery/other-0.png"])
    return run.written().html


def short(folder: Path, whole: AuditResults | None = None) -> str:
    """report-short.html."""
    return Run(folder / "run", whole or everything()).in_short().read_text("utf-8")


def compared(folder: Path) -> str:
    """versus.html."""
    return versus.written(folder, versus.results())


PAGES = pytest.mark.parametrize("make", [full, short, compared])


@PAGES
class TestEveryPage:
    def test_every_link_leads_somewhere(self, tmp_path: Path, make: Make) -> None:
        made = Page(make(tmp_path))
        ids = {node.attributes["id"] for node in made.nodes if "id" in node.attributes}
        leads = [(node, name) for node in made.nodes for name in ("href", "src") if name in node.attributes]
        assert leads
        for node, name in leads:
            address = node.attributes[name]
            if address.startswith("data:"):
                kind, _, data = address.partition(";base64,")
                assert kind in {"data:text/csv", "data:image/jpeg"}
                assert base64.b64decode(data, validate=True)
            else:
                assert address.startswith("https://") or address.removeprefix("#") in ids
        opened = {n.attributes["popovertarget"] for n in made.nodes if "popovertarget" in n.attributes}
        assert opened <= ids

    def test_no_text_sends_its_reader_to_a_file_beside_it(self, tmp_path: Path, make: Make) -> None:
        made = Page(make(tmp_path))
        assert not re.search(r"\bdocs/|\.md\b|\bbeside it\b", made.text)
        assert "pip install" not in made.text

    def test_every_heading_has_something_beneath_it(self, tmp_path: Path, make: Make) -> None:
        html = re.sub(r"<script.*?</script>", "", make(tmp_path), flags=re.DOTALL)
        parts = re.split(r"<(h[1-4])\b[^>]*>(.*?)</\1>", html, flags=re.DOTALL)
        found = list(zip(parts[1::3], parts[2::3], parts[3::3], strict=True))
        for place, (level, title, beneath) in enumerate(found):
            deeper = place + 1 < len(found) and found[place + 1][0] > level
            words = re.sub(r"<[^>]+>", "", beneath).strip()
            assert words or "<svg" in beneath or deeper, f"nothing beneath {title}"


class TestShort:
    def test_it_holds_page_1_groups_limits_and_method(self, tmp_path: Path) -> None:
        made = Page(short(tmp_path))
        order = [
            "In 10 of 150 searches",
            "broke (FAIL)",
            "What accuracy does not touch",
            "Groups and comparisons",
            "13.5 times as likely",
            "Verdicts and limits",
            "What these results do not say",
            "How it was measured",
            "sha256:aa",
        ]
        places = [made.text.rindex(words) for words in order]
        assert places == sorted(places)
        assert "A candidate is a lead, not an identification" in made.text
        assert not made.all("script")
        assert not made.all("img")
        assert not made.all("button")

    def test_a_limit_stands_with_who_set_it(self, tmp_path: Path) -> None:
        made = Page(short(tmp_path))
        [table] = [node.text for node in made.all("table") if "who set them" in node.text]
        assert "1\u00a0%" in table
        assert "the plan" in table

    def test_what_does_not_fit_is_counted_and_not_lost_silently(self, tmp_path: Path) -> None:
        many = threshold(
            "default",
            0.6,
            groups=[group(f"g{n}", 40) for n in range(30)],
            contrasts=[contrast(0.2, one=f"g{n}") for n in range(9)],
        )
        text = Page(short(tmp_path, replace(everything(), thresholds=(many,)))).text
        assert "30 groups: too many for this page; their table stands in the full report." in text
        assert "9 comparisons were declared: too many for this page" in text

    def test_people_who_are_not_real_are_marked(self, tmp_path: Path) -> None:
        none = (not_given("they do not exist"),)
        whole = replace(everything(), population=population("synthetic", 870), verdicts=none)
        made = Page(short(tmp_path, whole))
        assert all("synthetic people" in node.text.lower() for node in made.all("caption"))
        assert "No verdict is given on the declared limit: they do not exist." in made.text
        assert not [node for node in made.all("table") if "who set them" in node.text]
