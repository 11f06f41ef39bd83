from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.evidence.audit.kit import audit, kept_answers, people, plan_for, write_shots

from fairlineup.evidence.plan import StatisticsChoice
from fairlineup.evidence.runs import FrozenRun
from fairlineup.records import (
    BadInput,
    KeepingSystem,
    Outcome,
    Photograph,
    Price,
    SearchRequest,
    SystemFailed,
    Threshold,
    Throttled,
    TransportError,
)
from fairlineup.systems import Card, SimulatedSystem, draw_card, open_system, options_from
from fairlineup.systems.process import ProcessSystem, Program, open_process
from fairlineup.systems.programs import ProcessOptions
from fairlineup.systems.stated import read_stated

from .contracts import outcomes, run_contract

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("programs") / "simulated_program.py"
EVERYTHING = SearchRequest(None, 2.0)
SIMULATED = {"false_match_rate": 0.05, "false_non_match_rate": 0.05, "unevenness": 0.5}
Made = Callable[..., ProcessSystem]


def card(person: str, number: int = 0) -> Photograph:
    return Photograph(f"{person}/{number}", draw_card(Card(person, number), side_px=8))


CARDS = [card(f"person {n}") for n in range(5)]
PROBES = [card(f"person {n}", 1) for n in (0, 1, 7)]


@pytest.fixture
def made() -> Iterator[Made]:
    """Makes systems that are closed at the end."""
    systems: list[ProcessSystem] = []

    def make(*words: object, **options: Any) -> ProcessSystem:
        command = (sys.executable, str(PROGRAM), *map(str, words))
        systems.append(open_process(Program(command, ProcessOptions(**options))))
        return systems[-1]

    yield make
    for system in systems:
        system.close()


PLAIN = """
import json, sys
hello = json.loads(sys.argv[1])
for line in sys.stdin:
    question = json.loads(line)
    if question["ask"] == "hello":
        print(json.dumps({"n": question["n"], **hello}), flush=True)
    else:
        print(sys.argv[2].replace("NUMBER", str(question["n"])), flush=True)
"""
HELLO = {
    "protocol": 1,
    "name": "plain",
    "vendor": "a test",
    "version": "1",
    "scale": {"kind": "distance", "low": 0, "high": 2, "name": "none"},
}


def plain(answer: str = "{}", **hello: Any) -> ProcessSystem:
    """A program that gives one answer to everything but hello; a field of None is left out of that."""
    fields = {name: value for name, value in {**HELLO, **hello}.items() if value is not None}
    return open_process(Program((sys.executable, "-SIc", PLAIN, json.dumps(fields), answer)))


# --- as it should be -----------------------------------------------------------------------------


@pytest.mark.parametrize("hello", [{}, {"at_once": 3}, {"at_once": 2, "wire": True}])
def test_a_program_keeps_the_contract(made: Made, hello: dict[str, Any]) -> None:
    report = run_contract(lambda: made("--options", json.dumps(SIMULATED), "--hello", json.dumps(hello)))
    at_once = outcomes(report)["the same when asked at once"]
    assert at_once == ("passed" if hello.get("at_once", 1) > 1 else "not applicable")


