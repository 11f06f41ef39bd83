"""Each attack of attacks.toml done, and the error that ends it."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import re
import shutil
import tomllib
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.evidence.bundles.kit import contents, forged, pack
from tests.systems.servers import compreface, plain
from tests.web.serving import Script, answer, goes_on, says, scripted

from fairlineup.cli.trust import Origin, check_trusted
from fairlineup.evidence.asking.answers import AnswerRules, kept_search
from fairlineup.evidence.bundles import verify_bundle
from fairlineup.evidence.evaluation import observations_of
from fairlineup.evidence.plan import SystemChoice, find, read_dataset, read_plan
from fairlineup.evidence.runs import load_run
from fairlineup.faces.photos import decode
from fairlineup.records import FairlineupError, KeepingSystem, Photograph, SearchRequest
from fairlineup.seals import PrivateKey
from fairlineup.systems import Card, draw_card, open_system

from .readers import Reader
from .sources import HELLO, command, lines_of
from .wire import played, recorded, with_body

DEEP = "[" * 100_000 + "]" * 100_000
TABLE: list[dict[str, str]] = tomllib.loads((Path(__file__).parent / "attacks.toml").read_text())["attack"]


@dataclass(frozen=True)
class Kit:
    """What an attack needs."""

    readers: dict[str, Reader]
    run: Path
    spare: Path
    patch: pytest.MonkeyPatch

    def read(self, name: str, *swaps: tuple[str, str]) -> None:
        """Give a reader its good bytes with words swapped."""
        text = self.readers[name].good.decode()
        for old, new in swaps:
            assert old in text
            text = text.replace(old, new, 1)
        self.readers[name].read(text.encode())

    def bundle(self) -> dict[str, bytes]:
        path = self.spare / "whole.zip"
        path.write_bytes(self.readers["bundle"].good)
        return contents(path)

    def verify(self, path: Path, key: Path | None = None) -> None:
        verify_bundle(path, lambda _: None, key)


POSIX = ("photograph-elsewhere", "plan-that-is-a-pipe", "plan-without-end")
Attack = Callable[[Kit], Any]
ATTACKS: dict[str, Attack] = {}


def attack(name: str) -> Callable[[Attack], Attack]:
    return lambda done: ATTACKS.setdefault(name, done)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["id"])
def test_it_ends_as_the_table_says(
    row: dict[str, str],
    all_readers: dict[str, Reader],
    finished: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if row["id"] in POSIX and os.name != "posix":
        pytest.skip("there are no such files here")
    monkeypatch.setenv("COMPREFACE_API_KEY", compreface.KEY)
    with pytest.raises(FairlineupError, match=row.get("says")) as error:
        ATTACKS[row["id"]](Kit(all_readers, finished, tmp_path, monkeypatch))
    assert error.value.code == row["code"], error.value


def test_the_table_names_each_attack_once() -> None:
    assert sorted(row["id"] for row in TABLE) == sorted(ATTACKS)


# --- photographs -----------------------------------------------------------------------------------


@attack("picture-of-too-many-pixels")
def _(kit: Kit) -> None:
    def chunk(tag: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + tag + body + zlib.crc32(tag + body).to_bytes(4, "big")

    size = (30_000).to_bytes(4, "big")
    head = chunk(b"IHDR", size + size + bytes([8, 2, 0, 0, 0]))
    decode(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""))


@attack("picture-of-too-many-bytes")
def _(kit: Kit) -> None:
    decode(kit.readers["photograph, JPEG"].good + bytes(50_000_001))


@attack("picture-of-too-many-scans")
def _(kit: Kit) -> None:
    good = kit.readers["photograph, JPEG"].good
    at = good.index(b"\xff\xda")
    decode(good[:at] + good[at:-2] * 201 + good[-2:])


@attack("picture-of-one-color")
def _(kit: Kit) -> None:
    file = io.BytesIO()
    Image.new("1", (4000, 2000)).save(file, "PNG")
    decode(file.getvalue())


@attack("no-picture")
def _(kit: Kit) -> None:
    decode(b"<html><script>alert(1)</script></html>")


# --- tables and plans ------------------------------------------------------------------------------


@attack("manifest-that-climbs")
def _(kit: Kit) -> None:
    kit.read("manifest", ("probe/0.png", "../../etc/passwd"))


@attack("photograph-elsewhere")
def _(kit: Kit) -> None:
    (kit.spare / "set").mkdir()
    (kit.spare / "outside.png").write_bytes(b"somebody's")
    (kit.spare / "set" / "a.png").symlink_to(kit.spare / "outside.png")
    (kit.spare / "set" / "people.csv").write_text("person,photo,role\np1,a.png,probe\n")
    find(read_dataset(kit.spare / "set"))


@attack("plan-that-is-a-pipe")
def _(kit: Kit) -> None:
    os.mkfifo(kit.spare / "plan.toml")
    read_plan(kit.spare / "plan.toml")


@attack("plan-without-end")
def _(kit: Kit) -> None:
    with (kit.spare / "plan.toml").open("wb") as file:
        file.truncate(20_000_000_000)
    read_plan(kit.spare / "plan.toml")


@attack("manifest-of-nobody")
def _(kit: Kit) -> None:
    kit.read("manifest", ("\np3,", "\nnan,"))


@attack("scores-nan")
def _(kit: Kit) -> None:
    kit.read("scores to import", (",0.200,", ",NaN,"))


@attack("scores-of-many-columns")
def _(kit: Kit) -> None:
    columns = [f"c{n}" for n in range(200_000)]
    rows = [",".join(columns), ",".join("1" for _ in columns)]
    kit.readers["scores to import"].read("\n".join(rows).encode())


@attack("plan-nested")
def _(kit: Kit) -> None:
    kit.read("plan", ("seed = 7", f"seed = {'[' * 5000}"))


@attack("plan-dotted")
def _(kit: Kit) -> None:
    kit.read("plan", ("seed = 7", f"{'a.' * 100_000}b = 1"))


@attack("plan-endless-number")
def _(kit: Kit) -> None:
    kit.read("plan", ("seed = 7", f"seed = 1{'0' * 6000}"))


@attack("plan-of-nan")
def _(kit: Kit) -> None:
    kit.read("plan", ("at_most = 0.01", "at_most = nan"))


@attack("plan-starts-a-program")
def _(kit: Kit) -> None:
    kit.patch.setenv("FAIRLINEUP_CONFIG", str(kit.spare))
    check_trusted(SystemChoice("process:rm -rf /tmp/nothing"), Origin(kit.spare / "plan.toml"))


@attack("plan-sends-photographs")
def _(kit: Kit) -> None:
    kit.patch.setenv("FAIRLINEUP_CONFIG", str(kit.spare))
    check_trusted(SystemChoice("compreface", {"url": "http://192.0.2.7"}), Origin(kit.spare / "plan.toml"))


@attack("plan-with-a-password")
def _(kit: Kit) -> None:
    open_system("compreface", {"url": "http://127.0.0.1:9", "api_key": "x"})


# --- answers of programs ---------------------------------------------------------------------------


def asked(kit: Kit, *lines: Any) -> None:
    """A program that gives these lines, one a question."""
    (kit.spare / "lines").write_bytes(lines_of(lines))
    with closing(open_system(command(kit.spare), {})) as system:
        rules = AnswerRules(system.information().scale, 0.0, {"b"}, set())
        for given in system.search("g", [Photograph("a", b"x")], SearchRequest(None, None)):
            kept_search(given, rules)


def found(candidates: str, more: str = "") -> str:
    return f'{{"n": 1, "outcome": "ok", "candidates": {candidates}{more}}}'


PROGRAM: dict[str, tuple[Any, ...]] = {
    "program-nested": (HELLO, DEEP),
    "program-nan": (HELLO, found('[["b", NaN]]')),
    "program-text-for-a-score": (HELLO, found('[["b", "0.9"]]')),
    "program-off-scale": (HELLO, found('[["b", 7.5]]')),
    "program-twice": (HELLO, found('[["b", 0.5], ["b", 0.4]]')),
    "program-stranger": (HELLO, found('[["nobody enrolled this", 0.5]]')),
    "program-unheard-of": (HELLO, found("[]", ', "capt": true')),
    "program-ends": (),
}
for name, lines in PROGRAM.items():
    attack(name)(partial(lambda lines, kit: asked(kit, *lines), lines))


# --- answers of servers ----------------------------------------------------------------------------


def served(script: Script, **options: Any) -> None:
    with (
        scripted(script) as address,
        closing(open_system("compreface", {"url": address, "timeout_s": 1.0, **options})) as system,
    ):
        list(system.search("fairlineup-g", [Photograph("a", b"x")], SearchRequest(None, None)))


SERVER: dict[str, Script] = {
    "server-without-end": goes_on(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b" "),
    "server-unfolds": says(answer(gzip.compress(bytes(200_000_000), 1), "Content-Encoding: gzip")),
    "server-elsewhere": says(answer(b"", "Location: http://192.0.2.7/", status="302 Found")),
    "server-continues": goes_on(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "server-of-half-an-answer": says(answer(b"{}")[:-1]),
}
for name, script in SERVER.items():
    attack(name)(partial(lambda script, _: served(script), script))


def similar(score: str) -> None:
    """A server that gives this for a similarity."""
    photo = Photograph("a.png", draw_card(Card("a"), side_px=8))

    def ask(address: str) -> None:
        with closing(open_system("compreface", {"url": address, "timeout_s": 5.0})) as system:
            list(system.enrol("fairlineup-g", [photo]))
            list(system.search("fairlineup-g", [photo], SearchRequest(None, None)))

    with plain.serving(compreface.CompreFace()) as service, recorded(service.address) as (way, tape):
        ask(way)
    swapped = [SIMILARITY.sub(rb'"similarity": ' + score.encode(), answer) for answer in tape.answers]
    assert swapped != tape.answers
    answers = [with_body(answer, answer.partition(b"\r\n\r\n")[2]) for answer in swapped]
    with played(answers, -1) as address:
        ask(address)


SIMILARITY = re.compile(rb'"similarity": [\d.]+')
SCORES = {"nan": "NaN", "infinity": "1e999", "truth-for-a-score": "true", "off-scale": "7.5", "nested": DEEP}
for name, score in SCORES.items():
    attack(f"server-{name}")(partial(lambda score, _: similar(score), score))


@attack("server-that-never-finishes-a-list")
def _(kit: Kit) -> None:
    page = b'{"collections": [], "next_cursor": "again"}'
    with (
        scripted(says(answer(page))) as address,
        closing(open_system("insightface-server", {"url": address, "timeout_s": 1.0})) as system,
    ):
        assert isinstance(system, KeepingSystem)
        system.galleries()


# --- runs, bundles and keys ------------------------------------------------------------------------


@attack("run-damaged")
def _(kit: Kit) -> None:
    kit.readers["run, run.json"].read(DEEP.encode())


def edited(kit: Kit, name: str, change: Callable[[bytes], bytes]) -> None:
    """A run with one file edited, and its digests as they were."""
    shutil.copytree(kit.run, kit.spare / "run")
    path = kit.spare / "run" / name
    path.write_bytes(change(path.read_bytes()))
    found = load_run(kit.spare / "run")
    found.directory.audit_results()
    observations_of(found)


@attack("run-of-another-answer")
def _(kit: Kit) -> None:
    edited(kit, "observations.parquet", lambda good: good[:1000] + bytes([good[1000] ^ 1]) + good[1001:])


@attack("run-of-another-result")
def _(kit: Kit) -> None:
    edited(kit, "results.json", lambda good: good.replace(b'"A test"', b'"A best"'))


@attack("run-of-a-future")
def _(kit: Kit) -> None:
    row = json.loads(kit.readers["run, run.json"].good)
    kit.readers["run, run.json"].read(json.dumps({**row, "fairlineup_run": 99}).encode())


@attack("bundle-that-climbs")
def _(kit: Kit) -> None:
    kit.verify(forged(kit.spare / "b.zip", {**kit.bundle(), "../evil": b"x"}))


@attack("bundle-that-unfolds")
def _(kit: Kit) -> None:
    path = kit.spare / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kit.bundle().items():
            archive.writestr(name, content)
    kit.verify(path)


def contents_of(parquet: bytes) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names: list[str] = pq.read_schema(pa.BufferReader(parquet)).names
    return names


@attack("bundle-whose-answers-unfold")
def _(kit: Kit) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kit.patch.setattr("fairlineup.files.parquet.FLOOR", 1 << 16)
    zeros = np.zeros(1_000_000, dtype=np.int64)
    names = contents_of(kit.bundle()["observations.parquet"])
    table = pa.table(dict.fromkeys(names, zeros))
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="gzip", use_dictionary=False)
    kit.readers["bundle, observations.parquet"].read(out.getvalue().to_pybytes())


@attack("bundle-with-a-link")
def _(kit: Kit) -> None:
    path = kit.spare / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("plan.toml", (1980, 1, 1, 0, 0, 0))
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    kit.verify(path)


@attack("bundle-with-a-name-twice")
def _(kit: Kit) -> None:
    path = pack(kit.spare / "b.zip", kit.bundle())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("plan.toml", "x")
    kit.verify(path)


@attack("bundle-of-one-bit")
def _(kit: Kit) -> None:
    good = kit.readers["bundle"].good
    kit.readers["bundle"].read(good[:5000] + bytes([good[5000] ^ 1]) + good[5001:])


@attack("bundle-with-a-file-beside")
def _(kit: Kit) -> None:
    kit.verify(pack(kit.spare / "b.zip", {**kit.bundle(), "more.txt": b"x"}))


@attack("bundle-unsigned")
def _(kit: Kit) -> None:
    PrivateKey.new().write(kit.spare / "theirs")
    files = {name: one for name, one in kit.bundle().items() if not name.endswith((".sig", ".pub"))}
    kit.verify(forged(kit.spare / "b.zip", files), kit.spare / "theirs.pub")


@attack("calibration-nan")
def _(kit: Kit) -> None:
    value = json.loads(kit.readers["calibration"].good)
    rows = next(
        key for key, one in value.items() if isinstance(one, list) and one and isinstance(one[0], list)
    )
    value[rows][0][0] = float("nan")
    kit.readers["calibration"].read(json.dumps(value).encode())


@attack("calibration-nested")
def _(kit: Kit) -> None:
    kit.readers["calibration"].read(DEEP.encode())


@attack("description-of-another-kind")
def _(kit: Kit) -> None:
    kit.read("description of a model", ('path = "theirs.onnx"', 'url = "file:///etc/passwd"'))


@attack("model-of-other-bytes")
def _(kit: Kit) -> None:
    from fairlineup.faces.engine import described_engine, prepared_model

    (kit.spare / "theirs.onnx").write_bytes(b"other bytes")
    (kit.spare / "model.toml").write_bytes(kit.readers["description of a model"].good)
    prepared_model(described_engine(kit.spare / "model.toml").model)


@attack("decision-edited")
def _(kit: Kit) -> None:
    kit.read("log of decisions", ("same_person", "whatever"))


@attack("disclosure-edited")
def _(kit: Kit) -> None:
    kit.read("acts of a disclosure", ('"before": ""', '"before": "sha256:00"'))


@attack("key-garbage")
def _(kit: Kit) -> None:
    head, body, end = kit.readers["private key"].good.decode().strip().splitlines()
    shorter = base64.b64encode(base64.b64decode(body)[:-3] + b"").decode()
    PrivateKey.from_pem(f"{head}\n{shorter}\n{end}\n".encode())
