"""JPEG, PNG, TIFF, BMP and WebP in the modes that they come in."""

import io
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from builders.pictures import bmp, film, jpeg, patch, png, tiff, webp
from builders.reading import refusal_of
from screener.images.raster import pictures as raster
from screener.images.sniff import sniff
from screener.records import Caution, DecodeSettings, InputSpec, Limits, Picture, Reason, Refused
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))
FILM, DEEP, PATCH = film(70, 90), film(70, 90, bits=16), patch(64)


def all_of(data: bytes, settings: DecodeSettings = SETTINGS) -> list[Picture | Refused]:
    kind = sniff(data)
    assert kind is not None
    return list(raster.pictures(data, kind, settings))


def picture(data: bytes, settings: DecodeSettings = SETTINGS) -> Picture:
    (found,) = all_of(data, settings)
    assert isinstance(found, Picture), found
    return found


def refusal(data: bytes, settings: DecodeSettings = SETTINGS) -> Refused:
    return refusal_of(lambda: all_of(data, settings))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("maker", [png, tiff, bmp, webp])
@pytest.mark.parametrize("pixels", [FILM, PATCH], ids=["grey", "colour"])
def test_lossless_formats_give_back_their_pixels(
    maker: Callable[..., bytes], pixels: NDArray[np.uint8]
) -> None:
    found = picture(maker(pixels))
    grey_as_rgb = np.dstack([FILM] * 3)
    assert any(
        np.array_equal(found.pixels, same) for same in (pixels, grey_as_rgb) if same.ndim == found.pixels.ndim
    )
    assert (found.facts.width, found.facts.height, found.facts.bits) == (*pixels.shape[1::-1], 8)
    assert found.applied == ()


@pytest.mark.parametrize(
    "compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "group4", "jpeg"]
)
def test_tiff_in_its_compressions(compression: str) -> None:
    image = Image.fromarray(FILM)
    if compression == "group4":
        image = image.convert("1")
    found = picture(saved(image, "TIFF", compression=compression)).pixels
    difference = np.abs(found.astype(int) - np.asarray(image.convert("L")))
    assert difference.max() <= (12 if compression == "jpeg" else 0)


@pytest.mark.parametrize("maker", [png, tiff])
def test_sixteen_bits_of_grey_are_stretched_like_a_dicom_film(maker: Callable[..., bytes]) -> None:
    found = picture(maker(DEEP))
    assert found.facts.bits == 16
    assert found.cautions == (Caution.NO_WINDOW,)
    assert found.applied[0].endswith("chosen from the grey levels")
    assert found.pixels.dtype == np.uint8
    assert (found.pixels.min(), found.pixels.max()) == (0, 255)


def test_white_is_zero_at_any_depth() -> None:
    white_is_zero = {262: 0}
    deep = saved(Image.fromarray(65535 - DEEP), "TIFF", tiffinfo=white_is_zero)
    assert np.array_equal(picture(deep).pixels, picture(tiff(DEEP)).pixels)
    shallow = saved(Image.fromarray(FILM), "TIFF", tiffinfo=white_is_zero)
    assert np.array_equal(picture(shallow).pixels, FILM)


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"]
)
def test_every_mode_becomes_grey_or_rgb(mode: str) -> None:
    image = Image.fromarray(DEEP) if mode == "I;16" else Image.fromarray(FILM).convert(mode)
    kind = "TIFF" if mode in ("CMYK", "YCbCr", "I;16", "I", "F", "PA") else "PNG"
    found = picture(saved(image, kind)).pixels
    assert found.dtype == np.uint8
    assert found.shape in ((70, 90), (70, 90, 3))
    if mode in ("L", "LA", "P", "PA", "RGB", "RGBA", "CMYK"):
        assert np.abs(found.reshape(70, 90, -1).astype(int) - FILM[..., None]).max() <= 1


