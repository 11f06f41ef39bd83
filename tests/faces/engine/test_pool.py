from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fairlineup.evidence.samples import Shot, people
from fairlineup.faces.engine import CHUNK, Analysis, EnginePool, PoolBroken, analyse_many
from fairlineup.faces.engine.pool import CHUNKS_AHEAD
from fairlineup.records import Outcome, Photograph


@pytest.fixture(scope="module")
def pool() -> Iterator[EnginePool]:
    with EnginePool(workers=2) as opened:
        yield opened


def same(one: list[Analysis], other: list[Analysis]) -> bool:
    """Equal to the last bit."""
    plain = [(a.photo, a.outcome, a.faces, a.detail) for a in one]
    vectors = [[t.vector.tobytes() for t in a.templates] for a in one]
    return plain == [(a.photo, a.outcome, a.faces, a.detail) for a in other] and vectors == [
        [t.vector.tobytes() for t in a.templates] for a in other
    ]


def test_answers_are_the_same_with_one_worker_and_with_two(pool: EnginePool, mixed: list[Photograph]) -> None:
    told: list[tuple[str, int, int]] = []
    two = list(pool.analyse_many(mixed, progress=lambda *step: told.append(step), stage="probes"))
    assert [one.photo for one in two] == [photo.id for photo in mixed]
    assert told == [("probes", done, 40) for done in range(1, 41)]
    one = list(analyse_many(mixed, workers=1))
    assert same(one, two)
    assert sum(a.outcome is Outcome.ERROR for a in two) == 10
    assert two[0].templates[0].model == pool.information


