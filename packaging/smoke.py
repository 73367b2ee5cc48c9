"""Try a frozen program: every check is made, each says what it saw, and one that fails fails the whole.

    pip install '.[desktop,demo,package]'
    python packaging/smoke.py dist/screener [--limit 3] [--picture window.png]

What a system cannot check is skipped and says so.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from naming import frozen
from trial import Failed, Skipped, Trial, prepare, unlock
from trial_processes import check_processes
from trial_scans import (
    check_contents,
    check_doctor,
    check_first_score,
    check_libraries,
    check_moved,
    check_no_console,
    check_no_network,
    check_no_rights,
    check_rows,
)
from trial_window import check_start, check_window

FIRST_SCORE = 3.0
"""Seconds that the first score may take."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=float, default=FIRST_SCORE, help="seconds to the first score")
    parser.add_argument("--picture", type=Path, help="where a picture of the window goes")
    parser.add_argument("--only", help="make only the checks whose name holds this")
    options = parser.parse_args()
    smoke(options.folder, options.limit, options.picture, options.only or "")


def smoke(folder: Path, limit: float = FIRST_SCORE, picture: Path | None = None, only: str = "") -> None:
    """Make every check of the program in `folder`; stop with how many failed, if any did."""
    with tempfile.TemporaryDirectory(prefix="screener-smoke-") as work:
        try:
            trial = prepare(frozen(folder.resolve()), Path(work).resolve())
            chosen = {name: check for name, check in checks(limit, picture).items() if only in name}
            failed = sum(not passed for passed in outcomes(trial, chosen))
        finally:
            unlock(Path(work))
    if failed:
        raise SystemExit(f"{failed} checks of the frozen program failed")


def checks(limit: float, picture: Path | None) -> dict[str, Callable[[Trial], str]]:
    return {
        "contents": check_contents,
        "libraries": check_libraries,
        "decoders": check_doctor,
        "same rows": check_rows,
        "read-only, spaces and Unicode": check_moved,
        "no console": check_no_console,
        "no rights, no home": check_no_rights,
        "no network": check_no_network,
        "first score": partial(check_first_score, limit=limit),
        "processes": check_processes,
        "window starts": check_start,
        "window scans": partial(check_window, picture=picture),
    }


def outcomes(trial: Trial, checks: dict[str, Callable[[Trial], str]]) -> Iterator[bool]:
    """Whether each check passed, saying so; a skipped one did."""
    for name, check in checks.items():
        try:
            print(f"ok    {name}: {check(trial)}", flush=True)
            yield True
        except Skipped as reason:
            print(f"SKIP  {name}: {reason}", flush=True)
            yield True
        except Exception as error:  # noqa: BLE001  a check that breaks is one that fails
            what = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"
            print(f"FAIL  {name}: {what}", flush=True)
            yield False


if __name__ == "__main__":
    main()
