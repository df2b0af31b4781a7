"""Models as people save them import with the accuracy they have; what cannot be says why."""

import shutil
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers, ops

from cnnlab import architectures, datasets, evaluation, importing, prediction, runs, summary
from cnnlab.compression import METHODS
from cnnlab.errors import LabError
from cnnlab.importing._fitting import finished, plain
from tests.cases import FOLDER, IMPORTS, TRUTH

MEASURED = [name for name in IMPORTS if name != "out_sigmoid1"]  # tells two classes apart


RANGES = {
    "fn_rescaling255": "0..255",
    "in_batchnorm_raw": "0..255",
    "in_dark_on_white": "1..0",
    "in_normalization_axis": "0..255",
    "in_op_divide255": "0..255",
    "st_aug_tutorial": "0..255",
}


@pytest.mark.parametrize("name", MEASURED)
def test_the_range_it_was_made_for_is_found_and_filters_can_go(name):
    run = importing.import_file(FOLDER / f"{name}.keras", dataset="mnist")
    said = run.config.imported
    assert said.input_range == RANGES.get(name, "0..1"), said.notes
    data = datasets.load("mnist_small", (28, 28, 1))
    chances = evaluation.answer(run, data.x_test[:512])  # two whole batches
    assert np.allclose(chances.sum(axis=1), 1.0, atol=1e-3)
    right = float((chances.argmax(axis=1) == data.y_test[:512]).mean())
    assert right > TRUTH[name]["accuracy"] - 0.03
    light = prediction.answer_all(run.tflite_file.read_bytes(), data.x_test[:50])
    np.testing.assert_allclose(light, chances[:50], atol=1e-4)
    card = METHODS["filters"]
    values = card.check({})
    cut = card.function(evaluation.load_model(run), **{key: values[key] for key in card.own})
    assert summary.summarize(cut.remove(0.5)).totals.macs < 0.7 * run.metrics.macs


@pytest.fixture(scope="module")
def loaded():
    """Datasets, each read once; let go with the module."""
    return cache(datasets.load)


@pytest.mark.parametrize("name", MEASURED)
def test_it_has_the_accuracy_it_had_with_the_preprocessing_it_was_made_for(name, real_data, loaded):
    """Fitted by pictures of the whole dataset; saved and tested it is above."""
    data = loaded("mnist", (28, 28, 1))
    file = f"{name}.keras"
    network = plain(importing.load(FOLDER / file, file), file, (28, 28, 1))
    fitted = finished(network, file, importing.judges_of(data))
    chances = evaluation.predict_all(fitted.model, data.x_test[:2048])[:2000]
    right = float((chances.argmax(axis=1) == data.y_test[:2000]).mean())
    assert right == pytest.approx(TRUTH[name]["accuracy"], abs=0.0015)


def test_an_import_is_measured_on_the_whole_dataset(real_data):
    run = importing.import_file(FOLDER / "plain.keras", dataset="mnist")
    assert run.metrics.test_count == 10_000
    assert run.metrics.test_accuracy == pytest.approx(TRUTH["plain"]["accuracy"], abs=0.02)
    assert any("validation pictures of MNIST" in note for note in run.config.imported.notes)


def test_a_single_sigmoid_tells_two_classes():
    run = importing.import_file(FOLDER / "out_sigmoid1.keras", labels=["no", "yes"])
    picture = np.random.default_rng(0).random((28, 28, 1), np.float32)
    model = keras.models.load_model(FOLDER / "out_sigmoid1.keras", compile=False)
    (chance,) = model.predict_on_batch(picture[None])[0]
    answer = prediction.predict(run, picture).by_class
    assert answer["yes"] == pytest.approx(chance, abs=1e-5)
    assert answer["no"] == pytest.approx(1 - chance, abs=1e-5)


def small(
    *front, shape=(28, 28, 1), tail=(), policy=None, batch=None, ends=("softmax",)
) -> keras.Model:
    """A network of one convolution with something before or behind it."""
    image = keras.Input(shape, batch_size=batch)
    x = image
    for layer in front:
        x = layer(x)
    x = layers.Conv2D(4, 5, strides=4, activation="relu", dtype=policy, name="conv")(x)
    x = layers.Dense(10, activation=ends[0], dtype=policy)(layers.Flatten()(x))
    for layer in tail:
        x = layer(x)
    return keras.Model(image, x)


