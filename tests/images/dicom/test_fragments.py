"""Which fragments make which frame: offset tables that are right, wrong, and not there."""

import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.filebase import DicomBytesIO

from builders.dicom import dicom
from builders.pictures import film
from builders.reading import SETTINGS, all_of
from screener.images.dicom import fragments
from screener.images.refusal import Refusal
from screener.records import Limits, Picture, Reason, Refused

STACK = np.stack([film(70, 90, seed=seed) for seed in range(3)])
CODECS = ["rle", "jpeg-ls", "jpeg2000", "jpeg-lossless"]


def with_value(syntax: str, value: bytes, **tags: Any) -> bytes:
    """The three frames' file with another value of its pixel data, and other elements."""
    dataset = dcmread(DicomBytesIO(dicom(STACK, syntax, frames=True)))
    dataset.PixelData = value
    dataset["PixelData"].is_undefined_length = True
    for keyword, element in tags.items():
        if element is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, element)
    file = DicomBytesIO()
    dataset.save_as(file)
    return file.getvalue()


def codestreams(syntax: str) -> list[bytes]:
    dataset = dcmread(DicomBytesIO(dicom(STACK, syntax, frames=True)))
    return list(generate_frames(dataset.PixelData, number_of_frames=3))


def value(syntax: str, offsets: list[int] | None = None, parts: int = 1) -> bytes:
    """Pixel data with a basic offset table of one's own, or with none."""
    bare = encapsulate(codestreams(syntax), fragments_per_frame=parts, has_bot=False)
    table = struct.pack(f"<{len(offsets or [])}L", *(offsets or []))
    return b"\xfe\xff\0\xe0" + struct.pack("<L", len(table)) + table + bare[8:]


def true_offsets(syntax: str, parts: int = 1) -> list[int]:
    data = encapsulate(codestreams(syntax), fragments_per_frame=parts)
    return list(struct.unpack("<3L", data[8:20]))


def assert_all_three(data: bytes) -> None:
    found = all_of(data)
    assert [frame.pixels.tolist() for frame in found if isinstance(frame, Picture)] == STACK.tolist()
    assert {frame.facts.frames for frame in found if frame.facts} == {3}


@pytest.mark.parametrize("syntax", CODECS)
@pytest.mark.parametrize("table", ["swapped", "zeros", "one entry", "off the items", "none"])
def test_as_many_fragments_as_frames_are_one_each(syntax: str, table: str) -> None:
    first, second, third = true_offsets(syntax)
    tables = {
        "swapped": [first, third, second],
        "zeros": [0, 0, 0],
        "one entry": [0],
        "off the items": [0, 7, 99],
        "none": None,
    }
    assert_all_three(with_value(syntax, value(syntax, tables[table])))


@pytest.mark.parametrize("syntax", CODECS)
@pytest.mark.parametrize("parts", [2, 4])
def test_several_fragments_a_frame_are_told_apart_by_the_table(syntax: str, parts: int) -> None:
    assert_all_three(with_value(syntax, value(syntax, true_offsets(syntax, parts), parts)))


@pytest.mark.parametrize("syntax", CODECS[1:])
@pytest.mark.parametrize("table", [None, [0], [0, 0, 0]])
def test_several_fragments_a_frame_are_told_apart_by_where_codestreams_begin(
    syntax: str, table: list[int] | None
) -> None:
    assert_all_three(with_value(syntax, value(syntax, table, parts=3)))
    assert_all_three(with_value(syntax, value(syntax, table, parts=3), NumberOfFrames=None))


def test_fragments_that_no_rule_tells_apart_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        all_of(with_value("rle", value("rle", None, parts=2)))
    assert refused.value.refused.detail == "6 frames where the header says 3"


@pytest.mark.parametrize("syntax", CODECS)
@pytest.mark.parametrize("has_table", [True, False])
def test_a_file_that_does_not_say_how_many_frames_it_has_loses_none(syntax: str, has_table: bool) -> None:
    data = with_value(syntax, value(syntax, true_offsets(syntax) if has_table else None), NumberOfFrames=None)
    assert_all_three(data)
    with pytest.raises(Refusal) as refused:
        all_of(data, replace(SETTINGS, limits=Limits(frames=2)))
    assert refused.value.refused.reason is Reason.TOO_MANY_PIXELS


def test_more_frames_than_the_header_says_are_a_contradiction() -> None:
    with pytest.raises(Refusal) as refused:
        all_of(with_value("jpeg-ls", value("jpeg-ls"), NumberOfFrames=2))
    assert refused.value.refused.detail == "3 frames where the header says 2"


@pytest.mark.parametrize("syntax", CODECS[1:])
def test_any_byte_may_make_a_codestream_even(syntax: str) -> None:
    evened = [code.rstrip(b"\0") + b"D" for code in codestreams(syntax)]
    assert_all_three(with_value(syntax, encapsulate(evened)))


@pytest.mark.parametrize("offsets", ["basic", "extended", "none"])
@pytest.mark.parametrize("syntax", CODECS)
def test_frames_before_the_cut_are_read(syntax: str, offsets: str) -> None:
    data = dicom(STACK, syntax, frames=True, offsets=offsets)
    at = data.find(codestreams(syntax)[1])
    first, second, third = all_of(data[: at + 100])
    assert isinstance(first, Picture)
    assert first.pixels.tolist() == STACK[0].tolist()
    assert isinstance(second, Refused)
    assert isinstance(third, Refused)
    assert third.detail == "the file ends before this frame"


@pytest.mark.parametrize(("entries", "lengths"), [([0, 2**62, 2**63], [1, 2, 3]), ([0], [2**62])])
def test_an_extended_table_that_makes_no_sense_costs_no_frame(entries: list[int], lengths: list[int]) -> None:
    tables = {
        "ExtendedOffsetTable": struct.pack(f"<{len(entries)}Q", *entries),
        "ExtendedOffsetTableLengths": struct.pack(f"<{len(lengths)}Q", *lengths),
    }
    assert_all_three(with_value("jpeg-ls", value("jpeg-ls"), **tables))


def test_a_file_of_nothing_but_fragments_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "_MOST", 2)
    with pytest.raises(Refusal) as refused:
        all_of(with_value("jpeg-ls", value("jpeg-ls")))
    assert refused.value.refused.reason is Reason.UNSUPPORTED


def test_a_film_that_cannot_be_decoded_has_one_row_however_many_frames() -> None:
    """A video may have thousands of them."""
    data = with_value("jpeg-ls", encapsulate([b"\0\0\1\xb3" * 100], has_bot=False), NumberOfFrames=100)
    video = data.replace(b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.99")
    with pytest.raises(Refusal) as refused:
        all_of(video)
    assert refused.value.refused.reason is Reason.UNSUPPORTED
