from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from fairlineup.records import BadInput, NotMeasured, Threshold
from fairlineup.results import (
    AuditResults,
    CanaryChange,
    HeldByEveryone,
    IfLostWere,
    LostBounds,
    PhotoNotProcessed,
    SamePictureMate,
    WouldChange,
    from_json,
    to_json,
)

from .everything import everything
from .examples import (
    MISSED,
    SYSTEM,
    contrast,
    group,
    not_given,
    pair,
    population,
    rates,
    rates_of_none,
    results,
    share,
    similarity,
    threshold,
    unmeasured,
    verdict,
    withheld,
)
from .reading import Page, Run, numbers


def page(tmp_path: Path, whole: AuditResults | None = None, *, faces: bool = True) -> Page:
    return Run(tmp_path / "run", whole or results()).written(faces=faces)


def nobody_flagged() -> AuditResults:
    return replace(
        results(threshold("default", 0.6, rates_of_none())),
        false_matches=(),
        closest_non_mated=(),
        verdicts=(verdict("inconclusive", 12),),
    )


def nothing_measured() -> AuditResults:
    whole = results(threshold("default", 0.6, withheld(rates(), "there were no searches")))
    searches = replace(whole.searches, target_absent=0, target_present=0)
    return replace(whole, false_matches=(), closest_non_mated=(), missed=(), ladder=(), searches=searches)


def lost() -> AuditResults:
    bounds = IfLostWere(LostBounds(3, 0.0654, 0.085), None)
    whole = results(replace(threshold("default", 0.6), if_lost_were=bounds))
    searches = replace(whole.searches, lost={"search-absent": 3}, lists_cut_by_the_system=7)
    return replace(whole, searches=searches, canaries=CanaryChange(10, 1, 0.02))


KINDS: dict[str, AuditResults] = {
    "real": results(),
    "simulated": replace(results(), population=population("simulated")),
    "synthetic": replace(results(), population=population("synthetic", 870)),
    "nobody flagged": nobody_flagged(),
    "nothing measured": nothing_measured(),
    "no limit": replace(results(), verdicts=()),
    "a score": similarity(),
    "everything": everything(),
    "lost": lost(),
}


