"""Observations as Parquet files: what a finished run keeps, and other people's tools can open."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from fairlineup.evidence.runs.observations import Attempt, Observations, attempt_columns
from fairlineup.records import BadInput, extra_missing

if TYPE_CHECKING:
    import pyarrow as pa

POPULATION = "fairlineup_population"
FILES = ("enrolments.parquet", "searches.parquet", "observations.parquet")


def parquet_files(observations: Observations, population: str = "") -> dict[str, bytes]:
    """The three tables as files; the observations last, so that where they stand all stands.

    Args:
        observations: of a finished run.
        population: whom they are about, written into each file's metadata; blank writes nothing.
    Raises: BadInput: pyarrow is not installed.
    """
    arrow = _arrow()
    attempts = (observations.enrolments, observations.searches)
    tables = [arrow.table(attempt_columns(some), schema=_attempt_schema(arrow)) for some in attempts]
    tables.append(_candidates(arrow, observations))
    return {name: _bytes(_about(one, population)) for name, one in zip(FILES, tables, strict=True)}


def read_parquet(contents: Mapping[str, bytes], folder: str) -> Observations:
    """Read back what `parquet_files` gave.

    Args:
        contents: of the three files, by name.
        folder: where they are from, for errors.
    Raises: BadInput: no pyarrow, or a damaged file.
    """
    arrow = _arrow()
    import pyarrow.parquet as pq

    try:
        tables = (pq.read_table(arrow.BufferReader(contents[name])) for name in FILES)
        enrolled, searched, candidates = tables
        people, person = _decode(candidates.column("gallery_person"))
        photos, photo = _decode(candidates.column("gallery_photo"))
        return Observations(
            enrolments=tuple(Attempt(**row) for row in enrolled.to_pylist()),
            searches=tuple(Attempt(**row) for row in searched.to_pylist()),
            search=candidates.column("search").to_numpy(),
            person=person,
            photo=photo,
            score=candidates.column("score").to_numpy(),
            rank=candidates.column("rank").to_numpy(),
            people=people,
            photos=photos,
        )
    except (OSError, KeyError, TypeError, ValueError, arrow.ArrowException) as error:
        raise BadInput(
            f"the observations in {folder} cannot be read",
            expected=f"the files {', '.join(FILES)} as the run wrote them",
            got=str(error).split("\n")[0],
            remedy="restore them, or run the audit again into another folder",
            code="run-unreadable",
        ) from error


def can_compact() -> bool:
    """Whether pyarrow is installed."""
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def _about(table: pa.Table, population: str) -> pa.Table:
    return table.replace_schema_metadata({POPULATION: population}) if population else table


def _candidates(arrow: Any, observations: Observations) -> pa.Table:
    searches = observations.searches
    probe_people = arrow.array([attempt.person for attempt in searches], arrow.string())
    probe_photos = arrow.array([attempt.photo for attempt in searches], arrow.string())
    return arrow.table(
        {
            "search": observations.search,
            "probe_person": probe_people.take(arrow.array(observations.search)).dictionary_encode(),
            "probe_photo": probe_photos.take(arrow.array(observations.search)).dictionary_encode(),
            "gallery_person": _encoded(arrow, observations.person, observations.people),
            "gallery_photo": _encoded(arrow, observations.photo, observations.photos),
            "score": observations.score,
            "rank": observations.rank,
        }
    )


def _encoded(arrow: Any, codes: Any, names: tuple[str, ...]) -> Any:
    return arrow.DictionaryArray.from_arrays(
        arrow.array(codes.astype(np.int32)), arrow.array(names, arrow.string())
    )


def _decode(column: Any) -> tuple[tuple[str, ...], Any]:
    encoded = column.combine_chunks()
    if not hasattr(encoded, "indices"):
        encoded = encoded.dictionary_encode()
    return tuple(encoded.dictionary.to_pylist()), encoded.indices.to_numpy(zero_copy_only=False).astype(
        np.int64
    )


def _attempt_schema(arrow: Any) -> pa.Schema:
    text = arrow.string()
    return arrow.schema(
        [
            ("stage", text),
            ("person", text),
            ("photo", text),
            ("outcome", text),
            ("capped", arrow.bool_()),
            ("detail", text),
            ("seconds", arrow.float64()),
            ("retries", arrow.int64()),
        ]
    )


def _bytes(table: Any) -> bytes:
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _arrow() -> Any:
    try:
        import pyarrow as arrow
    except ImportError as error:
        raise extra_missing("Parquet files cannot be read or written", "parquet", error) from error
    return arrow
