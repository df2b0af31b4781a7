"""Training's parts: order of the pictures, live points, early ends, what is kept on the way."""

import math
import shutil
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from cnnlab import architectures, datasets, recipe, runs, training
from cnnlab.errors import LabError
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.runs import Run
from cnnlab.schema import Recipe, best_epoch
from cnnlab.training import callbacks, input_pipeline
from cnnlab.training.batches import Batches
from cnnlab.training.compiling import (
    Weighted,
    class_weights,
    compile_model,
    make_loss,
    make_optimizer,
    stretch,
)
from cnnlab.training.early_stopping import stalled
from cnnlab.training.input_pipeline import EpochOrder, feed
from cnnlab.training.snapshots import conv_kernels, save_snapshot, snapshot_epochs
from tests.records import checked


@pytest.fixture(scope="module")
def data():
    """Twenty digits of each class."""
    return datasets.load("digits", (28, 28, 1), limit=200)


def new_run(architecture: str = "mnist_approach_2", **settings) -> Run:
    """A queued run of one short epoch unless told otherwise."""
    short = {"epochs": 1, "train_limit": 200}
    return runs.create(recipe.plan(architecture, "digits", short | settings))


def train(run: Run, data, said: list | None = None) -> keras.Model:
    """Train the run in this process; `said` collects its reports."""
    said = [] if said is None else said
    return training.train(run, lambda **fields: said.append(fields), data)


# -- batches --


@pytest.fixture
def batches(data) -> Batches:
    """All 200 pictures in seven batches."""
    return Batches(data.x_train, data.y_train, 10, checked({"seed": 3}, "digits"))


def seen(batches: Batches) -> np.ndarray:
    """All pictures of the epoch in force, in order."""
    return np.concatenate([batches[i][0] for i in range(len(batches))])


def test_an_epoch_shows_every_picture_once_in_its_own_order(data, batches):
    assert len(batches) == 7
    first = seen(batches)
    assert first.shape == data.x_train.shape
    assert (first.min(), first.max()) == (0.0, 1.0)
    batches.epoch += 1
    second = seen(batches)
    assert not np.array_equal(first, second)
    key = np.lexsort(data.x_train.reshape(200, -1).T)
    for epoch in (first, second):
        whole = (epoch * 255).round().astype("uint8").reshape(200, -1)
        np.testing.assert_array_equal(
            whole[np.lexsort(whole.T)], data.x_train.reshape(200, -1)[key]
        )


def test_the_order_depends_on_seed_and_epoch_alone(data, batches):
    batches.epoch = 5
    again = Batches(data.x_train, data.y_train, 10, checked({"seed": 3}, "digits"))
    for _ in range(5):
        again.epoch += 1
    np.testing.assert_array_equal(seen(batches), seen(again))


def test_validation_keeps_its_order_and_its_pictures(data):
    settings = checked({"augmentation": "light_digits"}, "digits")
    held = Batches(data.x_val, data.y_val, 10, settings, training=False)
    np.testing.assert_array_equal(seen(held), data.x_val.astype("float32") / 255)


@pytest.mark.parametrize("training", [True, False])
def test_the_pipeline_gives_what_python_would_give(data, training):
    settings = checked({"seed": 3}, "digits")
    batches = Batches(data.x_train, data.y_train, 10, settings, training)
    fed, order = feed(batches), EpochOrder(batches)
    assert len(fed) == len(batches) == 7
    for epoch in (4, 0):  # taken up at a checkpoint
        order.on_epoch_begin(epoch)
        for index, (x, y) in enumerate(fed):
            expected_x, expected_y = batches[index]
            np.testing.assert_array_equal(x, expected_x)
            np.testing.assert_array_equal(y, expected_y)
        assert index == 6


def test_what_python_has_a_hand_in_goes_through_python(data, monkeypatch):
    def made(x=data.x_train, beside=(), **settings):
        settings = checked(settings, "digits")
        return Batches(x, data.y_train, 10, settings, beside=beside)

    plain = made()
    assert feed(plain) is not plain
    for batches in (
        made(augmentation="light_digits"),
        made(beside=[data.y_train]),
        made(data.x_train.astype("float32")),
    ):
        assert feed(batches) is batches
    monkeypatch.setattr(input_pipeline, "_MOST_COPIED", data.x_train.nbytes - 1)
    batches = made()
    assert feed(batches) is batches


# -- recipe to Keras --


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
def test_every_optimizer_is_made_as_asked(optimizer):
    asked = {"optimizer": optimizer, "learning_rate": 0.25, "weight_decay": 0.01, "ema": 0.5}
    made = make_optimizer(checked(asked, "digits"))
    assert type(made).__name__.lower() == optimizer
    assert float(made.learning_rate) == 0.25
    assert made.weight_decay == 0.01
    assert (made.use_ema, made.ema_momentum) == (True, 0.5)


