"""`scan`: from a request to a store and reports, and what is refused before anything is written."""

import json
import os
import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from builders import film, png
from builders_model import build_model
from builders_ward import snapshot
from PIL import Image

from screener.commands.scan import scan
from screener.errors import (
    ModelAltered,
    NothingToScan,
    OutputBusy,
    OutputError,
    OutputTaken,
    ScreenerError,
    Stopped,
    UnknownName,
    UsageError,
)
from screener.images.find import find
from screener.images.gate import write_gate
from screener.images.prepare import prepare
from screener.records import InputSpec, Progress, ScanRequest, ScanResult, Status
from screener.scanning.reading import StoredScan
from screener.scanning.store import STORE
from screener.scanning.verdicts import Judged, Verdict, Verdicts
from screener.training.gate import fit_gate

DAY = "2026-03-01"
Scan = Callable[..., ScanResult]


@pytest.fixture
def run(ward: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Scan the ward with the tiny model, told of each step; keywords change the request."""
    monkeypatch.setattr("screener.scanning.pace._PAUSE", 0)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")
    request = ScanRequest(
        (str(ward),), model="tiny", weights=weights, formats=("csv", "jsonl"), workers=1, batch_size=4
    )

    def run(progress: Callable[[Progress], None] = lambda p: None, **changes: object) -> ScanResult:
        return scan(replace(request, **changes), progress)

    return run


def test_a_folder_becomes_a_store_and_reports(run: Scan, ward: Path) -> None:
    result = run()
    assert result.exit_code == 0
    assert (result.counts.total, result.counts.scored, result.reused) == (12, 12, 0)
    assert result.out == ward.parent / f"ward-screener-{DAY}"
    assert [path.name for path in result.reports] == ["submission.csv", "rows.jsonl"]
    assert sorted(path.name for path in result.out.iterdir()) == [
        "rows.jsonl",
        "scan.sqlite",
        "submission.csv",
    ]
    scores = [row.score for row in result.top]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert (result.provenance.root, result.provenance.day) == (str(ward), DAY)


def test_the_films_folder_is_not_touched(run: Scan, ward: Path) -> None:
    before = snapshot(ward)
    run()
    run(rescan=True)
    assert snapshot(ward) == before


def test_progress_ends_with_everything_done(run: Scan) -> None:
    told: list[Progress] = []
    run(told.append)
    assert (told[-1].done, told[-1].total) == (12, 12)
    assert [p.done for p in told] == sorted(p.done for p in told)


def test_files_without_a_score_make_the_exit_code_3(run: Scan, ward: Path) -> None:
    (ward / "notes.txt").write_text("no film")
    (ward / "empty.dcm").touch()
    result = run()
    assert result.exit_code == 3
    assert result.counts.status == {Status.SCORED: 12, Status.UNREADABLE: 2}


def test_a_folder_with_no_readable_film_is_reported_and_exits_1(run: Scan, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "notes.txt").write_text("no film")
    result = run(inputs=(str(folder),))
    assert result.exit_code == 1
    assert "not-an-image" in (result.out / "rows.jsonl").read_text("utf-8")


def test_the_same_request_again_reuses_everything_and_changes_no_byte(run: Scan) -> None:
    first = run()
    before = {path: path.read_bytes() for path in first.reports}
    second = run()
    assert (second.out, second.reused, second.counts) == (first.out, 12, first.counts)
    assert {path: path.read_bytes() for path in second.reports} == before


def test_reports_do_not_depend_on_workers_and_batch_size(run: Scan, tmp_path: Path) -> None:
    one = run(out=tmp_path / "one", workers=1, batch_size=1)
    two = run(out=tmp_path / "two", workers=2, batch_size=64)
    assert [p.read_bytes() for p in one.reports] == [p.read_bytes() for p in two.reports]


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(run: Scan, tmp_path: Path) -> None:
    whole = run(out=tmp_path / "whole")

    def interrupt(progress: Progress) -> None:
        if progress.done >= 5:
            raise KeyboardInterrupt

    with pytest.raises(
        Stopped, match=r"stopped; files done: \d+ of (12|all), kept in .* The same command goes on"
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


def test_the_store_knows_the_places_of_relative_inputs_unless_names_are_hashed(
    run: Scan, ward: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ward.parent)
    result = run(inputs=(ward.name,))
    assert result.provenance.inputs == (ward.name,)
    hashed = run(inputs=(ward.name,), out=tmp_path / "hashed", deidentify=True)
    for folder, expected in ((result.out, (str(ward),)), (hashed.out, ())):
        with StoredScan(folder / STORE) as store:
            assert store.places() == expected
    assert str(ward).encode() not in (hashed.out / STORE).read_bytes()


def test_a_stopped_scan_is_found_again_on_another_day(run: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Stopped):
        run(interrupt)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1774323200")
    result = run()
    assert result.out.name == f"ward-screener-{DAY}"
    assert result.provenance.day == DAY
    assert run().out.name == "ward-screener-2026-03-24"


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


def test_a_single_film_goes_beside_its_folder(run: Scan, ward: Path) -> None:
    result = run(inputs=(str(ward / "west" / "film000.png"),))
    assert result.out == ward / f"west-screener-{DAY}"
    assert [row.name for row in result.top] == ["film000.png"]


def test_an_output_folder_among_the_films_is_not_scanned(run: Scan, ward: Path) -> None:
    assert run(out=ward / "out").counts.total == 12
    assert run(out=ward / "out", rescan=True).counts.total == 12


def test_every_file_that_a_scan_writes_is_known_as_its_own_when_it_is_met_again(
    run: Scan, ward: Path, tmp_path: Path
) -> None:
    everything = ("csv", "xlsx", "html", "jsonl")
    earlier = run(out=ward / "results", formats=everything).out
    (earlier / "scan.log").touch()
    assert len(list(earlier.iterdir())) == 6
    assert run(out=tmp_path / "out").counts.total == 12


@pytest.mark.skipif(os.name == "nt", reason="lays links as POSIX systems allow")
@pytest.mark.parametrize(
    "name",
    [
        ".report.xlsx.part",
        ".submission.csv.part",
        "report.xlsx",
        "scan.sqlite",
        "scan.sqlite-wal",
        "scan.lock",
    ],
)
def test_nothing_is_written_through_a_link_in_the_output_folder(run: Scan, tmp_path: Path, name: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "out" / name).symlink_to(tmp_path / "precious")
    if name.startswith("scan"):
        with pytest.raises(OutputError, match=r"choose another place with --out"):
            run(out=tmp_path / "out", formats=("xlsx", "csv"))
    else:
        run(out=tmp_path / "out", formats=("xlsx", "csv"))
        assert not any(path.is_symlink() for path in (tmp_path / "out").iterdir())
    assert (tmp_path / "precious").read_text() == "precious"


@pytest.mark.parametrize("given", [".", "east/film001.jpeg", "*", "link"])
def test_results_right_among_the_films_are_refused(run: Scan, ward: Path, given: str) -> None:
    (ward / "link").symlink_to(ward, target_is_directory=True)
    out = ward / "east" if given.startswith("east") else ward
    before = snapshot(ward)
    with pytest.raises(UsageError, match=r"--out .* is where the films are; name another folder"):
        run(inputs=(str(ward / given),), out=out)
    assert snapshot(ward) == before


def test_ctrl_c_before_anything_is_written_says_so(
    run: Scan, ward: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for place in ("screener.images.inputs.check_inputs", "screener.engines.choose.open_engine"):
        with monkeypatch.context() as patched:
            patched.setattr(place, interrupt)
            with pytest.raises(Stopped, match=r"^stopped; nothing was written$"):
                run(out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"inputs": ("no/such/folder",)}, UsageError, "no/such/folder: no such file or folder"),
        ({"model": "tinny"}, UnknownName, "unknown model 'tinny'. Did you mean tiny"),
        ({"task": "pneumona"}, UnknownName, "pneumonia"),
        ({"formats": ("csw",)}, UnknownName, "unknown report format 'csw'. Did you mean csv"),
        ({"device": "gpu"}, UnknownName, "unknown device 'gpu'"),
        ({"sample_submission": Path("no-such.csv")}, UsageError, "no-such.csv"),
        ({"sample_submission": Path("s.csv"), "deidentify": True}, UsageError, "--deidentify"),
        ({"sample_submission": Path("s.csv"), "formats": ("xlsx",)}, UsageError, "add csv to --format"),
        ({"weights": Path("no/such")}, UsageError, "--weights names no/such"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_written(
    run: Scan, ward: Path, changes: dict, error: type[ScreenerError], words: str
) -> None:
    before = snapshot(ward.parent)
    with pytest.raises(error, match=words):
        run(**changes)
    assert snapshot(ward.parent) == before


def test_an_empty_folder_is_nothing_to_scan_and_leaves_nothing(run: Scan, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(NothingToScan, match=r"no file in .*empty") as nothing:
        run(inputs=(str(tmp_path / "empty"),))
    assert nothing.value.exit_code == 1
    assert sorted(tmp_path.iterdir()) == before


def test_an_altered_model_is_refused_first(run: Scan, ward: Path, tmp_path: Path) -> None:
    folder = tmp_path / "weights" / "pneumonia-tiny"
    build_model(folder)
    (folder / "model.safetensors").write_bytes(b"altered")
    before = snapshot(ward.parent)
    with pytest.raises(ModelAltered, match=r"model\.safetensors is not the file"):
        run(weights=folder.parent)
    assert snapshot(ward.parent) == before


def test_the_model_s_own_gate_refuses_what_is_unlike_its_films(run: Scan, ward: Path, tmp_path: Path) -> None:
    folder = tmp_path / "weights" / "pneumonia-tiny"
    folder.mkdir(parents=True)
    known = np.stack([prepare(film(160, 140, seed=n), InputSpec(32, 32)) for n in range(40)])
    write_gate(fit_gate(known, known, "film"), folder)
    build_model(folder)
    (ward / "upside-down.png").write_bytes(png(film(160, 140)[::-1].copy()))
    result = run(weights=folder.parent)
    assert result.counts.status == {Status.SCORED: 12, Status.OUT_OF_SCOPE: 1}
    assert '"unlike-training"' in (result.out / "rows.jsonl").read_text("utf-8")
    (folder / "gate.npz").write_bytes(b"altered")
    with pytest.raises(ModelAltered, match=r"gate\.npz"):
        run(weights=folder.parent)


def test_an_output_place_that_cannot_be_made_is_one_clear_line(run: Scan, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file/out/deep cannot be written: .*; choose another place with"):
        run(out=tmp_path / "file" / "out" / "deep")


def test_folders_made_in_vain_are_removed(run: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(sqlite3, "connect", fails)
    with pytest.raises(OutputError, match=r"scan\.sqlite cannot be used: disk I/O error"):
        run(out=tmp_path / "new" / "deep")
    assert not (tmp_path / "new").exists()


def test_output_that_is_not_finite_is_a_failed_row(run: Scan, ward: Path, tmp_path: Path) -> None:
    build_model(tmp_path / "weights" / "pneumonia-tiny", poison=True)
    pixels = film(160, 140)
    pixels[:20, :20] = 255
    (ward / "white.png").write_bytes(png(pixels))
    result = run(weights=tmp_path / "weights")
    assert result.counts.status == {Status.SCORED: 12, Status.FAILED: 1}
    assert '"not-finite"' in (result.out / "rows.jsonl").read_text("utf-8")


def test_deidentified_output_names_no_file_and_no_folder(run: Scan, ward: Path, tmp_path: Path) -> None:
    (ward / "east").rename(ward / "DOE^JANE")
    (ward / "bad-DOE.txt").write_text("x")
    result = run(deidentify=True, formats=("csv", "xlsx", "html", "jsonl"))
    assert result.out.name == f"screener-{DAY}"
    assert (result.provenance.inputs, result.provenance.root) == ((), "")
    assert result.counts.total == 13
    for path in result.out.iterdir():
        content = path.read_bytes()
        assert not any(word in content for word in (b"DOE", b"ward", b"film00", str(tmp_path).encode()))


def test_names_that_shall_be_forgotten_go_with_the_readings(run: Scan, ward: Path, tmp_path: Path) -> None:
    (ward / "east").rename(ward / "DOE^JANE")
    out = run(out=tmp_path / "out").out
    with StoredScan(out / STORE) as view:
        line = next(line for line in view.worklist_lines() if b"DOE" in line.key)
    Verdicts(out / STORE).put(Judged(line.key, line.frame, line.sha256, Verdict.AGREE))
    run(out=out, rescan=True, formats=("csv", "xlsx", "html", "worklist", "jsonl"))
    assert len(Verdicts(out / STORE).all()) == 1
    (out / "notes.txt").write_text("the user's own")
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
    with pytest.raises(OutputTaken, match=r"report\.xlsx holds names, and somebody's entries"):
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


def test_a_duplicate_content_has_its_own_row(run: Scan, ward: Path) -> None:
    (ward / "copy.png").write_bytes((ward / "west" / "film000.png").read_bytes())
    result = run()
    assert result.counts.scored == 13


def test_only_the_films_that_are_named_are_scored_and_as_always(run: Scan, ward: Path, weights: Path) -> None:
    named = [source for source, _ in find((str(ward),))][2:5]
    request = ScanRequest((str(ward),), model="tiny", weights=weights, formats=("csv",), workers=2)
    steps: list[Progress] = []
    some = scan(replace(request, out=ward.parent / "some"), steps.append, films=named)
    assert some.counts.total == 3
    assert (steps[-1].done, steps[-1].total) == (3, 3)
    everything = (run().out / "submission.csv").read_text().splitlines()
    assert set((some.out / "submission.csv").read_text().splitlines()) < set(everything)
