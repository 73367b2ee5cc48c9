import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screener.errors import DataError
from screener.training.labelled.duplicates import difference_hash, near_pairs
from screener.training.labelled.example import Example
from screener.training.labelled.findings import shared_patients
from screener.training.labelled.splits import read_split, split_examples, write_split

LABELS = ("normal", "pneumonia")
SIDES = (("train",), ("validation",))


def _examples(patients: list[tuple[int, int]]) -> list[Example]:
    """One example for each (patient, label)."""
    return [
        Example(Path(f"{index}.png"), f"{index}.png", label, f"p{patient}-{label}")
        for index, (patient, label) in enumerate(patients)
    ]


# Two patients of each class at least, and any others.
PATIENTS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 1)), max_size=120).map(
    lambda drawn: [(91, 0), (92, 0), (91, 1), (92, 1), *drawn]
)


@settings(max_examples=60, deadline=None)
@given(PATIENTS, st.floats(0.05, 0.5), st.integers(0, 1000))
def test_no_patient_is_on_two_sides(patients: list[tuple[int, int]], share: float, seed: int) -> None:
    examples = _examples(patients)
    done = split_examples(examples, [], share, seed, LABELS)
    assert not shared_patients(done, SIDES)
    assert [e.name for e in done] == [e.name for e in examples]
    for label in (0, 1):
        assert {e.split for e in done if e.label == label} == {"train", "validation"}
    assert done == split_examples(examples, [], share, seed, LABELS)


@settings(max_examples=60, deadline=None)
@given(PATIENTS, st.lists(st.tuples(st.integers(4, 123), st.integers(4, 123)), max_size=10))
def test_duplicates_stay_together(patients: list[tuple[int, int]], drawn: list[tuple[int, int]]) -> None:
    examples = _examples(patients)
    pairs = [(i, j) for i, j in drawn if max(i, j) < len(examples)]
    try:
        done = split_examples(examples, pairs, 0.2, 0, LABELS)
    except DataError:  # the pairs tied a class into one lump
        return
    assert not shared_patients(done, SIDES)
    assert all(done[i].split == done[j].split for i, j in pairs)


def test_the_share_is_met_class_by_class() -> None:
    examples = _examples([(n, 0) for n in range(300)] + [(n, 1) for n in range(100)])
    done = split_examples(examples, [], 0.15, 3, LABELS)
    held = [sum(e.split == "validation" and e.label == label for e in done) for label in (0, 1)]
    assert held == [45, 15]


def test_a_given_split_is_kept() -> None:
    first, second = _examples([(1, 0), (2, 1)])
    given_split = [Example(first.path, first.name, 0, "a", "validation"), second]
    assert [e.split for e in split_examples(given_split, [], 0.5, 0, LABELS)] == ["validation", "train"]


def _told(lines: str) -> list[Example]:
    """An example for each `patient label split`, "-" for no split."""
    return [
        Example(Path(f"{n}.png"), f"{n}.png", int(label), patient, None if split == "-" else split)
        for n, (patient, label, split) in enumerate(line.split() for line in lines.strip().split("\n"))
    ]


def test_what_the_data_learn_from_is_not_drawn_and_neither_is_the_rest_of_its_patients() -> None:
    lines = "".join(f"t{n} {n % 2} train\nt{n} {n % 2} -\nf{n} {n % 2} -\n" for n in range(20))
    examples = _told(lines + "x 0 test\nx 1 test")
    for seed in range(5):
        done = split_examples(examples, [(1, 2)], 0.3, seed, LABELS)
        held = [example for example in done if example.split == "validation"]
        assert {example.patient[0] for example in held} == {"f"}
        assert "f0" not in {example.patient for example in held}  # it shows what a picture of t0 does
        assert 2 <= sum(example.label for example in held) <= 5
        assert [example.split for example in done[-2:]] == ["test", "test"]


