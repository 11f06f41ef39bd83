"""Every reader of foreign bytes, with good bytes of its form."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from hypothesis import strategies as st
from PIL import Image
from tests.evidence.bundles.kit import contents, draw, forged

from fairlineup.evidence.bundles import BundleContents, make_bundle, verify_bundle
from fairlineup.evidence.calibration import read_decisions
from fairlineup.evidence.data import read_known
from fairlineup.evidence.data.record import LISTINGS, RECORD
from fairlineup.evidence.disclosure import read_acts
from fairlineup.evidence.evaluation import observations_of
from fairlineup.evidence.plan import Memory, find_in_rows, parse_plan, parse_resolved, read_place, write_plan
from fairlineup.evidence.runs import RunDirectory, load_run
from fairlineup.evidence.scorefiles import measure_scores, read_scores
from fairlineup.evidence.scorefiles.importing import ScoreOptions
from fairlineup.faces.engine import described_engine
from fairlineup.faces.photos import Limits, decode, decode_small
from fairlineup.faces.scale import calibration_json, parse_calibration, shipped_calibration
from fairlineup.labels import PHOTOGRAPHS, Decision, DecisionLog
from fairlineup.labels.sheets import read_pairs, read_sheet
from fairlineup.records import Photograph, SearchRequest
from fairlineup.seals import PrivateKey, PublicKey
from fairlineup.systems import Card, draw_card, open_system

from . import sources
from .mutations import edited, in_json, in_lines, in_table, in_toml

Form = Literal["bytes", "json", "lines", "toml", "table"]
FORMS: Mapping[Form, Callable[[bytes], st.SearchStrategy[bytes]]] = {
    "bytes": edited,
    "json": lambda good: in_json(good) | edited(good),
    "lines": lambda good: in_lines(good) | edited(good),
    "toml": lambda good: in_toml(good) | edited(good),
    "table": lambda good: in_table(good) | edited(good),
}
SUMS = "digests.sha256"
RUN_FILES: Mapping[str, Form] = {
    "run.json": "json",
    "plan.toml": "toml",
    "manifest.csv": "table",
    "findings.json": "json",
    "results.json": "json",
    "timing.json": "json",
    "observations.parquet": "bytes",
    "searches.parquet": "bytes",
    "enrolments.parquet": "bytes",
}
SMALL = Limits()


@dataclass(frozen=True)
class Reader:
    """One way in for bytes that somebody else made."""

    name: str
    form: Form
    good: bytes
    read: Callable[[bytes], Any]

    def hostile(self) -> st.SearchStrategy[bytes]:
        return FORMS[self.form](self.good)


def readers(spare: Path, run: Path) -> dict[str, Reader]:
    """All of them.

    Args:
        spare: a folder to write to.
        run: a finished run.
    """
    found = [*_photographs(), *_tables(spare), *_texts(spare), *_run(spare, run), *_bundle(spare, run)]
    return {one.name: one for one in (*found, *_sources(spare))}


def _photographs() -> list[Reader]:
    def look(content: bytes) -> None:
        decode(content, limits=SMALL)
        decode_small(content, side_px=8, limits=SMALL)

    made = {}
    for kind in ("JPEG", "PNG", "WEBP"):
        file = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.effect_mandelbrot((40, 30), (-2, -1, 1, 1), 20).convert("RGB").save(file, kind, exif=exif)
        made[kind] = file.getvalue()
    cards = draw_card(Card("p1", 0, "a"), side_px=8)
    with_card = partial(_asked, "simulated", {})
    return [
        *(Reader(f"photograph, {kind}", "bytes", content, look) for kind, content in made.items()),
        Reader("card of a simulated person", "bytes", cards, with_card),
    ]


def _asked(system: str, options: Mapping[str, Any], content: bytes) -> None:
    with closing(open_system(system, options)) as opened:
        list(opened.enrol("g", [Photograph("a", content)]))
        list(opened.search("g", [Photograph("b", content)], SearchRequest(None, None)))


def _file(spare: Path, name: str, read: Callable[[Path], Any]) -> Callable[[bytes], Any]:
    def written(content: bytes) -> Any:
        path = spare / name
        path.write_bytes(content)
        return read(path)

    return written


def table(columns: str, rows: int, row: Callable[[int], str]) -> bytes:
    return "\n".join([columns, *map(row, range(rows)), ""]).encode()


SCORES = table(
    "person_probe,person_gallery,distance,probe_sex,gallery_sex",
    40,
    lambda n: f"p{n % 8},p{n // 5},{0.2 + n / 50:.3f},{'FM'[n % 2]},{'FM'[n // 5 % 2]}",
)
PAIRS = table("probe_photo,gallery_photo,distance", 30, lambda n: f"a{n // 6}.png,b{n % 6}.png,{n / 30:.4f}")
PEOPLE = table(
    "person,photo,role,sex,sex_source",
    16,
    lambda n: (
        f"p{n % 8},{'probe' if n < 8 else 'gallery'}/{n}.png,{'probe' if n < 8 else 'gallery'},F,register"
    ),
)
KNOWN = table("person,sex,sex_source", 6, lambda n: f"p{n},F,register")
SHEET = table("pair,decision,reason", 4, lambda n: f"pair-{n},cannot_tell,blurred")
SETTLED = table("pair,decision,reason,who", 4, lambda n: f"pair-{n},label_error,one person,us")
LISTED = table("pair,probe_photo,gallery_photo", 4, lambda n: f"pair-{n},probe/{n}.png,gallery/{n}.png")


def _tables(spare: Path) -> list[Reader]:
    photos = {
        f"{role}/{n}.png": draw_card(Card(f"p{n}", 0, "a"), side_px=8)
        for role in ("probe", "gallery")
        for n in range(16)
    }

    def scores(path: Path) -> None:
        measure_scores(read_scores(path), ScoreOptions(thresholds=(0.5,)))

    def pairs(path: Path) -> None:
        with closing(open_system(f"scores:{path}", {})) as opened:
            opened.information()
            list(opened.enrol("g", [Photograph("b1.png", b"x")]))
            list(opened.search("g", [Photograph("a1.png", b"x")], SearchRequest(None, None)))

    def failures(path: Path) -> None:
        (spare / "pairs.csv").write_bytes(PAIRS)
        open_system(f"scores:{spare / 'pairs.csv'}", {"failures": path.name}).close()

    return [
        Reader("scores to import", "table", SCORES, _file(spare, "scores.csv", scores)),
        Reader("scores of a system", "table", PAIRS, _file(spare, "system.csv", pairs)),
        Reader(
            "failures of a system",
            "table",
            b"photo,outcome,detail\na9.png,no_face,grey\n",
            _file(spare, "failures.csv", failures),
        ),
        Reader(
            "manifest",
            "table",
            PEOPLE,
            lambda content: find_in_rows(read_place(Memory("m", content, photos))),
        ),
        Reader("labels of people", "table", KNOWN, _file(spare, "known.csv", read_known)),
        Reader(
            "reviewer's sheet",
            "table",
            SHEET,
            lambda content: read_sheet(content, "sheet", PHOTOGRAPHS, None),
        ),
        Reader("settled pairs", "table", SETTLED, lambda content: read_decisions(content, "settled")),
        Reader("list of pairs", "table", LISTED, lambda content: read_pairs(content, spare / "listed.csv")),
    ]


DESCRIPTION = b"""[model]
name = "theirs"
path = "theirs.onnx"
sha256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
licence = "unknown"
template_length = 128
metric = "euclidean"
[input]
size_px = 112
layout = "NCHW"
numbers = "float32"
mean = [127.5, 127.5, 127.5]
scale = [127.5, 127.5, 127.5]
[fixed]
train = 0.0
"""
OPTIONS = b"""false_match_rate = 0.05
kind = "similarity"
seed = 3
"""
PLAN = b"""title = "A test"
groups = ["sex"]
[labels]
sex = "a register"
[dataset]
folder = "cards"
[settle]
unreadable = "leave_out"
[system]
name = "simulated"
[system.options]
false_match_rate = 0.05
[probes]
people = 3
[gallery]
sizes = [2, 4]
[search]
list_length = 5
record_to = 0.9
[[threshold]]
name = "default"
score = 0.6
[[contrast]]
label = "sex"
one = "F"
other = "M"
[[limit]]
at_most = 0.01
[statistics]
level = 0.9
seed = 7
"""


def _texts(spare: Path) -> list[Reader]:
    from fairlineup.cli.trying import options_of

    key = PrivateKey.new()
    key.write(spare / "key")
    shipped = shipped_calibration(_dlib())
    assert shipped is not None
    acts = [
        {
            "act": "told",
            "on": "2026-11-01",
            "who": "Example",
            "due": "2026-12-01",
            "note": "",
            "at": "2026-11-01",
            "before": "",
        }
    ]
    decisions = DecisionLog(spare / "decisions.jsonl", PHOTOGRAPHS)
    decisions.add([Decision("pair-1", "us", "same_person", "ears", "2026-11-01")])
    resolved = write_plan(parse_plan(PLAN.decode())).encode()

    def disclosed(path: Path) -> None:
        read_acts(path.parent)

    def options(path: Path) -> None:
        open_system("simulated", options_of(path, ())).close()

    def text(parse: Callable[[str], Any]) -> Callable[[bytes], Any]:
        return lambda content: parse(content.decode("utf-8", "replace"))

    (spare / "acts").mkdir()
    return [
        Reader("plan", "toml", PLAN, text(parse_plan)),
        Reader("plan of a run", "toml", resolved, text(parse_resolved)),
        Reader("options of a system", "toml", OPTIONS, _file(spare, "options.toml", options)),
        Reader("description of a model", "toml", DESCRIPTION, _file(spare, "model.toml", described_engine)),
        Reader(
            "calibration",
            "json",
            calibration_json(shipped),
            lambda content: parse_calibration(content, "table"),
        ),
        Reader(
            "log of decisions",
            "lines",
            decisions.path.read_bytes(),
            _file(spare, "decisions.jsonl", lambda path: DecisionLog(path, PHOTOGRAPHS).read()),
        ),
        Reader(
            "acts of a disclosure",
            "lines",
            _lines(acts),
            _file(spare / "acts", "disclosure.jsonl", disclosed),
        ),
        Reader("private key", "bytes", (spare / "key").read_bytes(), PrivateKey.from_pem),
        Reader(
            "public key", "bytes", (spare / "key.pub").read_bytes(), _file(spare, "other.pub", PublicKey.read)
        ),
    ]


def _dlib() -> str:
    from fairlineup.faces.engine import named_engine

    return named_engine("dlib").pipeline


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def summed_anew(files: Mapping[str, bytes], name: str, content: bytes) -> dict[str, bytes]:
    """The files of a run that somebody forges with care: one exchanged, and every digest of it."""
    found = {name: content}
    old, new = (hashlib.sha256(one).hexdigest().encode() for one in (files[name], content))
    if name != "run.json":
        found["run.json"] = files["run.json"].replace(old, new)
    lines = files[SUMS].splitlines(keepends=True)[:-1]
    for one, after in found.items():
        before = hashlib.sha256(files[one]).hexdigest().encode()
        lines = [line.replace(before, hashlib.sha256(after).hexdigest().encode()) for line in lines]
    whole = b"".join(lines)
    return {**found, SUMS: whole + b"# of the lines above: %s\n" % hashlib.sha256(whole).hexdigest().encode()}


def _run(spare: Path, run: Path) -> list[Reader]:
    """Each file of a run directory, read with the others as they are."""
    copy = spare / "run"
    shutil.copytree(run, copy)

    sound = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}

    def read(name: str, content: bytes) -> None:
        forged = summed_anew(sound, name, content)
        for file in forged:
            (copy / file).write_bytes(forged[file])
        try:
            found = load_run(copy)
            found.directory.audit_results()
            found.directory.read_timing()
            observations_of(found)
        finally:
            for file in forged:
                (copy / file).write_bytes(sound[file])

    return [
        Reader(f"run, {name}", form, (run / name).read_bytes(), partial(read, name))
        for name, form in RUN_FILES.items()
        if (run / name).is_file()
    ]


def _bundle(spare: Path, run: Path) -> list[Reader]:
    """A bundle's container, and each file in it under a manifest that was made anew."""
    sound = spare / "sound.zip"
    make_bundle(RunDirectory(run), sound, BundleContents(), draw, spare / "key")
    unsigned = spare / "unsigned.zip"
    make_bundle(RunDirectory(run), unsigned, BundleContents(), draw)
    files = contents(unsigned)

    def drawn(directory: RunDirectory) -> None:
        (directory.path / "report.html").write_bytes(files["report.html"])

    def verify(path: Path) -> None:
        verify_bundle(path, drawn)

    def within(name: str, content: bytes) -> None:
        summed = f"  {name}\n".encode() in files[SUMS]
        exchanged = summed_anew(files, name, content) if summed else {name: content}
        verify(forged(spare / "forged.zip", {**files, **exchanged}))

    return [
        Reader("bundle", "bytes", sound.read_bytes(), _file(spare, "hostile.zip", verify)),
        Reader("bundle, its description", "json", files["bundle.json"], partial(within, "bundle.json")),
        *(
            Reader(f"bundle, {name}", form, files[name], partial(within, name))
            for name, form in RUN_FILES.items()
            if name in files
        ),
    ]


def _sources(spare: Path) -> list[Reader]:
    """What programs say, what a run kept, what public sources list."""
    folder = spare / "fetched"
    sound = sources.begun(folder)
    return [
        Reader(
            "answers of a program", "lines", sources.lines_of(sources.SPOKEN), partial(sources.told, spare)
        ),
        Reader(
            "journal of a run",
            "bytes",
            sources.journal(spare / "answers.sqlite"),
            _file(spare, "hostile.sqlite", sources.read_journal),
        ),
        Reader("list of legislators", "table", sources.LEGISLATORS, partial(sources.lists, "legislators")),
        Reader("list of portraits", "table", sources.PORTRAITS, partial(sources.lists, "portraits")),
        Reader("list of member ids", "json", sources.IDS, partial(sources.lists, "member ids")),
        Reader("record of a download", "json", sound[0], partial(sources.go_on, folder, RECORD, sound)),
        Reader(
            "listings of a download",
            "json",
            sound[1],
            partial(sources.go_on, folder, LISTINGS, sound),
        ),
    ]
