"""A gallery kept ready to be searched while templates are added, replaced and removed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors.backend import kernels
from fairlineup.faces.vectors.codes import encode
from fairlineup.faces.vectors.templates import (
    COLUMNS,
    PreparedTemplates,
    check_comparable,
    prepare,
    read_only,
)
from fairlineup.records import BadInput

FEWEST_ROWS = 64


@dataclass(frozen=True, slots=True, eq=False)
class GallerySnapshot:
    """A gallery as it was at one moment; what is written to the gallery afterwards never shows in it."""

    templates: PreparedTemplates  #: what `nearest` and `tail` search.
    ids: Sequence[str]  #: id of each of its rows; rows that were removed have one too, but are never found.

    def __len__(self) -> int:
        """How many templates there are."""
        return self.templates.present


class PreparedGallery:
    """Templates of one model by id, prepared once and searched often.

    Their order, which breaks ties of distance, is that of a dictionary: an id stands where it was first
    added, and one that is replaced stays where it was. Any thread may take snapshots and search them while
    another writes; writers take turns. The numbers of a template that was removed or replaced stay in memory
    until `compact`, and as long as a snapshot from before is held.
    """

    def __init__(self, template_length: int, metric: str = "euclidean", model: str = "") -> None:
        empty = prepare(np.zeros((0, template_length), np.float32), metric, model)
        self._coded = kernels().scan is not None
        self._columns = self._complete(empty, np.zeros(0, np.int64))
        self._used = 0  # rows of the columns, which have room for more
        self._next = 0  # what the next new id has as its order
        self._ids: list[str] = []
        self._row: dict[str, int] = {}
        self._snapshot: GallerySnapshot | None = None
        self._squares_shared = False
        self._lock = threading.Lock()
        self._rebuild(FEWEST_ROWS)

    def __len__(self) -> int:
        """How many templates there are."""
        return len(self._row)

    def __contains__(self, one: str) -> bool:
        """Whether a template has that id."""
        return one in self._row

    def template(self, one: str) -> NDArray[np.float32]:
        """The template of an id, as it was given. Raises: KeyError: there is none."""
        return read_only(self._columns.given[self._row[one]])

    def add(self, ids: Sequence[str], templates: PreparedTemplates) -> None:
        """Add templates under new ids; all or none.

        Raises: MixedModelsError: the templates are from another model. BadInput: they are of another metric
            or length, or an id is there already or given twice.
        """
        with self._lock:
            self._check(ids, templates, known=False)
            self._append(ids, templates, np.arange(self._next, self._next + len(ids)))
            self._next += len(ids)

    def replace(self, ids: Sequence[str], templates: PreparedTemplates) -> None:
        """Put other templates in the place of those of some ids; all or none. Raises: as `add`."""
        with self._lock:
            self._check(ids, templates, known=True)
            old = [self._row.pop(one) for one in ids]
            order = self._order[old]
            self._remove_rows(old)
            self._append(ids, templates, order)

    def remove(self, ids: Collection[str]) -> None:
        """Remove the templates of some ids; all or none. Raises: BadInput: an id that is not there."""
        with self._lock:
            self._check_ids(ids, known=True)
            self._remove_rows([self._row.pop(one) for one in ids])
            if self._used > 2 * len(self._row) + FEWEST_ROWS:  # searches pass over removed rows too
                self._rebuild(len(self._row))

    def compact(self) -> None:
        """Let go of the numbers of removed templates, and of the memory they take."""
        with self._lock:
            self._rebuild(len(self._row))

    def snapshot(self) -> GallerySnapshot:
        """The gallery as it is now; taking one copies nothing."""
        with self._lock:
            if self._snapshot is None:
                used = self._used
                columns = self._columns.each(lambda column: read_only(column[:used]))
                templates = replace(columns, removed=used - len(self._row))
                self._snapshot = GallerySnapshot(templates, self._ids)
                self._squares_shared = True
            return self._snapshot

    @property
    def _order(self) -> NDArray[np.int64]:
        return cast("NDArray[np.int64]", self._columns.order)

    def _complete(self, part: PreparedTemplates, order: NDArray[np.int64]) -> PreparedTemplates:
        """Templates with all the columns that a gallery keeps."""
        codes, scales = encode(part.single) if self._coded else (None, None)
        return replace(part, codes=codes, scales=scales, order=order)

    def _append(self, ids: Sequence[str], templates: PreparedTemplates, order: NDArray[np.int64]) -> None:
        """Write below the last row, which no snapshot sees."""
        part = self._complete(templates, order)
        if self._used + len(part) > len(self._columns):
            self._rebuild(max(FEWEST_ROWS, 2 * (len(self._row) + len(part))))
        rows = range(self._used, self._used + len(part))
        for name in COLUMNS:
            column = getattr(self._columns, name)
            if column is not None:
                column[rows.start : rows.stop] = getattr(part, name)
        self._columns = replace(self._columns, longest=max(self._columns.longest, part.longest))
        self._row.update(zip(ids, rows, strict=True))
        self._ids.extend(ids)
        self._used, self._snapshot = rows.stop, None

    def _remove_rows(self, rows: list[int]) -> None:
        """Put rows infinitely far away, for snapshots still to be taken."""
        squares = self._columns.squares
        if self._squares_shared:
            squares = squares.copy()
            self._columns = replace(self._columns, squares=squares)
            self._squares_shared = False
        squares[rows] = np.inf
        self._snapshot = None

    def _rebuild(self, capacity: int) -> None:
        """Move the templates that are present to new columns, in their order."""
        rows = np.fromiter(self._row.values(), np.intp, len(self._row))
        rows = rows[np.argsort(self._order[rows])]

        def moved(column: NDArray[Any]) -> NDArray[Any]:
            new = np.empty((capacity, *column.shape[1:]), column.dtype)
            np.take(column, rows, axis=0, out=new[: len(rows)])
            return new

        self._columns = self._columns.each(moved)
        self._ids = [self._ids[row] for row in rows.tolist()]
        self._row = {one: row for row, one in enumerate(self._ids)}
        self._used, self._snapshot, self._squares_shared = len(rows), None, False

    def _check(self, ids: Sequence[str], templates: PreparedTemplates, *, known: bool) -> None:
        check_comparable(templates, self._columns)
        if len(ids) != len(templates) or templates.removed:
            raise BadInput(
                "templates for a gallery",
                expected="one id a template, and none removed",
                got=f"{len(ids)} ids for {len(templates)}, {templates.removed} removed",
                remedy="give each template its id",
                code="argument-unusable",
            )
        self._check_ids(ids, known=known)

    def _check_ids(self, ids: Collection[str], *, known: bool) -> None:
        wrong = [one for one in ids if (one in self._row) != known]
        wrong = wrong or [one for one, times in Counter(ids).items() if times > 1]
        if wrong:
            raise BadInput(
                "an id of the gallery",
                expected=f"ids that are {'in it' if known else 'not in it yet'}, each once",
                got=repr(wrong[0]),
                remedy="correct the list of ids",
                code="id-unusable",
                facts={"id": wrong[0]},
            )
