"""What the checks of a frozen program share: how one ends, what is scanned, and the copy that is tried."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from naming import Frozen, frozen

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "screener" / "images" / "samples"
STRANGE = "Röntgen films 胸片"
"""Part of every path that the trial uses: spaces, an umlaut and Chinese."""

SECONDS = 300
NOBODY = 65534


class Failed(Exception):
    """The check found a fault; the message says which."""


class Skipped(Exception):
    """The check cannot be made on this system; the message says why."""


@dataclass(frozen=True, slots=True)
class Trial:
    """All that a check works with.

    Attributes:
        built: the program as it was built.
        moved: a copy of it under a path with spaces and Unicode, which nobody may write.
        films: a folder of films under such a path.
        work: a folder that anybody may write.
    """

    built: Frozen
    moved: Frozen
    films: Path
    work: Path


def prepare(built: Frozen, work: Path) -> Trial:
    """Copy the program and films into the empty folder `work`."""
    work.chmod(0o755)  # a temporary folder is its owner's alone, and another user shall start the program
    place = work / STRANGE
    films = place / "films"
    films.mkdir(parents=True)
    for sample in sorted(SAMPLES.iterdir()):
        if sample.suffix != ".py":
            shutil.copy(sample, films)
    if film := chest_film():
        shutil.copy(film, films / "chest film.dcm")
    (films / "no film.txt").write_text("not a film")
    copy = place / built.folder.name
    shutil.copytree(built.folder, copy, symlinks=True)
    lock(copy)
    free = work / "free"
    free.mkdir()
    free.chmod(0o777)
    return Trial(built, frozen(copy), films, free)


def chest_film() -> Path | None:
    """The film of the demonstration, where the extra `demo` is installed."""
    from screener.commands.demo import chest_film as demo_film
    from screener.errors import MissingExtra

    try:
        return demo_film()
    except MissingExtra:
        return None


def ordinary_film(trial: Trial) -> Path:
    """A full-size film as most are, a JPEG; a small one where the extra `demo` is not installed."""
    from PIL import Image

    from screener.desktop.control.film_source import SPEC, decode_film, unpack_pixels
    from screener.records import Decoded, DecodeSettings, Limits
    from screener.tasks.load import load_task

    path = trial.work / "ordinary film.jpg"
    film = chest_film()
    if film is None:
        return next(trial.films.glob("*.jpg"))
    if not path.exists():
        settings = DecodeSettings(SPEC, load_task("pneumonia"), Limits(), thumbnail=0, gate=False)
        (seen,) = decode_film(film.read_bytes(), settings, wanted=0)
        if not isinstance(seen, Decoded):
            raise Failed(f"{film.name} cannot be decoded here: {seen.reason}")
        Image.fromarray(unpack_pixels(seen.thumbnail)).save(path, quality=90)
    return path


def lock(folder: Path) -> None:
    """Take away everybody's right to write in `folder`."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)


def unlock(folder: Path) -> None:
    """Give its owner the right to write in `folder` again, so that it can be removed."""
    for place, _, names in os.walk(folder):
        for path in (Path(place), *(Path(place) / name for name in names)):
            if not path.is_symlink():
                path.chmod(stat.S_IMODE(path.stat().st_mode) | 0o200)


def without_rights() -> list[str]:
    """What to put before a command so that a user without rights runs it; nothing where we are one.

    Raises:
        Skipped: we are an administrator, and cannot be less.
    """
    if os.name == "nt":
        import ctypes

        if ctypes.windll.shell32.IsUserAnAdmin():
            raise Skipped("we are an administrator of this Windows, and cannot be less")
        return []
    if os.geteuid():
        return []
    if shutil.which("setpriv") is None:
        raise Skipped("we are root, and there is no setpriv to be less with")
    ids = [f"--reuid={NOBODY}", f"--regid={NOBODY}"]
    return ["setpriv", *ids, "--clear-groups", "--no-new-privs"]


def rows(
    program: Sequence[object],
    films: Path,
    out: Path,
    *,
    environment: Mapping[str, str] | None = None,
    console: bool = True,
) -> bytes:
    """The rows that `program` writes of `films`; the films are not all chest films, so the gate is off.

    Raises:
        Failed: the scan does not end as it should.
    """
    command = [*program, "scan", films, "--no-gate", "--format", "jsonl", "--workers", "2", "--out", out]
    code, said = run(command, environment=environment, console=console)
    if code != 3:  # one file is no film
        raise Failed(f"{program[-1]} scan ended with {code}: {said}")
    return (out / "rows.jsonl").read_bytes()


def run(
    command: Sequence[object], *, environment: Mapping[str, str] | None = None, console: bool = True
) -> tuple[int, str]:
    """The exit code of `command` and what it said; without a console nothing can be heard of it."""
    words = [str(word) for word in command]
    # A worker goes where its program stands: that must not be a folder which only we may enter.
    here = tempfile.gettempdir()
    options: dict[str, object] = {
        "env": {**os.environ, **(environment or {})},
        "cwd": here,
        "timeout": SECONDS,
    }
    if console:
        done = subprocess.run(words, capture_output=True, **options)
        return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace").strip()
    if os.name == "nt":
        options["creationflags"] = subprocess.DETACHED_PROCESS
        return subprocess.run(words, **options).returncode, ""
    return subprocess.run(bereft(words), **options).returncode, ""


def bereft(words: Sequence[str]) -> list[str]:
    """The command, started without standard input, output and error."""
    return ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *words]


def reference(trial: Trial) -> bytes:
    """The rows of the program that the frozen one was built from, the same films."""
    environment = {"PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-m", "screener"]
    return rows(program, trial.films, trial.work / "reference", environment=environment)
