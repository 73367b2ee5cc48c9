"""A child process, and what becomes of one that ends badly or says too much."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

import pytest
from pytestqt.qtbot import QtBot

from screener.desktop import app
from screener.desktop.control import child as children
from screener.desktop.control.child import Child
from screener.desktop.control.messages import Halted, Problem
from screener.desktop.control.scan_child import scan_main
from screener.records import Progress, ScanRequest


def obedient(connection: Connection) -> None:
    """Ends when it is told."""
    connection.send(Progress(1, 2))
    connection.recv()
    connection.send(Halted())


def mute(connection: Connection) -> None:
    """Dies without a word."""
    os._exit(3)


def talkative(connection: Connection) -> None:
    """Says more than a pipe holds, and only then looks whether it shall end."""
    for number in range(2_000):
        connection.send(Progress(number, None, note="x" * 500))
    connection.recv()


def deaf(connection: Connection) -> None:
    """Does not end."""
    time.sleep(3600)


def test_what_a_child_says_comes_as_signals(qtbot: QtBot) -> None:
    child, said = Child(), []
    child.told.connect(said.append)
    child.start(obedient)
    qtbot.waitUntil(lambda: said == [Progress(1, 2)], timeout=20_000)
    assert child.is_running
    child.ask_to_stop()
    qtbot.waitUntil(lambda: said == [Progress(1, 2), Halted()], timeout=20_000)
    assert not child.is_running
    assert child.pid == 0


def test_a_death_without_a_word_is_told(qtbot: QtBot) -> None:
    child = Child()
    with qtbot.waitSignal(child.lost, timeout=20_000):
        child.start(mute)
    assert not child.is_running


def test_waiting_hears_out_a_talkative_child_and_ends_a_deaf_one() -> None:
    child = Child()
    child.start(talkative)
    child.ask_to_stop()
    began = time.monotonic()
    child.wait(30)
    assert time.monotonic() - began < 25  # by itself
    child.start(deaf)
    child.wait(0.3)
    assert not child.is_running


def test_a_request_that_makes_no_sense_is_a_problem_in_one_line(qtbot: QtBot) -> None:
    child = Child()
    with qtbot.waitSignal(child.told, timeout=30_000) as told:
        child.start(scan_main, ScanRequest(("/no/such/folder",), formats=("pdf",)), None)
    (problem,) = told.args
    assert isinstance(problem, Problem)
    assert problem.kind == "UnknownName"
    assert "pdf" in problem.detail


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[SpawnProcess]]:
    """Processes that were killed in vain, as where a drive does not answer; they are gone afterwards."""
    kill, spared = SpawnProcess.kill, list[SpawnProcess]()
    monkeypatch.setattr(SpawnProcess, "kill", lambda process: spared.append(process))
    yield spared
    for process in spared:
        kill(process)
        process.join(20)


def test_a_child_that_nothing_ends_is_left_behind(
    stuck: list[SpawnProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "_END_SECONDS", 0.2)
    child = Child()
    child.start(deaf)
    child.wait(0.2)
    assert not child.is_running
    assert stuck[0].is_alive()
    assert stuck[0] not in multiprocessing.active_children()  # nobody waits for it at the end


def test_the_program_ends_whatever_its_processes_do(
    stuck: list[SpawnProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_END_SECONDS", 0.2)
    process = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(3600,), daemon=True)
    process.start()
    app.end_children()
    assert stuck == [process]
    assert process not in multiprocessing.active_children()
