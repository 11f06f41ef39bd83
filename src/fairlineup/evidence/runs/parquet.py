"""Observations as Parquet files: what a finished run keeps, and other people's tools can open."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from fairlineup.evidence.runs.observations import QUALITY, Attempt, Observations, attempt_columns, ranks
from fairlineup.files import codes_of, open_parquet, values_of
from fairlineup.records import BadInput, Quality, extra_missing

if TYPE_CHECKING:
    import pyarrow as pa

POPULATION = "fairlineup_population"
NULLABLE = ("seconds", *QUALITY)
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


def read_parquet(contents: Mapping[str, bytes], folder: str, person_of: Mapping[str, str]) -> Observations:
    """Read back what `parquet_files` gave.

    Args:
        contents: of the three files, by name.
        folder: where they are from, for errors.
        person_of: who is on each photograph.
    Raises: BadInput: no pyarrow, a damaged file, or columns that contradict each other or the photographs.
    """
    arrow = _arrow()
    try:
        asked = 2 * len(person_of)  # no photograph is enrolled, or searched with, more than twice
        most = (asked, asked, asked * len(person_of))  # nor is one in a list twice
        enrolled, searched, candidates = (
            _table(arrow, name, contents[name], rows) for name, rows in zip(FILES, most, strict=True)
        )
        found = _observations(
            _attempts(enrolled, person_of), _attempts(searched, person_of), candidates, person_of
        )
        del enrolled, searched, candidates
        arrow.default_memory_pool().release_unused()
        return found
    except (OSError, KeyError, TypeError, ValueError, arrow.ArrowException) as error:
        raise BadInput(
            f"the observations in {folder} cannot be read",
            expected=f"the files {', '.join(FILES)} as the run wrote them",
            got=str(error).split("\n")[0],
            remedy="restore them, or run the audit again into another folder",
            code="run-unreadable",
        ) from error


def population_of(content: bytes) -> str:
    """Whom one of the files says it is about; blank where it says nothing. Raises: NotParquetError."""
    metadata = open_parquet(io.BytesIO(content)).schema_arrow.metadata or {}
    return bytes(metadata.get(POPULATION.encode(), b"")).decode()


def _table(arrow: Any, name: str, content: bytes, most: int) -> pa.Table:
    """A table with the columns and kinds of values that it is written with. Raises: ValueError."""
    kinds = _candidate_kinds(arrow) if name == FILES[2] else {f.name: f.type for f in _attempt_schema(arrow)}
    file = open_parquet(io.BytesIO(content))
    if file.schema_arrow.names == [kind for kind in kinds if kind not in QUALITY]:
        kinds = {name: kind for name, kind in kinds.items() if name not in QUALITY}  # no kinds were kept
    if file.schema_arrow.names != [*kinds]:
        raise ValueError(f"{name} with other columns")
    if file.metadata.num_rows > most:
        raise ValueError(
            f"{name} with {file.metadata.num_rows:,} rows, where {most:,} are the most there can be"
        )
    table = file.read()
    for column, kind in kinds.items():
        found = table.schema.field(column).type
        found = found.value_type if arrow.types.is_dictionary(found) else found
        if found != kind or (table[column].null_count and column not in NULLABLE):
            raise ValueError(f"{name} with {found} in the column {column}, or nothing")
    return table


def _attempts(table: pa.Table, person_of: Mapping[str, str]) -> tuple[Attempt, ...]:
    """The attempts in a table. Raises: ValueError: some that a run cannot have made."""
    said = [values_of(table[field.name]) for field in fields(Attempt) if field.name != "quality"]
    attempts = tuple(map(Attempt, *said, _qualities(table)))
    for one in attempts:
        if person_of.get(one.photo) != one.person:
            raise ValueError(f"{one.person} on {one.photo}, which the manifest has otherwise")
        if one.retries < 0 or not (one.seconds is None or 0 <= one.seconds < math.inf):
            raise ValueError(f"a time or a count for {one.photo} that is none")
    return attempts


def _qualities(table: pa.Table) -> list[Quality | None]:
    """What kind of photograph each row is about. Raises: ValueError: half of it."""
    if QUALITY[0] not in table.column_names:
        return [None] * table.num_rows
    rows = list(zip(*(values_of(table[name]) for name in QUALITY), strict=True))
    if any(len({value is None for value in row}) > 1 for row in rows):
        raise ValueError("a photograph whose kind is known in part")
    return [None if row[0] is None else Quality(*row) for row in rows]


def _observations(
    enrolled: tuple[Attempt, ...],
    searched: tuple[Attempt, ...],
    candidates: pa.Table,
    person_of: Mapping[str, str],
) -> Observations:
    """All of it, once what stands in more than one column is the same in each. Raises: ValueError."""
    search, rank = candidates["search"].to_numpy(), candidates["rank"].to_numpy()
    people, person = codes_of(candidates["gallery_person"])
    photos, photo = codes_of(candidates["gallery_photo"])
    if len(search) and not (search[0] >= 0 and search[-1] < len(searched) and (np.diff(search) >= 0).all()):
        raise ValueError("candidates of searches that were not made, or out of order")
    lengths = np.bincount(search, minlength=len(searched))
    code_of = {name: code for code, name in enumerate(people)}
    if not np.array_equal(np.array([code_of.get(person_of.get(name, "")) for name in photos])[photo], person):
        raise ValueError("candidates who are other people than the manifest has")
    for column, told in (("probe_person", "person"), ("probe_photo", "photo")):
        names, codes = codes_of(candidates[column])
        place = {name: code for code, name in enumerate(names)}
        if not np.array_equal(np.array([place.get(getattr(one, told)) for one in searched])[search], codes):
            raise ValueError(f"a {column} who is not searched for")
    if not np.array_equal(rank, ranks(lengths.tolist())):
        raise ValueError("ranks that do not count candidates")
    score = candidates["score"].to_numpy()
    return Observations(enrolled, searched, search, person, photo, score, rank, people, photos)


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


def _candidate_kinds(arrow: Any) -> dict[str, pa.DataType]:
    text, number = arrow.string(), arrow.int64()
    names = dict.fromkeys(("probe_person", "probe_photo", "gallery_person", "gallery_photo"), text)
    return {"search": number, **names, "score": arrow.float64(), "rank": number}


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
            ("face_px", arrow.int64()),
            *((name, arrow.float64()) for name in QUALITY[1:]),
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
