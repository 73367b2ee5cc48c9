"""The files that pydicom's makers test it with: read, or refused with a reason, and never anything else."""

import logging
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.pixels import pixel_array

from screener.images.decode import decode
from screener.images.dicom.pictures import pictures
from screener.images.grey_steps import Chain
from screener.images.greyscale import Rendered, render
from screener.images.refusal import Refusal
from screener.records import Decoded, DecodeSettings, Facts, InputSpec, Picture, Reason, Refused
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))


def corpus() -> list[Path]:
    """What lies in the wheels of pydicom and, where it is installed, of pydicom-data."""
    folders = [Path(pydicom.__file__).parent / "data" / "test_files"]
    extra = find_spec("data_store")
    if extra and extra.origin:
        folders.append(Path(extra.origin).parent / "data")
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


CORPUS = corpus()

REFUSED = {
    "JPEG2000-embedded-sequence-delimiter.dcm": Reason.CORRUPT,
    "MR_truncated.dcm": Reason.CORRUPT,
    "badVR.dcm": Reason.CORRUPT,  # its Number of Frames is "1A", and there are fifteen
    "meta_missing_tsyntax.dcm": Reason.CORRUPT,
    "nested_priv_SQ.dcm": Reason.CORRUPT,
    "no_meta.dcm": Reason.NOT_AN_IMAGE,
    "rtplan_truncated.dcm": Reason.CORRUPT,
}
"""All of the damaged files; the others have a picture that is read, or none."""


@cache
def outcomes_of(path: Path) -> list[Decoded | Refused]:
    """What becomes of each of a file's frames."""
    return list(decode(path.read_bytes(), SETTINGS))


NO_PICTURE = (Reason.NO_PIXELS, Reason.NOT_AN_IMAGE)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_each_file_is_read_or_refused(path: Path) -> None:
    outcomes = outcomes_of(path)
    assert outcomes
    for outcome in outcomes:
        if isinstance(outcome, Decoded):
            assert outcome.model_input.shape == (224, 224, 1)
            assert path.name not in REFUSED
        else:
            assert outcome.reason in (*NO_PICTURE, REFUSED.get(path.name))
    if isinstance(outcomes[0], Decoded):
        assert outcomes[0].facts.frames == len(outcomes)


def theirs(path: Path, codec: str) -> np.ndarray | None:
    """What pydicom reads, frames first; None for what it can't read with the decoders that we have."""
    try:
        dataset = pydicom.dcmread(path, force=True)
        if "TransferSyntaxUID" not in dataset.file_meta:
            dataset.file_meta.TransferSyntaxUID = codec
        pixels = pixel_array(dataset)
    except (AttributeError, KeyError, RuntimeError, ValueError):
        return None
    if pixels.shape[-1] == 3:  # of more bits the upper eight, as on a screen
        pixels = pixels >> max(0, dataset.BitsStored - 8)
    return pixels if int(dataset.get("NumberOfFrames") or 1) > 1 else pixels[np.newaxis]


@pytest.mark.filterwarnings("ignore")
def test_pixels_are_those_that_pydicom_reads(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Grey pictures before any window, bit for bit; colours as RGB, to the level that rounding may cost."""
    caplog.set_level(logging.CRITICAL, "pydicom")
    seen: list[tuple[np.ndarray, Chain]] = []

    def not_rendered(stored: np.ndarray, chain: Chain, percentiles: tuple[float, float]) -> Rendered:
        seen.append((stored, chain))
        return render(stored, chain, percentiles)

    monkeypatch.setattr("screener.images.dicom.pictures.render", not_rendered)
    compared: Counter[str] = Counter()
    for path in CORPUS:
        if path.stat().st_size > 1_000_000:  # pydicom takes its time
            continue
        seen.clear()
        try:
            ours = [found for found in pictures(path.read_bytes(), SETTINGS) if isinstance(found, Picture)]
        except Refusal:
            continue
        other = theirs(path, ours[0].facts.codec) if ours else None
        if other is None or ours[0].applied == ("palette",):
            continue
        assert len(other) == len(ours), path.name
        if seen:
            for (stored, chain), frame in zip(seen, other, strict=True):
                mask = (1 << chain.bits) - 1
                assert np.array_equal(stored.astype(np.int64) & mask, frame.astype(np.int64) & mask), (
                    path.name
                )
        else:
            for picture, frame in zip(ours, other, strict=True):
                assert np.abs(picture.pixels.astype(int) - frame).max() <= 1, path.name
        compared[ours[0].facts.codec] += 1
    assert len(compared) >= 9
    assert compared.total() >= 60


def test_all_that_is_whole_is_read() -> None:
    found: Counter[str] = Counter()
    for path in CORPUS:
        outcome = outcomes_of(path)[0]
        found["read" if isinstance(outcome, Decoded) else outcome.reason.value] += 1
    with_pixels = found.total() - sum(found[reason.value] for reason in NO_PICTURE)
    assert found["read"] == with_pixels - sum(1 for reason in REFUSED.values() if reason is Reason.CORRUPT)
    assert found["read"] > 80
    assert not any(
        found[reason.value] for reason in (Reason.UNSUPPORTED, Reason.INTERNAL, Reason.OUT_OF_MEMORY)
    )


def test_facts_are_the_headers() -> None:
    films = [path for path in CORPUS if path.name.startswith("RG1_")]
    if not films:
        pytest.skip("pydicom-data is not installed: pip install '.[demo]'")
    for path in films:
        (outcome,) = outcomes_of(path)
        assert isinstance(outcome, Decoded)
        assert outcome.facts == Facts(
            "dicom", 1841, 1955, 15, 1, outcome.facts.codec, "CR", "CHEST", "PA", "adult"
        )
        assert outcome.applied == ("window 15000/30000 LINEAR", "inverted")
        assert outcome.scope is None
