"""What a command puts out into streams that cannot take it all."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fairlineup.cli import main

FULL = Path("/dev/full")
NAMES = "Łukasz", "张伟", "Zoë", "😀"


def _command(
    *words: str | Path, encoding: str = "utf-8", stdout: int | None = None
) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "fairlineup", *map(str, words)],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    return done.returncode, done.stdout or b"", done.stderr


def _here(*words: str | Path, encoding: str) -> tuple[Any, bytes, bytes]:
    """As `_command`, in this process."""
    out, err = io.BytesIO(), io.BytesIO()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, write_through=True))
        patched.setattr(sys, "stderr", io.TextIOWrapper(err, encoding, write_through=True))
        with pytest.raises(SystemExit) as end:
            main([*map(str, words)])
    return end.value.code, out.getvalue(), err.getvalue()


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    """A table of scores whose groups are named beyond most encodings."""
    rows = [f"p{n},g{m},{(n * 7 + m) % 10},{NAMES[n % 4]},{NAMES[m % 4]}" for n in range(9) for m in range(9)]
    path = tmp_path / "Łukasz.csv"
    head = "person_probe,person_gallery,distance,kind_probe,kind_gallery"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "koi8-r", "utf-8"])
def test_characters_the_encoding_lacks_are_replaced(scores: Path, encoding: str) -> None:
    words = ("audit", "import", scores, "--group", "kind=kind_probe,kind_gallery", "--threshold", "4")
    told = _command if encoding in ("cp1252", "ascii") else _here  # click wraps a stream of ASCII anew
    code, out, err = told(*words, encoding=encoding)
    assert (code, b"Traceback" in err) == (0, False)
    assert b"by kind of the probe" in out
    code, out, err = told(*words, "--json", encoding=encoding)
    assert code == 0
    found = json.loads(out.decode("utf-8" if encoding == "ascii" else encoding))
    assert {row["value"] for row in found["thresholds"][0]["groups"]} == set(NAMES)
    assert found["source"]["file"] == scores.name


def test_an_error_is_said_in_any_encoding() -> None:
    code, out, err = _command("audit", "check", "张伟.toml", encoding="cp1252")
    assert (code, out) == (2, b"")
    assert rb"\u5f20\u4f1f.toml cannot be read" in err


def test_a_name_that_is_no_text_is_said(tmp_path: Path) -> None:
    code, _, err = _command("audit", "check", os.fsdecode(b"plan-\xff.toml"))
    assert code == 2
    assert rb"plan-\udcff.toml cannot be read" in err


def test_a_reader_that_went_away_changes_no_status(scores: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    for words, status in ((("audit", "import", scores, "--threshold", "4"), 0), (("audit", "rnu"), 2)):
        code, _, err = _command(*words, stdout=write)
        assert (code, b"Traceback" in err, b"Exception" in err) == (status, False, False)
    os.close(write)


@pytest.mark.skipif(not FULL.exists(), reason="no full device on this system")
def test_an_output_that_is_full_is_told(scores: Path) -> None:
    with FULL.open("wb") as full:
        code, _, err = _command("audit", "import", scores, "--threshold", "4", stdout=full.fileno())
    assert code == 3
    assert b"the output cannot be written" in err
    assert b"No space left on device" in err
    assert len([line for line in err.splitlines() if not line.startswith(b"warning: ")]) == 1


def test_without_any_streams_the_status_tells(scores: Path) -> None:
    line = f'exec "{sys.executable}" -m fairlineup "$@" >&- 2>&-'
    for words, status in (
        (["audit", "import", str(scores), "--threshold", "4"], 0),
        (["audit", "check", "none.toml"], 2),
        (["help"], 0),
        (["help", "dataset"], 0),
    ):
        assert subprocess.run(["sh", "-c", line, "sh", *words], check=False).returncode == status


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals to be had here")
def test_no_name_commands_the_terminal() -> None:
    terminal, end = os.openpty()
    command = [
        sys.executable,
        "-m",
        "fairlineup",
        "audit",
        "check",
        "a\x1b]0;mine\x07\x9b31m\u202e{x}{0}.toml",
    ]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, check=False, stdin=end, stdout=end, stderr=end, env=env)
    os.close(end)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert done.returncode == 2
    assert r"a\x1b]0;mine\x07\x9b31m\u202e{x}{0}.toml" in shown
