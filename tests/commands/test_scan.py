"""`scan`: from a request to a store and reports, and what is refused before anything is written."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from builders.model import build_model
from builders.pictures import film, png
from builders.ward import snapshot
from screener.commands.scan import scan
from screener.errors import ModelAltered, NothingToScan, ScreenerError, Stopped, UnknownName, UsageError
from screener.images.finding.find import find
from screener.images.judging.gate import write_gate
from screener.images.prepare import prepare
from screener.records import InputSpec, Progress, ScanRequest, ScanResult, Status
from screener.training.export.gate import fit_gate

DAY = "2026-03-01"
Scan = Callable[..., ScanResult]


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


def test_reports_do_not_depend_on_workers_and_batch_size(run: Scan, tmp_path: Path) -> None:
    one = run(out=tmp_path / "one", workers=1, batch_size=1)
    two = run(out=tmp_path / "two", workers=2, batch_size=64)
    assert [p.read_bytes() for p in one.reports] == [p.read_bytes() for p in two.reports]


def test_ctrl_c_before_anything_is_written_says_so(
    run: Scan, ward: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for place in ("screener.commands.scan.check_inputs", "screener.commands.scan.open_engine"):
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
    with pytest.raises(ModelAltered, match=r"model\.safetensors does not match its card"):
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


def test_output_that_is_not_finite_is_a_failed_row(run: Scan, ward: Path, tmp_path: Path) -> None:
    build_model(tmp_path / "weights" / "pneumonia-tiny", poison=True)
    pixels = film(160, 140)
    pixels[:20, :20] = 255
    (ward / "white.png").write_bytes(png(pixels))
    result = run(weights=tmp_path / "weights")
    assert result.counts.status == {Status.SCORED: 12, Status.FAILED: 1}
    assert '"not-finite"' in (result.out / "rows.jsonl").read_text("utf-8")


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
