"""The places that reach past what Keras, TensorFlow and Streamlit promise.

Each lies behind one function with a public way to fall back on. Here are two tests for each:
that the fallback gives the same result, and that the library is still as it is reached into.
`.github/canary` runs these with the newest versions.
"""

import inspect
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
import streamlit as st
import tensorflow as tf
from streamlit.testing.v1 import AppTest

from cnnlab import paths, prediction, runs
from cnnlab.benchmarks import _reruns as reruns
from cnnlab.compression.distillation import _distiller
from cnnlab.compression.distillation._objective import classifier
from cnnlab.compression.distillation.logits import logits
from cnnlab.training import batches, device, fused_batch_norm, input_pipeline, optimizers
from tests.records import checked
from tests.small_tflite import finished_run

pytestmark = pytest.mark.reaches_inside

CHANCE = np.random.default_rng(0)
PICTURES = CHANCE.normal(size=(8, 6, 6, 3)).astype("float32")
TRUTH = np.eye(4, dtype="float32")[CHANCE.integers(0, 4, 8)]


def moved(library: str, what: str, file: str) -> str:
    """What to say where a library is no longer as it was."""
    return f"{library} has changed: {what}. Look at {file}; until then its fallback is taken."


def small() -> keras.Model:
    keras.utils.set_random_seed(0)
    image = keras.Input(PICTURES.shape[1:])
    maps = keras.layers.Conv2D(5, 3, use_bias=False)(image)
    maps = keras.layers.BatchNormalization()(maps)
    flat = keras.layers.Flatten()(maps)
    return keras.Model(image, keras.layers.Dense(4, activation="softmax")(flat))


def after_two_steps(optimizer: keras.optimizers.Optimizer, fused: bool = False) -> list[np.ndarray]:
    model = small()
    if fused:
        fused_batch_norm.fuse(model)
    model.compile(optimizer, "categorical_crossentropy")
    optimizer.build(model.trainable_variables)
    for _ in range(2):
        model.train_on_batch(PICTURES, TRUTH)
    return model.get_weights()


def same(some: list[np.ndarray], others: list[np.ndarray], apart: float) -> None:
    for one, other in zip(some, others, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=apart)


def broken(*_args, **_settings):
    raise AttributeError("it has another name now")


# -- Adam's means --


def test_adams_means_are_where_they_were():
    optimizer = optimizers.planned(keras.optimizers.Adam)(1, 0.01)
    variable = keras.Variable([1.0, 2.0])
    optimizer.build([variable])
    assert optimizers.handles(optimizer, variable.value), moved(
        "Keras", "Adam keeps its means elsewhere", "cnnlab/training/optimizers.py"
    )


def test_without_them_adams_step_is_keras_own(monkeypatch):
    fused = after_two_steps(optimizers.planned(keras.optimizers.Adam)(1, 0.01))
    monkeypatch.setattr(optimizers, "_kept_by_keras", broken)
    fallen_back = after_two_steps(optimizers.planned(keras.optimizers.Adam)(1, 0.01))
    plain = after_two_steps(keras.optimizers.Adam(0.01))
    same(fallen_back, plain, 0)
    same(fused, plain, 1e-5)


def test_keras_hands_every_gradient_to_apply():
    """Where the norms are measured and the planned rates come in."""
    optimizer = optimizers.planned(keras.optimizers.SGD)(1, 0.01)
    after_two_steps(optimizer)
    assert np.all(np.asarray(optimizer.gradient_norms) > 0), moved(
        "Keras", "an optimizer's `apply` is not called", "cnnlab/training/optimizers.py"
    )


# -- batch-norm in one operation --


def test_keras_calls_the_batchnorm_put_in_place(monkeypatch):
    called = []
    real = fused_batch_norm._by_tensorflow
    monkeypatch.setattr(
        fused_batch_norm, "_by_tensorflow", lambda *given: called.append(1) or real(*given)
    )
    after_two_steps(keras.optimizers.SGD(0.1), fused=True)
    assert called, moved(
        "Keras", "a layer's own `call` is not asked for", "cnnlab/training/fused_batch_norm.py"
    )


def test_tensorflows_one_operation_is_there():
    layer = keras.layers.BatchNormalization()
    layer.build(PICTURES.shape)
    assert fused_batch_norm.normalized(layer, tf.constant(PICTURES)), moved(
        "TensorFlow", "fused_batch_norm cannot be called", "cnnlab/training/fused_batch_norm.py"
    )


def test_without_it_batchnorm_is_keras_own(monkeypatch):
    monkeypatch.setattr(fused_batch_norm, "_by_tensorflow", broken)
    fallen_back = after_two_steps(keras.optimizers.SGD(0.1), fused=True)
    same(fallen_back, after_two_steps(keras.optimizers.SGD(0.1)), 0)


# -- what a training computes on --


def test_tensorflow_tells_of_its_gpus(monkeypatch):
    ask = tf.config.experimental.get_device_details
    assert list(inspect.signature(ask).parameters) == ["device"], moved(
        "TensorFlow", "get_device_details takes something else", "cnnlab/training/device.py"
    )
    told = {"device_name": "NVIDIA H200", "compute_capability": (9, 0)}
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda gpu: told)
    assert device.details_of("gpu") == ("NVIDIA H200", 9)


