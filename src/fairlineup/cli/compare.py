"""`fairlineup compare`: the distance between two faces, and what it does and does not mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fairlineup.cli.audit import PATH
from fairlineup.cli.console import show_json
from fairlineup.cli.options import json_option

if TYPE_CHECKING:
    from fairlineup.engine import Analysis


@click.command()
@click.argument("one", metavar="A", type=PATH)
@click.argument("other", metavar="B", type=PATH)
@json_option
def compare(one: Path, other: Path, *, as_json: bool) -> None:
    """Compare the face in photograph A with the face in photograph B."""
    from fairlineup.comparison import distance
    from fairlineup.engine import Engine
    from fairlineup.records import Photograph

    engine = Engine()
    a, b = (_face(engine.analyse(Photograph(str(path), path))) for path in (one, other))
    between = distance(a.templates[0], b.templates[0])
    model = a.templates[0].model
    row: dict[str, Any] = {
        "distance": round(between, 5),
        "metric": model.metric,
        "model": {
            "name": model.name,
            "digest": model.digest,
            "source": model.source,
            "licence": model.licence,
        },
        "faces_px": [a.faces[0].quality.face_px, b.faces[0].quality.face_px],
        "similarity": {"not_measured": "no calibration"},
    }
    if as_json:
        show_json(row)
    else:
        click.echo(_words(row))


def _face(analysis: Analysis) -> Analysis:
    from fairlineup.records import BadInput, Outcome

    if analysis.outcome is Outcome.ERROR:
        raise BadInput(
            f"{analysis.photo} cannot be compared",
            expected="a photograph: JPEG, PNG or WebP",
            got=analysis.detail.removeprefix(f"{analysis.photo}: "),
            remedy="name another file",
        )
    if analysis.outcome is not Outcome.OK:
        raise BadInput(
            f"{analysis.photo} cannot be compared",
            expected="a photograph with one face, or one clearly largest",
            got=analysis.detail or analysis.outcome.value.replace("_", " "),
            remedy="crop the photograph to the face that is meant, or use a larger one",
        )
    return analysis


def _words(row: dict[str, Any]) -> str:
    return (
        f"distance {row['distance']:.3f} ({row['metric']}; 0 is the same template, lower is more alike)\n"
        f"model: {row['model']['name']} ({row['model']['licence']}), {row['model']['digest'][:19]}…\n\n"
        "What it means: how far apart this model puts these two faces. Among pairs of different people in\n"
        "official portraits of the United States Congress, about 1 in 180 lies at 0.6 or less; see\n"
        "docs/findings/congress.md for the measured rates and their intervals.\n"
        "What it does not mean: the chance that this is, or is not, the same person. Relatives and\n"
        "look-alikes, children, poor pictures and groups the model knows badly can lie close; one person\n"
        "can lie far apart. It is a lead for people to check, never an identification."
    )