def test_what_it_says_of_itself() -> None:
    stated: dict[str, Any] = {
        "name": "Gesichter",
        "vendor": "a vendor",
        "version": "3.1",
        "scale": {"kind": "similarity", "low": 0, "high": 100, "name": "likeness"},
        "default_threshold": {"score": 80, "source": "the manual"},
        "recommended_threshold": {"score": 99, "source": "the manual, page 3"},
        "sample_thresholds": [{"score": 70, "source": "the sample"}],
        "max_candidates": 100,
        "max_photo_bytes": 5_000_000,
        "population": "simulated",
        "keeps_galleries": True,
        "seconds_per_photograph": 0.5,
        "settings": {"detector": "large", "upsample": 1},
        "wire": True,
        "at_once": 4,
        "price": {"amount": 0.001, "currency": "USD", "date": "2026-01-02", "source": "the price list"},
        "calls_per_enrolment": 2,
        "calls_per_search": 3,
        "terms": ["It keeps photographs for a day."],
        "models": [
            {
                "name": "net",
                "digest": "sha256:00",
                "source": "s",
                "licence": "l",
                "template_length": 512,
                "metric": "cosine",
            }
        ],
    }
    with closing(plain("{}", **stated)) as system:
        information = system.information()
    assert (information.name, information.scale.high) == ("Gesichter", 100.0)
    assert information.default_threshold == Threshold(80.0, "the manual")
    assert information.sample_thresholds == (Threshold(70.0, "the sample"),)
    assert information.price == Price(0.001, "USD", "2026-01-02", "the price list")
    assert information.models[0].template_length == 512
    assert information.terms == ("It keeps photographs for a day.",)
    for name in ("max_candidates", "max_photo_bytes", "wire", "at_once", "keeps_galleries", "settings"):
        assert getattr(information, name) == stated[name]
    assert (information.calls_per_enrolment, information.calls_per_search) == (2, 3)


def test_unknown_is_unknown() -> None:
    with closing(plain()) as system:
        information = system.information()
    assert information.default_threshold is None
    assert (information.wire, information.at_once, information.price) == (False, 1, None)


def test_names_of_any_script_and_long_photographs(made: Made) -> None:
    names = [
        "Jürgen/ä.png",
        "\u4f60\u597d.jpg",
        'quote"\\.png',
        "line\nbreak\u2028",
        "🙂",
    ]
    system = made()
    photos = [Photograph(name, draw_card(Card(name.encode(errors="replace").hex()), 8)) for name in names]
    assert [e.photo for e in system.enrol("g", photos)] == names
    answers = list(system.search("g", photos, EVERYTHING))
    assert [answer.candidates[0].photo for answer in answers] == names
    large = Photograph("large", b"x" * 9_000_000)  # many times what a pipe holds
    assert next(system.enrol("g", [large])).outcome is Outcome.NO_FACE


@pytest.mark.parametrize("shown", ["bytes", "path"])
def test_how_photographs_are_shown(made: Made, tmp_path: Path, shown: str) -> None:
    file, read = tmp_path / "ann.png", tmp_path / "read"
    file.write_bytes(CARDS[0].read())
    system = made("--read", read, photographs=shown)
    photos = [Photograph("file", file), Photograph("memory", file.read_bytes())]
    assert [e.outcome for e in system.enrol("g", photos)] == [Outcome.OK, Outcome.OK]
    assert next(system.enrol("g", [Photograph("gone", tmp_path / "gone.png")])).outcome is Outcome.ERROR
    questions = [json.loads(line) for line in read.read_text().splitlines()[1:]]
    assert [set(q) for q in questions] == [
        {"n", "ask", "gallery", "photo", shown},
        {"n", "ask", "gallery", "photo", "bytes"},
    ]
    if shown == "path":
        assert questions[0]["path"] == str(file)


def test_a_search_says_how_far_to_go(made: Made, tmp_path: Path) -> None:
    system = made("--read", tmp_path / "read")
    list(system.search("g", PROBES[:1], SearchRequest(7, 0.25)))
    list(system.search("g", PROBES[:1], SearchRequest(None, None)))
    asked = [json.loads(line) for line in (tmp_path / "read").read_text().splitlines()[1:]]
    assert [(q["max_candidates"], q["threshold"]) for q in asked] == [(7, 0.25), (None, None)]


def test_scores_come_through_unchanged(made: Made) -> None:
    system, direct = made("--options", json.dumps(SIMULATED)), SimulatedSystem(options_from(SIMULATED))
    for one in (system, direct):
        list(one.enrol("g", CARDS))
    assert list(system.search("g", PROBES, EVERYTHING)) == list(direct.search("g", PROBES, EVERYTHING))


