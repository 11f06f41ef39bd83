"""The command line of the build: see the package's docstring."""

from __future__ import annotations

import csv
import hashlib
import json
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import rich.progress
import tools.samples
from numpy.typing import NDArray
from tools.samples.build import Studied, learned, studied
from tools.samples.card import nearest_sample, reconstruction
from tools.samples.modelfile import Arrays, read_arrays, write_arrays
from tools.samples.page import ATTACK_PEOPLE, RECONSTRUCTED, page
from tools.samples.screening import NEAREST, EngineName, Portrayed, of_length_1, screened, screened_again

from fairlineup.evidence.samples.people import SEEDS
from fairlineup.faces.engine import EnginePool, named_engine
from fairlineup.records import Photograph, Progress

HERE = Path(__file__).parent
MODEL = HERE.parents[1] / "src" / "fairlineup" / "evidence" / "samples" / "model.npz"
CARD = HERE.parents[1] / "docs" / "samples-model-card.md"
WORK = HERE.parents[1] / "build" / "samples"
FACTS = HERE / "facts.json"


def main() -> None:
    """Run one step."""
    match sys.argv[1:]:
        case ["build", folder]:
            build(Path(folder))
        case ["attack", folder]:
            attack(Path(folder))
        case ["screen", folder]:
            screen(Path(folder))
        case ["again", folder]:
            again(Path(folder))
        case ["card", folder]:
            card(Path(folder))
        case _:
            sys.exit(tools.samples.__doc__)


def build(folder: Path) -> None:
    """Make the model; no seed is accepted until they are screened."""
    study = prepared(folder)
    model = learned(study.portraits, study.faces)
    accept(model.arrays, np.zeros(SEEDS, np.bool_), np.empty(0, np.intp))
    learned_from = {
        "portraits": len(study.portraits.person),
        "people": len(np.unique(study.portraits.person)),
        "stands_on": model.spread.stands_on,
    }
    note(**learned_from)
    print(
        f"{MODEL}: {MODEL.stat().st_size / 1e6:.1f} MB; texture {model.texture.explained:.3f}, "
        f"shape {model.shape.explained:.3f} of the variance; people {model.spread.stands_on}"
    )


def attack(folder: Path) -> None:
    """How well can it be told who was in the model?"""
    study = prepared(folder)
    asked = [(share, k, str(reconstruction(study, share, k))) for share, k in RECONSTRUCTED]
    note(reconstruction=asked, nearest_sample=str(nearest_sample(study, 0.5, ATTACK_PEOPLE)))


def screen(folder: Path) -> None:
    """The first screen, by dlib, of every seed; nobody is accepted until the second."""
    arrays = read_arrays(MODEL)
    with shown() as progress:
        every = all_templates(folder, "dlib", progress)[1]
        learned_from = prepared(folder).portraits.templates
        found = screened(Portrayed(learned_from, every), work_of(arrays), progress)
    note(too_near=float(np.mean(found.nearest < NEAREST["dlib"])), by_dlib=int(found.left.sum()))
    accept(arrays, found.left, np.empty(0, np.intp))
    print(f"{found.left.sum():,} of {len(found.left):,} seeds left by dlib")


def again(folder: Path) -> None:
    """The second screen, by sface, of what the first one left: who is accepted."""
    arrays = read_arrays(MODEL)
    by_dlib = np.unpackbits(arrays["by_dlib"], count=SEEDS).astype(np.bool_)
    with shown() as progress:
        portraits = all_templates(folder, "sface", progress)[1]
        found = screened_again(np.flatnonzero(by_dlib), portraits, work_of(arrays), progress)
    accept(arrays, by_dlib, found.seeds)
    note(apart=found.apart)
    print(
        f"{len(found.seeds):,} of {by_dlib.sum():,} seeds accepted, "
        f"{found.apart:,} of them far from one another"
    )


def card(folder: Path) -> None:
    """Measure people made with the model, and write the model card."""
    with shown() as progress:
        portraits = {engine: all_templates(folder, engine, progress) for engine in NEAREST}
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    CARD.write_text(page(facts, MODEL, portraits), encoding="utf-8")
    print(CARD)


def all_templates(
    folder: Path, engine: EngineName, progress: Progress
) -> tuple[NDArray[np.str_], NDArray[np.float32]]:
    """Person and template of every portrait in a folder, also of those not learned from: (n,), (n, 128)."""
    kept = WORK / f"portraits-{engine}.npz"
    if not kept.is_file():
        with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        photos = [Photograph(row["photo"], folder / row["photo"]) for row in rows]
        with EnginePool(named_engine(engine)) as pool:
            found = list(pool.analyse_many(photos, progress=progress))
        seen = [
            (row["person"], one.templates[0].vector)
            for row, one in zip(rows, found, strict=True)
            if one.templates
        ]
        WORK.mkdir(parents=True, exist_ok=True)
        np.savez(kept, person=[person for person, _ in seen], template=[vector for _, vector in seen])
    with np.load(kept) as read:
        person, template = read["person"], read["template"].astype(np.float32)
    return person, of_length_1(template) if engine == "sface" else template


def accept(arrays: Arrays, by_dlib: NDArray[np.bool_], seeds: NDArray[np.intp]) -> None:
    """Write the model with what the first screen left, and these seeds as its people."""
    write_arrays(MODEL, arrays | {"by_dlib": np.packbits(by_dlib), "accepted": seeds.astype(np.uint16)})


def note(**found: Any) -> None:
    """Keep what was found for the model card."""
    known = json.loads(FACTS.read_text(encoding="utf-8")) if FACTS.is_file() else {}
    FACTS.write_text(json.dumps(known | found, indent=1) + "\n", encoding="utf-8")


def work_of(arrays: Arrays) -> Path:
    """Where the screens of this model keep what they have seen."""
    return WORK / f"screen-{digest(arrays)}"


def digest(arrays: Arrays) -> str:
    """Twelve hexadecimal digits of everything in the model but who is accepted."""
    told = hashlib.sha256()
    for name in sorted(set(arrays) - {"accepted", "by_dlib"}):
        told.update(name.encode() + arrays[name].tobytes())
    return told.hexdigest()[:12]


@contextmanager
def shown() -> Iterator[Progress]:
    """Progress on the terminal."""
    with rich.progress.Progress() as display:
        tasks: dict[str, rich.progress.TaskID] = {}

        def told(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = display.add_task(stage, total=total)
            display.update(tasks[stage], completed=done)

        yield told


def prepared(folder: Path) -> Studied:
    """The studied portraits of a folder, kept beside the build so that a later step need not repeat it."""
    kept = WORK / "studied.pickle"
    if not kept.is_file():
        WORK.mkdir(parents=True, exist_ok=True)
        with shown() as progress:
            study = studied(folder, progress)
        kept.write_bytes(pickle.dumps(study))
    found = pickle.loads(kept.read_bytes())
    return cast("Studied", found)


if __name__ == "__main__":
    main()
