"""`fairlineup samples`: photographs of people who do not exist."""

from __future__ import annotations

from pathlib import Path

import click

from fairlineup.cli.console import notice, say, show_json, watching
from fairlineup.cli.options import PATH, json_option, quiet_option
from fairlineup.evidence.samples import BYTES, SamplesRequest, sample_rows, write_samples
from fairlineup.evidence.samples import sheet as draw
from fairlineup.files import writing

_PHOTOGRAPHS_PER_S = 100  # on one core

capture_option = click.option(
    "--capture",
    default="studio",
    show_default=True,
    help="Condition of every photograph: studio, document or doorbell.",
)
start_option = click.option("--start", default=0, help="Pass over this many people.")


@click.command()
@click.option("--people", required=True, type=int, help="How many people.")
@click.option("--photos", default=1, show_default=True, help="Photographs of each person.")
@click.option(
    "--probes",
    type=int,
    help="How many of them are searched for, by default a fifth; the rest are only searched among.",
)
@capture_option
@click.option("--probe-capture", default="", help="Condition of those searched for, by default the same.")
@start_option
@click.option("--out", type=PATH, required=True, help="Folder of the photographs and their people.csv.")
@json_option
@quiet_option
def make(  # noqa: PLR0913, PLR0917 - a command's options
    people: int,
    photos: int,
    probes: int | None,
    capture: str,
    probe_capture: str,
    start: int,
    out: Path,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write photographs of people who do not exist, and the manifest of them, to a folder.

    The same numbers give the same photographs. Given again, a command that was stopped goes on.
    """
    searched = people // 5 if probes is None else probes
    request = SamplesRequest(people, photos, capture, probe_capture, searched, start)
    made = make_samples(out, request, quiet=quiet)
    if as_json:
        show_json(
            {"folder": str(out), "people": people, "photographs": request.photographs, "made_now": made}
        )
        return
    say(
        f"{request.photographs:,} photographs of {people:,} people who do not exist: {out / 'people.csv'}",
        f"next: fairlineup audit plan {out} --out plan.toml",
    )


@click.command()
@click.option("--people", default=100, show_default=True, help="How many people.")
@capture_option
@start_option
@click.option("--out", type=PATH, default=Path("people.png"), show_default=True, help="PNG file.")
def sheet(people: int, capture: str, start: int, out: Path) -> None:
    """Draw a sheet with one photograph of each person, ten a row."""
    from PIL.PngImagePlugin import PngInfo

    shots = [row.shot for row in sample_rows(SamplesRequest(people, capture=capture, start=start))]
    picture, note = draw(shots), PngInfo()
    note.add_text("Description", "These people do not exist: samples made by fairlineup")
    with writing(out):
        picture.save(out, "PNG", pnginfo=note)
    say(f"{people:,} people who do not exist: {out}")


def make_samples(folder: Path, request: SamplesRequest, *, quiet: bool) -> int:
    """Write samples, saying first what it takes; how many photographs were made now.

    Raises: BadInput, SystemFailed.
    """
    if not quiet:
        megabytes = request.photographs * BYTES[request.capture] / 1e6
        notice(
            f"{request.photographs:,} photographs of {request.people:,} people who do not exist: about "
            f"{megabytes:,.1f} MB, at most {max(1, request.photographs // _PHOTOGRAPHS_PER_S):,} s"
        )
    with writing(folder), watching(quiet=quiet) as progress:
        return write_samples(folder, request, progress)
