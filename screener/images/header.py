"""A DICOM file's header, down to what its picture needs; nothing else of it is kept."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, replace
from io import BytesIO
from struct import unpack_from

from screener.images import vocabulary
from screener.images.elements import Elements
from screener.images.refusal import Refusal, foreign
from screener.records import DecodeSettings, Facts, Reason

IMPLICIT, EXPLICIT, DEFLATED, BIG_ENDIAN = (
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
)  # fmt: skip
"""The transfer syntaxes whose pixels are native (PS3.5 annex A)."""

_SYNTAX = 0x00020010
_PATIENT_ID = 0x00100020
_SPECIES = 0x00102201
_DESCRIPTIONS = (0x0008103E, 0x00181030, 0x00181400)
"""Series Description, Protocol Name, Acquisition Device Processing Description: looked through for known
words, and for nothing else."""
_WANTED = (
    0x00080005, 0x00080016, 0x00080060, 0x0008103E, 0x00101010, 0x00102201, 0x00180015, 0x00181030,
    0x00181400, 0x00185101, 0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011,
    0x00280100, 0x00280101, 0x00280102, 0x00280103, 0x00280120, 0x00280121, 0x00281050, 0x00281051,
    0x00281052, 0x00281053, 0x00281056, 0x00281101, 0x00281102, 0x00281103, 0x00281201, 0x00281202,
    0x00281203, 0x00281221, 0x00281222, 0x00281223, 0x00283000, 0x00283010, 0x20500020, 0x52009229,
    0x52009230, 0x7FE00001, 0x7FE00002,
)  # fmt: skip
"""Tags in the order of the data set: kind of image, view and age; the image pixel, grey level and palette
modules; functional groups; frame offsets. A patient's name is not among them."""

