"""False match rates of groups against groups, where both sides of the comparisons are labelled."""

from __future__ import annotations

from fairlineup import measures
from fairlineup.evidence.evaluation.desk import Desk
from fairlineup.evidence.evaluation.figures import Json, measured_json
from fairlineup.measures import CellRates, Comparisons
from fairlineup.records import NotMeasured
from fairlineup.seals import Plain

ENOUGH = 30  # false matches for a rate to be within 30 % of the true one (Doddington's rule)


def matrices(desk: Desk, threshold: float) -> list[Plain]:
    """The cross-group matrix of each declared label at a distance, or why there is none."""
    return [{"label": label, **_matrix(desk, label, threshold)} for label in desk.papers.plan.groups]


def labelled(desk: Desk) -> Comparisons:
    """Every non-mated comparison of the run, among others and among the mates of other probes."""
    return measures.together(desk.evidence.among_others, desk.evidence.among_probes)


def why_none(desk: Desk, label: str) -> str:
    """Why there is no matrix of a label; blank where there is one."""
    if not desk.source(label).strip():
        return "no source is cited for this label"
    if not desk.in_gallery[label]:
        return "nobody in the gallery carries this label, so that who is matched with whom cannot be told"
    return ""


def _matrix(desk: Desk, label: str, threshold: float) -> Json:
    reason = why_none(desk, label)
    if reason:
        return {"not_measured": reason}
    grouping, values = desk.both_groups(label)
    cells = measures.cell_rates(labelled(desk), threshold, grouping)
    return {
        "label_source": desk.source(label),
        "values": list(values),
        "probe_people": cells.probe_people.tolist(),
        "gallery_people": cells.gallery_people.tolist(),
        "unlabelled_comparisons": labelled(desk).trials - int(cells.trials.sum()),
        "cells": [_cell(desk, cells, g, h) for g in range(len(values)) for h in range(len(values))],
    }


def _cell(desk: Desk, cells: CellRates, g: int, h: int) -> Json:
    """One cell: published only if both groups may be, and grey where it may be off by a third."""
    people = int(min(cells.probe_people[g], cells.gallery_people[h]))
    measured = cells.estimate(g, h, desk.level)
    withheld = measures.group_publishable(people, "cited")
    if withheld is not None:
        errors, trials = int(cells.errors[g, h]), int(cells.trials[g, h])
        measured = NotMeasured(withheld.reason, errors, trials, people)
    return {"probe": g, "gallery": h, "grey": int(cells.errors[g, h]) < ENOUGH, **measured_json(measured)}