def test_answers_out_of_their_order_are_put_in_it(made: Made) -> None:
    system = made("--hello", '{"at_once": 2}', "--backwards", 2)
    assert [e.photo for e in system.enrol("g", CARDS[:4])] == [photo.id for photo in CARDS[:4]]


def test_many_threads_ask_one_program(made: Made) -> None:
    system = made("--hello", '{"at_once": 3, "wire": true}')

    def enrolled(photo: Photograph) -> str:
        (answer,) = system.enrol("g", [photo])
        assert answer.outcome is Outcome.OK
        return answer.photo

    photos = [card(f"many {n}") for n in range(60)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(enrolled, photos)) == [photo.id for photo in photos]
    (answer,) = system.search("g", [card("many 3", 1)], EVERYTHING)
    assert len(answer.candidates) == 60


def test_seconds_are_the_programs_or_measured(made: Made) -> None:
    measured = made("--at", 1, "--do", "slow")
    (enrolment,) = measured.enrol("g", CARDS[:1])
    assert enrolment.seconds is not None
    assert 0.4 <= enrolment.seconds < 30
    stated = made("--at", 1, "--do", '{"outcome": "ok", "seconds": 12.5}')
    assert next(stated.enrol("g", CARDS[:1])).seconds == 12.5


def test_withheld_and_words(made: Made, tmp_path: Path) -> None:
    system = made("--at", 1, "--do", '{"outcome": "ok", "withheld": true}')
    assert next(system.search("g", PROBES, EVERYTHING)).withheld is True
    file = tmp_path / "dark.png"
    file.write_bytes(b"x")
    said = {"outcome": "low_quality", "detail": f"{file} is\n  too dark"}
    system = made("--at", 1, "--do", json.dumps(said))
    (answer,) = system.enrol("g", [Photograph("the photograph", file)])
    assert (answer.outcome, answer.detail) == (Outcome.LOW_QUALITY, "the photograph is too dark")


def test_lost_answers(made: Made) -> None:
    system = made("--at", 1, "--do", '{"lost": "the service behind it is down"}')
    with pytest.raises(TransportError, match="the service behind it is down") as caught:
        next(system.search("g", PROBES, EVERYTHING))
    assert not isinstance(caught.value, Throttled)
    assert next(system.search("g", PROBES, EVERYTHING)).outcome is Outcome.OK
    for said, after in (("2.5", 2.5), ("null", None)):
        system = made("--at", 1, "--do", f'{{"lost": "too many", "retry_after_s": {said}}}')
        with pytest.raises(Throttled, match="too many") as throttled:
            next(system.search("g", PROBES, EVERYTHING))
        assert throttled.value.retry_after_s == after
    system = made("--at", 1, "--do", '{"failed": "no licence"}')
    with pytest.raises(SystemFailed, match="process failed: expected an answer, got no licence"):
        next(system.search("g", PROBES, EVERYTHING))


def test_kept_galleries_can_be_listed(made: Made) -> None:
    system = made("--hello", '{"keeps_galleries": true}')
    assert isinstance(system, KeepingSystem)
    for gallery in ("fairlineup-b", "somebody's", "fairlineup-a"):
        list(system.enrol(gallery, CARDS[:1]))
    assert system.galleries() == ("fairlineup-a", "fairlineup-b")
    system.delete_gallery("fairlineup-a")
    assert system.galleries() == ("fairlineup-b",)
    assert not isinstance(made(), KeepingSystem)


# --- programs that end, hang or talk nonsense ----------------------------------------------------


@pytest.mark.parametrize("do", ["die", "hang", "shut"])
def test_one_that_ends_is_started_again(made: Made, tmp_path: Path, do: str) -> None:
    """Nothing was enrolled, so nothing is lost: the question is lost, and the next is answered."""
    system = made("--at", 1, "--once", tmp_path / "done", "--do", do, timeout_s=1.5)
    said = {
        "die": r"exit status 7\), saying: first line \| the last words",
        "hang": "no answer in 1.5 s",
        "shut": "no answer in 1.5 s|closed its standard output",
    }
    with pytest.raises(TransportError, match=said[do]):
        list(system.enrol("g", CARDS))
    assert [e.outcome for e in system.enrol("g", CARDS)] == [Outcome.OK] * len(CARDS)


