"""A second scan of what was scanned before: what is gone on with, refused, kept or thrown away."""

import json
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from builders.pictures import film
from builders.ward import snapshot
from screener.errors import OutputBusy, OutputTaken, Stopped
from screener.records import Progress, ScanResult
from screener.scanning.reading import StoredScan
from screener.scanning.store import STORE
from screener.scanning.verdicts import Judged, Verdict, Verdicts

DAY = "2026-03-01"


Scan = Callable[..., ScanResult]


def test_the_same_request_again_reuses_everything_and_changes_no_byte(run: Scan) -> None:
    first = run()
    before = {path: path.read_bytes() for path in first.reports}
    second = run()
    assert (second.out, second.reused, second.counts) == (first.out, 12, first.counts)
    assert {path: path.read_bytes() for path in second.reports} == before


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(run: Scan, tmp_path: Path) -> None:
    whole = run(out=tmp_path / "whole")

    def interrupt(progress: Progress) -> None:
        if progress.done >= 5:
            raise KeyboardInterrupt

    with pytest.raises(
        Stopped, match=r"stopped; files done: \d+ of (12|all), kept in .* The same command continues"
    ) as stop:
        run(interrupt, out=tmp_path / "broken", batch_size=1)
    assert stop.value.exit_code == 130
    assert [path.name for path in (tmp_path / "broken").iterdir()] == ["scan.sqlite"]
    rest = run(out=tmp_path / "broken", batch_size=1)
    assert rest.reused >= 1
    assert [p.read_bytes() for p in rest.reports] == [p.read_bytes() for p in whole.reports]


