"""Whose the films are: what is not known is not told as a figure, and one patient tells of no other."""

import csv
from pathlib import Path

import pytest

from screener.records import Interval
from screener.training.evaluation import words
from screener.training.evaluation.document import Predictions, document
from screener.training.evaluation.films import Film
from screener.training.evaluation.outcome import Evaluation, Subject, evaluate_films
from screener.training.evaluation.pictures import Illustrated
from screener.training.labelled.example import Example

TWO, THREE = ("normal", "pneumonia"), ("bacteria", "normal", "virus")


def films(patients: list[str], classes: tuple[str, ...] = TWO) -> list[Film]:
    """A film for each patient, "" for nobody known; labels in turn, scores rising, every fifth mistaken."""
    made = []
    for number, patient in enumerate(patients):
        name, label = f"{number}.png", number % len(classes)
        likeliest = (label + (number % 5 == 0)) % len(classes)
        shares = tuple(
            0.6 if index == likeliest else 0.4 / (len(classes) - 1) for index in range(len(classes))
        )
        example = Example(Path(name), name, label, patient or name)
        made.append(Film(example, name, sum(shares[1:]), shares, ""))
    return made


def evaluated(made: list[Film], classes: tuple[str, ...] = TWO, **columns: list[str]) -> Evaluation:
    subject = Subject(
        "Films", "films", "film", classes, classes[1:], (), "data", "all of them", (), "day", "x"
    )
    values = {
        film.example.name: {name: of[number] for name, of in columns.items()}
        for number, film in enumerate(made)
    }
    return evaluate_films(subject, made, values, ())


@pytest.mark.parametrize(
    ("patients", "known", "note"),
    [
        ([""] * 12, None, ""),
        ([f"p{n}" for n in range(12)], 12, ""),
        (["a", "b", "c"] * 4, 3, "12 films are of 3 patients; intervals draw patients"),
        (
            ["a", "b", ""] * 4,
            2,
            "12 films are of 2 patients, but for 4 whose patient is not known; intervals draw patients",
        ),
    ],
)
def test_patients_are_counted_as_far_as_they_are_known(
    patients: list[str], known: int | None, note: str
) -> None:
    evaluation = evaluated(films(patients), sex=["F"] * 6 + ["M"] * 6)
    assert evaluation.patients == known
    assert document(evaluation)["patients"] == known
    assert list(evaluation.notes) == ([note] if note else [])
    told = {one.patients for one in evaluation.subgroups}
    assert told == {None} if known is None else told == {len(set(patients[:6]) - {""})}


def test_a_table_of_predictions_names_no_file_as_a_patient(tmp_path: Path) -> None:
    view = Illustrated(evaluated(films(["a", "", "b", ""])), (), None, ())
    Predictions().write(view, tmp_path / "predictions.csv")
    with (tmp_path / "predictions.csv").open() as file:
        assert [line["patient"] for line in csv.DictReader(file)] == ["a", "", "b", ""]


def test_one_patient_says_nothing_of_another() -> None:
    evaluation = evaluated(films(["a"] * 12), sex=["F"] * 6 + ["M"] * 6)
    known = [figure for figure in evaluation.figures.values() if figure]
    assert {(figure.low, figure.high) for figure in known} == {(0.0, 1.0)}
    area = evaluation.figure("score", "", "auc")
    assert isinstance(area, Interval)
    assert 0 < area.value < 1
    assert {(one.accuracy.low, one.accuracy.high) for one in evaluation.subgroups if one.accuracy} == {(0, 1)}
    assert any("all films are of one" in note for note in evaluation.notes)
    alone = evaluated(films([""]))
    assert any("all films are of one" in note for note in alone.notes)


def test_frames_of_a_file_are_drawn_together() -> None:
    made = films([""] * 6)
    evaluation = evaluated([*made, *made])
    assert evaluation.notes == ("12 films are of 6 files; intervals draw files",)
    assert evaluation.patients is None


def test_a_mistake_among_three_classes_tells_what_was_called_and_what_it_is() -> None:
    evaluation = evaluated(films([""] * 12, THREE), THREE)
    place = evaluation.mistakes[0]
    assert words.sureness(evaluation, place) == "60.00 % against 20.00 %"
    binary = evaluated(films([""] * 12))
    score = binary.films[binary.mistakes[0]].score
    assert score is not None
    assert words.sureness(binary, binary.mistakes[0]) == f"score {score * 100:.2f} %"


def test_bands_of_numbers_touch_in_words_too_and_keep_all_their_digits() -> None:
    days = [str(20_260_000 + n) for n in range(16)]
    evaluation = evaluated(films([""] * 16), day=days)
    assert [one.value for one in evaluation.subgroups] == [
        "20260000 to under 20260004",
        "20260004 to under 20260008",
        "20260008 to under 20260012",
        "20260012 to 20260015",
    ]
