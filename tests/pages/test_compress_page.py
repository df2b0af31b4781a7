"""The Compress page in all its views; the engine's functions are called in place."""

import json
import re
import shutil

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cnnlab import jobs, lab, paths, runs
from cnnlab.compression import METHODS, kinds
from cnnlab.compression.questions import ForgottenPictures
from cnnlab.export import formats_of, has_full_precision
from cnnlab.export.phone import phone_path

PAGE = str(paths.ROOT / "pages" / "compress.py")
SHORT = {"epochs": 2, "train_limit": 200}
KINDS = [kind.title for kind in kinds()]


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch, answering):
    st.cache_data.clear()
    monkeypatch.setattr(jobs, "dispatch", lambda *_: [])


def opened(**query: str) -> AppTest:
    """The page, run once without an exception."""
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in ({"view": "Make smaller"} | query).items():
        page.query_params[name] = value
    return sound(page.run())


def sound(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    """All the page says in words."""
    kinds = ("markdown", "caption", "info", "warning", "error", "success")
    return " ".join(block.value for kind in kinds for block in getattr(page, kind))


def unfolded(page: AppTest) -> AppTest:
    """The page with every group of settings open."""
    for group in page.expander:
        key = group.proto.id.split("-", 2)[-1]  # $$ID-<hash>-<key>
        if key.endswith(("-more", "-all")):
            page.session_state[key] = True
    return page.run()


def test_without_a_model_it_says_what_to_do(nothing_shipped):
    assert "Nothing is trained yet" in opened().info[0].value


@pytest.mark.parametrize("method", [card.name for card in METHODS])
@pytest.mark.usefixtures("nothing_shipped")
def test_every_method_has_its_form(tiny_run, method):
    card = METHODS[method]
    page = opened(run=tiny_run.name, kind=card.family.capitalize())
    if card.family != "pyramid":
        page = page.selectbox(f"method-{card.family}-{tiny_run.name}").set_value(method).run()
    sound(page)
    assert not page.error
    assert card.description.splitlines()[0] in said(page)
    assert card.formula in [block.value.strip("$\n") for block in page.latex]
    shown = {knob.label for knob in card.knobs}
    page = unfolded(page)
    kinds = ("slider", "selectbox", "toggle", "number_input")
    drawn = {widget.label for kind in kinds for widget in getattr(page, kind)}
    assert shown <= drawn


@pytest.mark.usefixtures("nothing_shipped")
def test_starting_a_distillation_queues_the_student_and_its_twin(tiny_run):
    page = opened(run=tiny_run.name)
    assert "3,226" in said(page)
    sound(page.button("start").click().run())
    made = [run for run in runs.list_runs() if run != tiny_run]
    assert {run.config.architecture for run in made} == {"mnist_approach_2"}
    (student,) = (run for run in made if run.config.parent)
    (twin,) = (run for run in made if not run.config.parent)
    assert student.config.compression.method == "hinton"
    assert student.config.compression.scratch == twin.name


@pytest.mark.parametrize(
    ("taught", "alone", "words"),
    [
        (0.947, 0.961, "1.40 points less: here the teacher did not help"),
        (0.965, 0.961, "0.40 points more: here the teacher helped"),
        (0.961, 0.961, "the same: here the teacher added nothing"),
    ],
)
@pytest.mark.usefixtures("nothing_shipped")
def test_the_form_says_what_its_settings_did_here_before(tiny_run, taught, alone, words):
    (made,) = lab.start_distillation(tiny_run, "hinton", "mnist_approach_2", training=SHORT)
    assert "has not been measured here" in said(opened(run=tiny_run.name))
    for name, accuracy in ((made.name, taught), (made.config.compression.scratch, alone)):
        metrics = runs.find(name).path / "metrics.json"
        metrics.write_text(json.dumps({"test_accuracy": accuracy, "params": 3226}))
    page = opened(run=tiny_run.name)
    assert words in said(page)
    assert "has not been measured here" not in said(page)


@pytest.mark.usefixtures("nothing_shipped")
def test_pruning_is_tried_before_it_starts(tiny_run):
    page = opened(run=tiny_run.name, kind="Pruning")
    cells = {metric.label: metric.value for metric in page.metric}
    assert int(cells["MACs"].replace(",", "")) <= tiny_run.metrics.macs / 2
    page = sound(page.toggle(f"sensitivity-{tiny_run.name}").set_value(True).run())
    assert [chart.key for chart in page.get("plotly_chart")] == ["kept", "sensitivity"]
    sound(page.button("start").click().run())
    (child,) = (run for run in runs.list_runs() if run.config.parent)
    assert child.config.architecture == "lenet5-thinned"


@pytest.mark.usefixtures("nothing_shipped")
def test_a_pyramids_plan_is_drawn_and_its_levels_are_queued(tiny_run):
    page = opened(run=tiny_run.name, kind="Pyramid")
    assert "Choose at least one network" in said(page)
    key = f"levels-pyramid-{tiny_run.name}-own"
    page = sound(page.multiselect(key).set_value(["lenet5", "mnist_approach_2"]).run())
    plan = page.dataframe[0].value
    assert plan["parameters"].tolist() == [61_706, 3_226]
    sound(page.button("start").click().run())
    levels = [r for r in reversed(runs.list_runs()) if r.config.parent]
    assert [r.config.parent for r in levels] == [tiny_run.name, levels[0].name]
    assert levels[1].config.after == (levels[0].name,)


@pytest.fixture
def family(tiny_run, quantized):
    """A parent and its quantized child."""
    child = quantized("int8")
    assert child.config.parent == tiny_run.name
    return tiny_run, child


@pytest.mark.usefixtures("nothing_shipped")
def test_the_ledger_of_a_family(family):
    parent, child = family
    page = opened(run=child.name, view="Family and ledger")
    table = page.dataframe[0].value
    assert [name.strip("\u2003└ ") for name in table["run"]] == [parent.name, child.name]
    assert table["tflite_bytes"].tolist() == [r.tflite_file.stat().st_size for r in family]
    assert "Parameters did not fall" in said(page)
    assert "measured here and now" in said(page)


@pytest.mark.usefixtures("nothing_shipped")
def test_what_was_forgotten(family):
    parent, child = family
    for run in family:
        page = opened(run=run.name, view="What was forgotten")
        found = lab.ask(ForgottenPictures(parent.path, child.path))
        cells = {metric.label: metric.value for metric in page.metric}
        assert cells["Forgotten"] == f"{found.lost:,}"
        assert f"{parent.name} reads them and {child.name} does not" in said(page)


@pytest.mark.usefixtures("nothing_shipped")
def test_an_export_is_checked_before_it_is_offered(family):
    for run in family:
        page = opened(run=run.name, view="Export")
        page = sound(page.toggle(f"pack-{run.name}").set_value(True).run())
        assert len(page.success) == len(formats_of(run))
        assert not page.error
        assert page.get("download_button")
        boxes = [box.label for box in page.expander]
        assert ("On your phone" in boxes) == has_full_precision(run)
        if has_full_precision(run):  # AppTest's server has no address of its own
            link = next(c.value for c in page.caption if "same network" in c.value)
            assert phone_path(run) in link


@pytest.mark.usefixtures("nothing_shipped")
def test_a_quantized_run_says_what_to_choose_instead(family):
    parent, child = family
    for kind in KINDS:
        page = opened(run=child.name, kind=kind)
        assert f"choose {parent.name}" in page.error[0].value


@pytest.fixture
def compressed(tiny_run, thinned, quantized, student):
    """The tiny run and four children: thinned at once, gradually, int8, distilled."""
    return [tiny_run, thinned(0), thinned(2), quantized("int8"), student]


@pytest.mark.usefixtures("nothing_shipped")
@pytest.mark.parametrize("page", ["train", "inside", "predict", "evaluate", "compare", "home"])
def test_other_pages_show_what_was_compressed(compressed, page):
    for run in compressed:
        app = AppTest.from_file(str(paths.ROOT / "pages" / f"{page}.py"), default_timeout=120)
        app.query_params["run"] = run.name
        sound(app.run())
        assert not app.error, (page, run.name, app.error)


@pytest.mark.usefixtures("nothing_shipped")
@pytest.mark.parametrize("view", ["kernels", "maps", "heat", "arithmetic", "wants"])
def test_one_looks_inside_what_was_compressed(compressed, view):
    for run in compressed:
        app = AppTest.from_file(str(paths.ROOT / "pages" / "inside.py"), default_timeout=120)
        app.query_params["run"], app.query_params["view"] = run.name, view
        sound(app.run())
        assert not app.error, (view, run.name, app.error)


def test_a_run_is_held_against_boards():
    page = opened(run="lenet5", view="On a chip")
    assert [metric.label for metric in page.metric] == [
        "Parameters",
        "Weights and tables, int8",
        "RAM at the peak",
        "MACs",
    ]
    table = page.dataframe[0].value
    uno = table[table["board"] == "Arduino Uno R3"].iloc[0]
    assert uno["fits"] == "no"
    assert uno["ram"] == "1,688 of 2,048"
    assert uno["time"].startswith("about")
    assert set(table["time"][table["board"] == "Raspberry Pi Pico"]) == {"—"}
    assert "bytes of flash" in said(page)
    assert "fits, and reads" in said(page)
    assert re.search(r"Prune to [\d.]+ KiB: try", said(page))
    assert "how_small?dataset=mnist" in said(page)


# -- a size first --


def test_a_size_is_asked_for_and_ways_to_it_are_offered(tiny_run):
    page = opened(run=tiny_run.name, view="To a size")
    now = tiny_run.metrics.tflite_bytes
    figures = {metric.label: metric.value for metric in page.metric}
    assert figures["Size now"] == f"{now / 1024:.1f} KiB"
    assert figures["Shrunk to"] == f"{(now >> 2) / 1024:.1f} KiB"
    assert figures["Accuracy now"] == f"{tiny_run.metrics.test_accuracy:.2%}"
    told = said(page)
    for words in ("Pruning", "Distillation", "75% of the computing goes", "learns from it"):
        assert words in told
    assert "so few pictures" in told  # the digits are 1,797
    sound(page.button(key="shrink-pruning").click().run())
    made = next(run for run in runs.list_runs() if run != tiny_run)
    assert made.config.parent == tiny_run.name
    assert made.config.compression.settings["share"] == 0.75


def test_ways_fit_the_size_and_are_as_gentle_as_it_allows(tiny_run):
    now = tiny_run.metrics.tflite_bytes
    for halved in range(1, 8):
        for way in lab.ways_to_shrink(tiny_run, now >> halved):
            assert way.size_bytes <= (now >> halved) * 1.15, way
    (bits, *_) = lab.ways_to_shrink(tiny_run, int(now * 0.6))
    assert (bits.kind, METHODS[bits.method].bits) == ("quantization", 16)
    quarter = {way.kind: way for way in lab.ways_to_shrink(tiny_run, now // 4)}
    assert METHODS[quarter["quantization"].method].bits == 8
    students = [way.student for way in lab.ways_to_shrink(tiny_run, 20_000) if way.student]
    assert students == ["mnist_approach_1"]
    assert lab.ways_to_shrink(tiny_run, now) == []


def test_what_was_made_from_a_run_is_told_from_the_others(tiny_run):
    child = runs.Run(shutil.copytree(tiny_run.path, paths.runs_dir() / "0009-child"))
    config = child.path / "config.json"
    config.write_text(config.read_text().replace('"parent": null', f'"parent": "{tiny_run.name}"'))
    relations = {one.run: one.relation for one in lab.measured_sizes(tiny_run)}
    assert relations[tiny_run.name] == "this run"
    assert relations["0009-child"] == "made from it"


def test_fewer_bits_names_the_layer_that_hurts_most(tiny_run):
    page = opened(run=tiny_run.name, view="In fewer bits")
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["Named alike"].endswith("%")
    assert float(shown["Whole number"]) in range(-128, 128)
    page.slider(key=f"bits-all-{tiny_run.name}").set_value(2)
    assert "hurts most" in said(sound(page.run()))
    own = [slider for slider in page.slider if str(slider.key).startswith("bits-of-")]
    assert own
    assert {slider.value for slider in own} == {2}
