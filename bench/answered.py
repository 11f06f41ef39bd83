"""A finished run of made-up people with made-up answers: what measures are timed on, at any size.

`python -m bench.answered RUN [PEOPLE]` writes one in seconds: nothing is photographed, enrolled or searched.
Distances lie about as dlib's network puts strangers (0.5 % under 0.6, 8 % under 0.69), with people who are
mistaken more often than others on both sides.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.plan import (
    ENROL_STAGES,
    SEARCH_STAGES,
    ContrastChoice,
    DatasetChoice,
    Entry,
    LimitChoice,
    Memory,
    Plan,
    SearchChoice,
    SettledDataset,
    SystemChoice,
    ThresholdChoice,
    lay_out,
    resolve,
)
from fairlineup.evidence.runs import Attempt, FrozenRun, Observations, RunDirectory, RunIdentity
from fairlineup.records import Scale, SystemInformation, Threshold
from fairlineup.results import Digests
from fairlineup.seals import digest

SYSTEM = SystemInformation(
    name="made up",
    vendor="bench",
    version="1",
    scale=Scale("distance", 0.0, 2.0, "none"),
    default_threshold=Threshold(0.6, "bench"),
    recommended_threshold=None,
    population="simulated",
)
PROBES, WITH_MATE = 535, 440
RECORDED = 0.69
KINDS = {"sex": (("F", 0.3), ("M", 0.7)), "origin": (("A", 0.6), ("B", 0.2), ("C", 0.15), ("D", 0.05))}


def answered_run(out: Path, people: int, seed: int = 1) -> FrozenRun:
    """A run that searches 535 people among so many, answered and not measured yet.

    Args:
        out: a new folder.
        people: in the gallery who are no probe.
        seed: of everything made up.
    """
    rng = np.random.default_rng(seed)
    entries = _entries(rng, people)
    dataset = SettledDataset(Memory("none", b"", {}), entries, (), dict.fromkeys(KINDS, "made up"), ())
    plan = resolve(_plan(out), SYSTEM)
    digests = {entry.photo: digest(entry.photo.encode()) for entry in entries}
    nothing = digest(b"")
    identity = RunIdentity(Digests(nothing, nothing, nothing, nothing, "1"), SYSTEM, {}, "", "")
    run = FrozenRun(RunDirectory(out), identity, plan, dataset, digests, lay_out(plan, dataset), None)
    run.write()
    run.directory.compact(_observations(rng, run), run.population)
    return run


def _plan(out: Path) -> Plan:
    return Plan(
        DatasetChoice(str(out)),
        SystemChoice("simulated"),
        labels=dict.fromkeys(KINDS, "made up"),
        groups=tuple(KINDS),
        search=SearchChoice(record_to=RECORDED),
        threshold=tuple(ThresholdChoice(str(score), score) for score in (0.6, 0.5, 0.46)),
        contrast=(ContrastChoice("sex", "F", "M"), ContrastChoice("origin", "B")),
        limit=(LimitChoice(threshold="0.6"),),
    )


def _entries(rng: np.random.Generator, people: int) -> tuple[Entry, ...]:
    """Others, mates and probes, with labels; one person in fifty of the others has two photographs."""
    others = [f"other{n:06d}" for n in range(people)]
    names = [*others, *others[::50]]
    probes = [f"probe{n:06d}" for n in range(PROBES)]
    everyone = [*others, *probes]
    drawn = {
        label: rng.choice([value for value, _ in kinds], len(everyone), p=[share for _, share in kinds])
        for label, kinds in KINDS.items()
    }
    labels = {
        name: {label: str(values[n]) for label, values in drawn.items()} for n, name in enumerate(everyone)
    }
    gallery = [(name, f"{name}-{n}.png") for n, name in enumerate([*names, *probes[:WITH_MATE]])]
    return (
        *(Entry(name, photo, "gallery", labels=labels[name]) for name, photo in gallery),
        *(Entry(name, f"{name}.png", "probe", labels=labels[name]) for name in probes),
    )


def _observations(rng: np.random.Generator, run: FrozenRun) -> Observations:
    protocol = run.protocol
    gallery = [*protocol.others, *protocol.mates]
    photos, people = sorted(e.photo for e in gallery), sorted({e.person for e in gallery})
    place, code = ({name: n for n, name in enumerate(names)} for names in (photos, people))
    of = np.array([place[e.photo] for e in gallery], np.int64)
    who = np.array([code[e.person] for e in gallery], np.int64)
    lamb = rng.normal(0.0, 0.02, len(gallery))
    wolf = dict(zip((e.person for e in protocol.absent), rng.normal(0.0, 0.02, PROBES), strict=True))
    lists: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []
    for stage, seen in ((protocol.absent, len(protocol.others)), (protocol.present, len(gallery))):
        for probe in stage:
            distance: NDArray[np.float64] = rng.normal(0.8 + wolf[probe.person], 0.0725, seen) + lamb[:seen]
            own = np.flatnonzero(who[:seen] == code.get(probe.person, -1))
            distance[own] = rng.normal(0.42, 0.06, len(own))
            near = np.flatnonzero(distance <= RECORDED)
            order = near[np.argsort(distance[near])]
            lists.append((order, np.round(distance[order], 5).astype(np.float64)))
    lengths = [len(order) for order, _ in lists]
    candidates = np.concatenate([order for order, _ in lists])
    return Observations(
        enrolments=_attempts(zip(ENROL_STAGES, (protocol.others, protocol.mates), strict=True)),
        searches=_attempts(zip(SEARCH_STAGES, (protocol.absent, protocol.present), strict=True)),
        search=np.repeat(np.arange(len(lists)), lengths),
        person=who[candidates],
        photo=of[candidates],
        score=np.concatenate([distance for _, distance in lists]),
        rank=np.concatenate([np.arange(1, length + 1) for length in lengths]),
        people=tuple(people),
        photos=tuple(photos),
    )


def _attempts(stages: Iterable[tuple[str, Sequence[Entry]]]) -> tuple[Attempt, ...]:
    return tuple(
        Attempt(stage, entry.person, entry.photo, "ok", capped=False, detail="")
        for stage, entries in stages
        for entry in entries
    )


if __name__ == "__main__":
    answered_run(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 25_000)
