"""`fairlineup engines`: which there are, whose they are, what was measured, and their files fetched."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import click

from fairlineup.cli.console import notice, say, show_json
from fairlineup.cli.options import json_option, quiet_option
from fairlineup.faces.engine import (
    DEFAULT_ENGINE,
    ENGINES,
    DigestMismatch,
    EngineDescription,
    EngineNotInstalled,
    SelectionOptions,
    WeightsFile,
    fetched,
    named_engine,
    published,
)
from fairlineup.faces.scale import shipped_calibration
from fairlineup.records import BadInput, Threshold, extra_installed, how_to_install, percent

WANTED = ("least_face_px", "least_sharpness", "least_brightness", "most_brightness", "most_yaw")


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def engines(context: click.Context, *, as_json: bool) -> None:
    """List the engines: what finds a face and makes a template of it, by name.

    Says whose each is, under which licence, what it was trained on as far as that is known, how large its
    files are, and how accurate and fast it was found here.
    """
    if context.invoked_subcommand is not None:
        return
    rows = [_row(named_engine(name)) for name in ENGINES]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        say(*_words(row))


@engines.command()
@click.argument("name")
@click.option("--from", "base", metavar="URL", help="Address of a folder that holds the same files.")
@quiet_option
def fetch(name: str, base: str | None, *, quiet: bool) -> None:
    """Get the files of the engine NAME from their publisher, for whoever would rather not install a package.

    They are kept in the cache under their digests; other bytes than those the engine is known by are thrown
    away. Where the package is installed too, its copy is used.
    """
    engine = named_engine(name)
    places = [(file, _address(file, base)) for file in engine.files]
    missing = [file.name for file, address in places if not address]
    if missing:
        raise BadInput(
            f"the files of the engine {name}",
            expected="files that their publisher offers under an address of their own",
            got=f"none for {', '.join(missing)}",
            remedy=how_to_install(engine.extra),
            code="usage",
        )
    for file, address in places:
        if not quiet:
            notice(f"{file.name}: {file.size_bytes / 1e6:.1f} MB from {address}")
        say(f"{file.name}: {fetched(address, file.sha256, file.size_bytes)}")


def _address(file: WeightsFile, base: str | None) -> str:
    return f"{base.rstrip('/')}/{file.name}" if base is not None else file.url


def _row(engine: EngineDescription) -> dict[str, Any]:
    information = engine.information
    return {
        "name": engine.name,
        "default": engine.name == DEFAULT_ENGINE,
        "model": information.name,
        "pipeline": engine.pipeline,
        "metric": information.metric,
        "template_length": information.template_length,
        "training": engine.training,
        "extra": engine.extra,
        "extra_installed": extra_installed(engine.extra),
        "files": [_file(file) for file in engine.files],
        "default_threshold": _threshold(engine.default_threshold),
        "recommended_threshold": _threshold(engine.recommended_threshold),
        "wanted": _wanted(engine.wanted),
        "sample_thresholds": [_threshold(one) for one in engine.sample_thresholds],
        "seconds_per_photograph": engine.seconds_per_photograph,
        "calibration": _calibration(engine.pipeline),
    }


def _file(file: WeightsFile) -> dict[str, Any]:
    there = ""
    with suppress(EngineNotInstalled, DigestMismatch):
        there = str(published(file))
    return {
        "name": file.name,
        "sha256": file.sha256,
        "bytes": file.size_bytes,
        "source": file.source,
        "licence": file.licence,
        "package": f"{file.package} {file.version}",
        "url": file.url,
        "there": there,
    }


def _threshold(one: Threshold | None) -> dict[str, Any] | None:
    return None if one is None else {"score": one.score, "source": one.source}


def _wanted(one: SelectionOptions | None) -> dict[str, float | None] | None:
    """By the names of the options of a plan that refuse what has less."""
    return None if one is None else {name: getattr(one, name) for name in WANTED}


def _calibration(pipeline: str) -> dict[str, Any] | None:
    """What the calibration that ships for an engine says of it; None where there is none."""
    table = shipped_calibration(pipeline)
    if table is None:
        return None
    return {
        "name": table.name,
        "population": table.population,
        "capture": table.capture,
        "people": table.about["people"],
        "pairs": table.about["pairs"],
        "counted_to": table.about["support"]["counted_to"],
        "end": table.about["support"]["end"],
        "halves": [{"name": one.name, "end": one.about["support"]["end"]} for one in table.halves],
        "misses": [one for one in table.about["misses"] if "fnmr" in one],
    }


def _words(row: Mapping[str, Any]) -> Iterator[str]:
    yield row["name"] + (" (default)" if row["default"] else "")
    for file in row["files"]:
        here = "" if file["there"] else ", not here"
        yield f"  {file['name']}: {file['bytes'] / 1e6:.1f} MB, {file['licence']}{here}"
        yield f"    {file['source']}"
    yield f"  trained on: {row['training']}"
    yield from (f"  {line}" for line in _measured(row))
    yield from (f"  {line}" for line in _thresholds(row))
    if row["wanted"]:
        limits = ", ".join(f"{name} = {value:g}" for name, value in row["wanted"].items())
        yield f"  refuse photographs beyond {limits}: more than one in ten is missed there (docs/quality.md)"
    yield f"  pipeline {row['pipeline']}"
    installed = row["extra_installed"]
    yield f"  extra {row['extra']}: {'installed' if installed else 'not installed'}"
    if not installed:
        yield f"  {how_to_install(row['extra'])}"


def _measured(row: Mapping[str, Any]) -> Iterator[str]:
    table = row["calibration"]
    if table is None:
        yield "accuracy: no calibration ships for it"
    else:
        people = f"{table['people']:,} people, {table['capture']}"
        yield f"accuracy, by the calibration “{table['name']}” ({people}):"
        yield f"  {_support(table)}"
        for miss in table["misses"]:
            model = ", tail model" if miss["similarity"] > table["counted_to"]["similarity"] else ""
            yield (
                f"  at similarity {_down(miss['similarity'])}, distance {miss['distance']:.3f}{model}: "
                f"{percent(miss['fnmr'])} missed ({miss['misses']} of {miss['people']} people)"
            )
    yield f"speed: {1000 * row['seconds_per_photograph']:.0f} ms a portrait on one core, as measured here"


def _support(table: Mapping[str, Any]) -> str:
    """Which similarities a calibration supports, rounded down: nothing is said past its end."""
    counted, end = (_down(table[name]["similarity"]) for name in ("counted_to", "end"))
    halves = " and ".join(_down(one["end"]["similarity"]) for one in table["halves"])
    of_half = f"; its halves, for audits of the other's people, to {halves}" if halves else ""
    return f"supports similarity to {counted} by counts, to {end} by its tail model{of_half}"


def _down(similarity: float) -> str:
    return f"{math.floor(10 * similarity) / 10:.1f}"


def _thresholds(row: Mapping[str, Any]) -> Iterator[str]:
    default, recommended = row["default_threshold"], row["recommended_threshold"]
    named = [("default threshold", default), ("recommended", recommended)]
    if default == recommended:
        named = [("default threshold, recommended too", default)]
    for name, one in [*named, *(("in sample code", one) for one in row["sample_thresholds"])]:
        if one is not None:
            yield f"{name}: distance {one['score']:g} ({one['source']})"
