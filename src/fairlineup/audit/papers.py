"""The papers of a run: frozen before the first search, read back when it goes on or is measured again."""

from __future__ import annotations

import csv
import io
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, cast

from fairlineup import __version__
from fairlineup.audit.findings import Action, Finding, Kind, find, find_in_rows
from fairlineup.audit.manifest import Entry, read_dataset
from fairlineup.audit.plan import Plan, resolve
from fairlineup.audit.planfile import parse_plan, write_plan
from fairlineup.audit.protocol import Protocol, lay_out
from fairlineup.audit.settle import SettledDataset, Settlement, settle, settlements_of
from fairlineup.records import (
    BadInput,
    ModelInformation,
    Progress,
    Scale,
    SystemInformation,
    Threshold,
    no_progress,
)
from fairlineup.runs import Row, RunDirectory, freeze
from fairlineup.seals import Plain, digest, digest_file, digest_of

LIBRARIES = ("numpy", "scipy", "pillow", "dlib-bin", "onnxruntime", "numba", "pyarrow")


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything a run is made on.

    Attributes:
        directory: where it is kept.
        plan: resolved, every default written out.
        information: what the system says of itself.
        dataset: as settled.
        protocol: the stages.
        begun_before: whether this run is taken up again.
    """

    directory: RunDirectory
    plan: Plan
    information: SystemInformation
    dataset: SettledDataset
    protocol: Protocol
    begun_before: bool

    @property
    def population(self) -> str:
        """Whom it is about: "simulated" if the system is, "synthetic" if any photograph is, else "real"."""
        if self.information.population == "simulated":
            return "simulated"
        return "synthetic" if any(e.population == "synthetic" for e in self.dataset.entries) else "real"


def draw_up(
    plan: Plan, information: SystemInformation, out: Path, progress: Progress = no_progress
) -> Papers:
    """Check and settle everything, and freeze it into a run directory; or take up a begun one.

    Args:
        plan: as read.
        information: of the system under test.
        out: the run directory.
        progress: told of photographs compared and digested.
    Raises:
        BadInput: the plan, the data set or the directory is unusable; nothing was searched.
    """
    plan = resolve(plan, information)
    sealed = _plan_digest(plan)
    if (out / "run.json").is_file():
        papers = read_back(out)
        if _plan_digest(papers.plan) == sealed:
            dataset = replace(papers.dataset, folder=Path(plan.dataset.folder))
            digests = _digests(dataset, progress)
            _freeze(out, plan, information, dataset, digests)
            return replace(papers, dataset=dataset, begun_before=True)
    dataset = settle_plan(plan, progress)
    protocol = check_against(plan, dataset)
    directory, begun = _freeze(out, plan, information, dataset, _digests(dataset, progress))
    return Papers(directory, plan, information, dataset, protocol, begun_before=begun)


def check_against(plan: Plan, dataset: SettledDataset) -> Protocol:
    """The protocol of a resolved plan on a settled data set. Raises: BadInput (they do not fit)."""
    _check_labels(plan, dataset)
    return lay_out(plan, dataset)


def settle_plan(plan: Plan, progress: Progress = no_progress) -> SettledDataset:
    """The plan's data set with its findings settled. Raises: BadInput."""
    dataset = read_dataset(Path(plan.dataset.folder), plan.dataset.manifest, plan.labels)
    settlements_of(find_in_rows(dataset), plan.settle)  # stop for these before every picture is opened
    return settle(dataset, find(dataset, progress), plan.settle)


def read_back(path: Path) -> Papers:
    """The papers of a run from its directory alone. Raises: BadInput (it is no run, or damaged)."""
    directory = RunDirectory(path)
    identity = directory.read_identity()
    plan = parse_plan(directory.read_document("plan.toml").decode(), str(path / "plan.toml"))
    try:
        information = _information(cast("dict[str, Any]", identity["system"]))
        dataset = _dataset(directory, Path(plan.dataset.folder))
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"the papers in {path} cannot be read",
            expected="run.json, manifest.csv and findings.json as the run wrote them",
            got=f"{type(error).__name__}: {error}",
            remedy="restore them, or run the audit again into a fresh folder",
        ) from error
    protocol = lay_out(plan, dataset)
    return Papers(directory, plan, information, dataset, protocol, begun_before=True)


def _plan_digest(plan: Plan) -> str:
    """Digest of all a plan decides; where the folder lies on this machine is not part of that."""
    return digest(write_plan(replace(plan, dataset=replace(plan.dataset, folder=""))).encode())


def _digests(dataset: SettledDataset, progress: Progress) -> dict[str, str]:
    digests = {}
    for done, entry in enumerate(dataset.entries, start=1):
        digests[entry.photo] = _digest(dataset.folder / entry.photo)
        progress("digests", done, len(dataset.entries))
    return digests


def _digest(path: Path) -> str:
    try:
        return digest_file(path)
    except OSError as error:
        raise BadInput(
            f"{path} cannot be read",
            expected="a readable file",
            got=error.strerror or str(error),
            remedy="restore it, or begin a new run with --out and leave it out in the plan's [settle]",
        ) from error


