"""A frozen run: all it is made on, fixed before the first search and loaded from its directory later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from fairlineup.evidence.plan import (
    TEST,
    Entry,
    Memory,
    Place,
    Plan,
    Protocol,
    ResolvedPlan,
    SettledDataset,
    folder_of,
    lay_out,
    parse_resolved,
    write_plan,
)
from fairlineup.evidence.runs.directory import RunDirectory
from fairlineup.evidence.runs.identity import RunIdentity
from fairlineup.evidence.runs.manifest import findings_json, manifest_csv, read_settled
from fairlineup.faces.scale import Calibration, calibration_json, parse_calibration
from fairlineup.records import BadInput, DigestedSource, Photograph, SystemInformation
from fairlineup.results import PopulationKind

CALIBRATION = "calibration.json"
NOTHING: Mapping[str, bytes] = MappingProxyType({})
DOCUMENTS = ("plan.toml", "manifest.csv", "findings.json", CALIBRATION)


@dataclass(frozen=True, slots=True)
class FrozenRun:
    """Everything a run is made on."""

    directory: RunDirectory  #: where it is kept.
    identity: RunIdentity  #: what it was begun with.
    plan: ResolvedPlan  #: resolved, every default written out.
    dataset: SettledDataset  #: as settled.
    digests: Mapping[str, str]  #: of the photographs that take part, by their ids.
    protocol: Protocol  #: the stages.
    #: what thresholds by similarity were read from; None where none was used.
    calibration: Calibration | None
    begun_before: bool = False  #: whether this run is taken up again.

    @property
    def information(self) -> SystemInformation:
        """What the system said of itself when the run was begun."""
        return self.identity.system

    @property
    def population(self) -> PopulationKind:
        """Whom it is about: "simulated" if the system is, "synthetic" if any photograph is, else "real"."""
        if self.information.population == "simulated":
            return "simulated"
        return "synthetic" if any(e.population == "synthetic" for e in self.dataset.entries) else "real"

    @property
    def may_show(self) -> bool:
        """Whether faces may be shown: test use is declared for every photograph, or nobody is on it."""
        if self.plan.dataset.use == TEST or self.population == "simulated":
            return True
        everyone = (*self.dataset.entries, *self.dataset.left_out)
        return all(entry.use == TEST or entry.population == "synthetic" for entry in everyone)

    def photograph(self, entry: Entry) -> Photograph:
        """A photograph to be asked about: its bytes are those that were digested, or reading it fails."""
        photo = self.dataset.photograph(entry)
        return Photograph(photo.id, DigestedSource(photo, self.digests[photo.id]))

    def write(self, first: Mapping[str, bytes] = NOTHING) -> None:
        """Put all of it in its directory, other documents first. Raises: BadInput, SystemFailed."""
        documents = {
            **first,
            "plan.toml": write_plan(self.plan).encode(),
            "manifest.csv": manifest_csv(self.dataset, self.digests),
            "findings.json": findings_json(self.dataset),
        }
        if self.calibration is not None:
            documents[CALIBRATION] = calibration_json(self.calibration)
        self.directory.write_frozen(documents, self.identity)


def load_run(path: Path) -> FrozenRun:
    """A run from its directory alone. Raises: BadInput (it is no run, damaged, or of another format)."""
    directory = RunDirectory(path)
    identity = directory.read_identity()
    try:
        text = directory.read_document("plan.toml").decode()
        plan = parse_resolved(text, str(path / "plan.toml"))
        dataset, digests = read_settled(directory, _place(plan))
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"the documents in {path} cannot be read",
            expected="plan.toml, manifest.csv and findings.json as the run wrote them",
            got=f"{type(error).__name__}: {error}",
            remedy="restore them, or run the audit again into another folder",
            code="run-unreadable",
        ) from error
    calibration = None
    if plan.calibration.file:
        calibration = parse_calibration(directory.read_document(CALIBRATION), str(path / CALIBRATION))
    protocol = lay_out(plan, dataset)
    return FrozenRun(directory, identity, plan, dataset, digests, protocol, calibration, begun_before=True)


def _place(plan: Plan) -> Place:
    """The plan's folder; of photographs that are made, none until they are handed over again."""
    return Memory(plan.dataset.generator, b"", {}) if plan.dataset.generator else folder_of(plan.dataset)
