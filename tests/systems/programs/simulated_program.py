"""The simulated system as a program that speaks docs/systems/process.md, and that misbehaves when told to."""

from __future__ import annotations

import argparse
import base64
import json
import sys
import time
from pathlib import Path
from typing import Any

from fairlineup.records import Photograph, SearchRequest
from fairlineup.systems import SimulatedSystem, options_from

parser = argparse.ArgumentParser()
parser.add_argument("--options", default="{}", help="of the simulated system, as JSON")
parser.add_argument("--hello", default="{}", help="fields of the greeting, as JSON; null leaves one out")
parser.add_argument("--at", type=int, default=-1, help="misbehave at this question about a photograph")
parser.add_argument("--once", type=Path, help="but only if this file is not there yet; make it")
parser.add_argument("--do", default="", help="how to misbehave")
parser.add_argument("--read", type=Path, help="write each question here")
parser.add_argument("--backwards", type=int, default=0, help="keep so many answers and give them last first")
given = parser.parse_args()
system = SimulatedSystem(options_from(json.loads(given.options)))
asked = 0
kept: list[str] = []


def say(line: str) -> None:
    kept.append(line)
    if len(kept) >= given.backwards:
        for one in reversed(kept):
            sys.stdout.write(one + "\n")
        sys.stdout.flush()
        kept.clear()


def hello() -> dict[str, Any]:
    information = system.information()
    scale = information.scale
    default, recommended = information.default_threshold, information.recommended_threshold
    fields = {
        "protocol": 1,
        "name": information.name,
        "vendor": information.vendor,
        "version": information.version,
        "scale": {"kind": scale.kind, "low": scale.low, "high": scale.high, "name": scale.name},
        "default_threshold": default and {"score": default.score, "source": default.source},
        "recommended_threshold": recommended and {"score": recommended.score, "source": recommended.source},
        "sample_thresholds": [{"score": t.score, "source": t.source} for t in information.sample_thresholds],
        "population": "simulated",
        "max_candidates": information.max_candidates,
        "settings": information.settings,
        **json.loads(given.hello),
    }
    return {name: value for name, value in fields.items() if value is not None}


def misbehave(number: int) -> dict[str, Any] | None:
    match given.do:
        case "die":
            print("first line\nthe last words", file=sys.stderr, flush=True)
            sys.exit(7)
        case "hang":
            time.sleep(600)
        case "shut":
            sys.stdout.close()
            time.sleep(600)
        case "slow":
            time.sleep(0.4)
        case "secret":
            import os

            print(f"refused {os.environ['OUR_TEST_TOKEN']}", file=sys.stderr, flush=True)
            sys.exit(1)
        case other:
            answer: dict[str, Any] = json.loads(other)
            return answer
    return None


def photograph(question: dict[str, Any]) -> Photograph:
    if "path" in question:
        return Photograph(question["photo"], Path(question["path"]))
    return Photograph(question["photo"], base64.b64decode(question["bytes"]))


def about(question: dict[str, Any]) -> dict[str, Any]:
    global asked  # noqa: PLW0603 - a small program
    asked += 1
    if asked == given.at and not (given.once and given.once.exists()):
        if given.once:
            given.once.write_text("done")
        answer = misbehave(question["n"])
        if answer is not None:
            return answer
    photos = [photograph(question)]
    if question["ask"] == "enrol":
        (enrolment,) = system.enrol(question["gallery"], photos)
        return {"outcome": enrolment.outcome.value, "detail": enrolment.detail}
    request = SearchRequest(question["max_candidates"], question["threshold"])
    (found,) = system.search(question["gallery"], photos, request)
    return {
        "outcome": found.outcome.value,
        "candidates": [list(candidate) for candidate in found.candidates],
        "capped": found.capped,
    }


for line in sys.stdin:
    question = json.loads(line)
    if given.read:
        with given.read.open("a", encoding="utf-8") as file:
            file.write(line)
    if question["ask"] == "hello":
        print(json.dumps({"n": question["n"], **hello()}), flush=True)
        continue
    if question["ask"] == "galleries":
        answer: dict[str, Any] = {"galleries": sorted(system._galleries)}
    elif question["ask"] == "delete_gallery":
        system.delete_gallery(question["gallery"])
        answer = {}
    else:
        answer = about(question)
    say(json.dumps({"n": question["n"], **answer}))
