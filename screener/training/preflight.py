"""The data, looked at before the first step: films cached, near-duplicates found, sides drawn."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from screener.errors import DataError
from screener.records import InputSpec, Task
from screener.training.batches import Labelled
from screener.training.cache import Films, cached_films, reader_for
from screener.training.duplicates import near_pairs
from screener.training.labels import TEST, TRAIN, VALIDATION, Example, find_examples
from screener.training.recipe import TrainRecipe
from screener.training.splits import leaks, read_split, split_examples
from screener.training.stress import stress


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Data that can be trained on.

    Attributes:
        examples: all but the test pictures, each with its split.
        train: see `Labelled`.
        validation: likewise.
        stressed: the validation pictures, stressed.
        duplicates: pairs of pictures that show the same.
    """

    examples: tuple[Example, ...]
    train: Labelled
    validation: Labelled
    stressed: Labelled
    duplicates: int

    @property
    def validation_examples(self) -> list[Example]:
        """In the order of `validation.rows`."""
        return [self.examples[row] for row in self.validation.rows]

    def counts(self, labels: tuple[str, ...]) -> dict[str, dict[str, int]]:
        """Pictures by split and label."""
        counted = Counter((example.split, example.label) for example in self.examples)
        return {
            split: {label: counted[split, index] for index, label in enumerate(labels)}
            for split in (TRAIN, VALIDATION)
        }

    def listing(self) -> str:
        """A sha256 (hex) of which pictures there are, how large their files, and on which side."""
        found = hashlib.sha256()
        for example in self.examples:
            size = example.path.stat().st_size
            found.update(f"{example.name}\0{size}\0{example.label}\0{example.split}\n".encode())
        return found.hexdigest()

    def digest(self) -> str:
        """A sha256 (hex) of the pictures' looks, names, labels and sides."""
        found = hashlib.sha256()
        for example in self.examples:
            found.update(f"{example.name}\0{example.label}\0{example.patient}\0{example.split}\n".encode())
        for row in range(len(self.examples)):
            found.update(self.train.pixels[row].tobytes())
        return found.hexdigest()


def prepare_data(
    data: Path,
    task: Task,
    spec: InputSpec,
    recipe: TrainRecipe,
    split: Path | None,
    cache: Path,
    report: Callable[[int, int], None],
) -> Prepared:
    """The labelled pictures of `data`, decoded, with their sides.

    Args:
        data: see `find_examples`.
        task: what is looked for.
        spec: the model's input.
        recipe: says how much is kept aside, and the seed of the draw.
        split: a split.csv to reuse; None to draw.
        cache: the folder of decoded films.
        report: told (done, total) while films are decoded.

    Raises:
        DataError: the data cannot be used, or a patient is on both sides.
        OutputError: the cache cannot be written.
    """
    # Test pictures are not looked at: not learned from, not chosen by, not decoded.
    examples = tuple(example for example in find_examples(data, task) if example.split != TEST)
    films = cached_films(examples, spec, cache, reader_for(spec, task), report)
    pairs = list(near_pairs(films.hashes))
    sided = (
        read_split(split, examples)
        if split
        else split_examples(examples, pairs, recipe.validation, recipe.seed)
    )
    if shared := leaks(sided):
        raise DataError(
            f"{len(shared)} patients are both learned from and validated on ({shared[0]} is one); "
            "give each patient one split"
        )
    return _sorted_out(sided, films, len(pairs), recipe)


def _sorted_out(
    examples: tuple[Example, ...], films: Films, duplicates: int, recipe: TrainRecipe
) -> Prepared:
    labels = np.array([example.label for example in examples], np.int64)
    rows = {
        split: np.flatnonzero([example.split == split for example in examples])
        for split in (TRAIN, VALIDATION)
    }
    for split, found in rows.items():
        if len(set(labels[found])) < len(set(labels)):
            raise DataError(f"the {split} pictures lack a class; every class must be on both sides")
    stressed = stress(np.asarray(films.pixels[rows[VALIDATION]]), recipe.seed)
    return Prepared(
        examples,
        Labelled(films.pixels, labels, rows[TRAIN]),
        Labelled(films.pixels, labels, rows[VALIDATION]),
        Labelled(stressed, labels[rows[VALIDATION]], np.arange(len(stressed))),
        duplicates,
    )
