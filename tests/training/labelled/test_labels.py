from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from builders.dicom import dicom, dicomdir
from builders.pictures import film
from screener.errors import DataError, UsageError
from screener.tasks.load import load_task
from screener.training.labelled.example import TEST, patient_of
from screener.training.labelled.labels import find_examples

PNEUMONIA = load_task("pneumonia")


def _picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (8, 8)).save(path)


def _kermany(folder: Path) -> Path:
    for name in (
        "train/NORMAL/IM-0115-0001.jpeg",
        "train/NORMAL/NORMAL2-IM-0440-0001.jpeg",
        "train/PNEUMONIA/person1_bacteria_1.jpeg",
        "val/PNEUMONIA/person7_virus_3.jpeg",
        "test/NORMAL/IM-0001-0001.jpeg",
        "train/NORMAL/._IM-0115-0001.jpeg",
    ):
        _picture(folder / name)
    return folder


def test_kermany_as_it_comes(tmp_path: Path) -> None:
    found = {e.name: e for e in find_examples(_kermany(tmp_path), PNEUMONIA)}
    assert len(found) == 5
    assert found["train/NORMAL/NORMAL2-IM-0440-0001.jpeg"].patient == "NORMAL2-IM-0440"
    assert found["train/PNEUMONIA/person1_bacteria_1.jpeg"].label == 1
    assert found["val/PNEUMONIA/person7_virus_3.jpeg"].split is None
    assert found["test/NORMAL/IM-0001-0001.jpeg"].split == TEST


def test_the_sub_type_stands_in_the_name(tmp_path: Path) -> None:
    task = load_task("pneumonia-type")
    found = {e.name.split("/")[-1]: task.labels[e.label] for e in find_examples(_kermany(tmp_path), task)}
    assert found["person1_bacteria_1.jpeg"] == "bacteria"
    assert found["person7_virus_3.jpeg"] == "virus"
    assert found["IM-0115-0001.jpeg"] == "normal"


def test_kaggle_layout(tmp_path: Path) -> None:
    for name in ("train/aa.tif", "train/bb.tif", "valid/cc.tif"):
        _picture(tmp_path / name)
    (tmp_path / "train_labels.csv").write_text("id,label\naa,1\nbb,0\n")
    (tmp_path / "valid_labels.csv").write_text("id,label\ncc,1\n")
    found = {e.name: (e.label, e.split) for e in find_examples(tmp_path, load_task("pcam"))}
    assert found == {
        "train/aa.tif": (1, "train"),
        "train/bb.tif": (0, "train"),
        "valid/cc.tif": (1, "validation"),
    }


def test_a_kaggle_id_that_comes_twice_counts_once_and_has_one_label(tmp_path: Path) -> None:
    for name in ("train/aa.tif", "train/bb.tif"):
        _picture(tmp_path / name)
    table = tmp_path / "train_labels.csv"
    table.write_text("id,label\naa,1\nbb,0\naa,1\n")
    assert [e.name for e in find_examples(tmp_path, load_task("pcam"))] == ["train/aa.tif", "train/bb.tif"]
    table.write_text("id,label\naa,1\nbb,0\naa,0\n")
    with pytest.raises(DataError, match=r"train_labels\.csv, line 4: aa is in line 2 too"):
        find_examples(tmp_path, load_task("pcam"))


def test_csv_with_patient_and_split(tmp_path: Path) -> None:
    _picture(tmp_path / "a.png")
    _picture(tmp_path / "b.png")
    table = tmp_path / "labels.csv"
    table.write_text("path,label,patient,split\na.png,normal,p1,train\nb.png,Pneumonia,p2,val\n")
    found = [(e.label, e.patient, e.split) for e in find_examples(table, PNEUMONIA)]
    assert found == [(0, "p1", "train"), (1, "p2", "validation")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,label\ngone.png,normal\n", "line 2: gone.png is missing"),
        ("path,label\na.png,measles\n", "line 2: 'measles' is not a label"),
        ("path,label,split\na.png,normal,later\n", "split 'later'"),
        ("file,label\na.png,normal\n", "no column 'path'"),
        ("path,label\na.png\n", "too few columns"),
        ("path,label\na.png,normal\n", "no picture of pneumonia"),
        ("path,label\n", "no picture found"),
    ],
)
def test_a_bad_csv_is_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    _picture(tmp_path / "a.png")
    table = tmp_path / "labels.csv"
    table.write_text(text)
    with pytest.raises(DataError, match=message) as caught:
        find_examples(table, PNEUMONIA)
    assert "\n" not in str(caught.value)


