"""versus.json to one HTML page that stands alone: runs side by side, no ranking, no winner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from fairlineup.files import write_whole
from fairlineup.reports import words
from fairlineup.reports.charts import Caption
from fairlineup.reports.faces import Album, Photographs, open_album
from fairlineup.reports.figures import PERCENT, RATIO, Datum, Figure, Results, Unit, figure
from fairlineup.reports.page import environment
from fairlineup.reports.paired import Change, Share, areas, before_after
from fairlineup.reports.pairs import Pair, Portrait
from fairlineup.runs import RunDirectory

NAME = "versus.html"
SCHEMA = "fairlineup-versus/1"
RATES = {"fpir": "flagged though not in the gallery", "fnir": "missed though in the gallery"}
TITLES = {"fpir": "Flagged though not in the gallery (FPIR)", "fnir": "Missed though in the gallery (FNIR)"}


def points_number(value: float) -> str:
    """A difference of rates in percentage points, always with its sign."""
    sign = "−" if value < 0 else "+" if value > 0 else "±"
    return f"{sign}{words.percent_number(abs(value))}"


POINTS = Unit(points_number, f"{words.SPACE}points")


@dataclass(frozen=True, slots=True)
class Versus:
    """What the page is about.

    Attributes:
        results: versus.json.
        notice: marks every table and chart of people who are not real; blank for real ones.
    """

    results: Results
    notice: str

    @property
    def level(self) -> str:
        """Coverage of the intervals: "95 %"."""
        return words.declared_percent(float(self.results["statistics"]["level"]))

    @property
    def unit(self) -> str:
        """What a score is called."""
        kinds = {one["system"]["scale"]["kind"] for one in self.results["runs"]}
        return "distance" if kinds == {"distance"} else "score"

    def run(self, key: str) -> Results:
        """A run by its key."""
        found: Results = next(one for one in self.results["runs"] if one["key"] == key)
        return found

    def settings(self, key: str) -> str:
        """The settings of a run that the others do not have."""
        place = [one["key"] for one in self.results["runs"]].index(key)
        rows = [one for one in self.results["differences"] if one["what"].startswith("setting ")]
        return ", ".join(f"{one['what'].removeprefix('setting ')} {one['values'][place]}" for one in rows)

    def called(self, key: str) -> str:
        """A run as it is called: its key, and the folder it is in."""
        return f"{key} ({self.run(key)['folder']})"


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of error at one operating point, for a pair of runs.

    Attributes:
        title: of the error.
        pair: how the two runs are called.
        cells: people with both, with the first only, the second only, with neither; None where not measured.
        difference: second rate less first.
        ratio: second over first; None where thresholds were chosen.
        p: as printed; blank where there is none.
        detectable: in points; blank where there is none.
        reason: why nothing was measured.
    """

    title: str
    pair: str
    cells: tuple[Datum, ...] | None
    difference: Figure | None
    ratio: Figure | None
    p: str
    detectable: str
    reason: str


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
    write_whole(path, page.encode())
    return path


