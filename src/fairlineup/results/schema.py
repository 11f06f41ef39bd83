"""The JSON schema of a record, from its types, docstring and `#:` comments: docs/*.schema.json."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Sequence
from dataclasses import MISSING, is_dataclass
from types import NoneType
from typing import Any

from fairlineup.results import shape
from fairlineup.results.shape import FLAT, Field

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
_FIELD = re.compile(r"    (\w+): ")
_ATTRIBUTE = re.compile(r"^    (\w+): (.+(?:\n      +.+)*)", re.MULTILINE)
Schema = dict[str, Any]
_Noted = tuple[Field, Schema]


def schema_of(record: type, title: str) -> Schema:
    """The JSON schema (draft 2020-12) of a record, with a definition for each record that stands in it.

    Raises: ValueError: two records of one name.
    """
    found = _Definitions()
    root = found.of_record(record)
    defs = {name: found.schemas[name] for name in sorted(found.schemas)}
    return {"$schema": DIALECT, "title": title, **root, "$defs": defs}


class _Definitions:
    """Schemas of records by name, as they are come upon."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}
        self._records: dict[str, type] = {}

    def of_record(self, record: type) -> Schema:
        """A record; one with flat fields of several kinds is any of what they make of it."""
        forms = [self._object(fields) for fields in _forms(record)]
        about, _ = _described(record)
        return {"description": about, **(forms[0] if len(forms) == 1 else {"anyOf": forms})}

    def of(self, kind: Any, *, null: bool = True) -> Schema:
        """Any type that a record may hold; a null that is left out where it is the default has no schema."""
        bare, notes = shape.bare_kind(kind)
        if shape.is_record(bare):
            return self._reference(bare)
        members = [one for one in shape.members_of(bare) if null or one is not NoneType]
        item, value, row = shape.item_of(bare), shape.value_of(bare), shape.row_of(bare)
        if members:
            found = _any_of([self.of(one) for one in members])
        elif row is not None:
            cells = [self.of(one) for one in row]
            found = {"type": "array", "prefixItems": cells, "items": False, "minItems": len(cells)}
        elif item is not None:
            found = {"type": "array", "items": self.of(item)}
        elif value is not None:
            found = {"type": "object", "additionalProperties": self.of(value)}
        else:
            found = _plain(bare)
        return found | {key: said for note in notes if note is not FLAT for key, said in note.schema.items()}

    def _reference(self, record: type) -> Schema:
        name = record.__name__
        if self._records.setdefault(name, record) is not record:
            raise ValueError(f"two records are called {name}")
        if name not in self.schemas:
            self.schemas[name] = {}
            self.schemas[name] = self.of_record(record)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, fields: Sequence[_Noted]) -> Schema:
        rest = [self.of(shape.value_of(shape.bare_kind(one.kind)[0])) for one, _ in fields if one.flat]
        named = [(one, note) for one, note in fields if not one.flat]
        return {
            "type": "object",
            "properties": {
                one.key: self.of(one.kind, null=one.default is not None) | note for one, note in named
            },
            "required": [one.key for one, _ in named if one.always or one.default is MISSING],
            "additionalProperties": rest[0] if rest else False,
        }


def _forms(record: type) -> list[list[_Noted]]:
    """The fields a record may have in JSON: one list for each choice among its flat fields."""
    choices: list[list[list[_Noted]]] = []
    _, notes = _described(record)
    own = {one.key for one in shape.fields_of(record) if not one.flat}
    for one in shape.fields_of(record):
        note = {"description": notes[one.name]} if one.name in notes else {}
        bare, _ = shape.bare_kind(one.kind)
        if not one.flat or shape.keys_of(bare) is None:
            choices.append([[(one, note)]])
        else:
            records = [member for member in shape.members_of(bare) or (bare,) if member is not NoneType]
            forms = [form for member in records for form in _forms(member)]
            found = [[(part, note) for part, note in form if part.key not in own] for form in forms]
            choices.append(found if one.default is MISSING else [*found, []])
    return [list(itertools.chain(*chosen)) for chosen in itertools.product(*choices)]


def _any_of(schemas: Sequence[Schema]) -> Schema:
    """Any of several; types without more to say stand in one list."""
    if len(schemas) == 1:
        return schemas[0]
    names = [one["type"] for one in schemas if set(one) == {"type"}]
    return {"type": names} if len(names) == len(schemas) else {"anyOf": list(schemas)}


def _plain(kind: Any) -> Schema:
    literals = shape.literals_of(kind)
    if literals:
        return {"const": literals[0]} if len(literals) == 1 else {"enum": list(literals)}
    return {} if kind is Any else {"type": _PLAIN[kind]}


def _described(record: type) -> tuple[str, dict[str, str]]:
    """What the docstring of a record says of it, and what is said of each field, its own and inherited."""
    about, notes = "", dict[str, str]()
    for kind in (one for one in reversed(record.__mro__) if is_dataclass(one)):
        about, _, attributes = inspect.cleandoc(kind.__doc__ or "").partition("\nAttributes:\n")
        notes |= {name: " ".join(said.split()) for name, said in _ATTRIBUTE.findall(attributes)}
        notes |= _beside_fields(kind)
    return " ".join(about.split()), notes


def _beside_fields(record: type) -> dict[str, str]:
    """The `#:` comments of a record, which stand above a field or after it."""
    notes: dict[str, str] = {}
    above: list[str] = []
    for line in inspect.getsource(record).splitlines():
        code, _, said = line.partition("#: ")
        field = _FIELD.match(code)
        above = [*above, said] if said else above
        if field:
            notes |= {field[1]: " ".join(above)} if above else {}
            above = []
    return notes