def integers() -> keras.Model:
    image = keras.Input((28, 28, 1), dtype="uint8")
    x = ops.cast(image, "float32") / 127.5 - 1.0
    x = layers.Conv2D(4, 5, strides=4, activation="relu")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.Flatten()(x)))


def any_size() -> keras.Model:
    image = keras.Input((None, None, 1))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3)(image))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def channels_first() -> keras.Model:
    image = keras.Input((1, 28, 28))
    x = layers.Conv2D(4, 5, strides=4, data_format="channels_first")(image)
    x = layers.BatchNormalization(axis=1)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.Flatten()(x)))


def fully_convolutional() -> keras.Model:
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(10, 28, name="conv")(image)  # (1, 1, 10)
    return keras.Model(image, layers.Softmax()(x))


def borrowed() -> keras.Model:
    inner = keras.Input((28, 28, 3))
    base = keras.Model(inner, layers.Conv2D(4, 5, strides=4, name="conv")(inner), name="base")
    image = keras.Input((28, 28, 3))
    x = base(ops.flip(image, axis=-1) - np.float32([103.9, 116.8, 123.7]), training=False)
    x = layers.Add()([x, x])
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.Flatten()(x)))


def named_like_the_labs() -> keras.Model:
    return small(
        layers.Rescaling(1 / 255, name="to_0_255"),
        tail=[layers.Activation("linear", name="softmax_added")],
        ends=[None],
    )


# Name: network, the range it says, and what becomes of its raw answers.
softmax = lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum()  # noqa: E731
same = lambda p: p  # noqa: E731
VARIANTS: dict[str, tuple[Callable[[], keras.Model], str, Callable]] = {
    "flat": (
        lambda: keras.Sequential(
            [keras.Input((784,)), layers.Reshape((28, 28, 1)), layers.Conv2D(4, 9, strides=4),
             layers.Flatten(), layers.Dense(10, activation="softmax")]
        ),
        "0..1",
        same,
    ),
    "uint8": (integers, "0..255", same),
    "any_size": (any_size, "0..1", same),
    "channels_first": (channels_first, "0..1", same),
    "one_by_one": (fully_convolutional, "0..1", same),
    "borrowed": (borrowed, "0..255", same),
    "names": (named_like_the_labs, "0..255", softmax),
    "bfloat16": (lambda: small(policy="mixed_bfloat16"), "0..1", same),
    "float16": (lambda: small(policy="float16"), "0..1", same),
    "float64": (lambda: small(policy="float64"), "0..1", same),
    "logits": (lambda: small(ends=[None]), "0..1", softmax),
    "relu": (lambda: small(ends=["relu"]), "0..1", softmax),
    "log_softmax": (lambda: small(ends=["log_softmax"]), "0..1", np.exp),
    "log_softmax_operation": (
        lambda: small(ends=[None], tail=[ops.log_softmax]), "0..1", np.exp,
    ),
    "sigmoids": (lambda: small(ends=["sigmoid"]), "0..1", lambda p: p / p.sum()),
    "sigmoid_operation": (
        lambda: small(ends=[None], tail=[ops.sigmoid]), "0..1", lambda p: p / p.sum(),
    ),
    "softmax_then_reshape": (lambda: small(tail=[layers.Reshape((1, 10))]), "0..1", same),
    "divided": (lambda: small(tail=[lambda p: p / ops.sum(p, -1, keepdims=True)]), "0..1", same),
    "batch": (lambda: small(batch=7), "0..1", same),
    "names_of_all_kinds": (
        lambda: small(layers.Rescaling(1 / 127.5, -1.0, name="ein Maß · 尺")), "0..255", same,
    ),
    "list": (lambda: _ends(small(), list), "0..1", same),
    "tuple_in_dict": (lambda: _ends(small(), lambda x: {"b": x[0]}), "0..1", same),
    "one_score": (
        lambda: keras.Sequential(
            [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(1)]
        ),
        "0..1",
        lambda z: np.array([1 - 1 / (1 + np.exp(-z[0])), 1 / (1 + np.exp(-z[0]))]),
    ),
}  # fmt: skip


def _ends(model: keras.Model, pack: Callable) -> keras.Model:
    return keras.Model(model.inputs, pack(list(model.outputs)))


