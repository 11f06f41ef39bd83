"""Works that nobody waits for are committed all the same, and soon."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairlineup.service.store import connect
from fairlineup.service.store.writer import Writer

PATIENCE = 6_000  # times ten milliseconds: a watchdog


@pytest.fixture
def path(tmp_path: Path) -> Path:
    connection = connect(tmp_path / "store.sqlite")
    connection.execute("CREATE TABLE one (n INTEGER)")
    connection.close()
    return tmp_path / "store.sqlite"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    one = Writer(path)
    yield one
    one.close()


def seen(path: Path) -> int:
    connection = connect(path)
    try:
        return int(connection.execute("SELECT count(*) FROM one").fetchone()[0])
    finally:
        connection.close()


def add(writer: Writer, *, wait: bool) -> None:
    with writer.writing(wait=wait) as work:
        work.execute("INSERT INTO one VALUES (1)")


def test_a_work_that_waits_is_seen_when_it_is_left(writer: Writer, path: Path) -> None:
    add(writer, wait=True)
    assert seen(path) == 1


def test_a_work_that_nobody_waits_for_is_seen_soon_and_lets_others_write(writer: Writer, path: Path) -> None:
    other = Writer(path)
    add(writer, wait=False)
    add(other, wait=True)
    for _ in range(PATIENCE):
        if seen(path) == 2:
            break
        threading.Event().wait(0.01)
    assert seen(path) == 2
    other.close()


def test_a_work_that_waits_takes_those_before_it_along(
    writer: Writer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairlineup.service.store.writer.SOON_S", 60.0)
    add(writer, wait=False)
    assert seen(path) == 0
    add(writer, wait=True)
    assert seen(path) == 2


def test_the_end_commits_what_is_open(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairlineup.service.store.writer.SOON_S", 60.0)
    one = Writer(path)
    add(one, wait=False)
    one.close()
    assert seen(path) == 1
    assert not one._later.is_alive()


def test_a_work_that_fails_is_undone_alone(writer: Writer, path: Path) -> None:
    add(writer, wait=False)
    with pytest.raises(ZeroDivisionError), writer.writing() as work:
        assert work.execute("INSERT INTO one VALUES (2)").rowcount / 0
    assert seen(path) == 1
