"""`screener desktop` where there can be no window."""

import importlib.util
import subprocess
import sys

import pytest

from screener.cli.main import main


def test_help_opens_no_window_and_loads_no_qt() -> None:
    code = (
        "import sys\nfrom screener.cli.main import main\n"
        "try:\n    main(['desktop', '--help'])\nexcept SystemExit:\n    pass\n"
        "sys.exit('PySide6' in sys.modules or 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Open the window" in done.stdout


def _said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    return int(stop.value.code or 0), capsys.readouterr().err


def test_without_qt_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "PySide6" else known(name))
    code, said = _said(["desktop"], capsys)
    assert code == 2
    assert 'pip install ".[desktop]"' in said


@pytest.mark.skipif(sys.platform != "linux", reason="only there a screen may be missing")
def test_without_a_screen_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if importlib.util.find_spec("PySide6") is None:
        pytest.skip("no PySide6")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    code, said = _said(["desktop"], capsys)
    assert code == 1
    assert "no screen" in said
    assert "Traceback" not in said


def test_a_system_library_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if importlib.util.find_spec("PySide6") is None:
        pytest.skip("no PySide6")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setitem(sys.modules, "screener.desktop.app", None)
    code, said = _said(["desktop"], capsys)
    assert code == 1
    assert "the window cannot be opened" in said
