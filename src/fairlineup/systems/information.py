"""What a system says of itself, held against what any may say: programs and code of others alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from fairlineup.options import Naming, check_options
from fairlineup.records import BadInput, SystemInformation
from fairlineup.seals import canonical_json

GREETING = Naming("{}")
MOST_AT_ONCE = 1_000  # each is a photograph in memory and, across a wire, a thread
LONGEST_TEXT = 2_000  # characters: it stands at the terminal and on pages
LONGEST_SETTINGS = 100_000  # bytes


class Misstated(Exception):
    """A field of it that cannot be."""

    def __init__(self, expected: str, got: str) -> None:
        self.expected, self.got = expected, got
        super().__init__(expected, got)


def check_information(information: SystemInformation) -> SystemInformation:
    """The same, if a run can be begun on it. Raises: Misstated."""
    try:
        check_options(information, GREETING)
    except BadInput as error:
        raise Misstated(f"{error.what} as {error.expected}", error.got) from None
    for expected, got in (*_out_of_bounds(information, ""), *_off_scale(information)):
        raise Misstated(expected, got)
    if information.at_once > MOST_AT_ONCE:
        raise Misstated(f"at_once of {MOST_AT_ONCE:,} at most", f"{information.at_once:,}")
    try:
        sealed = canonical_json({**information.settings})  # as a run seals it
    except (TypeError, ValueError) as error:
        raise Misstated("settings that are texts, truths and numbers of JSON", str(error)) from error
    if len(sealed) > LONGEST_SETTINGS:
        raise Misstated(f"settings of {LONGEST_SETTINGS:,} bytes at most", f"{len(sealed):,}")
    return information


def _out_of_bounds(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Texts that are blank or too long and counts of none, in the value and what it holds, settings apart."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name == "settings" or "float" in str(field.type):  # a score may be a plain 0
                continue
            if (held := getattr(value, field.name)) != field.default:
                yield from _out_of_bounds(held, f"{place}.{field.name}".lstrip("."))
    elif isinstance(value, tuple):
        for one in value:
            yield from _out_of_bounds(one, place)
    elif isinstance(value, str) and not value.strip():
        yield f"{place} as a text that is not blank", repr(value[:100])
    elif isinstance(value, str) and len(value) > LONGEST_TEXT:
        yield f"{place} of {LONGEST_TEXT:,} characters at most", f"{len(value):,}"
    elif type(value) is int and value < 1:
        yield f"{place} as a whole number above 0", repr(value)


def _off_scale(information: SystemInformation) -> Iterator[tuple[str, str]]:
    scale = information.scale
    if not scale.low < scale.high:
        yield "scale.low below scale.high", f"{scale.low:g} and {scale.high:g}"
    named = (information.default_threshold, information.recommended_threshold, *information.sample_thresholds)
    for threshold in named:
        if threshold is not None and not scale.low <= threshold.score <= scale.high:
            yield f"thresholds on its scale, {scale.low:g} to {scale.high:g}", f"{threshold.score:g}"
