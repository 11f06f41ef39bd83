"""The run directory: frozen papers, a journal while it runs, observations and results when it is done.

RUN/run.json             what this run is: digests of plan and data, system, environment
RUN/plan.toml            the plan with every default written out
RUN/manifest.csv         who is on each photograph, as settled before the run
RUN/journal/             part files while the run goes on
RUN/*.parquet            enrolments, searches and observations once it is done
RUN/events.jsonl         what happened when
RUN/results.json         every number
RUN/timing.json          how long photographs took, by group
RUN/report.html          the same for people
RUN/report-short.html    the same on three or four pages, where it was asked for
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from filelock import FileLock, Timeout

from fairlineup.evidence.runs.events import EventLog
from fairlineup.evidence.runs.journal import Journal, Row
from fairlineup.evidence.runs.observations import Observations, collect
from fairlineup.evidence.runs.parquet import can_compact, is_compacted, read_parquet, write_parquet
from fairlineup.files import is_file, is_there, parse_json, read_file, write_atomic, writing
from fairlineup.records import BadInput, NotMeasured
from fairlineup.results import AuditResults, Timing, encode, from_json
from fairlineup.seals import Plain


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """One run on disk.

    Attributes:
        path: the folder.
    """

    path: Path

    @property
    def journal(self) -> Journal:
        """The part files."""
        return Journal(self.path / "journal")

    @property
    def events(self) -> EventLog:
        """The event log."""
        return EventLog(self.path / "events.jsonl")

    @property
    def finished(self) -> bool:
        """Whether results stand in it."""
        return is_file(self.path / "results.json")

    @property
    def compacted(self) -> bool:
        """Whether all answers stand in it as Parquet."""
        return is_compacted(self.path)

    def write_results(self, results: AuditResults | Mapping[str, Plain]) -> None:
        """Put results.json in place: the same results give the same bytes."""
        write_atomic(self.path / "results.json", encode(results))

    def write_timing(self, timing: Timing | NotMeasured) -> None:
        """Put timing.json in place, beside the results, since no two runs take as long."""
        write_atomic(self.path / "timing.json", encode(timing))

    def read_timing(self) -> dict[str, Plain] | None:
        """How long photographs took; None where it was never written."""
        if not is_file(self.path / "timing.json"):
            return None
        return _read_json(self.path / "timing.json", "give `fairlineup audit measure` to write it again")

    def read_results(self) -> dict[str, Plain]:
        """The results as written. Raises: BadInput (there are none, or they are damaged)."""
        return _read_json(self.path / "results.json", "finish the run first: give its command again")

    def audit_results(self) -> AuditResults:
        """The results as records. Raises: BadInput (there are none, or they are damaged)."""
        return from_json(self.read_results(), AuditResults, str(self.path / "results.json"))

    def read_identity(self) -> dict[str, Plain]:
        """What run.json says this run is. Raises: BadInput."""
        return _read_json(self.path / "run.json", "name a folder that `fairlineup audit run` wrote")

    def read_document(self, name: str) -> bytes:
        """A frozen paper, e.g. "plan.toml". Raises: BadInput."""
        return read_file(
            self.path / name,
            str(self.path / name),
            expected="a run directory with its frozen papers",
            remedy="name a folder that `fairlineup audit run` wrote",
        )

    def has_document(self, name: str) -> bool:
        """Whether a paper of that name stands in it."""
        return is_file(self.path / name)

    def write_document(self, name: str, value: Mapping[str, Plain]) -> None:
        """Put a paper in place that the run adds as it goes, as JSON."""
        write_atomic(self.path / name, encode(value))

    def read_json(self, name: str) -> dict[str, Plain]:
        """A paper that is JSON. Raises: BadInput."""
        return _read_json(self.path / name, "run the audit again into a fresh folder")

    def observations(
        self, enrol_stages: Sequence[str], search_stages: Sequence[str], person_of: Mapping[str, str]
    ) -> Observations:
        """All answers so far, from Parquet where the run is compacted and from the journal where not."""
        if is_compacted(self.path):
            return read_parquet(self.path)
        return collect(
            ((stage, self.journal.read(stage)) for stage in enrol_stages),
            ((stage, self.journal.read(stage)) for stage in search_stages),
            person_of,
        )

    def compact(self, observations: Observations, population: str = "") -> None:
        """Move observations to Parquet, marked with whom they are about, where pyarrow is installed."""
        if can_compact() and not is_compacted(self.path):
            write_parquet(self.path, observations, population)
        if is_compacted(self.path):
            self.journal.discard()

    @contextmanager
    def read_alone(self) -> Iterator[None]:
        """Hold the run while it is read; where nothing can be written nobody else writes either."""
        try:
            (self.path / ".lock").touch()
        except OSError:
            yield
            return
        with self.locked():
            yield

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the run against other processes. Raises: BadInput (another one holds it)."""
        with writing(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / ".lock")
            try:
                lock.acquire(timeout=0)
            except Timeout as error:
                raise BadInput(
                    f"{self.path} is in use",
                    expected="a run directory no other process is writing to",
                    got="one that another process holds",
                    remedy="wait for it, or choose another folder with --out",
                ) from error
        try:
            yield
        finally:
            lock.release()


