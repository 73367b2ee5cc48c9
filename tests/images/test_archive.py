"""Films inside a zip: read in memory, bounded by what comes out."""

import os
import struct
import tracemalloc
import zipfile
from pathlib import Path
from random import Random

import pytest

from builders.pictures import film, png, zipped
from screener.images import archive
from screener.records import Reason, Refused

FILM = png(film(64, 64))
LIMIT = 1 << 20


def test_members_come_in_order_and_folders_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "films.zip"
    path.write_bytes(zipped({"b/": b"", "b/2.png": FILM, "a/1.png": FILM}))
    listed = archive.members(path)
    assert not isinstance(listed, Refused)
    assert list(listed) == ["b/2.png", "a/1.png"]
    assert archive.read_member(path, "b/2.png", LIMIT) == FILM


def test_two_members_of_one_name_are_both_read(tmp_path: Path) -> None:
    path = tmp_path / "films.zip"
    with zipfile.ZipFile(path, "w") as file, pytest.warns(UserWarning, match="Duplicate name"):
        file.writestr("film.png", b"first")
        file.writestr("film.png", b"second")
    listed = archive.members(path)
    assert not isinstance(listed, Refused)
    assert [archive.read_member(path, member, LIMIT) for member in listed] == [b"first", b"second"]


@pytest.mark.parametrize(
    ("member", "shown"),
    [
        ("a/film.dcm", "a/film.dcm"),
        ("../../etc/passwd", "etc/passwd"),
        ("/absolute/film.dcm", "absolute/film.dcm"),
        ("C:\\films\\..\\film.dcm", "C:/films/film.dcm"),
        ("..", "unnamed"),
        ("film.png\x007", "film.png (7)"),
    ],
)
def test_a_members_name_never_leads_out_of_the_archive(member: str, shown: str) -> None:
    assert archive.shown_name(member) == shown


def test_a_bomb_is_refused_for_what_comes_out_of_it(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    data = zipped({"bomb.dcm": b"\0" * (64 << 20)})
    honest = struct.pack("<L", 64 << 20)
    path.write_bytes(data)
    assert archive.read_member(path, "bomb.dcm", LIMIT) == Refused(
        Reason.TOO_MANY_BYTES, f"{64 << 20} bytes, unpacked"
    )
    path.write_bytes(data.replace(honest, struct.pack("<L", 1000)))
    tracemalloc.start()
    found = archive.read_member(path, "bomb.dcm", LIMIT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, Refused)
    assert peak < 8 * LIMIT


def test_an_encrypted_member_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped({"film.png": FILM}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + flags] |= 1
    path = tmp_path / "films.zip"
    path.write_bytes(data)
    assert archive.read_member(path, "film.png", LIMIT) == Refused(Reason.UNSUPPORTED, "it is encrypted")


def test_a_flipped_byte_is_found_out(tmp_path: Path) -> None:
    data = bytearray(zipped({"film.png": FILM}, zipfile.ZIP_STORED))
    data[200] ^= 0xFF
    path = tmp_path / "films.zip"
    path.write_bytes(data)
    found = archive.read_member(path, "film.png", LIMIT)
    assert isinstance(found, Refused)
    assert found.reason is Reason.CORRUPT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({}), Reason.NOT_AN_IMAGE),
        (zipped({"films/": b""}), Reason.NOT_AN_IMAGE),
        (zipped({"[Content_Types].xml": b"<xml/>", "xl/workbook.xml": b""}), Reason.NOT_AN_IMAGE),
        (zipped({"film.png": FILM})[:-30], Reason.CORRUPT),
        (b"PK\x03\x04" + b"\0" * 100, Reason.CORRUPT),
    ],
)
def test_what_is_no_collection_of_films_is_refused_whole(tmp_path: Path, data: bytes, reason: Reason) -> None:
    path = tmp_path / "films.zip"
    path.write_bytes(data)
    found = archive.members(path)
    assert isinstance(found, Refused)
    assert found.reason is reason


def test_an_endless_table_of_contents_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_DIRECTORY_BYTES", 100)
    path = tmp_path / "films.zip"
    path.write_bytes(zipped({f"{n}.png": b"x" for n in range(10)}))
    assert archive.members(path) == Refused(Reason.CORRUPT, "a zip archive that can't be listed")


