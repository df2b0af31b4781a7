"""Pruning: thinned networks compute the same, masks hold, and a pause changes nothing."""

import keras
import numpy as np
import pytest

from cnnlab import architectures, datasets, evaluation, recipe, runs, summary, training
from cnnlab.compression import METHODS, _worker, planning
from cnnlab.compression.pruning._dependency_graph import dependency_graph
from cnnlab.compression.pruning._importance import MacCounter, least_important
from cnnlab.compression.pruning._masks import apply_masks, sparsity_share
from cnnlab.compression.pruning._surgery import channel_masks, remove_channels
from cnnlab.errors import LabError
from cnnlab.training import callbacks
from tests.compression.conftest import SHORT

# Plain, with batch-norm, residual, with concatenations, depthwise, dense blocks.
ZOO = ("lenet5", "mnist_approach_1", "resnet8", "squeezenet_b", "mobilenet", "densenet")


@pytest.fixture(scope="module")
def data():
    return datasets.load("digits", (28, 28, 1), limit=SHORT["train_limit"])


def shaken(name: str) -> keras.Model:
    """A network whose batch-norms do something."""
    model, chance = architectures.build(name), np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([chance.random(w.shape) + 0.5 for w in layer.get_weights()])
    return model


@pytest.mark.parametrize(("name", "spread"), list(zip(ZOO, ("even", "network") * 3, strict=True)))
def test_a_thinned_network_computes_what_the_masked_one_does(name, spread):
    model = shaken(name)
    before = summary.summarize(model).totals
    channels = dependency_graph(model)
    removed = least_important(model, channels, 0.5, spread)
    predicted = MacCounter(model, channels).without(removed)
    apply_masks(list(channel_masks(model, channels, removed)))
    pictures = np.random.default_rng(1).random((3, *model.inputs[0].shape[1:])).astype("float32")
    expected = np.asarray(model.predict_on_batch(pictures))
    thinned = remove_channels(model, channels, removed)
    np.testing.assert_allclose(np.asarray(thinned.predict_on_batch(pictures)), expected, atol=1e-5)
    after = summary.summarize(thinned).totals
    assert after.macs == pytest.approx(predicted)
    assert 0.4 * before.macs < after.macs <= 0.5 * before.macs
    assert after.params < before.params


def test_a_hand_counted_cut():
    """8 of 16 filters and 5 of 20 neurons less, counted on paper."""
    picture = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(16, 3, name="conv")(picture)
    x = keras.layers.BatchNormalization(name="norm")(x)
    x = keras.layers.Flatten(name="flat")(x)
    x = keras.layers.Dense(20, activation="relu", name="hidden")(x)
    model = keras.Model(picture, keras.layers.Dense(4, activation="softmax", name="out")(x))
    channels = dependency_graph(model)
    (_, filters), (_, neurons) = channels.groups()
    assert (len(filters), len(neurons)) == (16, 20)
    thinned = remove_channels(model, channels, {*filters[:8].tolist(), *neurons[:5].tolist()})
    assert [tuple(w.shape) for w in thinned.get_layer("conv").weights] == [(3, 3, 3, 8), (8,)]
    assert [tuple(w.shape) for w in thinned.get_layer("norm").weights] == [(8,)] * 4
    assert tuple(thinned.get_layer("hidden").kernel.shape) == (6 * 6 * 8, 15)
    assert tuple(thinned.get_layer("out").kernel.shape) == (15, 4)
    kept = model.get_layer("hidden").kernel.numpy().reshape(6, 6, 16, 20)[:, :, 8:, 5:]
    np.testing.assert_array_equal(thinned.get_layer("hidden").kernel.numpy(), kept.reshape(288, 15))


def test_added_paths_lose_the_same_filters():
    picture = keras.Input((8, 8, 4))
    left = keras.layers.Conv2D(6, 1, name="left")(picture)
    right = keras.layers.Conv2D(6, 3, padding="same", name="right")(picture)
    x = keras.layers.Add()([left, right])
    x = keras.layers.GlobalAveragePooling2D()(x)
    model = keras.Model(picture, keras.layers.Dense(3, activation="softmax", name="out")(x))
    channels = dependency_graph(model)
    ((names, units),) = channels.groups()
    assert (set(names), len(units)) == ({"left", "right"}, 6)
    thinned = remove_channels(model, channels, set(units[:2].tolist()))
    assert thinned.get_layer("left").filters == thinned.get_layer("right").filters == 4


