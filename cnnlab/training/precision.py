"""Which precision a training computes in: asked for, or the fastest of those that are tried.

    float32           as everything was
    mixed             Keras' policy: layers compute in bfloat16, weights stay float32
    onednn_bfloat16   TensorFlow rewrites the training step on a processor: the operations that
                      oneDNN does in bfloat16 get it, the rest stays as it is

On a processor with bfloat16 instructions one of them may be faster, or slower: it depends on the
network. So `auto` tries them on a few batches before a training that takes long enough to care.
"""

import contextlib
import importlib
import io
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import keras

from cnnlab import datasets, keras_graph, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import RunConfig
from cnnlab.training import device
from cnnlab.training.compiling import compile_model, macs_of
from cnnlab.training.fused_batch_norm import fuse

if TYPE_CHECKING:
    from cnnlab.training import Task

TRIED = ("float32", "onednn_bfloat16", "mixed")
_OLDEST_WITH_BFLOAT16 = 8  # NVIDIA compute capability: Ampere, 2020
_WORTH = 1e12  # multiply-adds of a training's forward passes: minutes on two cores
_FASTER = 0.95  # of float32's time, or the difference may be chance
_ROUNDS = 4
_SECONDS = 0.3  # of each in each round


def precision(config: RunConfig) -> str:
    """In what a run computes where nothing is tried: one of `TRIED`.

    Recipes planned before there was a choice have none: auto. Networks made from others, which
    share their layers with them, compute in float32 where Keras' policy was asked for.
    """
    asked = config.recipe.precision
    if asked == "auto":
        asked = "mixed" if device.gpu()[1] >= _OLDEST_WITH_BFLOAT16 else "float32"
    return "float32" if asked == "mixed" and config.compression else asked


def mixed(model: keras.Model) -> keras.Model:
    """A copy that computes in bfloat16 and keeps its weights and its answer in float32.

    bfloat16 has the range of float32, so that no loss needs to be scaled. Source: Kalamkar et
    al., "A study of bfloat16 for deep learning training", 2019, arXiv:1905.12322.
    """
    copy = _with_policy(model, "mixed_bfloat16")
    copy.set_weights(model.get_weights())
    return copy


def full(model: keras.Model) -> keras.Model:
    """An uncompiled copy with fresh weights that computes in float32 throughout."""
    return _with_policy(model, "float32")


def _with_policy(model: keras.Model, name: str) -> keras.Model:
    config = model.get_config()
    policy = keras.saving.serialize_keras_object(keras.DTypePolicy(name))
    names = keras_graph.layers(model)  # operations in the graph take no policy
    for layer in config["layers"][:-1]:
        if layer["class_name"] != "InputLayer" and layer["config"].get("name") in names:
            layer["config"]["dtype"] = policy
    return type(model).from_config(config)


@contextlib.contextmanager
def computing(used: str) -> Iterator[None]:
    """While it lasts, training steps compute as `used` says, one of `TRIED`.

    What is computed outside of training, such as validation, is left alone: see `Rewritten`.
    """
    rewrite(used == "onednn_bfloat16")
    try:
        yield
    finally:
        rewrite(False)


def rewrite(on: bool) -> bool:
    """Switch TensorFlow's rewriting of steps for bfloat16; whether there is such a switch.

    The option is experimental. Where it is gone, and with other backends, all stays float32.
    """
    if keras.backend.backend() != "tensorflow":
        return False
    tf = importlib.import_module("tensorflow")
    try:
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": on})
    except (AttributeError, ValueError):
        return False
    return True


class Rewritten(keras.callbacks.Callback):
    """Validation in float32 between epochs whose steps are rewritten for bfloat16.

    So that an epoch's validation accuracy is that of the network that is kept.
    """

    def __init__(self, used: str) -> None:
        super().__init__()
        self._on = used == "onednn_bfloat16"

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        """Validation starts."""
        if self._on:
            rewrite(False)

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        """The next steps are training again."""
        if self._on:
            rewrite(True)


def settled(
    run: Run,
    data: datasets.Data,
    task: "Callable[[Run, datasets.Data], Task] | None",
    report: Callable[..., None],
) -> Run:
    """The run with its precision decided and written into config and command.

    Args:
        run: A training that is about to begin, or to be taken up again.
        data: Its dataset.
        task: Makes what a training step of this run costs; None where nothing is to be tried.
        report: Called with `phase=` before anything is tried.

    Returns:
        `run` itself where its recipe asks for one, where a GPU decides, or where the training is
        too short for it to matter.
    """
    recipe = run.config.recipe
    if recipe.precision != "auto" or task is None or device.gpu()[0] or not rewrite(False):
        return run
    if run.history or run.checkpoint_file.exists():
        return run  # begun before there was a choice: in float32
    keras.utils.set_random_seed(recipe.seed)
    with contextlib.redirect_stdout(io.StringIO()):  # what a task says belongs to the real one
        first = task(run, data)
    work = macs_of(first.model) * first.batches.pictures * recipe.epochs
    if work < _WORTH:
        return run
    report(phase="finding the fastest precision")
    found = fastest(tried(run, data, task))
    print(f"precision: {found}, the fastest of {', '.join(TRIED)} here")  # noqa: T201
    return runs.settle_precision(run, found)


def tried(
    run: Run, data: datasets.Data, task: "Callable[[Run, datasets.Data], Task]"
) -> dict[str, Callable[[], object]]:
    """One training step per precision, ready to be timed; of those that work here."""
    steps: dict[str, Callable[[], object]] = {}
    for name in TRIED:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(LabError):
            steps[name] = _step(run, data, task, name)
    return steps


def _step(
    run: Run, data: datasets.Data, task: "Callable[[Run, datasets.Data], Task]", name: str
) -> Callable[[], object]:
    keras.utils.set_random_seed(run.config.recipe.seed)
    made = task(run, data)
    fitted = made.wrapper or made.model
    if name == "mixed":
        if made.wrapper:
            raise LabError("Networks that learn from another compute in one precision.")
        fitted = mixed(made.model)
    fuse(fitted)
    compile_model(fitted, run.config.recipe, made.loss, len(made.batches), 1, data.y_train)
    x, y = made.batches[0]

    def step() -> Any:
        with computing(name):
            return fitted.train_on_batch(x, y)

    return step


def fastest(steps: "dict[str, Callable[[], object]]") -> str:
    """The name of the step that takes least, in turns; float32 unless another is clearly faster.

    Args:
        steps: One training step for each precision, float32 among them.
    """
    for step in steps.values():
        step()  # traced and compiled
        step()
    best = dict.fromkeys(steps, float("inf"))
    for _ in range(_ROUNDS):
        for name, step in steps.items():
            best[name] = min(best[name], _least(step))
    name = min(best, key=best.__getitem__)
    return name if best[name] < _FASTER * best["float32"] else "float32"


def _least(step: Callable[[], object]) -> float:
    """Seconds of the fastest of the steps that fit into `_SECONDS`; at least one."""
    ends = time.perf_counter() + _SECONDS
    least = float("inf")
    while least == float("inf") or time.perf_counter() < ends:
        started = time.perf_counter()
        step()
        least = min(least, time.perf_counter() - started)
    return least
