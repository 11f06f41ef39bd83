"""`fairlineup keys`: made, listed, rotated, revoked, as programs and people use them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fairlineup.service.access import AccessKeys
from fairlineup.service.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAIRLINEUP_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("FAIRLINEUP_SEAL_KEY", raising=False)


def keys(run: Run, *words: str) -> Any:
    status, out, err = run("keys", *words, "--data", "data", "--json")
    assert status == 0, err
    return json.loads(out)


def secret_of(identity: str) -> str | None:
    store = Store(Path("data"))
    try:
        return AccessKeys(store).secret_of(identity)
    finally:
        store.close()


def test_the_life_of_a_key(run: Run) -> None:
    made = keys(run, "create", "--expires-days", "30", "--operation", "ListFaces", "--collection", "people")
    assert made["access_key_id"].startswith("FLKA")
    assert secret_of(made["access_key_id"]) == made["secret_access_key"]
    assert (made["operations"], made["collections"]) == (["ListFaces"], ["people"])
    assert made["limits"]["probes_per_day"] == 100_000

    new = keys(run, "rotate", made["access_key_id"], "--overlap", "2")
    assert secret_of(made["access_key_id"]) == made["secret_access_key"]
    assert new["operations"] == ["ListFaces"]
    assert keys(run, "revoke", new["access_key_id"])["state"] == "revoked"
    assert secret_of(new["access_key_id"]) is None

    listed = keys(run, "list")
    assert [one["state"] for one in listed] == ["good", "revoked"]
    assert listed[0]["replaced_by"] == new["access_key_id"]
    status, out, _ = run("keys", "list", "--data", "data")
    assert (status, made["secret_access_key"] in out) == (0, False)
    first = out.splitlines()[0]
    assert first.startswith(f"{made['access_key_id']}  testing; good; made ")
    assert first.endswith("; for ListFaces; in people")


def test_for_a_shell_it_is_two_lines_to_set(run: Run) -> None:
    status, out, err = run("keys", "create", "--data", "data", "--probes-per-day", "0")
    assert str(Path("config/keys").absolute()) in err
    lines = out.splitlines()
    assert (status, lines[0].split("=")[0], lines[1].split("=")[0]) == (
        0,
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    )
    [key] = keys(run, "list")
    assert key["limits"]["probes_per_day"] is None


def test_what_is_refused(run: Run) -> None:
    keys(run, "create")
    for words, status, said in (
        (("create", "--purpose", "dragnet"), 4, "testing"),
        (("create", "--expires-days", "0"), 2, "more than none"),
        (("create", "--expires-days", "nan"), 2, "more than none"),
        (("create", "--requests-per-minute", "-1"), 2, "--requests-per-minute"),
        (("revoke", "FLKAAAAAAAAAAAAAAAAA"), 4, "keys list"),
        (("rotate", "FLKAAAAAAAAAAAAAAAAA"), 4, "keys list"),
    ):
        found, _, err = run("keys", *words, "--data", "data")
        assert (found, said in err) == (status, True), err
    assert len(keys(run, "list")) == 1
    status, _, err = run("keys", "list", "--data", "nowhere")
    assert (status, Path("nowhere").exists()) == (2, False), err


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_process_makes_it_for_its_owner_alone(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "fairlineup", "keys", "create", "--data", "data", "--json"]
    done = subprocess.run(words, capture_output=True, check=True, umask=0)
    assert json.loads(done.stdout)["access_key_id"].startswith("FLKA")
    made = [one for one in tmp_path.rglob("*") if "data" in one.parts or "config" in one.parts]
    assert len(made) > 3
    assert {one.stat().st_mode & 0o077 for one in made} == {0}
