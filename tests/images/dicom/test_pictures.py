"""DICOM files of every make, whole and broken."""

import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from builders.dicom import NATIVE, SYNTAXES, dicom
from builders.pictures import film, patch
from builders.reading import FILM, FILM_12, SETTINGS, all_of, pixels, refusal
from screener.records import Limits, Picture, Reason, Refused


@pytest.mark.parametrize("syntax", ["implicit", "explicit", "big-endian"])
@pytest.mark.parametrize("bits", [8, 12])
def test_neither_preamble_nor_file_meta_is_needed(syntax: str, bits: int) -> None:
    film_ = FILM if bits == 8 else FILM_12
    plain = pixels(dicom(film_, bits=bits))
    assert np.array_equal(pixels(dicom(film_, syntax, bits=bits, preamble=False)), plain)
    assert np.array_equal(pixels(dicom(film_, syntax, bits=bits, file_meta=False)), plain)


def test_a_file_meta_without_a_transfer_syntax_is_made_up_for() -> None:
    data = dicom(FILM)
    start = data.find(b"\x02\x00\x10\x00UI")
    cut = data[:start] + data[start + 8 + 20 :]
    assert b"1.2.840.10008.1.2.1\0" not in cut
    assert np.array_equal(pixels(cut), FILM)


def test_bytes_behind_the_pixels_and_odd_lengths_do_no_harm() -> None:
    odd = film(71, 91)
    data = dicom(odd)
    assert np.array_equal(pixels(data + b"\xfc\xff\xfc\xff" + b"\0" * 20), odd)
    assert np.array_equal(pixels(data[:-1]), odd)  # without the padding byte


@pytest.mark.parametrize("syntax", NATIVE)
@pytest.mark.parametrize("shape", [(5, 7, 9), (4, 8, 6), (3, 7, 7, 3)])
def test_native_frames_come_one_by_one(syntax: str, shape: tuple[int, ...]) -> None:
    stack = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    found = all_of(dicom(stack, syntax, frames=True))
    assert [frame.pixels.tolist() for frame in found if isinstance(frame, Picture)] == stack.tolist()
    assert {frame.facts.frames for frame in found if frame.facts} == {len(stack)}


