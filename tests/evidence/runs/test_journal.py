from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from fairlineup.evidence.runs import EventLog, Journal, KeptAnswer, OpenJournal
from fairlineup.evidence.runs.journal import OLDER_TABLE
from fairlineup.records import BadInput, Quality, SystemFailed

KIND = Quality(120, 130.5, 0.1 + 0.2, -3.0, 0.25)
SEARCH = KeptAnswer("ä/p.png", "ok", "said", True, (("g", 0.1 + 0.2),), 0.5, 2, KIND)
KILLED = """
import os, signal, sys
from pathlib import Path
from fairlineup.evidence.runs import Journal, KeptAnswer
with Journal(Path(sys.argv[1])).writing(flushed=False) as journal:
    for n in range(10):
        journal.add("s", n, KeptAnswer(f"p{n}", "ok"))
        if n % 4 == 3:
            journal.commit()
    os.kill(os.getpid(), signal.SIGKILL)
"""
HELD = """
import sys
from pathlib import Path
from fairlineup.evidence.runs import Journal, KeptAnswer
with Journal(Path(sys.argv[1])).writing(flushed=True) as journal:
    journal.add("s", 0, KeptAnswer("p", "ok"))
    print("held", flush=True)
    sys.stdin.readline()
"""


def _write(path: Path, *names: str) -> Journal:
    journal = Journal(path)
    with journal.writing(flushed=True) as held:
        for n, name in enumerate(names):
            held.add("s", n, KeptAnswer(name, "ok"))
    return journal


def test_templates_are_kept_until_they_are_forgotten(tmp_path: Path) -> None:
    secret = b"template-of-a-face" * 20
    journal = Journal(tmp_path / "answers.sqlite", "a run")
    with journal.writing(flushed=True) as held:
        assert list(held.templates("s")) == []
        held.add("s", 0, KeptAnswer("p", "ok"))
        held.add_template("s", 0, "p", secret)
        held.add_template("t", 0, "q", b"")
    assert secret in journal.path.read_bytes()
    with journal.writing(flushed=True) as held:
        assert list(held.templates("s")) == [("p", secret)]
        held.forget_templates()
        assert list(held.templates("s")) == []
    assert secret not in journal.path.read_bytes()
    assert _photos(journal) == ["p"]


def test_a_template_that_was_changed_is_damage(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "answers.sqlite", "a run")
    with journal.writing(flushed=True) as held:
        held.add_template("s", 0, "p", b"template")
    with contextlib.closing(sqlite3.connect(journal.path)) as edited:
        edited.execute("UPDATE templates SET template = ?", (b"another",))
        edited.commit()
    with pytest.raises(BadInput, match="a template that was changed"), journal.reading():
        pass


def _fill(journal: OpenJournal) -> None:
    journal.connection.execute("PRAGMA max_page_count = 3")
    for n in range(1, 200):
        journal.add("s", n, KeptAnswer("q" * 100, "ok"))


def _photos(journal: Journal, stage: str = "s") -> list[str]:
    with journal.reading() as held:
        return [answer.photo for answer in held.read(stage)]


def test_answers_come_back_as_they_were_kept_in_their_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run" / "answers.sqlite")
    assert _photos(journal) == []
    assert not journal.path.exists()
    with journal.writing(flushed=False) as held:
        for place in (2, 0, 11):
            held.add("one", place, KeptAnswer(f"p{place}", "no_face", "none"))
        held.add("one-b", 0, SEARCH)
    assert _photos(journal, "one") == ["p0", "p2", "p11"]
    with journal.reading() as held:
        assert held.positions("one") == {0, 2, 11}
        assert list(held.read("one-b")) == [SEARCH]


def test_what_was_added_is_kept_however_it_ends(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "answers.sqlite")
    with suppress(KeyboardInterrupt), journal.writing(flushed=False) as held:
        held.add("s", 0, SEARCH)
        raise KeyboardInterrupt
    assert _photos(journal) == [SEARCH.photo]
    assert [one.name for one in tmp_path.iterdir()] == ["answers.sqlite"]


def test_a_kill_costs_what_was_not_committed(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, timeout=1200)
    assert len(_photos(Journal(path))) == 8
    with Journal(path).writing(flushed=True) as held:
        assert held.positions("s") == set(range(8))
        held.add("s", 8, KeptAnswer("p8", "ok"))
    assert _photos(Journal(path)) == [f"p{n}" for n in range(9)]


