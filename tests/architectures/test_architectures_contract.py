"""Every architecture in the registry, whoever wrote it, keeps its card's promises."""

from functools import cache

import keras
import numpy as np
import pytest

from cnnlab import architectures, summary
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.plots.silhouettes import columns_of, silhouettes
from tests.architectures.outlines import outline, without_weights

NAMES = ARCHITECTURES.names()
COMPACT = [card.name for card in ARCHITECTURES if card.compact]
# Published as rebuilt: the totals of the source networks, counted apart from the cards.
SOURCE_TOTALS = {
    "mnist_baseline": 591_786,
    "mnist_approach_1": 3_578,
    "mnist_approach_2": 3_226,
    "saria_base": 18_893_570,
    "saria_doubled": 188_266,
    "saria_resnet50": 23_601_930,
    "saria_base_resnet": 101_642,
    "saria_final": 35_458,
    "irtza_teacher": 1_199_882,
    "irtza_student": 74_188,
    "shathenet_v1_0": 17_882,
    "shathenet_v1_1": 1_252_138,
    "shathenet_v1_2": 2_061_194,
    "inception_v3": 23_911_210,
    "squeezenet_a": 123_322,
    "squeezenet_b": 124_050,
    "squeezenet_1_0": 740_554,
    "vgg19": 30_517_834,
    "svgg17_forward": 20_070_474,
    "svgg14_forward": 12_991_050,
    "svgg11_forward": 5_911_626,
    "svgg8_forward": 4_141_386,
    "svgg17_backward": 30_333_322,
    "svgg14_backward": 28_563_082,
    "svgg11_backward": 21_483_658,
    "svgg8_backward": 14_404_234,
    "svgg5": 3_956_874,
}


@cache
def counted(name: str) -> tuple[summary.Summary, int, tuple[str, ...]]:
    """Layer table, Keras' own count and layer names of a default build; the model is let go."""
    model = outline(name)
    return summary.summarize(model), model.count_params(), tuple(x.name for x in model.layers)


def test_all_source_networks_are_here_with_their_rebuilt_totals():
    assert {name: counted(name)[1] for name in SOURCE_TOTALS} == SOURCE_TOTALS


@pytest.mark.parametrize("name", NAMES)
def test_counts_on_the_card_are_what_the_model_has(name):
    card = ARCHITECTURES[name]
    table, params, layers = counted(name)
    assert table.totals.params == params == card.params
    assert card.macs in (None, table.totals.macs)
    assert table.totals.trainable_params == (card.trainable or card.params)
    assert (table.input_shape, table.classes) == (card.input_shape, card.classes)
    assert table.name == name
    assert all(layer and "/" not in layer for layer in layers)
    assert all(row.counted for row in table.layers)


@pytest.mark.parametrize("name", sorted(silhouettes()))
def test_the_outline_on_a_card_is_that_of_its_network(name):
    """Else run `python -m cnnlab.plots.silhouettes`."""
    table = counted(name)[0]
    assert columns_of(table.layers, ARCHITECTURES[name].input_shape) == silhouettes()[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_what_a_reader_needs(name):
    card = ARCHITECTURES[name]
    assert card.description
    assert card.source
    assert card.url.startswith("http")
    assert card.knobs
    assert card.check({}) == {knob.name: knob.default for knob in card.knobs}


REBUILT = [(card.name, figure) for card in ARCHITECTURES for figure in card.published]


@pytest.mark.parametrize(
    ("name", "figure"),
    [pytest.param(n, f, id=f"{n}-{f.dataset}") for n, f in REBUILT if f.rebuilt],
)
def test_counts_at_other_inputs_are_recounted(name, figure):
    card = ARCHITECTURES[name]
    model = outline(name, figure.input_shape, figure.classes)
    assert model.count_params() == figure.rebuilt
    assert model.output_shape == (None, figure.classes or card.classes)


@pytest.mark.parametrize("name", COMPACT)
def test_trains_a_step_and_comes_back_from_disk_the_same(name, tmp_path):
    keras.utils.set_random_seed(1)
    model = architectures.build(name)
    before = [weight.numpy() for weight in model.trainable_weights]
    images = np.random.default_rng(0).random((2, *model.input_shape[1:]), dtype="float32")
    model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
    loss = model.train_on_batch(images, np.array([0, 1]))
    assert np.isfinite(loss)
    assert any(
        (old != new.numpy()).any() for old, new in zip(before, model.trainable_weights, strict=True)
    )
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    probabilities = np.asarray(model(images))
    np.testing.assert_allclose(again(images), probabilities, atol=1e-6)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert summary.summarize(again).totals == counted(name)[0].totals


@pytest.mark.parametrize("name", ["lenet5", "resnet8"])
def test_an_outline_is_the_network_but_for_its_values(name):
    model, drawn = architectures.build(name), outline(name)
    assert drawn.to_json() == model.to_json()
    assert drawn.count_params() == model.count_params()
    assert summary.summarize(drawn) == summary.summarize(model)


@pytest.mark.parametrize("name", ["lenet5", "irtza_student", "squeezenet_a", "resnet8"])
def test_one_seed_gives_one_network(name):
    def outputs() -> np.ndarray:
        keras.utils.set_random_seed(7)
        model = architectures.build(name)
        return np.asarray(model(np.ones((2, *model.input_shape[1:]), "float32"), training=True))

    np.testing.assert_array_equal(outputs(), outputs())


@cache
def as_json(name: str) -> str:
    return outline(name).to_json()


def other_values(knob):
    """Legal values that are not the default, the last choice first."""
    if knob.choices:
        return [choice for choice in reversed(knob.choices) if choice != knob.default]
    if isinstance(knob.default, bool):
        return [not knob.default]
    return [knob.default + knob.step if knob.default + knob.step <= knob.high else knob.low]


def changes(name: str, knob_name: str, value) -> bool:
    """Whether the value makes another network; one that is refused changes nothing."""
    try:
        model = outline(name, knobs={knob_name: value})
    except LabError:
        return False
    assert model.output_shape == (None, ARCHITECTURES[name].classes)
    return model.to_json() != as_json(name)


KNOBS = [(name, knob) for name in COMPACT for knob in ARCHITECTURES[name].knobs]


@pytest.mark.parametrize(
    ("name", "knob"), [pytest.param(n, k, id=f"{n}-{k.name}") for n, k in KNOBS]
)
def test_every_knob_changes_the_network(name, knob):
    if knob.name == "residual" and refused(name, {"residual": True}):
        return  # maps shrink: the sentence says to set the padding, tested with the builder
    assert any(changes(name, knob.name, value) for value in other_values(knob))


def refused(name: str, knobs: dict) -> bool:
    """Whether the knobs are refused with the way out through the padding."""
    try:
        outline(name, knobs=knobs)
    except LabError as error:
        return "Padding to 'same'" in str(error) and changes(name, "padding", "same")
    return False


@pytest.mark.parametrize("name", COMPACT)
def test_the_script_builds_exactly_this_network(name):
    source = architectures.script(name)
    namespace = {"__name__": "script"}
    with without_weights():
        exec(compile(source, f"{name}.py", "exec"), namespace)
    assert namespace["model"].to_json() == as_json(name)
    assert namespace["model"].count_params() == ARCHITECTURES[name].params
