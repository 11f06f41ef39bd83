"""The run directory: frozen documents, a journal while it runs, observations and results when it is done.

RUN/.pictures            what the search for copies has so far, until the run is frozen
RUN/digests.sha256       the digest of each file that is read again: every reader checks it
RUN/run.json             what this run is: digests of plan and data, system, environment
RUN/plan.toml            the plan with every default written out
RUN/manifest.csv         who is on each photograph, as settled before the run
RUN/answers.sqlite       answers while the run goes on
RUN/*.parquet            enrolments, searches and observations once it is done
RUN/gallery-pairs.json   the closest references said to be two people, where the system could be asked
RUN/events.jsonl         what happened when
RUN/results.json         every number
RUN/timing.json          how long photographs took, by group
RUN/report.html          the same for people
RUN/report-short.html    the same on three or four pages, where it was asked for
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

from filelock import FileLock, Timeout

from fairlineup.evidence.runs.events import EventLog
from fairlineup.evidence.runs.identity import RunIdentity, parse_identity
from fairlineup.evidence.runs.journal import Journal
from fairlineup.evidence.runs.observations import Observations, collect
from fairlineup.evidence.runs.parquet import FILES, can_compact, parquet_files, read_parquet
from fairlineup.evidence.runs.sums import SUMS, checked, damaged, put_files, read_sums, unchecked
from fairlineup.files import OWNERS_ALONE, is_file, is_there, make_folder, writing
from fairlineup.foreign import decode_json
from fairlineup.records import BadInput, NotMeasured
from fairlineup.results import AuditResults, Timing, encode, from_json, to_json
from fairlineup.seals import Plain, digest_of

RUN = "run.json"
LOCK = ".lock"
PICTURES = ".pictures"


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """One run on disk."""

    path: Path  #: the folder.

    @property
    def journal(self) -> Journal:
        """Answers so far, until they stand as Parquet."""
        begun_with = to_json(self.read_identity().first_digests) if self.begun else None
        return Journal(self.path / "answers.sqlite", digest_of(begun_with))

    @property
    def events(self) -> EventLog:
        """The event log."""
        return EventLog(self.path / "events.jsonl")

    @property
    def begun(self) -> bool:
        """Whether a run was frozen into it."""
        return is_file(self.path / RUN)

    @property
    def finished(self) -> bool:
        """Whether results stand in it."""
        return is_file(self.path / "results.json")

    @property
    def compacted(self) -> bool:
        """Whether all answers stand in it as Parquet."""
        return self.has_document(FILES[-1])

    def write_results(self, results: AuditResults | Mapping[str, Plain]) -> None:
        """Put results.json in place: the same results give the same bytes."""
        self.write_document("results.json", results)

    def write_timing(self, timing: Timing | NotMeasured) -> None:
        """Put timing.json in place, beside the results, since no two runs take as long."""
        self.write_document("timing.json", timing)

    def read_timing(self) -> dict[str, Plain] | None:
        """How long photographs took; None where it was never written."""
        return self.read_json("timing.json") if self.has_document("timing.json") else None

    def read_results(self) -> dict[str, Plain]:
        """The results as written. Raises: BadInput (there are none, or they are damaged)."""
        if not self.finished:
            raise BadInput(
                f"{self.path / 'results.json'} cannot be read",
                expected="the results of a finished run",
                got="no such file",
                remedy="finish the run first",
                code="run-unfinished",
                facts={"folder": str(self.path)},
            )
        return self.read_json("results.json")

    def audit_results(self) -> AuditResults:
        """The results as records. Raises: BadInput (there are none, or they are damaged)."""
        return from_json(self.read_results(), AuditResults, str(self.path / "results.json"))

    def read_identity(self) -> RunIdentity:
        """What run.json says this run is. Raises: BadInput."""
        name = str(self.path / RUN)
        parse_identity(unchecked(self.path, RUN), name)  # another format has no digests, or others
        return parse_identity(self.read_document(RUN), name)

    def read_document(self, name: str) -> bytes:
        """A document, e.g. "plan.toml", as it was put in place. Raises: BadInput (it is not)."""
        return checked(self.path, name)

    def has_document(self, name: str) -> bool:
        """Whether a document of that name stands in it, or ought to."""
        return is_file(self.path / name) or name in read_sums(self.path).stands

    def write_document(self, name: str, value: object) -> None:
        """Put a document in place, as JSON."""
        self.put({name: encode(value)})

    def put(self, documents: Mapping[str, bytes]) -> None:
        """Put documents in place, in their order. Raises: BadInput, SystemFailed: see `files.writing`."""
        put_files(self.path, documents)

    def write_frozen(self, documents: Mapping[str, bytes], identity: RunIdentity) -> None:
        """Put frozen documents in place, run.json last, so that a kill leaves none or one that can go on.

        Raises: BadInput, SystemFailed: see `files.writing`.
        """
        self.put({**documents, RUN: encode(identity)})

    def read_json(self, name: str) -> dict[str, Plain]:
        """A document that is JSON. Raises: BadInput."""
        content = self.read_document(name)
        try:
            return decode_json(content, dict[str, Any])
        except ValueError as error:
            raise damaged(self.path / name, "damaged JSON") from error

    def observations(
        self, enrol_stages: Sequence[str], search_stages: Sequence[str], person_of: Mapping[str, str]
    ) -> Observations:
        """All answers so far, from Parquet where the run is compacted and from the journal where not."""
        if self.compacted:
            contents = {name: self.read_document(name) for name in FILES}
            return read_parquet(contents, str(self.path), person_of)
        with self.journal.reading() as journal:
            return collect(
                ((stage, journal.read(stage)) for stage in enrol_stages),
                ((stage, journal.read(stage)) for stage in search_stages),
                person_of,
            )

    def compact(self, observations: Observations, population: str = "") -> None:
        """Move observations to Parquet, marked with whom they are about, where pyarrow is installed."""
        if can_compact() and not self.compacted:
            self.put(parquet_files(observations, population))
        if self.compacted:
            self.journal.discard()

    def check_empty(self, documents: Iterable[str]) -> None:
        """Raise BadInput for a folder that holds something else than these, which a kill may leave."""
        frozen = {*documents, LOCK, PICTURES, SUMS}
        try:
            others = {item.name for item in self.path.iterdir()} - frozen if is_there(self.path) else set()
        except NotADirectoryError:
            others = {self.path.name}
        strangers = sorted(name for name in others if not name.endswith(".partial"))
        if strangers:
            raise BadInput(
                f"{self.path} is no run directory",
                expected="a new or empty folder, or one this audit began",
                got=f"one that holds {strangers[0]}",
                remedy="choose another folder",
                code="file-exists",
                facts={"folder": str(self.path)},
            )

    @contextmanager
    def pictures(self) -> Iterator[Path]:
        """A folder for what the search for copies has so far: goes with the block, stays after a kill."""
        folder, there = self.path / PICTURES, is_there(self.path)
        try:
            yield folder
        except KeyboardInterrupt:
            raise
        except BaseException:
            self._forget(folder, there=there)
            raise
        self._forget(folder, there=there)

    def _forget(self, folder: Path, *, there: bool) -> None:
        rmtree(folder, ignore_errors=True)
        if not there:
            with suppress(OSError):  # it is not empty: the run was begun
                self.path.rmdir()

    @contextmanager
    def read_alone(self) -> Iterator[None]:
        """Hold the run while it is read; where nothing can be written nobody else writes either."""
        try:
            (self.path / LOCK).touch(OWNERS_ALONE)
        except OSError:
            yield
            return
        with self.locked():
            yield

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the run against other processes. Raises: BadInput (another one holds it)."""
        with writing(self.path):
            made = [one for one in (self.path, *self.path.parents) if not is_there(one)]
            make_folder(self.path)
            lock = FileLock(self.path / LOCK, mode=OWNERS_ALONE)
            try:
                lock.acquire(timeout=0)
            except Timeout as error:
                raise BadInput(
                    f"{self.path} is in use",
                    expected="a run directory no other process is writing to",
                    got="one that another process holds",
                    remedy="wait for it, or choose another folder",
                    code="folder-in-use",
                    facts={"folder": str(self.path)},
                ) from error
        try:
            yield
        finally:
            if made:
                _remove_unused(made)
            lock.release()


def _remove_unused(made: Sequence[Path]) -> None:
    """Remove folders that were made for a run, the innermost first, which was refused before it began."""
    with suppress(OSError):
        if [item.name for item in made[0].iterdir()] == [LOCK]:
            (made[0] / LOCK).unlink()
            for folder in made:
                folder.rmdir()
