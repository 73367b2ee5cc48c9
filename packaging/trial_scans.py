"""Checks of the frozen command line: what is in it, and scans where programs tend to fail."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from trial import ROOT, Failed, Skipped, Trial, ordinary_film, reference, rows, run, without_rights

UNWANTED = re.compile(
    r"telemetry|torch|gdcm|pylibjpeg_libjpeg|pytest|readline|_ssl\."
    r"|Qt6?(Network|Qml|Quick|Web|Pdf|Multimedia|Sql|Designer|Test)",
    re.IGNORECASE,
)
MOST = 400e6
"""Bytes that the program may take, models apart."""

RUNS = 5
GUIDE = ROOT / "screener" / "desktop" / "guide"


def check_contents(trial: Trial) -> str:
    """Nothing that must not ship is inside, the guide for staff is, and it is small enough."""
    stray = sorted(p.name for p in trial.built.folder.rglob("*") if UNWANTED.search(p.name))
    if stray:
        raise Failed(f"these must not ship: {', '.join(stray[:10])}")
    inside = {p.name for p in trial.built.folder.rglob("desktop/guide/*")}
    if missing := sorted({p.name for p in GUIDE.iterdir()} - inside):
        raise Failed(f"of the guide for staff these are missing: {', '.join(missing)}")
    whole = size(trial.built.folder)
    models = sum(size(place) for place in trial.built.folder.rglob("_weights") if not place.is_symlink())
    said = f"{(whole - models) / 1e6:.0f} MB and {models / 1e6:.0f} MB of models"
    if whole - models > MOST:
        raise Failed(f"{said}: more than {MOST / 1e6:.0f} MB")
    return said


def check_libraries(trial: Trial) -> str:
    """Every library that the program asks for is inside, or of the system's own."""
    if not sys.platform.startswith("linux"):
        raise Skipped("ldd is Linux's")
    files = [p for p in trial.built.folder.rglob("*.so*") if p.is_file() and not p.is_symlink()]
    environment = {"LD_LIBRARY_PATH": str(trial.built.folder / "_internal")}
    missing = set()
    for file in files:
        _, said = run(["ldd", file], environment=environment)
        missing |= {f"{line.split()[0]} of {file.name}" for line in said.splitlines() if "not found" in line}
    if missing:
        raise Failed(f"not found: {', '.join(sorted(missing))}")
    return f"{len(files)} libraries"


def check_doctor(trial: Trial) -> str:
    """The frozen doctor finds no fault: among much else, a frozen worker decodes a film of every codec."""
    code, said = run([trial.moved.console, "doctor", "--json"])
    if code:
        raise Failed(f"the frozen doctor finds faults:\n{said}")
    parts = json.loads(said)
    return f"{len(parts)} fields, no fault"


def check_rows(trial: Trial) -> str:
    """A frozen scan writes the same rows as the program that it was built from, to the byte."""
    return _same(trial, rows([trial.built.console], trial.films, trial.work / "as built"))


def check_moved(trial: Trial) -> str:
    """So it does from a path with spaces and Unicode, which nobody may write, and leaves it as it was."""
    before = _listing(trial.moved.folder)
    said = _same(trial, rows([trial.moved.console], trial.films, trial.work / "aus 胸片"))
    if _listing(trial.moved.folder) != before:
        raise Failed("the program wrote into its own folder")
    return said


def check_no_console(trial: Trial) -> str:
    """So it does where there is no standard input, output or error."""
    out = trial.work / "no console"
    return _same(trial, rows([trial.moved.console], trial.films, out, console=False))


def check_no_rights(trial: Trial) -> str:
    """So it does for a user without rights whose home cannot be written."""
    before = without_rights()
    homeless = nowhere(trial)
    return _same(
        trial,
        rows([*before, trial.moved.console], trial.films, trial.work / "no rights", environment=homeless),
    )


def check_no_network(trial: Trial) -> str:
    """So it does where there is no network, not even the machine's own."""
    if shutil.which("unshare") is None:
        raise Skipped("there is no unshare to take the network away with")
    cut = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*cut, "true"], capture_output=True).returncode:
        raise Skipped("unshare may not take the network away here")
    return _same(trial, rows([*cut, trial.moved.console], trial.films, trial.work / "no network"))


def check_first_score(trial: Trial, limit: float) -> str:
    """The first score comes soon after a cold start: a scan of one full-size film to its end, a few times."""
    film = ordinary_film(trial)
    warm, cold = _times(trial, film, forget=False), _times(trial, film, forget=True)
    found = f"{_in_words(warm)}; read from disk anew: {_in_words(cold) if cold else 'cannot be had here'}"
    if median(cold or warm) > limit:
        raise Failed(f"{found}: more than {limit:.1f} s")
    return found


def _times(trial: Trial, film: Path, *, forget: bool) -> list[float]:
    """Seconds of each run; none where the system keeps files in memory though it shall forget them."""
    times: list[float] = []
    for number in range(RUNS):
        if forget and not _forget(trial.built.folder):
            return []
        out = trial.work / f"first {'cold' if forget else 'warm'} {number}"
        began = time.monotonic()
        code, said = run([trial.built.console, "scan", film, "--no-gate", "--out", out, "--format", "csv"])
        times.append(time.monotonic() - began)
        if code:
            raise Failed(f"the scan of one film ended with {code}: {said}")
    return times


def _in_words(times: list[float]) -> str:
    return f"{median(times):.2f} s ({min(times):.2f} to {max(times):.2f}, {len(times)} runs)"


def nowhere(trial: Trial) -> dict[str, str]:
    """An environment whose home folders cannot be written."""
    home = trial.films.parent / "no home"
    if not home.exists():
        home.mkdir()
        home.chmod(0o555)
    names = ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    return dict.fromkeys(names, str(home))


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _same(trial: Trial, found: bytes) -> str:
    saved = trial.work / "reference" / "rows.jsonl"
    expected = saved.read_bytes() if saved.exists() else reference(trial)
    if found != expected:
        raise Failed("the frozen program writes other rows than the one it was built from")
    number = found.count(b'"type":"row"')
    return f"{number} rows, the same bytes"


def _listing(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.lstat().st_mtime_ns) for path in folder.rglob("*"))


def _forget(folder: Path) -> bool:
    """Have the system drop what it keeps of the folder's files in memory; whether it can."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            file = os.open(path, os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)
    return True