@pytest.mark.parametrize("do", ["die", "hang"])
def test_lost_galleries_are_not_searched_as_if_empty(made: Made, tmp_path: Path, do: str) -> None:
    system = made("--at", 6, "--once", tmp_path / "done", "--do", do, timeout_s=1.5)
    list(system.enrol("g", CARDS))
    for _ in range(2):
        with pytest.raises(SystemFailed, match=r"lost its galleries.*begin again") as caught:
            list(system.search("g", PROBES, EVERYTHING))
        assert not isinstance(caught.value, TransportError)
    with pytest.raises(SystemFailed, match="lost its galleries"):
        list(system.enrol("g", CARDS[:1]))
    assert next(system.search("another", PROBES, EVERYTHING)).candidates == ()
    system.delete_gallery("g")
    list(system.enrol("g", CARDS))
    assert len(next(system.search("g", PROBES, EVERYTHING)).candidates) == len(CARDS)


def test_a_program_that_keeps_galleries_is_asked_again(made: Made, tmp_path: Path) -> None:
    hello = json.dumps({"keeps_galleries": True})
    system = made("--hello", hello, "--at", 6, "--once", tmp_path / "done", "--do", "die")
    list(system.enrol("g", CARDS))
    with pytest.raises(TransportError):
        list(system.search("g", PROBES, EVERYTHING))
    assert len(list(system.search("g", PROBES, EVERYTHING))) == len(PROBES)


def test_killed_while_nobody_asks(made: Made) -> None:
    system = made()
    list(system.enrol("g", CARDS[:1]))
    os.kill(system._child.process_id, signal.SIGKILL)
    with pytest.raises(SystemFailed, match=r"lost its galleries.*SIGKILL|lost its galleries.*started again"):
        list(system.search("g", PROBES, EVERYTHING))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            "Traceback: this is no answer",
            r"a line that is no JSON object \(invalid character \(byte 0\)\): 'Traceback: this is no answer'",
        ),
        ("[1, 2]", "a line that is no JSON object"),
        ('{"n": NUMBER, "outcome": "ok"}\n' * 2, "an answer to no question that is open"),
        ('{"n": 7, "outcome": "ok"}', "an answer to no question that is open"),
        ('{"n": true, "outcome": "ok"}', "an answer to no question that is open"),
        ('{"outcome": "ok"}', "an answer to no question that is open"),
        ('{"n": NUMBER, "outcome": "perhaps"}', "one of ok, no_face, .* as outcome, got 'perhaps'"),
        ('{"n": NUMBER}', "the key 'outcome', got none"),
        ('{"n": NUMBER, "outcome": ["ok"]}', "as outcome, got an array"),
        ('{"n": NUMBER, "outcome": "ok", "detail": 3}', "text as detail, got a whole number"),
        ('{"n": NUMBER, "outcome": "ok", "seconds": -1}', "a number >= 0.0 as seconds"),
        ('{"n": NUMBER, "outcome": "ok", "candidates": {"a": 1}}', "an array as candidates, got an object"),
        (
            '{"n": NUMBER, "outcome": "ok", "candidates": [["a", "0.5"]]}',
            r"a number as candidates\[0\]\[1\], got text",
        ),
        (
            '{"n": NUMBER, "outcome": "ok", "candidates": [["a", true]]}',
            r"a number as candidates\[0\]\[1\], got true or false",
        ),
        ('{"n": NUMBER, "outcome": "ok", "candidates": [["a"]]}', r"an array of length 2 as candidates\[0\]"),
        (
            '{"n": NUMBER, "outcome": "ok", "candidates": [["a", NaN]]}',
            "expected JSON, got invalid character",
        ),
        ('{"n": NUMBER, "outcome": "ok", "capped": 1}', "true or false as capped"),
        ('{"n": NUMBER, "outcome": "ok", "withheld": 3}', "true or false as withheld"),
        ('{"n": NUMBER, "outcome": "ok", "candidate": []}', "no key but its own, got 'candidate' too"),
    ],
)
def test_wrong_answers(answer: str, said: str) -> None:
    with closing(plain(answer)) as system:
        with pytest.raises(SystemFailed, match=said) as caught:
            list(system.search("g", PROBES * 3, EVERYTHING))
        assert not isinstance(caught.value, TransportError)
        assert (caught.value.code, caught.value.facts["page"]) == ("answer-unusable", "systems/process")


