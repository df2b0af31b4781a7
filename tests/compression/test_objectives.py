"""Every objective's loss against the formula in plain numpy; where two networks are matched."""

import keras
import numpy as np
import pytest

from cnnlab import architectures
from cnnlab.compression import METHODS, methods
from cnnlab.compression.distillation._feature_maps import resized
from cnnlab.compression.distillation._matching import inherited, match
from cnnlab.compression.distillation._objective import classifier
from cnnlab.compression.distillation.gram import gram_matrix
from cnnlab.compression.distillation.pyramid import LADDERS
from cnnlab.errors import LabError
from tests.cases import IMPORTS, saved_model

CHANCE = np.random.default_rng(0)
STUDENT_LOGITS, TEACHER_LOGITS = (
    CHANCE.normal(size=(5, 10)).astype("float32") * 3 for _ in range(2)
)


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def divergence(teacher, student):
    """Mean Kullback-Leibler divergence of two arrays of probabilities."""
    return float((teacher * np.log(teacher / student)).sum(axis=1).mean())


@pytest.fixture(scope="module")
def pair():
    """Two small networks, laid open."""
    return classifier(architectures.build("lenet5")), classifier(
        architectures.build("mnist_approach_2")
    )


def loss(name: str, pair, student, teacher, **settings) -> float:
    """What a method's loss says of these values."""
    card = METHODS[name]
    values = card.check(settings)
    objective = card.function(*pair, **{key: values[key] for key in card.own})
    return float(objective.loss([student], [teacher]))


def test_squared_error_on_logits(pair):
    expected = float(((STUDENT_LOGITS - TEACHER_LOGITS) ** 2).mean())
    for name in ("logits", "frozen_logits"):
        assert loss(name, pair, STUDENT_LOGITS, TEACHER_LOGITS) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("temperature", [1.0, 4.0, 20.0])
def test_hinton_is_the_divergence_of_softened_probabilities(pair, temperature):
    apart = divergence(softmax(TEACHER_LOGITS / temperature), softmax(STUDENT_LOGITS / temperature))
    found = loss(
        "hinton", pair, STUDENT_LOGITS, TEACHER_LOGITS, temperature=temperature, weight=0.7
    )
    assert found == pytest.approx(0.7 * temperature**2 * apart, rel=1e-4)


def test_standardized_logits_count_only_order_and_distance(pair):
    def standard(z):
        return (z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, keepdims=True)

    expected = (
        9.0
        * 4
        * divergence(softmax(standard(TEACHER_LOGITS) / 2), softmax(standard(STUDENT_LOGITS) / 2))
    )
    assert loss("standardized", pair, STUDENT_LOGITS, TEACHER_LOGITS) == pytest.approx(
        expected, rel=1e-4
    )
    assert loss("standardized", pair, 7 * TEACHER_LOGITS - 3, TEACHER_LOGITS) == pytest.approx(
        0, abs=1e-4
    )


def test_labels_weigh_what_the_teacher_does_not():
    pair = classifier(architectures.build("lenet5")), classifier(architectures.build("lenet5"))
    assert METHODS["hinton"].function(
        *pair, temperature=4.0, weight=0.9
    ).label_weight == pytest.approx(0.1)
    assert METHODS["frozen_logits"].function(*pair).label_weight == 0.0


def test_gram_matrix_is_the_sum_over_places():
    first = CHANCE.normal(size=(2, 6, 4, 3)).astype("float32")
    last = CHANCE.normal(size=(2, 6, 4, 5)).astype("float32")
    expected = np.einsum("nxyi,nxyj->nij", first, last) / 24
    np.testing.assert_allclose(np.asarray(gram_matrix(first, last)), expected, atol=1e-5)
    coarse = CHANCE.normal(size=(2, 3, 2, 5)).astype("float32")
    repeated = coarse.repeat(2, axis=1).repeat(2, axis=2)
    expected = np.einsum("nxyi,nxyj->nij", first, repeated) / 24
    np.testing.assert_allclose(np.asarray(gram_matrix(first, coarse)), expected, atol=1e-5)


