"""The program as a process: killed, interrupted, starved, and cut off from the network."""

import contextlib
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from builders.ward import NO_NETWORK, command, complaints, environment, run_scan, write_ward

FORMATS = ("--format", "csv,jsonl")


@pytest.fixture(scope="module")
def big_ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("big") / "ward"
    write_ward(folder, 80)
    return folder


def arguments(ward: Path, weights: Path, out: Path, *more: object) -> tuple[object, ...]:
    """The same scan, into `out`."""
    return (ward, "--weights", weights, "--model", "tiny", "--out", out, "--batch-size", 4, *FORMATS, *more)


def reports(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in ("submission.csv", "rows.jsonl")}


def assert_it_goes_on_when_killed(ward: Path, weights: Path, folder: Path, seed: int, times: int) -> None:
    """Kill a scan at random points, let it end, and hold its reports against an unbroken scan's."""
    assert run_scan(*arguments(ward, weights, folder / "whole")).returncode == 0
    films = committed(folder / "whole")
    chance = random.Random(seed)
    reached = []
    for point in sorted(chance.sample(range(films - 4), times)):
        process = subprocess.Popen(
            command(*arguments(ward, weights, folder / "broken")),
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while committed(folder / "broken") < point and process.poll() is None:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
        process.kill()
        process.wait()
        reached.append(committed(folder / "broken"))
    assert any(0 < rows < films for rows in reached)
    done = run_scan(*arguments(ward, weights, folder / "broken"))
    assert (done.returncode, complaints(done.stderr)) == (0, "")
    assert reports(folder / "broken") == reports(folder / "whole")
    left = {path.name for path in (folder / "broken").iterdir()}
    # Killed while it wrote a report, it leaves a part of it, which is swept away a day later.
    parts = {name for name in left if re.fullmatch(r"\.(submission\.csv|rows\.jsonl)\.\w+\.part", name)}
    assert left - parts == {"scan.sqlite", "submission.csv", "rows.jsonl"}
    assert len(parts) <= times


def committed(out: Path) -> int:
    """How many rows the store in `out` holds, as another process sees it."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{out / 'scan.sqlite'}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM rows").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def test_killed_at_any_point_it_goes_on_to_the_same_reports(
    big_ward: Path, weights: Path, tmp_path: Path
) -> None:
    assert_it_goes_on_when_killed(big_ward, weights, tmp_path, seed=1, times=4)


@pytest.mark.slow
def test_killed_at_twenty_points_it_goes_on_to_the_same_reports(weights: Path, tmp_path: Path) -> None:
    write_ward(tmp_path / "ward", 400)
    assert_it_goes_on_when_killed(tmp_path / "ward", weights, tmp_path, seed=2, times=20)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_no_worker_outlives_a_killed_scan(big_ward: Path, weights: Path, tmp_path: Path) -> None:
    mark = f"SCREENER_TEST_MARK={tmp_path}"
    process = subprocess.Popen(
        command(*arguments(big_ward, weights, tmp_path / "out")),
        env=environment(SCREENER_TEST_MARK=str(tmp_path)),
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while len(marked(mark)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(marked(mark)) >= 3
    process.kill()
    process.wait()
    while marked(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert marked(mark) == []


def marked(mark: str) -> list[str]:
    """The processes whose environment holds `mark`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in entry.read_bytes():
                found.append(entry.parent.name)
        except OSError:  # it ended meanwhile, or is not ours to see
            continue
    return found


@pytest.mark.skipif(os.name == "nt", reason="sends a POSIX signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_or_a_scheduler_ends_it_with_one_line_and_no_traceback(
    number: signal.Signals, big_ward: Path, weights: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        command(*arguments(big_ward, weights, out)),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 20
    while not (out / "scan.sqlite").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    for _ in range(3):  # nobody presses it once
        os.killpg(process.pid, number)  # as a terminal does: to the workers, too
        time.sleep(0.03)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "The same command continues from there" in said
    assert run_scan(*arguments(big_ward, weights, out)).returncode == 0


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.1, 0.2])
def test_ctrl_c_while_workers_start_is_one_line_too(weights: Path, tmp_path: Path, seconds: float) -> None:
    write_ward(tmp_path / "ward", 60)
    process = subprocess.Popen(
        command(*arguments(tmp_path / "ward", weights, tmp_path / "out")),
        env=environment(SCREENER_TEST_MARK=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 20
    while len(marked(f"SCREENER_TEST_MARK={tmp_path}")) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert re.fullmatch(r"screener: stopped.*\n", said)
    # A Python that was interrupted while it made a dataclass ends by the signal itself: 130 for a shell, too.
    assert process.returncode in (130, -signal.SIGINT)
    if "nothing was written" in said:
        assert not (tmp_path / "out").exists()
    if "is kept in" in said:
        assert (tmp_path / "out" / "scan.sqlite").exists()


def test_a_name_that_drives_a_terminal_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    done = run_scan(tmp_path / "film\x1bc\x9b1m\nscreener: all is well.dcm")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert all(c.isprintable() for c in done.stderr.rstrip("\n"))
    assert r"\x1bc\x9b1m\nscreener" in done.stderr


def test_it_runs_with_the_network_forbidden_and_home_untouched(
    ward_and_home: tuple[Path, Path], weights: Path, tmp_path: Path
) -> None:
    ward, home = ward_and_home
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(NO_NETWORK)
    path = os.pathsep.join([str(tmp_path / "site"), environment()["PYTHONPATH"]])
    done = run_scan(*arguments(ward, weights, tmp_path / "out"), PYTHONPATH=path, HOME=str(home))
    assert (done.returncode, complaints(done.stderr)) == (0, "")
    assert list(home.iterdir()) == []


@pytest.fixture
def ward_and_home(tmp_path: Path) -> tuple[Path, Path]:
    write_ward(tmp_path / "ward", 6)
    (tmp_path / "home").mkdir()
    return tmp_path / "ward", tmp_path / "home"


def test_the_network_guard_of_these_tests_guards(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    done = subprocess.run(
        [sys.executable, "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "AssertionError" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="uses a POSIX limit to make the disk seem full")
def test_a_full_disk_leaves_the_old_reports_and_says_so(
    big_ward: Path, weights: Path, tmp_path: Path
) -> None:
    import resource

    out = tmp_path / "out"
    few = tmp_path / "ward"
    write_ward(few, 4)
    assert run_scan(*arguments(few, weights, out)).returncode == 0
    before = reports(out)
    write_ward(few, 200)
    done = subprocess.run(
        command(*arguments(few, weights, out)),
        env=environment(),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000)),
        timeout=60,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "cannot be used: " in done.stderr
    assert reports(out) == before
    assert run_scan(*arguments(few, weights, out)).returncode == 0


@pytest.mark.parametrize("locale", ["C", "POSIX", "de_DE.UTF-8"])
def test_the_locale_changes_no_byte(weights: Path, tmp_path: Path, locale: str) -> None:
    write_ward(tmp_path / "ward", 3)
    (tmp_path / "ward" / "west" / "film000.png").rename(tmp_path / "ward" / "L\u00fcge\u8096.png")
    run_scan(*arguments(tmp_path / "ward", weights, tmp_path / "plain"))
    done = run_scan(*arguments(tmp_path / "ward", weights, tmp_path / "local"), LC_ALL=locale, LANG=locale)
    assert (done.returncode, complaints(done.stderr)) == (0, "")
    assert reports(tmp_path / "local") == reports(tmp_path / "plain")


def test_a_script_without_a_main_guard_may_scan(weights: Path, tmp_path: Path) -> None:
    write_ward(tmp_path / "ward", 3)
    request = f"(({str(tmp_path / 'ward')!r},), model='tiny', weights=Path({str(weights)!r}), formats=())"
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from screener.commands.scan import scan\n"
        "from screener.records import ScanRequest\n"
        f"print(scan(ScanRequest{request}, lambda progress: None).counts.scored)\n",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, script], env=environment(), capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, complaints(done.stderr)) == ("3\n", "")
