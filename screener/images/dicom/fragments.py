"""Compressed pixel data to frames: which of its fragments belong to which frame (PS3.5 section A.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from struct import iter_unpack, unpack_from

from screener.images.dicom import tags
from screener.images.dicom.header import Header
from screener.images.refusal import Refusal
from screener.records import Limits, Reason

_ITEM, _DELIMITER = 0xFFFEE000, 0xFFFEE0DD
_RLE = "1.2.840.10008.1.2.5"
_BEGINNINGS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ")
"""Of a JPEG or JPEG-LS codestream, a JPEG 2000 one, and a JP2 around one."""
_MOST = 1 << 17
"""Fragments that are looked at: some ten a frame of the longest file, or 64 KiB each of the largest."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """An item of encapsulated pixel data, the offset table's apart.

    Attributes:
        offset: of its item tag, counted as offset tables do: from the first fragment's.
        start: of its value, in the file.
        end: of its value, or of the file where that comes first.
    """

    offset: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of a compressed file.

    Attributes:
        header: the file's; its number of frames is the one that was found where the file says none.
        parts: the fragments of each frame that is there, in order; maybe fewer than the header promises.
    """

    header: Header
    parts: Sequence[Sequence[Fragment]]

    def data(self, number: int) -> bytes:
        """The codestream of a frame, from 0."""
        whole = self.header.data
        return b"".join(whole[part.start : part.end] for part in self.parts[number])


def frames_of(header: Header, limits: Limits) -> Frames:
    """The frames of encapsulated pixel data.

    An offset table counts if it has an entry a frame, each a fragment's, in rising order. Where it
    doesn't, or is empty, as many fragments as frames are one each; else a frame begins with each fragment
    that a codestream begins with, in RLE with every one (section A.4.2), unless it is one frame. A file
    without a Number of Frames (0028,0008) has as many as are found.

    Raises:
        Refusal: more frames than the header says, or than the limit allows.
    """
    table, fragments, is_cut = _items(header)
    stated = header.elements.text(tags.FRAMES).removeprefix("+").strip("0") != ""
    promised = header.facts.frames
    starts = _tabled(_offsets(header, table), fragments, promised if stated else 0, is_cut)
    if stated and len(fragments) == promised:
        starts = list(range(promised))
    starts = starts or [
        number
        for number, part in enumerate(fragments)
        if not number or _is_beginning(part, header, one=stated and promised == 1)
    ]
    if not stated and len(starts) > limits.frames:
        raise Refusal(Reason.TOO_MANY_PIXELS, f"{len(starts)} frames", header.facts)
    if stated and len(starts) > promised:
        raise Refusal(Reason.CORRUPT, f"{len(starts)} frames where the header says {promised}", header.facts)
    if not stated and len(starts) > 1:
        header = replace(header, facts=replace(header.facts, frames=len(starts)))
    return Frames(header, [fragments[start:end] for start, end in pairwise([*starts, len(fragments)])])


def _is_beginning(part: Fragment, header: Header, one: bool) -> bool:
    """Whether a fragment begins a frame: in RLE, which has no magic, each does unless there is `one`."""
    if header.syntax == _RLE:
        return not one
    return header.data.startswith(_BEGINNINGS, part.start, part.end)


def _items(header: Header) -> tuple[bytes, list[Fragment], bool]:
    """The basic offset table, the fragments behind it, and whether the file ends before they do.

    Raises:
        Refusal: more of them than any film has.
    """
    data, at = header.data, header.pixels.start
    table, first, found = b"", -1, list[Fragment]()
    while at + 8 <= len(data):
        group, element, length = unpack_from("<HHL", data, at)
        if group << 16 | element != _ITEM or length == 0xFFFFFFFF:
            return table, found, group << 16 | element != _DELIMITER
        if first < 0:
            table, first = data[at + 8 : at + 8 + length], at + 8 + length
        elif len(found) == _MOST:
            raise Refusal(Reason.UNSUPPORTED, f"more than {_MOST} fragments", header.facts)
        else:
            found.append(Fragment(at - first, at + 8, min(at + 8 + length, len(data))))
        at += 8 + length
    return table, found, True


def _offsets(header: Header, basic: bytes) -> list[int]:
    """The extended offset table's entries, or else the basic one's."""
    extended = header.elements.raw(tags.FRAME_OFFSETS)
    size, table = (8, extended) if extended else (4, basic)
    whole = table[: len(table) // size * size]
    return [offset for (offset,) in iter_unpack("<Q" if size == 8 else "<L", whole)]


def _tabled(offsets: list[int], fragments: list[Fragment], promised: int, is_cut: bool) -> list[int]:
    """The index of each frame's first fragment by an offset table; empty where the table is not valid.

    Args:
        offsets: the table.
        fragments: those that there are.
        promised: how many entries there must be; 0 where the file does not say, then two or more.
        is_cut: whether frames may lie beyond the end of the file.
    """
    rising = offsets[:1] == [0] and all(first < second for first, second in pairwise(offsets))
    if not rising or (len(offsets) != promised if promised else len(offsets) < 2):
        return []
    numbers = {part.offset: number for number, part in enumerate(fragments)}
    beyond = fragments[-1].offset if is_cut and fragments else 1 << 64
    if any(offset not in numbers and offset <= beyond for offset in offsets):
        return []
    return [numbers[offset] for offset in offsets if offset in numbers]
