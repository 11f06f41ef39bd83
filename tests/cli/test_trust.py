"""A plan from elsewhere starts nothing before somebody here allowed it."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fairlineup.cli import trust
from fairlineup.systems import CardPopulation, Entrusted, entrusted_by, write_population

Run = Callable[..., tuple[int, str, str]]

MODULE = """
from pathlib import Path
Path("started").write_text("yes")
def make(**options):
    from fairlineup.systems import open_system
    return open_system("simulated", {})
def describe(photo: bytes):
    return [1.0]
"""
PLAN = '[dataset]\nfolder = "cards"\n[system]\nname = {name}\n[system.options]\n{options}\n'


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that somebody sent: photographs, a plan, a module that must not be imported."""
    monkeypatch.setenv("FAIRLINEUP_CONFIG", str(tmp_path / "config"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    folder = tmp_path / "sent"
    write_population(folder / "cards", CardPopulation({"a": 4}, {"a": 3}))
    (folder / "theirs.py").write_text(MODULE)
    monkeypatch.chdir(folder)
    monkeypatch.delitem(sys.modules, "theirs", raising=False)
    return folder


def plan(name: str, options: str = "") -> Path:
    path = Path("plan.toml")
    path.write_text(PLAN.format(name=json.dumps(name), options=options))
    return path


def program(says: str = "") -> str:
    code = "from pathlib import Path; Path('started').write_text('yes')"
    return f'process:{sys.executable} -c "{code}{says}"'


@pytest.mark.parametrize(
    ("name", "options", "shown"),
    [
        (program(), "", "starts a program"),
        ("python:theirs:make", 'model = "large"', '"large"'),
        ("embed:theirs:describe", 'metric = "cosine"', "theirs.py"),
        ("face_recognition", f"python = {json.dumps(sys.executable)}", "face_recognition_worker.py"),
        ("compreface", 'url = "http://192.0.2.7:8000"', "http://192.0.2.7:8000"),
        ("rekognition", 'endpoint_url = "https://lineup.example"', "https://lineup.example"),
        ("azure", 'url = "https://localhost.example"', "https://localhost.example"),
        ("insightface-server", 'url = "http://[2001:db8::1]:9"', "[2001:db8::1]"),
    ],
)
def test_nothing_is_started_or_sent(run: Run, name: str, options: str, shown: str) -> None:
    path = plan(name, options)
    for words in (("audit", "run", path, "--out", "RUN"), ("audit", "check", path)):
        status, _, err = run(*words, "-q")
        assert (status, shown in err, "--trust" in err) == (4, True, True), err
    kind = name.partition(":")[0]
    asked = name if kind in ("process", "python", "embed") else kind
    if kind not in ("process", "embed"):  # of those the name says all, and it is typed here
        for command in ("check", "clean"):
            status, _, err = run("systems", command, asked, "--options", path)
            assert (status, shown in err) == (4, True), err
    assert not Path("started").exists()
    assert "theirs" not in sys.modules


def test_what_needs_no_trust() -> None:
    systems: dict[str, dict[str, Any]] = {
        "simulated": {},
        "local": {"workers": 1},
        "face_recognition": {"several": "refuse"},
        "scores:s.csv": {},
        "replay:RUN": {},
        "compreface": {"url": "http://localhost:8000"},
        "azure": {"url": "http://127.0.0.1:1"},
        "rekognition": {"region": "us-east-1"},
        "insightface-server": {"url": "http://[::1]:9"},
        "nobody-brings-this": {},
    }
    for name, options in systems.items():
        assert entrusted_by(name, options) is None, name


def test_allowed_once_it_is_remembered_for_its_owner_alone(run: Run, tmp_path: Path) -> None:
    path = plan("python:theirs:make")
    assert run("audit", "run", path, "--out", "RUN", "-q", "--trust")[0] == 0
    [kept] = (tmp_path / "config" / "trusted").iterdir()
    if os.name == "posix":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert "theirs:make" in kept.read_text()
    assert run("audit", "check", path, "-q")[0] == 0
    assert run("audit", "run", Path("RUN") / "plan.toml", "--out", "RUN", "-q")[0] == 0


def test_it_is_allowed_in_one_folder_with_one_set_of_options(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("audit", "check", plan("python:theirs:make"), "-q", "--trust")[0] == 0
    assert run("audit", "check", plan("python:theirs:make", "other = 1"), "-q")[0] == 4
    assert run("audit", "check", plan("python:theirs:make", "since = 2026-11-30"), "-q")[0] == 4
    path = plan("python:theirs:make").absolute()
    monkeypatch.chdir(tmp_path)
    assert run("audit", "check", path, "-q")[0] == 4


def test_what_is_typed_is_allowed(run: Run) -> None:
    status, _, err = run("audit", "plan", "cards", "--system", "python:theirs:make", "--out", "mine.toml")
    assert (status, Path("started").exists()) == (0, False), err
    assert run("audit", "check", "mine.toml", "-q")[0] == 0
    assert Path("started").exists()
    typed = ("systems", "check", "python:theirs:make", "--option", "seed=1", "-q")
    assert run(*typed)[0] in (0, 1)
    assert run("audit", "check", plan("python:theirs:make", "seed = 1"), "-q")[0] == 0


@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 4), ("", 4)])
def test_a_terminal_is_asked(run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, status: int) -> None:
    monkeypatch.setattr(trust, "_at_a_terminal", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answer)
    path = plan("python:theirs:make")
    found, _, err = run("audit", "check", path, "-q")
    assert (found, Path("started").exists()) == (status, status == 0)
    assert f"in the folder {Path.cwd()}" in err
    assert str(Path.cwd() / "theirs.py") in err


