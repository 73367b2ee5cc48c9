"""Which scans are the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from builders.scripted import a_provenance
from screener.errors import OutputTaken
from screener.records import Limits, ScanRequest
from screener.scanning.identity import check_same, identity_of
from screener.scanning.provenance import settings_of
from screener.tasks.load import load_task

INPUTS = ("films",)
TASK = load_task("pneumonia")


def test_neither_the_day_nor_the_order_of_the_inputs_matters() -> None:
    later = replace(a_provenance(), day="2027-01-01")
    assert identity_of(a_provenance(), TASK, ("a", "b")) == identity_of(later, TASK, ("b", "a"))


def test_the_same_folder_may_be_typed_in_several_ways(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert identity_of(a_provenance(), TASK, ("films",)) == identity_of(
        a_provenance(), TASK, (str(tmp_path / "films"),)
    )


@pytest.mark.parametrize("field", ["program", "model", "model_sha256", "task", "engine"])
def test_whatever_can_change_a_score_matters(field: str) -> None:
    other = replace(a_provenance(), **{field: "another"})
    assert identity_of(a_provenance(), TASK, INPUTS) != identity_of(other, TASK, INPUTS)


@pytest.mark.parametrize(
    "change",
    [
        {"gate": False},
        {"include_patient_id": True},
        {"deidentify": True},
        *({"limits": replace(Limits(), **{name: 1 << 21})} for name in Limits.__dataclass_fields__),
    ],
)
def test_every_option_that_can_change_a_row_is_a_setting(change: dict) -> None:
    request = ScanRequest(INPUTS)
    assert settings_of(request) != settings_of(replace(request, **change))


@pytest.mark.parametrize(
    "change", [{"workers": 3}, {"batch_size": 1}, {"formats": ("html",)}, {"rescan": True}]
)
def test_options_that_change_no_row_are_none(change: dict) -> None:
    request = ScanRequest(INPUTS)
    assert settings_of(request) == settings_of(replace(request, **change))


def test_the_paths_themselves_are_not_kept() -> None:
    assert "DOE" not in str(identity_of(a_provenance(), TASK, ("DOE_JANE",)))


def test_without_the_key_nobody_can_tell_whether_a_path_was_guessed() -> None:
    sealed = identity_of(a_provenance(), TASK, INPUTS, b"k" * 32)
    assert sealed == identity_of(a_provenance(), TASK, INPUTS, b"k" * 32)
    assert sealed["inputs"] not in (
        identity_of(a_provenance(), TASK, INPUTS, b"l" * 32)["inputs"],
        identity_of(a_provenance(), TASK, INPUTS)["inputs"],
    )


def test_what_another_user_sealed_is_said_to_be_so_and_nothing_is_said_of_what_cannot_be_told() -> None:
    one, other = ({"inputs": seal, "names": "hashed"} for seal in "ab")
    with pytest.raises(OutputTaken, match="other inputs, or ones that another user or computer sealed;"):
        check_same(one, other, Path("/out"))
    with pytest.raises(OutputTaken, match="a scan with names kept instead of hashed;"):
        check_same({"inputs": "c", "names": "kept"}, other, Path("/out"))


def test_a_difference_is_put_in_words() -> None:
    with pytest.raises(OutputTaken, match=r"/out holds a scan with time limit 30 s instead of 60 s; choose"):
        check_same({"time limit": "30 s"}, {"time limit": "60 s"}, Path("/out"))
    check_same({"a": "1"}, {"a": "1"}, Path("/out"))
