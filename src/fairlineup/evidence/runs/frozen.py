"""The papers of a run: frozen before the first search, read back when it goes on or is measured again."""

from __future__ import annotations

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
from fairlineup.evidence.plan import (
    SHIPPED,
    TEST,
    Folder,
    Memory,
    Place,
    Plan,
    Protocol,
    ResolvedPlan,
    SettledDataset,
    find,
    find_in_rows,
    folder_of,
    lay_out,
    parse_resolved,
    read_place,
    resolve,
    settle,
    settlements_of,
    write_plan,
)
from fairlineup.evidence.runs.amending import another_run, differing, take_over
from fairlineup.evidence.runs.directory import RunDirectory, check_empty, freeze
from fairlineup.evidence.runs.journal import Row
from fairlineup.evidence.runs.manifest import findings_json, manifest_csv, read_settled
from fairlineup.faces.scale import (
    Calibration,
    calibration_json,
    parse_calibration,
    read_calibration,
    shipped_calibration,
)
from fairlineup.files import is_file
from fairlineup.records import (
    BadInput,
    ModelInformation,
    Photograph,
    Progress,
    Scale,
    SystemInformation,
    Threshold,
    form_of,
    how_they_differ,
    no_progress,
)
from fairlineup.results import PopulationKind
from fairlineup.seals import Plain, digest, digest_of
from fairlineup.workers import WorkerPool

CALIBRATION = "calibration.json"
PAPERS = ("plan.toml", "manifest.csv", "findings.json", CALIBRATION)
LIBRARIES = ("numpy", "scipy", "pillow", "dlib-bin", "onnxruntime", "numba", "pyarrow")


@dataclass(frozen=True, slots=True)
class FrozenRun:
    """Everything a run is made on.

    Attributes:
        directory: where it is kept.
        plan: resolved, every default written out.
        information: what the system says of itself.
        dataset: as settled.
        protocol: the stages.
        calibration: what thresholds by similarity were read from; None where none was used.
        begun_before: whether this run is taken up again.
    """

    directory: RunDirectory
    plan: ResolvedPlan
    information: SystemInformation
    dataset: SettledDataset
    protocol: Protocol
    calibration: Calibration | None
    begun_before: bool

    @property
    def population(self) -> PopulationKind:
        """Whom it is about: "simulated" if the system is, "synthetic" if any photograph is, else "real"."""
        if self.information.population == "simulated":
            return "simulated"
        return "synthetic" if any(e.population == "synthetic" for e in self.dataset.entries) else "real"


def check_out(out: Path) -> None:
    """Raise BadInput for a folder that is neither new nor empty nor a run: before anything is read."""
    if not is_file(out / "run.json"):
        check_empty(out, PAPERS)


def freeze_run(
    plan: Plan,
    information: SystemInformation,
    out: Path,
    progress: Progress = no_progress,
    place: Place | None = None,
) -> FrozenRun:
    """Check and settle everything, and freeze it into a run directory; or take up a begun one.

    Args:
        plan: as read.
        information: of the system under test.
        out: the run directory.
        progress: told of photographs compared and digested.
        place: where the photographs are, by default in the plan's folder.
    Raises:
        BadInput: the plan, the data set or the directory is unusable; nothing was searched.
    """
    calibration = calibration_of(plan, information)
    resolved = resolve(plan, information, calibration)
    place = place or folder_of(plan.dataset)
    if is_file(out / "run.json"):
        return _taken_up(load_run(out), _Drawn(resolved, information, place, calibration), progress)
    dataset = settle_plan(plan, place, progress)
    protocol = check_against(resolved, dataset)
    digests = _digests(dataset, progress)
    drawn = _Drawn(resolved, information, place, calibration)
    directory, begun = _freeze(out, drawn, dataset, digests)
    return FrozenRun(directory, resolved, information, dataset, protocol, calibration, begun_before=begun)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a run is drawn up from."""

    plan: ResolvedPlan
    information: SystemInformation
    place: Place
    calibration: Calibration | None


def _taken_up(papers: FrozenRun, drawn: _Drawn, progress: Progress) -> FrozenRun:
    """A begun run, under the plan it was begun with or one with other words. Raises: BadInput."""
    directory, plan = papers.directory, drawn.plan
    dataset = replace(papers.dataset, place=drawn.place)
    digests = _digests(dataset, progress)
    seals = _seals(drawn, dataset, manifest_csv(dataset, digests))
    others = differing(directory, seals)
    if not others:
        return replace(papers, dataset=dataset, begun_before=True)
    if {"system", "version"} & set(others):
        raise another_run(directory, others)
    settled = settle_plan(plan, drawn.place, progress)
    protocol = check_against(plan, settled)
    if {e.photo for e in settled.entries} != {e.photo for e in dataset.entries}:
        raise another_run(directory, others)
    manifest = manifest_csv(settled, digests)
    take_over(directory, plan, settled, manifest, _seals(drawn, settled, manifest))
    return replace(papers, plan=plan, dataset=settled, protocol=protocol, begun_before=True)


def calibration_of(plan: Plan, information: SystemInformation) -> Calibration | None:
    """The calibration a plan names; None where it names none.

    Raises:
        BadInput: no such table, or one of another model than the system's.
    """
    if not plan.calibration.file:
        return None
    models = {model.digest for model in information.models}
    if plan.calibration.file == SHIPPED:
        found = next((one for one in map(shipped_calibration, models) if one is not None), None)
    else:
        found = read_calibration(Path(plan.calibration.file))
    if found is None or found.model_digest not in models:
        raise BadInput(
            "the plan's calibration is not of the system's model",
            expected=f"a table of {', '.join(sorted(models)) or 'a model the system names'}",
            got="none is shipped" if found is None else found.model_digest,
            remedy="make one with `fairlineup calibrate`, or give thresholds on the system's own scale",
        )
    return found


def check_against(plan: Plan, dataset: SettledDataset) -> Protocol:
    """The protocol of a resolved plan on a settled data set. Raises: BadInput (they do not fit)."""
    _check_labels(plan, dataset)
    return lay_out(plan, dataset)


def settle_plan(plan: Plan, place: Place, progress: Progress = no_progress) -> SettledDataset:
    """The plan's data set with its findings settled. Raises: BadInput."""
    dataset = read_place(place, plan.labels, plan.groups)
    settlements_of(find_in_rows(dataset), plan.settle)  # stop for these before every picture is opened
    return settle(dataset, find(dataset, progress), plan.settle)


