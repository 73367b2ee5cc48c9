"""A training in a process of its own: its model, its refusal, its death, its end by Ctrl-C."""

import multiprocessing
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from screener.errors import Stopped
from screener.models.card import read_card
from screener.training.progress import TrainProgress
from screener.training.request import TrainRequest
from screener.training.studies import apart
from screener.training.studies.apart import TrialFailed, death, train_apart


def test_a_refusal_comes_back_as_its_line(tmp_path: Path) -> None:
    request = TrainRequest(tmp_path / "nothing", model="cnn3", out=tmp_path / "out", device="cpu")
    with pytest.raises(TrialFailed, match="there is no such folder or CSV file"):
        train_apart(request, tmp_path / "log", lambda seen: None)
    assert not (tmp_path / "log").exists()


def test_a_script_without_a_guarded_main_part_can_train(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from screener.training.request import TrainRequest\n"
        "from screener.training.studies.apart import train_apart\n"
        f"here = Path({str(tmp_path)!r})\n"
        "request = TrainRequest(here / 'nothing', model='cnn3', out=here / 'out', device='cpu')\n"
        "train_apart(request, here / 'log', print)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert "there is no such folder or CSV file" in done.stderr.splitlines()[-1]
    assert done.stderr.count("Traceback") == 1


@pytest.mark.slow
def test_a_stopped_training_goes_on_to_a_model(films: Path, tmp_path: Path) -> None:
    request = TrainRequest(
        films,
        model="cnn3",
        out=tmp_path / "out",
        settings=("stages=24x2", "batch=16"),
        cache=tmp_path / "cache",
        device="cpu",
        threads=1,
        resume=True,
    )

    def stop(seen: TrainProgress) -> None:
        if seen.finished is not None:
            raise KeyboardInterrupt

    with pytest.raises(Stopped, match="what was done is kept"):
        train_apart(request, tmp_path / "log", stop)
    seen: list[TrainProgress] = []
    train_apart(request, tmp_path / "log", seen.append)
    assert [one.finished.epoch for one in seen if one.finished] in ([2], [])
    assert read_card(tmp_path / "out").architecture == "cnn3"


def test_a_death_says_what_it_was() -> None:
    assert "SIGKILL; it may have run out of memory" in death(-9)
    assert death(-4) == "its process was ended by SIGILL"
    assert "code 1" in death(1)


def test_a_trial_whose_study_was_killed_ends_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = multiprocessing.Pipe()

    def run(request: TrainRequest, report: Callable[[TrainProgress], None]) -> None:
        monkeypatch.setattr(theirs, "poll", lambda: False)  # it dies just after it was asked
        ours.close()
        report(TrainProgress("training"))

    monkeypatch.setattr("screener.training.run.run", run)
    before = signal.getsignal(signal.SIGINT)
    try:
        apart._train(TrainRequest(tmp_path, model="cnn3", out=tmp_path / "out"), tmp_path / "log", theirs)
    finally:
        signal.signal(signal.SIGINT, before)
    assert not (tmp_path / "log").exists()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("full", [False, True])
def test_a_fault_comes_back_as_a_line_though_its_log_cannot_be_written(
    full: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = multiprocessing.Pipe()

    def run(request: TrainRequest, report: Callable[[TrainProgress], None]) -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr("screener.training.run.run", run)
    log = tmp_path / ("no folder/trial.log" if full else "trial.log")
    before = signal.getsignal(signal.SIGINT)
    try:
        apart._train(TrainRequest(tmp_path, model="cnn3", out=tmp_path / "out"), log, theirs)
    finally:
        signal.signal(signal.SIGINT, before)
    why = ours.recv().why
    assert why.startswith("ZeroDivisionError: division by zero; see ")
    assert ("could not be written" in why) is full
    assert log.exists() is not full