def test_a_picture_without_a_label_is_named(tmp_path: Path) -> None:
    _picture(_kermany(tmp_path) / "train" / "odd" / "film.jpeg")
    with pytest.raises(DataError, match=r"film\.jpeg: neither its name nor a folder above"):
        find_examples(tmp_path, PNEUMONIA)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^(?!--data).*/nowhere: there is no such folder or CSV file"):
        find_examples(tmp_path / "nowhere", PNEUMONIA)


def test_a_kaggle_table_with_a_missing_picture(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train_labels.csv").write_text("id,label\nzz,1\n")
    with pytest.raises(DataError, match=r"train_labels.csv, line 2: no picture train/zz"):
        find_examples(tmp_path, load_task("pcam"))


def test_a_val_folder_of_some_size_is_the_validation_split(tmp_path: Path) -> None:
    for side, count in (("train", 4), ("val", 10)):
        for number in range(count):
            for label in ("NORMAL", "PNEUMONIA"):
                _picture(tmp_path / side / label / f"{number}.png")
    found = {e.name: e.split for e in find_examples(tmp_path, PNEUMONIA)}
    assert found["val/NORMAL/3.png"] == "validation"
    assert found["train/NORMAL/3.png"] == "train"


def test_dicom_files_without_a_suffix_are_found_by_content(tmp_path: Path) -> None:
    for label in ("normal", "pneumonia"):
        place = tmp_path / label
        place.mkdir()
        (place / "IM000001").write_bytes(dicom(film(32, 32)))
        (place / "1.2.840.5").write_bytes(dicom(film(32, 32), preamble=False))
        (place / "notes").write_text("no picture")
    (tmp_path / "DICOMDIR").write_bytes(dicomdir([("normal", "IM000001")]))
    names = [example.name for example in find_examples(tmp_path, PNEUMONIA)]
    assert names == [
        f"{label}/{name}" for label in ("normal", "pneumonia") for name in ("1.2.840.5", "IM000001")
    ]


def test_a_name_that_names_nobody_stands_alone() -> None:
    assert patient_of("train/NORMAL/scan7.png", PNEUMONIA) == "train/NORMAL/scan7.png"
    assert patient_of("PNEUMONIA/person12_bacteria_46.jpeg", PNEUMONIA) == "person12_bacteria"


def test_films_of_one_class_alone_may_be_looked_at_but_not_learned_from(tmp_path: Path) -> None:
    film = tmp_path / "test" / "NORMAL" / "IM-0001-0001.jpeg"
    film.parent.mkdir(parents=True)
    film.write_bytes(b"not opened")
    task = load_task("pneumonia")
    (example,) = find_examples(tmp_path, task, for_training=False)
    assert (example.name, example.split) == ("test/NORMAL/IM-0001-0001.jpeg", "test")
    with pytest.raises(DataError, match="all are needed"):
        find_examples(tmp_path, task)


def test_a_folder_of_this_programs_own_among_the_pictures_is_passed_over(tmp_path: Path) -> None:
    _kermany(tmp_path)
    for place, mark in (("train/PNEUMONIA/model", "card.json"), ("test/NORMAL/scan", "scan.sqlite")):
        _picture(tmp_path / place / "plots" / "roc.png")
        (tmp_path / place / mark).write_text("{}")
    assert len(find_examples(tmp_path, PNEUMONIA)) == 5


def test_a_small_val_folder_is_a_split_to_evaluate_on_but_not_to_choose_by(tmp_path: Path) -> None:
    def splits(*, for_training: bool) -> list[str | None]:
        found = find_examples(_kermany(tmp_path), PNEUMONIA, for_training=for_training)
        return [example.split for example in found]

    assert splits(for_training=True).count(None) == 4
    assert sorted(map(str, splits(for_training=False))) == ["test", "train", "train", "train", "validation"]


def test_a_group_pattern_without_a_group_groups_by_all_that_it_matches() -> None:
    task = replace(PNEUMONIA, group_pattern=r"IM-\d+")
    assert patient_of("train/NORMAL/IM-0115-0001.jpeg", task) == "IM-0115"
    assert patient_of("train/NORMAL/other.jpeg", task) == "train/NORMAL/other.jpeg"


def test_dicom_films_of_one_patient_are_grouped_and_the_id_is_not_kept(tmp_path: Path) -> None:
    for number in range(4):
        place = tmp_path / ("NORMAL", "PNEUMONIA")[number % 2] / f"IM{number}"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(dicom(film(24, 24, seed=number), PatientID=("DOE1", "", "DOE1", "ROE2")[number]))
    found = {e.name: e.patient for e in find_examples(tmp_path, PNEUMONIA)}
    assert found["NORMAL/IM0"] == found["NORMAL/IM2"] == "DICOM patient 1"
    assert found["PNEUMONIA/IM3"] == "DICOM patient 2"
    assert found["PNEUMONIA/IM1"] == "PNEUMONIA/IM1"
