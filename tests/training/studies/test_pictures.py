"""Parts of the data: never a test picture, never half a patient, always the same."""

from pathlib import Path

from builders.films import build_films
from screener.tasks.load import load_task
from screener.training.labelled.example import Example
from screener.training.labelled.labels import find_examples
from screener.training.studies.pictures import few, first, write_table


def example(name: str, label: int = 0, patient: str = "", split: str | None = None) -> Example:
    return Example(Path(name), name, label, patient or name, split)


EXAMPLES = tuple(
    example(f"{number:03d}", number % 2, f"p{number // 4}", "test" if number % 10 == 9 else None)
    for number in range(100)
)


def test_a_table_names_no_picture_as_its_own_patient(tmp_path: Path) -> None:
    write_table([example("a"), example("b", patient="p")], ("normal", "sick"), tmp_path / "in" / "table.csv")
    lines = (tmp_path / "in" / "table.csv").read_text().splitlines()
    assert [line.split(",")[2] for line in lines] == ["patient", "", "p"]


def test_the_first_are_the_first_by_name_without_test_pictures() -> None:
    found = first(EXAMPLES, 20, 0.1)
    assert [one.name for one in found] == [one.name for one in EXAMPLES if one.split != "test"][:20]
    assert len(first(EXAMPLES, 0, 0.1)) == len(first(EXAMPLES, 1000, 0.1)) == 90


def test_where_the_data_name_validation_pictures_a_share_is_of_those() -> None:
    told = tuple(example(f"{n:03d}", split="validation" if n >= 60 else "train") for n in range(100))
    found = first(told, 50, 0.1)
    assert [one.split for one in found].count("validation") == 5
    assert len(found) == 50
    small = few(told, 20, 0.25)
    assert [one.split for one in small].count("validation") == 5
    assert len(small) == 20


def test_few_are_whole_patients_and_the_same_ones() -> None:
    usable = first(EXAMPLES, 0, 0.1)
    found = few(usable, 10, 0.15)
    assert found == few(usable, 10, 0.15) != few(usable, 10, 0.15, seed=1)
    for label in (0, 1):
        of_class = [one for one in found if one.label == label]
        assert 10 <= len(of_class) <= 12
        patients = {one.patient for one in of_class}
        assert sorted(of_class, key=lambda one: one.name) == [
            one for one in usable if one.patient in patients and one.label == label
        ]


def test_one_patient_does_not_fill_a_class() -> None:
    many = tuple(example(f"a{n:02d}", patient="many") for n in range(50))
    others = tuple(example(f"b{n:02d}") for n in range(20))
    assert len({one.patient for one in few((*many, *others), 8, 0.15)}) == 8


def test_a_table_gives_the_same_pictures_back(tmp_path: Path) -> None:
    task = load_task("pneumonia")
    found = find_examples(build_films(tmp_path / "films", patients=2), task)
    write_table(found, task.labels, tmp_path / "deep" / "part.csv")
    again = find_examples(tmp_path / "deep" / "part.csv", task)
    assert [(one.path.resolve(), one.label, one.patient) for one in again] == [
        (one.path, one.label, one.patient) for one in found
    ]
