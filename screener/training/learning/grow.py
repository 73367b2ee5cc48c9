"""A decision tree grown on the training pictures, by scikit-learn, and put into its network."""

import copy
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from sklearn.tree import DecisionTreeClassifier

from screener.engines.scores import probabilities
from screener.models.architectures.tree import MOST_LEAVES, Tree
from screener.models.network import Network, Normalise
from screener.training import metrics
from screener.training.learning.judge import judged
from screener.training.learning.loop import Fitted, Report
from screener.training.learning.predict import logits_of
from screener.training.learning.state import Course
from screener.training.learning.step import Taken
from screener.training.progress import EpochResult, TrainProgress

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAVES = (4, 16, 64, MOST_LEAVES)
"""How many leaves a tree may have: each is tried, as a network's epochs are, and the best is kept."""

MOST_PICTURES = 20_000
"""Pictures that a tree is grown on at most; it sorts all of them by every pixel."""

_FEWEST = 5
"""Pictures in a leaf, at least."""


def grow(network: Network, course: Course, report: Report) -> Fitted:
    """`network`, whose neck is a `Tree`, with the tree that does best on validation.

    Args:
        network: changed in place.
        course: its recipe's side, crop, `balanced`, `class_weights`, `judged_on` and seed count, and nothing
            else of it.
        report: told of every tree.
    """
    recipe, labels = course.recipe, course.train.own_labels
    random = np.random.default_rng(recipe.seed)
    places = np.sort(random.permutation(len(labels))[:MOST_PICTURES])
    # Channels first, as the network sees a picture; of a grey one it sees three copies, of which this is one.
    pixels = course.train.pixels[course.train.rows[places]].transpose(0, 3, 1, 2).reshape(len(places), -1)
    normalise = Normalise(course.spec).to(course.compute.device)
    network.to(course.compute.device)
    history: list[EpochResult] = []
    best, best_score = network.state_dict(), -np.inf
    for number, leaves in enumerate(LEAVES, 1):
        report(TrainProgress(f"growing a tree of {leaves} leaves", number, len(LEAVES)))
        started = time.monotonic()
        tree = DecisionTreeClassifier(
            max_leaf_nodes=leaves,
            min_samples_leaf=_FEWEST,
            class_weight="balanced" if recipe.balanced or recipe.class_weights else None,
            random_state=recipe.seed,
        ).fit(pixels, labels[places])
        plant(network, tree)
        said = logits_of(
            network, normalise, course.train, (course.spec.height, course.spec.width), course.compute
        )
        shares = probabilities(said, 1.0)
        result = judged(
            network,
            course,
            normalise,
            epoch=number,
            learned=Taken(metrics.negative_log_likelihood(labels, shares), metrics.accuracy(labels, shares)),
            rate=0.0,
            started=started,
        )
        if (score := result.score(recipe.judged_on)) > best_score:
            best, best_score = copy.deepcopy(network.state_dict()), score
            kept = tree.get_n_leaves()
            result = replace(result, kept=True)
        history.append(result)
        report(TrainProgress("grown", number, len(LEAVES), finished=result))
    network.load_state_dict(best)
    note = (
        f"a tree of {kept} leaves, grown on {len(places):,} pictures, the best on validation of at most "
        f"{', '.join(map(str, LEAVES))} leaves; of the recipe only side, crop, balanced, class_weights, "
        "judged_on, validation and seed count"
    )
    return Fitted(network.eval(), tuple(history), (note,))


def plant(network: Network, tree: DecisionTreeClassifier) -> None:
    """Put a fitted `tree` on grey levels 0..255 into `network`: questions in the neck, leaves in the head.

    A leaf's logits are the logarithms of its classes' shares, each class with one picture more (Laplace).
    """
    grown = tree.tree_
    questions = np.flatnonzero(grown.children_left >= 0)
    leaves = np.flatnonzero(grown.children_left < 0)
    ways = _ways(grown.children_left, grown.children_right)[np.ix_(questions, leaves)]
    neck = network.neck
    assert isinstance(neck, Tree)
    neck.plant(
        torch.from_numpy(grown.feature[questions]).float(),
        # Between two grey levels, so that no rounding of a level's 255th can cross it.
        torch.from_numpy((np.floor(grown.threshold[questions]) + 0.5) / 255).float(),
        torch.from_numpy(ways).float(),
    )
    counts = grown.value[leaves, 0] * grown.weighted_n_node_samples[leaves, None] + 1
    logits = np.log(counts / counts.sum(axis=1, keepdims=True))
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.weight[:, : len(leaves)] = torch.from_numpy(logits.T).float()
        network.head.bias.zero_()


def _ways(left: "NDArray[np.int64]", right: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """By question and node: -1 where the way to the node goes left there, 1 where right, else 0."""
    ways = np.zeros((len(left), len(left)))
    for node in range(len(left)):  # scikit-learn numbers a node before its children
        for child, answer in ((left[node], -1.0), (right[node], 1.0)):
            if child >= 0:
                ways[:, child] = ways[:, node]
                ways[node, child] = answer
    return ways
