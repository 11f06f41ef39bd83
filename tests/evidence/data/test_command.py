"""`fairlineup data congress` as people meet it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fairlineup.cli import main
from fairlineup.evidence.pipeline import congress_plan
from fairlineup.evidence.plan import SystemChoice

from .mirror import COMMITS, IMAGES, PHOTOS, Mirror, check_out

Run = Callable[..., tuple[int, str, str]]
PHOTOGRAPHS = 11


@pytest.fixture
def run(
    capfd: pytest.CaptureFixture[str], mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """The command in this process, against the mirror: exit status, output, what it said beside."""
    for name, value in mirror.environment.items():
        monkeypatch.setenv(name, value)

    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["data", "congress", *map(str, words)])
        captured = capfd.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, captured.out, captured.err

    return call


def stalled(mirror: Mirror) -> dict[str, list[str]]:
    """Two photographs whose answers never end."""
    return {mirror.raw(PHOTOS, f"images/wiki/{icpsr}.jpg"): ["stall"] for icpsr in ("000700", "000900")}


@contextmanager
def begun(mirror: Mirror, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, once some photographs are there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fairlineup", "data", "congress", str(folder)],
        env={**os.environ, **mirror.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 1200
        while len(list(folder.glob("*/*.jpg"))) < 4:
            assert time.monotonic() < until
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        yield process
    finally:
        process.kill()
        process.communicate()


def test_from_nothing_to_the_next_command(run: Run, tmp_path: Path) -> None:
    code, out, err = run(tmp_path / "set")
    assert code == 0
    assert "11 photographs of 8 people" in err
    assert "to fetch: 11" in err
    assert err.index("to fetch") < err.index("Fetching photographs: 11 of 11")
    assert f"5 members to search with, 6 photographs to search among, 2 people in both: {tmp_path}" in out
    assert out.splitlines()[-1] == f"next: fairlineup congress {tmp_path / 'set'}"
    plan = congress_plan(tmp_path / "set", SystemChoice("local"))
    assert plan.groups == ("sex",)
    assert all(plan.labels.values())
    assert [contrast.label for contrast in plan.contrast] == ["sex"]


def test_json_says_it_for_a_machine(run: Run, tmp_path: Path) -> None:
    code, out, err = run(tmp_path, "--json", "--quiet")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert (said["probes"], said["gallery"], said["mates"], said["people"]) == (5, 6, 2, 8)
    assert said["commits"] == COMMITS
    assert said["fetched_now"] == PHOTOGRAPHS
    assert Path(said["manifest"]).is_file()


def test_dry_run_fetches_no_photograph(run: Run, tmp_path: Path, mirror: Mirror) -> None:
    code, out, _ = run(tmp_path, "--dry-run")
    assert code == 0
    assert out.startswith("11 photographs of 8 people, 0.0 MB; to fetch: 11, 0.0 MB\n")
    assert f"{IMAGES} at {COMMITS[IMAGES]}" in out
    said = json.loads(run(tmp_path, "--dry-run", "--json", "-q")[1])
    assert said["bytes_to_fetch"] == said["bytes"] > 0
    assert said["photographs_to_fetch"] == PHOTOGRAPHS
    assert not [path for path in mirror.seen if path.endswith(".jpg")]
    assert not (tmp_path / "people.csv").exists()


def test_from_checkouts_asks_nobody(run: Run, tmp_path: Path, mirror: Mirror) -> None:
    parent = check_out(tmp_path / "repositories")
    code, out, _ = run(tmp_path / "set", "--from", parent)
    assert code == 0
    assert "5 members to search with" in out
    assert dict(mirror.seen) == {}


def test_a_checkout_that_is_missing_is_named(run: Run, tmp_path: Path) -> None:
    parent = check_out(tmp_path / "repositories")
    (parent / "images").rename(tmp_path / "images")
    code, out, err = run(tmp_path / "set", "--from", parent)
    assert (code, out) == (2, "")
    assert "got no images/; git clone what is missing there" in err
    assert len(err.splitlines()) == 1


def test_a_source_that_fails_is_one_line_and_three(run: Run, tmp_path: Path, mirror: Mirror) -> None:
    bad = mirror.raw(PHOTOS, "images/wiki/000900.jpg")
    mirror.faults[bad] = ["404"]
    code, out, err = run(tmp_path, "--quiet")
    assert (code, out) == (3, "")
    (line,) = err.splitlines()
    assert mirror.base + bad in line
    assert "HTTP 404" in line


def test_a_token_is_not_sent_to_a_mirror(
    run: Run, tmp_path: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "a-secret-token")
    _, out, err = run(tmp_path)
    assert "secret" not in out + err
    assert mirror.headers
    assert not [path for path, heads in mirror.headers.items() if "secret" in str(heads)]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_goes_on(run: Run, tmp_path: Path, mirror: Mirror, how: signal.Signals) -> None:
    assert run(tmp_path / "plain", "-q")[0] == 0
    mirror.faults = stalled(mirror)
    with begun(mirror, tmp_path / "set") as process:
        process.send_signal(how)
        _, err = process.communicate(timeout=1200)
        assert process.returncode == (-signal.SIGKILL if how is signal.SIGKILL else 130)
        assert "Traceback" not in err
        assert how is signal.SIGKILL or "what was finished is kept" in err
    here = {path.name for path in (tmp_path / "set").glob("*/*.jpg")}
    assert 4 <= len(here) < PHOTOGRAPHS
    assert not (tmp_path / "set" / "people.csv").exists()
    mirror.faults = {}
    mirror.seen.clear()
    code, _, err = run(tmp_path / "set")
    assert code == 0
    assert f"{len(here)} are here already" in err
    assert len(mirror.seen) == PHOTOGRAPHS - len(here)
    made, whole = tmp_path / "set", tmp_path / "plain"
    for path in ("people.csv", "sources.json", *(f"gallery/{p.name}" for p in (whole / "gallery").iterdir())):
        assert (made / path).read_bytes() == (whole / path).read_bytes()


def test_an_interrupt_does_not_wait_for_a_stalled_server(tmp_path: Path, mirror: Mirror) -> None:
    mirror.faults = stalled(mirror)
    with begun(mirror, tmp_path) as process:
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=1200)
        assert process.returncode == 130


def test_help_loads_no_network() -> None:
    ask = """
import sys
from fairlineup.cli import main
try:
    main(["data", "congress", "--help"])
except SystemExit:
    print([name for name in ("urllib3", "PIL", "numpy", "ssl") if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", ask], check=True, capture_output=True, text=True, timeout=1200
    )
    assert done.stderr == "[]\n"
    assert "--dry-run" in done.stdout
