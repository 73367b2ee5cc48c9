"""What is remembered, and what a choice becomes."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from builders.model import build_model, tiny_card
from builders.rows import a_provenance
from screener.desktop.choices import REPORTS, in_order, new_order, order_again, scan_in
from screener.desktop.settings import MOST_WORKERS, Memory, Recent, Settings
from screener.desktop.view.settings_dialog import SettingsDialog
from screener.desktop.view.start_page import StartPage
from screener.models.card import card_hash, read_card
from screener.models.catalogue import VARIABLE, Installed, installed, shipped
from screener.records import ScanRequest
from screener.scanning.provenance import settings_of


def test_settings_come_back(memory: Memory) -> None:
    assert memory.settings() == Settings()
    memory.keep(Settings("/results, yes; = ü", 3, "sensitive", "auto"))
    assert Memory().settings() == Settings("/results, yes; = ü", 3, "sensitive", "auto")
    memory.keep_model("pneumonia-resnet34")
    assert Memory().model() == "pneumonia-resnet34"


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="file dialogs are the system's own there")
def test_folders_that_were_chosen_are_kept_in_the_programs_own_place(memory: Memory, qtbot: QtBot) -> None:
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.done(0)
    dialog.deleteLater()
    kept = Path(memory._kept.fileName()).parent / "QtProject.conf"
    qtbot.waitUntil(kept.exists)
    assert "FileDialog" in kept.read_text("utf-8")


def test_settings_of_another_hand_do_no_harm(memory: Memory) -> None:
    memory._kept.setValue("workers", "many")
    memory._kept.setValue("point", "somewhere")
    memory._kept.setValue("precision", "int2")
    memory._kept.setValue("recent", 'no json\n{"odd": 1}\n[1, 2]')
    assert memory.settings() == Settings()
    assert memory.recent() == []
    memory._kept.setValue("workers", "1000")
    assert memory.settings() == Settings(workers=MOST_WORKERS)  # no more than the dialog can show


def test_recent_scans_newest_first_each_once_and_only_those_still_there(
    memory: Memory, tmp_path: Path
) -> None:
    for name in ("a", "b", "c, d"):
        (tmp_path / name).mkdir()
        memory.add(Recent(str(tmp_path / name), (f"/in/{name}", "/x,y"), "pneumonia", "m"))
    memory.add(Recent(str(tmp_path / "a")))
    memory.add(Recent(str(tmp_path / "gone")))
    assert [Path(one.out).name for one in Memory().recent()] == ["a", "c, d", "b"]
    assert Memory().recent()[1].inputs == ("/in/c, d", "/x,y")


def test_models_of_a_named_folder_come_first_then_tasks_in_the_programs_order(tmp_path: Path) -> None:
    named, others = tmp_path / "named", tmp_path / "others"
    best = replace(tiny_card(), name="zz-best", metrics={"auc": 0.99})
    for card in (best, tiny_card(), tiny_card("pcam", ("normal", "tumour"))):
        build_model(others / card.name, card)
    build_model(named / "mine", tiny_card("pcam-of-mine"))
    everything = [*installed(others), *installed(named)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(others))
        mine = [one.card.name for one in in_order(everything, named) if one.folder.parent != shipped()]
    assert list(dict.fromkeys(mine)) == ["pcam-of-mine-tiny", "zz-best", "pneumonia-tiny", "pcam-tiny"]


def test_a_choice_becomes_a_request(tmp_path: Path) -> None:
    settings = Settings(workers=2, point="balanced", precision="auto")
    order = new_order((str(tmp_path),), "pneumonia", "/models/m", settings)
    assert order.places is None
    assert order.request.inputs == (str(tmp_path),)
    assert (order.request.model, order.request.workers) == ("/models/m", 2)
    assert (order.request.point, order.request.precision) == ("balanced", "auto")
    assert order.request.formats == REPORTS
    assert order.request.out is None
    placed = new_order((str(tmp_path / "film.dcm"),), "pneumonia", "m", Settings("/results"))
    assert placed.places is not None
    assert placed.places[0] == Path("/results")
    assert placed.places[1].startswith(f"{tmp_path.name}-screener-")


def test_a_name_that_no_system_has_is_no_folder(tmp_path: Path) -> None:
    film = tmp_path / ("n" * 300)
    order = new_order((str(film),), "pneumonia", "m", Settings("/results"))
    assert order.places is not None
    assert order.places[1].startswith(f"{tmp_path.name}-screener-")


def test_a_scan_is_gone_on_with_where_it_was() -> None:
    scan = Recent("/out", ("/in",), "pcam", "/models/m", "specific", "int8")
    again = order_again(scan, Settings("/elsewhere", 1))
    assert again.places is None
    assert again.request.out == Path("/out")
    assert (again.request.task, again.request.model, again.request.inputs) == ("pcam", "/models/m", ("/in",))
    assert (again.request.point, again.request.precision) == ("specific", "int8")  # not what is chosen now


def test_the_dialog_takes_changes(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings("/results", 0))
    qtbot.addWidget(dialog)
    assert dialog.workers.text() == "as the computer allows"
    dialog.results.setText("  /other ")
    dialog.workers.setValue(4)
    dialog.point.setCurrentIndex(dialog.point.findText("sensitive", Qt.MatchFlag.MatchStartsWith))
    dialog.precision.setCurrentIndex(dialog.precision.findText("automatic", Qt.MatchFlag.MatchStartsWith))
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.settings == Settings("/other", 4, "sensitive", "auto")


def test_a_results_folder_that_says_no_place_lies_in_the_users_home(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    for typed in ("results/2026", "~/results/2026"):  # and not where the program happens to stand
        dialog.results.setText(typed)
        assert dialog.settings.results == str(Path.home() / "results" / "2026")
    dialog.results.setText(" ")
    assert dialog.settings.results == ""


def test_task_and_model_are_chosen_one_after_the_other(qtbot: QtBot, tmp_path: Path) -> None:
    patches = replace(
        tiny_card("pcam", ("normal", "tumour")), task_title="Lymph-node patch: tumour in the centre"
    )
    for name, card in (("a", tiny_card()), ("b", replace(tiny_card(), name="second")), ("c", patches)):
        build_model(tmp_path / name, card)
    models = [one for one in in_order(installed(tmp_path), tmp_path) if one.folder.parent == tmp_path]
    page = StartPage(models, "second")
    qtbot.addWidget(page)
    assert [page.task.itemText(place) for place in range(2)] == [
        "Chest film: pneumonia",
        "Lymph-node patch: tumour in the centre",
    ]
    assert [page.model.itemText(place) for place in range(2)] == ["pneumonia-tiny  (the best)", "second"]
    assert page.model.currentText() == "second"  # the one of last time
    page.task.setCurrentIndex(1)
    assert [page.model.itemText(place) for place in range(page.model.count())] == ["pcam-tiny"]
    page.choose(("/films",))
    with qtbot.waitSignal(page.start_asked) as asked:
        page.start.click()
    assert asked.args[1].card.task == "pcam"


def test_a_scan_is_known_again_from_its_results_where_it_can_be_gone_on_with(tmp_path: Path) -> None:
    folder, out = tmp_path / "m", tmp_path / "out"
    build_model(folder)
    models = [Installed(folder, read_card(folder))]
    request = ScanRequest((str(tmp_path / "films"),), "pneumonia", str(folder), point="balanced")
    origin = a_provenance(
        model="pneumonia-tiny",
        model_sha256=card_hash(folder),
        settings=settings_of(request),
        inputs=request.inputs,
        engine="OpenVINO 2025.4, CPU, int8",
    )
    known = scan_in(out, origin, models)
    assert known == Recent(str(out), request.inputs, "pneumonia", str(folder), "balanced", "int8")
    for cannot in (
        replace(origin, model="another"),
        replace(origin, model_sha256="f" * 64),
        replace(origin, inputs=("films",)),
        replace(origin, inputs=()),
        replace(origin, settings={**origin.settings, "scope gate": "off"}),
    ):
        assert scan_in(out, cannot, models).inputs == ()
    typed = replace(origin, inputs=("films",))
    assert scan_in(out, typed, models, request.inputs) == known
