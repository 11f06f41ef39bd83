"""TOML that somebody else wrote."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from fairlineup.foreign.misfit import MisfitError

LARGEST = 2**20  # characters
DEEPEST = 32  # parts of a dotted key: tomllib takes the square of their number
_PART = r"""(?:[\w-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+')[ \t]*+"""
_DEEP_KEY = re.compile(rf"(?<![\w.\"'\\-]){_PART}(?:\.[ \t]*+{_PART}){{{DEEPEST},}}+", re.ASCII)


def parse_toml(text: str, *, largest: int = LARGEST) -> dict[str, Any]:
    """The table of a TOML text.

    Args:
        text: the text.
        largest: characters that it may have.
    Raises: MisfitError: it is larger, or holds more than this can. tomllib.TOMLDecodeError: it is none.
        Both are ValueErrors.
    """
    if len(text) > largest:
        raise MisfitError(f"{largest:,} characters at most", f"{len(text):,}")
    if _DEEP_KEY.search(text):
        raise MisfitError(f"names of {DEEPEST} parts at most", "one of more")
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        raise MisfitError("numbers that can be held", "one of thousands of digits") from None
    except RecursionError:
        raise _too_deep() from None
    inside: list[Any] = [found]
    for _ in range(DEEPEST):
        parts = (one.values() if isinstance(one, dict) else one for one in inside)
        inside = [one for some in parts for one in some if isinstance(one, dict | list)]
    if inside:
        raise _too_deep()
    return found


def _too_deep() -> MisfitError:
    return MisfitError(f"values nested {DEEPEST} deep at most", "deeper ones")
