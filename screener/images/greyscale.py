"""Stored grey values to uint8: the chain of DICOM PS3.3 section C.11, pure array to array.

Modality LUT or rescale -> VOI LUT or window -> inversion. Every step is computed in float64 over the table
of all values that a sample can have, and rounded once, at the end, so that a film and its MONOCHROME1
complement come out the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screener.images.grey_steps import (
    Chain,
    Floats,
    Rescale,
    Table,
    Window,
    modality,
    to_bytes,
    values_of,
    voi_share,
)
from screener.records import Caution

_TABLE_BITS = 16
"""Samples of up to so many bits go through a table; wider ones and floats are computed one by one."""

_CHUNK = 1 << 17
"""Samples that are handled at a time: what numpy makes of them in between then stays in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """The outcome of a chain; see `Picture` for `applied` and `cautions`."""

    pixels: NDArray[np.uint8]
    applied: tuple[str, ...]
    cautions: tuple[Caution, ...]


def render(stored: NDArray[Any], chain: Chain, percentiles: tuple[float, float]) -> Rendered:
    """The picture as it looks on a screen: uint8 of `stored`'s shape, bright = dense, padding black.

    Args:
        stored: for up to 16 bits uint8 or uint16, the bit patterns (two's complement ones too); beyond,
            uint32 or int32 values; for `chain.bits` 0 float32 or float64.
        chain: what is to be done.
        percentiles: where there is no VOI step and values have more than 8 bits, the levels (of all
            samples but padding, after the modality step) that become black and white on the screen.

    Values of up to 8 bits without a VOI step keep their grey levels: the range that the bits allow
    becomes 0 to 255. A window whose width the standard doesn't allow counts as none, and says so.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what a header asks for may be beyond float64
        return _render(stored, chain, percentiles)


def _render(stored: NDArray[Any], chain: Chain, percentiles: tuple[float, float]) -> Rendered:
    applied: list[str] = []
    if isinstance(chain.voi, Window) and not chain.voi.usable:
        applied.append(f"window of width {chain.voi.width:g} passed over")
        chain = replace(chain, voi=None)
    tabled = 0 < chain.bits <= _TABLE_BITS
    chosen = chain.voi is None and (not 0 < chain.bits <= 8 or isinstance(chain.modality, Table))
    if chain.voi is not None:
        voi = chain.voi
    elif chosen:
        voi = _between(*(_tabled_levels if tabled else _levels)(stored, chain, percentiles))
    else:
        voi = _between(*sorted(modality(values_of(chain.bits, chain.signed)[_ends(chain)], chain.modality)))
    pixels = np.empty(stored.shape, np.uint8)
    if tabled:
        table = _finish(values_of(chain.bits, chain.signed), chain, voi)
        for part, out in _chunks(stored, pixels):
            np.take(table, part, out=out, mode="clip")
    else:
        for part, out in _chunks(stored, pixels):
            out[:] = _finish(part.astype(np.float64), chain, voi)
    applied += _said(chain, voi, chosen)
    return Rendered(pixels, tuple(applied), (Caution.NO_WINDOW,) if chosen else ())


def _between(low: float, high: float) -> Window:
    """The window from one level to another; where they are one, around it."""
    return Window((low + high) / 2, high - low if high > low else 1.0, "LINEAR_EXACT")


def quantiles(values: Floats, counts: NDArray[np.int64], shares: tuple[float, float]) -> tuple[float, float]:
    """Two quantiles of values that come `counts` times each, between neighbours linearly.

    Args:
        values: finite float64, in any order.
        counts: how often each comes; at least one is not 0.
        shares: on 0..1.
    """
    present = counts > 0
    order = np.argsort(values[present], kind="stable")
    levels = values[present][order]
    ends = np.cumsum(counts[present][order])
    found = []
    for share in shares:
        rank = (int(ends[-1]) - 1) * share
        below = int(rank)
        low = levels[np.searchsorted(ends, below, "right")]
        high = levels[np.searchsorted(ends, min(below + 1, int(ends[-1]) - 1), "right")]
        found.append(float(low + (high - low) * (rank - below)))
    return found[0], found[1]


def _finish(values: Floats, chain: Chain, voi: Window | Table) -> NDArray[np.uint8]:
    levels = modality(values, chain.modality)
    missing = ~np.isfinite(levels)
    if chain.padding is not None:
        missing |= _is_padding(values, chain.padding)
    pixels = to_bytes(voi_share(np.where(missing, 0.0, levels), voi), chain.inverted)
    pixels[missing] = 0
    return pixels


def _is_padding(values: Floats, padding: tuple[float, float]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (values >= padding[0]) & (values <= padding[1])
    return found


def _ends(chain: Chain) -> list[int]:
    """The bit patterns of the smallest and the largest value."""
    half = 1 << (chain.bits - 1)
    return [half, half - 1] if chain.signed else [0, 2 * half - 1]


def _shares(chain: Chain, percentiles: tuple[float, float]) -> tuple[float, float]:
    """The percentiles as shares, from the screen's black: for an inverted film from the other end."""
    low, high = percentiles[0] / 100, percentiles[1] / 100
    return (1 - high, 1 - low) if chain.inverted else (low, high)


