"""The command line called as a process is, in this process: what it would put out, and its exit status."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import pytest

from fairlineup.cli import main

Done = subprocess.CompletedProcess[str]


def process(*words: str | Path, cwd: Path | None = None) -> Done:
    """In a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "fairlineup", *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        timeout=1200,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
    )


def in_process(*words: str | Path) -> Done:
    """In this one, where nothing hangs on a process of its own; lines as wide as they come."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as wide:
        wide.setenv("COLUMNS", "200")
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as end,
        ):
            main([str(word) for word in words])
    assert isinstance(end.value.code, int)
    return subprocess.CompletedProcess(words, end.value.code, out.getvalue(), err.getvalue())
