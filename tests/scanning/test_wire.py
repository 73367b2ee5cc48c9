"""A worker's answers: every event crosses whole, and nothing else does."""

import pickle
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from screener.records import Caution, Decoded, Facts, InputSpec, Reason, Refused, Source
from screener.scanning.messages import Began, Ended, Frame, Job, Ready
from screener.scanning.wire import Garbled, pack, unpack

SPEC = InputSpec(width=5, height=4)
JOB = Job(3, Source(Path("a.dcm"), "a.dcm", b"a.dcm", "a"))
FACTS = Facts("dicom", 7, 9, bits=12, view="PA", age_band="child")
EVENTS = [
    Ready(),
    Began(JOB, "0" * 64),
    Frame(JOB, 2, Refused(Reason.CORRUPT, 'cut "short" \udcff', FACTS)),
    Ended(JOB),
    Ended(JOB, unchanged=True),
    Ended(JOB, failure=Refused(Reason.INTERNAL, "KeyError"), trace="KeyError at a.py:1"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_cross_whole(event: object) -> None:
    assert repr(unpack(pack(event), JOB, SPEC)) == repr(event)


def test_pixels_and_all_that_is_known_of_them_cross_whole() -> None:
    pixels = np.arange(20, dtype=np.uint8).reshape(4, 5, 1)
    sent = Decoded(pixels, b"jpeg", FACTS, ("inverted",), (Caution.ADULT,), Reason.LATERAL, "LL")
    frame = unpack(pack(Frame(JOB, 1, sent)), JOB, SPEC)
    assert isinstance(frame, Frame)
    got = frame.outcome
    assert isinstance(got, Decoded)
    assert np.array_equal(got.model_input, pixels)
    assert (got.thumbnail, got.applied, got.cautions) == (b"jpeg", ("inverted",), (Caution.ADULT,))
    assert (got.scope, got.scope_detail, asdict(got.facts)) == (Reason.LATERAL, "LL", asdict(FACTS))


def test_pixels_of_another_shape_are_refused() -> None:
    sent = Decoded(np.zeros((4, 6, 1), np.uint8), b"", FACTS)
    with pytest.raises(Garbled):
        unpack(pack(Frame(JOB, 0, sent)), JOB, SPEC)


def test_an_answer_without_a_question_is_refused() -> None:
    with pytest.raises(Garbled):
        unpack(pack(Ended(JOB)), None, SPEC)


@given(st.binary(max_size=80))
@example(b"\0\0\0\1\0\0\0\0" + b"0")
@example(b"\0\0\0\2\0\0\0\0" + b"[]")
def test_anything_else_is_garbled_and_no_worse(message: bytes) -> None:
    with pytest.raises(Garbled):
        unpack(message, JOB, SPEC)


class _Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (Path("sprung"),)


def test_a_pickle_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Garbled):
        unpack(pickle.dumps(_Trap()), JOB, SPEC)
    assert not (tmp_path / "sprung").exists()
