"""TIFFs that Pillow reads wrongly or in part, and what those that can't be read are said to be."""

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from builders.codestreams import encode
from builders.jpeg import HARMS
from builders.pictures import film, jpeg, patch, tiff
from builders.tiff import FLOAT, SIGNED, UNSIGNED, simple_tiff, tiff_of, tiff_page
from screener.images.decode import pictures
from screener.records import DecodeSettings, InputSpec, Picture, Reason, Refused
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))
FILM, DEEP, PATCH = film(70, 90), film(70, 90, bits=16), patch(64)
RAW, LZW, JPEG, DEFLATE, PACKBITS = 1, 5, 7, 8, 32773


def all_of(data: bytes) -> list[Picture | Refused]:
    return list(pictures(data, SETTINGS))


def pixels_of(data: bytes) -> NDArray[np.uint8]:
    (one,) = all_of(data)
    assert isinstance(one, Picture), one
    return one.pixels


def why(data: bytes) -> tuple[Reason, str]:
    (one,) = all_of(data)
    assert isinstance(one, Refused)
    return one.reason, one.detail


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("compression", [RAW, LZW, DEFLATE, PACKBITS])
@pytest.mark.parametrize(
    ("stored", "numbers"),
    [
        (DEEP.astype("i4") - 32768, SIGNED),
        ((DEEP.astype("i4") - 32768).astype("i2"), SIGNED),
        (DEEP.astype("i4") * 30_000 - 10**9, SIGNED),
        ((DEEP / 65535).astype("f4"), FLOAT),
        (DEEP, UNSIGNED),
    ],
)
def test_wide_samples_are_read_in_either_order(
    stored: NDArray[Any], numbers: int, compression: int, order: str
) -> None:
    found = pixels_of(simple_tiff(stored, numbers, order, compression=compression, rows=16))
    assert np.abs(found.astype(int) - pixels_of(tiff(DEEP))).max() <= 1


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("compression", [RAW, LZW, DEFLATE])
def test_colours_are_read_or_refused_but_never_mixed_up(order: str, planar: bool, compression: int) -> None:
    shallow = simple_tiff(PATCH, None, order, planar=planar, compression=compression, rows=10)
    assert np.array_equal(pixels_of(shallow), PATCH)
    deep = simple_tiff(PATCH.astype("u2") * 257, None, order, planar=planar, compression=compression, rows=10)
    if planar and compression == RAW:
        kind = f"{'big-endian ' if order == '>' else ''}16-bit unsigned integers, 3 a pixel, plane by plane"
        assert why(deep) == (Reason.UNSUPPORTED, f"a TIFF of {kind}")
    else:
        assert np.array_equal(pixels_of(deep), PATCH)


@pytest.mark.parametrize(
    ("samples", "tags"),
    [
        (np.dstack([PATCH, PATCH[..., 0]]), {262: 2, 338: 0}),
        (np.dstack([PATCH, PATCH[..., 0]]), {262: 2, 338: 1}),
        (np.dstack([PATCH, PATCH[..., 0]]).astype("u2"), {262: 2, 338: 2}),
        (np.dstack([PATCH, PATCH[..., 0]]).astype("u2"), {262: 5}),
        (PATCH, {262: 6}),
        (DEEP, {}),
        (FILM, {262: 0}),
    ],
)
def test_planes_that_cannot_be_told_apart_are_unsupported(
    samples: NDArray[Any], tags: dict[int, int]
) -> None:
    strips, there = tiff_page(samples, planar=True)
    reason, detail = why(tiff_of((strips, there | tags)))
    assert reason is Reason.UNSUPPORTED
    assert detail.endswith("plane by plane")


@pytest.mark.parametrize("compression", [LZW, DEFLATE])
@pytest.mark.parametrize("transparency", [1, 2])
def test_a_packed_plane_of_transparency_that_pillow_would_lose_is_unsupported(
    compression: int, transparency: int
) -> None:
    strips, tags = tiff_page(np.dstack([FILM, FILM]), compression=compression, planar=True)
    kind = "8-bit unsigned integers, 2 a pixel, plane by plane"
    assert why(tiff_of((strips, tags | {338: transparency}))) == (Reason.UNSUPPORTED, f"a TIFF of {kind}")


def test_grey_that_is_weighed_by_its_transparency_is_as_on_black() -> None:
    strips, tags = tiff_page(np.dstack([FILM, np.maximum(FILM, 128)]))
    assert np.array_equal(pixels_of(tiff_of((strips, tags | {338: 1}))), FILM)


def test_one_plane_of_grey_is_as_good_as_none() -> None:
    assert np.array_equal(pixels_of(simple_tiff(FILM, planar=True)), FILM)
    assert np.array_equal(pixels_of(simple_tiff(DEEP, planar=True, compression=LZW)), pixels_of(tiff(DEEP)))