Drawn = Callable[[str, bool], Page]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """Each page, drawn once for all that is asked of it."""

    @cache
    def draw(kind: str, faces: bool) -> Page:
        return page(tmp_path_factory.mktemp("drawn"), KINDS[kind], faces=faces)

    return draw


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("faces", [True, False])
class TestEveryPage:
    def test_stands_alone(self, drawn: Drawn, kind: str, faces: bool) -> None:
        made = drawn(kind, faces)
        for node in made.nodes:
            for name in ("src", "href"):
                assert node.attributes.get(name, "#").startswith(
                    ("#", "data:image/jpeg;base64,", "data:text/csv;base64,")
                )
        assert not made.all("link")
        assert "url(" not in made.all("style")[0].text
        assert "@import" not in made.all("style")[0].text
        policy = [n for n in made.all("meta") if n.attributes.get("http-equiv") == "Content-Security-Policy"]
        assert "default-src 'none'" in policy[0].attributes["content"]

    def test_can_be_found_through_without_eyes(self, drawn: Drawn, kind: str, faces: bool) -> None:
        made = drawn(kind, faces)
        assert made.all("html")[0].attributes["lang"] == "en"
        levels = [int(node.tag[1]) for node in made.nodes if re.fullmatch("h[1-6]", node.tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(new <= old + 1 for old, new in pairwise(levels))
        ids = [node.attributes["id"] for node in made.nodes if "id" in node.attributes]
        assert len(ids) == len(set(ids))
        aimed = {n.attributes["href"][1:] for n in made.all("a") if n.attributes["href"].startswith("#")}
        aimed |= {n.attributes["popovertarget"] for n in made.nodes if "popovertarget" in n.attributes}
        named = {n.attributes["aria-labelledby"] for n in made.nodes if "aria-labelledby" in n.attributes}
        assert aimed | named <= set(ids)
        assert len(made.all("caption")) == len(made.all("table"))
        assert all(node.attributes.get("scope") in {"row", "col"} for node in made.all("th"))
        assert all(node.text.strip() for node in (*made.all("td"), *made.all("th")))
        assert all(node.attributes.get("alt") for node in made.all("img"))
        assert {"main", "header", "footer", "nav"} <= {node.tag for node in made.nodes}

    def test_every_chart_has_words(self, drawn: Drawn, kind: str, faces: bool) -> None:
        made = drawn(kind, faces)
        charts = [node for node in made.all("svg") if node.attributes.get("role") == "img"]
        assert charts
        titled = [node for node in made.all("title") if node.within[-1] == "svg"]
        described = made.all("desc")
        assert len(titled) == len(described) == len(charts)
        assert all(node.text for node in (*titled, *described))

    def test_shows_only_numbers_of_the_results(self, drawn: Drawn, kind: str, faces: bool) -> None:
        made = drawn(kind, faces)
        known = set(numbers(to_json(KINDS[kind])))
        shown = made.all("data")
        assert {float(node.attributes["value"]) for node in shown} <= known

    def test_says_whom_it_is_about(self, drawn: Drawn, kind: str, faces: bool) -> None:
        made = drawn(kind, faces)
        about = KINDS[kind].population.kind
        marked = [*made.all("caption"), *made.all("desc"), *made.all("figcaption"), made.all("title")[0]]
        for node in marked:
            assert (f"{about} people" in node.text.lower()) == (about != "real")
        assert made.text.startswith(f"Skip to the finding {about.capitalize()} people") == (about != "real")
        assert ("Nothing here is about real people" in made.text) == (about != "real")

    def test_no_verdict_stands_alone(self, drawn: Drawn, kind: str, faces: bool) -> None:
        made = drawn(kind, faces)
        ruled = re.compile(r"\b(PASS|FAIL|INCONCLUSIVE)\b")
        told = [node.text.replace("\u00a0", " ") for node in made.all("p") if ruled.search(node.text)]
        hangs_on = r"22 November 2026, examined 2\.5 .* the limit declared before the test.* – at most .* %"
        assert all(re.search(f"{hangs_on}.*in a gallery of .*, tested on: ", text) for text in told)
        assert len(ruled.findall(_without_glossary(made))) == sum(len(ruled.findall(text)) for text in told)
        assert not re.search(r"certified", made.text, re.IGNORECASE)
        assert not re.search("[✓✔✗✘❌✅]", made.html)
        assert "A candidate is a lead, not an identification" in made.text
        assert "What accuracy does not touch" in made.text


def _without_glossary(made: Page) -> str:
    text = made.text.replace("\u00a0", " ")
    return text[: text.index("Definition, formula, source, and what it is mistaken for.")]


class TestFinding:
    def test_is_one_plain_sentence(self, tmp_path: Path) -> None:
        text = page(tmp_path).text
        assert (
            "In 10 of 150 searches – 66.7 per 1,000 – the person searched for was matched with somebody "
            "else, among 595 other people." in text
        )
        assert (
            "Of the 120 people searched for who were in the gallery with another photograph, 9 were missed."
            in text
        )
        assert "could not process 5 of 720 gallery photographs and 2 of 150 photographs" in text

    def test_zero_is_not_none(self, tmp_path: Path) -> None:
        text = page(tmp_path, nobody_flagged()).text
        assert "In none of 150 searches was the person searched for matched with somebody else" in text
        assert "up to 24 in every 1,000 such searches" in text

    def test_searches_are_not_people_where_people_are_searched_twice(self, tmp_path: Path) -> None:
        twice = replace(share(10, 150, 0.03242972816, 0.1191839771), people=75)
        text = page(tmp_path, results(threshold("default", 0.6, replace(rates(), fpir=twice)))).text
        assert "In 10 of 150 searches" in text
        assert (
            "This page counts searches, all of them: 75 people were searched for, some several times." in text
        )

    def test_no_threshold_speaks_alone(self, tmp_path: Path) -> None:
        text = page(tmp_path).text
        assert "at the other thresholds: 0 of 150 at “strict” (distance 0.55 or less)." in text

    def test_order_of_page_1(self, tmp_path: Path) -> None:
        text = page(tmp_path).text
        parts = (
            "A test of tests",
            "22 November 2026",
            "Who was matched with somebody else",
            "Matched with somebody else though not in the gallery",
            "The declared limit",
            "What was missed",
            "Algorithm or gallery",
            "The default threshold",
            "What accuracy does not touch",
            "How to reproduce it",
            "The numbers that belong together",
            "Groups Labels come",
            "The larger the gallery",
            "False matches, side",
        )
        places = [text.index(part) for part in parts]
        assert places == sorted(places)

    @pytest.mark.parametrize(
        ("outcome", "words"),
        [("fail", "broke (FAIL)"), ("pass", "in this test kept (PASS"), ("inconclusive", "neither clearly")],
    )
    def test_verdict_carries_what_it_hangs_on(self, tmp_path: Path, outcome: str, words: str) -> None:
        held = replace(verdict(outcome), reason="as it is")
        made = page(tmp_path, replace(results(), verdicts=(held,)))
        sentence = next(p for p in made.all("p") if words in p.text).text
        for part in (
            "examined 2.5",
            "default",
            "0.6",
            "595 people",
            "people of a town",
            "1 %",
            "22 November 2026",
        ):
            assert part in sentence.replace("\u00a0", " ")
        assert "as it is" in made.text

    def test_what_would_change_a_verdict(self, tmp_path: Path) -> None:
        text = page(tmp_path).text
        assert "With the same 150 searches, no result could have passed" in text
        assert "it would have failed from 5 on; here it was 10" in text
        margin = HeldByEveryone(rates().fpir, WouldChange(1, 150, 2, None))
        wide = replace(verdict("pass"), held=margin)
        text = page(tmp_path / "wide", replace(results(), verdicts=(wide,))).text
        assert "it would have passed with at most 2 flagged, and no result could have failed" in text

    def test_how_many_more_are_needed(self, tmp_path: Path) -> None:
        text = page(tmp_path, replace(results(), verdicts=(verdict("inconclusive", 1200),))).text
        assert "(INCONCLUSIVE, need 1,200 more)" in text

    def test_verdict_withheld(self, tmp_path: Path) -> None:
        none = not_given("the calibration shares people")
        text = page(tmp_path, replace(results(), verdicts=(none,))).text
        assert "No verdict is given on the declared limit: the calibration shares people." in text

    def test_numbers_are_told_at_the_threshold_of_the_first_limit(self, tmp_path: Path) -> None:
        strict = replace(verdict(), threshold="strict")
        text = page(tmp_path, replace(results(), verdicts=(strict, verdict()))).text
        assert "This is at the threshold “strict” (distance 0.55 or less)" in text
        assert "In none of 150 searches" in text

    def test_exclusions_stand_on_page_1(self, tmp_path: Path) -> None:
        front = page(tmp_path, everything()).text.partition("The numbers that belong together")[0]
        assert "Reviewed by first and second: 1 pair of photographs held by both to be label errors" in front
        assert "Without these: On 22 November 2026" in front
        assert "every number takes them as they are" in page(tmp_path / "none").text

    def test_nobody_compared_is_not_nobody_flagged(self, tmp_path: Path) -> None:
        none = unmeasured("no search was processed", 0, 0)
        found = replace(rates(), fpir=share(0, 150, 0.0, 0.024), fpir_processed=none)
        text = page(tmp_path, results(threshold("default", 0.6, found))).text
        assert "Nothing was measured: the system could process 0 of the photographs searched with" in text
        assert "was matched with somebody else, among" not in text

    def test_default_threshold_is_a_finding(self, tmp_path: Path) -> None:
        text = page(tmp_path).text
        assert "Whoever sets no threshold gets distance 0.6 or less (its manual), without being told" in text
        assert "that is a finding in itself. At it 10 of 150" in text
        advised = Threshold(0.4, "its vendor")
        system = replace(SYSTEM, default_threshold=None, recommended_threshold=advised)
        text = page(tmp_path / "none", replace(results(), system=system)).text
        assert "The system sets no default threshold" in text
        assert "Recommended is distance 0.4 or less (its vendor). It was not among the declared" in text

    def test_algorithm_and_gallery_told_apart_or_why_not(self, tmp_path: Path) -> None:
        text = page(tmp_path, everything()).text.replace("\u00a0", " ")
        assert "it would be 0.083 (95 % interval 0.031 to 0.15): the algorithm’s part" in text
        assert "adds −0.022 (95 % interval −0.047 to 0.0040)" in text
        text = page(tmp_path / "bare", results(threshold("default", 0.6, contrasts=[contrast(0.2)]))).text
        assert "could not be told apart: nobody in the gallery is labelled." in text


class TestTables:
    def test_every_number_in_the_key_table_stands_in_the_results(self, tmp_path: Path) -> None:
        html = page(tmp_path).html
        tables = re.findall(r'<table class="key".*?</table>', html, re.DOTALL)
        assert len(tables) == 2
        known = set(numbers(to_json(results())))
        for cell in re.findall(r"<td.*?</td>", "".join(tables), re.DOTALL):
            for value, text in re.findall(r'<data value="([^"]+)">([^<]+)</data>', cell):
                assert float(value) in known
                shown = float(text.replace(",", ""))
                near = {abs(shown - float(value)), abs(shown - 100 * float(value))}
                assert min(near) <= 0.06 * max(abs(shown), 1e-9)
            bare = re.sub(
                r"<data.*?</data>|<[^>]+>|1 in [\d,]+|only 0 false matches; an interval needs 10", "", cell
            )
            assert not re.search(r"\d", bare)

    def test_reasons_stand_where_numbers_are_missing(self, tmp_path: Path) -> None:
        text = page(tmp_path).text
        assert "not measured 11 of 88,060" not in text
        assert "not measured 0 of 150 only 0 false matches; an interval needs 10" in text

    def test_methods_are_named(self, tmp_path: Path) -> None:
        text = page(tmp_path).text
        assert "Clopper-Pearson on people" in text
        assert "score (Koopman)" in text

    def test_lost_and_cut_are_counted(self, tmp_path: Path) -> None:
        text = page(tmp_path, lost()).text
        assert "3 – searches of people who are not in the gallery" in text
        assert "7 lists were cut" in text
        said = text.replace("\u00a0", " ")
        assert (
            "Had all of them been answered rightly, or all wrongly: At “default”: Searches that flag" in said
        )
        assert "(FPIR) would be 6.5 % to 8.5 %" in said
        assert "1 were answered otherwise, and a score moved by 0.02. The system changed" in said
        same = replace(results(), canaries=CanaryChange(10, 0, 0.0))
        assert "and answered alike" in page(tmp_path / "same", same).text
        assert "same system from begin to end" not in page(tmp_path / "none").text

    def test_what_is_to_be_known_first_stands_first(self, tmp_path: Path) -> None:
        warning = "the scores seem to lie the wrong <way> round"
        warned = page(tmp_path, replace(results(), warnings=(warning,))).text
        assert "Warning: the scores seem to lie the wrong <way> round." in warned
        assert "Warning:" not in page(tmp_path / "none").text

    def test_how_to_repeat(self, tmp_path: Path) -> None:
        text = page(tmp_path).text
        for part in (
            "fairlineup audit run RUN/plan.toml",
            "sha256:aa",
            "sha256:bb",
            "libraries, numpy",
            "CC0",
        ):
            assert part in text


class TestGroups:
    def test_without_groups(self, tmp_path: Path) -> None:
        whole = results(threshold("default", 0.6))
        assert "declared no groups" in page(tmp_path, whole).text
        unlabelled = replace(whole, searches=replace(whole.searches, unlabelled={"hair_color": 150}))
        run = Run(tmp_path / "other", unlabelled)
        for text in (run.written().text, Page(run.in_short().read_text("utf-8")).text):
            assert "Nobody searched for carries a value of “hair color”" in text
            assert "declared no groups" not in text

    def test_withheld_from_all_is_said_once_with_counts(self, tmp_path: Path) -> None:
        groups = [group(v, 40, reason="no source is cited", source="") for v in ("circle", "square")]
        text = page(tmp_path, results(threshold("default", 0.6, groups=groups))).text
        assert text.count("No rate of these groups is published: no source is cited.") == 1
        assert text.count("not published 10 of 150") == 2
        assert "No rate for any group of “group”: no source is cited. Counts stand under Groups." in text

    def test_withheld_from_one_stands_with_it(self, tmp_path: Path) -> None:
        groups = [group("circle", 90), group("dot", 12, reason="only 12 people; a group figure needs 30")]
        text = page(tmp_path, results(threshold("default", 0.6, groups=groups))).text
        assert "dotonly 12 people; a group figure needs 30" in text.replace(" ", "", 0)
        assert "12 of 12" not in text

    def test_a_difference_found(self, tmp_path: Path) -> None:
        text = page(tmp_path).text.replace("\u00a0", " ")
        assert "13.5 times as likely" in text
        assert "about 12 in 10,000 such tests" in text
        assert "two-sided p = 0.0012" in text
        assert "could only have detected" not in text
        assert "may come from the algorithm, or from who is in the gallery" in text

    def test_no_difference_found_is_no_finding_of_equality(self, tmp_path: Path) -> None:
        made = page(tmp_path, results(threshold("default", 0.6, contrasts=[contrast(0.24)])))
        assert "could only have detected a ratio of 5.07 or more" in made.text

    def test_nothing_could_have_been_found(self, tmp_path: Path) -> None:
        nothing = NotMeasured("so few people could not have found any difference")
        made = page(tmp_path, results(threshold("default", 0.6, contrasts=[contrast(1.0, nothing)])))
        assert "no finding of equality: so few people could not have found any difference" in made.text

    def test_not_compared(self, tmp_path: Path) -> None:
        bare = replace(contrast(0.5).contrast, ratios=NotMeasured("only 12 people"))
        none = replace(contrast(0.5), contrast=bare, p_values=None, holm_p=None, tests=0)
        text = page(tmp_path, results(threshold("default", 0.6, contrasts=[none]))).text
        assert "Not compared: only 12 people." in text


def test_results_of_another_version_are_refused_not_misread(tmp_path: Path) -> None:
    older: Any = "fairlineup-results/1"
    with pytest.raises(BadInput) as caught:
        page(tmp_path, replace(results(), schema=older))
    assert caught.value.code == "run-of-an-older-format"
    assert not (tmp_path / "run" / "report.html").exists()


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
OURS = {"schema", "told_by", "found", "kind", "strangers", "measure", "outcome", "over", "method", "digests"}
KEYED = {"names", "settled", "lost", "settings", "label_sources", "unlabelled", "composition", "decided"}


def hostile(value: Any, key: str = "") -> Any:
    """The same with every free text, and every free key, replaced by one that would do harm."""
    if key in OURS or value in ("real", "fmr"):
        return value
    if isinstance(value, dict):
        if key in KEYED and value:
            return {HOSTILE: hostile(next(iter(value.values())))}
        return {name: hostile(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [hostile(inner) for inner in value]
    return HOSTILE if isinstance(value, str) else value


@pytest.mark.parametrize("faces", [True, False])
def test_nothing_written_by_others_becomes_markup(tmp_path: Path, faces: bool) -> None:
    whole = from_json(hostile(to_json(everything())), AuditResults)
    made = page(tmp_path, whole, faces=faces)
    assert len(made.all("script")) == 2
    assert not [node for node in made.nodes if any(name.startswith("on") for name in node.attributes)]
    assert all(node.attributes["src"].startswith("data:") for node in made.all("img"))
    assert "alert(2)" in made.text


def test_thousands_of_false_matches_stay_under_10_mb(tmp_path: Path) -> None:
    many = tuple(pair(n, 0.3 + n / 50_000) for n in range(5000))
    closest = tuple(pair(n, 0.3) for n in range(50))
    run = Run(tmp_path / "run", replace(results(), false_matches=many, closest_non_mated=closest))
    run.photograph([photo for one in many[:210] for photo in (one.probe_photo, one.gallery_photo)])
    made = run.written()
    assert len(made.html.encode()) < 10_000_000
    assert len(made.all("img")) == 2 * 199 + 1  # of the missed pair only the probe is there
    assert "5,000 searches returned somebody else" in made.text
    assert "the 149 closest" in made.text
    assert "the other 4,851 are counted" in made.text


def test_long_lists_are_cut_and_counted(tmp_path: Path) -> None:
    failed = PhotoNotProcessed("probe-2", "probe/probe-2.png", "no_face", "")
    same = SamePictureMate("probe-2", "probe/probe-2.png", "gallery/probe-2.png")
    whole = replace(
        results(),
        missed=(MISSED,) * 3000,
        not_processed=(failed,) * 3000,
        same_picture_mates=(same,) * 900,
    )
    text = page(tmp_path, whole).text
    assert "2,476 of them are only counted" in text
    assert "List 500 photographs not processed, of 3,000" in text
    assert "listed here, the first 500" in text


def test_the_same_results_give_the_same_page(tmp_path: Path) -> None:
    assert page(tmp_path / "a").html == page(tmp_path / "b").html
