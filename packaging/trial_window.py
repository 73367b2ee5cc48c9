"""The frozen window, driven by keys on a virtual screen, and started without one."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from trial import Failed, Skipped, Trial, bereft, without_rights
from trial_processes import TRACKER, WORKERS, judge, note
from trial_scans import nowhere

PATIENCE = 240.0
ALIVE = 8.0
CLOSING = 20.0


def check_window(trial: Trial, picture: Path | None = None) -> str:
    """Opened with a folder, without console, rights or a home, Space scans it and Ctrl+Q ends all of it.

    Args:
        trial: see `Trial`.
        picture: where a picture of the finished worklist goes.
    """
    for tool in ("Xvfb", "xdotool"):
        if shutil.which(tool) is None:
            raise Skipped(f"no {tool} to drive it with")
    films, state = _place(trial)
    before = _less(trial)
    with screen() as display:
        environment = {
            **os.environ,
            **nowhere(trial),
            **settings(trial),
            **display,
            "XDG_STATE_HOME": str(state),
        }
        # Named, the model is the one that the window offers first.
        model = next(next(trial.moved.folder.rglob("_weights")).glob("pneumonia*"))
        command = bereft([*before, str(trial.moved.window), "--weights", str(model), str(films)])
        with subprocess.Popen(command, env=environment, cwd=trial.work) as program:
            seen: dict[int, str] = {}
            try:
                _drive(program, films, display, seen, picture)
            finally:
                _end(program)
    if program.returncode:
        raise Failed(f"the window ended with {program.returncode}")
    if logs := list(state.rglob("*crash*")):
        raise Failed(f"the window met a fault: {logs[0].read_text('utf-8')}")
    if left := _outliving(seen):
        raise Failed(f"these outlive the window: {left}")
    shown = len(seen) > 2 + WORKERS + sum(TRACKER in line for line in seen.values())
    # One more worker shows the film that is selected, where there is one.
    return f"{_result(films)}; {judge(seen, WORKERS + shown, programs=2)}"


def check_start(trial: Trial) -> str:
    """Started with no arguments, the window stays open, in one process, and meets no fault."""
    _, state = _place(trial)
    environment = {**os.environ, **nowhere(trial), "XDG_STATE_HOME": str(state), "LOCALAPPDATA": str(state)}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    seen: dict[int, str] = {}
    with subprocess.Popen([str(trial.moved.window)], env=environment, stderr=subprocess.PIPE) as program:
        end = time.monotonic() + ALIVE
        while time.monotonic() < end and program.poll() is None:
            note(psutil.Process(program.pid), seen)
            time.sleep(0.05)
        ended = program.poll()
        _end(program)
        said = program.stderr.read().decode("utf-8", "replace") if program.stderr else ""
    if ended is not None:
        raise Failed(f"the window ended with {ended}: {said}")
    if logs := list(state.rglob("*crash*")):
        raise Failed(f"the window met a fault: {logs[0].read_text('utf-8')}")
    return judge(seen, 0)


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """What the environment needs to use a virtual screen."""
    read, write = os.pipe()
    command = ["Xvfb", "-noreset", "-displayfd", str(write), "-screen", "0", "1440x900x24"]
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            raise Skipped("Xvfb does not start here")
        try:
            yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}
        finally:
            server.terminate()


def settings(trial: Trial) -> dict[str, str]:
    """An environment in which the window finds its number of workers chosen, in a folder it cannot write."""
    folder = trial.films.parent / "settings"
    file = folder / "screener" / "screener.ini"
    if not file.exists():
        file.parent.mkdir(parents=True)
        file.write_text(f"[General]\nworkers={WORKERS}\n", "utf-8")
    return {"XDG_CONFIG_HOME": str(folder)}


def _place(trial: Trial) -> tuple[Path, Path]:
    """The films, in a folder beside which anybody may write the results, and one for the log of a fault."""
    ward = trial.work / "ward 胸片"
    state = trial.work / "state"
    if not ward.exists():
        shutil.copytree(trial.films, ward / "films")
        state.mkdir()
        for folder in (ward, state):
            folder.chmod(0o777)
    return ward / "films", state


def _less(trial: Trial) -> list[str]:
    try:
        return without_rights()
    except Skipped:  # then with them: another check says so
        return []


def _drive(
    program: "subprocess.Popen[bytes]",
    films: Path,
    display: dict[str, str],
    seen: dict[int, str],
    picture: Path | None,
) -> None:
    def xdotool(*words: str) -> str:
        environment = {**os.environ, **display}
        done = subprocess.run(
            ["xdotool", *words], env=environment, capture_output=True, text=True, timeout=30
        )
        return done.stdout.strip()

    def until(true: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while True:
            ended = (
                program.poll() is not None
            )  # before the question: it may be the program's end that is awaited
            if true():
                return
            if ended:
                raise Failed(f"{what}: the program ended with {program.returncode}")
            if time.monotonic() > end:
                raise Failed(f"{what} in {seconds:.0f} s")
            note(psutil.Process(program.pid), seen)
            time.sleep(0.02)

    until(lambda: xdotool("search", "--onlyvisible", "--name", "Screener"), "no window")
    window = xdotool("search", "--onlyvisible", "--name", "Screener").split()[0]
    xdotool("windowsize", window, "1440", "900")
    xdotool("windowfocus", window)
    begun = time.monotonic()
    until(lambda: time.monotonic() - begun > 1, "no time")  # the window takes the focus when it will
    xdotool("key", "space")  # Start has the focus once something is chosen
    until(lambda: _complete(films), "the scan is not complete")
    begun = time.monotonic()
    until(lambda: time.monotonic() - begun > 3, "no time")  # the selected film and its heat map are shown
    if picture is not None:
        photograph(display, picture)
    xdotool("key", "ctrl+q")
    until(lambda: program.poll() is not None, "the window does not close", CLOSING)


def photograph(display: dict[str, str], picture: Path) -> None:
    """Save what is on the screen."""
    code = (
        "import sys; from PySide6.QtGui import QGuiApplication; app = QGuiApplication([]);"
        "sys.exit(not app.primaryScreen().grabWindow(0).save(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(picture)], env={**os.environ, **display}, check=True)


def _complete(films: Path) -> bool:
    from screener.scanning.reading import StoredScan

    for report in films.parent.glob("films-screener-*/report.html"):
        with StoredScan(report.with_name("scan.sqlite")) as scan:
            return bool(scan.is_complete())
    return False


def _result(films: Path) -> str:
    from screener.scanning.reading import StoredScan

    with StoredScan(next(films.parent.glob("films-screener-*/scan.sqlite"))) as scan:
        counts = scan.counts()
    expected = len(list(films.iterdir()))
    if counts.total != expected:
        raise Failed(f"{counts.total} rows for {expected} files")
    return f"{counts.total} rows, {counts.scored} scored"


def _outliving(seen: dict[int, str]) -> list[str]:
    """How those processes were started that are still there a while after the window's end."""
    end = time.monotonic() + CLOSING
    while (
        left := [line for number, line in seen.items() if psutil.pid_exists(number)]
    ) and time.monotonic() < end:
        time.sleep(0.1)
    return left


def _end(program: "subprocess.Popen[bytes]") -> None:
    """End it and what it started, should they live."""
    if program.poll() is None:
        family = psutil.Process(program.pid).children(recursive=True)
        program.kill()
        for process in family:
            if process.is_running():
                process.kill()
