"""`screener train` in the terminal: what was found in the data, and what must not be missed."""

import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from builders.model import tiny_card
from screener.cli.preflight import preflight_table
from screener.cli.training import live_training, print_checked, print_trained
from screener.commands.train import CheckResult, EpochResult, TrainProgress, TrainResult
from screener.records import Interval
from screener.training.labelled.findings import Pair, Preflight

FOUND = Preflight(
    counts={"train": {"normal": 1200, "sick": 30}, "validation": {"normal": 10, "sick": 9}},
    patients={"train": 1100, "validation": 19},
    split="given by the data",
    shared=("p1", "p2", "p3", "p4", "p5", "p6\x1b[2J"),
    shared_with_test=(),
    named=False,
    pairs=(Pair("a.png", "b.png", True, ("normal", "sick"), ("train", "validation")),),
    pairs_with_test=(Pair("a.png", "t.png", False, ("normal", "sick"), ("train", "test")),),
    unreadable=(("c.png", "c.png: not a picture"),),
    near_white=("w.png",),
    near_black=(),
    left_out=2,
    blank_used=0,
)
EPOCH = EpochResult(1, 32, 0.01, 0.5, 0.4, 0.9, 0.9321, 0.9, 2.0, True)


def _shown(what: object) -> str:
    console = Console(width=100, record=True, file=StringIO())
    console.print(what)
    return console.export_text()


def test_the_table_counts_and_names_what_is_out_of_order() -> None:
    text = _shown(preflight_table(FOUND))
    assert "train        1,200    30     1,230     1,100" in text
    assert "the rarest class is 2% of the commonest" in text.replace("\n", " ")
    assert "6 patients learned from and validated on" in text
    assert "and 1 more" in text
    assert "a.png (normal, train) the same as b.png (sick, validation)" in text
    assert "1 pair with one in the test pictures" in text
    assert "a.png (normal, train) much like t.png (sick, test)" in text
    assert "1 pair with different labels" in text
    assert "1 file that cannot be read" in text
    assert "1 near-white picture\n" in text
    assert "near-black" not in text
    assert "\x1b" not in text


def test_patients_whom_nobody_names_are_no_figure() -> None:
    found = replace(FOUND, patients={"train": None, "validation": 3}, unnamed=1230)
    text = _shown(preflight_table(found))
    assert "train        1,200    30     1,230         –" in text
    assert "1,230 pictures whose patient is not known" in text


def test_findings_remarks_and_epochs_are_lines_that_stay(capsys: pytest.CaptureFixture[str]) -> None:
    with live_training() as show:
        show(TrainProgress("looking at the data", found=FOUND))
        show(TrainProgress("going on", remark="checkpoint epoch-0002 is damaged"))
        show(TrainProgress("trained", finished=EPOCH))
    shown = capsys.readouterr().err
    assert "1,230" in shown
    assert "Note    checkpoint epoch-0002 is damaged" in shown
    assert "0.9321" in shown


def test_the_bar_tells_losses_validation_rate_and_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    finished = TrainProgress("trained", finished=EPOCH)
    step = TrainProgress("training", 2, 9, 3, 7, rate=41.5, loss=0.25, seconds_left=90.0)
    with live_training() as show:
        for progress in (finished, step):
            show(progress)
    shown = capsys.readouterr().err
    for fact in ("training 2/9", "3/7", "41.5/s", "loss 0.2500", "validation loss 0.4000, AUC 0.9321"):
        assert fact in shown
    assert "1 min 30 s left" in shown
    with live_training() as show:
        for progress in (step, TrainProgress("measuring and exporting", 9, 9)):
            show(progress)
    last = capsys.readouterr().err.rpartition("measuring and exporting 9/9")[2]
    assert "/7" not in last  # of steps that are over


def test_a_check_says_where_it_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    print_checked(CheckResult(FOUND, ("a remark",), tmp_path, 1.0))
    assert capsys.readouterr().out.splitlines() == ["Note    a remark", f"Found   {tmp_path}"]


def test_a_training_ends_with_what_its_model_measured(capsys: pytest.CaptureFixture[str]) -> None:
    of = Interval(0.9312, 0.9, 0.95)
    metrics = {"pictures": 60, "auc": of, "stress_auc": Interval(0.8213, 0.8, 0.84), "accuracy": of}
    card = replace(tiny_card(), metrics=metrics)
    print_trained(TrainResult(Path("mine"), card, (), 240, 60, 61.0))
    text = capsys.readouterr().out
    assert "Under stress" in text
    assert re.search(r"AUC +0\.931 \(0\.900 to 0\.950\) +0\.821 \(0\.800 to 0\.840\)", text)
    assert re.search(r"Accuracy +0\.931 \(0\.900 to 0\.950\)", text)
