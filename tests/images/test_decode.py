"""The two functions that a decode worker calls: bytes of a source, and outcomes of bytes."""

import bz2
import errno
import gzip
import io
import lzma
import os
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from builders.dicom import dicom
from builders.pictures import film, jpeg, patch, png, zipped
from screener.images import archive
from screener.images import decode as module
from screener.images.decode import decode, read_bytes
from screener.images.finding.find import find
from screener.images.prepare import prepare
from screener.records import Decoded, DecodeSettings, InputSpec, Limits, Reason, Refused, Source
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))
FILM = film()


def source(path: Path, member: str | None = None) -> Source:
    return Source(path, path.name, os.fsencode(path.name), path.stem, member)


def reason(found: bytes | Refused) -> Reason:
    assert isinstance(found, Refused), found
    return found.reason


def test_the_model_input_is_what_prepare_makes() -> None:
    for spec in (InputSpec(), InputSpec(128, 96, fit="pad"), InputSpec(64, 64, colour="rgb", fit="crop")):
        (outcome,) = decode(png(FILM), replace(SETTINGS, input=spec))
        assert isinstance(outcome, Decoded)
        assert np.array_equal(outcome.model_input, prepare(FILM, spec))


def test_a_jpeg_far_larger_than_the_input_is_decoded_smaller_to_the_same_input() -> None:
    coded = jpeg(film(1024, 896))
    with Image.open(io.BytesIO(coded)) as image:
        whole = np.asarray(image)
    for side, divisor in ((224, 1), (90, 1), (89, 2), (44, 4), (22, 8)):
        settings = replace(SETTINGS, input=InputSpec(side, side), thumbnail=50)
        (picture,) = module.pictures(coded, settings)
        assert not isinstance(picture, Refused)
        assert picture.pixels.shape == (1024 // divisor, 896 // divisor)
        assert (picture.facts.height, picture.facts.width) == (1024, 896)
        reduced = prepare(picture.pixels, settings.input).astype(int)
        assert np.abs(reduced - prepare(whole, settings.input)).max() <= 2 * (divisor > 1)


@pytest.mark.parametrize("side", [0, 50, 192, 1000])
def test_the_thumbnail_is_a_small_jpeg_of_the_film(side: int) -> None:
    (outcome,) = decode(png(FILM), replace(SETTINGS, thumbnail=side))
    assert isinstance(outcome, Decoded)
    if side == 0:
        assert outcome.thumbnail == b""
        return
    with Image.open(io.BytesIO(outcome.thumbnail)) as thumbnail:
        assert (thumbnail.format, thumbnail.mode) == ("JPEG", "L")
        assert max(thumbnail.size) == min(side, max(FILM.shape))
        small = np.asarray(thumbnail.resize((32, 32), Image.Resampling.BOX), float)
    large = np.asarray(Image.fromarray(FILM).resize((32, 32), Image.Resampling.BOX), float)
    assert np.abs(small - large).mean() < 4


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Reason.EMPTY_FILE),
        (b"hello, world", Reason.NOT_AN_IMAGE),
        (zipped({"film.png": png(FILM)}), Reason.NOT_AN_IMAGE),
        (dicom(FILM, PixelData=None, Rows=None), Reason.NO_PIXELS),
        (dicom(FILM, PixelData=None), Reason.CORRUPT),
        (png(FILM)[:500], Reason.CORRUPT),
    ],
)
def test_what_is_no_picture_has_one_outcome(data: bytes, expected: Reason) -> None:
    (outcome,) = decode(data, SETTINGS)
    assert isinstance(outcome, Refused)
    assert outcome.reason is expected


def test_running_out_of_memory_is_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, "prepare", exhausted)
    assert list(decode(png(FILM), SETTINGS)) == [Refused(Reason.OUT_OF_MEMORY)]


def test_running_out_of_memory_over_a_member_is_an_outcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    path = tmp_path / "films.zip"
    path.write_bytes(zipped({"a.png": png(FILM)}))
    monkeypatch.setattr(archive, "_bounded", exhausted)
    assert read_bytes(source(path, "a.png"), Limits()) == Refused(Reason.OUT_OF_MEMORY)


def test_a_fault_of_ours_is_not_taken_for_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "prepare", wrong)
    with pytest.raises(ZeroDivisionError):
        list(decode(png(FILM), SETTINGS))


def test_frames_are_decoded_when_they_are_asked_for() -> None:
    stack = np.stack([FILM] * 3)
    data = dicom(stack, "jpeg2000", frames=True, offsets="basic")
    broken = bytearray(data)
    broken[-FILM.size // 8 : -FILM.size // 16] = b"\0" * (FILM.size // 16)
    outcomes = decode(bytes(broken), SETTINGS)
    assert isinstance(next(outcomes), Decoded)
    assert isinstance(next(outcomes), Decoded)
    assert len(list(outcomes)) == 1


# Bytes of a source.


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "film.png").write_bytes(png(FILM))
    assert read_bytes(source(tmp_path / "film.png"), Limits()) == png(FILM)


