"""The trial of a frozen program: no check passes by being forgotten."""

from collections.abc import Callable
from types import ModuleType

import pytest


def test_a_check_that_fails_in_any_way_fails_the_trial(
    script: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("psutil")
    smoke, trial = script("smoke"), script("trial")

    def raises(error: Exception) -> Callable[[object], str]:
        def check(trial: object) -> str:
            raise error

        return check

    found = list(
        smoke.outcomes(
            None,
            {
                "good": lambda trial: "as it should be",
                "bad": raises(trial.Failed("broken")),
                "worse": raises(OSError("no disk")),
                "elsewhere": raises(trial.Skipped("not here")),
            },
        )
    )
    assert found == [True, False, False, True]
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "ok    good: as it should be"
    assert said[1] == "FAIL  bad: broken"
    assert said[2] == "FAIL  worse: OSError: no disk"
    assert said[3] == "SKIP  elsewhere: not here"


@pytest.mark.parametrize("extra", [[], ["frozen -c from multiprocessing.resource_tracker import main"]])
def test_one_process_a_worker_is_right(script: Callable[[str], ModuleType], extra: list[str]) -> None:
    pytest.importorskip("psutil")
    lines = ["frozen scan films", "frozen --multiprocessing-fork", "frozen --multiprocessing-fork", *extra]
    assert "3 processes (2 workers)" in script("trial_processes").judge(dict(enumerate(lines)), 2)


@pytest.mark.parametrize("number", [1, 2, 4, 40])
def test_another_number_is_wrong(script: Callable[[str], ModuleType], number: int) -> None:
    pytest.importorskip("psutil")
    with pytest.raises(script("trial").Failed, match="should have been seen"):
        script("trial_processes").judge(dict.fromkeys(range(number), "frozen scan films"), 2)