def test_what_is_transparent_is_black() -> None:
    image = Image.fromarray(np.dstack([PATCH, np.full(PATCH.shape[:2], 255, np.uint8)]))
    image.putpixel((3, 5), (200, 200, 200, 0))
    found = picture(saved(image, "PNG")).pixels
    assert found[5, 3].tolist() == [0, 0, 0]
    assert np.array_equal(found[6:], PATCH[6:])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_the_exif_orientation_is_undone(kind: str, orientation: int) -> None:
    turned = [view for side in (FILM, FILM.T) for view in (side, side[:, ::-1], side[::-1, ::-1], side[::-1])]
    undo = {1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 7, 7: 6, 8: 5}
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(turned[undo[orientation]]))
    options = {"lossless": True} if kind == "WEBP" else {}
    found = picture(saved(stored, kind, exif=exif, **options)).pixels
    assert np.array_equal(found if found.ndim == 2 else found[..., 0], FILM)


def test_a_broken_exif_does_not_cost_the_film() -> None:
    data = jpeg(FILM, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40)
    assert picture(data).pixels.shape == FILM.shape


def test_pages_of_a_tiff_are_frames_and_moving_pictures_stand_still() -> None:
    pages = all_of(tiff([FILM, 255 - FILM, FILM]))
    assert [page.pixels[0, 0] for page in pages if isinstance(page, Picture)] == [
        FILM[0, 0],
        255 - FILM[0, 0],
        FILM[0, 0],
    ]
    assert all(page.facts is not None and page.facts.frames == 3 for page in pages)
    frames = [Image.fromarray(patch(64, seed=n)) for n in range(3)]
    moving = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert np.array_equal(picture(moving).pixels, PATCH)
    still = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert np.array_equal(picture(still).pixels, PATCH)


def test_too_many_pages_are_refused_before_any_is_decoded() -> None:
    settings = replace(SETTINGS, limits=Limits(frames=2))
    assert refusal(tiff([FILM] * 3), settings).reason is Reason.TOO_MANY_PIXELS
    assert len(all_of(tiff([FILM] * 2), settings)) == 2


@pytest.mark.parametrize("maker", [jpeg, png, tiff, bmp, webp])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
def test_a_picture_cut_short_is_refused(maker: Callable[..., bytes], share: float) -> None:
    data = maker(FILM)
    assert refusal(data[: max(20, int(len(data) * share))]).reason in (Reason.CORRUPT, Reason.UNSUPPORTED)


def test_the_limit_counts_samples() -> None:
    grey, colour = png(FILM), png(np.dstack([FILM] * 3))
    settings = replace(SETTINGS, limits=Limits(pixels=FILM.size))
    assert picture(grey, settings).pixels.shape == FILM.shape
    found = refusal(colour, settings)
    assert (found.reason, found.detail) == (Reason.TOO_MANY_PIXELS, "90 x 70 x 3")
    assert found.facts is not None


def test_kinds_that_there_is_no_decoder_for_are_called_unsupported() -> None:
    twelve = imagecodecs.jpeg8_encode(film(70, 90, bits=12), bitspersample=12)
    assert refusal(twelve).reason is Reason.UNSUPPORTED
    said = "a JPEG-LS of 8 bits outside of DICOM"
    assert refusal(imagecodecs.jpegls_encode(FILM)) == Refused(Reason.UNSUPPORTED, said)
    odd = tiff(FILM).replace(
        b"\x02\x01\x03\x00\x01\x00\x00\x00\x08\x00", b"\x02\x01\x03\x00\x01\x00\x00\x00\x07\x00"
    )
    assert refusal(odd).reason is Reason.UNSUPPORTED


def plain_tiff(samples: NDArray[Any], sample_format: int | None, compression: int = 1) -> bytes:
    """An uncompressed grey TIFF of samples that Pillow does not write; None leaves their kind unsaid."""
    order = ">" if samples.dtype.byteorder == ">" else "<"
    data = samples.tobytes()
    height, width = samples.shape
    fields = [(256, width), (257, height), (258, samples.itemsize * 8), (259, compression), (262, 1)]
    fields += [(273, 8), (277, 1), (278, height), (279, len(data))]
    fields += [] if sample_format is None else [(339, sample_format)]
    head = struct.pack(f"{order}2sHL", b"II" if order == "<" else b"MM", 42, 8 + len(data))
    words = (struct.pack(f"{order}HHLL", tag, 4, 1, value) for tag, value in fields)
    return head + data + struct.pack(f"{order}H", len(fields)) + b"".join(words) + b"\0" * 4


