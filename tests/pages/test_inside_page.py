"""The Inside page: every view of a run, of an imported model, and of runs that have none."""

import base64
import json
import shutil

import keras
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import engine, importing, paths, recipe, runs
from cnnlab.errors import LabError
from cnnlab.visualization import ATTRIBUTIONS
from cnnlab.visualization.features import kernels

PAGE = str(paths.ROOT / "pages" / "inside.py")


def opened(**query: str) -> AppTest:
    """The page, run once without an exception."""
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in query.items():
        page.query_params[name] = value
    return sound(page.run())


def sound(page: AppTest) -> AppTest:
    """The page, which shows no stack trace."""
    assert not page.exception
    return page


@pytest.mark.usefixtures("nothing_shipped")
def test_with_nothing_trained_it_leads_to_training():
    page = opened()
    assert "Nothing is trained yet" in page.info[0].value


def test_a_run_that_vanished_is_named_and_another_shown(tiny_run):
    page = opened(run="0099-gone")
    assert "'0099-gone'" in page.warning[0].value
    assert page.get("plotly_chart")


def test_kernels_before_and_after(tiny_run):
    page = opened(run=tiny_run.name)
    assert not page.error
    assert len(page.get("plotly_chart")) >= 2
    assert page.query_params["run"] == tiny_run.name


def test_a_broken_run_does_not_take_the_page_down(tiny_run):
    broken = runs.create(recipe.plan("lenet5", "digits"))
    shutil.copytree(tiny_run.snapshots_dir, broken.snapshots_dir)
    (broken.path / "config.json").write_text("{")
    page = opened(run=tiny_run.name)
    assert not page.error


def test_a_damaged_snapshot_is_one_sentence(tiny_run):
    for file in tiny_run.snapshots_dir.iterdir():
        file.write_bytes(b"no numbers")
    assert opened(run=tiny_run.name).error


def test_a_network_without_convolutions_says_so(tiny_run):
    for file in tiny_run.snapshots_dir.iterdir():
        np.savez(file)
    page = opened(run=tiny_run.name)
    assert "no convolution layer" in page.error[0].value


def test_a_folder_deleted_while_the_page_is_open(tiny_run):
    page = opened(run=tiny_run.name)
    shutil.rmtree(tiny_run.path)
    sound(page.run())
    assert page.warning or page.info or page.error


def test_every_moment_can_be_chosen(tiny_run):
    page = opened(run=tiny_run.name)
    slider = next((s for s in page.select_slider if "oment" in s.label), None)
    assert slider is not None
    for moment in kernels.moments(tiny_run):
        sound(slider.set_value(moment).run())
        assert not page.error
        slider = next(s for s in page.select_slider if "oment" in s.label)


# -- the views that ask the engine, here answered in this process --

VIEWS = ("replay", "maps", "arithmetic", "heat", "wants", "learning")


@pytest.fixture
def imported(answering, tmp_path) -> runs.Run:
    """A model of the reader's own: color pictures, a model inside it, 80 filters."""
    image = keras.Input((16, 16, 3))
    body = keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Conv2D(80, 3, name="wide")])
    x = keras.layers.GlobalAveragePooling2D(name="mean")(body(image))
    model = keras.Model(image, keras.layers.Dense(4, activation="softmax", name="classes")(x))
    model.save(tmp_path / "mine.keras")
    return importing.import_file(tmp_path / "mine.keras")


@pytest.fixture
def plain(answering, tmp_path) -> runs.Run:
    """A model without any convolution."""
    inner = [keras.Input((14, 14, 1)), keras.layers.Flatten(), keras.layers.Dense(5, "softmax")]
    keras.Sequential(inner).save(tmp_path / "plain.keras")
    return importing.import_file(tmp_path / "plain.keras")


def words(page: AppTest) -> str:
    """Everything the page says, its own HTML included."""
    blocks = [*page.markdown, *page.caption, *page.info, *page.warning, *page.error]
    html = [element.proto.body for element in page.get("html")]
    return " ".join([*(block.value for block in blocks), *html])


def asked(page: AppTest, name: str) -> str:
    """What the address says under this name."""
    value = page.query_params[name]
    return value[0] if isinstance(value, list) else value


def press(page: AppTest, tiles: str, key: str, place: tuple[int, int] = (0, 0)) -> AppTest:
    """Press a tile, as the component tells it."""
    page.session_state[tiles] = {"pressed": {"key": key, "place": list(place), "at": 1}}
    return sound(page.run())


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_a_trained_run(tiny_run, answering, view):
    page = opened(run=tiny_run.name, view=view)
    assert not page.error
    assert asked(page, "view") == view


