"""What DICOM headers say of grey levels, from wherever they say it."""

from typing import Any

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.sequence import Sequence

from builders.dicom import dicom, lut
from builders.reading import FILM, FILM_12, all_of, picture, pixels
from screener.records import Picture


def test_tables_and_windows_are_read_from_where_they_stand() -> None:
    modality = lut(0, 12, [min(4095, 2 * n) for n in range(2048)])
    voi = lut(0, 8, [255 - n // 16 for n in range(4096)])
    data = dicom(
        FILM_12 // 2, bits=11, ModalityLUTSequence=modality, VOILUTSequence=voi, WindowCenter=1, WindowWidth=1
    )
    expected = 255 - np.minimum(4095, 2 * (FILM_12.astype(int) // 2)) // 16
    assert np.array_equal(pixels(data), expected)
    assert picture(data).applied == ("modality LUT of 2048 entries", "VOI LUT of 4096 entries")


def test_a_table_of_65536_entries_and_signed_input() -> None:
    entries = np.arange(65536)
    voi = lut(-32768, 16, entries.tolist())
    stored = np.array([[-32768, 0, 32767, -1]], np.int16)
    assert pixels(dicom(stored, VOILUTSequence=voi)).tolist() == [[0, 128, 255, 127]]


@pytest.mark.parametrize("stored", [np.uint16, np.int16])
def test_a_table_after_a_rescale_below_zero_begins_below_zero(stored: type[np.integer]) -> None:
    entries = [n // 8 for n in range(2048)]
    film = np.array([[0, 1023, 1024, 1536, 2047]]).astype(stored)
    data = dicom(film, bits=12, RescaleSlope=1, RescaleIntercept=-1024, VOILUTSequence=lut(-1024, 8, entries))
    assert pixels(data).tolist() == [[0, 127, 128, 192, 255]]


def test_a_table_after_a_rescale_of_signed_values_that_ends_above_zero_begins_above_it() -> None:
    entries = [n // 4 for n in range(1024)]
    stored = np.array([[0, 7232, 7500, 8000, 8255]], np.int16)
    signed = dicom(stored, RescaleSlope=1, RescaleIntercept=32768, VOILUTSequence=lut(40000, 8, entries))
    unsigned = dicom((stored.astype(int) + 32768).astype(np.uint16), VOILUTSequence=lut(40000, 8, entries))
    assert pixels(signed).tolist() == pixels(unsigned).tolist() == [[0, 0, 67, 192, 255]]


def test_the_first_of_several_windows_counts() -> None:
    data = dicom(FILM_12, bits=12, WindowCenter=[1000, 2], WindowWidth=[1001, 3], VOILUTFunction="SIGMOID")
    assert picture(data).applied == ("window 1000/1001 SIGMOID",)


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted"),
    [
        ("MONOCHROME1", None, True),
        ("MONOCHROME1", "INVERSE", True),
        ("MONOCHROME1", "IDENTITY", True),  # of the two, devices are known to write the shape wrongly
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME2", "IDENTITY", False),
        ("MONOCHROME2", None, False),
    ],
)
def test_a_film_is_inverted_once_or_not_at_all(photometric: str, shape: str | None, inverted: bool) -> None:
    data = dicom(FILM, photometric=photometric, PresentationLUTShape=shape)
    assert np.array_equal(pixels(data), 255 - FILM if inverted else FILM)


def test_an_enhanced_file_may_window_each_frame_for_itself() -> None:
    def group(centre: float, slope: float) -> Dataset:
        voi, values, item = Dataset(), Dataset(), Dataset()
        voi.WindowCenter, voi.WindowWidth = centre, 101
        values.RescaleSlope, values.RescaleIntercept, values.RescaleType = slope, 0, "US"
        item.FrameVOILUTSequence = Sequence([voi])
        item.PixelValueTransformationSequence = Sequence([values])
        return item

    stack = np.stack([FILM_12, FILM_12])
    both = [group(100, 1), group(200, 2)]
    found = all_of(dicom(stack, bits=12, frames=True, PerFrameFunctionalGroupsSequence=Sequence(both)))
    assert [frame.applied for frame in found if isinstance(frame, Picture)] == [
        ("window 100/101 LINEAR",),
        ("modality rescale x2 +0", "window 200/101 LINEAR"),
    ]
    shared = dicom(FILM_12, bits=12, SharedFunctionalGroupsSequence=Sequence(both[:1]))
    assert picture(shared).applied == ("window 100/101 LINEAR",)


@pytest.mark.parametrize("limit", [None, 4095])
def test_padding_is_black(limit: int | None) -> None:
    stored = FILM_12.copy()
    stored[:, :9] = 4090
    tags = {"PixelPaddingValue": 4090, "PixelPaddingRangeLimit": limit}
    data = dicom(stored, bits=12, photometric="MONOCHROME1", **tags)
    assert (pixels(data)[:, :9] == 0).all()
    alone = dicom(FILM_12[:, 9:], bits=12, photometric="MONOCHROME1", **tags)
    assert np.array_equal(pixels(data)[:, 9:], pixels(alone))


@pytest.mark.parametrize(
    "tags",
    [
        {"RescaleSlope": 0, "RescaleIntercept": 5},
        {"WindowCenter": 10, "WindowWidth": 0},
        {"ModalityLUTSequence": Sequence([Dataset()])},
        {"VOILUTSequence": Sequence([Dataset()])},
        {"VOILUTSequence": Sequence([])},
        {"RescaleSlope": "1e308", "RescaleIntercept": "1e308"},
    ],
)
def test_grey_level_elements_that_make_no_sense_count_as_absent(tags: dict[str, Any]) -> None:
    found = picture(dicom(FILM_12, bits=12, **tags))
    assert found.pixels.shape == FILM_12.shape
    if "1e308" not in tags.values():
        assert np.array_equal(found.pixels, pixels(dicom(FILM_12, bits=12)))


ALL_12 = np.arange(4096).reshape(64, 64).astype(np.uint16)
WIDE = {"WindowCenter": 2048, "WindowWidth": 4096}


def test_a_table_shorter_than_it_says_gives_way_to_the_window() -> None:
    voi = lut(0, 12, list(range(4096)))
    voi[0].LUTData = voi[0].LUTData[:200]
    assert picture(dicom(ALL_12, bits=12, VOILUTSequence=voi, **WIDE)).applied == ("window 2048/4096 LINEAR",)


@pytest.mark.parametrize("said", [16, 12, 10])
def test_a_table_whose_entries_have_other_bits_than_it_says_is_shown_as_meant(said: int) -> None:
    found = picture(dicom(ALL_12, bits=12, VOILUTSequence=lut(0, said, list(range(4096)))))
    assert found.applied == ("VOI LUT of 4096 entries",)
    assert np.array_equal(found.pixels, pixels(dicom(ALL_12, bits=12, **WIDE)))


def test_a_table_that_is_a_little_dark_stays_so() -> None:
    entries = [entry // 4 for entry in range(4096)]
    assert pixels(dicom(ALL_12, bits=12, VOILUTSequence=lut(0, 12, entries))).max() == 64


def test_the_first_usable_window_counts() -> None:
    data = dicom(ALL_12, bits=12, WindowCenter=[0, 2048, 9], WindowWidth=[0, 4096, 9])
    assert picture(data).applied == ("window 2048/4096 LINEAR",)
    none = picture(dicom(ALL_12, bits=12, WindowCenter=[5, 6], WindowWidth=[0, -1]))
    assert none.applied[0] == "window of width 0 passed over"


FLOATS = FILM_12.astype(np.float64) / 100


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_floats_are_rescaled_like_integers(kind: type[np.floating]) -> None:
    stored = FLOATS.astype(kind)
    rescale = {"RescaleSlope": 100, "RescaleIntercept": -1000}
    window = {"WindowCenter": 1000, "WindowWidth": 4000}
    found = picture(dicom(stored, **rescale, **window))
    assert found.applied == ("modality rescale x100 -1000", "window 1000/4000 LINEAR")
    whole = pixels(dicom(FILM_12, bits=12, RescaleSlope=1, RescaleIntercept=-1000, **window))
    assert np.abs(found.pixels.astype(int) - whole).max() <= 1
    table = lut(0, 12, list(range(4096)))
    looked_up = pixels(dicom(stored, RescaleSlope=100, RescaleIntercept=0, VOILUTSequence=table))
    assert np.abs(looked_up.astype(int) - pixels(dicom(FILM_12, bits=12, **WIDE))).max() <= 1
    assert np.array_equal(pixels(dicom(stored, **rescale)), pixels(dicom(stored)))


@pytest.mark.parametrize(
    ("kind", "padding", "limit"),
    [
        (np.float32, "FloatPixelPaddingValue", "FloatPixelPaddingRangeLimit"),
        (np.float64, "DoubleFloatPixelPaddingValue", "DoubleFloatPixelPaddingRangeLimit"),
    ],
)
def test_floats_have_a_padding_of_their_own(kind: type[np.floating], padding: str, limit: str) -> None:
    stored = FLOATS.astype(kind)
    alone = pixels(dicom(stored[:, 9:]))
    stored[:, :9] = -99999.1
    stored[0, :9] = -99990.2
    ends = {padding: float(stored[1, 0]), limit: float(stored[0, 0])}
    found = pixels(dicom(stored, **ends))
    assert (found[:, :9] == 0).all()
    assert np.array_equal(found[:, 9:], alone)
    only = pixels(dicom(stored, **{padding: float(stored[1, 0])}))
    assert not np.array_equal(only[:, 9:], alone)  # what stands between the two is picture without a limit
