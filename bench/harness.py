"""What a run adds to the system it asks: time beside a bare loop, and memory as observations grow.

`python -m bench.harness`. The system answers in 5 ms and does nothing else. Memory is the most this process
held while a run was made, for a thousand and for a million candidates recorded.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from fairlineup.evidence.asking import RunLimits, RunOptions, ask_system
from fairlineup.evidence.plan import (
    DatasetChoice,
    Plan,
    SearchChoice,
    SystemChoice,
    resolve,
)
from fairlineup.evidence.runs import FrozenRun, RunIdentity, freeze_run
from fairlineup.records import (
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    Threshold,
)
from fairlineup.results import Digests
from fairlineup.seals import digest

LATENCY_S = 0.005
ROUNDS = 3
PEOPLE = 300


class Waiting:
    """Answers after a while, with every reference as a candidate."""

    def __init__(self, latency_s: float, *, wire: bool = False, list_length: int = 3) -> None:
        self.latency_s, self.wire, self.list_length = latency_s, wire, list_length
        self.enrolled: dict[str, None] = {}

    def information(self) -> SystemInformation:
        """A distance."""
        return SystemInformation(
            name="waiting",
            vendor="bench",
            version="1",
            scale=Scale("distance", 0.0, 2.0, "none"),
            default_threshold=Threshold(0.6, "bench"),
            recommended_threshold=None,
            wire=self.wire,
            keeps_galleries=True,
            population="simulated",
        )

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol each."""
        for photo in photos:
            time.sleep(self.latency_s)
            self.enrolled[photo.id] = None
            yield Enrolment(photo.id, Outcome.OK)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """The first few references."""
        listed = list(self.enrolled)[: self.list_length]
        candidates = tuple(Candidate(photo, 0.5 + n / 1e6) for n, photo in enumerate(listed))
        for photo in photos:
            time.sleep(self.latency_s)
            yield SearchAnswer(photo.id, Outcome.OK, candidates)

    def delete_gallery(self, gallery: str) -> None:
        """Forget it."""
        self.enrolled.clear()

    def close(self) -> None:
        """Nothing to do."""


def measure() -> list[dict[str, Any]]:
    """{name, ratio, against, machine, ms}: ms a photograph, run and bare loop; and the memory of a run."""
    entries = []
    with tempfile.TemporaryDirectory() as place:
        folder = _cards(Path(place) / "set", PEOPLE, PEOPLE)
        kinds = (
            (False, "in this process"),
            (True, "across a wire, each answer kept before the next question"),
        )
        for wire, name in kinds:
            with_run, bare = _best(folder, Path(place), wire=wire)
            entries.append(
                {
                    "name": f"a run of a system that answers in 5 ms, {name}",
                    "ratio": bare / with_run,
                    "against": "a bare loop over the same photographs",
                    "machine": "one thread",
                    "ms": [1000 * with_run, 1000 * bare],
                }
            )
        few, many = (_megabytes(searches) for searches in (10, 10_000))
    entries.append(
        {
            "name": "memory of a run that records a million candidates",
            "ratio": few / many,
            "against": "one that records a thousand",
            "machine": "peak resident memory, MB",
            "ms": [many, few],
        }
    )
    return entries


def _best(folder: Path, place: Path, *, wire: bool) -> tuple[float, float]:
    """Seconds a photograph of a run, and of a bare loop: the median of rounds, each side in turn."""
    runs, bare = [], []
    for number in range(ROUNDS):
        runs.append(_run(folder, place / f"run-{wire}-{number}", Waiting(LATENCY_S, wire=wire)))
        bare.append(_loop(folder, Waiting(LATENCY_S), wire=wire))
    return sorted(runs)[ROUNDS // 2], sorted(bare)[ROUNDS // 2]


def _run(folder: Path, out: Path, system: Waiting) -> float:
    papers = freeze_run(_plan(folder), system.information(), out)
    canaries = 20 if system.wire else 0
    began = time.perf_counter()
    ask_system(papers, system, RunOptions(limits=RunLimits(at_once=1)))
    return (time.perf_counter() - began) / (papers.protocol.photographs + canaries)


def _loop(folder: Path, system: Waiting, *, wire: bool) -> float:
    papers = freeze_run(_plan(folder), system.information(), folder.parent / f"loop-{time.monotonic_ns()}")
    photos = {stage: [papers.dataset.photograph(e) for e in es] for stage, es in papers.protocol.stages}
    request = SearchRequest(None, 0.69)
    began = time.perf_counter()
    for stage, some in photos.items():
        asked: Callable[[list[Photograph]], Iterable[object]]
        if stage.startswith("enrol"):
            asked = lambda given: system.enrol("g", given)  # noqa: E731
        else:
            asked = lambda given: system.search("g", given, request)  # noqa: E731
        for given in [[photo] for photo in some] if wire else [some]:
            for _ in asked(given):
                pass
    return (time.perf_counter() - began) / papers.protocol.photographs


def _plan(folder: Path) -> Plan:
    search = SearchChoice(target_present=False)
    return Plan(DatasetChoice(str(folder)), SystemChoice("waiting"), search=search)


def _cards(folder: Path, probes: int, gallery: int) -> Path:
    """Cards of so many people, with their manifest."""
    from fairlineup.systems import Card, draw_card

    folder.mkdir(parents=True)
    rows = ["person,photo,role"]
    for role, number in (("probe", probes), ("gallery", gallery)):
        for n in range(number):
            name = f"{role}{n:05d}.png"
            (folder / name).write_bytes(draw_card(Card(f"{role}{n}"), side_px=8))
            rows.append(f"{role}{n},{name},{role}")
    (folder / "people.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


def _megabytes(searches: int) -> float:
    command = [sys.executable, "-m", "bench.harness", str(searches)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _peak(searches: int) -> float:
    """Most memory held by a run of so many searches of 100 candidates each, MB."""
    from fairlineup.evidence.plan.manifest import Entry
    from fairlineup.evidence.plan.place import Memory
    from fairlineup.evidence.plan.protocol import Protocol
    from fairlineup.evidence.plan.settle import SettledDataset
    from fairlineup.evidence.runs import RunDirectory

    with tempfile.TemporaryDirectory() as place:
        one = b"no picture"
        gallery = tuple(Entry(f"g{n}", f"g{n}", "gallery") for n in range(100))
        probes = tuple(Entry(f"p{n % 500}", f"p{n}", "probe") for n in range(searches))
        content = {entry.photo: one for entry in (*gallery, *probes)}
        dataset = SettledDataset(Memory("none", b"", content), (*gallery, *probes), (), {}, ())
        directory = RunDirectory(Path(place))
        protocol = Protocol(gallery, (), probes, ())
        system = Waiting(0.0, list_length=100)
        plan = resolve(_plan(Path(place)), system.information())
        identity = RunIdentity(Digests("", "", "", "", ""), system.information(), {}, "", "")
        digests = dict.fromkeys(content, digest(one))
        run = FrozenRun(directory, identity, plan, dataset, digests, protocol, None)
        ask_system(run, system)
    return held_most()


def held_most() -> float:
    """Of this process since it began, MB; getrusage would tell that of whoever started it."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    print(_peak(int(sys.argv[1])))
