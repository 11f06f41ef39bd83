"""Parquet files of strangers, looked at before they are read: how much they unfold to."""

from __future__ import annotations

from pathlib import Path

from fairlineup.files import NotParquetError, open_parquet
from fairlineup.records import BadInput


def check_parquet(folder: Path) -> None:
    """Raise BadInput for a Parquet file that would unfold to more than a run's answers can be.

    Where pyarrow is missing nothing is read, and so nothing unfolds.
    """
    for path in sorted(folder.glob("*.parquet")):
        try:
            with path.open("rb") as file:
                open_parquet(file)
        except ImportError:
            return
        except NotParquetError as error:
            raise _not_read(path, str(error)) from error


def _not_read(path: Path, got: str) -> BadInput:
    return BadInput(
        f"{path.name} of the bundle is not read",
        expected="a Parquet file as a run writes it",
        got=got,
        remedy="get the bundle again from whoever made it",
        code="bundle-unreadable",
    )
