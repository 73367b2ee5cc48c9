"""The one table: whose figures, on which pictures, which is the best, and what may be said of it."""

from dataclasses import replace

from screener.training.studies.compare import lines_of, measure_name
from screener.training.studies.results import FINISHED, StudyResult, TrialResult
from screener.training.studies.study import Theirs, Trial

RESULT = StudyResult(
    "R9",
    "which is best",
    "accuracy",
    "nobody",
    (),
    False,
    "films",
    {},
    0,
    "screener 0.1.0",
    "2026-11-28",
    "cpu",
    (),
)


def done(
    name: str, accuracy: float, *, theirs: Theirs | None = None, seed: int = 0, **more: object
) -> TrialResult:
    trial = Trial(f"{name}-{seed}", name, "tiny", "models", (), theirs=theirs, seed=seed)
    return TrialResult(trial, FINISHED, validation={"accuracy": accuracy, "loss": 1 - accuracy}, **more)  # type: ignore[arg-type]


def test_the_best_of_a_group_is_marked_and_lower_losses_are_better() -> None:
    result = replace(RESULT, trials=(done("a", 0.8), done("b", 0.9), done("c", 0.7)))
    assert [line.trial for line in lines_of(result) if line.best] == ["b"]
    assert [line.trial for line in lines_of(replace(result, measure="loss")) if line.best] == ["b"]


def test_repetitions_are_one_line_with_their_mean() -> None:
    runs = (done("a", 0.8), done("a", 0.9, seed=1))
    lines = lines_of(replace(RESULT, trials=runs))
    assert [(line.trial, line.on, round(line.figures["accuracy"], 3)) for line in lines] == [
        ("a", "validation, mean of 2 seeds", 0.85)
    ]


def test_a_figure_that_one_repetition_lacks_has_no_mean() -> None:
    runs = (done("a", 0.8), replace(done("a", 0.9, seed=1), validation={"accuracy": 0.9}))
    assert set(lines_of(replace(RESULT, trials=runs))[0].figures) == {"accuracy"}


def test_like_is_compared_with_like() -> None:
    on_test, held = (
        Theirs("test", "624 films", {"accuracy": 0.85}),
        Theirs("validation", "", {"accuracy": 0.85}),
    )
    validated = lines_of(replace(RESULT, trials=(done("a", 0.9, theirs=on_test),)))
    assert validated[0].whose == "theirs"
    assert validated[1].verdict == (
        "reached, accuracy 0.900 against 0.850, but ours on validation and theirs on test, which is harder"
    )
    tested = lines_of(replace(RESULT, trials=(done("a", 0.9, theirs=on_test, test={"accuracy": 0.8}),)))
    assert [line.verdict for line in tested] == ["", "", "not reached, accuracy 0.800 against 0.850"]
    both = lines_of(replace(RESULT, trials=(done("a", 0.9, theirs=held),)))
    assert both[1].verdict == "reached, accuracy 0.900 against 0.850"
    quick = lines_of(replace(RESULT, quick=True, trials=(done("a", 0.9, theirs=held),)))
    assert not any(line.verdict for line in quick)


def test_a_study_by_a_figure_under_stress_shows_both_of_them() -> None:
    result = replace(RESULT, measure="stressed_auc", trials=(done("a", 0.9),))
    assert result.measures == ("stressed_auc", "stressed_accuracy", "accuracy", "auc")
    assert measure_name("stressed_auc") == "AUC under stress"
    under = {"a": 0.97, "b": 0.99, "c": 0.98}
    trials = tuple(replace(done(name, 0.9), validation={"stressed_auc": auc}) for name, auc in under.items())
    assert [line.trial for line in lines_of(replace(result, trials=trials)) if line.best] == ["b"]


def test_measures_are_those_of_the_study_and_of_what_was_published() -> None:
    theirs = Theirs("test", "", {"f1.virus": 0.4, "recall": 0.9})
    assert replace(RESULT, trials=(done("a", 0.9, theirs=theirs),)).measures == (
        "accuracy",
        "f1.virus",
        "recall",
        "auc",
    )
    assert measure_name("f1.virus") == "F1 of virus"


def test_films_of_theirs_alone_get_no_verdict() -> None:
    theirs = Theirs("elsewhere", "films that nobody else has", {"accuracy": 0.85})
    lines = lines_of(replace(RESULT, trials=(done("a", 0.9, theirs=theirs, test={"accuracy": 0.9}),)))
    assert [line.whose for line in lines] == ["theirs", "ours", "ours"]
    assert not any(line.verdict for line in lines)