def _tabled_levels(
    stored: NDArray[Any], chain: Chain, percentiles: tuple[float, float]
) -> tuple[float, float]:
    counts = np.zeros(1 << chain.bits, np.int64)
    for (part,) in _chunks(stored, size=max(1 << 15, 2 * len(counts))):
        counts += np.bincount(part, minlength=len(counts))
    values = values_of(chain.bits, chain.signed)
    if chain.padding is not None:
        counts[_is_padding(values, chain.padding)] = 0
    levels = modality(values, chain.modality)
    counts[~np.isfinite(levels)] = 0
    if not counts.any():
        return 0.0, 0.0
    low, high = quantiles(levels, counts, _shares(chain, percentiles))
    if low == high:
        low, high = quantiles(levels, counts, (0.0, 1.0))
    return low, high


def _levels(stored: NDArray[Any], chain: Chain, percentiles: tuple[float, float]) -> tuple[float, float]:
    values = stored.astype(np.float64).ravel()
    levels = modality(values, chain.modality)
    wanted = np.isfinite(levels)
    if chain.padding is not None:
        wanted &= ~_is_padding(values, chain.padding)
    levels = levels[wanted]
    if not levels.size:
        return 0.0, 0.0
    low, high = np.quantile(levels, _shares(chain, percentiles))
    if low == high:
        low, high = levels.min(), levels.max()
    return float(low), float(high)


def _chunks(*arrays: NDArray[Any], size: int = _CHUNK) -> Iterator[list[NDArray[Any]]]:
    flat = [array.reshape(-1) for array in arrays]
    for start in range(0, flat[0].size, size):
        yield [array[start : start + size] for array in flat]


def _said(chain: Chain, voi: Window | Table, chosen: bool) -> list[str]:
    """The steps in words; numbers only, since nothing else of the header may reach a row."""
    said = []
    if isinstance(chain.modality, Rescale) and chain.modality != Rescale(1.0, 0.0):
        said.append(f"modality rescale x{chain.modality.slope:g} {chain.modality.intercept:+g}")
    elif isinstance(chain.modality, Table):
        said.append(f"modality LUT of {len(chain.modality.entries)} entries")
    if isinstance(voi, Table):
        said.append(f"VOI LUT of {len(voi.entries)} entries")
    elif chosen:
        said.append(f"window {voi.centre:g}/{voi.width:g} chosen from the grey levels")
    elif chain.voi is not None:
        said.append(f"window {voi.centre:g}/{voi.width:g} {voi.function}")
    if chain.inverted:
        said.append("inverted")
    return said
