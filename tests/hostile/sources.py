"""Readers of what programs say, what a run kept, and what public sources list."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from fairlineup.evidence.asking.answers import AnswerRules, kept_enrolment, kept_search
from fairlineup.evidence.data.members import legislators, member_ids, portraits
from fairlineup.evidence.data.record import LISTINGS, RECORD, remember, remembered
from fairlineup.evidence.data.repositories import REPOSITORIES, Listed, Snapshot
from fairlineup.evidence.runs import Journal, KeptAnswer
from fairlineup.records import Photograph, SearchRequest
from fairlineup.systems import open_system

SPEAKER = """
import sys
lines = open(sys.argv[1], "rb").read().splitlines(keepends=True)
for _ in sys.stdin.buffer:
    if not lines: break
    sys.stdout.buffer.write(lines.pop(0)); sys.stdout.buffer.flush()
"""
SCALE = {"kind": "similarity", "low": 0, "high": 1, "name": "theirs"}
HELLO = {"n": 0, "protocol": 1, "name": "theirs", "vendor": "they", "version": "1", "scale": SCALE}
SPOKEN = (
    {
        **HELLO,
        "keeps_galleries": True,
        "default_threshold": {"score": 0.5, "source": "a manual"},
        "settings": {"size": 112, "wise": True},
        "price": {"amount": 0.001, "currency": "USD", "date": "2026-11-01", "source": "a list"},
        "terms": ["nothing"],
    },
    {"n": 1, "outcome": "ok", "detail": "", "seconds": 0.01},
    {"n": 2, "outcome": "ok", "candidates": [["b", 0.75], ["c", 0.5]], "capped": False, "seconds": 0.02},
    {"n": 3, "galleries": ["fairlineup-1"]},
    {"n": 4},
)


def command(spare: Path) -> str:
    """A program that gives the lines of a file, one a question, and ends."""
    (spare / "speaker.py").write_text(SPEAKER)
    return f"process:{sys.executable} -ISE {spare / 'speaker.py'} {spare / 'lines'}"


def lines_of(rows: Any) -> bytes:
    return b"".join((row if isinstance(row, str) else json.dumps(row)).encode() + b"\n" for row in rows)


def told(spare: Path, rows: bytes) -> None:
    """Whatever an audit asks of a program, and what it keeps of the answers."""
    (spare / "lines").write_bytes(rows)
    with closing(open_system(command(spare), {"timeout_s": 2, "start_timeout_s": 2})) as system:
        rules = AnswerRules(system.information().scale, 0.0, {"b", "c"}, set())
        for enrolled in system.enrol("g", [Photograph("b", b"x")]):
            kept_enrolment(enrolled)
        for found in system.search("g", [Photograph("a", b"x")], SearchRequest(None, None)):
            kept_search(found, rules)
        galleries = getattr(system, "galleries", tuple)
        galleries()
        system.delete_gallery("g")


def journal(path: Path) -> bytes:
    """A journal of four answers."""
    with Journal(path).writing(flushed=False) as opened:
        for number in range(4):
            found = (("b", 0.5), ("c", 0.25))
            opened.add("search-absent", number, KeptAnswer(f"p{number}", "ok", "", False, found, 0.01))
    return path.read_bytes()


def read_journal(path: Path) -> None:
    with Journal(path).reading() as opened:
        opened.positions("search-absent")
        list(opened.read("search-absent"))


LEGISLATORS = (
    b"bioguide_id,icpsr_id,full_name,first_name,last_name,birthday,gender\n"
    b"A000001,12345,Ann Example,Ann,Example,1950-01-02,F\nB000002,,Bob Other,Bob,Other,,M\n"
)
PORTRAITS = (
    b"icpsr,name,congress,chamber,born,image\n"
    b'12345,"EXAMPLE, Ann",117,House,1950,p/1.jpg\n7,"OTHER, Bob",90,Senate,,p/2.jpg\n'
)
IDS = b'[{"icpsr": 12345, "bioguide_id": "A000001"}, {"icpsr": 7, "bioguide_id": null}]'


def lists(kind: str, content: bytes) -> None:
    reading: dict[str, Callable[[str, str], Any]] = {
        "legislators": legislators,
        "portraits": portraits,
        "member ids": member_ids,
    }
    reading[kind](content.decode("utf-8", "replace"), "list")


def begun(folder: Path) -> tuple[bytes, bytes]:
    """The record of a folder of fetched photographs, and its listings."""
    known = {one.name: Snapshot(one, "0" * 40, {"a.jpg": Listed(5, "0" * 40)}) for one in REPOSITORIES}
    remember(folder, "download", known)
    return (folder / RECORD).read_bytes(), (folder / LISTINGS).read_bytes()


def go_on(folder: Path, name: str, sound: tuple[bytes, bytes], content: bytes) -> None:
    for file, good in zip((RECORD, LISTINGS), sound, strict=True):
        (folder / file).write_bytes(content if file == name else good)
    remembered(folder, "download")
