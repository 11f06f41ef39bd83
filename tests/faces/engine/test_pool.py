from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlineup.evidence.samples import Shot, people
from fairlineup.faces.engine import CHUNK, Analysis, EnginePool, ModelFileError
from fairlineup.faces.engine.pool import CHUNKS_AHEAD
from fairlineup.records import DigestedSource, Outcome, Photograph, PhotographChanged
from fairlineup.seals import digest
from fairlineup.workers import DeadlinePassed, PoolClosed, QueueFull, WorkerFailed

SOURCES = """
import os, signal, time

class Deadly:
    def read(self):
        os.kill(os.getpid(), signal.SIGKILL)

class Slow:
    def read(self):
        time.sleep(600)
"""


@pytest.fixture(scope="module")
def harmful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Sources of photographs that workers can import: reading Deadly kills its worker, Slow hangs it."""
    folder = tmp_path_factory.mktemp("harmful")
    (folder / "harmful_sources.py").write_text(SOURCES)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(folder)
        yield importlib.import_module("harmful_sources")


@pytest.fixture(scope="module")
def pool(harmful: Any) -> Iterator[EnginePool]:
    assert harmful
    with EnginePool(workers=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def expected(pool: EnginePool, mixed: list[Photograph]) -> list[Analysis]:
    return list(pool.analyse_many(mixed))


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
    with EnginePool(workers=1) as here:
        one = list(here.analyse_many(mixed))
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


def test_a_run_taken_up_again_at_a_chunk_gives_the_same(
    pool: EnginePool, mixed: list[Photograph], expected: list[Analysis]
) -> None:
    assert same(list(pool.analyse_many(mixed[CHUNK:])), expected[CHUNK:])


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


def test_an_abandoned_call_and_two_at_once_do_not_mix(
    pool: EnginePool, mixed: list[Photograph], expected: list[Analysis]
) -> None:
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
    with pytest.raises(PoolClosed):
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


def test_a_photograph_that_changed_is_no_answer_in_whatever_process(
    pool: EnginePool, mixed: list[Photograph], tmp_path: Path
) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(mixed[0].read())
    photo = Photograph("face", DigestedSource(Photograph("face", path), digest(mixed[0].read())))
    assert [one.photo for one in pool.analyse_many([photo])] == ["face"]
    for change in (lambda: path.write_bytes(mixed[1].read()), path.unlink):
        change()
        with pytest.raises(PhotographChanged, match="the photograph face changed"):
            list(pool.analyse_many([mixed[1], photo, mixed[2]]))
        with pytest.raises(PhotographChanged, match="put it back"):
            pool.submit(photo).result()


def test_many_threads_submit_while_others_go_through_batches(
    pool: EnginePool, mixed: list[Photograph], expected: list[Analysis]
) -> None:

    def submitting(_: int) -> list[Analysis]:
        return [future.result() for future in [pool.submit(photo) for photo in mixed]]

    def in_a_batch(_: int) -> list[Analysis]:
        return list(pool.analyse_many(mixed))

    with ThreadPoolExecutor(4) as threads:
        found = [*threads.map(submitting, range(2)), *threads.map(in_a_batch, range(2))]
    assert all(same(one, expected) for one in found)


def test_one_worker_still_answers_apart_from_this_process(mixed: list[Photograph], harmful: Any) -> None:
    with EnginePool(workers=1) as front:
        deadly = front.submit(Photograph("deadly", harmful.Deadly()))
        assert front.submit(mixed[0]).result().outcome is Outcome.OK
        assert isinstance(deadly.exception(), WorkerFailed)


def test_workers_killed_under_load_are_replaced(
    pool: EnginePool, mixed: list[Photograph], expected: list[Analysis]
) -> None:
    first, second = pool.process_ids
    futures = [pool.submit(photo) for photo in mixed]
    for at, process in ((3, first), (10, second)):
        futures[at].result()
        os.kill(process, signal.SIGKILL)
    assert same([future.result() for future in futures], expected)
    answers = pool.analyse_many(mixed)
    one = next(answers)
    os.kill(pool.process_ids[0], signal.SIGKILL)
    assert same([one, *answers], expected)


def test_a_photograph_that_kills_its_worker_is_found_and_costs_no_other(
    pool: EnginePool, mixed: list[Photograph], expected: list[Analysis], harmful: Any
) -> None:
    deadly = Photograph("deadly", harmful.Deadly())
    among = [*mixed[:7], deadly, *mixed[7:20], deadly, *mixed[20:]]
    found = list(pool.analyse_many(among))
    assert same([one for one in found if one.photo != "deadly"], expected)
    for one in (found[7], found[21]):
        assert (one.photo, one.outcome) == ("deadly", Outcome.ERROR)
        assert "killed by SIGKILL" in one.detail
    submitted = [pool.submit(photo) for photo in among]
    assert [isinstance(future.exception(), WorkerFailed) for future in submitted] == [
        photo is deadly for photo in among
    ]


def test_workers_that_end_at_one_photograph_after_the_other_are_an_error(
    pool: EnginePool, mixed: list[Photograph], harmful: Any
) -> None:
    deadly = [Photograph(str(number), harmful.Deadly()) for number in range(3)]
    with pytest.raises(WorkerFailed) as caught:
        list(pool.analyse_many([*mixed[:3], *deadly]))
    assert caught.value.code == "worker-failed"


def test_a_photograph_over_its_deadline_ends_its_worker_only(
    pool: EnginePool, mixed: list[Photograph], expected: list[Analysis], harmful: Any
) -> None:
    slow = pool.submit(Photograph("slow", harmful.Slow()), deadline_s=0.2)
    others = [pool.submit(photo, deadline_s=600) for photo in mixed[:8]]
    with pytest.raises(DeadlinePassed) as caught:
        slow.result()
    assert caught.value.code == "deadline-passed"
    assert same([future.result() for future in others], expected[:8])


def test_a_full_queue_refuses(mixed: list[Photograph], harmful: Any) -> None:
    with EnginePool(workers=1, waiting=2) as front:
        waiting = [front.submit(Photograph("slow", harmful.Slow())) for _ in range(3)]
        with pytest.raises(QueueFull) as caught:
            front.submit(mixed[0])
        assert caught.value.code == "workers-busy"
    assert {type(future.exception()) for future in waiting} == {PoolClosed}


def test_a_worker_that_can_not_begin_says_why(mixed: list[Photograph], tmp_path: Path) -> None:
    with EnginePool(workers=2) as front:
        prepared = front._prepared.rename(tmp_path / "gone.onnx")
        try:
            with pytest.raises(ModelFileError):
                list(front.analyse_many(mixed))
            with pytest.raises(ModelFileError):
                front.submit(mixed[0]).result()
        finally:
            prepared.rename(front._prepared)


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
