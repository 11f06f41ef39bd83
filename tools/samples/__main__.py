"""The command line of the build: see the package's docstring."""

from __future__ import annotations

import csv
import hashlib
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import numpy as np
import rich.progress
import tools.samples
from numpy.typing import NDArray
from tools.samples.build import Studied, learned, studied
from tools.samples.modelfile import Arrays, read_arrays, write_arrays
from tools.samples.page import Facts, page
from tools.samples.screening import Portrayed, screened

from fairlineup.faces.engine import EnginePool, named_engine
from fairlineup.records import Photograph, Progress

MODEL = Path(__file__).parents[2] / "src" / "fairlineup" / "evidence" / "samples" / "model.npz"
CARD = Path(__file__).parents[2] / "docs" / "samples-model-card.md"
WORK = Path(__file__).parents[2] / "build" / "samples"


def main() -> None:
    """Run one step."""
    match sys.argv[1:]:
        case ["build", folder]:
            build(Path(folder))
        case ["screen", folder]:
            screen(Path(folder))
        case ["card", folder]:
            card(Path(folder))
        case _:
            sys.exit(tools.samples.__doc__)


def build(folder: Path) -> None:
    """Make the model; no seed is accepted until they are screened."""
    study = prepared(folder)
    model = learned(study.portraits, study.faces)
    write_arrays(MODEL, model.arrays | {"accepted": np.zeros(8192, np.uint8)})
    print(
        f"{MODEL}: {MODEL.stat().st_size / 1e6:.1f} MB; texture {model.texture.explained:.3f}, "
        f"shape {model.shape.explained:.3f} of the variance; people {model.spread.stands_on}"
    )


def screen(folder: Path) -> None:
    """Accept or refuse every seed, and put the list into the model."""
    arrays = read_arrays(MODEL)
    work = WORK / f"screen-{digest(arrays)}"
    with shown() as progress:
        every = all_templates(folder, progress)
        learned_from = prepared(folder).portraits.templates
        found = screened(Portrayed(learned_from, every), work, progress)
    np.savez_compressed(WORK / "screened.npz", **{name: getattr(found, name) for name in found.__slots__})
    write_arrays(MODEL, arrays | {"accepted": np.packbits(found.accepted)})
    print(f"{found.accepted.sum():,} of {len(found.accepted):,} seeds accepted")


def card(folder: Path) -> None:
    """Measure the model and people made with it, and write the model card."""
    study = prepared(folder)
    with shown() as progress:
        every = all_templates(folder, progress)
    with np.load(WORK / "screened.npz") as kept:
        nearest = kept["nearest"]
    stands_on = learned(study.portraits, study.faces).spread.stands_on
    CARD.write_text(page(Facts(study, every, MODEL, nearest, stands_on)), encoding="utf-8")
    print(CARD)


def all_templates(folder: Path, progress: Progress) -> NDArray[np.float32]:
    """Templates of every portrait in a folder, also of those not learned from, shape (n, 128)."""
    kept = WORK / "templates.npy"
    if not kept.is_file():
        with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
            names = [row["photo"] for row in csv.DictReader(file)]
        with EnginePool(named_engine("dlib")) as pool:
            photos = [Photograph(name, folder / name) for name in names]
            found = list(pool.analyse_many(photos, progress=progress))
        np.save(kept, np.array([one.templates[0].vector for one in found if one.templates]))
    return np.asarray(np.load(kept), np.float32)


def digest(arrays: Arrays) -> str:
    """Twelve hexadecimal digits of everything in the model but the accepted seeds."""
    told = hashlib.sha256()
    for name in sorted(set(arrays) - {"accepted"}):
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
