"""What a network needs: something is taken from it, without training it again, and it is tested.

Of two neighboring sizes the larger one loses what the smaller one lacks. So the fall between them
gets a measured reason, or it is said that this was none.

Sources: Morcos et al., "On the importance of single directions for generalization", 2018,
arXiv:1803.06959 (units silenced one by one); Meyes et al., "Ablation Studies in Artificial Neural
Networks", 2019, arXiv:1901.08644.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.evaluation import load_model, predict_all
from cnnlab.evaluation.degradation import Ablation
from cnnlab.evaluation.report import only_first_right, rivals, test_part
from cnnlab.keras_graph import layers
from cnnlab.prediction import Anatomy, anatomy
from cnnlab.runs import Run

if TYPE_CHECKING:
    import keras

    from cnnlab.evaluation.report import Shown

MOST_PICTURES, FEWEST_PICTURES = 2000, 300
MOST_MACS = 10**10  # of all forward passes together: some seconds on two cores
MOST_KERNELS = 16  # tried one by one; of networks with more of them none is


@dataclass(frozen=True)
class Silenced:
    """One first kernel of the larger network, silenced: accuracy left (0..1), and who suffers.

    `label` is the class that loses most, from the share `before` to the share `after`.
    """

    accuracy: float
    label: str
    before: float
    after: float


@dataclass(frozen=True)
class StepDown:
    """Two neighboring sizes on the same test pictures.

    Attributes:
        count: How many pictures there are; `tried` of them were used with something taken away.
        variant: Of the dataset.
        only_larger, only_smaller: Pictures that one of the two reads and the other does not.
        lost: Some of those only the larger reads, with what the smaller says.
        ablations: What the larger one was left with, and how it did.
        kernels: Its first kernels, silenced one by one.
    """

    count: int
    tried: int
    variant: str
    only_larger: int
    only_smaller: int
    lost: "list[Shown]"
    ablations: tuple[Ablation, ...]
    kernels: tuple[Silenced, ...]


def step_down(smaller: Run, larger: Run, most: int = 12) -> StepDown:
    """Everything that is measured of the step from one size to the next smaller one.

    Args:
        most: At most so many lost pictures.

    Raises:
        LabError: a model or the dataset is not there, or the test pictures differ.
    """
    a, b = rivals(str(smaller.path), str(larger.path))
    test = test_part(larger)
    built = [_built(run) for run in (smaller, larger)]
    bench = _Bench(larger, _count(larger, built[1]))
    return StepDown(
        count=len(a.truth),
        tried=len(bench.truth),
        variant=test.variant,
        only_larger=int((b.right & ~a.right).sum()),
        only_smaller=int((a.right & ~b.right).sum()),
        lost=only_first_right(str(larger.path), str(smaller.path), most),
        ablations=tuple(_ablations(bench, *built)),
        kernels=tuple(_silenced(bench, kernel) for kernel in range(bench.kernels)),
    )


def _built(run: Run) -> Anatomy | None:
    return anatomy(run.tflite_file.read_bytes()) if run.tflite_file.is_file() else None


def _count(run: Run, built: Anatomy | None) -> int:
    """How many pictures are worth the time."""
    kernels = built.kernels if built and built.kernels <= MOST_KERNELS else 0
    affordable = MOST_MACS // ((kernels + 4) * max(1, run.metrics.macs or 10**6))
    return min(MOST_PICTURES, max(FEWEST_PICTURES, affordable))


class _Bench:
    """The larger network, its pictures `(n, h, w, c)` uint8 and classes `(n,)`, spread evenly."""

    def __init__(self, run: Run, count: int) -> None:
        test = test_part(run)
        chosen = np.unique(np.linspace(0, len(test.x_test) - 1, count).astype(int))
        self.pictures, self.truth = test.x_test[chosen], test.y_test[chosen]
        self.labels = [str(label) for label in run.config.labels]
        self.model = load_model(run)
        found = layers(self.model).values()
        self._first = next((layer for layer in found if _is(layer, "Conv2D")), None)
        self._last = next((layer for layer in reversed([*found]) if _is(layer, "Dense")), None)
        self.right = self._right(predict_all(self.model, self.pictures))
        self.alone = [self._without([kernel]) for kernel in range(self.kernels)]

    @property
    def before(self) -> float:
        """Accuracy with everything, 0..1."""
        return float(self.right.mean())

    @property
    def kernels(self) -> int:
        """How many first kernels are tried."""
        count = self._first.kernel.shape[-1] if self._first else 0
        return int(count) if count <= MOST_KERNELS else 0

    def accuracy_on(self, pictures: np.ndarray) -> float:
        """Accuracy on other pictures of the same things."""
        return float(self._right(predict_all(self.model, pictures)).mean())

    def accuracy_without(self, count: int) -> float:
        """Accuracy without so many first kernels: those it misses least one by one."""
        order = sorted(range(self.kernels), key=lambda kernel: -self.alone[kernel].mean())
        return float(self._without(order[:count]).mean())

    def accuracy_by(self, count: int) -> float | None:
        """Accuracy when so many of the numbers before the classes may vary from picture to picture.

        The others keep their mean. Of several choices the best one found is taken: each time the
        number is fixed that is missed least. None where no dense layer decides.
        """
        if self._last is None:
            return None
        import keras

        inputs = keras.Model(self.model.inputs, self._last.input)
        values = predict_all(inputs, self.pictures)
        kernel, bias = (np.asarray(weight) for weight in self._last.weights)
        means = values.mean(axis=0)
        while values.shape[1] and (values != means).any(axis=0).sum() > count:
            free = np.flatnonzero((values != means).any(axis=0))
            tries = [_fixed(values, means, one) for one in free]
            shares = [self._right(one @ kernel + bias).mean() for one in tries]
            values = tries[int(np.argmax(shares))]
        return float(self._right(values @ kernel + bias).mean())

    def _without(self, silent: list[int]) -> np.ndarray:
        with _zeroed(self._first, silent):
            return self._right(predict_all(self.model, self.pictures))

    def _right(self, scores: np.ndarray) -> np.ndarray:
        return scores.argmax(axis=1) == self.truth


def _ablations(
    bench: _Bench, smaller: Anatomy | None, larger: Anatomy | None
) -> Iterator[Ablation]:
    """What the smaller one lacks is taken from the larger one, one thing at a time."""
    if smaller is None or larger is None:
        return
    side = bench.pictures.shape[1]
    if smaller.resolution < larger.resolution and side % smaller.resolution == 0:
        coarse = _coarse(bench.pictures, side // smaller.resolution)
        words = f"on pictures of {smaller.resolution}x{smaller.resolution}"
        yield Ablation(words, bench.accuracy_on(coarse), bench.before)
    if smaller.features < larger.features:
        left = bench.accuracy_by(smaller.features)
        if left is not None:
            words = f"with {smaller.features} of the {larger.features} numbers before its classes"
            yield Ablation(words, left, bench.before)
    if smaller.kernels < larger.kernels == bench.kernels:
        words = f"with {smaller.kernels} of its {larger.kernels} first kernels"
        accuracy = bench.accuracy_without(larger.kernels - smaller.kernels)
        yield Ablation(words, accuracy, bench.before)


def _silenced(bench: _Bench, kernel: int) -> Silenced:
    right = bench.alone[kernel]
    there = np.bincount(bench.truth, minlength=len(bench.labels))
    before, after = (
        np.bincount(bench.truth[hit], minlength=len(there)) / np.maximum(there, 1)
        for hit in (bench.right, right)
    )
    worst = int((before - after).argmax())
    shares = float(before[worst]), float(after[worst])
    return Silenced(float(right.mean()), bench.labels[worst], *shares)


def _fixed(values: np.ndarray, means: np.ndarray, one: np.intp) -> np.ndarray:
    """A copy `(n, features)` in which a feature keeps its mean."""
    copy = values.copy()
    copy[:, one] = means[one]
    return copy


def _coarse(pictures: np.ndarray, side: int) -> np.ndarray:
    """Every square of `side` pixels as its mean, in the old size; uint8 `(n, h, w, c)`."""
    n, height, width, channels = pictures.shape
    parts = pictures.reshape(n, height // side, side, width // side, side, channels)
    means = parts.mean(axis=(2, 4)).round().astype(np.uint8)
    return means.repeat(side, axis=1).repeat(side, axis=2)


@contextmanager
def _zeroed(layer: "keras.Layer | None", filters: list[int]) -> Iterator[None]:
    """Some filters of a convolution give nothing until the block ends."""
    if layer is None or not filters:
        yield
        return
    kept = layer.get_weights()
    layer.set_weights([_blank(weights, filters) for weights in kept])
    try:
        yield
    finally:
        layer.set_weights(kept)


def _blank(weights: np.ndarray, filters: list[int]) -> np.ndarray:
    """A copy whose last axis is 0 at some places: of a kernel and of a bias alike."""
    copy = weights.copy()
    copy[..., filters] = 0
    return copy


def _is(layer: Any, name: str) -> bool:
    return type(layer).__name__ == name
