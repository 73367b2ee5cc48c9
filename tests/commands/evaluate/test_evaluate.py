"""`evaluate`: labelled films to figures and reports, through the same path as a scan."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import numpy as np
import openpyxl
import pytest
from sklearn.metrics import recall_score, roc_auc_score

from builders.dicom import dicom
from builders.labelled import drawn, write_table
from builders.model import build_model, tiny_card
from builders.pictures import film
from screener.commands.scan import scan
from screener.errors import (
    UsageError,
)
from screener.records import ScanRequest
from screener.training.evaluation.document import document
from screener.training.evaluation.request import EvaluateResult

Evaluate = Callable[..., EvaluateResult]


def test_a_test_folder_is_evaluated_whole_and_says_so(run: Evaluate, labelled: Path) -> None:
    result = run()
    evaluation = result.evaluation
    assert (len(evaluation.films), result.exit_code) == (24, 0)
    assert evaluation.subject.taken == "all of them: 24 test"
    assert [path.name for path in result.reports] == ["evaluation.json", "predictions.csv"]
    assert list(evaluation.thresholds) == ["0.5", "sensitive", "balanced", "specific"]
    assert any("24 films are of 12 patients" in note for note in evaluation.notes)


def test_its_scores_are_those_of_a_scan_to_the_last_bit(
    run: Evaluate, labelled: Path, weights: Path, tmp_path: Path
) -> None:
    result = run()
    request = ScanRequest((str(labelled),), model="tiny", weights=weights, out=tmp_path / "scan")
    scanned = scan(replace(request, formats=("jsonl",)), lambda step: None)
    lines = (scanned.out / "rows.jsonl").read_text().splitlines()
    theirs = {row["name"]: row["score"] for row in map(json.loads, lines) if row.get("score") is not None}
    assert {one.name: one.score for one in result.evaluation.films} == theirs


def test_the_json_agrees_with_scikit_learn_on_the_predictions(run: Evaluate) -> None:
    out = run().out
    with (out / "predictions.csv").open() as file:
        lines = list(csv.DictReader(file))
    truth = np.array([line["label"] == "pneumonia" for line in lines])
    scores = np.array([float(line["score"]) for line in lines])
    found = json.loads((out / "evaluation.json").read_text())
    assert found["scores"]["auc"]["value"] == pytest.approx(roc_auc_score(truth, scores), abs=1e-9)
    for point in found["thresholds"].values():
        expected = recall_score(truth, scores >= point["threshold"])
        assert point["sensitivity"]["value"] == pytest.approx(expected, abs=1e-9)
    assert np.sum(found["confusion"]) == 24


def test_the_page_is_whole_escaped_and_lets_nothing_in(whole: EvaluateResult) -> None:
    names = ["evaluation.html", "evaluation.xlsx", "evaluation.json", "predictions.csv"]
    assert [path.name for path in whole.reports] == names
    page = (whole.out / "evaluation.html").read_text("utf-8")
    assert "default-src 'none'" in page
    assert "script-src 'none'" in page
    assert "<script" not in page
    assert "ward: &lt;b&gt;A&amp;E&lt;/b&gt;" in page
    assert "<b>A&E" not in page
    assert "http" not in page.replace("http-equiv", "")
    for section in ("Thresholds", "Classes", "Plots", "Sixteen films", "Subgroups", "How to read this"):
        assert f"<h2>{section}</h2>" in page
    assert page.count("data:image/png") == 6
    assert "not for diagnosis" in page


def test_the_workbook_holds_every_figure_and_film(whole: EvaluateResult) -> None:
    result = whole
    book = openpyxl.load_workbook(result.out / "evaluation.xlsx")
    assert {"Summary", "Plots", "Figures", "Films"} <= set(book.sheetnames)
    figures = list(book["Figures"].iter_rows(min_row=2, values_only=True))
    assert len(figures) == len(result.evaluation.figures)
    area = next(row for row in figures if row[:3] == ("the score", None, "AUC"))
    expected = result.evaluation.figure("score", "", "auc")
    assert expected is not None
    assert area[3:6] == pytest.approx((expected.value, expected.low, expected.high))
    assert book["Films"].max_row == 25
    titles = [cell.value for row in book["Plots"].iter_rows() for cell in row if cell.value]
    assert len(titles) == 6
    # None runs under its neighbour: a bold heading takes a width of 1.25 a character.
    assert 1.25 * max(map(len, titles)) <= book["Plots"].column_dimensions["A"].width
    with ZipFile(result.out / "evaluation.xlsx") as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                ElementTree.fromstring(archive.read(name))
        pictures = [name for name in archive.namelist() if name.startswith("xl/media/")]
    shown = min(3, len(result.evaluation.mistakes))
    assert len(pictures) == 6 + shown


def test_subgroups_come_from_further_columns(run: Evaluate, labelled: Path) -> None:
    lines = [
        {
            "path": path.relative_to(labelled).as_posix(),
            "label": path.parent.name,
            "patient": f"p{number % 8}",
            "scanner": "AB"[number % 2],
            "age": str(number / 3),
            "remark": f"words {number}",
            "empty": "",
        }
        for number, path in enumerate(sorted(labelled.rglob("*.png")))
    ]
    evaluation = run(data=write_table(labelled, lines)).evaluation
    by_column: dict[str, int] = {}
    for one in evaluation.subgroups:
        by_column[one.column] = by_column.get(one.column, 0) + one.films
    assert by_column == {"scanner": 24, "age": 24}
    assert len([one for one in evaluation.subgroups if one.column == "age"]) == 4
    assert "column 'remark' has 24 different values: no subgroups of it" in evaluation.notes
    part = next(one for one in evaluation.subgroups if (one.column, one.value) == ("scanner", "A"))
    assert part.films == 12


def test_a_task_of_one_s_own_with_three_classes_is_measured_class_by_class(
    run: Evaluate, labelled: Path, tmp_path: Path
) -> None:
    labels = ("bone", "lung", "skin")
    build_model(tmp_path / "mine", tiny_card("parts", labels))
    (tmp_path / "parts.toml").write_text(
        'title = "Chest film: parts"\nkind = "film"\nlabels = ["skin", "bone", "lung"]\npositive = ["lung"]\n'
    )
    lines = [
        {"path": path.relative_to(labelled).as_posix(), "label": labels[number % 3]}
        for number, path in enumerate(sorted(labelled.rglob("*.png")))
    ]
    table = write_table(labelled, lines)
    evaluation = run(data=table, task=str(tmp_path / "parts.toml"), model=str(tmp_path / "mine")).evaluation
    # The card's order of labels is not the task's; each film's label must survive that.
    assert evaluation.support == {"bone": 8, "lung": 8, "skin": 8}
    assert {one.name: labels[one.example.label] for one in evaluation.films} == {
        line["path"]: line["label"] for line in lines
    }
    assert evaluation.figure("all", "", "auc_one_vs_rest") is not None
    assert sum(map(sum, evaluation.confusion)) == 24


def test_films_of_the_model_s_own_split_are_pointed_out(
    run: Evaluate, weights: Path, labelled: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for path in (weights / "pneumonia-tiny").iterdir():
        (model / path.name).write_bytes(path.read_bytes())
    known = sorted(labelled.rglob("*.png"))
    lines = [(known[0], "test", "train"), (known[1], "test", "validation"), (known[2], "train", "train")]
    text = "".join(f"{at}/{path.parent.name}/{path.name},x,p,{split}\n" for path, at, split in lines)
    (model / "split.csv").write_text(f"path,label,patient,split\n{text}")
    result = run(model=str(model))
    # The third has only its name in common with a training film, and lies in a test folder.
    assert (result.evaluation.learned, result.evaluation.validated) == (1, 1)
    assert any("1 of these 24 films was trained on" in note for note in result.evaluation.notes)
    groups = {one.value for one in result.evaluation.subgroups if one.column == "met in training"}
    assert groups == {"learned from", "validated on", "new"}
    rows = [
        {
            "path": path.relative_to(labelled).as_posix(),
            "label": path.parent.name,
            "met in training": "ab"[n % 2],
        }
        for n, path in enumerate(known)
    ]
    columns: dict[str, set[str]] = {}
    for one in run(model=str(model), data=write_table(labelled, rows), rescan=True).evaluation.subgroups:
        columns.setdefault(one.column, set()).add(one.value)
    assert columns["met in training"] == {"a", "b"}
    assert columns["met in training, by screener"] == {"learned from", "validated on", "new"}


def test_films_without_a_score_are_counted_and_told(run: Evaluate, labelled: Path) -> None:
    (labelled / "test" / "NORMAL" / "broken.png").write_bytes(b"no picture")
    result = run()
    assert result.exit_code == 3
    assert len(result.evaluation.films) == 24
    (reason,) = document(result.evaluation)["not_scored"]
    assert (reason["label"], reason["films"]) == ("normal", 1)
    assert any("1 of 25 labelled films has no score and counts" in note for note in result.evaluation.notes)
    lines = (result.out / "predictions.csv").read_text().splitlines()
    assert lines[-1].startswith("test/NORMAL/broken.png,normal,,,")


def test_one_class_alone_is_said_not_crashed_on(run: Evaluate, labelled: Path) -> None:
    for path in (labelled / "test" / "PNEUMONIA").iterdir():
        path.unlink()
    result = run()
    found = json.loads((result.out / "evaluation.json").read_text())
    assert found["scores"]["auc"] is None
    assert found["thresholds"]["balanced"]["specificity"] is not None
    assert any("no scored film is pneumonia" in note for note in found["notes"])


def test_the_same_again_scores_nothing_twice_and_changes_no_figure(run: Evaluate) -> None:
    first, second = run(), run()
    assert document(first.evaluation) == document(second.evaluation)
    assert {path.name for path in second.reports} == {path.name for path in first.reports}


def test_a_split_may_be_chosen(run: Evaluate, labelled: Path) -> None:
    extra = labelled / "train" / "NORMAL" / "IM-9999-0001.png"
    extra.parent.mkdir(parents=True)
    extra.write_bytes(drawn(99))
    result = run(split="test")
    assert len(result.evaluation.films) == 24
    assert result.evaluation.subject.taken == "its test films alone, 24 of 25"
    with pytest.raises(UsageError, match="names no validation film, only 24 test"):
        run(split="validation")


def test_dicom_patient_ids_group_films_when_they_may_be_read_and_every_frame_counts(
    run: Evaluate, tmp_path: Path
) -> None:
    data = tmp_path / "dicom"
    for number in range(6):
        path = data / ("PNEUMONIA" if number % 2 else "NORMAL") / f"{number}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels, several = film(160, 140, seed=number), number == 5
        if several:
            pixels = np.stack([pixels, pixels])
        tags = {"PatientID": f"id{number // 2}", "Modality": "CR"}
        path.write_bytes(dicom(pixels, frames=several, **tags))
    apart = run(data=data).evaluation
    assert len(apart.films) == 7
    assert len(set(apart.judged.patients)) == 6
    together = run(data=data, include_patient_id=True, out=tmp_path / "other").evaluation
    assert set(together.judged.patients) == {"id0", "id1", "id2"}


def test_values_that_say_nothing_make_no_subgroups_of_their_own(run: Evaluate, labelled: Path) -> None:
    films = sorted(labelled.rglob("*.png"))
    table = labelled.parent / "labels.csv"
    ages = ["nan", "NA", "", *(str(n) for n in range(len(films) - 3))]
    lines = [
        f"{n},{path.relative_to(table.parent)},{path.parent.name},{age},{('N/A', 'F')[n % 2]}"
        for n, (path, age) in enumerate(zip(films, ages, strict=True))
    ]
    table.write_text("\n".join([",path,label,age,sex", *lines]) + "\n")
    found = run(data=table).evaluation.subgroups
    values = {name: [one.value for one in found if one.column == name] for name in ("", "age", "sex")}
    assert values[""] == []
    assert len(values["age"]) == 5
    assert values["age"][-1] == "(blank)"
    assert values["sex"] == ["F", "(blank)"]
