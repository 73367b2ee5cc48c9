"""Coloured DICOM pictures: RGB, YBR and palettes."""

from typing import Any

import numpy as np
import pytest

from builders.dicom import dicom
from builders.pictures import patch
from builders.reading import FILM, all_of, pixels
from screener.records import Picture, Reason, Refused


@pytest.mark.parametrize("syntax", ["explicit", "big-endian", "rle", "jpeg-ls", "jpeg2000", "htj2k"])
def test_rgb_and_its_planar_form(syntax: str) -> None:
    colours = patch(48)
    assert np.array_equal(pixels(dicom(colours, syntax)), colours)


def test_planes_of_colour_are_put_together() -> None:
    colours = patch(48)
    planes = np.ascontiguousarray(colours.transpose(2, 0, 1)).reshape(colours.shape)
    assert np.array_equal(pixels(dicom(planes, PlanarConfiguration=1)), colours)


def test_sixteen_bits_a_colour_keep_their_upper_eight() -> None:
    colours = patch(48).astype(np.uint16) * 256 + 77
    assert np.array_equal(pixels(dicom(colours)), patch(48))


def test_ybr_full_is_turned_into_rgb() -> None:
    ybr = np.array([[[128, 128, 128], [76, 85, 255], [150, 44, 21], [29, 255, 107]]], np.uint8)
    rgb = np.array([[[128, 128, 128], [255, 0, 0], [0, 255, 0], [0, 0, 255]]], int)
    for syntax in ("explicit", "rle"):
        found = pixels(dicom(ybr, syntax, photometric="YBR_FULL")).astype(int)
        assert np.abs(found - rgb).max() <= 2


def test_native_422_repeats_its_colours() -> None:
    frame = np.array([100, 110, 90, 160, 120, 130, 100, 140], np.uint8)
    data = dicom(np.zeros((1, 4, 3), np.uint8), photometric="YBR_FULL_422", PixelData=frame.tobytes())
    full = np.array([[[100, 90, 160], [110, 90, 160], [120, 100, 140], [130, 100, 140]]], np.uint8)
    assert np.array_equal(pixels(data), pixels(dicom(full, photometric="YBR_FULL")))


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_palette_colours_its_pixels(kind: type[np.unsignedinteger[Any]]) -> None:
    stored = np.arange(12, dtype=kind).reshape(3, 4)
    tags: dict[str, Any] = {}
    for colour, factor in (("Red", 1), ("Green", 2), ("Blue", 3)):
        tags[f"{colour}PaletteColorLookupTableDescriptor"] = [10, 1, 16]
        entries = (np.arange(10) * factor * 256).astype("<u2")
        tags[f"{colour}PaletteColorLookupTableData"] = entries.tobytes()
    found = pixels(dicom(stored, photometric="PALETTE COLOR", **tags))
    places = np.clip(np.arange(12) - 1, 0, 9)
    assert found.reshape(12, 3).tolist() == [[place, 2 * place, 3 * place] for place in places]


def test_a_segmented_palette_is_unfolded() -> None:
    """PS3.3 section C.7.9.2: three discrete entries, a line of four, and the line once more by reference."""
    segments = np.array([0, 3, 1000, 2000, 3000, 1, 4, 7000, 2, 1, 10, 0], "<u2")
    segments[10] = 5
    tags: dict[str, Any] = {}
    for colour in ("Red", "Green", "Blue"):
        tags[f"{colour}PaletteColorLookupTableDescriptor"] = [11, 0, 16]
        tags[f"Segmented{colour}PaletteColorLookupTableData"] = segments.tobytes()
    stored = np.arange(11, dtype=np.uint8).reshape(1, 11)
    found = pixels(dicom(stored, photometric="PALETTE COLOR", **tags))[0, :, 0].tolist()
    assert found == [v >> 8 for v in (1000, 2000, 3000, 4000, 5000, 6000, 7000, 7000, 7000, 7000, 7000)]


def test_a_segmented_palette_of_bytes_refers_by_four_of_them() -> None:
    segments = bytes([0, 3, 10, 20, 30, 1, 4, 70, 2, 1, 5, 0, 0, 0, 0, 2, 200, 201])
    tags: dict[str, Any] = {}
    for colour in ("Red", "Green", "Blue"):
        tags[f"{colour}PaletteColorLookupTableDescriptor"] = [13, 0, 8]
        tags[f"Segmented{colour}PaletteColorLookupTableData"] = segments
    stored = np.arange(13, dtype=np.uint8).reshape(1, 13)
    found = pixels(dicom(stored, photometric="PALETTE COLOR", **tags))[0, :, 0].tolist()
    assert found == [10, 20, 30, 40, 50, 60, 70, 70, 70, 70, 70, 200, 201]


SENSELESS, EMPTY = "a palette with a segment that makes no sense", "an empty palette"


@pytest.mark.parametrize(
    ("segments", "said"),
    [
        ([9, 1, 1], SENSELESS),
        ([1, 4, 7], SENSELESS),
        ([2, 1, 0, 0], EMPTY),
        ([2, 60000, 0, 0], EMPTY),
        ([0, 60000, 1 << 8], ""),
    ],
)
def test_a_broken_palette_is_refused_or_what_is_left_of_it_used(segments: list[int], said: str) -> None:
    tags: dict[str, Any] = {}
    for colour in ("Red", "Green", "Blue"):
        tags[f"{colour}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        tags[f"Segmented{colour}PaletteColorLookupTableData"] = np.array(segments, "<u2").tobytes()
    (found,) = all_of(dicom(FILM, photometric="PALETTE COLOR", **tags))
    if said:
        assert isinstance(found, Refused)
        assert (found.reason, found.detail) == (Reason.CORRUPT, said)
    else:
        assert isinstance(found, Picture)
        assert np.array_equal(found.pixels, np.ones((*FILM.shape, 3)))
