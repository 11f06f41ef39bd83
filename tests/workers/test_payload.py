"""Scripts as people write them: without a main guard, on standard input, with classes of their own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

BEGIN = """
    from pathlib import Path
    from fairlineup.faces.engine import EnginePool
    from fairlineup.faces.pictures import find_same_pictures
    from fairlineup.records import Photograph
    import fairlineup.workers.pool as pool
    pool.WORTHWHILE = 4
    print("begin")

    class Reader:
        def __init__(self, path):
            self.path = path
        def read(self):
            return self.path.read_bytes()

    def photographs(source):
        return [Photograph(path.name, source(path)) for path in sorted(Path("photos").glob("*.png"))]
"""
POOL = """
    with EnginePool(workers=2) as pool:
        print(sum(one.outcome == "error" for one in pool.analyse_many(photographs(SOURCE))))
"""
COPIES = """
    print(len(find_same_pictures(photographs(SOURCE), workers=2).unreadable))
"""
GUARD = '\n    if __name__ == "__main__":\n'
WAYS = ("script", "standard input", "module")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    for number in range(18):
        (tmp_path / "photos" / f"{number:02d}.png").write_bytes(b"no photograph")
    return tmp_path


def run(folder: Path, code: str, way: str) -> subprocess.CompletedProcess[str]:
    text = textwrap.dedent(code)
    (folder / "work.py").write_text(text)
    arguments = {"script": ["work.py"], "module": ["-m", "work"], "standard input": ["-"]}[way]
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        input=text if way == "standard input" else None,
        capture_output=True,
        text=True,
        check=False,
    )


def guarded(work: str) -> str:
    return GUARD + textwrap.indent(work, "    ")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("work", [POOL, COPIES], ids=["pool", "copies"])
def test_a_script_without_a_main_guard_works(folder: Path, work: str, way: str) -> None:
    done = run(folder, BEGIN + work.replace("SOURCE", "lambda path: path"), way)
    assert (done.stdout, done.returncode) == ("begin\n18\n", 0), done.stderr


@pytest.mark.parametrize("way", ["script", "module"])
@pytest.mark.parametrize("work", [POOL, COPIES], ids=["pool", "copies"])
def test_a_class_of_the_script_reads_photographs_in_other_processes(
    folder: Path, work: str, way: str
) -> None:
    done = run(folder, BEGIN + guarded(work.replace("SOURCE", "Reader")), way)
    assert (done.stdout.splitlines()[-1], done.returncode) == ("18", 0), done.stderr


def test_workers_start_in_a_process_of_somebody_elses_pool(folder: Path) -> None:
    code = """
        import multiprocessing
        import work_in

        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(1) as outer:
                outer.apply(work_in.work)
    """
    inner = BEGIN + "\n    def work():" + textwrap.indent(POOL.replace("SOURCE", "Reader"), "    ")
    (folder / "work_in.py").write_text(textwrap.dedent(inner))
    done = run(folder, code, "script")
    assert (done.stdout.splitlines()[-1], done.returncode) == ("18", 0), done.stderr


@pytest.mark.parametrize(
    ("way", "work", "said"),
    [
        ("script", POOL, 'stand under `if __name__ == "__main__":`'),
        ("script", COPIES, 'stand under `if __name__ == "__main__":`'),
        ("standard input", POOL, "move that class to a module of its own, or use one worker"),
        ("standard input", COPIES, "move that class to a module of its own, or use one worker"),
    ],
)
def test_where_that_can_not_be_the_error_says_what_to_do(
    folder: Path, way: str, work: str, said: str
) -> None:
    done = run(folder, BEGIN + work.replace("SOURCE", "Reader"), way)
    assert done.returncode == 1
    assert said in done.stderr.splitlines()[-1]