def raw(model: keras.Model, picture: np.ndarray, scale: float) -> np.ndarray:
    """The saved model's own answer to a picture, which is brought into its own shape."""
    given = model.inputs[0].shape
    values = picture * scale
    if given[1] == 1:
        values = values.transpose(2, 0, 1)
    if None not in given[1:]:
        values = values.reshape(given[1:])
    batch = np.repeat(values[None], given[0] or 1, axis=0)
    made = model(
        batch.astype(given.dtype if hasattr(given, "dtype") else "float32"), training=False
    )
    (made,) = keras.tree.flatten(made)
    return np.asarray(made, "float32")[0].reshape(-1)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_way_to_build_and_save_a_classifier(name, tmp_path):
    build, wanted, turned = VARIANTS[name]
    keras.utils.set_random_seed(3)
    model = build()
    model.save(tmp_path / "mine.keras")
    run = importing.import_file(tmp_path / "mine.keras")
    said = run.config.imported
    assert said.input_range == wanted, said.notes
    picture = np.random.default_rng(0).integers(0, 256, run.config.input_shape) / 255
    expected = turned(raw(model, picture, 255.0 if wanted == "0..255" else 1.0))
    answer = evaluation.load_model(run).predict_on_batch(picture[None].astype("float32"))[0]
    np.testing.assert_allclose(answer, expected, atol=2e-2 if "16" in name else 2e-5)
    light = prediction.predict(run, picture.astype("float32")).by_class
    np.testing.assert_allclose(list(light.values()), answer, atol=2e-5)
    assert {w.dtype for w in evaluation.load_model(run).weights} == {"float32"}


def test_8_bit_dense_layers_are_turned_back(tmp_path):
    model = small()
    picture = np.random.default_rng(0).random((28, 28, 1), np.float32)
    expected = model.predict_on_batch(picture[None])[0]
    model.quantize("int8")
    model.save(tmp_path / "mine.keras")
    run = importing.import_file(tmp_path / "mine.keras")
    assert any("int8" in note for note in run.config.imported.notes)
    answer = evaluation.load_model(run).predict_on_batch(picture[None])[0]
    np.testing.assert_allclose(answer, expected, atol=5e-3)


@pytest.mark.parametrize("name", ["whole.h5", "whole.hdf5", "renamed.keras"])
def test_an_older_whole_file_is_read_by_content(name, tmp_path):
    model = small()
    model.save(tmp_path / "model.h5")
    shutil.move(tmp_path / "model.h5", tmp_path / name)
    picture = np.random.default_rng(0).random((28, 28, 1), np.float32)
    run = importing.import_file(tmp_path / name)
    answer = evaluation.load_model(run).predict_on_batch(picture[None])
    np.testing.assert_allclose(answer, model.predict_on_batch(picture[None]), atol=1e-6)
    assert run.title == name.split(".")[0]


def test_a_file_in_capitals_is_read(tmp_path):
    small().save(tmp_path / "mine.keras")
    shutil.move(tmp_path / "mine.keras", tmp_path / "MODEL.KERAS")
    assert importing.import_file(tmp_path / "MODEL.KERAS").title == "MODEL"


@pytest.mark.parametrize("form", ["legacy", "keras3"])
def test_weights_alone_fill_an_architecture(form, tmp_path):
    keras.utils.set_random_seed(1)
    model = architectures.build("squeezenet_a", (32, 32, 3), 10)
    file = tmp_path / "squeezenet.weights.h5"
    if form == "keras3":
        model.save_weights(file)
    else:
        _save_legacy(model, file)
    with pytest.raises(LabError, match="--architecture"):
        importing.import_file(file, dataset="cifar10")
    run = importing.import_file(file, dataset="cifar10", architecture="squeezenet_a")
    picture = np.random.default_rng(0).random((1, 32, 32, 3), np.float32)
    answer = evaluation.load_model(run).predict_on_batch(picture)
    np.testing.assert_allclose(answer, model.predict_on_batch(picture), atol=1e-5)
    with pytest.raises(LabError, match="choose the architecture"):
        importing.import_file(file, dataset="cifar10", architecture="lenet5")


