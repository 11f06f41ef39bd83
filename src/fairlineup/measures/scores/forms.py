"""Ids and values of a table that differ in form only: one person counted as two, unless said to be two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fairlineup.measures.arguments import BadArgument
from fairlineup.measures.scores.columns import Label, unusable
from fairlineup.records import differing_in_form, form_of, form_of_name, how_they_differ


def check_forms(
    people: Iterable[Any], labels: dict[str, Label], photos: tuple[Sequence[Any], Sequence[Any]] | None
) -> None:
    """Raises: BadInput (ids of people or photographs, or values of a label, that differ in form only)."""
    _check("ids of people", people, form_of)
    for label, one in labels.items():
        _check(f"values of {label}", one.values, form_of)
    if photos is not None:
        _check("names of photographs", dict.fromkeys([*photos[0], *photos[1]]), form_of_name)


def _check(what: str, names: Iterable[Any], form: Callable[[str], str]) -> None:
    same = differing_in_form((name for name in names if isinstance(name, str)), form)
    if same:
        several = f" ({len(same):,} such)" if len(same) > 1 else ""
        raise BadArgument(
            "the scores cannot be used",
            expected=f"{what} each written in one way",
            got=f"some that would agree if they were: {how_they_differ(same[0])}{several}",
            remedy="write them alike, or say that they are taken as written if they are different ones",
        )


def check_kinds(people: Sequence[Any]) -> None:
    """Raises: BadInput (ids of two kinds, which are never equal). Numbers, whole or not, are of one kind."""
    kinds = sorted({type(one).__name__ for one in people})
    if len(kinds) < 2 or kinds == ["float", "int"]:
        return
    forms = [{form_of(str(one)) for one in people if type(one).__name__ == kind} for kind in kinds]
    same = sum(map(len, forms)) - len(set[str]().union(*forms))
    agree = f"; written alike, {same:,} of them would agree" if same else ""
    raise unusable("ids of one kind on both sides", f"{' and '.join(kinds)}, which are never equal{agree}")
