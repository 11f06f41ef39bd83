"""Where an exception was raised: in whose code, at which line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fairlineup.records import kind_of, place_in_ours, place_in_theirs
from fairlineup.seals import canonical_json


def _caught(act: Any, *of: Any) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - any is
        act(*of)
    return caught.value


def test_the_kind_is_one_line() -> None:
    assert kind_of(KeyError("a key")) == "KeyError: 'a key'"
    assert kind_of(ValueError("two\nlines")) == "ValueError: two lines"
    assert kind_of(MemoryError()) == "MemoryError"


def test_ours_is_the_innermost_line_of_ours() -> None:
    place = place_in_ours(_caught(canonical_json, object()))
    name, _, line = place.partition(", line ")
    assert name == "seals/canonical.py"
    assert "plain value" in Path(canonical_json.__code__.co_filename).read_text().splitlines()[int(line) - 1]
    assert place_in_ours(ValueError("never raised")) == "no place of this package"


def test_theirs_is_their_own_line_and_no_librarys(tmp_path: Path) -> None:
    code = compile(
        "import json\n\ndef act():\n    json.loads('not json')\n", str(tmp_path / "theirs.py"), "exec"
    )
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - what is executed is written above
    assert place_in_theirs(_caught(names["act"])) == f"{tmp_path / 'theirs.py'}, line 4"
    alone = _caught(json.loads, "not json")
    alone.__traceback__ = alone.__traceback__.tb_next.tb_next  # type: ignore[union-attr]
    assert place_in_theirs(alone) == ""
