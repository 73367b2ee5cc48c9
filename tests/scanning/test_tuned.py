"""What is remembered comes back, for its own model and machine alone, and never costs a scan."""

import json
from pathlib import Path

import pytest

from screener.errors import OutputError
from screener.records.user_folders import state_folder
from screener.scanning.tuned import (
    FILE,
    Remembered,
    Tuning,
    UnreadableError,
    all_remembered,
    filled,
    key_of,
    remember,
    remembered,
    usual,
)

ONE = Remembered("m 0123456789ab, cpu, fp32, 2 cores of here", Tuning(1, 2, 16), 1.25, "2026-11-28")
TWO = Remembered("n 0123456789ab, cpu, fp32, 2 cores of here", Tuning(3, 4, 64), 1.5, "2026-11-28")


def test_what_is_remembered_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "not yet there"
    assert all_remembered(folder) == ()
    assert remember(folder, ONE.of, ONE) == folder / FILE
    remember(folder, TWO.of, TWO)
    assert all_remembered(folder) == (ONE, TWO)
    assert remembered(folder, TWO.of) == TWO.tuning
    assert remembered(folder, "another model") is None
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_a_second_measurement_replaces_the_first_or_takes_it_away(tmp_path: Path) -> None:
    for part in (ONE, TWO, Remembered(ONE.of, Tuning(2, 1, 16), 1.1, "2026-11-29")):
        remember(tmp_path, part.of, part)
    assert remembered(tmp_path, ONE.of) == Tuning(2, 1, 16)
    remember(tmp_path, ONE.of, None)
    assert all_remembered(tmp_path) == (TWO,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"m": 3}',
        '{"m": {"workers": 1, "threads": 2}}',
        *(
            json.dumps({"m": {"workers": wrong, "threads": 2, "batch_size": 16, "gain": 1, "day": ""}})
            for wrong in (0, -1, True, 1.5, "2", None, 10**9)
        ),
    ],
)
def test_a_file_that_is_not_whole_is_named_and_can_be_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(UnreadableError, match="take it away") as said:
        all_remembered(tmp_path)
    assert str(tmp_path / FILE) in str(said.value)
    remember(tmp_path, ONE.of, ONE)
    assert all_remembered(tmp_path) == (ONE,)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        remember(tmp_path / "file" / "state", ONE.of, ONE)


def test_what_was_not_asked_for_is_as_found_else_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screener.scanning.tuned.cores", lambda: 8)
    remember(state_folder(), TWO.of, TWO)
    assert filled(Tuning(0, 0, 0), TWO.of) == (TWO.tuning, ())
    assert filled(Tuning(0, 7, 0), TWO.of) == (Tuning(3, 7, 64), ())
    assert filled(Tuning(0, 7, 0), ONE.of) == (Tuning(8, 7, 16), ())
    (state_folder() / FILE).write_text("{")
    tuning, (note,) = filled(Tuning(0, 7, 0), TWO.of)
    assert (tuning, "take it away" in note) == (Tuning(8, 7, 16), True)
    assert filled(Tuning(1, 7, 2), TWO.of) == (Tuning(1, 7, 2), ())  # not looked at: nothing is open


def test_a_key_is_of_one_model_device_precision_and_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {
        key_of(model, seal * 64, device, precision)
        for model in ("m", "n")
        for seal in "ab"
        for device in ("cpu", "cuda")
        for precision in ("fp32", "int8")
    }
    assert len(keys) == 16
    before = key_of("m", "a" * 64, "cpu", "fp32")
    monkeypatch.setattr("screener.scanning.tuned.cores", lambda: 99)
    assert key_of("m", "a" * 64, "cpu", "fp32") != before
    assert usual() == Tuning(99, 99, 16)
    monkeypatch.setattr("platform.node", lambda: "another")
    assert key_of("m", "a" * 64, "cpu", "fp32").endswith("99 cores of another")


def test_the_state_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "screener"
