"""The decoders' samples: each gives back the ramp, and every codec of the program has one."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from screener.images.decode import decode
from screener.images.dicom.codecs import _CODECS
from screener.images.samples import SAMPLES, SPEC, Sample, bomb, error_of, ramp
from screener.images.sniff import sniff
from screener.records import Decoded, DecodeSettings, Limits, Reason, Refused
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(SPEC, load_task("pneumonia"), thumbnail=0, gate=False)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)
def test_each_sample_decodes_to_the_ramp(sample: Sample) -> None:
    (outcome,) = decode(sample.path.read_bytes(), SETTINGS)
    assert isinstance(outcome, Decoded)
    assert error_of(sample, outcome.model_input) == 0
    assert outcome.facts.patient == ""


def test_every_kind_and_codec_has_a_sample() -> None:
    outcomes = [next(decode(sample.path.read_bytes(), SETTINGS)) for sample in SAMPLES]
    seen = {outcome.facts.codec for outcome in outcomes if isinstance(outcome, Decoded)}
    tried = {codec for syntax, codec in _CODECS.items() if syntax in seen}
    assert tried == set(_CODECS.values())
    kinds = {sniff(sample.path.read_bytes()[:4096]) for sample in SAMPLES}
    assert kinds == {"jpeg", "png", "tiff", "bmp", "webp", "dicom"}


def test_each_decoder_is_a_package_of_the_base_install() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {line.split(">=")[0] for line in project["dependencies"]}
    assert {sample.package for sample in SAMPLES} - {""} <= needed


def test_a_wrong_pixel_is_an_error_beyond_the_tolerance() -> None:
    levels = ramp(8).astype(np.uint8)[..., np.newaxis]
    exact, lossy = Sample("", "", ""), Sample("", "", "", tolerance=3)
    assert error_of(exact, levels) == error_of(lossy, levels) == 0
    levels[0, 0, 0] += 3
    assert error_of(exact, levels) == 3
    assert error_of(lossy, levels) == 0


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_the_ramp_uses_the_whole_depth(bits: int) -> None:
    levels = ramp(bits)
    assert levels.shape == (SPEC.height, SPEC.width)
    assert (levels[0, 0], levels[-1, -1]) == (0, (1 << bits) - 1)


def test_the_bomb_claims_what_it_was_asked_to() -> None:
    (outcome,) = decode(bomb(3000, 2000), SETTINGS)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.CORRUPT
    assert outcome.facts is not None
    assert (outcome.facts.height, outcome.facts.width) == (3000, 2000)
    (limited,) = decode(bomb(3000, 2000), DecodeSettings(SPEC, SETTINGS.task, Limits(pixels=1000)))
    assert isinstance(limited, Refused)
    assert limited.reason is Reason.TOO_MANY_PIXELS
