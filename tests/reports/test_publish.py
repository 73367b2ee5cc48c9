"""Reports appear whole or not at all, and say what went wrong."""

import errno
import os
from pathlib import Path

import pytest

from builders.rows import MemoryView
from screener.errors import OutputError, UnknownName, UsageError
from screener.records import FORMATS
from screener.reports.base import Remarks, ReportWriter, ScanView
from screener.reports.publish import publish, report_writer


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_view_gives_the_same_bytes(format: str, view: MemoryView, tmp_path: Path) -> None:
    first = publish([format], view, tmp_path).paths[0].read_bytes()
    os.utime(tmp_path / report_writer(format).name, (1, 1))
    assert publish([format], view, tmp_path).paths[0].read_bytes() == first
    assert len(first) > 1000


def test_reports_come_in_the_order_asked_for_each_once(view: MemoryView, tmp_path: Path) -> None:
    published = publish(["jsonl", "csv", "jsonl"], view, tmp_path)
    assert [path.name for path in published.paths] == ["rows.jsonl", "submission.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.jsonl", "submission.csv"]


def test_an_unknown_format_is_named_before_anything_is_written(view: MemoryView, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"unknown report format 'xls'\. Did you mean xlsx"):
        publish(["csv", "xls"], view, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_bad_sample_submission_stops_before_anything_is_written(view: MemoryView, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--sample-submission"):
        publish(["jsonl", "csv"], view, tmp_path, tmp_path / "missing.csv")
    assert not list(tmp_path.iterdir())


class _Broken:
    """Writes a little, then fails."""

    name = "report.xlsx"

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def write(self, view: ScanView, path: Path) -> Remarks:
        path.write_bytes(b"half of it")
        raise self.error


def _write_with(writer: ReportWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screener.reports.publish.report_writer", lambda format, sample: writer)


def test_a_full_disk_leaves_the_old_report(
    view: MemoryView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "report.xlsx"
    old.write_bytes(b"old")
    _write_with(_Broken(OSError(errno.ENOSPC, "No space left on device")), monkeypatch)
    with pytest.raises(
        OutputError, match=r"report\.xlsx could not be written: the disk.* is full.*as it was"
    ):
        publish(["xlsx"], view, tmp_path)
    assert old.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]


def test_an_interrupted_report_leaves_nothing(
    view: MemoryView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_with(_Broken(KeyboardInterrupt()), monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        publish(["xlsx"], view, tmp_path)
    assert not list(tmp_path.iterdir())


def test_two_may_write_the_same_report_at_once(
    view: MemoryView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Overtaken:
        name = "report.xlsx"
        inner = True

        def write(self, view: ScanView, path: Path) -> Remarks:
            path.write_bytes(b"begun")
            if self.inner:
                self.inner = False
                publish(["xlsx"], view, tmp_path)  # another process comes to its end meanwhile
            path.write_bytes(path.read_bytes() + b" and ended")
            return Remarks()

    _write_with(Overtaken(), monkeypatch)
    publish(["xlsx"], view, tmp_path)
    assert (tmp_path / "report.xlsx").read_bytes() == b"begun and ended"
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]


def test_what_a_killed_program_left_goes_but_not_what_is_being_written(
    view: MemoryView, tmp_path: Path
) -> None:
    old, new = tmp_path / ".rows.jsonl.0123abcd.part", tmp_path / ".rows.jsonl.4567cdef.part"
    for part in (old, new):
        part.touch()
    os.utime(old, (1, 1))
    publish(["jsonl"], view, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [new.name, "rows.jsonl"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("format", FORMATS)
def test_every_writer_passes_on_that_the_disk_is_full(
    format: str, view: MemoryView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = report_writer(format)
    write = writer.write

    def write_onto_the_full_disk(view: MemoryView, path: Path) -> Remarks:
        path.symlink_to("/dev/full")
        return write(view, path)

    monkeypatch.setattr(writer, "write", write_onto_the_full_disk)
    monkeypatch.setattr("screener.reports.publish.report_writer", lambda *_: writer)
    with pytest.raises(OutputError, match="is full; make room"):
        publish([format], view, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_missing_is_named(view: MemoryView, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere/submission\.csv could not be written.*--out"):
        publish(["csv"], view, tmp_path / "nowhere")


def test_a_report_held_open_gets_a_sibling(
    view: MemoryView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {tmp_path / "report.xlsx", tmp_path / "report-2.xlsx"}
    for path in held:
        path.write_bytes(b"open in Excel")
    replace = Path.replace

    def as_windows_does(self: Path, target: Path) -> Path:
        if target in held:
            raise PermissionError(errno.EACCES, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", as_windows_does)
    published = publish(["xlsx"], view, tmp_path)
    assert [path.name for path in published.paths] == ["report-3.xlsx"]
    assert published.notes == ("report.xlsx is open in another program; the new report is report-3.xlsx",)
    assert all(path.read_bytes() == b"open in Excel" for path in held)


def test_a_workbook_with_a_readers_verdicts_is_kept(view: MemoryView, tmp_path: Path) -> None:
    import openpyxl

    (first,) = publish(["xlsx"], view, tmp_path).paths
    book = openpyxl.load_workbook(first)
    book["Worklist"]["F2"] = "disagree"
    book.save(first)
    verdicts = first.read_bytes()
    for _ in range(2):
        published = publish(["xlsx"], view, tmp_path)
        assert [path.name for path in published.paths] == ["report-2.xlsx"]
        assert published.notes == (
            "report.xlsx was changed since it was written, and is kept; the new report is report-2.xlsx",
        )
    assert first.read_bytes() == verdicts
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report-2.xlsx", "report.xlsx"]


def test_asking_for_a_writer_is_what_loads_it() -> None:
    import subprocess
    import sys

    code = (
        "import sys, screener.reports.publish; print(sorted({'openpyxl', 'PIL', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
