"""A system in one function: what it takes, what it gives, and how its faults are named."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fairlineup.evidence.samples import SamplesRequest, sample_rows
from fairlineup.records import BadInput, FaceSystem, Outcome, Photograph, SearchRequest, SystemFailed
from fairlineup.systems import KnownPhotographs, open_system

from .contracts import outcomes, run_contract

PAGE = Path(__file__).parents[2] / "docs" / "systems" / "embed.md"
HEAD = """
import io
import numpy as np
from PIL import Image

def small(photo):
    with Image.open(io.BytesIO(photo)) as picture:
        return np.asarray(picture.convert("L").resize((24, 24)), dtype=float)
"""


def page_code() -> tuple[str, str]:
    """The two examples of the page."""
    first, second = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    return first, second


Write = Callable[[str], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write `recogniser.py` into a current directory of its own; it is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def put(code: str) -> None:
        sys.modules.pop("recogniser", None)
        (tmp_path / "recogniser.py").write_text(code)

    yield put
    sys.modules.pop("recogniser", None)


@pytest.fixture(scope="module")
def portraits() -> KnownPhotographs:
    """Two people who are probes and have a mate, and two who are neither; they do not exist."""
    rows = sample_rows(SamplesRequest(people=4, photos=2, probes=2))
    photo = {row.photo: Photograph(row.photo, row.shot.read()) for row in rows}
    probes = [row for row in rows if row.role == "probe"]
    gallery = [row for row in rows if row.role == "gallery"]
    first = {row.shot.person.id: row.photo for row in reversed(gallery)}
    return KnownPhotographs(
        tuple(photo[name] for name in first.values()), tuple(photo[row.photo] for row in probes[:2])
    )


def opened(**options: Any) -> FaceSystem:
    sys.modules.pop("recogniser", None)
    return open_system("embed:recogniser:describe", options)


def png(value: int = 0, size: tuple[int, int] = (40, 30), seed: int | None = None) -> bytes:
    pixels = np.full((size[1], size[0], 3), value, np.uint8)
    if seed is not None:
        pixels = np.random.default_rng(seed).integers(0, 256, pixels.shape, dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def photos(*contents: bytes) -> list[Photograph]:
    return [Photograph(f"{n}.png", content) for n, content in enumerate(contents)]


def everybody(system: FaceSystem, contents: Sequence[bytes]) -> list[list[tuple[str, float]]]:
    """Enrol all, search with all, at the weakest threshold."""
    scale = system.information().scale
    weakest = scale.high if scale.kind == "distance" else scale.low
    given = photos(*contents)
    assert all(one.outcome is Outcome.OK for one in system.enrol("g", given))
    answers = system.search("g", given, SearchRequest(None, weakest))
    return [[(c.photo, c.score) for c in answer.candidates] for answer in answers]


# --- the page ------------------------------------------------------------------------------------


def test_the_example_of_the_page_keeps_the_contract(write: Write, portraits: KnownPhotographs) -> None:
    write(page_code()[0])
    report = run_contract(opened, portraits)
    assert outcomes(report)["no face is an answer"] == "passed"
    with closing(opened()) as system:
        information = system.information()
    assert (information.name, information.vendor) == ("coarse pictures", "Example")
    assert information.default_threshold is not None
    assert information.default_threshold.source == "its manual, section 2"


def test_the_example_of_the_page_is_audited_as_the_page_says(write: Write, tmp_path: Path) -> None:
    """As processes: a folder, a plan, a run."""
    write(page_code()[0])
    for row in sample_rows(SamplesRequest(people=6, photos=2, probes=0)):
        path = tmp_path / "PHOTOGRAPHS" / row.shot.person.id / row.photo.split("/")[-1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(row.shot.read())
    commands = re.findall(r"^    (fairlineup (?:data|audit) .*?)(?:  +#.*)?$", PAGE.read_text("utf-8"), re.M)
    assert len(commands) == 2
    for command in commands:
        words = [sys.executable, "-m", *command.split()]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "RUN" / "report.html").is_file()
    assert "among 5 people who are not them" in done.stdout


def test_the_second_example_of_the_page_takes_pixels(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    stub: Any = ModuleType("face_recognition")
    stub.face_encodings = lambda pixels: [pixels[:4, :4].ravel() / 255.0] if pixels.std() > 2 else []
    monkeypatch.setitem(sys.modules, "face_recognition", stub)
    write(page_code()[1])
    with closing(opened()) as system:
        assert system.information().settings["input"] == "pixels"
        assert [one.outcome for one in system.enrol("g", photos(png(9), png(seed=1)))] == [
            Outcome.NO_FACE,
            Outcome.OK,
        ]


# --- scores --------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["cosine", "cosine similarity", "euclidean"])
def test_scores_are_those_of_numpy_and_most_alike_first(write: Write, metric: str) -> None:
    write(HEAD + "def describe(photo: bytes): return small(photo).ravel() - 100\n")
    contents = [png(seed=n) for n in range(12)]
    with closing(
        opened(metric=metric, highest=1e6) if metric == "euclidean" else opened(metric=metric)
    ) as system:
        lists = everybody(system, contents)
    vectors = np.array(
        [
            np.asarray(Image.open(io.BytesIO(c)).convert("L").resize((24, 24)), dtype=float).ravel() - 100
            for c in contents
        ]
    )
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = {
        "cosine": 1 - unit @ unit.T,
        "cosine similarity": unit @ unit.T,
        "euclidean": np.linalg.norm(vectors[:, None] - vectors, axis=2),
    }[metric]
    for row, found in enumerate(lists):
        assert len(found) == 12
        assert found[0][0] == f"{row}.png"
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=metric == "cosine similarity")
        for name, score in found:
            assert score == pytest.approx(expected[row, int(name.split(".")[0])], rel=1e-5, abs=1e-6)


def test_a_tie_with_the_threshold_matches(write: Write) -> None:
    write(
        "METRIC = 'cosine similarity'\n"
        "def describe(photo: bytes): return [1.0, 0.0] if photo[-1] % 2 else [0.6, 0.8]\n"
    )
    one, other = photos(b"\1", b"\2")
    with closing(opened()) as system:
        list(system.enrol("g", [one]))
        for at, matched in ((0.6, 1), (0.6001, 0)):
            (answer,) = system.search("g", [other], SearchRequest(None, at))
            assert len(answer.candidates) == matched


def test_distances_over_the_highest_are_given_as_it(write: Write) -> None:
    write("METRIC, THRESHOLD = 'euclidean', 1.0\ndef describe(photo: bytes): return [float(photo[0]), 1.0]\n")
    with closing(opened()) as system:
        assert system.information().scale.high == 4.0
        found = everybody(system, [b"\1", b"\2", b"\xc8"])
    assert found[0] == [("0.png", 0.0), ("1.png", 1.0), ("2.png", 4.0)]


# --- what a function may give --------------------------------------------------------------------


@pytest.mark.parametrize(
    "made",
    [
        "[1, 2.5, 3]",
        "(1, 2, 3)",
        "np.ones((1, 5), np.float16)",
        "np.arange(1, 4)",
        "Tensor()",
        "np.ones((4, 1))",
    ],
)
def test_vectors_of_every_kind(write: Write, made: str) -> None:
    tensor = "class Tensor:\n    def __array__(self, dtype=None, copy=None): return np.ones(3, dtype)\n"
    write(f"import numpy as np\nMETRIC = 'cosine'\n{tensor}def describe(photo: bytes): return {made}\n")
    with closing(opened()) as system:
        assert [one.outcome for one in system.enrol("g", photos(b"a"))] == [Outcome.OK]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("[float('nan'), 1.0]", "no numbers"),
        ("[float('inf'), 1.0]", "no numbers"),
        ("[0.0, 0.0]", "zeros"),
        ("[1e30, 1.0]", "too long"),
    ],
)
def test_a_vector_that_cannot_be_compared_is_a_failure_to_process(write: Write, made: str, told: str) -> None:
    write(f"METRIC = 'cosine'\ndef describe(photo: bytes): return {made} if photo == b'x' else [1.0, 2.0]\n")
    with closing(opened()) as system:
        good, bad = system.enrol("g", photos(b"a", b"x"))
        assert (good.outcome, bad.outcome) == (Outcome.OK, Outcome.ERROR)
        assert told in bad.detail
        (answer,) = system.search("g", photos(b"x"), SearchRequest(None, 2.0))
        assert (answer.outcome, answer.candidates) == (Outcome.ERROR, ())


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("'text'", "real numbers"),
        ("[1j, 2j]", "real numbers"),
        ("[]", "shape (0,)"),
        ("[[1, 2], [3, 4]]", "shape (2, 2)"),
        ("3.0", "shape ()"),
        ("[[1, 2], [3]]", "ValueError"),
        ("{'a': 1}", "real numbers"),
        ("[1.0] * (2 + len(photo))", "after vectors of 3"),
        ("[1.0, next(count)]", "two that differ by"),
        ("[1.0, 2.0] if next(count) % 2 else None", "once a vector and once none"),
    ],
)
def test_what_is_no_vector_or_not_the_same_twice_stops(write: Write, made: str, told: str) -> None:
    write(
        "import itertools\ncount = itertools.count()\nMETRIC = 'cosine'\n"
        f"def describe(photo: bytes): return {made}\n"
    )
    with closing(opened()) as system, pytest.raises(SystemFailed) as error:
        list(system.enrol("g", photos(b"a", b"bb")))
    assert told in str(error.value)
    assert "the function recogniser:describe (" in str(error.value)


def test_nobody_is_enrolled_before_it_was_tried_twice(write: Write) -> None:
    write(
        "import itertools\ncount = itertools.count()\nMETRIC = 'cosine'\n"
        "def describe(photo: bytes): return [1.0, float(next(count))]\n"
    )
    with closing(opened()) as system:
        answers = system.enrol("g", photos(b"a"))
        with pytest.raises(SystemFailed, match="the same vector for the same photograph"):
            next(answers)


def test_a_buffer_that_is_used_again_is_copied(write: Write) -> None:
    write(
        "import numpy as np\nbuffer = np.zeros(2)\nMETRIC, HIGHEST = 'euclidean', 9\n"
        "def describe(photo: bytes):\n    buffer[:] = photo[0], 1\n    return buffer\n"
    )
    with closing(opened()) as system:
        assert everybody(system, [b"\1", b"\3"])[0] == [("0.png", 0.0), ("1.png", 2.0)]


def test_a_function_may_write_on_its_pixels(write: Write) -> None:
    write(
        "import numpy as np\nMETRIC = 'cosine'\n"
        "def describe(pixels: np.ndarray):\n    pixels -= 1\n    return pixels[0, :, 0] + 1.0\n"
    )
    with closing(opened()) as system:
        assert [one.outcome for one in system.enrol("g", photos(png(seed=1)))] == [Outcome.OK]


# --- faults --------------------------------------------------------------------------------------


def test_an_exception_is_named_with_file_and_line(write: Write) -> None:
    write(HEAD + "METRIC = 'cosine'\ndef describe(photo: bytes):\n    return small(photo)['a key']\n")
    with closing(opened()) as system, pytest.raises(SystemFailed) as error:
        list(system.enrol("g", photos(png(seed=1))))
    assert "recogniser.py, line 11" in str(error.value)
    assert "IndexError" in str(error.value)
    assert "(0.png)" in str(error.value)
    assert error.value.facts["page"] == "systems/embed"


def test_its_exit_is_no_exit_of_ours(write: Write) -> None:
    write("METRIC = 'cosine'\ndef describe(photo: bytes):\n    raise SystemExit(0)\n")
    with closing(opened()) as system, pytest.raises(SystemFailed, match="SystemExit"):
        list(system.enrol("g", photos(png())))


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("class Panic(BaseException): pass\nraised = Panic('at the disco')", "Panic: at the disco"),
        ("raised = GeneratorExit()", "GeneratorExit"),
        (
            "class Mute(Exception):\n    def __str__(self): raise ValueError\nraised = Mute()",
            "Mute: its words cannot be read",
        ),
    ],
)
def test_whatever_it_raises_is_its_own_fault(write: Write, raised: str, told: str) -> None:
    """A library in Rust panics with an exception that is no Exception."""
    write(f"METRIC = 'cosine'\n{raised}\ndef describe(photo: bytes):\n    raise raised\n")
    with closing(opened()) as system, pytest.raises(SystemFailed) as error:
        list(system.enrol("g", photos(png())))
    assert told in str(error.value)
    assert "recogniser.py, line" in str(error.value)


def test_what_it_prints_is_no_part_of_our_result(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        "print('loading')\nMETRIC = 'cosine'\n"
        "def describe(photo: bytes):\n    print('at work')\n    return [1.0]\n"
    )
    with closing(opened()) as system:
        list(system.enrol("g", photos(png())))
        list(system.search("g", photos(png()), SearchRequest(None, 2.0)))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "loading" in printed.err
    assert "at work" in printed.err


def test_an_interrupt_in_it_is_an_interrupt(write: Write) -> None:
    write("METRIC = 'cosine'\ndef describe(photo: bytes):\n    raise KeyboardInterrupt\n")
    with closing(opened()) as system, pytest.raises(KeyboardInterrupt):
        list(system.enrol("g", photos(png())))


@pytest.mark.parametrize("kind", ["bytes", "pixels"])
def test_a_file_that_nobody_can_open_is_an_answer(write: Write, kind: str) -> None:
    write(HEAD + "METRIC = 'cosine'\ndef describe(photo): return small(photo).ravel()\n")
    with closing(opened(input=kind)) as system:
        (answer,) = system.enrol("g", photos(b"\xff\xd8\xff no photograph"))
    assert answer.outcome is Outcome.ERROR
    assert answer.detail


def test_a_file_that_is_gone_is_an_answer(write: Write, tmp_path: Path) -> None:
    write("METRIC = 'cosine'\ndef describe(photo: bytes): return [1.0]\n")
    with closing(opened()) as system:
        (answer,) = system.enrol("g", [Photograph("x.jpg", tmp_path / "x.jpg")])
    assert (answer.outcome, "cannot be read" in answer.detail) == (Outcome.ERROR, True)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def describe(:\n", "recogniser.py, line 1"),
        ("x = 1\nx.nothing\n", "recogniser.py, line 2"),
        ("class Panic(BaseException): pass\nraise Panic\n", "recogniser.py, line 2"),
        ("import no_such_package_of_ours\n", "recogniser.py, line 1"),
    ],
)
def test_a_module_that_fails_is_named_with_file_and_line(write: Write, code: str, told: str) -> None:
    write(code)
    with pytest.raises(SystemFailed) as error:
        opened()
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("embed", {}, "embed:module:function"),
        ("embed:recogniser", {}, "embed:module:function"),
        ("embed:re cogniser:describe", {}, "embed:module:function"),
        ("embed:nowhere_at_all:describe", {}, "a module nowhere_at_all"),
        ("embed:recogniser:other", {}, "a function other in recogniser"),
        ("embed:recogniser:METRIC", {}, "one that is a str"),
        ("embed:recogniser:bare", {"metric": None}, "'bytes' or 'pixels', got nothing"),
        (
            "embed:recogniser:describe",
            {"metric": "manhattan"},
            "one of 'cosine', 'cosine simil",
        ),
        ("embed:recogniser:describe", {"metric": "euclidean"}, "highest"),
        ("embed:recogniser:describe", {"threshold": 3}, "a score from 0 to 2, got 3"),
        ("embed:recogniser:describe", {"threshold": True}, "a number, got True"),
        ("embed:recogniser:describe", {"threshold": float("nan")}, "a number, got nan"),
        ("embed:recogniser:describe", {"metric": "euclidean", "highest": 0}, "a number above 0"),
        ("embed:recogniser:describe", {"name": ""}, "text"),
        ("embed:recogniser:describe", {"api_key": "x"}, "no credentials"),
        ("embed:recogniser:describe", {"model": "x"}, "one of input, metric"),
    ],
)
def test_what_cannot_be_meant_is_refused(write: Write, name: str, options: dict[str, Any], told: str) -> None:
    write("METRIC = 'cosine'\ndef describe(photo: bytes): return [1.0]\ndef bare(photo): return [1.0]\n")
    with pytest.raises(BadInput) as error:
        open_system(name, {key: value for key, value in options.items() if value is not None})
    assert told in str(error.value)


def test_options_come_before_the_function_and_it_before_the_module(write: Write) -> None:
    write(
        "METRIC, THRESHOLD, VERSION = 'cosine', 0.1, '7'\n"
        "def describe(photo: bytes): return [1.0]\ndescribe.threshold = 0.2\n"
    )
    with closing(opened()) as system:
        assert system.information().default_threshold.score == 0.2  # type: ignore[union-attr]
        assert system.information().version == "7"
    with closing(opened(threshold=0.3)) as system:
        assert system.information().default_threshold.score == 0.3  # type: ignore[union-attr]


def test_another_file_is_another_version(write: Write) -> None:
    versions = set()
    for code in ("return [1.0]", "return [2.0]"):
        write(f"METRIC = 'cosine'\ndef describe(photo: bytes): {code}\n")
        with closing(opened()) as system:
            versions.add(system.information().version)
    assert len(versions) == 2
    assert all(version.startswith("sha256:") for version in versions)
