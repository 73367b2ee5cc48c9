"""The grey-level chain against the formulas of PS3.3 section C.11, and what must not change a picture."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from screener.images.grey_steps import (
    Chain,
    Rescale,
    Table,
    Window,
    modality,
    to_bytes,
    values_of,
    voi_share,
)
from screener.images.greyscale import quantiles, render
from screener.records import Caution

PERCENTILES = (0.5, 99.5)
ALL_8, ALL_12 = np.arange(256, dtype=np.uint8), np.arange(4096, dtype=np.uint16)

finite = st.floats(-5000, 5000).map(lambda value: round(value, 3))
widths = st.floats(1, 5000).map(lambda value: round(value, 3))
chains = st.builds(
    Chain,
    bits=st.just(12),
    signed=st.booleans(),
    modality=st.none() | st.builds(Rescale, st.sampled_from([1.0, 0.5, -1.0, 3.77]), finite),
    voi=st.none() | st.builds(Window, finite, widths, st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"])),
    padding=st.none() | st.just((0.0, 7.0)),
)


def rendered(stored: NDArray[np.generic], chain: Chain) -> NDArray[np.uint8]:
    return render(stored, chain, PERCENTILES).pixels


@given(finite, widths, finite)
def test_linear_is_the_formula_of_c_11_2_1_2(centre: float, width: float, x: float) -> None:
    if x <= centre - 0.5 - (width - 1) / 2:
        expected = 0.0
    elif x > centre - 0.5 + (width - 1) / 2:
        expected = 1.0
    else:
        expected = (x - (centre - 0.5)) / (width - 1) + 0.5
    assert voi_share(np.array([x]), Window(centre, width))[0] == pytest.approx(expected, abs=1e-9)


@given(finite, st.floats(0.01, 5000), finite)
def test_linear_exact_is_the_formula_of_c_11_2_1_3_2(centre: float, width: float, x: float) -> None:
    expected = (
        0.0 if x <= centre - width / 2 else 1.0 if x > centre + width / 2 else (x - centre) / width + 0.5
    )
    found = voi_share(np.array([x]), Window(centre, width, "LINEAR_EXACT"))[0]
    assert found == pytest.approx(expected, abs=1e-9)


@given(finite, widths, finite)
def test_sigmoid_is_the_formula_of_c_11_2_1_3_1(centre: float, width: float, x: float) -> None:
    power = -4 * (x - centre) / width
    expected = 1 / (1 + math.exp(power)) if power < 700 else 0.0
    assert voi_share(np.array([x]), Window(centre, width, "SIGMOID"))[0] == pytest.approx(expected, abs=1e-12)


def test_the_examples_that_the_standard_prints() -> None:
    """PS3.3 section C.11.2.1.2.1, for an output of 0 to 255."""
    values = np.array([0.0, 1.0, 2046.0, 2047.0, 2048.0, 4094.0, 4095.0])
    whole = to_bytes(voi_share(values, Window(2048, 4096)), inverted=False)
    assert (whole == np.round(values / 4095 * 255)).all()
    step = to_bytes(voi_share(np.array([-1.0, 0.0, 1.0]), Window(0, 1)), inverted=False)
    assert step.tolist() == [0, 255, 255]
    narrow = to_bytes(voi_share(np.array([-1.0, 0.0, 1.0]), Window(1, 2)), inverted=False)
    assert narrow.tolist() == [0, 0, 255]


@given(chains)
def test_a_monochrome1_complement_looks_the_same_to_the_last_bit(chain: Chain) -> None:
    """Stored values complemented, and every step's parameters with them; then inverted at the end."""
    stored = np.random.default_rng(0).integers(0, 4096, 3000).astype(np.uint16)
    # Complementing the bits takes v to top - v, or to -1 - v where it is signed.
    turn = -1 if chain.signed else 4095
    step = chain.modality
    slope = step.slope if isinstance(step, Rescale) else 1.0
    mirrored = Rescale(-slope, (step.intercept if isinstance(step, Rescale) else 0.0) + slope * turn)
    padding = chain.padding and (turn - chain.padding[1], turn - chain.padding[0])
    plain = rendered(stored, chain)
    # The same modality values come out, so the window is the same, and the film is not inverted.
    assert (rendered(4095 - stored, replace(chain, modality=mirrored, padding=padding)) == plain).all()
    if step is None and (chain.voi is None or chain.voi.function != "LINEAR"):  # type: ignore[union-attr]
        voi = chain.voi and replace(chain.voi, centre=turn - chain.voi.centre)  # type: ignore[union-attr, type-var]
        complement = replace(chain, voi=voi, inverted=True, padding=padding)
        assert (rendered(4095 - stored, complement) == plain).all()
    if (
        step is None
        and isinstance(chain.voi, Window)
        and chain.voi.function == "LINEAR"
        and chain.voi.width > 1
    ):
        voi = replace(chain.voi, centre=turn + 1 - chain.voi.centre)
        complement = replace(chain, voi=voi, inverted=True, padding=padding)
        assert (rendered(4095 - stored, complement) == plain).all()


