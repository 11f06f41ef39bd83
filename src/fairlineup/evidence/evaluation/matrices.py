"""False match rates of groups against groups, where both sides of the comparisons are labelled."""

from __future__ import annotations

from fairlineup import measures
from fairlineup.evidence.evaluation.measured_run import MeasuredRun, RunAtThreshold, once
from fairlineup.measures import CellRates
from fairlineup.records import NotMeasured
from fairlineup.results import LabelMatrix, Matrix, MatrixCell, Share

ENOUGH = 30  # false matches for a rate to be within 30 % of the true one (Doddington's rule)


@once
def matrices(at: RunAtThreshold) -> tuple[LabelMatrix, ...]:
    """The cross-group matrix of each declared label, or why there is none."""
    return tuple(LabelMatrix(label, _matrix(at, label)) for label in at.run.labels)


def why_none(run: MeasuredRun, label: str) -> NotMeasured | None:
    """Why there is no matrix of a label; None where there is one."""
    if not run.source(label).strip():
        return NotMeasured("no source is cited for this label")
    if not run.gallery[label]:
        text = "nobody in the gallery carries this label, so that who is matched with whom cannot be told"
        return NotMeasured(text)
    return None


def _matrix(at: RunAtThreshold, label: str) -> Matrix | NotMeasured:
    none = why_none(at.run, label)
    if none:
        return none
    grouping, values = at.run.both_groupings(label)
    cells = measures.cell_rates(at.run.compared, at.threshold, grouping)
    places = range(len(values))
    return Matrix(
        label_source=at.run.source(label),
        values=values,
        probe_people=tuple(cells.probe_people.tolist()),
        gallery_people=tuple(cells.gallery_people.tolist()),
        unlabelled_comparisons=at.run.compared.trials - int(cells.trials.sum()),
        cells=tuple(_cell(cells, g, h, at.run.level) for g in places for h in places),
    )


def _cell(cells: CellRates, g: int, h: int, level: float) -> MatrixCell:
    """One cell: published only if both groups may be, and grey where it may be off by a third."""
    people = int(min(cells.probe_people[g], cells.gallery_people[h]))
    errors, measured = int(cells.errors[g, h]), cells.estimate(g, h, level)
    withheld = measures.group_publishable(people, "cited")
    if withheld is not None:
        measured = NotMeasured(withheld.reason, errors, int(cells.trials[g, h]), people)
    return MatrixCell(g, h, grey=errors < ENOUGH, fmr=Share.of(measured))
