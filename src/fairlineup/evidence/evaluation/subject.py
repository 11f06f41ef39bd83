"""What was audited, as results.json tells it: people, system, data set, gallery, searches."""

from __future__ import annotations

from dataclasses import asdict, fields

from fairlineup import measures, results
from fairlineup.evidence.asking import steadiness
from fairlineup.evidence.evaluation.joined import JoinedAnswers
from fairlineup.evidence.evaluation.measured_run import MeasuredRun
from fairlineup.evidence.plan import tally
from fairlineup.evidence.runs import FrozenRun, Observations, RunDirectory
from fairlineup.records import SystemInformation


def population(frozen: FrozenRun) -> results.PopulationAudited:
    """Whom and what the numbers hold for."""
    return results.PopulationAudited(
        kind=frozen.population,
        synthetic_photographs=sum(e.population == "synthetic" for e in frozen.dataset.entries),
        comparable=frozen.population == "real",
        described=frozen.plan.dataset.population,
        capture=frozen.plan.dataset.capture,
    )


def system(frozen: FrozenRun) -> results.SystemTested:
    """What the system said of itself, and how it was asked."""
    said = {one.name: getattr(frozen.information, one.name) for one in fields(SystemInformation)}
    del said["seconds_per_photograph"]
    return results.SystemTested(
        **said, list_length=frozen.plan.search.list_length, recorded_to=frozen.plan.search.record_to
    )


def statistics(frozen: FrozenRun) -> results.Statistics:
    """How sure is sure, as the plan says."""
    return results.Statistics(**asdict(frozen.plan.statistics))


def dataset(frozen: FrozenRun) -> results.DatasetSettled:
    """The data set as settled."""
    entries = frozen.dataset.entries
    return results.DatasetSettled(
        photographs=len(entries),
        people=len({entry.person for entry in entries}),
        left_out=len(frozen.dataset.left_out),
        settled=tally(frozen.dataset.settlements),
        label_sources=dict(frozen.dataset.label_sources),
    )


def galleries(answers: JoinedAnswers) -> results.Galleries:
    """Both galleries, counted."""

    def counted(size: measures.GallerySize) -> results.GalleryCounts:
        return results.GalleryCounts(
            people=size.people_enrolled,
            photos=size.photos_enrolled,
            offered=size.photos_offered,
            enrolled=size.photos_enrolled,
            people_offered=size.people_offered,
        )

    return results.Galleries(counted(answers.others), with_mates=counted(answers.everyone))


def searches(run: MeasuredRun, observations: Observations) -> results.SearchCounts:
    """What was asked."""
    probes = (*run.frozen.protocol.absent, *run.frozen.protocol.present)
    people = {e.person for e in probes}
    return results.SearchCounts(
        strangers=run.frozen.protocol.strangers,
        target_absent=len(run.answers.absent),
        target_present=len(run.answers.mated),
        probe_people=len(people),
        probe_photos=len({e.photo for e in probes}),
        unlabelled={
            label: len(people - {e.person for e in probes if e.labels.get(label)}) for label in run.labels
        },
        same_picture_left_out=len(measures.same_picture_searches(run.answers.mated)),
        lists_cut_by_the_system=sum(a.capped for a in observations.searches),
        lost=run.answers.lost,
    )


def canaries(directory: RunDirectory) -> results.CanaryChange | None:
    """Whether canary photographs were answered alike at begin and end; None where none were put."""
    found = steadiness(directory)
    return None if found is None else results.from_json(found, results.CanaryChange)
