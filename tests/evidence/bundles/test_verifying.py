from __future__ import annotations

import json
import os
import stat
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlineup.evidence.bundles import OtherVersion, verify_bundle
from fairlineup.evidence.bundles.description import software
from fairlineup.evidence.runs.sums import Sums
from fairlineup.records import READ_BY, BadInput
from fairlineup.results import to_json
from fairlineup.seals import PrivateKey, PublicKey

from .kit import OUTSIDE, contents, draw, forged, listing, pack, summed


def damaged(path: Path) -> str:
    """What is said of a bundle that is refused before anything is computed."""
    with pytest.raises(BadInput) as refused:
        verify_bundle(path, _never)
    return str(refused.value)


def _never(_: object) -> object:
    raise AssertionError("computed what should have been refused")


def edited(path: Path, file: str, change: Any) -> dict[str, bytes]:
    """The files of a bundle with one JSON file changed in place."""
    files = contents(path)
    value = json.loads(files[file])
    change(value)
    files[file] = (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
    return files


def test_an_untouched_bundle_is_the_same(unsigned: Path) -> None:
    found = verify_bundle(unsigned, draw)
    assert found.differences == ()
    assert (found.tolerance, found.versions, found.report) == (0.0, (), "drawn again and compared")
    assert found.numbers > 500
    assert found.signature.standing == "unsigned"
    assert "not signed" in found.signature.meaning
    assert found.files == len(contents(unsigned)) - 1


def test_what_the_test_packs_is_what_is_packed(unsigned: Path, signed: Path, tmp_path: Path) -> None:
    """The forgeries of this file are as good as the real thing but for what they change."""
    for path in (unsigned, signed):
        assert forged(tmp_path / "again.zip", contents(path)).read_bytes() == path.read_bytes()


def test_whose_signature_it_is(signed: Path, key: Path, tmp_path: Path) -> None:
    public = key.with_name("key.pub")
    known = verify_bundle(signed, draw, public)
    assert (known.signature.standing, known.signature.fingerprint) == (
        "known",
        PublicKey.read(public).fingerprint,
    )
    unknown = verify_bundle(signed, draw)
    assert unknown.signature.standing == "unknown"
    assert unknown.signature.fingerprint in unknown.signature.meaning
    other = PrivateKey.new().write(tmp_path / "other")
    with pytest.raises(BadInput, match="by another key"):
        verify_bundle(signed, draw, other)


def test_an_unsigned_bundle_is_not_by_a_named_key(unsigned: Path, key: Path) -> None:
    with pytest.raises(BadInput, match="no signature"):
        verify_bundle(unsigned, draw, key.with_name("key.pub"))


def test_a_flipped_bit_in_any_file_is_found(signed: Path, tmp_path: Path) -> None:
    """In the archive as it lies; packed anew with the old manifest; and with a manifest made anew."""
    whole, files, drawn = signed.read_bytes(), contents(signed), np.random.default_rng(1)
    for name, content in files.items():
        at = int(drawn.integers(len(content)))
        flipped = content[:at] + bytes([content[at] ^ 1 << int(drawn.integers(8))]) + content[at + 1 :]
        start = whole.index(name.encode() + content) + len(name)
        lying = tmp_path / "lying.zip"
        lying.write_bytes(whole[:start] + flipped + whole[start + len(content) :])
        assert "damaged" in damaged(lying)
        assert "damaged" in damaged(pack(tmp_path / "packed.zip", {**files, name: flipped}))
        if name not in OUTSIDE:
            told = damaged(forged(tmp_path / "forged.zip", {**files, name: flipped}))
            assert "a signature that is not of this MANIFEST.sha256" in told


def test_a_flipped_bit_anywhere_in_the_container_is_found(unsigned: Path, tmp_path: Path) -> None:
    whole, files, drawn = unsigned.read_bytes(), contents(unsigned), np.random.default_rng(2)
    inside = sum(map(len, files.values()))
    around = [n for n in _around(whole, files) if n < len(whole)]
    assert len(around) == len(whole) - inside
    for at in drawn.choice(around, 150, replace=False).tolist():
        flipped = bytearray(whole)
        flipped[at] ^= 1 << int(drawn.integers(8))
        (tmp_path / "flipped.zip").write_bytes(flipped)
        assert "damaged" in damaged(tmp_path / "flipped.zip")


def _around(whole: bytes, files: dict[str, bytes]) -> list[int]:
    """Where an archive's bytes are that belong to no file."""
    outside = set(range(len(whole)))
    for name, content in files.items():
        start = whole.index(name.encode() + content) + len(name)
        outside -= set(range(start, start + len(content)))
    return sorted(outside)


@pytest.mark.parametrize("cut", [1, 100, 10_000])
def test_a_cut_or_longer_archive_is_found(unsigned: Path, tmp_path: Path, cut: int) -> None:
    whole = unsigned.read_bytes()
    for content in (whole[:-cut], whole[cut:], whole + b" " * cut, b" " * cut + whole, b""):
        (tmp_path / "cut.zip").write_bytes(content)
        assert "damaged" in damaged(tmp_path / "cut.zip")


def test_what_stands_beside_the_manifest_or_lacks_is_named(unsigned: Path, tmp_path: Path) -> None:
    files = contents(unsigned)
    assert "extra.txt beside it" in damaged(pack(tmp_path / "b.zip", {**files, "extra.txt": b"x"}))
    without = {name: content for name, content in files.items() if name != "events.jsonl"}
    assert "no events.jsonl" in damaged(pack(tmp_path / "b.zip", without))
    bare = {name: content for name, content in files.items() if name != OUTSIDE[0]}
    assert "no MANIFEST.sha256" in damaged(pack(tmp_path / "b.zip", bare))
    itself = listing(files) + b"# 1 bytes\n" + b"0" * 64 + b"  z\n"
    assert "no z" in damaged(pack(tmp_path / "b.zip", {**files, OUTSIDE[0]: itself}))


def test_a_signature_taken_out_is_found(signed: Path, tmp_path: Path) -> None:
    files = contents(signed)
    bare = {name: content for name, content in files.items() if name not in OUTSIDE[1:]}
    assert "taken out" in damaged(pack(tmp_path / "b.zip", bare))
    for one in OUTSIDE[1:]:
        some = {name: content for name, content in files.items() if name != one}
        assert f"no {one}" in damaged(pack(tmp_path / "b.zip", some))


def test_another_form_of_the_manifest_is_none(unsigned: Path, tmp_path: Path) -> None:
    files = contents(unsigned)
    told = files[OUTSIDE[0]]
    for other in (
        told[:-1],
        told + b"\n",
        told.replace(b" bytes", b"  bytes", 1),
        told.upper(),
        b"",
        b"\xff",
    ):
        damaged(pack(tmp_path / "b.zip", {**files, OUTSIDE[0]: other}))


@pytest.mark.parametrize(
    ("name", "attributes", "method"),
    [
        ("../out.txt", 0o100644, zipfile.ZIP_STORED),
        ("a/../../out.txt", 0o100644, zipfile.ZIP_STORED),
        ("/out.txt", 0o100644, zipfile.ZIP_STORED),
        ("C:out.txt", 0o100644, zipfile.ZIP_STORED),
        ("a\\out.txt", 0o100644, zipfile.ZIP_STORED),
        ("folder/", 0o40755, zipfile.ZIP_STORED),
        ("link", stat.S_IFLNK | 0o777, zipfile.ZIP_STORED),
        ("program", 0o100755, zipfile.ZIP_STORED),
        ("bomb", 0o100644, zipfile.ZIP_DEFLATED),
    ],
)
def test_members_no_bundle_has_are_refused(
    unsigned: Path, tmp_path: Path, name: str, attributes: int, method: int
) -> None:
    path = pack(tmp_path / "b.zip", contents(unsigned))
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.create_system, info.external_attr, info.compress_type = 3, attributes << 16, method
        archive.writestr(info, b"0" * (50_000_000 if name == "bomb" else 10))
    assert "damaged" in damaged(path)
    assert not (tmp_path / "out.txt").exists()


def test_a_name_twice_is_refused(unsigned: Path, tmp_path: Path) -> None:
    path = pack(tmp_path / "b.zip", contents(unsigned))
    info = zipfile.ZipInfo("plan.toml", (1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o100644 << 16
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr(info, b"x")
    assert "'plan.toml' twice" in damaged(path)


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_text("a text")
    assert "damaged or no bundle" in damaged(tmp_path / "b.zip")
    assert "there is no bundle" in damaged(tmp_path / "nothing.zip")
    assert "no MANIFEST" in damaged(pack(tmp_path / "c.zip", {"a": b"b"}))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every number."""
    if isinstance(value, dict):
        return [p for key, one in value.items() for p in _places(one, (*path, key))]
    if isinstance(value, list):
        return [p for index, one in enumerate(value) for p in _places(one, (*path, index))]
    return [path] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_every_number_that_was_changed_is_named(unsigned: Path, tmp_path: Path) -> None:
    """Whoever makes the manifest anew still cannot have other numbers than the answers give."""
    results = json.loads(contents(unsigned)["results.json"])
    every = _places(results)
    places = [every[n] for n in np.random.default_rng(3).choice(len(every), 20, replace=False)]

    def change(value: Any) -> None:
        for path in places:
            inner = value
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] += 1

    path = forged(tmp_path / "b.zip", edited(unsigned, "results.json", change))
    found = verify_bundle(path, draw)
    named = {"results.json" + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in p) for p in places}
    assert {one.path for one in found.differences} == named
    told = to_json(found)
    assert told["outcome"] == "differs"
    json.dumps(told, allow_nan=False)


def test_a_number_off_by_the_last_digit_differs(unsigned: Path, tmp_path: Path) -> None:
    def change(value: Any) -> None:
        value["thresholds"][0]["fpir"]["value"] *= 1 + 1e-15

    files = edited(unsigned, "results.json", change)
    assert files["results.json"] != contents(unsigned)["results.json"]
    found = verify_bundle(forged(tmp_path / "b.zip", files), draw)
    assert [one.path for one in found.differences] == ["results.json.thresholds[0].fpir.value"]


def test_another_report_manifest_plan_or_description_differs(unsigned: Path, tmp_path: Path) -> None:
    files = contents(unsigned)
    plan = files["plan.toml"].replace(b'title = "A test"', b'title = "A text"')
    for name, content, place in (
        ("report.html", files["report.html"] + b"<!-- -->", "report.html"),
        ("timing.json", files["timing.json"] + b"\n", "timing.json"),
        ("README.txt", b"All is well.\n", "README.txt"),
        ("manifest.csv", files["manifest.csv"].replace(b",probe,Zoe", b",probe,Joe"), "run.json.digests"),
        ("plan.toml", plan, "run.json.digests.plan"),
        ("bundle.json", files["bundle.json"].replace(b'"simulated"', b'"real"'), "bundle.json.population"),
    ):
        assert content != files[name]
        found = verify_bundle(forged(tmp_path / "b.zip", {**files, name: content}), draw)
        assert any(one.path.startswith(place) for one in found.differences), name
    sums = files["digests.sha256"].replace(b"# fairlineup:", b"# fairlinedup:")
    with pytest.raises(BadInput, match="lines that were changed"):
        verify_bundle(forged(tmp_path / "b.zip", {**files, "digests.sha256": sums}), draw)
    other = Sums({**Sums.parsed(files["digests.sha256"]).stands, "findings.json": "0" * 64}).written()
    found = verify_bundle(forged(tmp_path / "b.zip", {**files, "digests.sha256": other}), draw)
    assert [one.path for one in found.differences] == ["digests.sha256"]
    found = verify_bundle(forged(tmp_path / "b.zip", {**files, "figures/more.svg": b"<svg/>"}), draw)
    assert [one.path for one in found.differences] == ["figures/more.svg"]


def test_answers_that_cannot_be_read_are_damage(unsigned: Path, tmp_path: Path) -> None:
    files = contents(unsigned)
    for name, content in (
        ("observations.parquet", files["searches.parquet"]),
        ("observations.parquet", b"PAR1"),
        ("manifest.csv", b"person\n"),
        ("run.json", b"{}"),
        ("plan.toml", b"="),
        ("bundle.json", b"[]"),
        ("results.json", b"{"),
    ):
        with pytest.raises(BadInput):
            verify_bundle(forged(tmp_path / "b.zip", {**files, name: content}), draw)


@pytest.mark.parametrize(("version", "commit"), [(b"1", READ_BY), (b"2", "53a98f48")])
def test_a_bundle_of_an_older_format_is_refused_by_name(
    unsigned: Path, tmp_path: Path, version: bytes, commit: str
) -> None:
    files = contents(unsigned)
    older = files[OUTSIDE[0]].replace(b"bundle 3:", b"bundle " + version + b":")
    with pytest.raises(BadInput) as refused:
        verify_bundle(pack(tmp_path / "b.zip", {**files, OUTSIDE[0]: older}), _never)
    assert refused.value.code == "run-of-an-older-format"
    assert commit in refused.value.remedy


def test_a_parquet_file_that_unfolds_too_far_is_not_read(
    unsigned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    import pyarrow as arrow
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    monkeypatch.setattr("fairlineup.files.parquet.FLOOR", 10_000_000)
    texts = arrow.array(["0" * 3_000_000])
    with pq.ParquetWriter(
        buffer, arrow.schema([("a", arrow.string())]), compression="zstd", use_dictionary=False
    ) as writer:
        for _ in range(40):
            writer.write_table(arrow.table({"a": texts}))
    assert len(buffer.getvalue()) < 1_000_000
    files = {**contents(unsigned), "observations.parquet": buffer.getvalue()}
    assert "unfolds to more than" in damaged(forged(tmp_path / "b.zip", files))


def test_another_version_may_differ_in_the_last_digits_and_is_named(
    unsigned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(value: Any) -> None:
        value["thresholds"][0]["fpir"]["value"] *= 1 + 1e-12

    path = forged(tmp_path / "b.zip", summed(edited(unsigned, "results.json", change)))
    here = software()
    other = replace(here, libraries={**here.libraries, "numpy": "9.9"})
    monkeypatch.setattr("fairlineup.evidence.bundles.verifying.software", lambda: other)
    found = verify_bundle(path, draw)
    assert found.versions == (OtherVersion("numpy", here.libraries["numpy"], "9.9"),)
    assert (found.tolerance, found.differences, found.report) == (1e-9, (), "not compared: other software")

    def more(value: Any) -> None:
        value["thresholds"][0]["fpir"]["value"] *= 1 + 1e-7

    path = forged(tmp_path / "c.zip", summed(edited(unsigned, "results.json", more)))
    assert [one.path for one in verify_bundle(path, draw).differences] == [
        "results.json.thresholds[0].fpir.value"
    ]


def test_a_library_that_moves_no_number_lets_nothing_pass(
    unsigned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = software()
    other = replace(here, libraries={**here.libraries, "pillow": "9.9"})
    monkeypatch.setattr("fairlineup.evidence.bundles.verifying.software", lambda: other)
    found = verify_bundle(unsigned, draw)
    assert ([one.name for one in found.versions], found.tolerance) == (["pillow"], 0.0)


@pytest.mark.skipif(os.name != "posix", reason="no pipes or devices here")
def test_what_is_no_file_is_no_bundle_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(BadInput, match="not a regular file"):
            verify_bundle(path, draw)