def test_an_archive_that_changed_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "films.zip"
    path.write_bytes(zipped({"a.png": b"old"}))
    assert archive.read_member(path, "a.png", LIMIT) == b"old"
    path.write_bytes(zipped({"a.png": b"newer"}))
    assert archive.read_member(path, "a.png", LIMIT) == b"newer"
    path.unlink()
    found = archive.read_member(path, "a.png", LIMIT)
    assert isinstance(found, Refused)
    assert found.reason is Reason.VANISHED


@pytest.mark.skipif(os.name == "nt", reason="no folder can be opened there to break a file with")
def test_a_member_is_had_again_once_the_share_is_back(tmp_path: Path) -> None:
    data = Random(0).randbytes(100_000)  # more than is buffered
    path = tmp_path / "films.zip"
    path.write_bytes(zipped({"a.png": data}))
    assert archive.read_member(path, "a.png", LIMIT) == data
    opened = archive._opened(path, path.stat().st_size, path.stat().st_mtime_ns)
    assert not isinstance(opened, Refused)
    assert opened.zip.fp is not None
    folder = os.open(tmp_path, os.O_RDONLY)
    os.dup2(folder, opened.zip.fp.fileno())  # from now on each read of what is open fails
    os.close(folder)
    found = archive.read_member(path, "a.png", LIMIT)
    assert isinstance(found, Refused)
    assert found.reason is Reason.READ_FAILED
    assert archive.read_member(path, "a.png", LIMIT) == data


def test_a_member_before_the_archive_begins_is_damage(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.png": FILM}))
    at = data.rfind(b"PK\5\6") + 16
    struct.pack_into("<I", data, at, struct.unpack_from("<I", data, at)[0] + 200)
    path = tmp_path / "films.zip"
    path.write_bytes(data)
    found = archive.read_member(path, "a.png", LIMIT)
    assert found == Refused(Reason.CORRUPT, "its place in the archive can't be true")


def test_an_empty_member_is_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "films.zip"
    path.write_bytes(zipped({"empty.png": b"", "film.png": FILM}))
    assert archive.read_member(path, "empty.png", LIMIT) == Refused(Reason.EMPTY_FILE)
    assert archive.read_member(path, "gone.png", LIMIT) == Refused(
        Reason.VANISHED, "no longer in the archive"
    )


def test_a_wide_record_that_claims_the_earth_is_not_read(tmp_path: Path) -> None:
    """Python heeds the zip64 record, whatever the ordinary one says."""
    path = tmp_path / "claims.zip"
    wide = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, 1 << 40, 0)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, 1 << 40, 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, 46, 0, 0)
    with path.open("wb") as file:
        file.truncate(1 << 40)
        file.seek(0, 2)
        file.write(wide + locator + end)
    found = archive.members(path)
    assert isinstance(found, Refused)
    assert found.reason is Reason.CORRUPT


@pytest.mark.parametrize("into", [0, 40])
def test_members_that_share_their_bytes_are_refused_as_one(tmp_path: Path, into: int) -> None:
    """As zip bombs have them; a later one may begin within an earlier one, too."""
    inner = zipped({"film.png": FILM}, zipfile.ZIP_STORED)
    local, entry = inner[: inner.find(b"PK\1\2")], inner[inner.find(b"PK\1\2") : inner.find(b"PK\5\6")]
    later = bytearray(entry)
    struct.pack_into("<L", later, 42, into)
    listed = entry + bytes(later) * 200
    end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 201, 201, len(listed), len(local), 0)
    path = tmp_path / "bomb.zip"
    path.write_bytes(local + listed + end)
    said = Refused(Reason.CORRUPT, "a zip archive whose members overlap, as a bomb's do")
    assert archive.members(path) == said
    assert archive.read_member(path, "film.png", LIMIT) == said


def test_members_before_which_something_stands_do_not_overlap(tmp_path: Path) -> None:
    path = tmp_path / "films.zip"
    path.write_bytes(b"#!/bin/sh\n" * 50 + zipped({"b.png": FILM, "a.png": FILM, "c/": b"", "c/d.png": b""}))
    assert archive.read_member(path, "a.png", LIMIT) == FILM
