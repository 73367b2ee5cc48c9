"""An int8 graph that cannot be made, or is broken off: what is told, and what is left."""

import errno
import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Sized
from dataclasses import replace
from multiprocessing.context import SpawnProcess
from pathlib import Path

import numpy as np
import pytest

from screener.engines.spawn import start_apart
from screener.errors import ModelAltered, ModelError, OutputError, UsageError
from screener.models.card import INT8_GRAPH, ModelCard, read_card, verify, write_card
from screener.records import Progress
from screener.reports.html.model_card import PAGE, card_page
from screener.tasks.load import load_task
from screener.training.export import integers
from screener.training.export.integers import QuantiseRequest, quantise_apart, quantise_folder
from screener.training.request import TrainResult


def test_a_graph_that_cannot_be_measured_leaves_the_one_before(
    own: QuantiseRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in own.folder.iterdir()}
    monkeypatch.setattr("screener.training.export.eight_bits.runs_int8", lambda folder, card: False)
    with pytest.raises(ModelError, match="this processor cannot run int8 graphs"):
        quantise_folder(own)
    assert {path.name: path.read_bytes() for path in own.folder.iterdir()} == before


def _moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def shares(aside: Path, card: object, pictures: Sized, threads: int, precision: str) -> np.ndarray:
        return np.zeros((len(pictures), 2))

    monkeypatch.setattr("screener.training.export.eight_bits.runs_int8", lambda folder, card: True)
    monkeypatch.setattr("screener.training.export.eight_bits._shares", shares)


def test_killed_before_its_card_is_written_the_same_call_makes_the_model_whole(
    own: QuantiseRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(card: ModelCard, folder: Path) -> ModelCard:
        raise SystemExit

    _moves_nothing(monkeypatch)
    (own.folder / INT8_GRAPH).unlink()
    plain = replace(read_card(own.folder), int8=None)
    (own.folder / PAGE).write_text(card_page(plain, own.folder), "utf-8")
    write_card(plain, own.folder)
    for name, days in (("old", 8), ("new", 6)):
        left = own.folder.parent / f".m.int8-1234-{name}"
        left.mkdir()
        os.utime(left, (time.time() - days * 86_400,) * 2)
    with monkeypatch.context() as context:
        context.setattr("screener.training.export.integers.write_card", killed)
        with pytest.raises(SystemExit):
            quantise_folder(own)
    with pytest.raises(ModelAltered, match=PAGE):
        verify(read_card(own.folder), own.folder)
    card = quantise_folder(own)
    verify(card, own.folder)
    assert (own.folder / PAGE).read_text("utf-8") == card_page(card, own.folder)
    assert [path.name for path in own.folder.parent.glob(".m.*")] == [".m.int8-1234-new"]


@pytest.mark.parametrize(
    ("number", "where", "said"),
    [
        (errno.ENOSPC, "best_graph", "No space left.*make room there"),
        (errno.EROFS, "tempfile.TemporaryDirectory", "Read-only.*make it writable"),
        (errno.ENOSPC, "write_card", "No space left.*make room there"),
    ],
)
def test_a_place_that_cannot_be_written_is_one_line_in_a_process_apart_too(
    number: int, where: str, said: str, own: QuantiseRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **more: object) -> None:
        raise OSError(number, os.strerror(number))

    _moves_nothing(monkeypatch)
    monkeypatch.setattr(f"screener.training.export.integers.{where}", full)
    with pytest.raises(OutputError, match=rf"{own.folder}: the int8 graph cannot be written.*{said}"):
        quantise_folder(own)
    ours, theirs = multiprocessing.Pipe(duplex=False)
    integers._quantise_silently(own, theirs)
    while isinstance(said_last := ours.recv(), Progress):
        assert said_last.note
    assert "cannot be written" in said_last


def test_nothing_that_was_altered_is_vouched_for_anew(own: QuantiseRequest) -> None:
    with (own.folder / "gate.npz").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelAltered, match=r"gate\.npz"):
        quantise_folder(own)


@pytest.mark.parametrize(
    ("change", "said"),
    [("missing", r"lacks 1 of the 80 pictures .*IM-0003-0001"), ("swapped", "some have other contents")],
)
def test_other_pictures_than_those_of_the_training_are_refused(
    change: str, said: str, small: TrainResult, films: Path, tmp_path: Path
) -> None:
    data = tmp_path / "films"
    shutil.copytree(films, data)
    first, second = (data / "train" / "NORMAL" / f"IM-000{patient}-0001.jpeg" for patient in (3, 4))
    if change == "missing":
        first.unlink()
    else:
        first.write_bytes(second.read_bytes())
    request = QuantiseRequest(small.out, data, load_task("pneumonia"), tmp_path / "cache")
    with pytest.raises(UsageError, match=said):
        quantise_folder(request)


def test_why_it_failed_comes_out_of_the_process_apart(
    films: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    request = QuantiseRequest(tmp_path, films, load_task("pneumonia"), tmp_path / "cache")
    with pytest.raises(ModelError, match=r"could not be made \(.*card\.json.*complete without it"):
        quantise_apart(request)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that is never read to its end")
def test_ctrl_c_ends_the_process_apart_and_leaves_nothing_of_it(
    films: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, others = tmp_path / "m", tmp_path / ".m.int8-1-half"  # process 1 is at it, too
    folder.mkdir()
    others.mkdir()
    os.mkfifo(folder / "card.json")

    def start(process: SpawnProcess) -> None:
        start_apart(process)
        half = tmp_path / f".m.int8-{process.pid}-half"
        half.mkdir()
        (half / "model.onnx").write_bytes(b"some of it")

    monkeypatch.setattr("screener.training.export.integers.start_apart", start)
    request = QuantiseRequest(folder, films, load_task("pneumonia"), tmp_path / "cache")
    others_before = set(
        multiprocessing.active_children()
    )  # a film's worker may outlive its window for a while
    hasty = threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT))
    hasty.start()
    with pytest.raises(KeyboardInterrupt):
        quantise_apart(request)
    hasty.join()
    assert set(multiprocessing.active_children()) <= others_before
    assert {path.name for path in tmp_path.iterdir()} == {folder.name, others.name}
    assert "Traceback" not in capfd.readouterr().err
