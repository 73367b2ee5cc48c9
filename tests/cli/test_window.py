"""The program of the window: its arguments are films, and what stops it is shown."""

import pytest

from screener.cli import box, window
from screener.errors import ScreenerError


def test_its_arguments_are_chosen_films(monkeypatch: pytest.MonkeyPatch) -> None:
    app = pytest.importorskip("screener.desktop.app")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    opened = []
    monkeypatch.setattr(app, "run", lambda weights, inputs: opened.append((weights, inputs)) or 0)
    for arguments in ([], ["ward 3/films"]):
        with pytest.raises(SystemExit) as stop:
            window.main(arguments)
        assert not stop.value.code
    assert opened == [(None, ()), (None, ("ward 3/films",))]


def test_what_stops_it_is_shown_in_a_box(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = pytest.importorskip("screener.desktop.app")
    notice = pytest.importorskip("screener.desktop.notice")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    shown: list[str] = []
    monkeypatch.setattr(notice, "show_notice", shown.append)

    def fail(weights: object, inputs: object) -> int:
        raise ScreenerError("the model cannot be read; install the program again")

    monkeypatch.setattr(app, "run", fail)
    with pytest.raises(SystemExit) as stop:
        window.main([])
    assert stop.value.code == 1
    assert shown == ["the model cannot be read; install the program again"]
    assert "the model cannot be read" in capsys.readouterr().err


def test_without_a_screen_no_box_is_tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(box, "has_screen", lambda: False)
    box.tell_in_a_box("a line")
    assert capsys.readouterr().err == "screener: a line\n"
