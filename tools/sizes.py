"""How large an install is: each extra in an environment of its own, as the table of docs/install.md has it.

`python tools/sizes.py [EXTRA...]` installs this checkout with pip and prints MB on disk (10^6 bytes), without
pip itself; `python tools/sizes.py --here` prints the size of the default install that runs it.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORE = ""
TOOLS = ("pip", "setuptools", "_distutils_hack", "pkg_resources")
LIMIT_MB = {"default": 700}


def main(words: list[str]) -> int:
    if words == ["--here"]:
        size = size_mb(Path(sysconfig.get_path("platlib")))
        print(f"size of the default install: {size} MB (limit {LIMIT_MB['default']}; without pip)")
        return within_limits({"default": size})
    sizes = {extra: installed_mb(extra) for extra in words or known_extras()}
    core = sizes.get(CORE, 0)
    print("| extra | MB | beyond the core |\n|---|---|---|")
    for extra, size in sizes.items():
        print(f"| {f'`{extra}`' if extra else 'none: the core'} | {size} | {size - core if extra else ''} |")
    return within_limits(sizes)


def within_limits(sizes: dict[str, int]) -> int:
    """An exit status, with a complaint about each install that has grown too large."""
    over = [extra for extra, most in LIMIT_MB.items() if sizes.get(extra, 0) >= most]
    for extra in over:
        print(f"the {extra} install has grown past {LIMIT_MB[extra]} MB", file=sys.stderr)
    return 1 if over else 0


def known_extras() -> list[str]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [CORE, *table["project"]["optional-dependencies"]]


def installed_mb(extra: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        what = f"{ROOT}[{extra}]" if extra else str(ROOT)
        subprocess.run([python, "-m", "pip", "install", "--quiet", what], check=True)
        found = subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"],
            check=True,
            capture_output=True,
            text=True,
        )
        return size_mb(Path(found.stdout.strip()))


def size_mb(packages: Path) -> int:
    """Of what lies in a folder of packages, in whole MB (10^6 bytes), tools of the environment left aside."""
    files = (
        file
        for item in packages.iterdir()
        if not item.name.startswith(TOOLS)
        for file in ([item] if item.is_file() else item.rglob("*"))
    )
    return round(sum(file.lstat().st_size for file in files if file.is_file()) / 1e6)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