@given(chains)
def test_brighter_never_becomes_darker(chain: Chain) -> None:
    values = np.argsort(values_of(12, chain.signed), kind="stable").astype(np.uint16)
    levels = rendered(values, replace(chain, padding=None)).astype(int)
    rising = not isinstance(chain.modality, Rescale) or chain.modality.slope > 0
    assert (np.diff(levels if rising else levels[::-1]) >= 0).all()


@given(chains, st.booleans())
def test_a_table_and_single_values_agree(chain: Chain, inverted: bool) -> None:
    """Values of more than 16 bits are not looked up but computed: the outcome may not differ."""
    chain = replace(chain, inverted=inverted)
    stored = np.random.default_rng(1).integers(0, 4096, 2000).astype(np.uint16)
    values = values_of(12, chain.signed)[stored]
    assert (rendered(stored, chain) == rendered(values, replace(chain, bits=0))).all()
    assert (rendered(stored, chain) == rendered(values.astype(np.int32), replace(chain, bits=32))).all()


@pytest.mark.parametrize("bits", [1, 4, 7, 8])
def test_eight_bits_without_a_window_keep_their_levels(bits: int) -> None:
    stored = np.arange(1 << bits, dtype=np.uint8)
    outcome = render(stored, Chain(bits), PERCENTILES)
    assert (outcome.pixels == np.round(stored.astype(float) * 255 / ((1 << bits) - 1))).all()
    assert outcome.applied == ()
    assert outcome.cautions == ()


def test_signed_bytes_keep_their_order() -> None:
    assert rendered(np.array([0x80, 0xFF, 0, 0x7F], np.uint8), Chain(8, signed=True)).tolist() == [
        0,
        127,
        128,
        255,
    ]


def test_more_bits_without_a_window_are_stretched_between_percentiles() -> None:
    stored = np.concatenate([np.full(990, 1000), np.arange(10)]).astype(np.uint16)
    outcome = render(np.arange(1001, dtype=np.uint16), Chain(12), (10, 90))
    assert outcome.pixels[:101].max() == 0
    assert outcome.pixels[900:].min() == 255
    assert outcome.pixels[500] == 128
    assert outcome.cautions == (Caution.NO_WINDOW,)
    assert outcome.applied == ("window 500/800 chosen from the grey levels",)
    # Nearly all of one level: the whole range counts, for nothing would be left of it otherwise.
    assert set(rendered(stored, Chain(12)).tolist()) >= {0, 255}


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_are_numpys(values: list[int], first: float, second: float) -> None:
    levels, counts = np.unique(np.array(values, float), return_counts=True)
    shuffled = np.random.default_rng(0).permutation(len(levels))
    found = quantiles(levels[shuffled], counts[shuffled].astype(np.int64), (first, second))
    assert found == pytest.approx(np.quantile(values, (first, second)), abs=1e-9)


