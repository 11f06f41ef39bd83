"""The journal of a run: every answer in one SQLite table until the run is done, each whole or not there."""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from fairlineup.files import OWNERS_ALONE, is_file, make_folder, writing
from fairlineup.foreign import decode_json
from fairlineup.records import BadInput, Outcome, Quality, older_format

TABLE = (
    "CREATE TABLE answers (stage TEXT, position INTEGER, photo TEXT, outcome TEXT, detail TEXT, "
    "capped INTEGER, candidates TEXT, seconds REAL, retries INTEGER, quality TEXT, sha256 TEXT, "
    "PRIMARY KEY (stage, position)) WITHOUT ROWID"
)
TEMPLATES = (
    "CREATE TABLE templates (stage TEXT, position INTEGER, photo TEXT, template BLOB, sha256 TEXT, "
    "PRIMARY KEY (stage, position)) WITHOUT ROWID"
)
OLDER_TABLE = TABLE.replace("quality TEXT, ", "")
LOST = "lost"  # the outcome of a question that never got an answer
OUTCOMES = frozenset((*(outcome.value for outcome in Outcome), LOST))
COLUMNS = "photo, outcome, detail, capped, candidates, seconds, retries, quality"
LARGEST_VALUE = 16_000_000  # bytes: a list of 25,000 candidates has one million
READER = "3a906a1f"  # the last commit that reads the older table
_DISK_FAULTS = {
    "SQLITE_FULL": errno.ENOSPC,
    "SQLITE_IOERR": errno.EIO,
    "SQLITE_READONLY": errno.EROFS,
    "SQLITE_CANTOPEN": errno.EACCES,
}


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What became of one photograph put to the system, as the journal keeps it."""

    photo: str  #: its id.
    outcome: str  #: a records.Outcome, or "lost" when no answer came.
    detail: str = ""  #: the system's own words.
    capped: bool = False  #: of a search, whether its list was cut by the system.
    #: of a search, photographs with their scores, the most alike first.
    candidates: tuple[tuple[str, float], ...] = ()
    seconds: float | None = None  #: the time it took, where the system told.
    retries: int = 0  #: how often it was asked again.
    quality: Quality | None = None  #: what kind of photograph it is, where the system told.

    def __post_init__(self) -> None:
        """Raises: ValueError: an outcome that nobody knows, which would count for none."""
        check_outcome(self.outcome)


def check_outcome(outcome: str) -> None:
    """Raise ValueError for a word that is no outcome."""
    if outcome not in OUTCOMES:
        raise ValueError(f"the outcome {outcome!r}, which nobody knows")


@dataclass(frozen=True, slots=True)
class Journal:
    """The answers of one run, by stage and by their place in it.

    Each carries a digest of itself and of whose it is, checked when the journal is opened.
    """

    path: Path  #: the database.
    run: str = ""  #: digest of what the run was begun with.

    @contextmanager
    def writing(self, *, flushed: bool) -> Iterator[OpenJournal]:
        """Hold the journal to add to it; what was added is kept however this ends.

        Args:
            flushed: whether what is committed is on disk, beyond the reach of a power cut; no kill of this
                process loses a committed answer in either case.
        Raises: BadInput, SystemFailed (the place is unwritable, the disk is full).
        """
        with _naming_errors(self.path), writing(self.path):
            make_folder(self.path.parent)
            self.path.touch(OWNERS_ALONE)
            connection = sqlite3.connect(self.path, timeout=0)
        with closing(connection):
            with _naming_errors(self.path):
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # no shared memory: works on any disk
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA secure_delete = ON")  # templates leave no bytes
                connection.execute(f"PRAGMA synchronous = {'FULL' if flushed else 'NORMAL'}")
                if not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
                    connection.execute(TABLE)
                self._check(connection)
            try:
                yield OpenJournal(self.path, connection, self.run)
            finally:
                with _naming_errors(self.path):
                    connection.commit()
                    connection.execute(
                        "PRAGMA journal_mode = DELETE"
                    )  # one file, readable where none is written

    @contextmanager
    def reading(self) -> Iterator[OpenJournal]:
        """Hold the journal to read it; one that is not there is empty. Raises: BadInput (it is damaged)."""
        there = is_file(self.path)
        where = f"{self.path.absolute().as_uri()}?mode=ro" if there else ":memory:"
        with _naming_errors(self.path), closing(sqlite3.connect(where, timeout=0, uri=there)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")  # it may come from a stranger, in a bundle
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
            if not there:
                connection.execute(TABLE)
            self._check(connection)
            yield OpenJournal(self.path, connection, self.run)

    def discard(self) -> None:
        """Remove the journal, once its answers stand elsewhere."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _check(self, connection: sqlite3.Connection) -> None:
        """Raise BadInput for another table, pages that do not fit, or a row that is not as it was kept."""
        tables = connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall()
        if tables == [(OLDER_TABLE,)]:
            wanted, got = "a journal that keeps what kind of photograph each is", "one that keeps none"
            raise older_format(f"the journal {self.path}", expected=wanted, got=got, reader=READER)
        if tables not in ([(TABLE,)], [(TABLE,), (TEMPLATES,)]):
            raise _damaged(self.path, "other tables")
        if (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise _damaged(self.path, str(found))
        for *row, sha256 in connection.execute("SELECT * FROM answers"):
            if _digest(self.run, row) != sha256:
                raise _damaged(self.path, "an answer that was changed, or is another run's")
        for *row, sha256 in connection.execute("SELECT * FROM templates") if len(tables) > 1 else ():
            if _template_digest(self.run, row) != sha256:
                raise _damaged(self.path, "a template that was changed, or is another run's")


@dataclass(frozen=True, slots=True)
class OpenJournal:
    """A journal while it is held."""

    path: Path
    connection: sqlite3.Connection
    run: str

    def add(self, stage: str, position: int, answer: KeptAnswer) -> None:
        """Keep one answer, with the next commit. Raises: BadInput, SystemFailed."""
        a = answer
        candidates = json.dumps(a.candidates, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        seconds = None if a.seconds is None else float(a.seconds) + 0.0  # as SQLite gives it back
        quality = json.dumps(astuple(a.quality), allow_nan=False) if a.quality else ""
        given = (a.photo, a.outcome, a.detail, int(a.capped), candidates, seconds, a.retries, quality)
        row = (stage, position, *given)
        with _naming_errors(self.path):
            statement = "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            self.connection.execute(statement, (*row, _digest(self.run, row)))

    def add_template(self, stage: str, position: int, photo: str, template: bytes) -> None:
        """Keep the template of an answer until the run is done asking. Raises: BadInput, SystemFailed."""
        row = (stage, position, photo, template)
        with _naming_errors(self.path):
            if not self._keeps_templates():
                self.connection.execute(TEMPLATES)
            values = (*row, _template_digest(self.run, row))
            self.connection.execute("INSERT INTO templates VALUES (?, ?, ?, ?, ?)", values)

    def templates(self, stage: str) -> Iterator[tuple[str, bytes]]:
        """The photographs of a stage whose templates are kept, with these, in order."""
        if self._keeps_templates():
            yield from self._select(
                "SELECT photo, template FROM templates WHERE stage = ? ORDER BY position", stage
            )

    def forget_templates(self) -> None:
        """Remove every template, its bytes too. Raises: BadInput, SystemFailed."""
        with _naming_errors(self.path):
            self.connection.execute("DROP TABLE IF EXISTS templates")
            self.connection.commit()

    def commit(self) -> None:
        """Put on disk what was added. Raises: BadInput, SystemFailed."""
        with _naming_errors(self.path):
            self.connection.commit()

    def positions(self, stage: str) -> set[int]:
        """Places in a stage whose answers are kept."""
        rows = self._select("SELECT position FROM answers WHERE stage = ?", stage)
        return {_whole(self.path, position) for (position,) in rows}

    def read(self, stage: str) -> Iterator[KeptAnswer]:
        """Every answer of a stage in order. Raises: BadInput (it was edited or damaged)."""
        rows = self._select(f"SELECT {COLUMNS} FROM answers WHERE stage = ? ORDER BY position", stage)  # noqa: S608
        for row in rows:
            try:
                answer = _answer(row)
            except (TypeError, ValueError, OverflowError) as error:
                raise _damaged(self.path, str(error)) from error
            yield answer

    def _keeps_templates(self) -> bool:
        found = "SELECT 1 FROM sqlite_schema WHERE name = 'templates'"
        return bool(self.connection.execute(found).fetchone())

    def _select(self, statement: str, stage: str) -> Iterator[tuple[Any, ...]]:
        with _naming_errors(self.path):
            yield from iter(self.connection.execute(statement, (stage,)).fetchone, None)


def _answer(row: tuple[Any, ...]) -> KeptAnswer:
    """The answer in a row, whose columns may hold anything. Raises: TypeError, ValueError, OverflowError."""
    photo, outcome, detail, capped, candidates, seconds, retries, quality = row
    texts, numbers = (photo, outcome, detail, candidates, quality), (capped, retries)
    if not all(isinstance(one, str) for one in texts) or not all(isinstance(one, int) for one in numbers):
        raise TypeError("a value of another type")
    listed = decode_json(candidates, tuple[tuple[str, float], ...])
    if seconds is not None and not math.isfinite(seconds):
        raise ValueError("a time that is none")
    measured = Quality(*decode_json(quality, tuple[int, float, float, float, float])) if quality else None
    return KeptAnswer(photo, outcome, detail, bool(capped), listed, seconds, retries, measured)


def _whole(path: Path, position: Any) -> int:
    if not isinstance(position, int):
        raise _damaged(path, "a place that is no whole number")
    return position


def _digest(run: str, row: Sequence[Any]) -> str:
    """Digest of a row as it is kept, and of whose it is; blank for what nobody keeps, such as bytes."""
    try:
        return hashlib.sha256(json.dumps([run, *row]).encode()).hexdigest()
    except TypeError:
        return ""


def _template_digest(run: str, row: Sequence[Any]) -> str:
    """As `_digest`, of a template as it is kept."""
    *named, template = row
    return _digest(run, [*named, template.hex() if isinstance(template, bytes) else None])


@contextmanager
def _naming_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite says into an error that says what to do."""
    try:
        yield
    except UnicodeDecodeError as error:  # in the words of SQLite, which quote the file
        raise _damaged(path, "bytes that are no text") from error
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith("SQLITE_BUSY"):
            raise BadInput(
                f"{path} is in use",
                expected="a journal no other process is writing to",
                got="one that another process holds",
                remedy="wait for it",
                code="folder-in-use",
                facts={"folder": str(path.parent)},
            ) from error
        number = next((number for kind, number in _DISK_FAULTS.items() if name.startswith(kind)), None)
        if number is None:
            raise _damaged(path, str(error)) from error
        with writing(path):
            raise OSError(number, os.strerror(number)) from error


def _damaged(path: Path, got: str) -> BadInput:
    return BadInput(
        f"the journal {path} cannot be read",
        expected="the answers of the run, as they were written",
        got=got,
        remedy="restore it, or begin the run anew in another folder",
        code="run-unreadable",
        facts={"file": str(path)},
    )