def test_plain_adam_decays_and_averages_nothing():
    made = make_optimizer(checked({}, "digits"))
    assert made.weight_decay is None
    assert not made.use_ema


def test_losses():
    truth, said = np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])
    for loss, value in (
        ("cross_entropy", math.log(2)),
        ("focal", 0.25 * 0.25 * math.log(2)),
        ("mean_squared_error", 0.25),
    ):
        made = make_loss(checked({"loss": loss}, "digits"))
        assert float(made(truth, said)) == pytest.approx(value, rel=1e-4)
    smooth = make_loss(checked({"label_smoothing": 0.2}, "digits"))
    assert smooth.label_smoothing == 0.2


def test_any_network_of_the_zoo_compiles():
    model = architectures.build("lenet5")
    compile_model(model, checked({}, "mnist"))
    assert model.optimizer is not None


@pytest.mark.parametrize(
    ("name", "batch_size", "batches", "steps"),
    [
        ("mnist_approach_1", 128, 422, 16),  # 371,840 MACs a picture: as many as are allowed
        ("mnist_approach_1", 128, 12, 3),  # four points in every epoch
        ("mnist_approach_1", 128, 1, 1),
        ("mnist_approach_1", 1024, 422, 5),
        ("saria_final", 256, 422, 1),  # 6 million MACs: one step is long enough
    ],
)
def test_small_networks_take_several_steps_at_a_stretch(name, batch_size, batches, steps):
    settings = checked({"batch_size": batch_size}, "mnist")
    assert stretch(architectures.build(name), settings, batches) == steps


# -- the course of a training --


@pytest.fixture(scope="module")
def trained(tmp_path_factory, data):
    """A run of one epoch with a moving average: (run, model, what was reported)."""
    said: list[dict] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNLAB_RUNS", str(tmp_path_factory.mktemp("trained")))
        run = new_run(ema=0.99, learning_rate=0.01)
        return run, train(run, data, said), said


