"""What a whole audit takes, stage by stage, at two sizes: CPU seconds and memory of all its processes.

`python -m bench.stages [FOLDER [PEOPLE ...]]`. The real pipeline on JPEG files of people who do not exist,
with our engine, cold: 535 of them (a fifth where that is fewer) are searched among all others, then once more
with another photograph of theirs added. Linux, whose /proc says what each process took. What is done between
two stages that progress names is called "after" the first; after the last come measures and report. The
exponent of a stage is that of its CPU seconds between the two sizes: 1 is linear, 2 quadratic.
"""

from __future__ import annotations

import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

SIZES = (2_000, 8_000)
SEARCHED = 535
EVERY_S = 0.25
LATEST = Path(__file__).with_name("stages.json")
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def measure(folder: Path | None = None, sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """{people, stages}: of each stage CPU seconds and peak memory by size, and its exponent."""
    if folder is None:
        with tempfile.TemporaryDirectory() as place:
            return measure(Path(place), sizes)
    taken = [_measured(folder, people) for people in sizes]
    stages: dict[str, dict[str, Any]] = {
        stage: {
            "cpu_s": [round(one.get(stage, (0.0, 0.0))[0], 1) for one in taken],
            "peak_mb": [round(one.get(stage, (0.0, 0.0))[1]) for one in taken],
        }
        for stage in dict.fromkeys(stage for one in taken for stage in one)
    }
    for row in stages.values():
        row["exponent"] = _exponent(sizes, row["cpu_s"])
    return {"people": list(sizes), "stages": stages}


def write(found: dict[str, Any]) -> None:
    """Print it, and put it beside this file."""
    print(*table(found), sep="\n")
    LATEST.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def table(found: dict[str, Any]) -> list[str]:
    """The same as lines of text."""
    lines = [f"people: {' / '.join(f'{people:,}' for people in found['people'])}"]
    for stage, row in found["stages"].items():
        cpu, peak = (" / ".join(f"{value:g}" for value in row[name]) for name in ("cpu_s", "peak_mb"))
        exponent = "" if row["exponent"] is None else f", exponent {row['exponent']}"
        lines.append(f"  {stage}: {cpu} CPU s{exponent}; {peak} MB")
    return lines


def _exponent(sizes: Sequence[int], cpu_s: Sequence[float]) -> float | None:
    """None where a stage takes too little for one."""
    if len(sizes) < 2 or min(cpu_s[0], cpu_s[-1]) < 0.5:
        return None
    return round(math.log(cpu_s[-1] / cpu_s[0]) / math.log(sizes[-1] / sizes[0]), 2)


def _measured(folder: Path, people: int) -> dict[str, tuple[float, float]]:
    """In a process of its own, so that nothing is warm."""
    words = [sys.executable, "-m", "bench.stages", "--one", str(_photographed(folder, people))]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
    return {stage: (cpu, peak) for stage, cpu, peak in json.loads(done.stdout)}


def _photographed(folder: Path, people: int) -> Path:
    """A data set of so many people: one photograph of each, and another of those who are searched for."""
    from fairlineup.evidence.samples import SamplesRequest, write_samples

    place, searched = folder / str(people), min(SEARCHED, people // 5)
    write_samples(place / "all", SamplesRequest(people, probes=searched))
    write_samples(place / "mates", SamplesRequest(searched, photos=2, probes=searched))
    rows = [(part, row) for part in ("all", "mates") for row in _rows(place / part / "people.csv")]
    kept = [
        {**row, "photo": f"{part}/{row['photo']}"}
        for part, row in rows
        if part == "all" or row["role"] == "gallery"
    ]
    with (place / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(kept[0]))
        writer.writeheader()
        writer.writerows(kept)
    return place


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Meter:
    """Which stage took what: a run's progress, and a thread that looks at all processes now and then."""

    def __init__(self) -> None:
        self.taken: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
        self._stage, self._before = "start", _cpu_s(_tree())
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """What was done until now is the stage before's, once another begins."""
        if stage != self._stage:
            self._look(stage)
        if done == total:
            self._look(f"after {stage}")

    def end(self) -> None:
        """No stage comes any more."""
        self._ended.set()
        self._thread.join()
        self._look("")

    def _watch(self) -> None:
        while not self._ended.wait(EVERY_S):
            self._look(self._stage)

    def _look(self, then: str) -> None:
        with self._lock:
            tree = _tree()
            now = max(self._before, _cpu_s(tree))
            cpu, peak = self.taken[self._stage]
            self.taken[self._stage] = cpu + now - self._before, max(peak, _memory_mb(tree))
            self._stage, self._before = then, now


def _tree() -> list[int]:
    """This process and all below it."""
    children: dict[int, list[int]] = defaultdict(list)
    for name in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208
        with suppress(OSError):
            children[int(_stat(int(name))[1])].append(int(name))
    tree = [os.getpid()]
    for one in tree:
        tree += children[one]
    return tree


def _stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _cpu_s(tree: list[int]) -> float:
    """Of all processes, and of those that ended and were waited for."""
    ticks = 0
    for process in tree:
        with suppress(OSError):
            ticks += sum(map(int, _stat(process)[11:15]))
    return ticks * TICK_S


def _memory_mb(tree: list[int]) -> float:
    """What all hold; what they share counts once."""
    kilobytes = 0
    for process in tree:
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            kilobytes += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return kilobytes / 1024


def _one(place: Path) -> list[tuple[str, float, float]]:
    """A whole audit, as the command line makes one."""
    from fairlineup.cli.demo import sampled_plan
    from fairlineup.evidence.asking import RunOptions
    from fairlineup.evidence.pipeline import AuditOptions, audit
    from fairlineup.evidence.plan import SystemChoice
    from fairlineup.systems import open_system

    meter = Meter()
    with tempfile.TemporaryDirectory() as out:
        chosen = SystemChoice("local", {"engine": "dlib"})
        with ExitStack() as asked:
            system = open_system(chosen.name, chosen.options)
            asked.callback(system.close)
            options = AuditOptions(run=RunOptions(progress=meter), after_asking=asked.close)
            audit(sampled_plan(place, chosen), system, Path(out) / "run", options)
    meter.end()
    return [(stage, *taken) for stage, taken in meter.taken.items()]


def main(words: list[str]) -> None:
    """Of the command line."""
    if words[:1] == ["--one"]:
        print(json.dumps(_one(Path(words[1]))))
        return
    found = measure(Path(words[0]) if words else None, tuple(map(int, words[1:])) or SIZES)
    write(found)


if __name__ == "__main__":
    main(sys.argv[1:])
