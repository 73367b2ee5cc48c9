"""Which models are here, what their cards say, and whether their files are the ones vouched for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from screener.errors import ModelAltered, OutputError, UnknownName
from screener.models.card import CARD, read_card, verify
from screener.models.catalogue import Installed, Unreadable, called, sorted_out
from screener.records.swap import swap_in


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a model's files are the ones its card vouches for.

    Attributes:
        name: the model's; its folder's where the card cannot be read.
        model: None where the card cannot be read.
        fault: what is wrong, or "".
    """

    name: str
    model: Installed | None
    fault: str


def list_models(weights: Path | None = None) -> tuple[list[Installed], list[Verdict]]:
    """Every model that can be found, by name, and a verdict on each that cannot be read."""
    models, unreadable = sorted_out(weights)
    return models, [_unreadable(one) for one in unreadable]


def show_model(name: str, weights: Path | None = None) -> Installed:
    """The model kept in the folder `name`, or called so.

    Raises:
        UnknownName: there is none; the message gives the near matches.
        ModelError: the folder's card cannot be read.
    """
    folder = Path(name)
    if (folder / CARD).is_file():
        return Installed(folder, read_card(folder))
    models, unreadable = sorted_out(weights)
    if (model := called(name, models)) is not None:
        return model
    alike = [model for model in models if model.card.architecture == name]
    if len(alike) == 1:
        return alike[0]
    for one in unreadable:
        raise one.error
    raise UnknownName("model", name, [model.card.name for model in models])


def write_page(model: Installed, path: Path) -> None:
    """Write the model's card as a page to `path`, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    from screener.reports.html.model_card import card_page

    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)  # a link that somebody laid there
        part.write_text(card_page(model.card, model.folder), "utf-8")
        swap_in(part, path)
    except OSError as error:
        raise OutputError(f"--html {path} cannot be written: {error.strerror or error}") from error
    finally:
        if part.exists():
            part.unlink()


def verify_models(names: tuple[str, ...], weights: Path | None = None) -> list[Verdict]:
    """A verdict on each model named, or on all of them.

    Raises:
        UnknownName: one of the names is no model's.
    """
    models, unreadable = ([], []) if names else sorted_out(weights)
    models = [show_model(name, weights) for name in names] or models
    verdicts = [Verdict(model.card.name, model, _fault(model)) for model in models]
    return [*verdicts, *map(_unreadable, unreadable)]


def _unreadable(one: Unreadable) -> Verdict:
    return Verdict(one.folder.name, None, str(one.error))


def _fault(model: Installed) -> str:
    try:
        verify(model.card, model.folder)
    except ModelAltered as error:
        return str(error)
    return ""