def test_percentiles_count_from_the_screens_black_on_either_kind_of_film() -> None:
    stored = np.random.default_rng(0).integers(0, 4096, 5000).astype(np.uint16)
    plain = render(stored, Chain(12), (2, 99.9)).pixels
    complement = render(4095 - stored, Chain(12, inverted=True), (2, 99.9)).pixels
    assert (plain == complement).all()


def test_padding_is_black_and_out_of_the_statistics() -> None:
    film = np.random.default_rng(0).integers(1000, 2000, 4000).astype(np.uint16)
    padded = np.concatenate([film, np.full(6000, 4095, np.uint16)])
    for inverted in (False, True):
        chain = Chain(12, inverted=inverted, padding=(4090.0, 4095.0))
        assert (rendered(padded, chain)[:4000] == rendered(film, chain)).all()
        assert (rendered(padded, chain)[4000:] == 0).all()
    windowed = Chain(12, voi=Window(1500, 1000), inverted=True, padding=(4095.0, 4095.0))
    assert (rendered(padded, windowed)[4000:] == 0).all()


def test_nothing_but_padding_is_black() -> None:
    assert rendered(np.full(10, 9, np.uint16), Chain(12, padding=(9, 9))).tolist() == [0] * 10
    assert rendered(np.full(10, np.nan), Chain(0)).tolist() == [0] * 10


def test_a_picture_of_one_level_is_no_division_by_zero() -> None:
    for chain in (Chain(12), Chain(16, signed=True), Chain(0), Chain(32)):
        stored = np.full((4, 4), 700, np.uint16 if 0 < chain.bits <= 16 else np.float64)
        assert len(set(rendered(stored, chain).ravel().tolist())) == 1


@pytest.mark.parametrize("width", [0.0, -5.0, 0.5, math.nan, math.inf])
def test_a_window_that_the_standard_forbids_counts_as_none(width: float) -> None:
    outcome = render(ALL_12, Chain(12, voi=Window(100, width)), PERCENTILES)
    assert (outcome.pixels == rendered(ALL_12, Chain(12))).all()
    assert "passed over" in outcome.applied[0]


def test_look_up_tables_hold_at_both_ends() -> None:
    """C.11.1.1: values below the first mapped take the first entry's, those beyond the last the last's."""
    table = Table(10, np.array([5.0, 50.0, 500.0]), 9)
    assert modality(np.array([0.0, 10.0, 11.0, 12.0, 99.0]), table).tolist() == [5, 5, 50, 500, 500]
    shares = voi_share(np.array([0.0, 11.0, 99.0]), table)
    assert shares == pytest.approx([5 / 511, 50 / 511, 500 / 511])


def test_steps_come_in_the_standards_order_and_are_told() -> None:
    chain = Chain(12, modality=Rescale(2, -1000), voi=Window(1000, 4001), inverted=True)
    outcome = render(np.array([0, 1000, 4095], np.uint16), chain, PERCENTILES)
    by_hand = [255 - 255 * min(1, ((2 * x - 1000) - 999.5) / 4000 + 0.5) for x in (0, 1000, 4095)]
    assert outcome.pixels.tolist() == [math.floor(level + 0.5) for level in by_hand]
    assert outcome.applied == ("modality rescale x2 -1000", "window 1000/4001 LINEAR", "inverted")
    tables = Chain(8, modality=Table(0, np.arange(256.0), 8), voi=Table(0, np.arange(256.0) * 257, 16))
    assert render(ALL_8, tables, PERCENTILES).applied == (
        "modality LUT of 256 entries",
        "VOI LUT of 256 entries",
    )
    assert (rendered(ALL_8, tables) == ALL_8).all()


def test_floats_that_are_no_numbers_are_black() -> None:
    stored = np.array([np.nan, -np.inf, 0, 1, 2, 3, np.inf], np.float32)
    assert rendered(stored, Chain(0)).tolist()[:2] == [0, 0]
    assert rendered(stored, Chain(0))[-1] == 0
    assert (
        rendered(stored, Chain(0, inverted=True)).tolist()[2:6] == rendered(stored, Chain(0)).tolist()[5:1:-1]
    )
