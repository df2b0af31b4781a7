"""Runs in a copy of the project that has every example of CONTRIBUTING.md: each is used once.

Prints one line of JSON for each recipe: its name, and what came of it.
"""

import contextlib
import io
import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.testing.v1 import AppTest

from cnnlab import __main__ as command_line
from cnnlab import engine, jobs, paths, recipe, runs, studies
from cnnlab.compression import METHODS, kinds, planning
from cnnlab.jobs import worker
from cnnlab.jobs.__main__ import Reporter
from cnnlab.runs import Run
from cnnlab.schema import RunConfig
from cnnlab.studies.questions import Planned
from pages.parts.shared.page_list import page_list

SHORT = {"epochs": 1, "train_limit": 64, "batch_size": 32}


def page(name: str, **query: str) -> AppTest:
    """A page, run once without an exception or a red box."""
    app = AppTest.from_file(str(paths.ROOT / "pages" / f"{name}.py"), default_timeout=120)
    for key, value in query.items():
        app.query_params[key] = value
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    assert not app.error, app.error
    return app


def words(app: AppTest) -> str:
    """All the page says, choices included."""
    kinds_ = ("title", "markdown", "caption", "info", "success", "expander")
    said = [getattr(block, "value", "") or block.label for k in kinds_ for block in app.get(k)]
    said += [option for box in app.selectbox for option in box.options]
    return " ".join(map(str, said))


def carried_out(config: RunConfig) -> Run:
    """A run of this config, done in this process."""
    run = runs.create(config)
    worker.work(run, Reporter(run))
    assert run.status.state == "done", run.status
    return run


def architecture() -> dict[str, Any]:
    shown = words(page("architectures", architecture="two_convolutions"))
    assert "Every filter votes" in shown
    run = carried_out(recipe.plan("two_convolutions", "digits", SHORT))
    assert run.metrics.params == 1_418
    return {"accuracy": run.metrics.test_accuracy}


def dataset() -> dict[str, Any]:
    shown = words(page("datasets", dataset="stripes"))
    assert "One convolution can tell them apart" in shown
    run = carried_out(recipe.plan("mnist_approach_2", "stripes", SHORT))
    assert run.config.labels == ("across", "down")
    return {"accuracy": run.metrics.test_accuracy, "pictures": run.metrics.test_count}


def compression(method: str, config: Callable[[Run], RunConfig]) -> dict[str, Any]:
    card, parent = METHODS[method], runs.find("lenet5")
    title = next(kind.title for kind in kinds() if kind.name == card.family)
    app = page("compress", run=parent.name, view="Make smaller", kind=title)
    app = app.selectbox(f"method-{card.family}-{parent.name}").set_value(method).run()
    assert card.in_short in words(sound(app))
    run = carried_out(config(parent))
    shown = words(page("compress", run=run.name, view="Family and ledger"))
    assert f"{run.name}: what fell" in shown.replace("\\", "")  # escaped for Markdown
    return {"accuracy": run.metrics.test_accuracy, "bytes": run.metrics.tflite_bytes}


def distillation() -> dict[str, Any]:
    return compression(
        "cosine", lambda parent: planning.distill(parent, "cosine", "mnist_approach_2", {}, SHORT)
    )


def pruning() -> dict[str, Any]:
    return compression(
        "random_weights", lambda parent: planning.prune(parent, "random_weights", {}, SHORT)
    )


def quantization() -> dict[str, Any]:
    return compression("int16x8", lambda parent: planning.quantize(parent, "int16x8"))


def attribution() -> dict[str, Any]:
    app = page("inside", run="lenet5", view="heat", methods="gradient_input")
    assert "How to read Gradient times input" in words(app)
    return {}


def transform() -> dict[str, Any]:
    app = page("break_it", run="lenet5", transform="darkness")
    said = words(app)
    assert "Darkness" in said
    assert "% darker" in said
    return {}


def filter_operation() -> dict[str, Any]:
    app = page("inside", run="lenet5", view="surgery", do="amplify:conv1:0:times=3")
    done = next(line for line in words(app).splitlines() if line.startswith("1. Amplify"))
    assert "filter 0 of conv1" in done
    return {"changed": app.metric[-1].value}


def export_format() -> dict[str, Any]:
    app = page("compress", run="lenet5", view="Export")
    assert "LiteRT, int8 weights" in app.multiselect("formats-lenet5").options
    assert "**LiteRT, int8 weights** (`model_dynamic.tflite`): A quarter of the size" in words(app)
    app = app.multiselect("formats-lenet5").set_value(["tflite_dynamic"]).run()
    app = sound(app.toggle("pack-lenet5").set_value(True).run())
    assert "model_dynamic.tflite" in app.success[0].value
    return {"said": app.success[0].value}


def kind_of_study() -> dict[str, Any]:
    assert "Which augmentation helps?" in words(page("how_small"))
    request = studies.Request("digits", ("mnist_approach_2",), "augmentations", {}, SHORT)
    plan = engine.ask(Planned(request))
    assert len(plan.rungs) > 1
    network = plan.rungs[-1].candidates[0]
    run = carried_out(recipe.plan(network.architecture, "digits", SHORT | dict(network.changes)))
    return {"accuracy": run.metrics.test_accuracy, "rungs": [rung.title for rung in plan.rungs]}


def a_page() -> dict[str, Any]:
    assert "Shipped" in [entry.title for entry in page_list()]
    assert "**lenet5**" in words(page("shipped"))
    sound(page("_frame"))
    return {}


def verb() -> dict[str, Any]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert command_line.main(["knobs", "lenet5", "--json"]) == 0
    return {"knobs": list(json.loads(said.getvalue()))}


def lesson() -> dict[str, Any]:
    assert "Six kernels" in words(page("lessons"))
    app = page("inside", run="lenet5", lesson="six_kernels", step="1")
    sound(app.button(key="guess-six_kernels/1").click().run())
    sentence = app.success[0].value
    assert "Strokes in six directions" in sentence
    return {"revealed": sentence}


RECIPES = {
    "architecture": architecture,
    "dataset": dataset,
    "distillation": distillation,
    "pruning": pruning,
    "quantization": quantization,
    "attribution": attribution,
    "transform": transform,
    "filter operation": filter_operation,
    "export format": export_format,
    "kind of study": kind_of_study,
    "page": a_page,
    "verb": verb,
    "lesson": lesson,
}


def main() -> None:
    """Perform every recipe; one that fails says why and lets the others go on."""
    assert Path(recipe.__file__).is_relative_to(Path.cwd()), "not the copy"
    engine.ask = lambda question: question.answer()
    jobs.dispatch = lambda *_: []
    for name, perform in RECIPES.items():
        st.cache_data.clear()
        try:
            with contextlib.redirect_stdout(sys.stderr):
                told = {"recipe": name, "came": perform()}
        except Exception:  # noqa: BLE001 - whatever it is, it is this recipe's failure
            told = {"recipe": name, "failed": traceback.format_exc()}
        print(json.dumps(told), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
