"""A finished file into its place, though a virus scanner looks at it."""

import errno
from pathlib import Path

import pytest

from screener.records.swap import swap_in


def _held(monkeypatch: pytest.MonkeyPatch, times: int) -> list[Path]:
    asked: list[Path] = []
    replace = Path.replace

    def as_windows_does(self: Path, target: Path) -> Path:
        asked.append(target)
        if len(asked) <= times:
            raise PermissionError(errno.EACCES, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", as_windows_does)
    return asked


def test_a_refusal_that_passes_is_sat_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    (tmp_path / "old").write_text("old")
    asked = _held(monkeypatch, 2)
    swap_in(tmp_path / "new", tmp_path / "old", patience=60)
    assert len(asked) == 3
    assert (tmp_path / "old").read_text() == "new"


def test_a_refusal_that_stays_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    asked = _held(monkeypatch, 1000)
    with pytest.raises(PermissionError):
        swap_in(tmp_path / "new", tmp_path / "old", patience=0.2)
    assert 1 < len(asked) < 1000
    asked.clear()
    with pytest.raises(PermissionError):
        swap_in(tmp_path / "new", tmp_path / "old", patience=0)
    assert len(asked) == 1


def test_other_errors_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        swap_in(tmp_path / "none", tmp_path / "old", patience=60)