_PIXELS = {0x7FE00010: "integers", 0x7FE00008: "float32", 0x7FE00009: "float64"}
_LONG_VRS = (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN")
_HEADER_BYTES = 16 << 20
"""How far a deflated data set is inflated in search of its pixels."""
_BYTES_A_SAMPLE = 2
"""A deflated data set may take what the largest frame allowed would take at this depth."""
_UNDEFINED = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class PixelData:
    """Where the pixels lie in `Header.data`.

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
class Header:
    """What a DICOM file says of its picture.

    Attributes:
        data: the file, inflated where it was deflated.
        elements: the data set's, without pixels.
        facts: what may reach a row.
        syntax: transfer syntax UID; as good a guess as can be made where the file doesn't say.
        photometric: Photometric Interpretation (0028,0004).
        samples: Samples per Pixel.
        allocated: Bits Allocated.
        stored: Bits Stored.
        shift: bits below the stored ones: High Bit + 1 - Bits Stored.
        signed: Pixel Representation.
        planar: Planar Configuration: whether each colour has its own plane.
        pixels: see `PixelData`.
    """

    data: bytes
    elements: Elements
    facts: Facts
    syntax: str
    photometric: str
    samples: int
    allocated: int
    stored: int
    shift: int
    signed: bool
    planar: bool
    pixels: PixelData

    @property
    def big_endian(self) -> bool:
        """Whether native pixels are."""
        return self.syntax == BIG_ENDIAN

    @property
    def frame_bits(self) -> int:
        """Bits of a native frame."""
        samples = self.samples * self.facts.width * self.facts.height
        # PS3.3 C.7.6.3.1.2: a native YBR_FULL_422 has two chrominance samples for two pixels.
        if self.photometric == "YBR_FULL_422" and self.pixels.length is not None:
            samples = 2 * self.facts.width * self.facts.height
        return samples * self.allocated


def read_header(data: bytes, settings: DecodeSettings) -> Header:
    """The header of a DICOM file.

    Raises:
        Refusal: it can't be parsed, has no picture, or claims more than the limits allow.
    """
    with foreign("DICOM header"):
        body = _body(data)
        elements, at = _elements(body, settings.patient_id)
        facts = _facts(elements, body.syntax, settings.patient_id)
    pixels = _pixel_data(body, at)
    if pixels is None and at > len(body.data):
        raise Refusal(Reason.CORRUPT, "an element of the header goes beyond the end of the file", facts)
    if pixels is None:
        raise Refusal(Reason.NO_PIXELS, "", facts)
    header = _checked(body, elements, facts, pixels, settings)
    if body.deflated is None or pixels.length is None:
        return header
    # Only now is it known how much of a deflated data set is worth inflating: what it promised, no more.
    wanted = min(
        pixels.length, facts.frames * header.frame_bits // 8 + 1, _BYTES_A_SAMPLE * settings.limits.pixels
    )
    with foreign("deflated data set", facts):
        return replace(header, data=_inflate(body.deflated, pixels.start + wanted))


@dataclass(frozen=True, slots=True)
class _Body:
    """A data set's bytes.

    Attributes:
        data: the file, or the first part of what its deflated part inflates to.
        start: offset of the first element after the file meta.
        syntax: transfer syntax UID.
        deflated: the deflated part, where there is one.
    """

    data: bytes
    start: int
    syntax: str
    deflated: bytes | None = None


def _body(data: bytes) -> _Body:
    """The data set behind the file meta, if there is any."""
    from pydicom.filereader import read_dataset

    file = BytesIO(data)
    file.seek(132 if data[128:132] == b"DICM" else 0)
    meta = read_dataset(file, False, True, stop_when=lambda tag, vr, length: tag >> 16 != 2)
    syntax, start = Elements(meta).text(_SYNTAX), file.tell()
    if syntax == DEFLATED:
        deflated = data[start:]
        return _Body(_inflate(deflated, _HEADER_BYTES), 0, syntax, deflated)
    return _Body(data, start, syntax or _guess(data[start : start + 8]))


def _elements(body: _Body, patient_id: bool) -> tuple[Elements, int]:
    """The elements that are wanted, and the offset of the pixel data, or of the end."""
    from pydicom.filereader import read_dataset

    source = BytesIO(body.data)
    source.seek(body.start)
    dataset = read_dataset(
        source,
        body.syntax == IMPLICIT,
        body.syntax != BIG_ENDIAN,
        stop_when=_at_pixels,
        specific_tags=[*_WANTED, *([_PATIENT_ID] if patient_id else [])],
    )
    return Elements(dataset), source.tell()


def _at_pixels(tag: int, vr: str | None, length: int) -> bool:
    return tag in _PIXELS


def _inflate(data: bytes, limit: int) -> bytes:
    """At most `limit` + 1 bytes of a raw deflate stream (PS3.5 section A.5)."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, limit + 1)


def _guess(head: bytes) -> str:
    """The transfer syntax of a data set without file meta, from its first element."""
    if head[4:6].isalpha() and head[4:6].isupper():
        return BIG_ENDIAN if head[:1] == b"\0" else EXPLICIT
    return IMPLICIT


def _pixel_data(body: _Body, at: int) -> PixelData | None:
    """The pixel data element at offset `at`, explicit or implicit; None where there is none."""
    order = ">" if body.syntax == BIG_ENDIAN else "<"
    head = body.data[at : at + 12]
    if len(head) < 8:
        return None
    group, element = unpack_from(f"{order}HH", head)
    kind = _PIXELS.get(group << 16 | element)
    explicit = head[4:6] in _LONG_VRS
    if kind is None or (explicit and len(head) < 12):
        return None
    size = 12 if explicit else 8
    (length,) = unpack_from(f"{order}L", head, size - 4)
    return PixelData(kind, at + size, None if length == _UNDEFINED else length, head[4:6] != b"OB")


def _facts(elements: Elements, syntax: str, patient_id: bool) -> Facts:
    frames = elements.text(0x00280008)
    described = [elements.text(tag) for tag in _DESCRIPTIONS]
    return Facts(
        kind="dicom",
        width=elements.short(0x00280011, 0) or 0,
        height=elements.short(0x00280010, 0) or 0,
        bits=elements.short(0x00280101, 0) or 0,
        frames=max(1, int(frames)) if frames.isdecimal() and len(frames) < 10 else 1,
        codec=syntax if is_uid(syntax) else "",
        modality=vocabulary.modality(elements.text(0x00080060)),
        body_part=vocabulary.body_part(elements.text(0x00180015)),
        view=vocabulary.view(elements.text(0x00185101)) or vocabulary.described_view(described),
        age_band=vocabulary.age_band(elements.text(0x00101010)),
        animal=vocabulary.is_animal([*described, elements.text(_SPECIES)]),
        patient=elements.text(_PATIENT_ID) if patient_id else "",
    )


def is_uid(text: str) -> bool:
    """Whether a text can be a UID (PS3.5 section 9.1), so that it is safe to show."""
    return len(text) <= 64 and re.fullmatch(r"[0-9]+(\.[0-9]+)+", text) is not None


def _checked(
    body: _Body, elements: Elements, facts: Facts, pixels: PixelData, settings: DecodeSettings
) -> Header:
    """The header, once what it claims is possible and within the limits.

    Raises:
        Refusal: it is not.
    """
    samples = elements.short(0x00280002, 1) or 1
    allocated = elements.short(0x00280100, 0) or 0
    stored = elements.short(0x00280101, allocated) or allocated
    high = elements.short(0x00280102, stored - 1)
    if pixels.kind != "integers":
        allocated = stored = 32 if pixels.kind == "float32" else 64
        high = stored - 1
    if not facts.width or not facts.height:
        raise Refusal(Reason.CORRUPT, "rows or columns are missing or 0", facts)
    size = f"{facts.height} x {facts.width} x {samples}"
    if facts.height * facts.width * samples > settings.limits.pixels:
        raise Refusal(Reason.TOO_MANY_PIXELS, size, facts)
    if facts.frames > settings.limits.frames:
        raise Refusal(Reason.TOO_MANY_PIXELS, f"{facts.frames} frames", facts)
    if samples not in (1, 3) or allocated not in (1, 8, 16, 32, 64):
        raise Refusal(Reason.UNSUPPORTED, f"{samples} samples of {allocated} bits", facts)
    if not 1 <= stored <= allocated:
        raise Refusal(Reason.CORRUPT, f"{stored} bits stored in {allocated}", facts)
    shift = (high if high is not None else stored - 1) + 1 - stored
    return Header(
        data=body.data,
        elements=elements,
        facts=facts,
        syntax=body.syntax,
        photometric=elements.text(0x00280004).upper() or ("MONOCHROME2" if samples == 1 else "RGB"),
        samples=samples,
        allocated=allocated,
        stored=stored,
        shift=shift if 0 <= shift <= allocated - stored else 0,
        signed=elements.short(0x00280103, 0) == 1,
        planar=elements.short(0x00280006, 0) == 1,
        pixels=pixels,
    )