def test_maps_on_one_grid_are_pooled_or_repeated():
    maps = CHANCE.normal(size=(1, 4, 4, 2)).astype("float32")
    pooled = maps.reshape(1, 2, 2, 2, 2, 2).max(axis=(2, 4))
    np.testing.assert_array_equal(np.asarray(resized(maps, 2, 2)), pooled)
    assert resized(maps, 8, 8).shape == (1, 8, 8, 2)
    assert resized(maps, 3, 5).shape == (1, 3, 5, 2)
    np.testing.assert_array_equal(np.asarray(resized(maps, 4, 4)), maps)


def test_fitnet_puts_a_regressor_between_maps_of_other_sizes():
    pair = [
        classifier(architectures.build(name)) for name in ("mnist_baseline", "mnist_approach_2")
    ]
    card = METHODS["fitnet"]
    values = card.check({})
    objective = card.function(*pair, **{key: values[key] for key in card.own})
    (regressor,) = objective.extra_layers
    assert regressor.kernel.shape[:2] == (3, 3)
    assert regressor.kernel.shape[-1] == objective.teacher_tensors[0].shape[-1]
    student, teacher = (
        CHANCE.normal(size=(2, *t.shape[1:]))
        for t in (objective.student_tensors[0], objective.teacher_tensors[0])
    )
    assert float(objective.loss([student.astype("float32")], [teacher.astype("float32")])) > 0


@pytest.mark.parametrize("name", ["lenet5", "mnist_baseline", "mnist_approach_1", "resnet8"])
def test_scores_are_what_softmax_turns_into_probabilities(name):
    model = architectures.build(name)
    opened = classifier(model)
    tap = keras.Model(model.inputs, [opened.logits, model.outputs[0]])
    pictures = CHANCE.random((3, *model.inputs[0].shape[1:])).astype("float32")
    scores, probabilities = (np.asarray(x) for x in tap.predict_on_batch(pictures))
    np.testing.assert_allclose(softmax(scores), probabilities, atol=1e-5)


# The table of matched tensors in the Pyramid's report; "" stands for the class scores.
REPORT = {
    "SVGG forward": ("", "pool5", "pool4", "pool3", "pool2"),
    "SVGG backward": ("pool2", "pool3", "pool4", "pool5", ""),
}
GRAM = {
    "pool2": ("conv1_1", "conv2_2", "conv2_compressed"),
    "pool3": ("pool2", "conv3_4", "conv3_compressed"),
    "pool4": ("pool3", "conv4_4", "conv4_compressed"),
    "pool5": ("pool4", "conv5_4", "conv5_compressed"),
}


@pytest.mark.parametrize("ladder", REPORT)
def test_the_ladder_is_matched_where_the_report_matches_it(ladder):
    small = {"width": 0.125}
    teacher = architectures.build("vgg19", (32, 32, 3), 10, small)
    for name, exit_ in zip(LADDERS[ladder].rungs, REPORT[ladder], strict=True):
        student = architectures.build(name, (32, 32, 3), 10, small)
        found = match(classifier(teacher), classifier(student))
        assert found.exit == exit_, name
        if exit_:
            assert (found.entry, found.teacher_last, found.student_last) == GRAM[exit_]
        teacher = student


def test_what_did_not_change_is_taken_over():
    small = {"width": 0.125}
    teacher = architectures.build("svgg17_forward", (32, 32, 3), 10, small)
    student = architectures.build("svgg14_forward", (32, 32, 3), 10, small)
    taken = inherited(student, teacher)
    assert "conv5_compressed" not in taken
    assert {"conv1_1", "conv4_4", "scores"} <= set(taken)
    for name in taken:
        for copied, source in zip(
            student.get_layer(name).get_weights(),
            teacher.get_layer(name).get_weights(),
            strict=True,
        ):
            np.testing.assert_array_equal(copied, source)


