"""Slide patches are called patches, not films, wherever a person reads of them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from builders.model import build_model, tiny_card
from builders.pictures import patch, png
from screener.cli.benching import print_bench
from screener.cli.cards import print_card
from screener.cli.evaluation import print_evaluation
from screener.cli.result import print_result
from screener.commands.bench import bench
from screener.commands.evaluate import EvaluateRequest, evaluate
from screener.commands.models import show_model
from screener.commands.scan import scan
from screener.commands.timings.records import BenchRequest
from screener.commands.train import check
from screener.errors import UsageError
from screener.models.card import ModelCard
from screener.records import ScanRequest, ScanResult
from screener.reports.html.model_card import card_page
from screener.scanning.reading import StoredScan
from screener.scanning.store import STORE
from screener.training.request import TrainRequest

LABELS = ("normal", "tumour")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that reads patches."""
    folder = tmp_path_factory.mktemp("models") / "pcam-tiny"
    build_model(folder, replace(tiny_card("pcam", LABELS), task_title="Lymph-node patch"))
    return folder


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight patches in class folders, two of one name, and a file that is none."""
    folder = tmp_path_factory.mktemp("slides")
    for number in range(8):
        place = folder / LABELS[number % 2] / f"{'same' if number < 2 else number}.png"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(png(patch(seed=number)))
    return folder


@pytest.fixture(scope="module")
def scanned(model: Path, slides: Path, tmp_path_factory: pytest.TempPathFactory) -> ScanResult:
    out = tmp_path_factory.mktemp("out") / "result"
    request = ScanRequest(
        (str(slides),), model=str(model), out=out, formats=("csv", "html", "xlsx"), workers=1, gate=False
    )
    return scan(request, lambda step: None)


def _read(page: str) -> str:
    """What a browser shows of a page or says of it, its code left out."""
    page = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    said = re.findall(r'(?:aria-label|alt|data-of)="([^"]*)"', page)
    return " ".join((re.sub(r"<[^>]*>", " ", page), *said))


def _cells(path: Path) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(path):
        yield sheet.title
        for line in sheet.iter_rows(values_only=True):
            yield from (value for value in line if isinstance(value, str))


def assert_says_patches(text: str, least: int) -> None:
    assert not re.findall(r".{0,40}\bfilms?\b.{0,40}", text, re.IGNORECASE)
    assert len(re.findall(r"\bpatch(es)?\b", text, re.IGNORECASE)) >= least


def test_a_scan_says_so(scanned: ScanResult, capsys: pytest.CaptureFixture[str]) -> None:
    assert_says_patches(_read((scanned.out / "report.html").read_text("utf-8")), least=8)
    assert_says_patches(" ".join(_cells(scanned.out / "report.xlsx")), least=8)
    print_result(scanned)
    assert_says_patches(capsys.readouterr().out.replace(str(scanned.out), ""), least=5)
    assert [note for note in scanned.notes if "to more than one patch" in note]


def test_its_store_keeps_what_they_are(scanned: ScanResult) -> None:
    with StoredScan(scanned.out / STORE) as store:
        assert store.provenance().kind == "patch"


def test_a_card_says_so(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    installed = show_model(str(model))
    (model / "heat-maps.png").write_bytes(b"a picture")
    assert_says_patches(_read(card_page(installed.card, model)), least=15)
    print_card(installed)
    assert "Measured on validation patches" in capsys.readouterr().out


@pytest.mark.parametrize(("task", "films"), [("mine", "patches"), ("other", "films")])
def test_a_model_of_a_task_of_one_s_own_is_asked_for_its_kind(task: str, films: str, tmp_path: Path) -> None:
    folder = tmp_path / task
    card: ModelCard = build_model(folder, tiny_card(task, LABELS))
    if films == "patches":  # the other's task is not known
        (folder / "task.toml").write_text(
            'title = "Mine"\nkind = "patch"\nlabels = ["normal", "tumour"]\npositive = ["tumour"]\n'
        )
    assert f"as if {films} of each class" in card_page(card, folder)


def test_an_evaluation_says_so(
    model: Path, slides: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (slides / "normal" / "broken.png").write_bytes(b"no picture")
    request = EvaluateRequest(slides, model=str(model), out=tmp_path / "out", workers=1, gate=False, worst=3)
    result = evaluate(request, lambda step: None)
    (slides / "normal" / "broken.png").unlink()
    assert_says_patches(_read((result.out / "evaluation.html").read_text("utf-8")), least=12)
    assert_says_patches(" ".join(_cells(result.out / "evaluation.xlsx")), least=8)
    print_evaluation(result)
    assert_says_patches(capsys.readouterr().out.replace(str(tmp_path), ""), least=2)
    with pytest.raises(UsageError, match=r"no test patch, .* for all patches"):
        evaluate(EvaluateRequest(slides, model=str(model), split="test"), lambda step: None)


def test_a_benchmark_says_so(model: Path, slides: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_bench(bench(BenchRequest((str(slides),), model=str(model)), lambda step: None))
    assert_says_patches(capsys.readouterr().out, least=5)


def test_a_look_at_training_data_says_so(slides: Path, tmp_path: Path) -> None:
    seen: list[str] = []
    request = TrainRequest(slides, "pcam", model="cnn3", out=tmp_path / "model", cache=tmp_path / "cache")
    check(request, lambda step: seen.append(step.note))
    assert "reading patches" in seen