UNSIGNED, SIGNED, FLOAT = 1, 2, 3


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(
    ("stored", "sample_format"),
    [
        (DEEP.astype("i4") - 40_000, SIGNED),
        (DEEP / 7, FLOAT),
    ],
)
def test_tiffs_look_alike_whatever_their_samples_are(
    order: str, stored: NDArray[Any], sample_format: int
) -> None:
    kind = {SIGNED: "i4", FLOAT: "f4"}[sample_format]
    found = picture(plain_tiff(stored.astype(order + kind), sample_format)).pixels
    assert np.abs(found.astype(int) - picture(tiff(DEEP)).pixels).max() <= 1


def test_large_unsigned_samples_and_small_signed_ones_keep_their_order() -> None:
    """Pillow holds both in the other kind, where the upper half would come before the lower."""
    for unsigned in (UNSIGNED, None):  # which is the default (TIFF 6.0, SampleFormat)
        large = plain_tiff(DEEP.astype("u4") * 65_537, unsigned)
        assert np.array_equal(picture(large).pixels, picture(tiff(DEEP)).pixels)
    small = plain_tiff((FILM.astype(int) - 128).astype("i1"), SIGNED)
    assert np.array_equal(picture(small).pixels, FILM)


@pytest.mark.parametrize(
    ("kind", "sample_format", "said"),
    [
        ("<f8", FLOAT, "a TIFF of 64-bit floats"),
        ("<f2", FLOAT, "a TIFF of 16-bit floats"),
        ("<u8", UNSIGNED, "a TIFF of 64-bit unsigned integers"),
        (">u4", UNSIGNED, "a TIFF of big-endian 32-bit unsigned integers"),
        ("<c8", 6, "a TIFF of 64-bit complex floats"),
    ],
)
def test_a_tiff_of_samples_that_cannot_be_read_says_of_which(
    kind: str, sample_format: int, said: str
) -> None:
    assert refusal(plain_tiff(FILM.astype(kind), sample_format)) == Refused(Reason.UNSUPPORTED, said)


def test_a_tiff_in_a_compression_of_its_makers_says_so() -> None:
    data = plain_tiff(FILM, UNSIGNED, compression=33003)
    assert refusal(data) == Refused(Reason.UNSUPPORTED, "TIFF compression 33003")


def test_a_damaged_png_is_refused_by_its_sums() -> None:
    data = bytearray(png(FILM))
    at = data.index(b"IDAT") + 40
    data[at] ^= 1
    assert refusal(bytes(data)).reason is Reason.CORRUPT


def test_a_broken_page_is_told_and_leaves_those_before_it_alone() -> None:
    first = FILM.astype(np.uint16) * 257
    data = bytearray(tiff([first, first, first]))
    places = []
    at = int.from_bytes(data[4:8], "little")
    while at:
        places.append(at)
        count = int.from_bytes(data[at : at + 2], "little")
        at = int.from_bytes(data[at + 2 + 12 * count :][:4], "little")
    entries = int.from_bytes(data[places[1] : places[1] + 2], "little")
    for entry in range(entries):
        tag = places[1] + 2 + 12 * entry
        if int.from_bytes(data[tag : tag + 2], "little") == 258:  # bits a sample: none that there is
            data[tag + 8 : tag + 10] = (5).to_bytes(2, "little")
    whole, broken = all_of(bytes(data))
    assert isinstance(whole, Picture)
    assert np.array_equal(whole.pixels, picture(tiff(first)).pixels)
    assert isinstance(broken, Refused)


def test_a_colour_that_stands_for_nothing_becomes_black() -> None:
    grey = np.array([[0, 100, 255]], np.uint8)
    assert picture(saved(Image.fromarray(grey), "PNG", transparency=255)).pixels.tolist() == [[0, 100, 0]]
