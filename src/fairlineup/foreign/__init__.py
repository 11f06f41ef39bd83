"""JSON, TOML and numbers that somebody else wrote: one door, with limits, against a declared type.

found = decode_json(content, Answer, largest=2**20)  # Answer: a dataclass, or list[tuple[str, Number]]

Whatever is not as declared is a MisfitError: what was expected, what was got, and where.
"""

from fairlineup.foreign.jsontext import DEEPEST, LARGEST, decode_json
from fairlineup.foreign.misfit import MisfitError
from fairlineup.foreign.tomltext import parse_toml
from fairlineup.foreign.values import Number, convert, number

__all__ = [
    "DEEPEST",
    "LARGEST",
    "MisfitError",
    "Number",
    "convert",
    "decode_json",
    "number",
    "parse_toml",
]
