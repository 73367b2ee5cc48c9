"""`screener study` in the terminal: what there is, what a study will do, what came of one."""

from dataclasses import replace
from pathlib import Path

import pytest

from screener.cli.main import main
from screener.training.studies.load import NAMES
from screener.training.studies.results import FAILED, FINISHED, StudyResult, TrialResult, write_results
from screener.training.studies.study import Theirs, Trial

THEIRS = Theirs("test", "624 official films", {"accuracy": 0.94, "f1.normal": 0.93})
TRIAL = Trial("resnet34", "resnet34", "resnet34", "models", (), theirs=THEIRS)


def call(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    shown = capsys.readouterr()
    return int(left.value.code or 0), shown.out, shown.err


def write_study(out: Path, state: str = FINISHED) -> None:
    figures = {"accuracy": 0.951, "auc": 0.987, "f1.normal": 0.91}
    done = TrialResult(TRIAL, FINISHED, validation=figures, test={**figures, "accuracy": 0.921})
    other = replace(TRIAL, name="cnn5", base="cnn5", theirs=None)
    trials = (done, TrialResult(other, state, why="no luck" if state == FAILED else "", validation=figures))
    out.mkdir(exist_ok=True)
    known = ("R0-binary", "which", "accuracy", "R0", ("A note.",), False, "films", {"normal": 5}, 4)
    write_results(StudyResult(*known, "screener", "2026-11-28", "cpu", trials, out))


def test_the_list_names_every_study(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(["study", "list"], capsys)
    assert code == 0
    for name in (*NAMES, "PatchCamelyon"):
        assert name in out


def test_a_study_by_name_shows_its_trials_and_the_published_figures(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = call(["study", "show", "R2"], capsys)
    assert code == 0
    for words in ("alexnet-adam-64", "vgg19_r2", "accuracy 0.923", "whole patients"):
        assert words in " ".join(out.split())


def test_a_run_shows_theirs_beside_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_study(tmp_path)
    code, out, _ = call(["study", "show", str(tmp_path)], capsys)
    assert code == 0
    for words in (
        "theirs",
        "0.940",
        "0.951",
        "0.921",
        "not reached, accuracy 0.921 against 0.940",
        "A note.",
    ):
        assert words in out
    assert "2 of 2 trials finished" in out
    assert "not for diagnosis" in out


def test_a_run_with_a_failed_trial_has_exit_code_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_study(tmp_path, FAILED)
    code, out, _ = call(["study", "show", str(tmp_path)], capsys)
    assert code == 3
    assert "no luck" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["study", "show", "R7"], "unknown study 'R7'"),
        (["study", "run", "R0-bianry", "--data", "films"], "Did you mean R0-binary"),
        (["study", "run", "R4", "--data", "nowhere"], "nowhere"),
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = call(arguments, capsys)
    assert code in (1, 2)
    assert message in err
    assert (out, err.count("\n")) == ("", 1)


def test_a_run_among_the_pictures_is_refused_by_its_own_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = str(tmp_path / "films" / "mine")
    (tmp_path / "films").mkdir()
    arguments = ["study", "run", "R4", "--data", str(tmp_path / "films"), "--out", out]
    code, _, err = call(arguments, capsys)
    assert (code, err) == (
        2,
        f"screener: --out {out} lies among the pictures of --data; name a folder elsewhere\n",
    )
    assert not list((tmp_path / "films").iterdir())


def test_a_study_or_task_that_is_not_there_is_told_in_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, _, err = call(["study", "show", "none.toml"], capsys)
    assert err == "screener: study none.toml cannot be read: No such file or directory\n"
    _, _, err = call(["train", "--check", "--task", "none.toml", "--data", str(tmp_path)], capsys)
    assert err == "screener: task file none.toml cannot be read: No such file or directory\n"
