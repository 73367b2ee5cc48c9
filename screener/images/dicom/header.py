"""A DICOM file's header, down to what its picture needs; nothing else of it is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from screener.images.dicom import tags, vocabulary
from screener.images.dicom.dataset import BIG_ENDIAN, DataSet, PixelData, inflate, read_data_set
from screener.images.dicom.elements import Elements
from screener.images.refusal import Refusal, foreign
from screener.records import DecodeSettings, Facts, Reason

_BYTES_A_SAMPLE = 2
"""A deflated data set may take what the largest frame allowed would take at this depth."""


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
    def has_overlay(self) -> bool:
        """Whether an overlay lies in bits that the picture leaves free (retired from PS3.3 section C.9.2)."""
        return any(self.elements.short(tag, 0) for tag in tags.OVERLAY_POSITIONS)

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
        found = read_data_set(data, settings.patient_id)
        facts = _facts(found.elements, found.syntax, settings.patient_id)
    if found.pixels is None and found.is_cut:
        raise Refusal(Reason.CORRUPT, "the file ends within its header", facts)
    if found.pixels is None and facts.width and facts.height and found.last < tags.PIXELS:
        raise Refusal(Reason.CORRUPT, "the file describes a picture and ends before it", facts)
    if found.pixels is None or found.pixels.length == 0:
        raise Refusal(Reason.NO_PIXELS, "", facts)
    header = _checked(found, found.pixels, facts, settings)
    if found.deflated is None or found.pixels.length is None:
        return header
    # Only now is it known how much of a deflated data set is worth inflating: what it promised, no more.
    promised = min(found.pixels.length, facts.frames * header.frame_bits // 8 + 1)
    limit = found.pixels.start + min(promised, _BYTES_A_SAMPLE * settings.limits.pixels)
    if len(found.data) >= limit:  # it was inflated that far in search of the header
        return header
    with foreign("deflated data set", facts):
        return replace(header, data=inflate(found.deflated, limit))


def is_uid(text: str) -> bool:
    """Whether a text can be a UID (PS3.5 section 9.1), so that it is safe to show."""
    return len(text) <= 64 and re.fullmatch(r"[0-9]+(\.[0-9]+)+", text) is not None


def _facts(elements: Elements, syntax: str, patient_id: bool) -> Facts:
    frames = elements.text(tags.FRAMES)
    described = [elements.text(tag) for tag in tags.DESCRIPTIONS]
    region, view = elements.item(tags.ANATOMIC_REGION), elements.item(tags.VIEW_CODE)
    views = [view.text(tags.CODE_MEANING), *described] if view else described
    frames = frames.removeprefix("+")  # as PS3.5 allows
    return Facts(
        kind="dicom",
        width=elements.short(tags.COLUMNS, 0),
        height=elements.short(tags.ROWS, 0),
        bits=elements.short(tags.BITS_STORED, 0),
        frames=max(1, int(frames)) if frames.isdecimal() and len(frames) < 10 else 1,
        codec=syntax if is_uid(syntax) else "",
        modality=vocabulary.modality(elements.text(tags.MODALITY)),
        body_part=vocabulary.body_part(elements.text(tags.BODY_PART))
        or vocabulary.body_part(region.text(tags.CODE_MEANING) if region else ""),
        view=vocabulary.view(elements.text(tags.VIEW_POSITION))
        or vocabulary.described_view(views)
        or vocabulary.oriented_view(elements.texts(tags.PATIENT_ORIENTATION)),
        age_band=vocabulary.age_band(elements.text(tags.PATIENT_AGE))
        or vocabulary.age_band_between(
            elements.text(tags.BIRTH_DATE),
            next((text for tag in tags.DATES if (text := elements.text(tag))), ""),
        ),
        animal=vocabulary.is_animal([*described, elements.text(tags.SPECIES)]),
        patient=_patient(elements) if patient_id else "",
    )


def _patient(elements: Elements) -> str:
    """The patient id, in the character set that the file names."""
    from pydicom.charset import convert_encodings, decode_bytes

    sets = convert_encodings(elements.texts(tags.CHARACTER_SET) or [""])
    text: str = decode_bytes(elements.raw(tags.PATIENT_ID), sets, set("\\\r\n\t\f"))
    return text.strip(" \0")


def _checked(found: DataSet, pixels: PixelData, facts: Facts, settings: DecodeSettings) -> Header:
    """The header, once what it claims is possible and within the limits.

    Raises:
        Refusal: it is not.
    """
    elements = found.elements
    samples = elements.short(tags.SAMPLES, 1)
    allocated = elements.short(tags.BITS_ALLOCATED, 0)
    stored = elements.short(tags.BITS_STORED, 0) or allocated
    high = elements.short(tags.HIGH_BIT, stored - 1)
    if pixels.kind != "integers":
        allocated = stored = 32 if pixels.kind == "float32" else 64
        high = stored - 1
    if not facts.width or not facts.height:
        raise Refusal(Reason.CORRUPT, "rows or columns are missing or 0", facts)
    if not allocated:
        raise Refusal(Reason.CORRUPT, "bits allocated are missing or 0", facts)
    if facts.height * facts.width * samples > settings.limits.pixels:
        raise Refusal(Reason.TOO_MANY_PIXELS, f"{facts.height} x {facts.width} x {samples}", facts)
    if facts.frames > settings.limits.frames:
        raise Refusal(Reason.TOO_MANY_PIXELS, f"{facts.frames} frames", facts)
    if samples not in (1, 3) or allocated not in (1, 8, 16, 32, 64):
        raise Refusal(Reason.UNSUPPORTED, f"{samples} samples of {allocated} bits", facts)
    if samples == 3 and allocated == 1:
        raise Refusal(Reason.UNSUPPORTED, "3 samples of a single bit", facts)
    if not 1 <= stored <= allocated:
        raise Refusal(Reason.CORRUPT, f"{stored} bits stored in {allocated}", facts)
    shift = high + 1 - stored
    return Header(
        data=found.data,
        elements=elements,
        facts=facts,
        syntax=found.syntax,
        photometric=elements.text(tags.PHOTOMETRIC).upper() or ("MONOCHROME2" if samples == 1 else "RGB"),
        samples=samples,
        allocated=allocated,
        stored=stored,
        shift=shift if 0 <= shift <= allocated - stored else 0,
        signed=elements.short(tags.PIXEL_REPRESENTATION, 0) == 1,
        planar=elements.short(tags.PLANAR, 0) == 1,
        pixels=pixels,
    )
