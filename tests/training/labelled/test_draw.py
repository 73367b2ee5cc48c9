"""Who is kept aside where patients have pictures of one class, and of several."""

import hashlib
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screener.training.labelled.example import Example
from screener.training.labelled.findings import shared_patients
from screener.training.labelled.splits import split_examples

LABELS = ("normal", "bacteria", "virus")

Patients = list[list[int]]
"""The labels of each patient's pictures."""


def _examples(patients: Patients) -> list[Example]:
    return [
        Example(Path(name), name, label, f"p{patient:03d}")
        for patient, films in enumerate(patients)
        for film, label in enumerate(films)
        for name in [f"{patient}-{film}.png"]
    ]


def _held(examples: list[Example], share: float, seed: int) -> tuple[Counter[int], Counter[int]]:
    """Pictures of each class that are kept aside, and of all; no patient is on both sides."""
    done = split_examples(examples, [], share, seed, LABELS)
    assert not shared_patients(done, (("train",), ("validation",)))
    held = Counter(example.label for example in done if example.split == "validation")
    return held, Counter(example.label for example in done)


def _patients(classes: int, least: int) -> st.SearchStrategy[Patients]:
    """Any patients, of one class or several, `least` with each class among them."""
    films = st.lists(st.integers(0, classes - 1), min_size=1, max_size=5)
    several = st.lists(films, max_size=40)
    mixed = st.lists(st.lists(films, min_size=least, max_size=least), min_size=classes, max_size=classes).map(
        lambda groups: [[label, *more] for label, group in enumerate(groups) for more in group]
    )
    return st.tuples(several, mixed).map(lambda drawn: [*drawn[0], *drawn[1]])


@settings(max_examples=150, deadline=None)
@given(_patients(2, 2), st.floats(0.05, 0.5), st.integers(0, 100))
def test_two_patients_of_a_class_are_enough(patients: Patients, share: float, seed: int) -> None:
    held, all_of = _held(_examples(patients), share, seed)
    assert all(0 < held[label] < all_of[label] for label in all_of)


@settings(max_examples=100, deadline=None)
@given(_patients(3, 3), st.floats(0.05, 0.5), st.integers(0, 100))
def test_so_are_three_of_three_classes(patients: Patients, share: float, seed: int) -> None:
    held, all_of = _held(_examples(patients), share, seed)
    assert all(0 < held[label] < all_of[label] for label in all_of)


@pytest.mark.parametrize("seed", range(8))
def test_a_rare_class_among_patients_of_another_has_its_share(seed: int) -> None:
    examples = _examples([[0, 0, 0, *([1] if patient < 6 else [])] for patient in range(40)])
    held, _ = _held(examples, 0.15, seed)
    assert held[1] == 1
    assert 18 <= held[0] <= 21


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("share", [0.1, 0.25])
def test_every_class_has_about_its_share(share: float, seed: int) -> None:
    draws = random.Random(seed)
    patients = [draws.choices((0, 1, 2), (12, 4, 1), k=draws.randint(1, 4)) for _ in range(400)]
    held, all_of = _held(_examples(patients), share, seed)
    for label, count in all_of.items():
        assert held[label] / count == pytest.approx(share, rel=0.35)


@pytest.mark.parametrize(
    ("classes", "seed", "share", "count", "digest"),
    [
        (2, 0, 0.15, 18, "d28e1b8e3135c1fa"),
        (2, 0, 0.4, 46, "d0f71dda94da5ca0"),
        (2, 1, 0.15, 18, "6ea9b22a03e9ed4c"),
        (2, 1, 0.4, 40, "b306bbc5de142379"),
        (2, 7, 0.15, 16, "95894188bb3755d0"),
        (2, 7, 0.4, 44, "451ae3a97b392252"),
        (3, 0, 0.15, 31, "2ee7bd390c9b31f5"),
        (3, 0, 0.4, 85, "1e33e57bb823dbf4"),
        (3, 1, 0.15, 34, "9ee38aa3be617ef0"),
        (3, 1, 0.4, 78, "4a6bf4b862524914"),
        (3, 7, 0.15, 31, "fe6a82345defed19"),
        (3, 7, 0.4, 81, "fc976ce54fb1700e"),
    ],
)
def test_patients_of_one_class_each_are_split_as_they_always_were(
    classes: int, seed: int, share: float, count: int, digest: str
) -> None:
    """The splits of the models that are shipped can be drawn again."""
    draws = random.Random(seed)
    examples = []
    for label in range(classes):
        for patient in range(12 + 9 * label):
            for film in range(draws.randint(1, 5)):
                name = f"{label}/{patient:02d}-{film}.png"
                examples.append(Example(Path(name), name, label, f"{label}/{patient}"))
    draws.shuffle(examples)
    pairs = [(3, 9), (10, 11)] if seed == 7 else []
    alike = [(i, j) for i, j in pairs if examples[i].label == examples[j].label]
    done = split_examples(examples, alike, share, seed, LABELS)
    held = sorted(example.name for example in done if example.split == "validation")
    found = hashlib.sha256("\n".join(held).encode()).hexdigest()
    assert (len(held), found[:16]) == (count, digest)
