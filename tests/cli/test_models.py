"""`screener models`: list, show, verify."""

import dataclasses
from pathlib import Path

import pytest

from screener.cli.main import main
from screener.models.card import CARD, ModelCard, read_card, write_card
from screener.records import InputSpec, Interval, OperatingPoint
from screener.reports.html.model_card import PAGE, card_page

WEIGHTS = Path(__file__).parents[2] / "weights"
SHIPPED = sorted(folder.name for folder in WEIGHTS.iterdir() if (folder / CARD).is_file())
SHARE = Interval(0.97, 0.95, 0.99)


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "weights" / "pneumonia-tiny"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"graph")
    card = ModelCard(
        name="pneumonia-tiny",
        task="pneumonia",
        task_title="Chest film: pneumonia",
        architecture="tiny",
        labels=("normal", "pneumonia"),
        positive=("pneumonia",),
        input=InputSpec(),
        temperature=1.0,
        operating_points=(OperatingPoint("balanced", 0.5, SHARE, SHARE),),
        created="2026-01-01",
        program="0",
        intended_use="To sort films before a person reads them.",
        limitations=("Not tested on adults.",),
        training={"films": 12, "recipe": {"epochs": 2}},
        metrics={"auc": SHARE},
    )
    write_card(card, folder)
    monkeypatch.setattr("screener.models.catalogue.shipped", lambda: tmp_path / "weights")
    return folder


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["models", *arguments])
    shown = capsys.readouterr()
    return int(stop.value.code or 0), shown.out, shown.err


@pytest.mark.parametrize("arguments", [[], ["list"]])
def test_the_list_has_a_line_a_model(
    weights: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, out, _ = _run(capsys, *arguments)
    assert code == 0
    assert "pneumonia-tiny" in out
    assert "0.9700" in out
    assert "224x224 grey" in out


def test_a_card_reads_as_a_page(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "show", "pneumonia-tiny")
    assert code == 0
    for words in (
        "To sort films",
        "Not tested on adults.",
        "balanced",
        "0.5000",
        "Epochs",
        "not for diagnosis",
    ):
        assert words in out


@pytest.mark.parametrize("name", SHIPPED)
def test_every_model_that_ships_reads_as_a_page_in_the_terminal_and_as_it_is_stored(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _run(capsys, "show", name)
    assert (code, err) == (0, "")
    card = read_card(WEIGHTS / name)
    for teacher in card.training.get("teachers", ()):
        assert teacher["name"] in out
    assert (card.int8 is None) or "A score moves, on average, by" in out
    page = (WEIGHTS / name / PAGE).read_text("utf-8")
    assert page == card_page(card, WEIGHTS / name), "python packaging/pages.py writes it anew"


def test_an_unknown_model_gives_the_near_match(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = _run(capsys, "show", "pneumonia-tin")
    assert code == 2
    assert "Did you mean pneumonia-tiny" in err


def test_a_folder_means_the_model_in_it_and_no_other(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "model.onnx").write_bytes(b"another graph")
    card = read_card(weights)
    write_card(dataclasses.replace(card, name="zz-mine"), mine)
    code, out, _ = _run(capsys, "verify", str(mine))
    assert (code, "zz-mine" in out, "pneumonia-tiny" in out) == (0, True, False)
    assert "zz-mine" in _run(capsys, "show", str(mine))[1]
    (mine / "model.onnx").write_bytes(b"altered graph")
    code, out, _ = _run(capsys, "verify", str(mine))
    assert code == 1
    assert "ALTERED" in out


@pytest.mark.parametrize("before", [True, False])
def test_weights_may_be_named_before_the_verb_and_after_it(
    before: bool, weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(verb: str, place: str) -> tuple[int, str, str]:
        option = ("--weights", place)
        return _run(capsys, *((*option, verb) if before else (verb, *option)))

    assert run("list", "no/such/folder")[0] == 2
    code, out, _ = run("verify", str(weights))
    assert code == 0
    assert "pneumonia-tiny" in out


def test_the_list_never_cuts_a_name_that_has_to_be_typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = _run(capsys, "list")
    for name in SHIPPED:
        assert name in out


@pytest.mark.parametrize("columns", ["40", "42", "60", "77", "78", "91", "92"])
def test_the_list_has_all_that_it_has_to_say_at_any_width(
    weights: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    card = dataclasses.replace(read_card(weights), name="pneumonia-type-mobilenet_v3_large")
    write_card(card, weights)
    monkeypatch.setenv("COLUMNS", columns)
    _, out, _ = _run(capsys, "list")
    assert all(fact in out for fact in (card.name, "224x224 grey", "0.9700", "0 MB")), out


def test_an_altered_file_is_found(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "verify")
    assert (code, "verified" in out) == (0, True)
    (weights / "model.onnx").write_bytes(b"grapH")
    code, out, _ = _run(capsys, "verify", "pneumonia-tiny")
    assert code == 1
    assert "ALTERED" in out
    assert "model.onnx" in out.replace("\n", "")


def test_a_card_becomes_a_page_whole_or_not_at_all(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "card.html"
    with pytest.raises(SystemExit) as left:
        main(["models", "show", "pneumonia-tiny", "--html", str(place)])
    assert left.value.code == 0
    assert "Not tested on adults." in place.read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["card.html", "weights"]
    with pytest.raises(SystemExit) as left:
        main(["models", "show", "pneumonia-tiny", "--html", str(tmp_path / "nowhere" / "card.html")])
    assert left.value.code == 1
    assert "cannot be written: No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("text", ['{"name":', "[]", "{}"])
def test_a_broken_card_is_told_of_and_hides_no_other_model(
    weights: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    broken = weights.parent / "a-broken" / CARD
    broken.parent.mkdir()
    broken.write_text(text)
    for arguments in (["list"], ["verify"], []):
        code, out, _ = _run(capsys, *arguments)
        assert (code, "pneumonia-tiny" in out, "BROKEN   a-broken" in out) == (1, True, True)
        assert str(broken) in out
    assert _run(capsys, "show", "pneumonia-tiny")[0] == 0
    assert _run(capsys, "verify", "pneumonia-tiny")[0] == 0
    code, _, err = _run(capsys, "show", "pneumonia-other")
    assert (code, str(broken) in err) == (1, True)


def test_a_name_in_brackets_is_no_markup(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_card(dataclasses.replace(read_card(weights), name="mine[red]2[/]"), weights)
    assert "mine[red]2[/]" in _run(capsys, "list")[1]
