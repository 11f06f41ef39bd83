"""`fairlineup keys seal`: rotated, exported, restored elsewhere, as somebody at a terminal does it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fairlineup.service.access import sealkeys

Run = Callable[..., tuple[int, str, str]]
WORDS = "five quite random words here"


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAIRLINEUP_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("FAIRLINEUP_SEAL_KEY", raising=False)
    monkeypatch.setattr(sealkeys, "PAUSE_S", 0.0)
    monkeypatch.setattr("fairlineup.service.sealing.export.COST", 16)
    (tmp_path / "words").write_text(WORDS + "\n")


def seal(run: Run, *words: str) -> dict[str, object]:
    status, out, err = run("keys", "seal", *words, "--data", "data", "--json")
    assert status == 0, err
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def test_from_the_first_key_to_another_machine(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made = seal(run, "new")
    assert (made["made"], Path(str(made["key_file"])).parent) == (True, Path("config/keys").absolute())
    assert seal(run, "new")["made"] is False
    status, out, err = run("keys", "seal", "show", "--data", "data")
    assert (status, "last exported: never" in out, "so is every template" in err) == (0, True, True)

    exported = seal(run, "export", "keys.json", "--passphrase-file", "words")
    shown = seal(run, "show")
    assert (shown["export_covers"], [one["id"] for one in shown["keys"]]) == (True, exported["keys"])  # type: ignore[attr-defined]

    rotated = seal(run, "rotate")
    assert rotated["removed"] == exported["keys"]
    assert seal(run, "show")["export_covers"] is False
    seal(run, "export", "newer.json", "--passphrase-file", "words")

    monkeypatch.setenv("FAIRLINEUP_CONFIG", "elsewhere")
    status, _, err = run("keys", "seal", "show", "--data", "data")
    assert (status, "fairlineup keys seal restore FILE" in err) == (4, True)
    restored = seal(run, "restore", "newer.json", "--passphrase-file", "words")
    assert (restored["added"], Path(str(restored["key_file"])).parent) == (
        1,
        Path("elsewhere/keys").absolute(),
    )
    assert seal(run, "show")["to_seal_again"] == 0


def test_a_container_without_a_mounted_key_makes_none_by_itself(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fairlineup.service.store import Store

    monkeypatch.setenv("FAIRLINEUP_SEAL_KEY", "mounted/seal.json")
    status, _, err = run("keys", "seal", "show", "--data", "data")
    assert (status, "no data directory" in err or "a store" in err) == (2, True)
    with pytest.raises(Exception, match="mount the folder"):
        Store(Path("data"), make=True)
    assert not Path("mounted").exists()
    assert seal(run, "new")["key_file"] == str(Path("mounted/seal.json").absolute())
    Path("mounted/seal.json").unlink()
    status, _, err = run("keys", "seal", "show", "--data", "data")
    assert (status, "is lost" in err) == (4, True)


def test_a_rotation_says_what_it_costs_where_there_is_no_export(run: Run) -> None:
    seal(run, "new")
    assert "will open for nobody" in run("keys", "seal", "rotate", "--data", "data", "-q")[2]
    seal(run, "export", "keys.json", "--passphrase-file", "words")
    status, out, err = run("keys", "seal", "rotate", "--data", "data", "-q")
    assert (status, "will open for nobody" in err, "so is every template" in err) == (0, False, True)
    assert "removed from" in out


@pytest.mark.skipif(sys.platform == "win32", reason="a home folder of POSIX")
def test_restored_by_a_process_in_another_home(run: Run, tmp_path: Path) -> None:
    seal(run, "new")
    seal(run, "export", "keys.json", "--passphrase-file", "words")
    elsewhere = {name: value for name, value in os.environ.items() if name != "FAIRLINEUP_CONFIG"}
    elsewhere |= {"HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": ""}
    for words, status in (
        (("show",), 4),
        (("restore", "keys.json", "--passphrase-file", "words"), 0),
        (("show",), 0),
    ):
        command = [sys.executable, "-m", "fairlineup", "keys", "seal", *words, "--data", "data"]
        done = subprocess.run(command, env=elsewhere, capture_output=True, check=False)
        assert done.returncode == status, done.stderr
    assert len(list((tmp_path / "home" / ".config" / "fairlineup" / "keys").iterdir())) == 1


def test_what_is_wrong_with_an_export_is_said(run: Run) -> None:
    seal(run, "new")
    seal(run, "export", "keys.json", "--passphrase-file", "words")
    Path("other").write_text("quite another passphrase")
    Path("short").write_text("short")
    Path("damaged.json").write_bytes(Path("keys.json").read_bytes().replace(b'"made": "2', b'"made": "3'))
    for words, said in (
        (("export", "keys.json", "--passphrase-file", "words"), "is there already"),
        (("export", "data/keys.json", "--passphrase-file", "words"), "outside the data directory"),
        (("export", "new.json", "--passphrase-file", "short"), "12 characters"),
        (("export", "new.json"), "--passphrase-file"),
        (("restore", "keys.json", "--passphrase-file", "other"), "the passphrase that it was made with"),
        (("restore", "damaged.json", "--passphrase-file", "words"), "changed, or damaged"),
        (("restore", "none.json", "--passphrase-file", "words"), "keys seal export"),
    ):
        status, _, err = run("keys", "seal", *words, "--data", "data")
        assert (status, said in err) == (2, True), err
        assert WORDS not in err
    assert not Path("new.json").exists()


def test_a_passphrase_is_asked_for_twice_and_never_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def prompt(_text: str, *, hide_input: bool, confirmation_prompt: bool, err: bool) -> str:
        assert (hide_input, err) == (True, True)
        asked.append(confirmation_prompt)
        return WORDS

    monkeypatch.setattr("click.prompt", prompt)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    seal(run, "new")
    seal(run, "export", "keys.json")
    shutil.rmtree("config")
    seal(run, "restore", "keys.json")
    assert asked == [True, False]
