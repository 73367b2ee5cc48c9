"""Faults that a whole scan must outlive: bombs, workers killed from outside, films that are read-only."""

import contextlib
import json
import os
import signal
import sqlite3
import struct
import subprocess
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from builders.dicom import dicom
from builders.pictures import film, jpeg, png, zipped
from builders.ward import command, complaints, environment, run_scan, snapshot, write_ward

HUGE = 65_500


def bombs() -> dict[str, tuple[str, bytes]]:
    """Small files that claim or unpack to far more than they are, each with what is to become of it."""
    code = jpeg(film(64, 64))
    at = code.find(b"\xff\xc0")
    wide = code[: at + 5] + struct.pack(">HH", HUGE, HUGE) + code[at + 9 :]
    plain = dicom(film(64, 64), "deflated")
    head = plain[: 144 + struct.unpack_from("<L", plain, 140)[0]]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    endless = head + packer.compress(bytes(1 << 28)) + packer.flush()
    picture = png(film(64, 64))
    claims = b"IHDR" + struct.pack(">LL", HUGE, HUGE) + picture[24:29]
    large = {"Rows": 65_535, "Columns": 65_535}
    return {
        "wide.jpeg": ("too-large", wide),
        "wide.png": (
            "too-large",
            picture[:12] + claims + struct.pack(">L", zlib.crc32(claims)) + picture[33:],
        ),
        "rle.dcm": ("too-large", dicom(film(64, 64), "rle", **large)),
        "j2k.dcm": ("too-large", dicom(film(64, 64), "jpeg2000", **large)),
        "many.dcm": ("too-large", dicom(film(64, 64), NumberOfFrames="99999999")),
        "deflate.dcm": ("unreadable", endless),
        "inner.zip": ("unreadable", zipped({"a.zip": zipped({"b.png": picture})})),
        "zeros.zip": ("too-large", zipped({"zeros.dcm": bytes(600 << 20)})),
    }


def rows_of(out: Path) -> dict[str, dict[str, Any]]:
    lines = (out / "rows.jsonl").read_text("utf-8").splitlines()
    return {row["name"]: row for row in map(json.loads, lines[1:])}


def test_bombs_are_refused_and_the_films_beside_them_scored(weights: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    write_ward(folder, 4)
    expected = bombs()
    for name, (_, data) in expected.items():
        (folder / name).write_bytes(data)
    began = time.monotonic()
    done = run_scan(
        *(folder, "--weights", weights, "--model", "tiny", "--out", out, "--format", "jsonl"),
        *("--memory-limit", 512, "--time-limit", 10),
    )
    assert (done.returncode, complaints(done.stderr)) == (3, "")
    assert time.monotonic() - began < 30
    rows = rows_of(out)
    assert len(rows) == 4 + len(expected)
    found = {name.partition(".zip/")[0].removesuffix(".zip"): row for name, row in rows.items()}
    for name, (status, _) in expected.items():
        assert found[name.removesuffix(".zip")]["status"] == status, name
    assert sum(row["status"] == "scored" for row in rows.values()) == 4
    assert not (out / "scan.log").exists()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_workers_killed_from_outside_cost_no_film(weights: Path, tmp_path: Path) -> None:
    write_ward(tmp_path / "ward", 600)
    more = ("--weights", weights, "--model", "tiny", "--format", "jsonl,csv")
    process = subprocess.Popen(
        command(tmp_path / "ward", *more, "--out", tmp_path / "out"),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    killed: set[int] = set()
    done = 0
    while process.poll() is None and len(killed) < 6:
        # Between two rounds the scan comes on: workers that never get to work are another fault.
        if (rows := rows_so_far(tmp_path / "out" / "scan.sqlite")) > done:
            done = rows
            for worker in workers_of(process.pid) - killed:
                os.kill(worker, signal.SIGKILL)
                killed.add(worker)
        time.sleep(0.1)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, complaints(said)) == (0, "")
    assert len(killed) >= 2
    run_scan(tmp_path / "ward", *more, "--out", tmp_path / "whole")
    for name in ("rows.jsonl", "submission.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def rows_so_far(store: Path) -> int:
    """Rows that a running scan has committed; 0 before it has a store."""
    if not store.exists():
        return 0
    try:
        with contextlib.closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True, timeout=5)) as db:
            return int(db.execute("SELECT count(*) FROM rows").fetchone()[0])
    except sqlite3.OperationalError:  # its tables are still being made
        return 0


def workers_of(parent: int) -> set[int]:
    """The decode workers among a process's children."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("ascii", "replace").rpartition(")")[2].split()
            line = (stat.parent / "cmdline").read_bytes()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == parent and b"spawn_main" in line:
            found.add(int(stat.parent.name))
    return found


@pytest.mark.skipif(os.name == "nt", reason="takes away rights as POSIX systems do")
def test_films_in_a_place_that_cannot_be_written_are_scanned(weights: Path, tmp_path: Path) -> None:
    ward = tmp_path / "ward"
    write_ward(ward, 6)
    before = snapshot(ward)
    folders = [ward, *(path for path in ward.rglob("*") if path.is_dir())]
    try:
        for path in folders:
            path.chmod(0o500)
        done = run_scan(
            ward, "--weights", weights, "--model", "tiny", "--out", tmp_path / "out", "--format", "jsonl"
        )
    finally:
        for path in folders:
            path.chmod(0o700)
    assert (done.returncode, complaints(done.stderr)) == (0, "")
    assert len(rows_of(tmp_path / "out")) == 6
    assert {name: content for name, (_, content) in snapshot(ward).items()} == {
        name: content for name, (_, content) in before.items()
    }
