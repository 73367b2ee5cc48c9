"""What a DICOM header says is to be done to its grey levels, as a `Chain`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from screener.images.dicom import tags
from screener.images.dicom.colour import entries_of
from screener.images.dicom.elements import Elements
from screener.images.dicom.header import Header
from screener.images.grey_steps import Chain, Rescale, Table, Window
from screener.images.refusal import foreign

_FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def chain_of(header: Header, frame: int, bits: int) -> Chain:
    """The chain for a frame.

    Args:
        header: the file's.
        frame: from 0; an enhanced multi-frame file may treat each frame differently.
        bits: of a stored value; 0 for floats.

    A VOI LUT goes before a window, the first usable one of several counts, and a table that makes no
    sense, or is shorter than it says, counts as none. MONOCHROME1 and Presentation LUT Shape INVERSE are
    one and the same inversion (PS3.3 section C.8.11.3.1.2 demands them together), done once if either is
    there.
    """
    with foreign("grey level tables", header.facts):
        holders = _holders(header.elements, frame)
        step = _modality(holders, header.signed)
        return Chain(
            bits=bits,
            signed=header.signed,
            modality=step,
            voi=_voi(holders, _below_zero(step, bits, header.signed)),
            inverted=header.photometric == "MONOCHROME1" or header.elements.text(tags.LUT_SHAPE) == "INVERSE",
            padding=_padding(header),
        )


def _holders(elements: Elements, frame: int) -> list[Elements]:
    """Where the modality and VOI elements may stand, the most particular first (PS3.3 section C.7.6.16)."""
    groups = [elements.item(tags.FRAME_GROUPS, frame), elements.item(tags.SHARED_GROUPS)]
    inner = [group.item(tag) for group in groups if group for tag in (tags.FRAME_VOI, tags.FRAME_VALUES)]
    return [*(holder for holder in inner if holder), elements]


def _modality(holders: list[Elements], signed: bool) -> Rescale | Table | None:
    for holder in holders:
        item = holder.item(tags.MODALITY_LUT)
        table = _table(item, signed) if item else None
        if table:
            return table
        slope, intercept = holder.floats(tags.SLOPE), holder.floats(tags.INTERCEPT)
        if slope or intercept:
            step = Rescale(slope[0] if slope else 1.0, intercept[0] if intercept else 0.0)
            # A slope of 0 would make every film the same grey.
            return step if step.slope and np.isfinite([step.slope, step.intercept]).all() else None
    return None


def _below_zero(step: Rescale | Table | None, bits: int, signed: bool) -> bool:
    """Whether what the modality step gives can be negative; of floats nobody knows, and they count as not."""
    if isinstance(step, Table) or not bits:
        return False
    if step is None:
        return signed
    half = 1 << (bits - 1)
    ends = (-half, half - 1) if signed else (0, 2 * half - 1)
    return min(step.slope * end + step.intercept for end in ends) < 0


def _voi(holders: list[Elements], signed: bool) -> Window | Table | None:
    windows: list[Window] = []
    for holder in holders:
        item = holder.item(tags.VOI_LUT)
        table = _table(item, signed) if item else None
        if table:
            return replace(table, bits=_depth(table))
        function = holder.text(tags.VOI_FUNCTION).upper()
        pairs = zip(holder.floats(tags.WINDOW_CENTRE), holder.floats(tags.WINDOW_WIDTH), strict=False)
        windows += [Window(*pair, function if function in _FUNCTIONS else "LINEAR") for pair in pairs]
        usable = next((window for window in windows if window.usable), None)
        if usable:
            return usable
    return windows[0] if windows else None


def _table(item: Elements, signed: bool) -> Table | None:
    descriptor = item.shorts(tags.LUT_DESCRIPTOR)
    if len(descriptor) != 3:
        return None
    length, first, bits = descriptor[0] or 1 << 16, descriptor[1], descriptor[2]
    entries = entries_of(item, tags.LUT_DATA, length, bits)
    if len(entries) < length or not 1 <= bits <= 16:
        return None
    # The first value mapped is signed when the values that come in can be negative (C.11.1.1.1).
    first = first - (1 << 16) if signed and first >= 1 << 15 else first
    return Table(first, entries.astype(np.float64), bits)


def _depth(table: Table) -> int:
    """The bits of a VOI LUT's entries: what its descriptor says, unless its entries say otherwise.

    Some writers say 16 whatever the entries are, or say fewer bits than they have. As it is written the
    first would be shown nearly black and the second nearly white: no viewer's picture. So entries that
    need more bits have these, and entries that use no more than a sixteenth of the range are taken for
    the range that they use.
    """
    needed = max(1, int(table.entries.max()).bit_length())
    return needed if needed > table.bits or needed <= table.bits - 4 else table.bits


def _padding(header: Header) -> tuple[float, float] | None:
    """PS3.3 section C.7.5.1.1.2; float and double pixels have elements of their own (C.7.6.24, C.7.6.25)."""
    elements = header.elements
    if header.pixels.kind == "integers":
        values = [float(value) for value in elements.shorts(tags.PADDING, header.signed)]
        limits = [float(value) for value in elements.shorts(tags.PADDING_LIMIT, header.signed)]
    elif header.pixels.kind == "float32":
        values = elements.array(tags.FLOAT_PADDING, "f4").tolist()
        limits = elements.array(tags.FLOAT_PADDING_LIMIT, "f4").tolist()
    else:
        values = elements.array(tags.DOUBLE_PADDING, "f8").tolist()
        limits = elements.array(tags.DOUBLE_PADDING_LIMIT, "f8").tolist()
    if not values:
        return None
    low, high = sorted((values[0], (limits or values)[0]))
    return low, high