def test_where_all_is_learned_from_the_choice_is_left_to_us() -> None:
    done = split_examples(_told("".join(f"p{n} {n % 2} train\n" for n in range(20))), [], 0.3, 0, LABELS)
    assert sum(example.split == "validation" for example in done) == 6


def test_too_few_without_a_split_are_told_with_the_way_out() -> None:
    examples = _told("a 0 -\nb 0 -\nc 0 train\nd 1 train\ne 1 train")
    with pytest.raises(DataError, match=r"class pneumonia .* leave the split of more pictures blank"):
        split_examples(examples, [], 0.3, 0, LABELS)


def test_one_patient_of_a_class_is_too_few() -> None:
    with pytest.raises(DataError, match="class pneumonia has too few patients"):
        split_examples(_examples([(1, 0), (2, 0), (3, 1)]), [], 0.2, 0, LABELS)


def test_a_split_is_read_back(tmp_path: Path) -> None:
    examples = _examples([(n, n % 2) for n in range(12)])
    done = split_examples(examples, [], 0.3, 1, LABELS)
    write_split(done, ("normal", "pneumonia"), tmp_path / "split.csv")
    assert read_split(tmp_path / "split.csv", examples) == done


def test_a_split_can_tell_files_by_their_content(tmp_path: Path) -> None:
    film, lost = tmp_path / "film.png", tmp_path / "lost.png"
    film.write_bytes(b"a film")
    examples = [
        Example(film, "film.png", 0, "p", "train"),
        Example(lost, "lost.png", 1, "q", "train"),
        Example(film, "part of a file", 0, "r", "validation", row=3),
    ]
    write_split(examples, LABELS, tmp_path / "split.csv", with_hashes=True)
    with (tmp_path / "split.csv").open(encoding="utf-8", newline="") as file:
        hashes = [line["sha256"] for line in csv.DictReader(file)]
    assert hashes == [hashlib.sha256(b"a film").hexdigest(), "", ""]
    assert read_split(tmp_path / "split.csv", examples) == tuple(examples)


def test_a_split_of_other_pictures_is_refused(tmp_path: Path) -> None:
    write_split(
        split_examples(_examples([(n, n % 2) for n in range(8)]), [], 0.3, 1, LABELS),
        "ab",
        tmp_path / "s.csv",
    )
    with pytest.raises(DataError, match="does not say where"):
        read_split(tmp_path / "s.csv", _examples([(n, 0) for n in range(9)]))


def test_a_patient_on_both_sides_is_named() -> None:
    a, b = Path("a"), Path("b")
    both = [Example(a, "a", 0, "p", "train"), Example(b, "b", 0, "p", "validation")]
    assert shared_patients(both, SIDES) == ("p",)


def test_a_near_copy_is_found_and_another_picture_is_not() -> None:
    random = np.random.default_rng(0)
    first = np.kron(random.integers(0, 256, (12, 12)), np.ones((8, 8))).astype(np.uint8)
    copy = np.clip(first * 0.9 + 9, 0, 255).astype(np.uint8)
    other = np.kron(random.integers(0, 256, (12, 12)), np.ones((8, 8))).astype(np.uint8)
    hashes = np.stack([difference_hash(picture) for picture in (first, other, copy)])
    assert list(near_pairs(hashes)) == [(0, 2)]


def test_pairs_are_found_across_blocks() -> None:
    hashes = np.random.default_rng(1).random((5000, 256)) < 0.5
    hashes[4990] = hashes[3]
    assert list(near_pairs(hashes)) == [(3, 4990)]


def test_a_patient_with_most_of_the_pictures_is_learned_from() -> None:
    patients = [(1, 0)] * 1000 + [(n, 0) for n in (2, 3, 4) for _ in range(20)] + [(n, 1) for n in range(20)]
    for seed in range(6):
        done = split_examples(_examples(patients), [], 0.15, seed, LABELS)
        held = [example for example in done if example.split == "validation" and example.label == 0]
        assert 0 < len(held) <= 60