def load_run(path: Path) -> FrozenRun:
    """The papers of a run from its directory alone. Raises: BadInput (it is no run, or damaged)."""
    directory = RunDirectory(path)
    identity = directory.read_identity()
    try:
        plan = parse_resolved(directory.read_document("plan.toml").decode(), str(path / "plan.toml"))
        information = _information(cast("dict[str, Any]", identity["system"]))
        dataset = read_settled(directory, _place(plan))
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"the papers in {path} cannot be read",
            expected="run.json, manifest.csv and findings.json as the run wrote them",
            got=f"{type(error).__name__}: {error}",
            remedy="restore them, or run the audit again into a fresh folder",
        ) from error
    protocol = lay_out(plan, dataset)
    calibration = None
    if plan.calibration.file:
        calibration = parse_calibration(directory.read_document(CALIBRATION), str(path / CALIBRATION))
    return FrozenRun(directory, plan, information, dataset, protocol, calibration, begun_before=True)


def may_show(papers: FrozenRun) -> bool:
    """Whether faces may be shown: test use is declared for every photograph, or nobody is on it."""
    if papers.plan.dataset.use == TEST or papers.population == "simulated":
        return True
    everyone = (*papers.dataset.entries, *papers.dataset.left_out)
    return all(entry.use == TEST or entry.population == "synthetic" for entry in everyone)


def _plan_digest(plan: Plan) -> str:
    """Digest of all a plan decides; where the folder lies on this machine is not part of that."""
    return digest(write_plan(replace(plan, dataset=replace(plan.dataset, folder=""))).encode())


def _place(plan: Plan) -> Place:
    """The plan's folder; of photographs that are made, none until they are handed over again."""
    return Memory(plan.dataset.generator, b"", {}) if plan.dataset.generator else folder_of(plan.dataset)


def _digests(dataset: SettledDataset, progress: Progress) -> dict[str, str]:
    photos = [dataset.photograph(entry) for entry in dataset.entries]
    workers = 1 if isinstance(dataset.place, Folder) else None  # a file is read sooner than sent
    with WorkerPool(len(photos), workers) as pool:
        found = pool.each(_digest, photos, lambda done: progress("digests", done, len(photos)))
    for photo, digested in zip(photos, found, strict=True):
        if isinstance(digested, OSError):
            where = photo.source if isinstance(photo.source, Path) else photo.id
            remedy = "restore it, or begin a new run with --out and leave it out in the plan's [settle]"
            raise _unreadable(str(where), digested, remedy) from digested
    return {photo.id: str(digested) for photo, digested in zip(photos, found, strict=True)}


def _digest(photo: Photograph) -> str | OSError:
    try:
        return digest(photo.read())
    except OSError as error:
        return error


def _manifest_digest(place: Place) -> str:
    try:
        return digest(place.manifest())
    except OSError as error:
        raise _unreadable(f"the manifest {place.manifest_name}", error, "restore it") from error


def _unreadable(what: str, error: OSError, remedy: str) -> BadInput:
    got = error.strerror or str(error)
    return BadInput(f"{what} cannot be read", expected="a readable file", got=got, remedy=remedy)


def _seals(drawn: _Drawn, dataset: SettledDataset, manifest: bytes) -> dict[str, Plain]:
    """What makes a run this run, as digests."""
    return {
        "plan": _plan_digest(drawn.plan),
        "manifest": _manifest_digest(dataset.place),  # as given: an edit is another run
        "photographs": digest(manifest),
        "system": digest_of({**_system_row(drawn.information), "seconds_per_photograph": None}),
        "version": __version__,
    }


def _system_row(information: SystemInformation) -> dict[str, Plain]:
    return cast("dict[str, Plain]", json.loads(json.dumps(asdict(information))))


def _freeze(
    out: Path, drawn: _Drawn, dataset: SettledDataset, digests: Mapping[str, str]
) -> tuple[RunDirectory, bool]:
    manifest = manifest_csv(dataset, digests)
    identity: Row = {
        "fairlineup_run": 1,
        "digests": _seals(drawn, dataset, manifest),
        "system": _system_row(drawn.information),
        "environment": environment(),
        "photographs_folder": dataset.place.name if isinstance(dataset.place, Folder) else "",
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    documents = {
        "plan.toml": write_plan(drawn.plan).encode(),
        "manifest.csv": manifest,
        "findings.json": findings_json(dataset),
    }
    if drawn.calibration is not None:
        documents[CALIBRATION] = calibration_json(drawn.calibration)
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
    alike = next((one for one in there if form_of(one) == form_of(got)), "")
    return BadInput(
        f"the plan names a {what} no probe carries",
        expected=f"one of {', '.join(there) or 'none, for there are no labels'}",
        got=f"{got!r}; {how_they_differ([got, alike])}" if alike else repr(got),
        remedy="correct groups and [[contrast]] in the plan, or label the probes",
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
            "sample_thresholds": tuple(threshold(one) for one in row.get("sample_thresholds", ())),
            "models": tuple(ModelInformation(**model) for model in row["models"]),
        }
    )