def _freeze(
    out: Path,
    plan: Plan,
    information: SystemInformation,
    dataset: SettledDataset,
    digests: Mapping[str, str],
) -> tuple[RunDirectory, bool]:
    manifest = _manifest_csv(dataset, digests)
    findings = [_finding_row(settlement) for settlement in dataset.settlements]
    system = cast("dict[str, Plain]", json.loads(json.dumps(asdict(information))))
    seals: dict[str, Plain] = {
        "plan": _plan_digest(plan),
        "manifest": _digest(dataset.folder / plan.dataset.manifest),  # as given: an edit is another run
        "photographs": digest(manifest),
        "system": digest_of({**system, "seconds_per_photograph": None}),
        "version": __version__,
    }
    identity: Row = {
        "fairlineup_run": 1,
        "digests": seals,
        "system": system,
        "environment": environment(),
        "photographs_folder": str(dataset.folder),
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    documents = {
        "plan.toml": write_plan(plan).encode(),
        "manifest.csv": manifest,
        "findings.json": (json.dumps(findings, indent=1, ensure_ascii=False) + "\n").encode(),
    }
    return freeze(out, identity, documents)


def environment() -> dict[str, Plain]:
    """Versions that may move a score: Python, platform and libraries."""
    versions: dict[str, Plain] = {}
    for library in LIBRARIES:
        try:
            versions[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    system = f"{platform.system()} {platform.machine()}"
    return {"python": sys.version.split()[0], "platform": system, "libraries": versions}


def _check_labels(plan: Plan, dataset: SettledDataset) -> None:
    """Raises: BadInput (a group or contrast names a label or value that no probe carries)."""
    values: dict[str, set[str]] = {label: set() for label in dataset.label_sources}
    for entry in dataset.entries:
        if entry.role == "probe":
            for label, value in entry.labels.items():
                values[label].add(value)
    for label in (*plan.groups, *(choice.label for choice in plan.contrast)):
        if label not in values:
            raise _no_such("label", label, sorted(values))
    for choice in plan.contrast:
        for value in (choice.one, choice.other):
            if value != "others" and value not in values[choice.label]:
                raise _no_such(f"value of {choice.label}", value, sorted(values[choice.label]))


def _no_such(what: str, got: str, there: Sequence[str]) -> BadInput:
    return BadInput(
        f"the plan names a {what} no probe carries",
        expected=f"one of {', '.join(there) or 'none, for there are no labels'}",
        got=repr(got),
        remedy="correct groups and [[contrast]] in the plan, or label the probes",
    )


# --- manifest.csv and findings.json --------------------------------------------------------------

_FIXED = ("person", "photo", "role", "name", "source", "population", "sha256", "takes_part")


def _manifest_csv(dataset: SettledDataset, digests: Mapping[str, str]) -> bytes:
    labels = tuple(dataset.label_sources)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_FIXED, *(name for label in labels for name in (label, f"{label}_source"))])
    for part, entries in (("yes", dataset.entries), ("no", dataset.left_out)):
        for e in entries:
            values = [v for x in labels for v in (e.labels.get(x, ""), dataset.label_sources[x])]
            row = [e.person, e.photo, e.role, e.name, e.source, e.population, digests.get(e.photo, ""), part]
            writer.writerow([*row, *values])
    return text.getvalue().encode()


def _dataset(directory: RunDirectory, folder: Path) -> SettledDataset:
    reader = csv.DictReader(io.StringIO(directory.read_document("manifest.csv").decode(), newline=""))
    rows = list(reader)
    columns = reader.fieldnames or ()
    labels = [c for c in columns if c not in _FIXED and f"{c}_source" in columns]
    settlements = _settlements(directory)
    return SettledDataset(
        folder=folder,
        entries=tuple(_entry(row, labels) for row in rows if row["takes_part"] == "yes"),
        left_out=tuple(_entry(row, labels) for row in rows if row["takes_part"] != "yes"),
        label_sources={label: rows[0][f"{label}_source"] for label in labels},
        settlements=settlements,
    )


def _entry(row: Mapping[str, str], labels: Sequence[str]) -> Entry:
    return Entry(
        person=row["person"],
        photo=row["photo"],
        role="probe" if row["role"] == "probe" else "gallery",
        name=row["name"],
        source=row["source"],
        labels={label: row[label] for label in labels if row[label]},
        population="synthetic" if row["population"] == "synthetic" else "real",
    )


def _finding_row(settlement: Settlement) -> dict[str, Plain]:
    finding = settlement.finding
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "people": list(finding.people),
        "photos": list(finding.photos),
        "detail": finding.detail,
        "action": settlement.action.value,
        "reason": settlement.reason,
    }


def _settlements(directory: RunDirectory) -> tuple[Settlement, ...]:
    rows = json.loads(directory.read_document("findings.json"))
    return tuple(
        Settlement(
            Finding(Kind(row["kind"]), tuple(row["people"]), tuple(row["photos"]), row["detail"]),
            Action(row["action"]),
            row["reason"],
        )
        for row in rows
    )


def _information(row: dict[str, Any]) -> SystemInformation:
    def threshold(value: dict[str, Any] | None) -> Threshold | None:
        return Threshold(**value) if value else None

    return SystemInformation(
        **{
            **row,
            "scale": Scale(**row["scale"]),
            "default_threshold": threshold(row["default_threshold"]),
            "recommended_threshold": threshold(row["recommended_threshold"]),
            "models": tuple(ModelInformation(**model) for model in row["models"]),
        }
    )