def test_photographs_are_made_by_the_worker_that_needs_them(
    pool: EnginePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shots = [Shot(person) for person in people(CHUNK + 4)]
    content = [Photograph(shot.id, shot.read()) for shot in shots]
    with monkeypatch.context() as patched:
        patched.setattr(Shot, "read", None)  # in this process alone
        made = list(pool.analyse_many(Photograph(shot.id, shot) for shot in shots))
    assert same(made, list(pool.analyse_many(content)))
    assert sum(one.outcome is Outcome.OK for one in made) >= CHUNK


def test_a_run_taken_up_again_at_a_chunk_gives_the_same(pool: EnginePool, mixed: list[Photograph]) -> None:
    whole = list(pool.analyse_many(mixed))
    assert same(list(pool.analyse_many(mixed[CHUNK:])), whole[CHUNK:])


def test_everyone_in_each_photograph(pool: EnginePool, mixed: list[Photograph]) -> None:
    for analysis in pool.analyse_many(mixed[:8], which="all"):
        assert len(analysis.templates) == (len(analysis.faces) if analysis.outcome is Outcome.OK else 0)


@pytest.mark.parametrize("workers", [1, 2])
def test_photographs_are_read_no_further_ahead_than_promised(
    pool: EnginePool, mixed: list[Photograph], workers: int
) -> None:
    taken = 0

    def endless() -> Iterator[Photograph]:
        nonlocal taken
        while True:
            taken += 1
            yield mixed[5]

    with EnginePool(workers=1) as here:
        answers = (here if workers == 1 else pool).analyse_many(endless())
        for done in range(1, 4 * CHUNK):
            next(answers)
            assert taken - done <= workers * CHUNKS_AHEAD * CHUNK + CHUNK
        answers.close()  # type: ignore[attr-defined]


def test_an_abandoned_call_and_two_at_once_do_not_mix(pool: EnginePool, mixed: list[Photograph]) -> None:
    expected = list(pool.analyse_many(mixed))
    abandoned = pool.analyse_many(mixed[::-1])
    next(abandoned)
    abandoned.close()  # type: ignore[attr-defined]
    pairs = list(zip(pool.analyse_many(mixed), pool.analyse_many(mixed), strict=True))
    assert same([one for one, _ in pairs], expected)
    assert same([other for _, other in pairs], expected)
    assert list(pool.analyse_many([])) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_pool_closed_too_early_says_so(mixed: list[Photograph], workers: int) -> None:
    with EnginePool(workers=workers) as early:
        answers = early.analyse_many(mixed)
        next(answers)
    with pytest.raises(PoolBroken, match="one that was closed"):
        list(answers)


def test_there_are_no_more_workers_than_chunks(mixed: list[Photograph]) -> None:
    with EnginePool(workers=4) as team:
        next(team.analyse_many(mixed[:CHUNK]))
        assert len(team.process_ids) == 1


def test_an_error_in_the_source_comes_through(pool: EnginePool, mixed: list[Photograph]) -> None:
    def failing() -> Iterator[Photograph]:
        yield from mixed[:20]
        raise LookupError("the list broke off")

    with pytest.raises(LookupError, match="broke off"):
        list(pool.analyse_many(failing()))
    assert len(list(pool.analyse_many(mixed[:3]))) == 3


def test_a_killed_worker_is_a_clear_error(mixed: list[Photograph]) -> None:
    with EnginePool(workers=2) as pool:
        answers = pool.analyse_many(mixed * 20)
        next(answers)
        os.kill(pool.process_ids[0], signal.SIGKILL)
        with pytest.raises(PoolBroken, match="killed by SIGKILL; if memory ran out"):
            list(answers)
        assert pool.process_ids == ()
        with pytest.raises(PoolBroken, match="one that was closed"):
            next(pool.analyse_many(mixed))


def test_a_worker_that_can_not_begin_says_why(
    mixed: list[Photograph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EnginePool(workers=2) as pool:
        other = tmp_path / "gone.onnx"
        monkeypatch.setattr(pool, "_prepared", other)
        with pytest.raises(
            PoolBroken, match="ModelFileError: the model dlib-resnet-v1: expected an ONNX model"
        ):
            list(pool.analyse_many(mixed))


WATCHDOG_S = 600  # a busy machine is no failure; only a hang is

SCRIPT = """
    import sys
    from itertools import repeat
    from pathlib import Path
    from fairlineup.faces.engine import EnginePool
    from fairlineup.records import Photograph

    if __name__ == "__main__":
        try:
            with EnginePool(workers=2) as pool:
                for number, one in enumerate(pool.analyse_many(repeat(Photograph("a", Path(sys.argv[1]))))):
                    if number == 0:
                        print(*pool.process_ids, flush=True)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
            sys.exit(130)
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals of a process group are POSIX's")
@pytest.mark.parametrize("killed", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_parent(
    tmp_path: Path, mixed: list[Photograph], killed: signal.Signals
) -> None:
    script, photo = tmp_path / "run.py", tmp_path / "face.png"
    script.write_text(textwrap.dedent(SCRIPT))
    content = mixed[0].source
    assert isinstance(content, bytes)
    photo.write_bytes(content)
    with subprocess.Popen(
        [sys.executable, str(script), str(photo)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        workers = [int(number) for number in first.split()]
        assert len(workers) == 2, first or process.stderr.read()
        if killed is signal.SIGINT:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.kill()
        out, err = process.communicate(timeout=WATCHDOG_S)
        assert process.returncode == (130 if killed is signal.SIGINT else -9)
        assert (out, err) == ("interrupted\n" if killed is signal.SIGINT else "", "")
    deadline = time.monotonic() + WATCHDOG_S
    while any(runs(worker) for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals of a process group are POSIX's")
def test_an_interrupt_while_workers_start_is_quiet_too(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(SCRIPT).replace("try:\n", 'try:\n        print("go", flush=True)\n'))
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "none.png")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=WATCHDOG_S)
    assert (out, err, process.returncode) == ("interrupted\n", "", 130)


def runs(process: int) -> bool:
    """Whether a process is there and isn't merely waiting for its status to be read."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    except ProcessLookupError:
        return False
    return state != "Z"


def test_templates_travel_without_loss(pool: EnginePool, mixed: list[Photograph]) -> None:
    (analysis,) = pool.analyse_many(mixed[:1])
    vector = analysis.templates[0].vector
    assert vector.dtype == np.float32
    assert vector.flags.writeable
    assert vector.base is None
