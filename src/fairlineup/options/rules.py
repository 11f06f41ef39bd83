"""What a value of an option may be beyond its type: `Annotated[float, between(0, 1)]`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """Part of an annotation."""

    allows: Callable[[Any], object]  #: whether a value of the right type is allowed.
    words: str  #: what is allowed, after the words of the type ("from 0 to 1"), or in their place.
    alone: bool = False  #: whether the words stand in place of those of the type.
    #: whether a value that is refused may hold a secret, so that no error repeats it.
    hides: Callable[[Any], object] = lambda _: False


def between(low: float, high: float) -> Rule:
    """A number from `low` to `high`, both included."""
    return Rule(lambda value: low <= value <= high, f"from {_written(low)} to {_written(high)}")


def at_least(low: float) -> Rule:
    """A number of `low` or more."""
    return Rule(lambda value: value >= low, f"of {_written(low)} or more")


def above(low: float) -> Rule:
    """A number above `low`."""
    return Rule(lambda value: value > low, f"above {_written(low)}")


def below(high: float) -> Rule:
    """A number below `high`."""
    return Rule(lambda value: value < high, f"below {_written(high)}")


def such(
    check: Callable[[Any], object], words: str, *, hides: Callable[[Any], object] = lambda _: False
) -> Rule:
    """Whatever a function says yes to; `words` say all of it: "an address, as https://host".

    A lambda needs a name of its own outside the dataclass (`Address = Annotated[str, such(lambda …)]`): what
    stands inside a dataclass is evaluated without the module's names.
    """
    return Rule(check, words, alone=True, hides=hides)


NOT_BLANK = Rule(str.strip, "that is not blank")
INLINE = Rule(lambda _: True, "")
"""Of a field that is a dataclass: its fields stand in the table itself, in none of their own."""


def _written(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"
