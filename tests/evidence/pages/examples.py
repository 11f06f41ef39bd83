"""A small run directory with results written by hand, and a reader of the page made from it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from PIL import Image

from fairlineup.evidence.pages import write_report
from fairlineup.evidence.runs import RunDirectory, RunIdentity
from fairlineup.records import Photograph, Scale, SystemInformation
from fairlineup.results import Digests

from .sweeps import sweep

Json = dict[str, Any]
DIGEST = f"sha256:{0:064}"
VOID = {"meta", "img", "br", "link", "input", "hr"}


def estimate(errors: int, trials: int, low: float, high: float, value: float | None = None) -> Json:
    """A measured rate with invented ends."""
    rate = errors / trials if value is None else value
    method = "Clopper-Pearson on people"
    counts = {"errors": errors, "trials": trials, "people": trials}
    return {"value": rate, "low": low, "high": high, **counts, "method": method}


def unmeasured(reason: str, errors: int = 0, trials: int = 150) -> Json:
    """No number, and why."""
    return {"not_measured": reason, "errors": errors, "trials": trials, "people": trials}


def rates(flagged: int = 10, missed: int = 9) -> Json:
    """All measures at one threshold."""
    per_1000 = estimate(flagged, 150, 32.42972816, 119.1839771, flagged / 150 * 1000)
    return {
        "fmr": estimate(11, 88_060, 5.720067741e-05, 2.727889889e-04),
        "fpir": estimate(flagged, 150, 0.03242972816, 0.1191839771),
        "fpir_processed": estimate(flagged, 148, 0.03287445304, 0.1207478871),
        "flagged_per_1000": per_1000,
        "selectivity": estimate(flagged + 1, 150, 0.03494576793, 0.1354356184),
        "fnir": estimate(missed, 120, 0.03486739061, 0.1376010579),
        "fnir_processed": estimate(missed, 118, 0.02418057706, 0.1184097695),
        "rank_1": estimate(117, 120, 0.9286768058, 0.994814425),
        "wrong_person_with_mate": estimate(10, 120, 0.04068612887, 0.1479154293),
        "wrong_person_without_mate": estimate(1, 120, 0.0002, 0.0455),
    }


def group(value: str, people: int, *, withheld: str = "", source: str = "a register") -> Json:
    """A group at one threshold."""
    measures = {**rates(), "fta": estimate(1, people, 0.0003, 0.06)}
    if withheld:
        measures = {key: unmeasured(withheld, one["errors"], one["trials"]) for key, one in measures.items()}
    return {"label": "group", "value": value, "people": people, "label_source": source, **measures}


def contrast(fisher: float, detectable: object = 5.069591845) -> Json:
    """A declared comparison."""
    return {
        "label": "group",
        "one": "square",
        "other": "others",
        "measure": "fpir",
        "one_counts": {"errors": 9, "people": 60},
        "other_counts": {"errors": 1, "people": 90},
        "risk_ratio": {**estimate(10, 150, 2.294871669, 81.34795076, 13.5), "method": "score (Koopman)"},
        "fisher_two_sided": fisher,
        "fmr_ratio": {**estimate(11, 88_060, 1.9, 9.1, 4.2), "method": "two-way by person"},
        "hypergeometric_one_sided": fisher,
        "mid_p": fisher / 2,
        "detectable_ratio": detectable,
        "holm_p": min(1.0, 2 * fisher),
        "tests": 2,
    }


def threshold(name: str, score: float, unit: str = "distance", **measures: Any) -> Json:
    """A declared threshold."""
    parts: Json = {"lists_cut_by_the_system": 0, "groups": [], "contrasts": [], **rates(), **measures}
    return {"name": name, unit: score, "source": "the plan", **parts}


def pair(number: int, score: float, unit: str = "distance", probe: str = "") -> Json:
    """A false match."""
    person = probe or f"probe-{number}"
    return {
        "probe": person,
        "probe_photo": f"probe/{person}.png",
        "gallery_person": f"other-{number}",
        "gallery_photo": f"gallery/other-{number}.png",
        unit: score,
        "rank": 1,
    }


def results(**changes: Any) -> Json:
    """A whole results.json of two thresholds, with parts replaced."""
    whole: Json = {
        "schema": "fairlineup-results/2",
        "title": "A test of tests",
        "population": {"kind": "real", "described": "people of a town", "capture": "portraits"},
        "system": {
            "name": "examined",
            "vendor": "A Vendor",
            "version": "2.5",
            "scale": {"kind": "distance", "low": 0.0, "high": 2.0, "name": "a distance"},
            "default_threshold": {"score": 0.6, "source": "its manual"},
            "recommended_threshold": None,
            "max_candidates": None,
            "models": [
                {
                    "name": "m",
                    "digest": "sha256:00",
                    "source": "https://example.org/m",
                    "licence": "CC0",
                    "template_length": 128,
                    "metric": "euclidean",
                }
            ],
            "population": "real",
            "keeps_galleries": False,
            "settings": {"seed": 1},
            "list_length": 50,
            "recorded_to": 0.69,
        },
        "statistics": {"level": 0.95, "seed": 1, "replicates": 2000},
        "digests": {
            "plan": "sha256:aa",
            "photographs": "sha256:bb",
            "system": "sha256:cc",
            "version": "0.1.0",
        },
        "dataset": {
            "photographs": 870,
            "people": 750,
            "left_out": 0,
            "settled": {"both_roles: keep": 120},
            "label_sources": {"group": "a register"},
        },
        "gallery": {"people": 595, "photos": 595, "with_mates": {"people": 715, "photos": 715}},
        "searches": {
            "target_absent": 150,
            "target_present": 120,
            "probe_people": 150,
            "probe_photos": 150,
            "same_picture_left_out": 0,
            "lists_cut_by_the_system": 0,
            "lost": {},
        },
        "processing": {
            "fte": estimate(5, 720, 0.002258574253, 0.01613108434),
            "fta": estimate(2, 150, 0.00161882703, 0.0473330195),
            "enrolment_outcomes": {"low_quality": 3, "no_face": 2, "ok": 715},
            "probe_outcomes": {"no_face": 2, "ok": 148},
        },
        "thresholds": [
            threshold(
                "default",
                0.6,
                groups=[group("circle", 90), group("square", 60)],
                contrasts=[contrast(0.0012)],
            ),
            threshold(
                "strict",
                0.55,
                fmr=unmeasured("only 0 false matches; an interval needs 10"),
                **rates_of_none(),
            ),
        ],
        "verdicts": [verdict()],
        "ladder": [
            {"threshold": name, "people": people, "fpir": estimate(errors, 150, errors / 300, errors / 100)}
            for name, found in (("default", (2, 5, 10)), ("strict", (0, 0, 0)))
            for people, errors in zip((148, 297, 595), found, strict=True)
        ],
        "false_matches": [pair(0, 0.41), pair(1, 0.52), pair(2, 0.57, probe="probe-1")],
        "closest_non_mated": [pair(0, 0.41), pair(1, 0.52)],
        "missed": [
            {
                "probe": "probe-2",
                "probe_photo": "probe/probe-2.png",
                "gallery_photo": "gallery/probe-2.png",
                "distance": None,
                "rank": None,
                "why": "the probe was not processed: no_face",
            }
        ],
        "same_picture_mates": [],
        "not_processed": [
            {"person": "probe-2", "photo": "probe/probe-2.png", "outcome": "no_face", "detail": ""}
        ],
        "names": {"probe-0": "Ada Example", "other-0": "Bo Else"},
    }
    whole |= changes
    return whole if "sweep" in whole else {**whole, "sweep": sweep(whole["thresholds"])}


def verdict(outcome: str = "fail", **changes: Any) -> Json:
    """A declared limit with what was found."""
    held: Json = {
        "measure": "fpir",
        "threshold": "default",
        "at_most": 0.01,
        "of": "",
        "source": "the plan",
        "outcome": outcome,
        "over": "all",
        "reason": "over all searches, the lower end, 3.24 %, is above 1 %",
        "need_n_more": None,
        "worst": rates()["fpir"],
        "would_change": {"errors": 10, "trials": 150, "pass_up_to": None, "fail_from": 5},
    }
    return {**held, **changes}


def rates_of_none() -> Json:
    """A threshold at which nobody was flagged."""
    nobody = estimate(0, 150, 0.0, 0.02429259717)
    return {"fpir": nobody, "fpir_processed": nobody, "flagged_per_1000": {**nobody, "high": 24.29259717}}


@dataclass(slots=True)
class Run:
    """A run directory and its photographs, made of results."""

    path: Path
    results: Json

    @property
    def photographs(self) -> Path:
        """The folder of photographs."""
        return self.path / "photographs"

    def written(self, *, faces: bool = True) -> Page:
        """The page, written and read."""
        self.path.mkdir(exist_ok=True)
        (self.path / "results.json").write_text(json.dumps(self.results), "utf-8")
        environment = {"python": "3.12", "libraries": {"numpy": "2.0"}}
        information = SystemInformation("a", "b", "1", Scale("distance", 0, 2, "a distance"), None, None)
        digests = Digests(DIGEST, DIGEST, DIGEST, DIGEST, "1")
        identity = RunIdentity(digests, information, environment, "", "2026-11-22T21:17:53+00:00")
        RunDirectory(self.path).write_frozen({}, identity)
        if not (self.path / "manifest.csv").exists():
            self.photograph([])
        place = write_report(RunDirectory(self.path), self._photograph if faces else None)
        return Page(place.read_text("utf-8"))

    def _photograph(self, photo: str) -> Photograph:
        return Photograph(photo, self.photographs / photo)

    def photograph(self, photos: list[str]) -> None:
        """Make photographs and a manifest with their digests."""
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(["person", "photo", "role", "name", "source", "sha256", "takes_part"])
        for number, photo in enumerate(photos):
            file = self.photographs / photo
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (64, 80), (number * 40 % 256, 90, 120)).save(file)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            writer.writerow(["p", photo, "probe", "", "", f"sha256:{digest}", "yes"])
        self.path.mkdir(exist_ok=True)
        (self.path / "manifest.csv").write_text(table.getvalue(), "utf-8")


@dataclass(slots=True)
class Node:
    """An element: what it is, what stands in it."""

    tag: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    text: str = ""


@dataclass(slots=True)
class Page:
    """A page as text and as its elements in order; an element's text is all text inside it."""

    html: str
    nodes: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        reader = _Reader()
        reader.feed(self.html)
        reader.close()
        assert not reader.open, f"left open: {[node.tag for node in reader.open]}"
        self.nodes = reader.nodes

    def all(self, tag: str) -> list[Node]:
        """Every element of a kind."""
        return [node for node in self.nodes if node.tag == tag]

    @property
    def text(self) -> str:
        """Every word a reader reads, with single spaces."""
        return " ".join(self.all("body")[0].text.split())


def numbers(value: object) -> Iterator[float]:
    """Every number in results.json."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, int | float):
        yield float(value)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        self.open: list[Node] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {k: v or "" for k, v in attrs}, tuple(n.tag for n in self.open))
        self.nodes.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        inside_script = bool(self.open) and self.open[-1].tag == "script"
        for node in self.open[-1:] if inside_script else self.open:
            node.text += data
