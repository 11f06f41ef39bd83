"""`fairlineup faces`: what the engine sees in photographs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fairlineup.cli.console import say, show_json, watching
from fairlineup.cli.enginechoice import engine_of
from fairlineup.cli.options import PATH, engine_option, json_option, quiet_option
from fairlineup.faces.engine import Analysis, EnginePool, SelectionOptions, quality_fault
from fairlineup.records import Face, Outcome, Photograph


@click.command()
@click.argument("photos", metavar="PHOTO...", nargs=-1, required=True, type=PATH)
@click.option("--largest", is_flag=True, help="Only the largest face of each photograph: faster.")
@engine_option
@json_option
@quiet_option
def faces(photos: tuple[Path, ...], engine: str, *, largest: bool, as_json: bool, quiet: bool) -> int:
    """Find the faces in each PHOTO: where, how sure, how large, how bright, how sharp.

    Exit status 2 if any file could not be read as a photograph.
    """
    description = engine_of(engine)
    asked = [Photograph(str(path), path) for path in photos]
    with EnginePool(description) as pool, watching(quiet=quiet or len(photos) < 20) as progress:
        which: Any = "largest" if largest else "all"
        analyses = list(pool.analyse_many(asked, which=which, progress=progress))
    if as_json:
        show_json([_row(analysis, description.wanted) for analysis in analyses])
    else:
        for analysis in analyses:
            _show(analysis, description.wanted)
    return 2 if any(analysis.outcome is Outcome.ERROR for analysis in analyses) else 0


def _row(analysis: Analysis, wanted: SelectionOptions | None) -> dict[str, Any]:
    return {
        "photo": analysis.photo,
        "outcome": analysis.outcome.value,
        "detail": analysis.detail,
        "faces": [
            {
                "box": {side: getattr(f.box, side) for side in ("left", "top", "right", "bottom")},
                "confidence": round(f.confidence, 3),
                "face_px": f.quality.face_px,
                "brightness": round(f.quality.brightness, 1),
                "sharpness": round(f.quality.sharpness, 1),
                "yaw_degrees": round(f.quality.yaw, 1),
                "poor": _poor(f, wanted),
                "landmarks": [[round(x, 1), round(y, 1)] for x, y in f.landmarks],
            }
            for f in analysis.faces
        ],
    }


def _poor(face: Face, wanted: SelectionOptions | None) -> str:
    """What the engine is known to miss it for; blank where it is good enough."""
    return quality_fault(face, wanted) if wanted else ""


def _show(analysis: Analysis, wanted: SelectionOptions | None) -> None:
    count = len(analysis.faces)
    found = f"{count} face{'s' if count != 1 else ''}" if count else analysis.outcome.value.replace("_", " ")
    say(f"{analysis.photo}: {found}" + (f" ({analysis.detail})" if analysis.detail else ""))
    for f in analysis.faces:
        box, q = f.box, f.quality
        say(
            f"    at {box.left},{box.top}, {q.face_px} px wide; face score {f.confidence:.2f}; "
            f"brightness {q.brightness:.0f} of 255; sharpness {q.sharpness:.0f}; turned about {q.yaw:.0f}°"
        )
        if fault := _poor(f, wanted):
            say(f"      {fault}: of such, more than one in ten is missed (docs/quality.md)")