def test_what_a_training_leaves_behind(trained):
    run, best, said = trained
    assert [row.epoch for row in run.history] == [1]
    assert run.history[0].loss > 0
    assert run.history[0].seconds > 0
    kept = keras.models.load_model(run.model_file, compile=False)
    for one, other in zip(best.get_weights(), kept.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    names = {file.name for file in run.snapshots_dir.iterdir()}
    assert names == {"initial.npz", "00001.npz", "final.npz"}
    phases = [report["phase"] for report in said if "phase" in report]
    assert phases[0] == "building the network"
    assert [report["epoch"] for report in said if "epoch" in report] == [0, 1]
    last = run.progress()[-1]
    assert (last.epoch, last.batch, last.batches) == (0, 7, 7)
    assert last.loss == pytest.approx(run.history[0].loss, abs=1e-5)


def test_the_moving_average_is_what_is_kept(trained):
    run, best, _ = trained
    with np.load(run.checkpoint_file) as state:
        live = state["model0"]
        optimizer = [state[name] for name in state.files if name.startswith("optimizer")]
    kept = best.get_weights()[0]
    assert not np.array_equal(kept, live)
    assert any(np.array_equal(kept, average) for average in optimizer)


def test_the_smallest_limit_and_a_batch_larger_than_it():
    run = new_run(train_limit=10, batch_size=4096)
    train(run, None)
    assert len(run.history) == 1
    with pytest.raises(LabError, match="too small"):
        train(new_run(train_limit=3), None)


def test_a_loss_that_explodes_says_what_to_do(data, monkeypatch):
    monkeypatch.setattr(callbacks, "rate_at", lambda *_: math.inf)
    run = new_run()
    with pytest.raises(LabError, match="learning rate ten times smaller"):
        train(run, data)
    assert run.history == ()


def test_a_stop_before_the_first_batch_is_heeded(data):
    run = new_run()
    run.stop_file.touch()
    with pytest.raises(training.StopRequested):
        train(run, data)
    assert not run.model_file.exists()


def test_a_deleted_folder_ends_the_training_within_the_epoch(data, monkeypatch):
    run = new_run(epochs=50)
    look, batches = callbacks.Progress.on_train_batch_end, []

    def delete_then_look(self, batch, logs=None):
        self._last = 0.0
        if batch == 2:
            shutil.rmtree(self._run.path)
        batches.append(batch)
        look(self, batch, logs)

    monkeypatch.setattr(callbacks.Progress, "on_train_batch_end", delete_then_look)
    with pytest.raises(runs.Gone, match="was deleted while it trained"):
        train(run, data)
    assert batches == [0, 1, 2]
    assert not run.path.exists()


def test_the_best_epoch_is_the_most_accurate_then_the_least_lossy():
    def rows(*pairs):
        return [SimpleNamespace(val_accuracy=a, val_loss=b) for a, b in pairs]

    assert best_epoch(rows((0.5, 2))) == 1
    assert best_epoch(rows((0.5, 2), (0.9, 3), (0.8, 1))) == 2
    assert best_epoch(rows((0.9, 2), (0.9, 1), (0.9, 1))) == 2
    assert best_epoch(rows((0.1, math.nan), (0.9, 1))) == 2
    assert best_epoch(rows((0.97, 2), (0.9, 1)), by_loss=True) == 2


def test_balanced_weights_make_every_class_count_the_same():
    labels = np.repeat([0, 1, 3], [190, 6, 4])
    weights = class_weights(labels, 4)
    totals = weights * np.bincount(labels, minlength=4)
    np.testing.assert_allclose(totals[[0, 1, 3]], len(labels) / 3)
    truth = np.eye(4, dtype="float32")[labels]
    said = np.full((200, 4), 0.25, "float32")
    plain = keras.losses.CategoricalCrossentropy()
    weighted = Weighted(plain, weights)
    each = keras.ops.convert_to_numpy(weighted.call(truth, said))
    np.testing.assert_allclose(each, weights[labels] * -np.log(0.25), rtol=1e-5)


def test_class_weights_are_in_the_command_and_make_the_small_class_count(tmp_path):
    settings = {"class_weights": "balanced", "epochs": 1, "seed": 3}
    config = recipe.plan("mnist_approach_2", "digits", settings)
    assert "--class-weights balanced" in config.command
    usual = recipe.plan("mnist_approach_2", "digits", {"epochs": 1, "seed": 3})
    assert "class-weights" not in usual.command
    x = np.random.default_rng(0).integers(0, 60, (200, 4, 4, 1), np.uint8)
    labels = np.repeat([0, 1], [190, 10])
    x[labels == 1] += 30  # weakly told apart: without weights all are called 0
    found = {}
    for weighting in ("none", "balanced"):
        keras.utils.set_random_seed(0)
        model = keras.Sequential(
            [
                keras.layers.Input((4, 4, 1)),
                keras.layers.Flatten(),
                keras.layers.Dense(2, "softmax"),
            ]
        )
        values = checked({"class_weights": weighting, "learning_rate": 0.05, "epochs": 1}, "digits")
        compile_model(model, values, labels=labels)
        model.fit(x / 255, np.eye(2)[labels], epochs=20, verbose=0)
        found[weighting] = (model.predict(x / 255, verbose=0).argmax(1)[labels == 1] == 1).mean()
    assert found["balanced"] > 0.7 > found["none"]


def test_patience():
    rows = [SimpleNamespace(val_loss=loss) for loss in (1.0, 2.0, 2.0)]
    assert stalled(rows, Recipe(patience=2))
    assert not stalled(rows, Recipe(patience=3))
    assert not stalled(rows, Recipe(patience=0))
    assert not stalled([], Recipe(patience=1))


# -- snapshots --


def test_short_trainings_keep_every_epoch_long_ones_thin_out():
    assert snapshot_epochs(3) == {1, 2, 3}
    for epochs in (41, 100, 2000):
        kept = snapshot_epochs(epochs)
        assert {1, epochs} <= kept
        assert len(kept) <= 40


def test_depthwise_and_separable_kernels_are_kept_too():
    model = keras.Sequential(
        [
            keras.layers.Input((8, 8, 3)),
            keras.layers.Conv2D(4, 3, name="plain"),
            keras.layers.DepthwiseConv2D(3, name="depth"),
            keras.layers.SeparableConv2D(5, 3, name="both"),
            keras.layers.Dense(2, name="dense"),
        ]
    )
    shapes = {name: kernel.shape for name, kernel in conv_kernels(model)}
    assert shapes == {
        "plain": (3, 3, 3, 4),
        "depth": (3, 3, 4, 1),
        "both depthwise": (3, 3, 4, 1),
        "both pointwise": (1, 1, 4, 5),
    }


def test_large_networks_keep_start_and_end_only(monkeypatch):
    monkeypatch.setattr("cnnlab.training.snapshots._MOST_FLOATS", 10)
    run = new_run()
    model = keras.Sequential([keras.layers.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)])
    for moment in ("initial", "00001", "final"):
        save_snapshot(run, model, moment)
    assert {path.stem for path in run.snapshots_dir.iterdir()} == {"initial", "final"}