@pytest.mark.parametrize("offsets", ["basic", "extended", "none"])
@pytest.mark.parametrize("syntax", ["rle", "jpeg-ls", "jpeg2000"])
def test_compressed_frames_come_one_by_one(syntax: str, offsets: str) -> None:
    stack = np.stack([FILM, 255 - FILM, FILM // 2])
    found = all_of(dicom(stack, syntax, frames=True, offsets=offsets))
    assert [frame.pixels.tolist() for frame in found if isinstance(frame, Picture)] == stack.tolist()


def test_a_frame_that_is_missing_has_its_own_reason() -> None:
    stack = np.stack([FILM, 255 - FILM])
    first, second = all_of(dicom(stack, frames=True)[: -FILM.size // 2])
    assert isinstance(first, Picture)
    assert isinstance(second, Refused)
    assert (second.reason, second.detail) == (Reason.CORRUPT, "the file ends before this frame")


def test_frames_of_single_bits_run_on_across_bytes() -> None:
    stack = np.random.default_rng(0).integers(0, 2, (3, 5, 7)).astype(bool)
    found = all_of(dicom(stack, frames=True))
    assert [(frame.pixels > 0).tolist() for frame in found if isinstance(frame, Picture)] == stack.tolist()


@pytest.mark.parametrize("syntax", ["jpeg2000", "htj2k"])
@pytest.mark.parametrize("shown", [FILM, patch(64)], ids=["grey", "colour"])
def test_a_jpeg2000_picture_may_begin_at_an_offset(shown: NDArray[np.uint8], syntax: str) -> None:
    data = dicom(shown, syntax)
    at = data.index(b"\xff\x4f\xff\x51") + 8  # the picture's end and offset, a tile's size and offset
    right, down, _, _, *tile = struct.unpack_from(">8L", data, at)
    offset = 2048  # at which code blocks begin at every level, so that they stay as they are
    sizes = struct.pack(">8L", right + offset, down + offset, offset, offset, *tile[:2], offset, offset)
    assert np.array_equal(pixels(data[:at] + sizes + data[at + len(sizes) :]), shown)


@pytest.mark.parametrize("shift", [0, 2, 4])
def test_only_the_stored_bits_count(shift: int) -> None:
    """Old files keep overlays in the bits that the picture leaves free (retired from PS3.5 section 8.1.2)."""
    overlay = np.random.default_rng(0).integers(0, 16, FILM_12.shape).astype(np.uint16)
    below = overlay & ((1 << shift) - 1)
    mixed = (overlay << (12 + shift) | FILM_12 << shift | below).astype(np.uint16)
    plain = pixels(dicom(FILM_12, bits=12))
    for syntax in ("explicit", "big-endian", "rle", "jpeg2000"):
        tags = {"BitsStored": 12, "HighBit": 11 + shift, "OverlayBitPosition": (12 + shift) % 16}
        data = dicom(mixed, syntax, bits=16, **tags)
        assert np.array_equal(pixels(data), plain)


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32])
def test_every_width_of_sample_is_read(kind: type[np.integer[Any]]) -> None:
    info = np.iinfo(kind)
    stored = np.linspace(info.min, info.max, 64, dtype=np.float64).astype(kind).reshape(8, 8)
    for syntax in ("explicit", "big-endian"):
        found = pixels(dicom(stored, syntax, Modality="OT")).ravel().astype(int)
        assert found[0] == 0
        assert found[-1] == 255
        assert (np.diff(found) >= 0).all()


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"Rows": None}, Reason.CORRUPT),
        ({"Columns": 0}, Reason.CORRUPT),
        ({"BitsAllocated": None}, Reason.CORRUPT),
        ({"BitsAllocated": 12, "BitsStored": 12}, Reason.UNSUPPORTED),
        ({"BitsStored": 17}, Reason.CORRUPT),
        ({"SamplesPerPixel": 4}, Reason.UNSUPPORTED),
        ({"PhotometricInterpretation": "HSV"}, Reason.UNSUPPORTED),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, Reason.CORRUPT),
        ({"Rows": 65535, "Columns": 65535}, Reason.TOO_MANY_PIXELS),
        ({"NumberOfFrames": 20_000}, Reason.TOO_MANY_PIXELS),
        ({"Rows": 300}, Reason.CORRUPT),
        ({"PixelData": None}, Reason.CORRUPT),
        ({"PixelData": None, "Rows": None}, Reason.NO_PIXELS),
        ({"PixelData": b""}, Reason.NO_PIXELS),
    ],
)
def test_a_header_that_cannot_be_is_refused(tags: dict[str, Any], reason: Reason) -> None:
    assert refusal(dicom(FILM, **tags)).reason is reason


@pytest.mark.parametrize(
    ("syntax", "known"), [("jpeg", "1.2.840.10008.1.2.4.50"), ("explicit", "1.2.840.10008.1.2.1")]
)
@pytest.mark.parametrize(
    ("unknown", "named"), [("9.8.7", "transfer syntax 9.8.7"), ("DOE^JANE", "an unknown transfer syntax")]
)
def test_a_transfer_syntax_without_a_decoder_is_named(
    syntax: str, known: str, unknown: str, named: str
) -> None:
    """A maker's own may be compressed or not: nobody can say that the file is damaged."""
    value = b"\x02\x00\x10\x00UI" + struct.pack("<H", len(known) + len(known) % 2)
    data = dicom(FILM, syntax).replace(
        value + known.encode(), value + unknown.ljust(len(known), "\0").encode()
    )
    found = refusal(data)
    assert (found.reason, found.detail) == (Reason.UNSUPPORTED, f"{named}; export it uncompressed")


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_file_cut_short_is_refused_in_every_syntax(syntax: str, share: float) -> None:
    data = dicom(FILM, syntax) if syntax != "jpeg-extended" else dicom(FILM_12, syntax, bits=12)
    assert refusal(data[: int(len(data) * share)]).reason in (Reason.CORRUPT, Reason.NO_PIXELS)


def test_the_limits_of_the_settings_hold() -> None:
    settings = replace(SETTINGS, limits=Limits(pixels=70 * 90 - 1, frames=1))
    assert refusal(dicom(FILM), settings).reason is Reason.TOO_MANY_PIXELS
    stack = np.stack([FILM[:9], FILM[:9]])
    assert refusal(dicom(stack, frames=True), settings).reason is Reason.TOO_MANY_PIXELS