def test_what_a_run_had_to_say_stays_with_the_scan(run: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screener.engines.torch.available", lambda device: False)
    no_gpu, dead = "no CUDA device here: scored on the CPU", "the drive did not answer"

    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as drive:
        drive.setattr("screener.scanning.pool.DecodePool.notes", (dead,))
        with pytest.raises(Stopped):
            run(interrupt, device="cuda")
    for device in ("cuda", "cpu"):
        result = run(device=device, formats=("jsonl", "xlsx"))
        assert result.provenance.notes == (no_gpu, dead)
    assert dead not in result.notes  # it is no news
    assert json.loads(result.reports[0].read_text("utf-8").partition("\n")[0])["notes"] == [no_gpu, dead]
    sheet = openpyxl.load_workbook(result.reports[1])["Summary"]
    told = {(row[0].value, row[1].value) for row in sheet.iter_rows()}
    assert {("Note", no_gpu), ("Note", dead)} <= told


def test_a_stopped_scan_is_found_again_on_another_day(run: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Stopped):
        run(interrupt)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1774323200")
    result = run()
    assert result.out.name == f"ward-screener-{DAY}"
    assert (result.provenance.day, result.provenance.until) == (DAY, "2026-03-24")
    assert run().out.name == "ward-screener-2026-03-24"


def test_a_list_that_is_kept_up_to_date_says_since_when_and_until_when(
    run: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(out=tmp_path / "out", formats=("html",))
    assert (first.provenance.day, first.provenance.until) == (DAY, "")
    assert f", {DAY}</title>" in first.reports[0].read_text("utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1774323200")
    page = run(out=tmp_path / "out", formats=("html",)).reports[0].read_text("utf-8")
    assert page.count(f"{DAY} to 2026-03-24") == 3  # the title, the heading, and where the scores come from


def test_other_settings_on_the_same_day_get_their_own_folder(run: Scan) -> None:
    assert run().out.name == f"ward-screener-{DAY}"
    assert run(gate=False).out.name == f"ward-screener-{DAY}-2"


def test_another_scan_into_the_same_folder_is_refused_and_the_first_left_alone(
    run: Scan, tmp_path: Path
) -> None:
    first = run(out=tmp_path / "out")
    before = snapshot(first.out)
    with pytest.raises(OutputTaken, match="scope gate on instead of off"):
        run(out=tmp_path / "out", gate=False)
    with pytest.raises(OutputTaken, match="other inputs"):
        run(out=tmp_path / "out", inputs=(str(tmp_path / "ward" / "east"),))
    assert snapshot(first.out) == before


def test_rescan_forgets_the_past(run: Scan, tmp_path: Path) -> None:
    run(out=tmp_path / "out")
    result = run(out=tmp_path / "out", gate=False, rescan=True)
    assert result.reused == 0
    assert result.provenance.settings["scope gate"] == "off"


def test_two_scans_into_one_folder_the_second_is_refused(run: Scan, tmp_path: Path) -> None:
    refused: list[OutputBusy] = []

    def meanwhile(progress: Progress) -> None:
        if not refused:
            with pytest.raises(OutputBusy, match="another scan is writing into") as busy:
                run(out=tmp_path / "out")
            refused.append(busy.value)

    assert run(meanwhile, out=tmp_path / "out").exit_code == 0
    assert refused


def test_names_that_shall_be_forgotten_go_with_the_readings(run: Scan, ward: Path, tmp_path: Path) -> None:
    (ward / "east").rename(ward / "DOE^JANE")
    out = run(out=tmp_path / "out").out
    with StoredScan(out / STORE) as view:
        line = next(line for line in view.worklist_lines() if b"DOE" in line.key)
    Verdicts(out / STORE).put(Judged(line.key, line.frame, line.sha256, Verdict.AGREE))
    run(out=out, rescan=True, formats=("csv", "xlsx", "html", "worklist", "jsonl"))
    assert len(Verdicts(out / STORE).all()) == 1
    (out / "notes.txt").write_text("the user's own")
    for left in (".report.html.0a1b2c3d.part", ".worklist.csv.part"):  # by a program that was killed
        (out / left).write_text("DOE^JANE")
    run(out=out, rescan=True, deidentify=True, formats=("csv",))
    assert Verdicts(out / STORE).all() == []
    assert {path.name for path in out.iterdir()} == {"notes.txt", "scan.sqlite", "submission.csv"}
    assert not any(b"DOE" in path.read_bytes() for path in out.iterdir())


def test_a_workbook_that_somebody_worked_in_is_not_thrown_away_with_the_names(
    run: Scan, tmp_path: Path
) -> None:
    out = run(out=tmp_path / "out", formats=("xlsx",)).out
    book = openpyxl.load_workbook(out / "report.xlsx")
    book.save(out / "report.xlsx")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(OutputTaken, match=r"report\.xlsx holds names and a reader's entries"):
        run(out=out, rescan=True, deidentify=True)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_reports_of_before_that_are_not_written_anew_are_told_of(run: Scan, ward: Path) -> None:
    assert not run(formats=("csv", "worklist", "jsonl")).notes
    (ward / "west" / "film000.png").unlink()
    notes = run(formats=("csv",)).notes
    assert len(notes) == 1
    assert "rows.jsonl, worklist.csv are of an earlier scan" in notes[0]


def test_what_is_reused_is_counted_in_rows_like_everything_else(run: Scan, ward: Path) -> None:
    pages = [Image.fromarray(film(160, 140, seed=seed)) for seed in range(3)]
    pages[0].save(ward / "pages.tif", save_all=True, append_images=pages[1:])
    assert run().counts.total == 15
    again = run()
    assert (again.counts.total, again.reused) == (15, 15)


def test_an_edited_task_of_ones_own_is_another_scan(run: Scan, ward: Path, tmp_path: Path) -> None:
    shipped = (files("screener.tasks") / "pneumonia.toml").read_text("utf-8")
    own = tmp_path / "pneumonia.toml"
    own.write_text(shipped, "utf-8")
    out = run(out=tmp_path / "out", task=str(own)).out
    assert run(out=out, task=str(own)).reused == 12
    assert run(out=out).reused == 12  # the same rules by name
    own.write_text(re.sub(r"modalities = .*", 'modalities = ["CR"]', shipped), "utf-8")
    with pytest.raises(OutputTaken, match="another task"):
        run(out=out, task=str(own))
