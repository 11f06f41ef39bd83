"""Who decides: two people, each under one name."""

from __future__ import annotations

from collections.abc import Iterable

from fairlineup.labels.decision import Decision
from fairlineup.records import BadInput, escaped, form_of_name, nobody
from fairlineup.seals import digest_of

LONGEST_NAME = 80


def reviewer_key(name: str) -> str:
    """What makes two names one reviewer: neither case nor spaces, Unicode form or what cannot be seen."""
    return form_of_name(name)


def reviewer_name(name: str) -> str:
    """A reviewer's name as it is recorded. Raises: BadInput: blank, too long or not printable."""
    plain = " ".join(name.split())
    if nobody(plain) or len(plain) > LONGEST_NAME or escaped(plain) != plain:
        raise BadInput(
            "a reviewer needs a name",
            expected=f"1 to {LONGEST_NAME} printable characters",
            got=repr(name[:LONGEST_NAME]),
            remedy="give one",
            code="reviewer-unusable",
            facts={"name": name[:LONGEST_NAME]},
        )
    return plain


def sheet_name(reviewer: str) -> str:
    """What a reviewer's files are called: no two reviewers share it. Raises: BadInput: as `reviewer_name`."""
    reviewer_name(reviewer)
    key = reviewer_key(reviewer)
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in key)
    return plain if plain == key else f"{plain}-{digest_of(key).removeprefix('sha256:')[:6]}"


def check_reviewer(decisions: Iterable[Decision], reviewer: str) -> None:
    """Raises: BadInput: somebody who comes after two others who have decided."""
    others = {reviewer_key(one.reviewer): one.reviewer for one in decisions}
    others.pop(reviewer_key(reviewer), None)
    if len(others) >= 2:
        raise BadInput(
            f"{reviewer_name(reviewer)} would be a third reviewer",
            expected=f"one of {' and '.join(sorted(others.values()))}, who have decided already",
            got=repr(reviewer),
            remedy="two people decide; give the name as they gave it before",
            code="reviewer-unusable",
        )
