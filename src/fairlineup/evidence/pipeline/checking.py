"""A plan held against its photographs and its system, before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.asking import CostEstimate, cost_of_plan
from fairlineup.evidence.pipeline.outlook import Shortfall, outlook, uncited
from fairlineup.evidence.pipeline.places import place_of
from fairlineup.evidence.plan import (
    Dataset,
    Finding,
    Plan,
    SettledDataset,
    calibration_of,
    find,
    lay_out,
    pictured,
    read_planned,
    resolve,
    settle,
    settlement_of,
)
from fairlineup.faces.scale import fitting
from fairlineup.records import Progress, SystemInformation, no_progress


@dataclass(frozen=True, slots=True)
class PlanFindings:
    """What is doubtful in a plan's photographs."""

    dataset: Dataset  #: as read.
    #: each finding with what the plan does about it; "stop" where it says nothing.
    settled_by: tuple[tuple[Finding, str], ...]

    @property
    def open(self) -> bool:
        """Whether something is to be settled before the plan can be run."""
        return any(how == "stop" for _, how in self.settled_by)


def find_doubts(plan: Plan, progress: Progress = no_progress) -> PlanFindings:
    """Look at every photograph a plan names. Raises: BadInput: the data set cannot be used."""
    dataset = read_planned(plan, place_of(plan.dataset))
    found = find(dataset, progress)
    return PlanFindings(dataset, tuple((one, settlement_of(one, plan.settle)) for one in found))


def settled(plan: Plan, found: PlanFindings) -> SettledDataset | None:
    """The data set with its findings settled; None while one of them stops it."""
    if found.open:
        return None
    return settle(found.dataset, tuple(one for one, _ in found.settled_by), plan.settle)


def shortfalls(plan: Plan, found: PlanFindings) -> tuple[Shortfall, ...]:
    """What cannot come out of the plan, whatever the system does. Raises: BadInput: it does not fit."""
    dataset = settled(plan, found)
    return outlook(plan, dataset) if dataset else tuple(uncited(plan, found.dataset.label_sources))


def cost_of(plan: Plan, dataset: SettledDataset, information: SystemInformation) -> CostEstimate:
    """What a run of a plan takes of a system. Raises: BadInput: it cannot be run."""
    calibration = calibration_of(plan, information)
    table = calibration and fitting(calibration, pictured(dataset.entries, {}))
    resolved = resolve(plan, information, table)
    return cost_of_plan(lay_out(resolved, dataset), information)