@pytest.mark.parametrize("ask", [broken, lambda gpu: {}])
def test_a_gpu_that_tells_nothing_is_a_gpu(monkeypatch, ask):
    monkeypatch.setattr(tf.config.experimental, "get_device_details", ask)
    assert device.details_of("gpu") == ("GPU", 0)


# -- pictures put together inside TensorFlow --


def test_a_pipeline_knows_how_long_it_is():
    plan = checked({"batch_size": 16}, "digits")
    made = batches.Batches(np.zeros((40, 4, 4, 1), np.uint8), np.arange(40) % 10, 10, plan)
    fed = input_pipeline.feed(made)
    assert fed is not made
    assert int(fed.cardinality()) == len(made), moved(
        "TensorFlow", "assert_cardinality is not heard", "cnnlab/training/input_pipeline.py"
    )


# -- distillation --


def test_the_teacher_is_hidden_from_keras():
    student, teacher = classifier(small()), classifier(small())
    objective = logits(teacher, student, labels=1.0)
    distiller = _distiller.Distiller(
        student.model, objective, lambda picture: [teacher.model(picture)]
    )
    distiller.compile("sgd", "categorical_crossentropy")
    distiller.train_on_batch(PICTURES, TRUTH)
    own = {id(variable) for variable in student.model.variables}
    more = [v.name for v in distiller.variables if id(v) not in own]
    assert sorted(more) == ["distillation_weight", "label_weight"], moved(
        "Keras", f"it finds {more} in a student", "cnnlab/compression/distillation/_distiller.py"
    )


# -- LiteRT --


def test_litert_keeps_all_tensors_when_asked(tmp_path):
    run = runs.Run(finished_run(tmp_path, "dense"))
    assert prediction.feature_maps(run, np.zeros((28, 28, 1), np.float32)) == []


def test_the_list_of_operations_in_a_file_is_the_interpreters(tiny_run):
    from ai_edge_litert.interpreter import Interpreter

    content = tiny_run.tflite_file.read_bytes()
    interpreter = Interpreter(model_content=content, experimental_preserve_all_tensors=True)
    names = {tensor["index"]: tensor["name"] for tensor in interpreter.get_tensor_details()}
    found = [names[number] for number in prediction.convolutions(content)]
    assert len(found) == 2
    assert all("conv" in name.lower() or "tanh" in name.lower() for name in found), found


# -- Streamlit --

WAITING = """
import sys, time
from pathlib import Path
from cnnlab.engine import Standing
from pages.parts.shared.waiting import watching
log = Path(sys.argv[1])
with log.open("a") as file: file.write("came ")
try:
    with watching() as tell:
        for _ in range(600):
            tell(Standing(1))
            time.sleep(0.1)
finally:
    with log.open("a") as file: file.write("left ")
"""


def test_the_server_has_a_place_for_the_engine_and_the_routes():
    assert {"lifespan", "routes"} <= set(inspect.signature(st.App).parameters), moved(
        "Streamlit", "its App takes neither lifespan nor routes", "app.py"
    )


def asked_who_it_is() -> None:
    """A page's script that says which session Streamlit says it is."""
    import streamlit as st

    from pages.parts.shared import uploads

    st.write(f"session {uploads._session()}")


def test_a_page_is_told_which_session_it_is(monkeypatch):
    said = AppTest.from_function(asked_who_it_is, default_timeout=120).run().markdown[0].value
    assert said != "session ", moved(
        "Streamlit", "a script does not know its session", "pages/parts/shared/uploads.py"
    )
    monkeypatch.setattr("streamlit.runtime.scriptrunner.get_script_run_ctx", broken)
    assert (
        AppTest.from_function(asked_who_it_is, default_timeout=120).run().markdown[0].value
        == "session"
    )


def test_a_call_of_streamlits_ends_a_script_whose_page_was_left(tmp_path):
    """How a question whose page was left leaves the engine's line; no other way is needed."""
    script, log = tmp_path / "page.py", tmp_path / "log"
    script.write_text(WAITING)
    log.touch()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.headless", "true", "--server.port", str(port), "--", str(log)]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), *options],
        cwd=paths.ROOT,
        env={**os.environ, "PYTHONPATH": str(paths.ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    why = moved("Streamlit", "a left page's script goes on", "pages/parts/shared/waiting.py")
    try:
        with line_to(port) as line:
            line.send(reruns._ask("", ""))
            until(lambda: happened(log) == (1, 0), why)
            line.send(reruns._ask("", "again=1"))  # another control was pressed
            until(lambda: happened(log) == (2, 1), why)
        until(lambda: happened(log) == (2, 2), why)  # the tab was closed
    finally:
        server.kill()
        server.wait()


def happened(log: Path) -> tuple[int, int]:
    """How many runs of the script began, and ended."""
    words = log.read_text().split()
    return words.count("came"), words.count("left")


def line_to(port: int):
    """The page's socket, as soon as the server answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return reruns.open_line(f"http://127.0.0.1:{port}")
        except OSError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)


def until(condition, why: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, why
        time.sleep(0.05)