@pytest.mark.parametrize(
    ("hello", "said"),
    [
        ({"protocol": 2}, "expected protocol 1, got 2"),
        ({"protocol": True}, "expected protocol 1, got True"),
        ({"name": None}, "name as text, got nothing"),
        ({"name": "x" * 2_001}, "name of 2,000 characters at most, got 2,001"),
        ({"terms": ["x" * 2_001]}, "terms of 2,000 characters at most, got 2,001"),
        ({"scale": None}, "scale as a table, got nothing"),
        ({"vendor": " "}, "vendor as a text that is not blank"),
        ({"colour": "blue"}, "colour as one of name, vendor, .*got 'colour'"),
        ({"scale": {"kind": "distance", "low": 2, "high": 0, "name": "d"}}, "scale.low below scale.high"),
        ({"scale": {"kind": "likeness", "low": 0, "high": 1, "name": "d"}}, "scale.kind as 'distance' or"),
        ({"scale": {"kind": "distance", "low": 0}}, "scale.high as a number, got nothing"),
        ({"default_threshold": {"score": 3, "source": "x"}}, "thresholds on its scale, 0 to 2, got 3"),
        ({"default_threshold": {"score": 0.5}}, "default_threshold.source as text, got nothing"),
        ({"default_threshold": {"score": "0.5", "source": "x"}}, "default_threshold.score as a number"),
        ({"sample_thresholds": 3}, "sample_thresholds as a list"),
        ({"at_once": 0}, "at_once as a number of 1 or more"),
        ({"at_once": 1_001}, "at_once of 1,000 at most, got 1,001"),
        ({"seconds_per_photograph": -1.0}, "seconds_per_photograph as a number of 0 or more"),
        (
            {"price": {"amount": -1.0, "currency": "USD", "date": "2026-01-02", "source": "a list"}},
            "price.amount as a number of 0 or more",
        ),
        ({"keeps_galleries": 1}, "keeps_galleries as true or false"),
        ({"population": "made up"}, "population as 'real' or 'simulated'"),
        ({"settings": {"a": 2**53 + 1}}, "settings that are .*every reader of JSON can hold"),
        ({"settings": {"a": 10**20 + 1}}, "settings.a as .*number"),
        ({"settings": {"a": "x" * 100_000}}, "settings of 100,000 bytes at most, got 100,008"),
        ({"settings": {"a": [1]}}, "settings.a as text or a whole number or a number or true or false"),
    ],
)
def test_wrong_greetings(hello: dict[str, Any], said: str) -> None:
    with pytest.raises(SystemFailed, match=said):
        plain(**hello)


def test_no_greeting() -> None:
    for words, said in (
        (("-c", "print('ready')"), "a line that is no JSON"),
        (("-c", "import sys; sys.exit('no model here')"), r"exit status 1\), saying: no model here"),
        (("-c", "import time; time.sleep(600)"), "no answer in 0.3 s"),
        (("-c", "print('x' * 70_000_000, end='')"), "a line longer than 64 MiB"),
    ):
        patience = ProcessOptions(start_timeout_s=0.3 if "600" in words[1] else 60)
        with pytest.raises(SystemFailed, match=said):
            open_process(Program((sys.executable, *words), patience))


