"""Where a scan writes, and where it never does."""

import hashlib
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from builders.ward import snapshot
from screener.errors import OutputError, OutputTaken, UsageError
from screener.records import Progress, ScanResult
from screener.records.user_folders import state_folder
from screener.scanning.reading import StoredScan
from screener.scanning.store import STORE, peek

DAY = "2026-03-01"


Scan = Callable[..., ScanResult]


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


def test_an_output_place_that_cannot_be_made_is_one_clear_line(run: Scan, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file/out/deep cannot be written: .*; choose another place with"):
        run(out=tmp_path / "file" / "out" / "deep")
    with pytest.raises(OutputError, match=r"xx cannot be written: .*; choose another place with"):
        run(out=tmp_path / ("x" * 300))


def test_folders_made_in_vain_are_removed(run: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(sqlite3, "connect", fails)
    with pytest.raises(OutputError, match=r"scan\.sqlite cannot be used: disk I/O error"):
        run(out=tmp_path / "new" / "deep")
    assert not (tmp_path / "new").exists()


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
    with zipfile.ZipFile(result.out / "report.xlsx") as book:
        parts = b"".join(map(book.read, book.namelist()))
    assert not any(word in parts for word in (b"DOE", b"ward", b"film00", str(tmp_path).encode()))


def test_a_deidentified_scan_goes_on_and_its_store_tells_nobody_who_guessed_its_folder(
    run: Scan, ward: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(deidentify=True)
    again = run(deidentify=True)
    assert (again.out, again.reused) == (first.out, 12)
    found = peek(first.out)
    assert found
    named = peek(run(out=tmp_path / "named").out)
    assert named
    assert named[0]["inputs"] == hashlib.sha256(bytes(ward)).hexdigest()
    assert found[0]["inputs"] != named[0]["inputs"]
    key = state_folder() / "own.key"
    assert len(key.read_bytes()) == 32
    assert os.name == "nt" or not key.stat().st_mode & 0o077
    assert [path.name for path in key.parent.iterdir()] == ["own.key"]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "somebody else's"))
    with pytest.raises(OutputTaken, match="that another user or computer sealed; choose another --out"):
        run(deidentify=True, out=first.out)


def test_where_no_key_can_be_kept_no_scan_is_taken_for_an_earlier_one(
    run: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert run(deidentify=True).out.name == f"screener-{DAY}"
    assert run(deidentify=True).out.name == f"screener-{DAY}-2"


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


@pytest.mark.skipif(os.name == "nt", reason="there no file that is open can be deleted")
@pytest.mark.parametrize("moved", [False, True])
def test_an_output_folder_that_goes_is_noticed_at_the_next_batch(
    run: Scan, tmp_path: Path, moved: bool
) -> None:
    out, away, done = tmp_path / "out", tmp_path / "away", []

    def meanwhile(progress: Progress) -> None:
        done.append(progress.done)
        if out.exists() and progress.done > 5:
            out.rename(away) if moved else shutil.rmtree(out)

    with pytest.raises(OutputError, match=r"out/scan\.sqlite was deleted or moved away during the scan; run"):
        run(meanwhile, out=out, batch_size=1)
    assert max(done) < 12
    assert not out.exists()
    if moved:
        assert 0 < run(out=away).reused < 12


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="a ban that holds for everybody but root")
def test_an_output_folder_that_is_made_read_only_is_noticed_at_the_next_batch(
    run: Scan, tmp_path: Path
) -> None:
    out, done = tmp_path / "out", []

    def meanwhile(progress: Progress) -> None:
        done.append(progress.done)
        out.chmod(0o500)

    with pytest.raises(OutputError, match=r"out can no longer be written; allow it and run the same"):
        run(meanwhile, out=out, batch_size=1)
    out.chmod(0o700)
    assert max(done) < 12
    assert run(out=out).counts.total == 12