@pytest.mark.parametrize("knobs", [{}, {"normalization": "batch"}])
def test_a_new_head_of_the_old_ones_name_and_size_starts_anew(knobs):
    small = {"width": 0.125} | knobs
    teacher = architectures.build("vgg19", (32, 32, 3), 10, small)
    student = architectures.build("svgg17_forward", (32, 32, 3), 10, small)
    shapes = [model.get_layer("scores").kernel.shape for model in (teacher, student)]
    assert shapes[0] == shapes[1]  # at 32x32 pixels nothing but what they read tells them apart
    taken = inherited(student, teacher)
    assert "scores" not in taken
    assert {"conv1_1", "conv5_4"} <= set(taken)


def test_maps_of_other_shapes_are_refused_in_a_sentence(pair):
    with pytest.raises(LabError, match="choose FitNet"):
        METHODS["maps"].function(
            classifier(architectures.build("lenet5")),
            classifier(architectures.build("lenet5", knobs={"width": 2.0})),
            layer="conv1",
        )
    with pytest.raises(LabError, match="There is no layer 'nowhere'"):
        METHODS["fitnet"].function(*pair, teacher_layer="nowhere", student_layer="")


@pytest.mark.parametrize("card", METHODS, ids=lambda card: card.name)
def test_every_card_says_what_it_does_and_where_from(card):
    assert len(card.description.splitlines()[0]) > 30
    assert card.source
    assert card.url.startswith("https://")
    assert card.formula
    assert set(card.own) <= {knob.name for knob in card.knobs}
    assert card in methods(card.family)


def borrowed() -> keras.Model:
    """A teacher as people make one: a model inside, names that Keras itself gives."""
    inner = keras.Input((28, 28, 8))
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu", name="conv1")(inner)
    base = keras.Model(inner, keras.layers.Add(name="add")([x, inner]), name="base")
    image = keras.Input((28, 28, 1), name="features")
    x = base(keras.layers.Conv2D(8, 3, padding="same", name="conv1")(image))
    x = keras.layers.Add(name="add")([x, x]) * 0.5
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, keras.layers.Dense(10, activation="softmax", name="matmul")(x))


@pytest.mark.parametrize("card", methods("distillation"), ids=lambda card: card.name)
def test_names_of_a_teacher_never_meet_the_labs_own(card):
    """An objective is made and the teacher asked, whatever its layers are called."""
    teacher, student = classifier(borrowed()), classifier(borrowed())
    values = card.check({})
    objective = card.function(teacher, student, **{key: values[key] for key in card.own})
    tap = keras.Model(teacher.model.inputs, list(objective.teacher_tensors))
    made = keras.tree.flatten(tap.predict_on_batch(CHANCE.random((2, 28, 28, 1))))
    assert all(np.isfinite(values).all() for values in made)


def test_maps_inside_a_teacher_can_be_asked_for():
    model = borrowed()
    opened = classifier(model)
    picture = CHANCE.random((2, 28, 28, 1)).astype("float32")
    tap = keras.Model(opened.model.inputs, [opened.layer("base.conv1"), opened.model.outputs[0]])
    maps, answers = tap.predict_on_batch(picture)
    np.testing.assert_allclose(answers, model.predict_on_batch(picture), atol=1e-6)
    assert maps.shape == (2, 28, 28, 8)


@pytest.mark.parametrize("name", IMPORTS)
def test_saved_models_are_matched_and_their_scores_found(name):
    teacher, student = classifier(saved_model(name)), classifier(architectures.build("lenet5"))
    found = match(teacher, student)
    assert (found.entry, found.exit) == ("", "")
    assert len(teacher.layer(found.teacher_last).shape) == 4
    assert len(student.layer(found.student_last).shape) == 4
    assert teacher.logits.shape == teacher.model.outputs[0].shape
