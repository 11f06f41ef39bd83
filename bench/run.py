"""`make bench`: every ratio, written to bench/latest.json and printed; then a whole audit by stage.

`make bench PEOPLE="200 400"` takes the whole audit at other sizes than `bench.stages` does, to see that
all of it runs; its table is then printed and not kept.

Ratios are of speed: 4 means four times as fast as what it is measured against. They are never asserted in a
test; docs/benchmarks.md quotes them with the floor that the arithmetic sets.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from bench import comparison, gallery, harness, measures, pipeline, resampling, samples, stages

HERE = Path(__file__).parent
PEERS = Path(sys.prefix) / "peers" / "bin" / "python"


def main(people: tuple[int, ...]) -> None:
    photographs = Path(os.environ.get("FAIRLINEUP_PORTRAITS", HERE.parents[1] / "shared" / "congress"))
    entries: list[dict[str, Any]] = [
        *comparison.measure(),
        *gallery.measure(PEERS),
        *samples.measure(),
        *resampling.measure(PEERS),
        *harness.measure(),
        *measures.measure(),
    ]
    if photographs.is_dir():
        entries += pipeline.measure(photographs, PEERS)
    else:
        print(f"no portraits in {photographs}: FAIRLINEUP_PORTRAITS may name some", file=sys.stderr)
    for entry in entries:
        entry["ratio"] = round(entry["ratio"], 2)
        if "ms" in entry:
            entry["ms"] = [round(value, 2) for value in entry["ms"]]
        print(f"{entry['ratio']:6.2f} × {entry['against']}: {entry['name']}")
    written = json.dumps(entries, indent=1, ensure_ascii=False) + "\n"
    (HERE / "latest.json").write_text(written, encoding="utf-8")
    if people:
        print(*stages.table(stages.measure(sizes=people)), sep="\n")
    else:
        stages.write(stages.measure())


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])))
