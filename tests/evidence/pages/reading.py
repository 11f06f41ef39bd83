"""A run directory made of results, and a reader of the pages made from it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from PIL import Image

from fairlineup.evidence.pages import write_report, write_short
from fairlineup.evidence.runs import RunDirectory, RunIdentity
from fairlineup.records import Photograph, Scale, SystemInformation
from fairlineup.results import AuditResults, encode

Json = dict[str, Any]
VOID = {"meta", "img", "br", "link", "input", "hr"}


@dataclass(slots=True)
class Run:
    """A run directory and its photographs, made of results."""

    path: Path
    results: AuditResults

    @property
    def photographs(self) -> Path:
        """The folder of photographs."""
        return self.path / "photographs"

    def written(self, *, faces: bool = True) -> Page:
        """The report, written and read."""
        directory = self._directory()
        place = write_report(directory.audit_results(), directory, self._photograph if faces else None)
        return Page(place.read_text("utf-8"))

    def in_short(self) -> Path:
        """The short report, written."""
        directory = self._directory()
        return write_short(directory.audit_results(), directory)

    def _directory(self) -> RunDirectory:
        self.path.mkdir(exist_ok=True, parents=True)
        RunDirectory(self.path).put({"results.json": encode(self.results)})
        environment = {"python": "3.12", "libraries": {"numpy": "2.0"}}
        system = SystemInformation("a", "b", "1", Scale("distance", 0, 2, "a distance"), None, None)
        begun = "2026-11-22T21:17:53+00:00"
        identity = RunIdentity(self.results.digests, system, environment, "", begun)
        RunDirectory(self.path).write_frozen({}, identity)
        if not (self.path / "manifest.csv").exists():
            self.photograph([])
        return RunDirectory(self.path)

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
        self.path.mkdir(exist_ok=True, parents=True)
        RunDirectory(self.path).put({"manifest.csv": table.getvalue().encode()})


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
    """Every number in JSON values."""
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