@pytest.mark.parametrize("compression", [RAW, LZW, DEFLATE])
def test_strips_that_are_missing_are_told(compression: int) -> None:
    strips, tags = tiff_page(FILM, compression=compression, rows=10)
    assert np.array_equal(pixels_of(tiff_of((strips, tags))), FILM)
    assert why(tiff_of((strips[:4], tags))) == (Reason.CORRUPT, "a TIFF with 4 of its 7 strips")
    assert why(tiff_of((strips, tags | {257: 90}))) == (Reason.CORRUPT, "a TIFF with 7 of its 9 strips")
    assert why(tiff_of((strips, tags | {278: 5}))) == (Reason.CORRUPT, "a TIFF with 7 of its 14 strips")
    assert why(tiff_of((strips, tags | {278: 0})))[0] is Reason.CORRUPT
    one, tags = tiff_page(FILM, compression=compression)
    assert why(tiff_of((one, tags | {257: 90, 278: 90})))[0] is Reason.CORRUPT


def test_tiles_that_are_missing_are_told() -> None:
    side = 32
    padded = np.pad(FILM, ((0, 96 - 70), (0, 96 - 90)))
    tiles = [padded[y : y + side, x : x + side].tobytes() for y in (0, 32, 64) for x in (0, 32, 64)]
    data, begins = b"".join(tiles), [8 + n * side * side for n in range(9)]
    tags: dict[int, Any] = {256: 90, 257: 70, 258: 8, 259: 1, 262: 1, 277: 1, 322: side, 323: side}

    def of(begins: list[int]) -> bytes:
        listed = {324: begins, 325: [side * side] * len(begins)}
        whole = bytearray(tiff_of(([data], tags | listed)))
        return bytes(whole).replace(struct.pack("<HHLL", 273, 4, 1, 8), struct.pack("<HHLL", 65000, 4, 1, 8))

    assert np.array_equal(pixels_of(of(begins)), FILM)
    assert why(of(begins[:5])) == (Reason.CORRUPT, "a TIFF with 5 of its 9 tiles")


def test_damaged_strips_are_refused() -> None:
    strips, tags = tiff_page(FILM, compression=DEFLATE)
    packed = strips[0]
    for harmed in (
        packed[:3000] + b"\0" * 512 + packed[3512:],
        packed[:-4] + b"\1\2\3\4",
        zlib.compress(zlib.decompress(packed)[:3000]),
    ):
        assert why(tiff_of(([harmed], tags)))[0] is Reason.CORRUPT


@pytest.mark.parametrize("rows", [16, 70])
@pytest.mark.parametrize("hole", [b"\0" * 256, bytes(range(256))], ids=["zeros", "noise"])
def test_damaged_packbits_strips_are_refused(rows: int, hole: bytes) -> None:
    strips, tags = tiff_page(FILM, compression=PACKBITS, rows=rows)
    assert np.array_equal(pixels_of(tiff_of((strips, tags))), FILM)
    for at in (300, 500, 700):
        harmed = strips[0][:at] + hole + strips[0][at + len(hole) :]
        assert why(tiff_of(([harmed, *strips[1:]], tags)))[0] is Reason.CORRUPT


def test_a_last_packbits_strip_may_be_filled_up_to_the_rows_of_the_others() -> None:
    strips, tags = tiff_page(np.pad(FILM, ((0, 10), (0, 0))), compression=PACKBITS, rows=16)
    strips[-1] += b"\x80"  # which stands for nothing
    assert np.array_equal(pixels_of(tiff_of((strips, tags | {257: 70}))), FILM)