@pytest.mark.parametrize("view", ["kernels", *VIEWS])
def test_every_view_of_an_imported_model(imported, view):
    page = opened(run=imported.name, view=view)
    assert not page.error


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_without_the_engine_is_one_sentence(tiny_run, monkeypatch, view):
    def refuse(*question, **options):
        raise LabError("The computing process is not here.")

    monkeypatch.setattr(engine, "ask", refuse)
    page = opened(run=tiny_run.name, view=view)
    assert "not here" in page.error[0].value


@pytest.mark.parametrize("view", ["kernels", *VIEWS])
def test_odd_addresses_are_put_right(tiny_run, answering, view):
    odd = {"layer": "nothing", "filter": "9999", "row": "-5", "column": "x", "class": "?"}
    more = {"sample": "999999", "from": "space", "methods": "magic", "beside": "gone"}
    page = opened(run=tiny_run.name, view=view, **odd, **more)
    assert not page.error


def test_an_unknown_view_shows_the_kernels(tiny_run):
    page = opened(run=tiny_run.name, view="soul")
    assert "view" not in page.query_params  # the usual one needs no mention
    assert "Convolution layer" in [box.label for box in page.selectbox]


def test_feature_maps_from_the_picture_to_the_answer(tiny_run, answering):
    page = opened(run=tiny_run.name, view="maps")
    assert "The network says" in words(page)
    page = press(page, "flow", "conv2\n5")
    assert asked(page, "layer") == "conv2"
    assert asked(page, "filter") == "5"
    page.selectbox(key=f"maps-layer-{tiny_run.name}").select("conv2").run()
    assert "16 maps of 10x10" in words(sound(page))
    assert asked(page, "only") == "conv2"


def test_two_pictures_side_by_side(tiny_run, answering):
    page = opened(run=tiny_run.name, view="maps")
    sound(page.toggle(key="two").set_value(True).run())
    assert words(page).count("The network says") == 2
    page.segmented_control(key="picture-from2").set_value("Draw").run()
    assert asked(page, "from2") == "Draw"


def test_a_wide_layer_comes_in_parts(imported):
    wide = kernels.layers(imported)[0]
    page = opened(run=imported.name, view="maps", only=wide)
    assert "80 maps of 14x14" in words(page)
    part = next(n for n in page.number_input if n.label.startswith("Part (1 to 2"))
    sound(part.set_value(2).run())
    assert not page.error


def test_a_pressed_cell_leads_to_its_arithmetic(tiny_run, answering):
    page = opened(run=tiny_run.name, view="maps")
    page = press(page, "flow", "conv1\n2\n0", (7, 9))
    assert asked(page, "view") == "arithmetic"
    assert "conv1, map 2, row 7, column 9" in words(page)


def test_the_arithmetic_adds_up_and_steps_on(tiny_run, answering):
    address = {"layer": "conv2", "filter": "3", "row": "9", "column": "9"}
    page = opened(run=tiny_run.name, view="arithmetic", **address)
    told = words(page)
    assert "conv2, map 3, row 9, column 9" in told
    value = told.split("column 9: ")[1].split("**")[0]
    assert f"tensor says {value}" in told
    sound(page.button(key="step-next").click().run())
    assert "row 0, column 0" in words(page)  # behind the last place comes the first
    sound(page.button(key="step-back").click().run())
    assert "row 9, column 9" in words(page)
    page = press(page, "arithmetic", "own", (4, 5))
    assert (asked(page, "row"), asked(page, "column")) == ("4", "5")


def test_the_window_slides_by_itself(tiny_run, answering):
    page = opened(run=tiny_run.name, view="arithmetic", layer="conv1", row="3", column="3")
    sound(page.toggle(key="slow").set_value(True).run())
    (film,) = (c for c in page.get("bidi_component") if "kernel" in c.proto.json)
    assert json.loads(film.proto.json)["start"] == [3, 3]
    assert "row 3, column 3" in words(page)


def test_every_layer_has_its_arithmetic(tiny_run, answering):
    page = opened(run=tiny_run.name, view="arithmetic")
    box = next(box for box in page.selectbox if box.label == "Layer")
    for at in range(len(box.options)):
        box = next(box for box in page.selectbox if box.label == "Layer")
        sound(box.select_index(at).run())
        assert "by the arithmetic below" in words(page)
        assert not page.error


