"""Which of a task's models is used where none is named."""

from __future__ import annotations

from screener.models.card import ModelCard

_ALIKE = 0.002
"""Models whose merits differ by less are as good as each other; validation cannot tell them apart."""

_MEASURES = (("mean_auc", "stress_mean_auc"), ("auc", "stress_auc"))


def merit(card: ModelCard) -> float:
    """How well a model ranks films, 0..1: the mean of its validation and stress AUC; 0 where not measured.

    With more than two classes the mean one-against-rest AUC speaks, which tells those classes apart too.
    """
    for pair in _MEASURES:
        values = [value for name in pair if (value := card.measured(name)) is not None]
        if values:
            return sum(values) / len(values)
    return 0.0


def best(cards: list[ModelCard]) -> ModelCard:
    """The smallest of the cards' models that are as good as the best, then the first by name.

    Raises:
        ValueError: there is none.
    """
    highest = max(merit(card) for card in cards)
    as_good = [card for card in cards if merit(card) >= highest - _ALIKE]
    return min(as_good, key=lambda card: (_bytes(card), card.name))


def _bytes(card: ModelCard) -> int:
    return sum(seal.bytes for seal in card.files.values())
