"""What a plan may say about how Rekognition is asked; never who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from fairlineup.records import BadInput, Price

FILTERS = ("NONE", "AUTO", "LOW", "MEDIUM", "HIGH")
SECRETS = ("key", "token", "secret", "password", "credential")


@dataclass(frozen=True, slots=True)
class RekognitionOptions:
    """How Rekognition is asked.

    Attributes:
        region: e.g. "us-east-1"; blank for boto3's own choice.
        profile: of the AWS configuration files; blank for boto3's own choice.
        endpoint_url: another server that speaks the protocol; blank for boto3's own choice.
        quality_filter: of IndexFaces; AUTO is what a caller gets who names none.
        search_quality_filter: of SearchFacesByImage and CompareFaces, where NONE is.
        at_once: questions asked at the same time.
        timeout_s: until an answer is given up.
        price: of a call, where the plan says.
    """

    region: str = ""
    profile: str = ""
    endpoint_url: str = ""
    quality_filter: str = "AUTO"
    search_quality_filter: str = "NONE"
    at_once: int = 4
    timeout_s: float = 60.0
    price: Price | None = None


PRICES = ("price_per_call", "price_source", "price_date")
NAMES = (*(f.name for f in fields(RekognitionOptions) if f.name != "price"), *PRICES)
TEXTS = ("region", "profile", "price_source")


def rekognition_options(table: Mapping[str, Any]) -> RekognitionOptions:
    """Options from a plan's [system.options]. Raises: BadInput (an unknown name, a wrong kind, a secret)."""
    for name, value in table.items():
        if any(word in name.lower() for word in SECRETS):
            raise BadInput(
                f"the plan says {name} of rekognition",
                expected="no credentials: boto3 finds them in the environment (AWS_ACCESS_KEY_ID, "
                "AWS_SECRET_ACCESS_KEY), in a profile, or with the machine",
                got="an option that looks like one",
                remedy="remove it from [system.options]; if it was real, replace it: plans are published",
            )
        _check(name, value)
    plain = {name: value for name, value in table.items() if name not in PRICES}
    return RekognitionOptions(**plain, price=_price(table))


def _price(table: Mapping[str, Any]) -> Price | None:
    given = [name for name in PRICES if name in table]
    if not given:
        return None
    for name in PRICES:
        if name not in given:
            raise _wrong(name, f"all of {', '.join(PRICES)}, or none", f"only {', '.join(given)}")
    return Price(float(table["price_per_call"]), "USD", str(table["price_date"]), table["price_source"])


def _check(name: str, value: Any) -> None:
    number = type(value) in (int, float)
    if name not in NAMES:
        raise _wrong(name, f"one of {', '.join(NAMES)}", repr(name))
    if name in TEXTS and not (isinstance(value, str) and value):
        raise _wrong(name, "text", repr(value))
    if name == "endpoint_url":
        _check_address(value)
    if name in ("quality_filter", "search_quality_filter") and value not in FILTERS:
        raise _wrong(name, f"one of {', '.join(FILTERS)}", repr(value))
    if name == "at_once" and not (type(value) is int and 1 <= value <= 64):
        raise _wrong(name, "a whole number from 1 to 64", repr(value))
    if name == "timeout_s" and not (number and 0 < value < float("inf")):
        raise _wrong(name, "a number of seconds above 0", repr(value))
    if name == "price_per_call" and not (number and 0 <= value < float("inf")):
        raise _wrong(name, "US dollars for one call", repr(value))
    if name == "price_date" and not (type(value) is date or _is_day(value)):
        raise _wrong(name, "the day the price list was read, as 2026-01-31", repr(value))


def _check_address(value: Any) -> None:
    if isinstance(value, str) and (
        "@" in value or "?" in value
    ):  # not repeated: what is before @ is a secret
        raise _wrong("endpoint_url", "an address without name, password or query", "one with")
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        plain = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        plain = False
    if not plain:
        raise _wrong("endpoint_url", "https://host or http://host:port", repr(value))


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _wrong(name: str, expected: str, got: str) -> BadInput:
    return BadInput(
        f"the option {name} of rekognition",
        expected=expected,
        got=got,
        remedy="correct [system.options] in the plan",
    )