def test_what_cannot_be_thinned_says_so():
    model = architectures.build("mobilenet")
    unprunable = dependency_graph(model).unprunable
    assert "leave the network" in unprunable["classes"]
    assert any("one kernel for each map" in why for why in unprunable.values())
    picture = keras.Input((8, 8, 4))
    x = keras.layers.Conv2D(4, 1, groups=2, name="grouped")(picture)
    x = keras.layers.Softmax()(keras.layers.Dense(2)(keras.layers.Flatten()(x)))
    with pytest.raises(LabError, match="grouped: nobody here knows how to thin"):
        METHODS["filters"].function(keras.Model(picture, x), spread="even", norm="L1")


@pytest.mark.parametrize("scope", ["network", "layer"])
def test_magnitude_takes_the_smallest(scope):
    model = architectures.build("lenet5")
    before = [w.copy() for w in model.get_weights()]
    apply_masks(METHODS["magnitude"].function(model, scope=scope).masks(0.6))
    removed = [b[a == 0] for a, b in zip(model.get_weights(), before, strict=True) if a.ndim > 1]
    kept = [b[a != 0] for a, b in zip(model.get_weights(), before, strict=True) if a.ndim > 1]
    shares = [len(g) / (len(g) + len(k)) for g, k in zip(removed, kept, strict=True)]
    if scope == "layer":
        assert shares == pytest.approx([0.6] * len(shares), abs=0.01)
    else:
        total = sum(map(len, removed)) / sum(
            len(g) + len(k) for g, k in zip(removed, kept, strict=True)
        )
        assert total == pytest.approx(0.6, abs=1e-3)
        assert max(np.abs(g).max() for g in removed) <= min(np.abs(k).min() for k in kept)


def test_the_ramp_is_steep_first_and_ends_at_the_whole():
    steps = [sparsity_share(epoch, 4) for epoch in range(6)]
    assert steps == pytest.approx([1 - 0.75**3, 1 - 0.5**3, 1 - 0.25**3, 1, 1, 1])
    assert sparsity_share(0, 0) == 1.0


def test_zeros_stay_zeros_through_the_fine_tuning(tiny_run, done):
    config = planning.prune(tiny_run, "magnitude", {"share": 0.7}, SHORT)
    run = done(config)
    kernels = [w for w in evaluation.load_model(run).get_weights() if w.ndim > 1]
    zeros = sum(int((w == 0).sum()) for w in kernels) / sum(w.size for w in kernels)
    assert zeros == pytest.approx(0.7, abs=1e-3)
    assert run.config.architecture == "lenet5"


@pytest.mark.parametrize("ramp", [0, 2])
def test_a_thinned_run_is_smaller_in_every_file(tiny_run, thinned, done, ramp):
    run = thinned(ramp)
    assert run.config.architecture == "lenet5-thinned"
    assert run.metrics.macs <= 0.4 * tiny_run.metrics.macs
    assert run.metrics.params < tiny_run.metrics.params
    assert run.tflite_file.stat().st_size < tiny_run.tflite_file.stat().st_size
    assert evaluation.load_model(run).count_params() == run.metrics.params
    if ramp:
        assert run.metrics.best_epoch >= ramp
    child = done(planning.prune(run, "filters", {"share": 0.3}, SHORT | {"epochs": 1}))
    assert child.metrics.params < run.metrics.params
    assert child.config.architecture == "lenet5-thinned"


def test_cut_and_taken_up_again_is_the_same_gradual_pruning(tiny_run, data, monkeypatch):
    more = SHORT | {"epochs": 3, "optimizer": "nadam", "augmentation": "light_digits"}
    config = planning.prune(tiny_run, "filters", {"share": 0.5, "ramp": 2}, more)
    unbroken, interrupted = runs.create(config), runs.create(config)

    def make(run):
        return _worker.prune(run, lambda **fields: None, data)

    one = make(unbroken)
    look = callbacks.Progress.on_train_batch_end

    def at_batch(self, batch, logs=None):
        if (self._epoch, batch) == (1, 2):
            self._run.stop_file.touch()
        look(self, batch, logs)

    with monkeypatch.context() as patch:
        patch.setattr(callbacks.Progress, "on_train_batch_end", at_batch)
        with pytest.raises(training.StopRequested):
            make(interrupted)
    interrupted.stop_file.unlink()
    other = make(interrupted)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert [r.val_loss for r in unbroken.history] == [r.val_loss for r in interrupted.history]


def test_fine_tuning_is_gentler_and_shorter_than_the_training_was(tiny_run):
    found = planning.finetuning(tiny_run)
    assert found["learning_rate"] == pytest.approx(0.003 / 2)
    assert recipe.check(found, "digits")["epochs"] == 2
    with pytest.raises(LabError, match="set ema to 0"):
        planning.prune(tiny_run, "magnitude", {}, {"ema": 0.9})


def test_a_ramp_longer_than_the_training_ends_with_it(tiny_run):
    config = planning.prune(tiny_run, "magnitude", {"ramp": 50}, {"epochs": 4})
    assert config.compression.settings["ramp"] == config.best_from == 4
