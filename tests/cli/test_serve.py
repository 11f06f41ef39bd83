"""`fairlineup serve` in a process of its own, on an engine that sees nobody."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fairlineup.cli import main

boto3 = pytest.importorskip("boto3")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

WITHOUT_ENGINE = """
import sys
from tests.service.server.test_opening import Pool, create, describe
from fairlineup.service.server import opening
opening.EnginePool, opening.OPERATIONS = Pool, {"DescribeCollection": describe, "CreateUser": create}
from fairlineup.cli.entrance import main
main()
"""
WATCHDOG_S = 600


@contextmanager
def serving(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A server, and what it said of itself."""
    command = [sys.executable, "-c", WITHOUT_ENGINE, "serve", "--port", "0", *map(str, arguments)]
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    try:
        assert process.stdout
        said: dict[str, str] = {}
        while "AWS_DEFAULT_REGION" not in said:
            line = process.stdout.readline()
            assert line, process.communicate()
            said |= dict(re.findall(r"(\w+)=(\S+)", line))
        yield process, said
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_what_boto3_needs_and_ends_in_order(tmp_path: Path, how: signal.Signals) -> None:
    with serving("--data", tmp_path / "data") as (process, said):
        assert process.stdout
        said |= dict(re.findall(r"(\w+)=(\S+)", process.stdout.readline()))
        client = boto3.client(
            "rekognition",
            endpoint_url=said["AWS_ENDPOINT_URL_REKOGNITION"],
            region_name=said["AWS_DEFAULT_REGION"],
            aws_access_key_id=said["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=said["AWS_SECRET_ACCESS_KEY"],
        )
        assert client.describe_collection(CollectionId="c")["FaceCount"] == 1
        process.send_signal(how)
        _, told = process.communicate(timeout=WATCHDOG_S)
        assert process.returncode == 0
        assert said["AWS_SECRET_ACCESS_KEY"] not in told
        lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
        assert [line["event"] for line in lines] == ["serving", "request", "ending", "ended"]
        assert "made the key file" in told


def test_it_makes_no_key_where_that_is_said(tmp_path: Path) -> None:
    with serving("--data", tmp_path / "data", "--no-first-key", "--insecure-local") as (process, said):
        assert process.stdout
        assert "AWS_ACCESS_KEY_ID=any" in process.stdout.readline()
        assert said["AWS_ENDPOINT_URL_REKOGNITION"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "192.0.2.1"], "give --behind-proxy"),
        (["--host", "192.0.2.1", "--behind-proxy", "--insecure-local"], "leave --insecure-local out"),
        (["--port", "70000"], "name another"),
    ],
)
def test_what_is_refused_names_its_flags(
    tmp_path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--data", str(tmp_path / "data"), *arguments])
    assert words in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