def test_reading_reserves_no_more_than_the_file(tmp_path: Path) -> None:
    """A worker under a memory cap could otherwise read no film at all."""
    (tmp_path / "film.png").write_bytes(png(FILM))
    tracemalloc.start()
    try:
        read_bytes(source(tmp_path / "film.png"), Limits(file_bytes=1 << 28))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1 << 22


def test_a_member_of_a_zip_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "films.zip").write_bytes(zipped({"a/film.png": png(FILM), "empty": b""}))
    found = [read_bytes(one, Limits()) for one, _ in find([str(tmp_path / "films.zip")])]
    assert found == [png(FILM), Refused(Reason.EMPTY_FILE)]
    assert (
        reason(read_bytes(source(tmp_path / "films.zip", "a/film.png"), Limits(file_bytes=99)))
        is Reason.TOO_MANY_BYTES
    )


def test_files_that_cannot_be_had_say_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reason(read_bytes(source(tmp_path / "gone.png"), Limits())) is Reason.VANISHED
    (tmp_path / "empty.png").touch()
    assert reason(read_bytes(source(tmp_path / "empty.png"), Limits())) is Reason.EMPTY_FILE

    def forbidden(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)
    assert reason(read_bytes(source(tmp_path / "empty.png"), Limits())) is Reason.NO_PERMISSION


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENETDOWN, errno.ENOTCONN])
def test_a_drive_that_fails_is_not_taken_for_a_damaged_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def broken(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", broken)
    expected = Refused(Reason.READ_FAILED, os.strerror(code))
    assert read_bytes(source(tmp_path / "film.png"), Limits()) == expected


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("GIF", "a GIF picture; save it as PNG"),
        ("JPEG2000", "a JPEG 2000 picture outside of DICOM; save it as PNG"),
        ("PDF", "a PDF document; save its pictures as PNG"),
    ],
)
def test_what_people_hold_for_pictures_is_named(kind: str, said: str) -> None:
    file = io.BytesIO()
    Image.fromarray(FILM).save(file, kind)
    assert list(decode(file.getvalue(), SETTINGS)) == [Refused(Reason.NOT_AN_IMAGE, said)]


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (imagecodecs.jpegxl_encode(FILM), "a JPEG XL picture; save it as PNG"),
        (imagecodecs.jpegxl_encode(FILM, usecontainer=True), "a JPEG XL picture; save it as PNG"),
        (bz2.compress(dicom(FILM)), "a bzip2 archive; unpack it"),
        (lzma.compress(dicom(FILM)), "an xz archive; unpack it"),
        (b"film.dcm".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 248, "a tar archive; unpack it"),
    ],
)
def test_more_that_is_not_opened_is_named(packed: bytes, said: str) -> None:
    assert list(decode(packed, SETTINGS)) == [Refused(Reason.NOT_AN_IMAGE, said)]


def test_archives_and_pictures_of_telephones_are_named(tmp_path: Path) -> None:
    packed = gzip.compress(dicom(FILM))
    assert list(decode(packed, SETTINGS)) == [Refused(Reason.NOT_AN_IMAGE, "a gzip archive; unpack it")]
    (tmp_path / "films.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + b"\0" * 2000)
    heic, said = b"\0\0\0\x18ftyp", "a HEIC or AVIF picture, as telephones make; save it as PNG"
    for brand in (b"heic", b"hevx", b"msf1", b"avis"):
        assert list(decode(heic + brand + b"\0" * 80, SETTINGS)) == [Refused(Reason.NOT_AN_IMAGE, said)]
    found = read_bytes(source(tmp_path / "films.7z"), Limits(file_bytes=1000))
    assert found == Refused(Reason.NOT_AN_IMAGE, "a 7z archive; unpack it")


def test_too_large_is_said_of_pictures_only(tmp_path: Path) -> None:
    (tmp_path / "film.png").write_bytes(png(FILM))
    (tmp_path / "video.avi").write_bytes(b"RIFF....AVI " * 1000)
    limits = Limits(file_bytes=1000)
    assert reason(read_bytes(source(tmp_path / "film.png"), limits)) is Reason.TOO_MANY_BYTES
    assert reason(read_bytes(source(tmp_path / "video.avi"), limits)) is Reason.NOT_AN_IMAGE


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX systems")
def test_a_file_that_has_become_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.dcm")
    assert reason(read_bytes(source(tmp_path / "pipe.dcm"), Limits())) is Reason.NOT_AN_IMAGE


def test_a_patch_goes_the_same_way() -> None:
    settings = DecodeSettings(InputSpec(96, 96, colour="rgb"), load_task("pcam"))
    (outcome,) = decode(png(patch()), settings)
    assert isinstance(outcome, Decoded)
    assert np.array_equal(outcome.model_input, patch())
    assert outcome.scope is None
