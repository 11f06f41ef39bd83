"""The commands `audit bundle`, `verify` and `disclose`."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fairlineup.systems import CardPopulation, write_population

from .calling import in_process as fairlineup
from .calling import process

pytestmark = pytest.mark.usefixtures("whole_sweep")
PLAN = """
title = "A test"
[dataset]
folder = "cards"
[system]
name = "simulated"
options = { false_match_rate = 0.05, false_non_match_rate = 0.2 }
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run, a key pair and a bundle it signed."""
    folder = tmp_path_factory.mktemp("bundle")
    (folder / "cards").mkdir()
    write_population(folder / "cards", CardPopulation({"a": 12}, {"a": 20}))
    (folder / "plan.toml").write_text(PLAN)
    assert fairlineup("audit", "run", folder / "plan.toml", "--out", folder / "run", "-q").returncode == 0
    made = fairlineup("audit", "bundle", "--new-key", folder / "key")
    assert made.returncode == 0, made.stderr
    made = fairlineup("audit", "bundle", folder / "run", "--key", folder / "key")
    assert made.returncode == 0, made.stderr
    assert "signed by sha256:" in made.stdout
    return folder


@pytest.fixture
def audited(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished / "run", tmp_path / "run")
    return tmp_path / "run"


def test_a_bundle_is_verified_to_be_the_same(finished: Path) -> None:
    bundle = finished / "run.zip"
    found = process("audit", "verify", bundle, "--public-key", finished / "key.pub")
    assert found.returncode == 0, found.stderr
    assert "all the same, byte for byte" in found.stdout
    assert "signed by the key you named" in found.stdout
    assert "simulated: nothing in it is about real people" in found.stdout
    told = json.loads(fairlineup("audit", "verify", bundle, "--json").stdout)
    assert (told["outcome"], told["differences"], told["tolerance"]) == ("same", [], 0.0)
    assert told["signature"]["standing"] == "unknown"
    assert told["numbers"] > 500


def test_a_run_is_no_bundle_and_how_to_make_one_is_said(finished: Path) -> None:
    told = fairlineup("audit", "verify", finished / "run")
    assert (told.returncode, told.stdout) == (2, "")
    assert "is a folder: expected a bundle, which is one file" in told.stderr
    assert f"`fairlineup audit bundle {finished / 'run'}` makes one" in told.stderr


def test_the_private_key_is_its_owners_alone(finished: Path) -> None:
    if os.name == "posix":
        assert stat.S_IMODE((finished / "key").stat().st_mode) == 0o600
    before = (finished / "key").read_bytes()
    again = fairlineup("audit", "bundle", "--new-key", finished / "key")
    assert again.returncode == 2
    assert "overwritten" in again.stderr
    assert (finished / "key").read_bytes() == before


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum")
def test_it_can_be_checked_by_hand(finished: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(finished / "run.zip") as archive:
        archive.extractall(tmp_path)
    check = ["sha256sum", "--check", "--strict", "--quiet", "MANIFEST.sha256"]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "plan.toml").write_text("")
    failed = subprocess.run(check, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert failed.returncode == 1
    assert "plan.toml: FAILED" in failed.stdout


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
def test_openssl_reads_the_signature(finished: Path, tmp_path: Path) -> None:
    version = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("OpenSSL 3"):
        pytest.skip("openssl cannot check Ed25519 on the command line before 3.0")
    with zipfile.ZipFile(finished / "run.zip") as archive:
        archive.extractall(tmp_path)
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "MANIFEST.sha256.pub"]
    command += ["-in", "MANIFEST.sha256", "-sigfile", "MANIFEST.sha256.sig"]
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    (tmp_path / "MANIFEST.sha256").write_bytes((tmp_path / "MANIFEST.sha256").read_bytes() + b"\n")
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 1


def test_numbers_that_were_changed_give_status_1(finished: Path, tmp_path: Path) -> None:
    from tests.evidence.bundles.kit import contents, forged, pack

    assert fairlineup("audit", "bundle", finished / "run", "--out", tmp_path / "plain.zip").returncode == 0
    files = contents(tmp_path / "plain.zip")
    results = json.loads(files["results.json"])
    results["thresholds"][0]["fpir"]["errors"] += 1
    files["results.json"] = (json.dumps(results, indent=1, ensure_ascii=False) + "\n").encode()
    found = fairlineup("audit", "verify", forged(tmp_path / "forged.zip", files))
    assert found.returncode == 1, found.stderr
    assert "results.json.thresholds[0].fpir.errors" in found.stdout
    found = fairlineup("audit", "verify", pack(tmp_path / "packed.zip", files))
    assert found.returncode == 2
    assert "results.json other than MANIFEST.sha256 says" in found.stderr
    assert found.stderr.count("\n") == 1


def test_a_run_that_is_not_finished_or_none_is_refused(audited: Path, tmp_path: Path) -> None:
    (audited / "results.json").unlink()
    found = fairlineup("audit", "bundle", audited)
    assert (found.returncode, "first: give its command again" in found.stderr) == (2, True)
    assert fairlineup("audit", "bundle", tmp_path / "nothing").returncode == 2
    assert not (tmp_path / "nothing").exists()
    assert fairlineup("audit", "bundle").returncode == 2
    assert fairlineup("audit", "bundle", audited, "--from", tmp_path).returncode == 2
    assert fairlineup("audit", "bundle", audited, "--new-key", tmp_path / "key").returncode == 2
    assert list(tmp_path.glob("*.zip")) == []


def test_photographs_go_in_where_they_are_asked_for(finished: Path, audited: Path, tmp_path: Path) -> None:
    words: list[str | Path] = ["audit", "bundle", audited, "--photographs", "--out", tmp_path / "b.zip"]
    made = fairlineup(*words)
    assert made.returncode == 0, made.stderr
    assert "of them photographs" in made.stdout
    assert fairlineup("audit", "verify", tmp_path / "b.zip").returncode == 0
    elsewhere = fairlineup(*words[:-1], tmp_path / "c.zip", "--from", tmp_path / "nowhere")
    assert elsewhere.returncode == 2
    assert "or leave them out" in elsewhere.stderr


def test_without_the_package_it_says_which(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("cryptography.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for words in (
        ("bundle", "--new-key", tmp_path / "key"),
        ("bundle", finished / "run", "--key", finished / "key", "--out", tmp_path / "b.zip"),
        ("verify", finished / "run.zip"),
    ):
        found = fairlineup("audit", *words)
        assert found.returncode == 3
        assert "pip install " in found.stderr
        assert '"cryptography>=' in found.stderr
    unsigned = fairlineup("audit", "bundle", finished / "run", "--out", tmp_path / "b.zip")
    assert unsigned.returncode == 0, unsigned.stderr
    assert fairlineup("audit", "verify", tmp_path / "b.zip").returncode == 0


def test_the_clock_of_a_disclosure(audited: Path) -> None:
    words: list[str | Path] = ["audit", "disclose", audited]
    assert "nobody was told yet" in fairlineup(*words).stdout
    told = fairlineup(*words, "--told", "Example Vendor", "--on", "2026-01-02", "--today", "2026-04-03")
    assert told.returncode == 0, told.stderr
    assert "overdue by 1" in told.stdout
    assert "this tool's default of 90 days" in told.stdout
    early = fairlineup(*words, "--public", "2026-01-01")
    assert early.returncode == 2
    assert "--note" in early.stderr
    assert fairlineup(*words, "--answered", "2026-02-01", "--note", "a plan").returncode == 0
    state = json.loads(fairlineup(*words, "--json", "--today", "2026-03-03").stdout)
    assert state["told"][0]["answered"] == "2026-02-01"
    assert (state["public"], state["public_source"][:19]) == ("2026-04-02", "this tool's default")
    assert state["comes_next"] == ["public on 2026-04-02 (30 days left)"]
    assert len((audited / "disclosure.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    "words",
    [
        ["--told", "X"],
        ["--on", "2026-01-01"],
        ["--told", "X", "--on", "yesterday"],
        ["--told", "X", "--on", "2026-01-01", "--public", "2026-02-02"],
        ["--due", "2026-01-01"],
        ["--by", "X"],
        ["--note", "why"],
    ],
)
def test_what_fits_nothing_is_refused(audited: Path, words: list[str]) -> None:
    assert fairlineup("audit", "disclose", audited, *words).returncode == 2
    assert not (audited / "disclosure.jsonl").exists()