def test_another_process_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    command = [sys.executable, "-c", HELD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        for act in (lambda: _photos(Journal(path)), lambda: _write(path, "q")):
            with pytest.raises(BadInput) as caught:
                act()
            assert caught.value.code == "folder-in-use"
        holder.communicate("\n", timeout=1200)
    assert _photos(Journal(path)) == ["p"]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _column(value: object, name: str = "candidates") -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        connection = sqlite3.connect(path)
        one = "(SELECT max(photo) FROM answers)"
        connection.execute(f"UPDATE answers SET {name} = ? WHERE photo = {one}", (value,))  # noqa: S608
        connection.commit()
        connection.close()

    return spoil


def _view(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE answers")
    connection.execute("CREATE VIEW answers AS SELECT 's' AS stage, 1 AS position, 'p' AS photo")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,
        _view,
        _column("{"),
        _column(7),
        _column("[[1]]"),
        _column('[["a", "b"]]'),
        _column('[["a", 1e999]]'),
        _column("[[1, 0.5]]"),
        _column(b"[]"),
        _column("[]" + " " * 17_000_000),
        _column(b"p", "photo"),
        _column(None, "outcome"),
        _column("often", "retries"),
        _column("long", "seconds"),
        _column("no_face", "outcome"),
        _column(1, "capped"),
        _column("other words", "detail"),
        lambda path: path.write_bytes(b"{"),
    ],
)
def test_damage_is_named(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    journal = _write(tmp_path / "answers.sqlite", *(f"p{n}" * 50 for n in range(100)))
    spoil(journal.path)
    with pytest.raises(BadInput) as caught:
        _photos(journal)
    assert (caught.value.code, caught.value.facts) == ("run-unreadable", {"file": str(journal.path)})


def test_an_outcome_that_nobody_knows_is_damage(tmp_path: Path) -> None:
    journal = _write(tmp_path / "answers.sqlite", "p")
    forged = ["s", 0, "p", "oke", "", 0, "[]", None, 0, ""]
    _column("oke", "outcome")(journal.path)
    _column(hashlib.sha256(json.dumps(["", *forged]).encode()).hexdigest(), "sha256")(journal.path)
    with pytest.raises(BadInput, match="'oke', which nobody knows"):
        _photos(journal)


def test_the_answers_of_another_run_are_not_taken_for_ones_own(tmp_path: Path) -> None:
    journal = _write(tmp_path / "answers.sqlite", "p")
    other = Journal(journal.path, "sha256:other")
    with pytest.raises(BadInput, match="another run's"):
        _photos(other)
    with pytest.raises(BadInput, match="another run's"), other.writing(flushed=False):
        pass


def test_answers_that_changed_places_are_damage(tmp_path: Path) -> None:
    journal = _write(tmp_path / "answers.sqlite", "p", "q")
    for before, after in ((0, 7), (1, 0), (7, 1)):
        connection = sqlite3.connect(journal.path)
        connection.execute("UPDATE answers SET position = ? WHERE position = ?", (after, before))
        connection.commit()
        connection.close()
    with pytest.raises(BadInput, match="was changed"):
        _photos(journal)


@pytest.mark.parametrize("seconds", [0, 1, 2.5, -0.0, 1e-7, None])
def test_a_time_comes_back_as_its_digest_was_taken(tmp_path: Path, seconds: float | None) -> None:
    journal = Journal(tmp_path / "answers.sqlite")
    with journal.writing(flushed=False) as held:
        held.add("s", 0, KeptAnswer("p", "ok", seconds=seconds))
    with journal.reading() as held:
        assert [answer.seconds for answer in held.read("s")] == [seconds]


def test_a_flipped_bit_is_found_or_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    names = [f"photograph-{n}" for n in range(40)]
    whole = _write(path, *names).path.read_bytes()
    found = 0
    for place in range(0, len(whole), 97):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        try:
            assert _photos(Journal(path)) == names
        except BadInput:
            found += 1
    assert found > len(whole) // 97 // 4  # the rest is empty space, and numbers that SQLite does not use


def test_a_full_disk_and_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BadInput):
        _write(tmp_path / "file" / "answers.sqlite", "p")
    journal = _write(tmp_path / "answers.sqlite", "p")
    with pytest.raises(SystemFailed), journal.writing(flushed=True) as held:
        _fill(held)
    assert _photos(journal)[0] == "p"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_only_read(tmp_path: Path) -> None:
    journal = _write(tmp_path / "answers.sqlite", "p")
    tmp_path.chmod(0o500)
    try:
        assert _photos(journal) == ["p"]
        with pytest.raises(BadInput):
            _write(tmp_path / "other.sqlite", "p")
    finally:
        tmp_path.chmod(0o700)


def test_a_discarded_journal_is_gone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "answers.sqlite")
    journal.discard()
    _write(journal.path, "a")
    journal.discard()
    assert not any(tmp_path.iterdir())


def test_events_are_a_line_each(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.add("begun", stage="s")
    log.add("ended")
    events = [json.loads(line) for line in log.path.read_text().splitlines()]
    assert [(one["event"], one.get("stage")) for one in events] == [("begun", "s"), ("ended", None)]
    with pytest.raises(BadInput):
        EventLog(tmp_path / "events.jsonl" / "x").add("begun")


def test_a_place_that_is_no_number_is_damage(tmp_path: Path) -> None:
    journal = _write(tmp_path / "answers.sqlite", "p")
    connection = sqlite3.connect(journal.path)
    connection.execute("UPDATE answers SET position = 'first'")
    connection.commit()
    connection.close()
    with pytest.raises(BadInput) as caught, journal.reading() as held:
        held.positions("s")
    assert caught.value.code == "run-unreadable"


@pytest.mark.parametrize("place", range(40, 4000, 99))
def test_no_bytes_of_a_database_are_anything_but_an_error(tmp_path: Path, place: int) -> None:
    journal = _write(tmp_path / "answers.sqlite", "p" * 50)
    whole = bytearray(journal.path.read_bytes())
    whole[whole.index(b"CREATE TABLE") + place % 150] = 0xFA
    whole[place] = 0xB1
    journal.path.write_bytes(whole)
    with contextlib.suppress(BadInput):
        _photos(journal)


def test_a_journal_without_kinds_of_photograph_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(OLDER_TABLE)
    with pytest.raises(BadInput, match=r"formats older than these with commit [0-9a-f]{8}") as caught:
        _photos(Journal(path))
    assert caught.value.code == "run-of-an-older-format"