def _save_legacy(model: keras.Model, file: Path) -> None:
    """As Keras 1 and 2 saved weights, with slashes in the layers' names."""
    import h5py

    names = []
    with h5py.File(file, "w") as content:
        for layer in model.layers:
            name = layer.name.replace("_", "/", 1) if "_e" in layer.name else layer.name
            names.append(name.encode())
            group = content.require_group(name)
            kept = [f"{name}_{i}".encode() for i, _ in enumerate(layer.weights)]
            group.attrs["weight_names"] = kept
            for key, weight in zip(kept, layer.weights, strict=True):
                group.create_dataset(key.decode(), data=np.asarray(weight))
        content.attrs["layer_names"] = names


@pytest.mark.parametrize(("asked", "scale"), [("0..255", 255.0), ("signed", 2.0)])
def test_a_range_that_the_reader_names_is_taken_and_compared(asked, scale, tmp_path):
    file = FOLDER / "plain.keras"
    run = importing.import_file(file, dataset="mnist", input_range=asked)
    notes = " ".join(run.config.imported.notes)
    assert "as you asked" in notes
    before = evaluation.load_model(run).layers[1]
    assert float(before.scale) == scale


def test_near_chance_is_warned_about(tmp_path):
    keras.utils.set_random_seed(0)
    small().save(tmp_path / "mine.keras")
    run = importing.import_file(tmp_path / "mine.keras", dataset="digits", side=28)
    assert any("near chance" in note for note in run.config.imported.notes)


def test_a_network_without_a_dataset_says_why_it_is_not_measured():
    run = importing.import_file(FOLDER / "plain.keras")
    with pytest.raises(LabError, match="imported without a dataset"):
        evaluation.evaluate(run)


def config_of(model: keras.Model, folder: Path, change: Callable[[str], str]) -> Path:
    """A saved model whose config is changed and whose weights stay."""
    model.save(folder / "model.keras")
    with (
        zipfile.ZipFile(folder / "model.keras") as old,
        zipfile.ZipFile(folder / "changed.keras", "w") as new,
    ):
        for part in old.namelist():
            content = old.read(part)
            if part == "config.json":
                content = change(content.decode()).encode()
            new.writestr(part, content)
    return folder / "changed.keras"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace('"units": 10', '"units": 10000000'), "10,000,000 units"),
        (lambda text: text.replace('"units": 10', '"units": 900000'), "parameters"),
    ],
)
def test_a_large_network_is_refused_before_it_is_built(change, words, tmp_path):
    file = config_of(small(shape=(60, 60, 1)), tmp_path, change)
    start = time.monotonic()
    with pytest.raises(LabError, match=words):
        importing.import_file(file)
    assert time.monotonic() - start < 1.0


def test_maps_too_large_are_refused(tmp_path):
    maps = [layers.Conv2D(64, 3, padding="same") for _ in range(8)]
    model = keras.Sequential(
        [keras.Input((1000, 1000, 1)), *maps, layers.GlobalAveragePooling2D(), layers.Dense(3)]
    )
    model.save(tmp_path / "wide.keras")
    with pytest.raises(LabError, match="values of one picture"):
        importing.import_file(tmp_path / "wide.keras")


def test_many_layers_are_refused(tmp_path):
    many = [layers.Dropout(0.1) for _ in range(501)]
    keras.Sequential([keras.Input((28, 28, 1)), *many]).save(tmp_path / "deep.keras")
    with pytest.raises(LabError, match="layers; the lab takes networks up to 500"):
        importing.import_file(tmp_path / "deep.keras")


def test_any_flipped_byte_is_a_sentence_or_nothing(tmp_path):
    whole = (FOLDER / "plain.keras").read_bytes()
    chance = np.random.default_rng(0)
    file = tmp_path / "flipped.keras"
    for place in sorted(chance.integers(0, len(whole), 20).tolist() + list(range(0, 60, 6))):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(chance.integers(8))
        file.write_bytes(damaged)
        try:
            importing._loading.load(file, file.name)
        except LabError as error:
            assert "\n" not in str(error)  # noqa: PT017 - some bytes do not matter
    assert runs.list_runs() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x1c\x00\x00\x00TFL3" + bytes(40), "a LiteRT file"),
        (b"\x80\x02}q" + bytes(40), "PyTorch"),
        (b"\x89HDF\r\n\x1a\n" + bytes(90), "damaged"),
        (b"hello", "neither"),
        (b"", "neither"),
    ],
)
def test_other_files_are_called_what_they_are(content, words, tmp_path):
    (tmp_path / "mine.keras").write_bytes(content)
    with pytest.raises(LabError, match=words):
        importing.import_file(tmp_path / "mine.keras")
