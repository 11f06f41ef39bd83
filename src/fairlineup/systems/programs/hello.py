"""What a program says of itself when it is greeted, held against the protocol field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairlineup.options import read_options
from fairlineup.records import BadInput, SystemInformation
from fairlineup.systems.information import GREETING, Misstated, check_information

PROTOCOL = 1
OPTIONAL = {"default_threshold": None, "recommended_threshold": None}


def information_from(answer: Mapping[str, Any]) -> SystemInformation:
    """What the program is. Raises: Misstated."""
    protocol = answer.get("protocol")
    if type(protocol) is not int or protocol != PROTOCOL:
        raise Misstated(f"protocol {PROTOCOL}", repr(protocol)[:100])
    stated = {name: value for name, value in answer.items() if name != "protocol"}
    try:
        return check_information(read_options(SystemInformation, {**OPTIONAL, **stated}, GREETING))
    except BadInput as error:
        raise Misstated(f"{error.what} as {error.expected}", error.got) from None
