"""The tables of a comparison of runs: each run at a point, the same people with both, groups and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.figures import PERCENT, RATIO, Datum, Figure, Results, Unit, figure

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
        "rows": [_row(subject, pair, key) for pair in one["pairs"] for key in TITLES],
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


def _at(one: Results) -> str:
    fmr = one["fmr"]
    return "own thresholds" if fmr is None else f"FMR {words.declared_percent(float(fmr))}"


def group_rows(one: Results) -> Iterator[dict[str, Any]]:
    """Rates of each group before and after, at one operating point."""
    for pair in one["pairs"]:
        for group in pair["groups"]:
            for key, title in TITLES.items():
                if "not_measured" in group[key]:
                    continue
                if one["fmr"] is not None and "not_measured" in group[key]["before"]:
                    continue  # its counts stand at the runs' own thresholds
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


def gap_rows(one: Results) -> Iterator[dict[str, Any]]:
    """Gaps between two groups before and after, at one operating point."""
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


def failure_rows(subject: Versus) -> Iterator[dict[str, Any]]:
    """Failures to process before and after."""
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