def test_one_that_is_another_when_it_starts_again(made: Made, tmp_path: Path) -> None:
    script = tmp_path / "changing.py"
    script.write_text(
        "import pathlib, runpy, sys, json\n"
        f"seen = pathlib.Path({str(tmp_path / 'seen')!r})\n"
        "version = '2' if seen.exists() else '1'\nseen.write_text('')\n"
        f"sys.argv = ['x', '--hello', json.dumps({{'version': version}}), '--at', '1', '--do', 'die']\n"
        f"runpy.run_path({str(PROGRAM)!r})\n"
    )
    system = open_process(Program((sys.executable, str(script))))
    with closing(system):
        with pytest.raises(TransportError):
            list(system.enrol("g", CARDS))
        with pytest.raises(SystemFailed, match="the same of itself when it is started again"):
            list(system.enrol("g", CARDS))


def test_credentials_in_last_words_are_taken_out(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_TEST_TOKEN", "abc-123-geheim")
    system = made("--at", 1, "--do", "secret")
    with pytest.raises(TransportError, match="refused …") as caught:
        list(system.enrol("g", CARDS))
    assert "geheim" not in str(caught.value)
    assert "geheim" not in repr(caught.value)


# --- its life ------------------------------------------------------------------------------------


def _gone(process_id: int, within_s: float = 1200) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{process_id}/stat")
        if status.exists() and status.read_text().split()[2] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_closing_ends_it(made: Made) -> None:
    system = made()
    before = threading.active_count()
    system.close()
    assert _gone(system._child.process_id)
    assert threading.active_count() == before - 3
    with pytest.raises(SystemFailed, match="it was closed"):
        list(system.enrol("g", CARDS))


def test_one_that_does_not_end_is_ended(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairlineup.systems.programs.child.GRACE_S", 0.2)
    system = made("--at", 1, "--do", "hang")
    said: list[str] = []

    def ask() -> None:
        with pytest.raises(SystemFailed) as caught:
            list(system.enrol("g", CARDS[:1]))
        said.append(caught.value.got)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.3)
    system.close()
    asking.join()
    assert said == ["it was closed"]
    assert _gone(system._child.process_id)


LONELY = """
import os, signal, sys, time
from fairlineup.systems.process import Program, open_process
system = open_process(Program((sys.executable, sys.argv[1])))
print(system._child.process_id, os.getpgid(system._child.process_id) == os.getpgid(0), flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are of POSIX")
def test_it_ends_with_its_parent_and_ctrl_c_is_the_parents() -> None:
    parent = subprocess.Popen([sys.executable, "-c", LONELY, PROGRAM], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    process_id, same_group = parent.stdout.readline().split()
    assert same_group == "False"  # a terminal sends Ctrl-C to the group in front
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert _gone(int(process_id))


# --- plans ---------------------------------------------------------------------------------------


def test_a_name_in_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a program.py").write_text(PROGRAM.read_text())
    name = f"process:{shlex.quote(sys.executable)} 'a program.py' --hello '{{\"version\": \"$HOME\"}}'"
    with closing(open_system(name, {"photographs": "path", "timeout_s": 600})) as system:
        assert system.information().version == "$HOME"  # no shell


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("process", {}, "expected process:COMMAND"),
        ("process: ", {}, "a program and its arguments"),
        ("process:'open", {}, "words whose quotes are closed"),
        ("process:no-such-program-anywhere x", {}, "no-such-program-anywhere cannot be started"),
        ("process:no\0program x", {}, "expected text without NUL"),
        ("process:recognise --api-key=secret123", {}, "no credentials: plans are published"),
        ("process:recognise --token secret123", {}, "no credentials"),
        ("process:x", {"photographs": "pixels"}, "'bytes' or 'path', got 'pixels'"),
        ("process:x", {"timeout_s": 0}, "the option timeout_s of process"),
        ("process:x", {"timeout_s": True}, "the option timeout_s of process: .*, got True"),
        ("process:x", {"api_key": "secret123"}, "they come from the environment"),
    ],
)
def test_wrong_plans(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        open_system(name, options)
    assert "secret123" not in str(caught.value)


def test_options() -> None:
    assert read_stated(ProcessOptions, "process", {}) == ProcessOptions()
    assert read_stated(ProcessOptions, "process", {"timeout_s": 3, "photographs": "path"}) == ProcessOptions(
        "path", 3
    )


# --- the examples --------------------------------------------------------------------------------


EXAMPLES = ROOT / "examples" / "systems"


def _example(*command: str | Path) -> list[Any]:
    photos = [Photograph(f"{n}", bytes(range(n + 1)) * (n + 1)) for n in range(12)]
    with closing(open_process(Program(tuple(map(str, command))))) as system:
        found: list[Any] = [e.outcome for e in system.enrol("g", [*photos, Photograph("empty", b"")])]
        answers = system.search("g", photos, SearchRequest(None, 0.5))
        found += [{c.photo: round(c.score, 9) for c in answer.candidates} for answer in answers]
        (answer,) = system.search("g", photos[5:6], SearchRequest(2, None))
        assert [c.score >= 0.9 for c in answer.candidates] == [True, True]
        assert answer.capped
        system.delete_gallery("g")
        assert next(system.search("g", photos, SearchRequest(None, 0.0))).candidates == ()
        return found


def test_the_smallest_example() -> None:
    found = _example(sys.executable, EXAMPLES / "minimal.py")
    assert found[:13] == [Outcome.OK] * 12 + [Outcome.NO_FACE]
    assert [max(answer, key=answer.get) for answer in found[13:]] == [str(n) for n in range(12)]
    assert found[13]["3"] == 0.5  # one count of four, over the length of four


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here")
def test_the_smallest_example_in_javascript() -> None:
    python = _example(sys.executable, EXAMPLES / "minimal.py")
    assert _example("node", EXAMPLES / "minimal.mjs") == python


STUBS = {
    "deepface/__init__.py": "from deepface import DeepFace",
    "deepface/modules/__init__.py": "",
    "deepface/modules/exceptions.py": "class FaceNotDetected(ValueError): pass",
    "deepface/modules/verification.py": "def find_threshold(model_name, distance_metric): return 0.68",
    "deepface/DeepFace.py": """
from deepface.modules.exceptions import FaceNotDetected
print("noise on standard output")
def represent(img_path, model_name="VGG-Face", enforce_detection=True, detector_backend="opencv"):
    words = img_path.read().decode().split()
    if words == ["broken"]:
        raise ValueError("no picture")
    if not words:
        raise FaceNotDetected("none")
    return [{"embedding": [float(n) for n in word.split(",")], "facial_area": {}} for word in words]
""",
    "insightface/__init__.py": "",
    "insightface/app.py": """
print("noise on standard output")
class Face:
    def __init__(self, vector):
        length = sum(x * x for x in vector) ** 0.5
        self.normed_embedding = [x / length for x in vector]
class FaceAnalysis:
    def __init__(self, name="buffalo_l", allowed_modules=None): pass
    def prepare(self, ctx_id, det_thresh, det_size): pass
    def get(self, img): return [Face([float(n) for n in word.split(",")]) for word in img.split()]
""",
    "cv2.py": """
IMREAD_COLOR = 1
def imdecode(buffer, flags):
    text = bytes(buffer).decode()
    return None if text == "broken" else text
""",
    "deepface-0.0.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: deepface\nVersion: 0.0.0\n",
    "insightface-0.0.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: insightface\nVersion: 0.0.0\n",
}


@pytest.mark.parametrize("name", ["deepface", "insightface"])
def test_examples_speak_the_protocol(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With stand-ins for the packages: it says nothing of those, only of how answers are passed on."""
    for path, text in STUBS.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    program = Program((sys.executable, str(EXAMPLES / f"{name}_process.py")))
    contents = {"east": b"3,0", "north": b"0,1", "two": b"1,0 0,1", "none": b" ", "broken": b"broken"}
    photos = [Photograph(photo, content) for photo, content in contents.items()]
    with closing(open_process(program)) as system:
        information = system.information()
        assert information.version == "0.0.0"
        distance = information.scale.kind == "distance"
        assert (information.default_threshold is not None) == (name == "deepface")
        kinds = [Outcome.OK, Outcome.OK, Outcome.SEVERAL_FACES, Outcome.NO_FACE, Outcome.ERROR]
        assert [e.outcome for e in system.enrol("g", photos)] == kinds
        weakest = information.scale.high if distance else information.scale.low
        (answer,) = system.search("g", [Photograph("p", b"4,3")], SearchRequest(None, weakest))
        scores = {photo: round(score, 12) for photo, score in answer.candidates}
        assert scores == ({"east": 0.2, "north": 0.4} if distance else {"east": 0.8, "north": 0.6})
        assert [candidate.photo for candidate in answer.candidates] == ["east", "north"]
        (capped,) = system.search("g", [Photograph("p", b"4,3")], SearchRequest(1, weakest))
        assert (capped.capped, len(capped.candidates)) == (True, 1)
        assert next(system.search("empty", photos[:1], SearchRequest(None, None))).candidates == ()


# --- an audit ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_copies")
@pytest.mark.parametrize("more", [{}, {"wire": True, "at_once": 3}])
def test_an_audit_finds_what_is_planted(tmp_path: Path, more: dict[str, Any]) -> None:
    """As the simulated system does when it is asked directly, candidate for candidate."""
    shots = people({"circle": 30, "square": 25}, {"circle": 40, "square": 35})
    folder = write_shots(tmp_path / "cards", shots)
    options = {
        "false_match_rate": {"": 0.004, "square": 0.02},
        "false_non_match_rate": 0.3,
        "failure_rate": 0.1,
    }
    sure = StatisticsChoice(level=0.999)  # so that chance alone hardly ever misses the truth
    plan = plan_for(folder, groups=("group",), statistics=sure)
    directly = SimulatedSystem(options_from(options))
    system = open_process(
        Program((sys.executable, str(PROGRAM), "--options", json.dumps(options), "--hello", json.dumps(more)))
    )
    with closing(system):
        assert system.information().settings == directly.information().settings
        papers, through = audit(plan, system, tmp_path / "through")
    others, direct = audit(plan, directly, tmp_path / "direct")
    for part in ("thresholds", "processing", "searches", "gallery"):
        assert through[part] == direct[part]
    for stage, entries in papers.protocol.stages:
        assert len(_observations(papers, stage)) == len(entries) > 0
        assert _observations(papers, stage) == _observations(others, stage)
    fmr, fnir = (through["thresholds"][0][name] for name in ("fmr", "fnir"))
    assert fmr["low"] < 0.011 < fmr["high"]  # each group's own rate, by how many of each are searched
    assert fnir["low"] < 1 - 0.7 * 0.9 * 0.9 < fnir["high"]  # missed, or probe or mate not processed


def _observations(papers: FrozenRun, stage: str) -> list[Any]:
    return [[one.photo, one.outcome, one.candidates] for one in kept_answers(papers, stage)]


def test_one_that_ended_before_anybody_listened(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine it is over before the second of its threads has begun."""
    start = threading.Thread.start

    def late(thread: threading.Thread) -> None:
        start(thread)
        if "_read" in thread.name or "_listen" in thread.name:
            thread.join()

    monkeypatch.setattr(threading.Thread, "start", late)
    ends = (sys.executable, "-c", "import sys; sys.exit('no model here')")
    with pytest.raises(SystemFailed, match=r"exit status 1\), saying: no model here"):
        open_process(Program(ends, ProcessOptions(start_timeout_s=1200)))


def test_a_line_nested_too_deeply_is_no_json() -> None:
    deep = (sys.executable, "-c", "print('[' * 100_000)")
    with pytest.raises(SystemFailed, match="a line that is no JSON"):
        open_process(Program(deep, ProcessOptions(start_timeout_s=1200)))