def test_a_command_line_cannot_paint_the_question() -> None:
    words = ("sh", "-c", "true\nAllowed\x1b[2K\u202e\u2028")
    [line, *_] = trust.shown(Entrusted("program", words))
    assert line == r"sh -c 'true\nAllowed\x1b[2K\u202e\u2028'"


def test_where_nothing_can_be_remembered_it_runs_all_the_same(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text("a file")
    status, _, err = run("audit", "check", plan("python:theirs:make"), "-q", "--trust")
    assert (status, "could not be remembered" in err) == (0, True), err


@pytest.mark.parametrize("home", ["", "relative"])
def test_the_folder_of_settings(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    monkeypatch.delenv("FAIRLINEUP_CONFIG")
    monkeypatch.setenv("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", home)
    assert trust.folder() == Path("~/.config/fairlineup/trusted").expanduser()


def test_another_packages_system_is_code_that_is_not_loaded_to_ask(
    monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    from importlib import metadata

    point = metadata.EntryPoint("patchwork", "theirs:ADAPTER", "fairlineup.systems")
    monkeypatch.setattr(metadata, "entry_points", lambda **_: (point,))
    status, _, err = run("audit", "check", plan("patchwork", "side = 3"), "-q")
    assert (status, "theirs:ADAPTER" in err, '"side": 3' in err) == (4, True, True), err
    assert not Path("started").exists()


def test_a_run_from_elsewhere_starts_nothing_unless_it_is_run(run: Run, tmp_path: Path) -> None:
    assert run("audit", "run", plan("python:theirs:make"), "--out", "RUN", "-q", "--trust")[0] == 0
    for allowed in (tmp_path / "config" / "trusted").iterdir():
        allowed.unlink()
    Path("started").unlink()
    sys.modules.pop("theirs")
    for words in (
        ("audit", "measure", "RUN"),
        ("audit", "report", "RUN"),
        ("audit", "bundle", "RUN", "--out", "RUN.zip"),
        ("audit", "verify", "RUN.zip"),
        ("threshold", "RUN"),
        ("plan", "size", Path("RUN") / "plan.toml"),
    ):
        status, _, err = run(*words)
        assert status == 0, err
    assert run("audit", "run", Path("RUN") / "plan.toml", "--out", "RUN", "-q")[0] == 4
    assert not Path("started").exists()
