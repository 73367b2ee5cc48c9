"""What a model card measured, in words: the same on its page and on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from screener.models.card import Figure, ModelCard
from screener.records import Interval

_NAMES = {
    "auc": "AUC",
    "mean auc": "AUC, mean of each class against the rest",
    "sha256": "SHA-256",
    "calibration error": "Calibration error (ECE)",
    "parity torch openvino": "Largest difference of a probability, PyTorch against OpenVINO",
    "mean change": "A score moves, on average, by",
    "p99 change": "99 of 100 scores move by no more than",
    "max change": "The score that moves most moves by",
    "auc change": "AUC against full precision",
    "accuracy change": "Accuracy against full precision",
}
_SIGNED = frozenset(("auc_change", "accuracy_change"))
_STRESSED = "stress_"


def said(name: str) -> str:
    """The name of a card's field in words: "P99_change" is nobody's."""
    words = name.replace("_", " ")
    return _NAMES.get(words, words[:1].upper() + words[1:])


def value(held: Any) -> str:
    """Whatever a card holds as one line; a measured share with its 95 % interval."""
    if held is None:
        return ""
    if isinstance(held, Interval):
        return interval(held)
    if isinstance(held, Mapping):
        return "; ".join(f"{said(str(name))}: {value(inner)}" for name, inner in held.items())
    if isinstance(held, list | tuple):
        return ", ".join(" x ".join(map(str, v)) if isinstance(v, list | tuple) else value(v) for v in held)
    return f"{held:.4g}" if isinstance(held, float) else str(held)


def interval(measured: Interval) -> str:
    """A measured share with its 95 % interval, "0.975 (0.961 to 0.986)"."""
    return f"{measured.value:.3f} ({measured.low:.3f} to {measured.high:.3f})"


def plain_and_stressed(metrics: Mapping[str, Figure]) -> list[tuple[str, list[str]]]:
    """A line a figure: its name, and what it is on plain and on stressed pictures."""
    names = [name for name, held in metrics.items() if held is not None and not name.startswith(_STRESSED)]
    return [
        (said(name), [_figure(name, metrics[name]), _figure(name, metrics.get(_STRESSED + name))])
        for name in names
    ]


def use_of_int8(card: ModelCard) -> str:
    """Whether `--precision auto` takes the eight-bit graph, if there is one, and which AUC is meant."""
    if card.int8 is None:
        return ""
    use = (
        "It says what the model in full precision does: --precision auto takes it, on a processor with "
        "instructions for it."
        if card.int8.agrees
        else "Scores move too far for --precision auto to take it; --precision int8 asks for it, for speed."
    )
    mean = " AUC here is the mean of each class against the rest." if len(card.labels) > 2 else ""
    return use + mean


def _figure(name: str, held: Figure) -> str:
    return f"{held:+.4f}" if name in _SIGNED and isinstance(held, float) else value(held)