def _parts(subject: Versus, albums: Mapping[str, Album]) -> dict[str, Any]:
    own, *equal = subject.results["points"]
    return {
        "subject": subject,
        "results": subject.results,
        "slider": None,
        "faces": bool(albums),
        "names": {},
        "date": words.date,
        "headlines": [headline(subject, pair) for pair in own["pairs"]],
        "verdicts": [list(verdict(subject, pair)) for pair in own["pairs"]],
        "pictures": [one for pair in own["pairs"] if (one := _areas(subject, pair))],
        "own": point(subject, own),
        "equal": [(words.declared_percent(float(one["fmr"])), point(subject, one)) for one in equal],
        "changes": [one for pair in own["pairs"] if (one := _changes(subject, pair))],
        "groups": [row for one in subject.results["points"] for row in _groups(subject, one)],
        "gaps": [row for one in subject.results["points"] for row in _gaps(subject, one)],
        "processing": list(_processing(subject)),
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


def point(subject: Versus, one: Results) -> dict[str, Any]:
    """The tables of one operating point."""
    rates = {row["run"]: row for row in one["rates"]}
    return {
        "runs": [
            (
                subject.called(at["run"]),
                _threshold(at),
                figure(at["fmr"], one_in=True) if "fmr" in at else None,
                figure(rates[at["run"]]["fpir"]),
                figure(rates[at["run"]]["fnir"]),
            )
            for at in one["thresholds"]
        ],
        "rows": [_row(subject, pair, key) for pair in one["pairs"] for key in RATES],
    }


def _threshold(at: Results) -> tuple[Datum | None, str]:
    """A threshold with where it comes from, or between what it lies."""
    if "not_measured" in at:
        return None, str(at["not_measured"])
    score = Datum(words.score(float(at["score"])), at["score"])
    if "source" in at:
        return score, f"{'the default' if at['is_default'] else 'of the plan'}: {at['source']}"
    if "low" in at:
        return score, f"{words.score(at['low'])} to {words.score(at['high'])}"
    return score, str(at["interval"]["not_measured"])


def _row(subject: Versus, pair: Results, key: str) -> Row:
    found = pair[key]
    called = f"{pair['before']} before, {pair['after']} after"
    if "not_measured" in found:
        return Row(TITLES[key], called, None, None, None, "", "", str(found["not_measured"]))
    cells = tuple(
        Datum(words.count(found[name]), found[name])
        for name in ("both", "first_only", "second_only", "neither")
    )
    p = found["p"]
    ratio = found["ratio"]
    least = found["detectable"]
    measured = isinstance(p, int | float)
    return Row(
        title=TITLES[key],
        pair=called,
        cells=cells,
        difference=figure(found["difference"], POINTS, counts="parted of"),
        ratio=figure(ratio, RATIO) if measured else None,
        p=words.p_value(float(p)).removeprefix("= ") if measured else "",
        detectable=f"{words.percent_number(least)} points" if isinstance(least, int | float) else "",
        reason="",
    )


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


def _at(one: Results) -> str:
    fmr = one["fmr"]
    return "own thresholds" if fmr is None else f"FMR {words.declared_percent(float(fmr))}"


def _groups(subject: Versus, one: Results) -> Iterator[dict[str, Any]]:
    for pair in one["pairs"]:
        for group in pair["groups"]:
            for key, title in TITLES.items():
                if "not_measured" in group[key]:
                    continue
                yield {
                    "at": _at(one),
                    "pair": f"{pair['before']}, {pair['after']}",
                    "label": str(group["label"]).replace("_", " "),
                    "value": group["value"],
                    "title": title,
                    "before": figure(group[key]["before"]),
                    "after": figure(group[key]["after"]),
                    "difference": figure(group[key]["difference"], POINTS),
                }


def _gaps(subject: Versus, one: Results) -> Iterator[dict[str, Any]]:
    for pair in one["pairs"]:
        for gap in pair["gaps"]:
            for key, title in TITLES.items():
                if "not_measured" in gap[key]:
                    continue
                yield {
                    "at": _at(one),
                    "pair": f"{pair['before']}, {pair['after']}",
                    "label": str(gap["label"]).replace("_", " "),
                    "of": f"{gap['one']} less {gap['other']}",
                    "declared": gap["declared"],
                    "title": title,
                    **{name: figure(gap[key][name], POINTS) for name in ("before", "after", "change")},
                }


def _processing(subject: Versus) -> Iterator[dict[str, Any]]:
    titles = {"fte": "Photographs not enrolled (FTE)", "fta": "Photographs not searched with (FTA)"}
    for pair in subject.results["processing"]:
        for key, title in titles.items():
            found = pair[key]
            if "not_measured" in found:
                continue
            yield {
                "title": title,
                "pair": f"{pair['before']}, {pair['after']}",
                "before": figure(found["before"], PERCENT),
                "after": figure(found["after"], PERCENT),
                "difference": figure(found["difference"], POINTS),
                "p": words.p_value(float(found["p"])).removeprefix("= "),
            }


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
