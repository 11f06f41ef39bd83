"""versus.json to one HTML page that stands alone: runs side by side, no ranking, no winner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.charts import Caption
from fairlineup.evidence.pages.explain import EXPLANATIONS
from fairlineup.evidence.pages.faces import Album, Photographs, open_album
from fairlineup.evidence.pages.figures import Datum, Results, figure
from fairlineup.evidence.pages.naming import called
from fairlineup.evidence.pages.page import environment
from fairlineup.evidence.pages.paired import Change, Share, areas, before_after
from fairlineup.evidence.pages.paired_tables import POINTS, Versus, failure_rows, gap_rows, group_rows, point
from fairlineup.evidence.pages.pairs import Pair, Portrait
from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import write_atomic

NAME = "versus.html"
SCHEMA = "fairlineup-versus/1"
EXPLAINED = {"fpir", "fmr", "fnir", "fte"}
RATES = {"fpir": "flagged though not in the gallery", "fnir": "missed though in the gallery"}


def write_versus(
    out: Path, results: Results, photographs: Mapping[str, tuple[RunDirectory, Photographs]]
) -> Path:
    """Write versus.html into a folder.

    Args:
        out: the folder.
        results: content of versus.json.
        photographs: by run, its directory and where its photographs come from; empty shows no faces.
    Returns: the page.
    Raises: BadInput: an unwritable place, or a manifest that cannot be read. SystemFailed: a full disk.
    """
    kind = str(results["population"]["kind"])
    subject = Versus(results, "" if kind == "real" else f"{kind} people")
    albums = {key: open_album(*one) for key, one in photographs.items()}
    page = environment().get_template("versus.html.j2").render(**_parts(subject, albums))
    path = out / NAME
    write_atomic(path, page.encode())
    return path


def _parts(subject: Versus, albums: Mapping[str, Album]) -> dict[str, Any]:
    own, *equal = subject.results["points"]
    return {
        "subject": subject,
        "results": subject.results,
        "failures": {
            "": [f"{one['section']}: {one['reason']}" for one in subject.results.get("failed_sections") or ()]
        },
        "slider": None,
        "short": False,
        "faces": bool(albums),
        "names": {},
        "date": words.date,
        "named": called,
        "explanations": [one for one in EXPLANATIONS if one.key in EXPLAINED],
        "headlines": [headline(subject, pair) for pair in own["pairs"]],
        "verdicts": [list(verdict(subject, pair)) for pair in own["pairs"]],
        "pictures": [one for pair in own["pairs"] if (one := _areas(subject, pair))],
        "own": point(subject, own),
        "equal": [(words.declared_percent(float(one["fmr"])), point(subject, one)) for one in equal],
        "changes": [one for pair in own["pairs"] if (one := _changes(subject, pair))],
        "groups": [row for one in subject.results["points"] for row in group_rows(one)],
        "gaps": [row for one in subject.results["points"] for row in gap_rows(one)],
        "processing": list(failure_rows(subject)),
        "parted": [
            (subject.called(one["before"]), subject.called(one["after"]), list(_pairs(subject, one, albums)))
            for one in subject.results["parted"]
        ],
        "differences": subject.results["differences"],
    }


def headline(subject: Versus, pair: Results) -> str:
    """Who was flagged by both runs, and by one alone, each at its own threshold."""
    before, after = subject.called(pair["before"]), subject.called(pair["after"])
    found = pair["fpir"]
    if "not_measured" in found:
        return f"Who is flagged by {before} and by {after} cannot be compared: {found['not_measured']}."
    people = subject.notice or "people"
    return (
        f"Each at its own threshold, {words.count(found['both'])} of {words.count(found['people'])} {people} "
        f"who are not in the gallery were flagged by both, {words.count(found['first_only'])} by {before} "
        f"alone, {words.count(found['second_only'])} by {after} alone."
    )


def verdict(subject: Versus, pair: Results) -> Iterator[str]:
    """What may be said of the difference, in sentences that carry their limits."""
    before, after = pair["before"], pair["after"]
    for key, what in RATES.items():
        found = pair[key]
        if "not_measured" in found or "not_measured" in found["difference"]:
            continue
        moved = figure(found["difference"], POINTS)
        if moved.value is None or moved.low is None or moved.high is None:
            continue
        text = (
            f"People {what}: {after} less {before} is {moved.value.text}{moved.sign} "
            f"({subject.level} interval {moved.low.text} to {moved.high.text})."
        )
        yield f"{text}{_parting(found)} {_established(found)}"


def _parting(found: Results) -> str:
    """On how many people the two part, and what chance would do."""
    parted = found["first_only"] + found["second_only"]
    if parted == 0:
        return " The two part on nobody."
    text = f" The two part on {words.plural(parted, 'person', 'people')}"
    if not isinstance(found["p"], int | float):
        return f"{text}."
    text += f"; if they erred alike, a split as uneven has p {words.p_value(found['p'])}"
    many = found.get("tests", 1)
    return (
        f"{text}, or {words.p_value(found['holm_p'])} as one of {many} tests (Holm)."
        if many > 1
        else f"{text}."
    )


def _established(found: Results) -> str:
    """Whether a difference is established, and what could have been."""
    low, high = found["difference"]["low"], found["difference"]["high"]
    if low > 0 or high < 0:
        return "For these photographs and thresholds a difference is established."
    least = found["detectable"]
    if isinstance(least, int | float):
        return (
            "No difference is established, and none is ruled out within the interval: one of "
            f"{words.percent_number(least)} points or more would have been found four times in five."
        )
    return "No difference is established, and none is ruled out within the interval."


def _areas(subject: Versus, pair: Results) -> tuple[str, Markup] | None:
    found = pair["fpir"]
    if "not_measured" in found:
        return None
    before, after = pair["before"], pair["after"]
    shares = (
        Share("flagged by both", found["both"], "both"),
        Share(f"flagged by {before} alone", found["first_only"], "first"),
        Share(f"flagged by {after} alone", found["second_only"], "second"),
        Share("flagged by neither", found["neither"], "neither"),
    )
    title = f"People by what {before} and {after} did to them, each at its own threshold"
    desc = "; ".join(f"{words.count(one.people)} {one.text}" for one in shares)
    return title, areas(Caption(title, desc, subject.notice), shares)


def _changes(subject: Versus, pair: Results) -> tuple[str, Markup] | None:
    """FPIR before and after, for everyone and for each group that may be published."""
    own = subject.results["points"][0]
    rates = {row["run"]: row["fpir"] for row in own["rates"]}
    everyone = _change("everyone", rates[pair["before"]], rates[pair["after"]], "")
    rows, label = [everyone] if everyone.after else [], ""
    for group in pair["groups"]:
        found = group["fpir"]
        if "not_measured" in found or "not_measured" in found["before"] or "not_measured" in found["after"]:
            continue
        name = str(group["label"]).replace("_", " ")
        rows.append(_change(group["value"], found["before"], found["after"], "" if name == label else name))
        label = name
    if not rows:
        return None
    title = (
        f"FPIR before ({pair['before']}, ring) and after ({pair['after']}, dot), each at its own threshold"
    )
    desc = "; ".join(f"{row.heading or row.label}: {row.text}" for row in rows)
    return title, before_after(Caption(title, desc, subject.notice), rows)


def _change(label: str, before: Results, after: Results, heading: str) -> Change:
    rates = [
        None if "not_measured" in one else (float(one["value"]), float(one["low"]), float(one["high"]))
        for one in (before, after)
    ]
    text = " → ".join("not measured" if one is None else words.percent(one[0]) for one in rates)
    return Change(label, text, rates[0], rates[1], heading)


def _pairs(subject: Versus, one: Results, albums: Mapping[str, Album]) -> Iterator[Pair]:
    names = subject.results["names"]
    for row in one["people"]:
        album = albums.get(row["flagged_by"], Album(None))
        yield Pair(
            one=Portrait(
                "Searched",
                names.get(row["person"], row["person"]),
                row["probe_photo"],
                album.thumb(row["probe_photo"]),
            ),
            other=Portrait(
                "Returned",
                names.get(row["gallery_person"], row["gallery_person"]),
                row["gallery_photo"],
                album.thumb(row["gallery_photo"]),
            ),
            score=Datum(words.score(float(row["score"])), row["score"]),
            rank=None,
            says=f"flagged by {row['flagged_by']} alone",
        )