@pytest.mark.parametrize("rows", [16, 400])
def test_damaged_jpeg_strips_are_refused(rows: int) -> None:
    large = film(400, 360)
    strips = [jpeg(large[at : at + rows]) for at in range(0, 400, rows)]
    _, tags = tiff_page(large, rows=rows, compression=JPEG)
    whole = tiff_of((strips, tags))
    assert np.abs(pixels_of(whole).astype(int) - large).max() < 40
    for name, harm in HARMS.items():
        middle = strips[len(strips) // 2]
        if rows == 400:
            harmed = harm(middle, len(middle) // 2)
        elif "ended" in name:
            harmed = harm(middle, len(middle) * 3 // 4)
        else:
            continue
        strips_then = [harmed if strip is middle else strip for strip in strips]
        assert why(tiff_of((strips_then, tags)))[0] is Reason.CORRUPT, name


def test_a_lossless_jpeg_strip_is_read_whole_or_not_at_all() -> None:
    _, tags = tiff_page(FILM, compression=JPEG)
    strip = encode(FILM, "jpeg-lossless", 8)
    assert np.array_equal(pixels_of(tiff_of(([strip], tags))), FILM)
    cut = strip[: len(strip) // 2] + b"\xff\xd9"
    assert why(tiff_of(([cut], tags))) == (Reason.CORRUPT, "the codestream has less than its pixels take")


def test_pillows_own_jpeg_tiffs_are_read() -> None:
    for pixels in (FILM, PATCH, film(400, 360)):
        found = pixels_of(tiff(pixels, compression="jpeg"))
        assert found.shape == pixels.shape


def test_a_colour_map_of_bytes_is_taken_for_what_is_meant() -> None:
    levels = np.random.default_rng(0).integers(0, 256, (3, 256))
    strips, tags = tiff_page(FILM)
    for scale in (1, 257):
        palette = (levels * scale).ravel().tolist()
        data = tiff_of((strips, tags | {262: 3}))
        # A colour map is of shorts, which the builder does not write.
        where = len(data)
        at = data.index(struct.pack("<HHL", 262, 4, 1))
        first = int.from_bytes(data[4:8], "little")
        entry = struct.pack("<HHLL", 320, 3, 768, where)
        end = at + 12 * (first + 2 + 12 * int.from_bytes(data[first : first + 2], "little") - at) // 12
        count = int.from_bytes(data[first : first + 2], "little") + 1
        moved = data[:first] + struct.pack("<H", count) + data[first + 2 : end] + entry + b"\0" * 4
        moved = moved.replace(entry, struct.pack("<HHLL", 320, 3, 768, len(moved)))
        found = pixels_of(moved + struct.pack("<768H", *palette))
        assert np.array_equal(found, levels.T[FILM])


def test_a_colour_map_below_zero_is_damage() -> None:
    strips, tags = tiff_page(FILM)
    unsigned, signed = 4, 9
    data = tiff_of((strips, tags | {262: 3, 320: [0xFFFFFFFF] + [5] * 767}))
    entry = struct.pack("<HHL", 320, unsigned, 768)
    said = why(data.replace(entry, struct.pack("<HHL", 320, signed, 768)))
    assert said == (Reason.CORRUPT, "TIFF picture (OverflowError)")


def test_smaller_copies_and_masks_are_no_films() -> None:
    reduced, mask, page = 1, 4, 2
    whole, small = tiff_page(FILM), tiff_page(FILM[::2, ::2])

    def with_kind(one: tuple[list[bytes], dict[int, Any]], kind: int) -> tuple[list[bytes], dict[int, Any]]:
        return one[0], one[1] | {254: kind}

    found = all_of(tiff_of(whole, with_kind(small, reduced), with_kind(small, mask), with_kind(whole, page)))
    assert [one.pixels.shape for one in found if isinstance(one, Picture)] == [FILM.shape, FILM.shape]
    assert all(one.facts is not None and one.facts.frames == 2 for one in found)
    (before,) = all_of(tiff_of(with_kind(small, reduced), whole))
    assert isinstance(before, Picture)
    assert np.array_equal(before.pixels, FILM)
    assert np.array_equal(pixels_of(tiff_of(with_kind(small, reduced))), FILM[::2, ::2])


def test_what_cannot_be_read_is_called_by_its_name() -> None:
    assert why(b"MM\0+\0\x08\0\0" + b"\0" * 200) == (Reason.UNSUPPORTED, "a big-endian BigTIFF")
    strips, tags = tiff_page(FILM)
    assert why(tiff_of((strips, tags | {259: 50001}))) == (Reason.UNSUPPORTED, "a TIFF of WebP pictures")


@pytest.mark.parametrize("count", [100_000, 2**31 - 1, 2**32 - 1])
def test_an_absurd_count_is_damage_and_no_kind_of_samples(count: int) -> None:
    data = simple_tiff(FILM)
    at = data.index(struct.pack("<HH", 273, 4))
    assert why(data[: at + 4] + struct.pack("<L", count) + data[at + 8 :])[0] is Reason.CORRUPT


@pytest.mark.parametrize("tag", [258, 273, 279, 339])
@pytest.mark.parametrize("kind", [2, 5, 11])
def test_a_tag_of_texts_fractions_or_floats_for_integers_is_damage(tag: int, kind: int) -> None:
    data = simple_tiff(FILM, SIGNED, compression=DEFLATE)
    at = data.index(struct.pack("<HHL", tag, 4, 1)) + 2
    assert why(data[:at] + struct.pack("<H", kind) + data[at + 2 :])[0] is Reason.CORRUPT


def test_a_tiff_of_no_samples_is_damage() -> None:
    strips, tags = tiff_page(FILM)
    assert why(tiff_of((strips, tags | {277: 0})))[0] is Reason.CORRUPT