def test_all_methods_and_the_check_with_shuffled_weights(tiny_run, answering):
    page = opened(run=tiny_run.name, view="heat", methods=",".join(ATTRIBUTIONS.names()))
    told = words(page)
    assert "10x10 cells in conv2" in told
    for card in ATTRIBUTIONS:
        assert card.source in told
    sound(page.toggle(key="check").set_value(True).run())
    assert words(page).count("keeps a rank correlation") == 5


def test_grad_cam_of_another_layer_has_its_own_address(tiny_run, answering):
    page = opened(run=tiny_run.name, view="heat", layer="conv1")
    box = page.selectbox(key=f"cam-layer-{tiny_run.name}")
    assert box.value == "conv2"
    sound(box.select("conv1").run())
    assert asked(page, "cam") == "conv1"
    assert "cells in conv1" not in words(page)  # 28x28 cells are fine enough
    again = opened(run=tiny_run.name, view="heat", cam="conv1")
    assert again.selectbox(key=f"cam-layer-{tiny_run.name}").value == "conv1"


def test_another_class_and_a_second_model(tiny_run, answering):
    other = paths.runs_dir() / "0099-lenet5-digits"
    shutil.copytree(tiny_run.path, other)
    page = opened(run=tiny_run.name, view="heat", **{"class": "3"}, beside=other.name)
    told = words(page)
    assert "speaks for 3" in told or "spoke for 3" in told
    assert asked(page, "beside") == other.name
    assert told.count(" says ") == 2


def test_a_model_without_convolutions_says_so(plain):
    assert "no convolution" in opened(run=plain.name).error[0].value
    page = opened(run=plain.name, view="heat", methods="grad_cam,saliency")
    assert "this network has none" in words(page)
    assert not page.error
    for view in ("maps", "arithmetic", "wants"):
        assert not opened(run=plain.name, view=view).error


def test_what_a_filter_wants_and_finds(tiny_run, answering):
    page = opened(run=tiny_run.name, view="wants", layer="conv2", filter="4")
    assert "Filter 4 wants" in words(page)
    assert "The nine strongest of 359 test pictures" in words(page)
    page = press(page, "filters", "7")
    assert "Filter 7 wants" in words(page)
    assert asked(page, "filter") == "7"


def test_a_filter_beyond_the_first_sixteen_has_its_own_address(imported):
    wide = kernels.layers(imported)[0]
    page = opened(run=imported.name, view="wants", layer=wide, filter="70")
    assert "Filter 70 wants" in words(page)
    part = next(n for n in page.number_input if n.label.startswith("Part"))
    assert part.value == 5
    sound(part.set_value(1).run())
    assert "Filter 0 wants" in words(page)


def test_a_drawing_is_looked_at_and_a_blank_pad_asks_for_one(tiny_run, answering):
    page = opened(run=tiny_run.name, view="maps", **{"from": "Draw"})
    assert "Draw something" in words(page)
    grey = np.zeros((140, 140), np.uint8)
    grey[20:120, 65:77] = 255
    raster = base64.b64encode(grey.tobytes()).decode()
    page.session_state["drawing"] = {"drawing": {"raster": raster, "strokes": 1}}
    sound(page.run())
    assert "sees your drawing" in words(page)


def test_a_test_picture_is_chosen_by_a_press_and_kept_in_the_address(tiny_run, answering):
    page = press(opened(run=tiny_run.name, view="maps"), "samples", "3")
    assert asked(page, "sample") == "3"

    def seen(shown: AppTest) -> str:
        return words(shown).split("sees ")[1].split(")")[0]

    again = opened(run=tiny_run.name, view="maps", sample="3")
    assert seen(again) == seen(page) != seen(opened(run=tiny_run.name, view="maps"))
    sound(page.button(key="more").click().run())
    assert asked(page, "sample") == "3"


def test_kernels_of_an_imported_model_have_no_past(imported):
    page = opened(run=imported.name)
    assert "not trained here" in words(page)
    assert not page.select_slider
    assert "As colors" in words(page)


def test_dead_filters_and_twins_are_counted(tiny_run):
    file = tiny_run.snapshots_dir / "final.npz"
    with np.load(file) as arrays:
        kept = {name: arrays[name].copy() for name in arrays.files}
    kept["conv1"][..., 1] = 0
    kept["conv1"][..., 4] = 2 * kept["conv1"][..., 3]
    np.savez(file, **kept)
    page = opened(run=tiny_run.name, layer="conv1")
    assert "1 dead, 1 twins" in words(page)


