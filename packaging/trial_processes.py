"""How many processes a frozen scan consists of: each starts once, and none starts the program again."""

import shutil
import subprocess
import time
from collections.abc import Callable

import psutil
from trial import SECONDS, Failed, Trial

WORKERS = 2
FILMS = 150
TRACKER = "resource_tracker"


def check_processes(trial: Trial) -> str:
    """A scan with two workers is one process and two workers, and Python's own helper where it keeps one."""
    films = trial.work / "many films"
    films.mkdir()
    for number in range(FILMS):
        shutil.copy(trial.films / "jpeg.dcm", films / f"{number}.dcm")
    out = trial.work / "many"
    command = [str(trial.moved.console), "scan", str(films), "--no-gate", "--out", str(out)]
    command += ["--format", "csv", "--workers", str(WORKERS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
        seen = watch(program, lambda: program.poll() is not None)
        said = program.stdout.read().decode("utf-8", "replace") if program.stdout else ""
    if program.returncode:
        raise Failed(f"the scan ended with {program.returncode}: {said}")
    return judge(seen, WORKERS)


def watch(program: "subprocess.Popen[bytes]", over: Callable[[], bool]) -> dict[int, str]:
    """By id, how every process was started that `program` consisted of until `over`."""
    top = psutil.Process(program.pid)
    seen: dict[int, str] = {}
    end = time.monotonic() + SECONDS
    while not over():
        if time.monotonic() > end:
            program.kill()
            raise Failed("the scan does not end")
        note(top, seen)
        time.sleep(0.01)
    return seen


def note(top: psutil.Process, seen: dict[int, str]) -> None:
    """Add to `seen` the processes that there are now."""
    try:
        for process in (top, *top.children(recursive=True)):
            if line := " ".join(process.cmdline()):
                seen[process.pid] = line
    except psutil.NoSuchProcess:  # it ended while we looked
        return


def judge(seen: dict[int, str], workers: int, programs: int = 1) -> str:
    """What was seen, in words.

    Args:
        seen: by id, how each process was started.
        workers: how many decode processes there should be.
        programs: how many others: 1 for the command line, 2 for the window and its scan.

    Raises:
        Failed: there were more processes, or fewer.
    """
    helpers = sum(TRACKER in line for line in seen.values())
    found = len(seen) - helpers
    if found != programs + workers or helpers > 1:
        lines = "\n".join(f"  {number} {line}" for number, line in sorted(seen.items()))
        raise Failed(f"{programs + workers} processes and at most one helper should have been seen:\n{lines}")
    return f"{found} processes ({workers} workers){', one helper of Python' if helpers else ''}"
