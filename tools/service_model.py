"""Cut botocore's model of Rekognition down to what the wire needs, or say where another botocore differs.

    python tools/service_model.py            # what the botocore installed says otherwise: `make upstream`
    python tools/service_model.py --write    # pin the botocore installed

The model is botocore's, under the Apache License 2.0 (NOTICE); all its texts of documentation are left out.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Any

from fairlineup.service.wire import BUILT

PINNED = Path(__file__).parents[1] / "src/fairlineup/service/wire/rekognition.json"
MODEL = Path("data") / "rekognition" / "2016-06-27" / "service-2.json.gz"

Model = dict[str, Any]


def installed() -> Model:
    """The model of the botocore installed here, cut down."""
    import botocore

    content = gzip.decompress((Path(botocore.__file__).parent / MODEL).read_bytes())
    whole = json.loads(content)
    source = {
        "package": "botocore",
        "version": botocore.__version__,
        "file": MODEL.as_posix(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "license": "Apache-2.0; see NOTICE",
    }
    return {"source": source, **cut_down(whole)}


def cut_down(whole: Model) -> Model:
    """The errors of every operation, and the shapes of those that are built."""
    operations = {name: _operation(name, said) for name, said in sorted(whole["operations"].items())}
    roots = [said[way] for said in operations.values() for way in ("input", "output") if way in said]
    shapes = {name: _bare(whole["shapes"][name]) for name in sorted(_reached(whole["shapes"], roots))}
    target = whole["metadata"]["targetPrefix"]
    return {"target": target, "operations": operations, "shapes": shapes}


def _operation(name: str, said: Model) -> Model:
    ways = {way: said[way]["shape"] for way in ("input", "output")} if name in BUILT else {}
    return {**ways, "errors": sorted(error["shape"] for error in said["errors"])}


def _reached(shapes: Mapping[str, Model], roots: list[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _named_in(shapes[name])
    return found


def _named_in(shape: Model) -> Iterator[str]:
    yield from (member["shape"] for member in shape.get("members", {}).values())
    yield from (shape[part]["shape"] for part in ("member", "key", "value") if part in shape)


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(part) for key, part in value.items() if key != "documentation"}
    return [_bare(part) for part in value] if isinstance(value, list) else value


def text_of(model: Model) -> str:
    """The file: a line for each operation and shape, so that a difference can be read."""
    tables = []
    for name in ("operations", "shapes"):
        rows = [f"{json.dumps(key)}: {json.dumps(row)}" for key, row in model[name].items()]
        tables.append(f'"{name}": {{\n' + ",\n".join(rows) + "\n}")
    head = [f'"{key}": {json.dumps(model[key])}' for key in ("source", "target")]
    return "{\n" + ",\n".join([*head, *tables]) + "\n}\n"


def drift() -> list[str]:
    """Lines in which the model of the botocore installed differs from the pinned one; its version is none."""
    pinned, now = json.loads(PINNED.read_text("utf-8")), installed()
    before, after = (text_of({**model, "source": {}}).splitlines() for model in (pinned, now))
    one, other = (f"botocore {model['source']['version']}" for model in (pinned, now))
    return list(unified_diff(before, after, one, other, lineterm="", n=0))


def main(arguments: list[str]) -> int:
    """Write the pinned model, or print the drift; status 1 where there is any."""
    if arguments == ["--write"]:
        PINNED.write_text(text_of(installed()), encoding="utf-8")
        return 0
    found = drift()
    pinned = json.loads(PINNED.read_text("utf-8"))["source"]["version"]
    print("\n".join(found) or f"the face operations are as in botocore {pinned}, which is pinned")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
