"""A DICOM file's data set: which elements there are, and where its pixels begin."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from struct import unpack_from

from screener.images.dicom import tags
from screener.images.dicom.elements import Elements

IMPLICIT, EXPLICIT, DEFLATED, BIG_ENDIAN = (
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
)  # fmt: skip
NATIVE = frozenset((IMPLICIT, EXPLICIT, DEFLATED, BIG_ENDIAN))
"""The transfer syntaxes whose pixels are not compressed (PS3.5 annex A)."""

_KINDS = {tags.PIXELS: "integers", tags.FLOAT_PIXELS: "float32", tags.DOUBLE_PIXELS: "float64"}
_LONG_VRS = (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN")
_UNDEFINED = 0xFFFFFFFF
_HEADER_BYTES = 16 << 20
"""How far a deflated data set is inflated in search of its pixels."""


@dataclass(frozen=True, slots=True)
class PixelData:
    """Where the pixels lie in a data set.

    Attributes:
        kind: `integers`, `float32` or `float64`.
        start: offset of the value's first byte.
        length: its bytes; None where the value is encapsulated and ends with a delimiter.
        words: whether the VR says that it is made of 16-bit words.
    """

    kind: str
    start: int
    length: int | None
    words: bool


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """A data set up to its pixels.

    Attributes:
        data: the file, or the first part of what its deflated part inflates to.
        syntax: transfer syntax UID; as good a guess as can be made where the file doesn't say.
        elements: those that are wanted.
        pixels: see `PixelData`; None where there are none.
        is_cut: whether the file ends within its file meta or within an element, or has no element at all.
        last: the tag of the last element before the pixels; 0 without any.
        deflated: the deflated part, where there is one.
    """

    data: bytes
    syntax: str
    elements: Elements
    pixels: PixelData | None
    is_cut: bool
    last: int
    deflated: bytes | None = None


@dataclass(slots=True)
class _Last:
    """The element that was met last, since pydicom takes a value that is cut short for whole.

    Attributes:
        tag: its tag; 0 before any.
        end: offset behind its value; -1 where its length is undefined.
    """

    tag: int = 0
    end: int = -1


def read_data_set(data: bytes, patient_id: bool) -> DataSet:
    """The data set of a file.

    Args:
        data: the whole file, with or without preamble and file meta.
        patient_id: whether the patient id is wanted.

    Raises:
        Exception: whatever pydicom raises on broken files; to be called behind `foreign`.
    """
    from pydicom.filereader import read_dataset

    (syntax, start), deflated = read_meta(data), None
    # The group length (0002,0000), which every file meta begins with.
    has_length = data[128:136] == b"DICM\2\0\0\0"
    meta_is_cut = has_length and 144 + int.from_bytes(data[140:144], "little") > len(data)
    if syntax == DEFLATED:
        deflated = data[start:]
        data, start = inflate(deflated, _HEADER_BYTES), 0
    syntax = syntax or _guess(data[start : start + 8])
    file, last = BytesIO(data), _Last()
    file.seek(start)

    def met(tag: int, vr: str | None, length: int) -> bool:
        if tag in _KINDS:
            return True
        last.tag, last.end = tag, -1 if length == _UNDEFINED else file.tell() + length
        return False

    found = read_dataset(
        file,
        syntax == IMPLICIT,
        syntax != BIG_ENDIAN,
        stop_when=met,
        specific_tags=[*tags.WANTED, *([tags.PATIENT_ID] if patient_id else [])],
    )
    end = file.tell()
    pixels = _pixel_data(data[end : end + 12], end, syntax)
    # Zeros behind the last element are padding; other bytes are the beginning of one more.
    begun = pixels is None and last.end >= 0 and data[last.end :].strip(b"\0") != b""
    is_cut = meta_is_cut or not last.tag or last.end > len(data) or begun
    return DataSet(data, syntax, Elements(found), pixels, is_cut, last.tag, deflated)


def read_meta(data: bytes) -> tuple[str, int]:
    """The transfer syntax UID that a file says, or "", and the offset of its data set.

    Raises:
        Exception: see `read_data_set`.
    """
    from pydicom.filereader import read_dataset

    file = BytesIO(data)
    file.seek(132 if data[128:132] == b"DICM" else 0)
    meta = read_dataset(file, False, True, stop_when=lambda tag, vr, length: tag >> 16 != 2)
    return Elements(meta).text(tags.TRANSFER_SYNTAX), file.tell()


def inflate(data: bytes, limit: int) -> bytes:
    """At most `limit` + 1 bytes of a raw deflate stream (PS3.5 section A.5)."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, limit + 1)


def _guess(head: bytes) -> str:
    """The transfer syntax of a data set without file meta, from its first element."""
    if head[4:6].isalpha() and head[4:6].isupper():
        return BIG_ENDIAN if head[:1] == b"\0" else EXPLICIT
    return IMPLICIT


def _pixel_data(head: bytes, at: int, syntax: str) -> PixelData | None:
    """The pixel data element that begins with `head` at offset `at`, explicit or implicit."""
    order = ">" if syntax == BIG_ENDIAN else "<"
    if len(head) < 8:
        return None
    group, element = unpack_from(f"{order}HH", head)
    kind = _KINDS.get(group << 16 | element)
    # An implicit element has its length in these bytes; an even one never spells a VR that begins with O.
    explicit = head[4:6] in _LONG_VRS
    if kind is None or (explicit and len(head) < 12):
        return None
    size = 12 if explicit else 8
    (length,) = unpack_from(f"{order}L", head, size - 4)
    return PixelData(kind, at + size, None if length == _UNDEFINED else length, head[4:6] != b"OB")
