"""Which groups of pictures are kept aside: whole ones, so that every class is on both sides in its share."""

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

_BEYOND = 1.5
"""Times the share that was asked for: so much of a class may be kept aside where patients are large."""


def draw(
    labels: Sequence[int], groups: Sequence[Sequence[int]], share: float, seed: int, settled: Collection[int]
) -> set[int]:
    """Indexes of the pictures that are kept aside.

    Args:
        labels: of every picture, by index.
        groups: indexes of pictures that stay together, the ones to draw from.
        share: of the pictures of each class in `groups` that is kept aside, 0..1.
        seed: of the draw.
        settled: classes that have pictures to learn from already, whatever is drawn.

    A group counts as one of the rarest class that it holds, and rare classes are drawn first, for they have
    the fewest groups to choose among. Where one is missing from a side all the same, groups change sides
    until every class is on both. If that cannot be, the class stays missing.
    """
    parts = [Counter(labels[index] for index in group) for group in groups]
    totals = sum(parts, Counter[int]())
    by_class: dict[int, list[int]] = defaultdict(list)
    for number, part in enumerate(parts):
        by_class[min(part, key=lambda label: (totals[label], label))].append(number)
    held: set[int] = set()
    aside = Counter[int]()
    for label in sorted(by_class, key=lambda label: (totals[label], label)):
        drawn = by_class[label]
        random.Random(f"{seed}/{label}").shuffle(drawn)  # noqa: S311  (a draw, not a secret)
        # At least one group of every class is kept aside, and at least one is learned from. One that would go
        # far beyond the share, as a patient with most of the pictures would, is passed over.
        for number in drawn[:-1]:
            if aside[label] >= share * totals[label]:
                break
            if _fits(parts[number], aside, totals, share):
                held.add(number)
                aside += parts[number]
        if not aside[label] and len(drawn) > 1:
            number = min(drawn, key=lambda number: len(groups[number]))
            held.add(number)
            aside += parts[number]
    held = _on_both_sides(parts, held, settled)
    return {index for number in held for index in groups[number]}


def _fits(part: Mapping[int, int], aside: Mapping[int, int], totals: Mapping[int, int], share: float) -> bool:
    """Whether no class is kept aside far beyond its share where `part` is, too."""
    return all(
        aside.get(label, 0) + count <= max(_BEYOND * share * totals[label], 1)
        for label, count in part.items()
    )


def _on_both_sides(parts: Sequence[Mapping[int, int]], held: set[int], settled: Collection[int]) -> set[int]:
    """`held`, or as near to it as is found, so that every class is kept aside and learned from; by number."""
    holding: dict[int, list[int]] = defaultdict(list)
    for number, part in enumerate(parts):
        for label in part:
            holding[label].append(number)
    needs = [
        (label, aside)
        for label in sorted(holding, key=lambda label: (len(holding[label]), label))
        for aside in (True, False)
        if aside or label not in settled
    ]
    if all(any((number in held) is aside for number in holding[label]) for label, aside in needs):
        return held
    sides: dict[int, bool] = {}

    def met(place: int) -> bool:
        if place == len(needs):
            return True
        label, aside = needs[place]
        if any(sides.get(number) is aside for number in holding[label]):
            return met(place + 1)
        free = [number for number in holding[label] if number not in sides]
        for number in sorted(free, key=lambda number: ((number in held) is not aside, len(parts[number]))):
            sides[number] = aside
            if met(place + 1):
                return True
            del sides[number]
        return False

    if not met(0):
        return held
    return {number for number in range(len(parts)) if sides.get(number, number in held)}
