"""Parquet files of strangers, looked at before they are read: how much they say they unfold to."""

from __future__ import annotations

from pathlib import Path

from fairlineup.records import BadInput

LARGEST = 1 << 30  # bytes any file may unfold to
RATIO = 200  # or so many times its size: far more than answers ever give


def check_parquet(folder: Path) -> None:
    """Raise BadInput for a Parquet file that would unfold to more than a run's answers can be.

    Where pyarrow is missing nothing is read, and so nothing unfolds.
    """
    files = sorted(folder.glob("*.parquet"))
    if not files:
        return
    try:
        import pyarrow as arrow
        import pyarrow.parquet as pq
    except ImportError:
        return
    for path in files:
        try:
            metadata = pq.read_metadata(path)
        except (OSError, arrow.ArrowException) as error:
            raise _not_read(path, str(error).splitlines()[0]) from error
        groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
        cells = metadata.num_rows * metadata.num_columns
        size = max(sum(group.total_byte_size for group in groups), cells // 8)
        if size > max(LARGEST, RATIO * path.stat().st_size):
            raise _not_read(path, f"one that unfolds to {size:,} bytes")


def _not_read(path: Path, got: str) -> BadInput:
    return BadInput(
        f"{path.name} of the bundle is not read",
        expected="a Parquet file as a run writes it",
        got=got,
        remedy="get the bundle again from whoever made it",
        code="bundle-unreadable",
    )
