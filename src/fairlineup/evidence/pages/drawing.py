"""A chart with the numbers drawn in it, on the page and as files beside it."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from fairlineup.evidence.pages.figures import Measured
from fairlineup.evidence.pages.words import as_page
from fairlineup.files import content_of, csv_of, write_atomic
from fairlineup.records import NotMeasured

FOLDER = "figures"
INDEX = "index.csv"
WIDTH_PX = 760
PALETTE = (
    "svg{--paper:#fff;--ink:#1b1f27;--soft:#555c68;--rule:#d9d6cd;--wash:#f1efe8;"
    "--one:#1f4f82;--two:#a3501b;--bar:#9fb6d0;background:#fff}"
)
Cell = str | float | None
MEASURED = ("value", "low", "high", "errors", "trials", "not_measured")


@dataclass(frozen=True, slots=True)
class Drawing:
    """One chart of the page."""

    name: str  #: of its files, without ending.
    title: str  #: what is drawn.
    svg: Markup  #: the chart.
    columns: tuple[str, ...]  #: names of what is drawn.
    rows: tuple[tuple[Cell, ...], ...]  #: the numbers drawn, as they stand in the results.

    @property
    def data(self) -> str:
        """The numbers drawn as an address that holds them: the page may be sent without its folder."""
        return f"data:text/csv;base64,{base64.b64encode(self.table().encode()).decode()}"

    def standalone(self, style: str) -> str:
        """The chart as an SVG file that needs nothing else."""
        opening = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_PX}" '
        svg = str(self.svg).replace("<svg ", opening, 1).replace('width="100%" ', "", 1)
        return svg.replace("</desc>", f"</desc><style>{PALETTE}{style}</style>", 1) + "\n"

    def table(self) -> str:
        """The numbers drawn, as CSV."""
        return csv_of([self.columns, *self.rows])


def numbers_of(measured: Measured) -> tuple[Cell, ...]:
    """A measured number as cells under `MEASURED`."""
    if isinstance(measured, NotMeasured):
        return None, None, None, measured.errors, measured.trials, measured.reason
    return measured.value, measured.low, measured.high, measured.errors, measured.trials, None


def named(*parts: str) -> str:
    """A file name of parts others wrote: two different texts never give one name."""
    return "-".join(_slug(part) for part in parts)


def write_drawings(folder: Path, drawings: Sequence[Drawing], style: str) -> None:
    """Write every chart as SVG and CSV, with an index; what an older index names and no chart has now goes.

    Raises: BadInput, SystemFailed: the place cannot be written to.
    """
    index = folder / INDEX
    kept = {name for one in drawings for name in (f"{one.name}.svg", f"{one.name}.csv")}
    for old in _listed(index) - kept:
        (folder / old).unlink(missing_ok=True)
    for one in drawings:
        write_atomic(folder / f"{one.name}.svg", as_page(one.standalone(style)))
        write_atomic(folder / f"{one.name}.csv", one.table().encode())
    listed = [(f"{one.name}.svg", f"{one.name}.csv", one.title) for one in drawings]
    write_atomic(index, csv_of([("picture", "numbers", "title"), *listed]).encode())


def _listed(index: Path) -> set[str]:
    """Names an older index lists that can only be files of this folder."""
    rows = csv.reader(io.StringIO((content_of(index) or b"").decode(errors="replace")))
    names = {name for row in rows for name in row[:2]}
    return {name for name in names if re.fullmatch(r"[a-z0-9_.-]+\.(svg|csv)", name) and name != INDEX}


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9_.]+", "-", text.lower()).strip("-.")[:40]
    return slug if slug == text else f"{slug}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
