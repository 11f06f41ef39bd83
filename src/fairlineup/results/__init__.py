"""Results as frozen records, one codec for all of them, and their JSON schemas; imports records and files."""

from fairlineup.results.codec import decode, encode, from_json, to_json
from fairlineup.results.schema import schema_of
from fairlineup.results.shape import FLAT, Pattern, Range

__all__ = ["FLAT", "Pattern", "Range", "decode", "encode", "from_json", "schema_of", "to_json"]
