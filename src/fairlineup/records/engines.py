"""What a table of scores may say of who made them: scores of two engines are no scores of one system."""

from __future__ import annotations

from collections.abc import Iterable

from fairlineup.records.errors import BadInput

MADE_BY = ("engine", "pipeline", "model")
"""Columns that say which engine made a score."""


def check_one_engine(what: str, column: str, values: Iterable[str]) -> None:
    """Raises: BadInput: a column that says who made the scores names more than one."""
    named = sorted(set(values))
    if len(named) > 1:
        raise BadInput(
            f"{what} holds scores of {len(named)} engines",
            expected=f"one value in the column {column}",
            got=f"{', '.join(named[:4])}{', …' if len(named) > 4 else ''}",
            remedy="give the scores of each engine in a file of its own",
            code="models-mixed",
        )