def freeze(path: Path, identity: Row, documents: Mapping[str, bytes]) -> tuple[RunDirectory, bool]:
    """Make a run directory, or take up one that was begun for the same run.

    Args:
        path: the folder; made if it is not there, otherwise empty or a begun run.
        identity: what makes this run this run; kept in run.json, which is written last.
        documents: frozen papers by file name.
    Returns: the directory, and whether it had been begun before.
    Raises:
        BadInput: the folder holds something else, another run, or is unwritable.
        SystemFailed: the disk is full or failed.
    """
    directory = RunDirectory(path)
    if is_file(path / "run.json"):
        _check_same(directory, identity)
        return directory, True
    check_empty(path, documents)
    for name, content in documents.items():
        write_atomic(path / name, content)
    write_atomic(path / "run.json", encode(identity))
    return directory, False


def amend(directory: RunDirectory, documents: Mapping[str, bytes], identity: Row) -> None:
    """Put other papers in the place of a run's own, run.json last, so that a kill leaves one that can go on.

    Raises: BadInput, SystemFailed: see `files.writing`.
    """
    for name, content in documents.items():
        write_atomic(directory.path / name, content)
    write_atomic(directory.path / "run.json", encode(identity))


def check_empty(path: Path, documents: Iterable[str]) -> None:
    """Raise BadInput for a folder that holds something else than these, which a kill may leave."""
    frozen = {*documents, ".lock"}
    try:
        others = {item.name for item in path.iterdir()} - frozen if is_there(path) else set()
    except NotADirectoryError:
        others = {path.name}
    strangers = sorted(name for name in others if not name.endswith(".partial"))
    if strangers:
        raise BadInput(
            f"{path} is no run directory",
            expected="a new or empty folder, or one this audit began",
            got=f"one that holds {strangers[0]}",
            remedy="choose another folder with --out",
        )


def _check_same(directory: RunDirectory, identity: Row) -> None:
    begun = _digests(directory.read_identity())
    differing = [key for key, value in _digests(identity).items() if begun.get(key) != value]
    if differing:
        raise BadInput(
            f"{directory.path} belongs to another run",
            expected="the same plan, photographs and system as when it was begun",
            got=f"others: {' and '.join(differing)}",
            remedy="choose another folder with --out, or restore what it was begun with",
        )


def _digests(identity: Row) -> dict[str, str]:
    return cast("dict[str, str]", identity.get("digests", {}))


def _read_json(path: Path, remedy: str) -> dict[str, Plain]:
    try:
        return cast("dict[str, Plain]", parse_json(path.read_bytes()))
    except (OSError, ValueError) as error:
        got = (error.strerror or str(error)) if isinstance(error, OSError) else "damaged JSON"
        raise BadInput(
            f"{path} cannot be read", expected="a file that a run wrote", got=got, remedy=remedy
        ) from error