def films(page: AppTest) -> list[dict]:
    """What the browser is given to move by itself."""
    (sent,) = (c for c in page.get("bidi_component") if "films" in c.proto.json)
    return json.loads(sent.proto.json)["films"]


def test_the_replay_begins_before_training_and_ends_with_the_last_epoch(tiny_run, answering):
    (film,) = films(opened(run=tiny_run.name, view="replay", layer="conv2"))
    assert film["epochs"] == [0, 1, 2, 3]
    assert film["known"] == [True] * 4
    assert [row[0] for row in film["curve"]] == [1, 2, 3]
    assert max(film["sure"][0], 0.3) == 0.3 < film["sure"][-1]


def test_two_runs_are_replayed_on_one_scrubber(tiny_run, monkeypatch):
    other = tiny_run.path.with_name("0002-other")
    shutil.copytree(tiny_run.path, other)
    asked = []
    monkeypatch.setattr(engine, "ask", lambda q: asked.append(type(q).__name__) or q.answer())
    page = opened(run=tiny_run.name, view="replay", beside=other.name)
    assert asked.count("Replay") == 1
    one, two = films(page)
    assert one["shares"] == two["shares"]
    assert len(one["filters"]) == len(two["filters"]) == 6


def test_an_upload_is_imported_and_opened(answering, monkeypatch, tiny_run):
    told = {}
    mine = paths.runs_dir() / "0098-imported-unknown"
    shutil.copytree(tiny_run.path, mine)

    def take(data, name, labels, dataset, preparation, input_range, architecture):
        told.update(data=data, name=name, labels=labels, input_range=input_range)
        return runs.Run(mine)

    class File:
        name = "net.keras"

        size = 7

        def getvalue(self):
            return b"content"

    monkeypatch.setattr("cnnlab.lab.import_model", take)
    monkeypatch.setattr("streamlit.file_uploader", lambda *a, **o: File())
    page = opened(run=tiny_run.name)
    page.text_input(key="model-labels").set_value("cat, dog")
    page.selectbox(key="model-range").set_value("-1..1")
    sound(page.button(key="import").click().run())
    assert (told["labels"], told["input_range"]) == (("cat", "dog"), "-1..1")
    assert (told["data"], told["name"]) == (b"content", "net.keras")
    assert asked(page, "run") == mine.name
    assert page.selectbox(key="pick-Run").value == mine.name


def test_a_refused_upload_is_one_sentence(answering, monkeypatch, tiny_run):
    class File:
        name = "net.keras"

        size = 7

        def getvalue(self):
            return b"content"

    monkeypatch.setattr("streamlit.file_uploader", lambda *a, **o: File())
    page = opened(run=tiny_run.name)
    sound(page.button(key="import").click().run())
    assert "net.keras is damaged or neither a .keras nor an .h5 file" in page.error[0].value


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_asks_the_engine_once(tiny_run, monkeypatch, view):
    """After the network's layers and the test pictures, which all views share, are known."""
    asked = []
    monkeypatch.setattr(engine, "ask", lambda q: asked.append(type(q).__name__) or q.answer())
    page = opened(run=tiny_run.name, view=view)
    asked.clear()
    sound(page.run())
    assert len(asked) == 1, asked


def test_two_models_heat_maps_are_one_question(tiny_run, monkeypatch):
    other = tiny_run.path.with_name("0002-other")
    shutil.copytree(tiny_run.path, other)
    asked = []
    monkeypatch.setattr(engine, "ask", lambda q: asked.append(type(q).__name__) or q.answer())
    page = opened(run=tiny_run.name, view="heat", beside=other.name)
    asked.clear()
    page = sound(page.run())
    assert asked == ["HeatMapsOfTwo"]
    assert sum(" says " in block.value for block in page.markdown) == 2


@pytest.mark.usefixtures("answering")
def test_how_it_learns_is_computed_before_the_readers_eyes(tiny_run):
    page = opened(run=tiny_run.name, view="learning")
    words = " ".join(text.value for text in page.markdown)
    assert "the engine's own says" in words
    assert len(page.dataframe) == 2
    page.segmented_control(key="learning-part").set_value("matrix")
    words = " ".join(text.value for text in sound(page.run()).markdown)
    assert "one matrix of 7,850 numbers" in words
    page.segmented_control(key="learning-part").set_value("check").run()
    sound(page.button(key="check-gradients").click().run())
    assert len(page.dataframe[0].value) == 20
