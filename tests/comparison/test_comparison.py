"""Runs compared: figures from their files, who may be compared, the front, budgets, exports."""

import csv
import gzip
import io
import itertools
import json
import random
import shutil

import numpy as np
import pytest
from PIL import Image

from cnnlab import __main__ as command_line
from cnnlab import comparison, datasets, paths, recipe, runs, summary
from cnnlab.architectures import ARCHITECTURES
from cnnlab.comparison import sources
from cnnlab.errors import LabError
from cnnlab.evaluation import load_model
from cnnlab.evaluation.several_models import together
from cnnlab.plots.comparison.accuracy_cost import accuracy_cost_chart, accuracy_cost_png
from cnnlab.plots.comparison.marks import labels, marks
from cnnlab.plots.comparison.report import report_html
from cnnlab.plots.comparison.run_tables import metrics_html
from cnnlab.runs import Run
from tests.small_tflite import finished_run

BASE = {
    "test_accuracy": 0.98,
    "test_interval": [0.977, 0.983],
    "test_count": 10_000,
    "params": 7_850,
    "trainable_params": 7_850,
    "macs": 7_840,
    "latency_ms": {"p50": 0.01, "p95": 0.02},
    "variant": "MNIST",
    "fingerprint": "f" * 64,
    "epochs_run": 2,
    "train_seconds": 8.0,
    "best_epoch": 2,
}
HISTORY = """epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds,images_per_s
1,0.5,0.9,0.4,0.91,0.001,4,900
2,0.3,0.95,0.3,0.94,0.001,4,900
"""


def made(name: str, config: dict | None = None, **metrics) -> Run:
    """A finished run of this test's store; `metrics` replace those of `BASE`."""
    folder = finished_run(paths.runs_dir(), name)
    written = json.loads((folder / "config.json").read_text()) | (config or {})
    (folder / "config.json").write_text(json.dumps(written))
    (folder / "metrics.json").write_text(json.dumps(BASE | metrics))
    (folder / "history.csv").write_text(HISTORY)
    return Run(folder)


def row(name: str, accuracy: float | None, params: int | None, **more) -> dict:
    """A row as the front and the budget read it."""
    interval = None if accuracy is None else [accuracy - 0.003, accuracy + 0.003]
    base = {"run": name, "title": name, "accuracy": accuracy, "params": params}
    return {**base, "interval": interval, "tflite_bytes": 4 * (params or 0), **more}


def test_figures_come_from_the_runs_own_files():
    run = made("0001-a")
    figures = comparison.metrics_row(run)
    content = run.tflite_file.read_bytes()
    assert figures["tflite_bytes"] == len(content)
    assert figures["gzip_bytes"] == len(gzip.compress(content, 6))
    assert figures["accuracy"] == 0.98
    assert figures["epoch_seconds"] == 4.0
    assert figures["latency_p95_ms"] == 0.02
    assert set(figures) >= {figure.key for figure in comparison.METRICS}


def test_packed_bytes_that_a_run_recorded_are_not_packed_again(monkeypatch):
    known, damaged = made("0001-a", gzip_bytes=1234), made("0002-b")
    (damaged.path / "metrics.json").write_text("{")
    monkeypatch.delattr("cnnlab.comparison._groups.gzip_bytes")
    result = comparison.compare([known, damaged])
    assert result.groups[0].rows[0]["gzip_bytes"] == 1234
    assert list(result.failed) == ["0002-b"]


def test_packed_bytes_follow_the_file():
    run = made("0001-a")
    before = comparison.gzip_bytes(run.tflite_file)
    run.tflite_file.write_bytes(bytes(100_000))
    assert comparison.gzip_bytes(run.tflite_file) < before
    run.tflite_file.unlink()
    assert comparison.gzip_bytes(run.tflite_file) is None


def test_a_young_run_has_a_row_without_figures():
    run = runs.create(recipe.plan("lenet5", "digits"))
    figures = comparison.metrics_row(run)
    assert figures["accuracy"] is figures["gzip_bytes"] is figures["epoch_seconds"] is None
    assert figures["state"] == "queued"


def test_the_front_by_hand():
    rows = [row("big", 0.99, 1000), row("small", 0.95, 10), row("beaten", 0.94, 20)]
    rows += [row("twin", 0.95, 10), row("waste", 0.99, 2000), row("untested", None, 1)]
    assert comparison.front(rows, "params") == ["small", "twin", "big"]


def test_the_front_is_what_nobody_beats():
    chance = random.Random(1)
    rows = [row(str(i), chance.randint(80, 99) / 100, chance.randint(1, 30)) for i in range(80)]

    def beaten(one: dict) -> bool:
        return any(
            other["params"] <= one["params"]
            and other["accuracy"] >= one["accuracy"]
            and (other["params"], other["accuracy"]) != (one["params"], one["accuracy"])
            for other in rows
        )

    expected = {one["run"] for one in rows if not beaten(one)}
    assert set(comparison.front(rows, "params")) == expected


@pytest.mark.parametrize(
    ("config", "metrics", "word"),
    [
        ({"dataset": "fashion_mnist"}, {"fingerprint": "0" * 64}, "Fashion-MNIST, not on MNIST"),
        ({}, {"fingerprint": "0" * 64}, "fingerprint 00000000, not ffffffff"),
        ({}, {"test_count": 500}, "500 pictures, not on 10,000"),
        ({"preparation": "picture"}, {}, 'prepared as "picture"'),
        ({"labels": list("abcdefghij")}, {}, "10 other classes"),
        ({}, {"variant": "MNIST, JPEG", "fingerprint": ""}, "MNIST, JPEG, not on MNIST"),
    ],
)
def test_what_may_not_be_compared_is_kept_apart_with_the_reason(config, metrics, word):
    alike = [made("0001-a"), made("0002-b", test_accuracy=0.97)]
    other = made("0003-c", config, **metrics)
    first, second = comparison.compare([other, *alike]).groups
    assert first.names == ["0001-a", "0002-b"]
    assert first.apart == ()
    assert second.names == ["0003-c"]
    assert word in second.apart[0]


def test_a_run_still_training_stays_with_its_dataset():
    young = runs.create(recipe.plan("lenet5", "mnist"))
    result = comparison.compare([young, made("0007-a"), made("0008-b")])
    assert [group.names for group in result.groups] == [[young.name, "0007-a", "0008-b"]]


def test_two_unlike_copies_do_not_meet_through_an_unknown_one():
    one = made("0001-a")
    unknown = made("0002-b", fingerprint="")
    other = made("0003-c", fingerprint="0" * 64)
    groups = comparison.compare([unknown, one, other]).groups
    assert not any({"0001-a", "0003-c"} <= set(group.names) for group in groups)


def test_a_damaged_run_is_named_and_holds_up_nobody():
    good, bad = made("0001-a"), made("0002-b")
    (bad.path / "metrics.json").write_text("[]")
    result = comparison.compare([bad, good])
    assert [group.names for group in result.groups] == [["0001-a"]]
    assert "damaged" in result.failed["0002-b"]


def test_settings_tell_what_differs():
    first = made("0001-a", {"recipe": {"epochs": 1, "seed": 0}})
    second = made("0002-b", {"recipe": {"epochs": 1, "seed": 3, "ema": 0.99}})
    found = comparison.settings([first, second])
    different = {one.name: one.values for one in found if not one.same}
    assert different == {"seed": ("0", "3"), "ema": ("0", "0.99")}


def test_settings_stand_part_by_part_and_a_knob_may_be_missing():
    first = made("0001-a", {"knobs": {"width": 2.0}})
    second = made(
        "0002-b", {"knobs": {"width": 1.0, "depth": 3}, "recipe": {"epochs": 1, "loss": "focal"}}
    )
    found = comparison.settings([first, second])
    parts = [part for part, _ in itertools.groupby(one.part for one in found)]
    assert parts == ["network", "data", "knob", "training"]
    values = {one.name: one.values for one in found}
    assert values["width"] == ("2", "1")
    assert values["depth"] == ("has none", "3")


def test_many_runs_stand_closer_and_names_break_after_an_underscore():
    rows = [comparison.metrics_row(made(f"000{n}-long_name")) for n in range(7)]
    assert 'class="runs dense"' in metrics_html(rows)
    few = metrics_html(rows[:6])
    assert 'class="runs"' in few
    assert "0003-long_<wbr>name</a>" in few
    assert "run=0003-long_name" in few


def test_the_table_marks_the_best_and_what_chance_could_lift_to_it():
    rows = [comparison.metrics_row(made("0001-a", test_accuracy=0.985, params=9_000))]
    rows += [comparison.metrics_row(made("0002-b", test_interval=[0.976, 0.986]))]
    rows += [comparison.metrics_row(made("0003-c", test_accuracy=0.9, test_interval=[0.89, 0.91]))]
    lines = {row.metric.key: row.cells for row in comparison.table(rows)}
    assert [(cell.best, cell.tie) for cell in lines["accuracy"]] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert lines["params"][0].note == "1.1× the least"
    assert not any(cell.best for cell in lines["macs"])  # all the same: no winner


def test_budget_names_the_best_that_fits():
    rows = [row("a", 0.99, 5_000), row("b", 0.985, 900), row("c", 0.97, 500)]
    answer = comparison.within(rows, {"params": 1_000})
    assert answer.best["run"] == "b"
    assert [one["run"] for one in answer.fitting] == ["b", "c"]
    assert answer.frugal is None
    assert answer.next.row["run"] == "a"
    assert answer.next.over == {"params": 5.0}


def test_budget_points_at_a_smaller_model_that_chance_cannot_tell_apart():
    rows = [row("a", 0.99, 5_000), row("b", 0.988, 900), row("c", 0.97, 500)]
    answer = comparison.within(rows, {})
    assert (answer.best["run"], answer.frugal["run"]) == ("a", "b")
    assert answer.next is None


def test_budget_that_nothing_fits_names_the_nearest():
    rows = [row("a", 0.99, 5_000), row("b", 0.95, 900), row("unmeasured", 0.9, None)]
    answer = comparison.within(rows, {"params": 100}, least=0.9)
    assert answer.best is None
    assert answer.next.row["run"] == "b"
    assert answer.unknown == ("unmeasured",)


def test_budget_with_a_least_accuracy():
    rows = [row("a", 0.99, 5_000), row("b", 0.95, 900)]
    assert comparison.within(rows, {"params": 1_000}, least=0.97).best is None
    assert comparison.within(rows, {"params": 9_000}, least=0.97).best["run"] == "a"


def test_csv_gives_every_figure_back():
    rows = comparison.compare([made("0001-a"), made("0002-b", {"title": 'x, "y"'})]).rows
    back = list(csv.DictReader(io.StringIO(comparison.csv_text(rows))))
    assert [line["title"] for line in back] == ["LeNet-5", 'x, "y"']
    assert float(back[0]["accuracy"]) == 0.98
    assert float(back[0]["interval_high"]) == 0.983
    assert int(back[0]["gzip_bytes"]) == rows[0]["gzip_bytes"]


def test_the_report_is_one_page_and_escapes_what_people_wrote():
    result = comparison.compare([made("0001-a", {"title": "<b>&"}), made("0002-b")])
    page = report_html(result)
    assert "<b>&" not in page
    assert "&lt;b&gt;&amp;" in page
    assert "<svg" in page
    assert not any(word in page for word in ("<script", "<link", "src="))


def test_the_chart_as_png_shows_both_models():
    rows = comparison.compare([made("0001-a"), made("0002-b", params=90_000)]).rows
    picture = Image.open(io.BytesIO(accuracy_cost_png(rows, "params")))
    assert picture.size == (1800, 840)
    colors = {color for _, color in picture.getcolors(1 << 20)}
    looks = [mark.color for mark in marks(rows).values()]
    assert {tuple(bytes.fromhex(look[1:])) for look in looks} <= colors


def test_nothing_tested_is_one_sentence():
    young = runs.create(recipe.plan("lenet5", "digits"))
    with pytest.raises(LabError, match="nothing to draw"):
        accuracy_cost_png(comparison.compare([young]).rows, "params")


def test_the_chart_draws_every_model_and_keeps_published_figures_apart():
    rows = comparison.compare([made("0001-a"), made("0002-b", params=90_000)]).rows
    plain = accuracy_cost_chart(rows, "params")
    with_published = accuracy_cost_chart(rows, "params", published=True)
    assert [trace.name for trace in plain.data[1:]] == ["0001-a", "0002-b"]
    diamonds = with_published.data[1]
    assert "not measured here" in diamonds.name
    assert 591_786 in diamonds.x
    assert accuracy_cost_chart(rows, "macs", published=True).data[1].name == "0001-a"


def test_runs_of_one_title_are_told_apart_by_name():
    rows = comparison.compare([made(name, {"title": "twin"}) for name in ("0001-a", "0002-b")]).rows
    assert labels(rows) == {"0001-a": "0001-a", "0002-b": "0002-b"}


def test_a_hundred_runs_in_one_comparison():
    first = made("0000-a", params=100)
    for n in range(1, 100):
        shutil.copytree(first.path, first.path.with_name(f"{n:04d}-a"))
        metrics = BASE | {"params": 100 + n}
        (first.path.with_name(f"{n:04d}-a") / "metrics.json").write_text(json.dumps(metrics))
    result = comparison.compare(runs.list_runs())
    assert len(result.groups[0].rows) == 100
    assert json.loads(json.dumps(result.to_json()))["groups"][0]["front"]["params"] == ["0000-a"]


# -- the sources' own comparisons --


def test_every_line_of_the_sources_is_a_network_of_the_zoo_or_says_so():
    for source in sources.SOURCES:
        assert source.dataset in datasets.DATASETS
        assert source.protocol
        for network in source.networks:
            assert not network.architecture or network.architecture in ARCHITECTURES
            known = {key for key, _, _ in source.columns}
            assert set(network.values) <= known


def test_the_sources_figures_are_those_on_the_cards():
    """Two hands copied them from the sources: they must agree."""
    compared = 0
    for source in sources.SOURCES:
        if source.name.startswith("pyramid"):
            continue
        for network in source.networks:
            pair = network.values.get("params"), network.values.get("accuracy")
            if not network.architecture or None in pair or network.architecture == "irtza_student":
                continue
            cards = ARCHITECTURES[network.architecture].published
            assert pair in {(figure.params, figure.accuracy) for figure in cards}, network.name
            compared += 1
    assert compared >= 12


def test_the_pyramids_two_stage_column_is_on_the_cards():
    for source in sources.SOURCES:
        if not source.name.startswith("pyramid"):
            continue
        for network in source.networks[1:-1]:
            printed = network.values["Pyramid, two stages"]
            accuracies = [f.accuracy for f in ARCHITECTURES[network.architecture].published]
            assert any(accuracy == pytest.approx(printed) for accuracy in accuracies), network


def test_our_counts_stand_beside_every_rebuilt_network():
    cifar100 = sources.SOURCES["pyramid_cifar100_backward"]
    assert sources.counted(cifar100, cifar100.networks[0]) == 30_564_004
    assert sources.counted(cifar100, cifar100.networks[-1]) == 4_371_684
    shathe = sources.SOURCES["shathenet"]
    assert sources.counted(shathe, shathe.networks[0]) == 17_882
    notebooks = sources.SOURCES["saria_mnist"]
    assert sources.counted(notebooks, notebooks.networks[1]) == 1_199_882
    assert sources.counted(notebooks, notebooks.networks[-1]) == 22_794


def test_a_student_of_every_width_has_the_counted_parameters():
    irtza = sources.SOURCES["irtza"]
    counts = [network.values["params"] for network in irtza.networks[1:]]
    assert counts == [37_280, 46_507, 55_734, 64_961, 74_188, 83_415]


def test_our_run_stands_beside_the_source_with_what_differs():
    mnist = sources.SOURCES["mnist"]
    plan = {"architecture": "mnist_approach_2", "recipe": {"epochs": 30, "batch_size": 32}}
    ours = made("0001-ours", plan, params=3_226)
    other = made("0002-wide", plan | {"knobs": {"width": 2.0}})
    pairs = sources.reproductions(mnist, [other, ours])
    assert [pair.run for pair in pairs] == ["", "", "0001-ours"]
    assert pairs[2].measured["params"] == 3_226
    assert pairs[2].measured["train_accuracy"] == 0.95
    assert "epochs 30, source 10" in pairs[2].differs
    assert not any("batch size" in word for word in pairs[2].differs)


def test_published_figures_of_a_dataset_are_of_no_other():
    found = sources.on_dataset("cifar10")
    assert {one.architecture for one in found} >= {"squeezenet_a", "resnet8", "shathenet_v1_0"}
    assert not any("100" in one.dataset for one in found)
    assert sources.on_dataset("nothing") == []


def test_the_commands_that_fill_the_gaps_are_understood():
    for source in sources.SOURCES:
        for network in source.networks:
            if network.architecture:
                words = sources.command(source, network).split()[3:]
                options = command_line.parser().parse_args(words)
                name = options.student if network.teacher else options.name
                assert name == network.architecture
                assert ARCHITECTURES[name].check(dict(options.knob))


def run_beside(key: str, name: str, tested: list[Run]) -> str:
    """The run that stands beside a network of a source."""
    source = sources.SOURCES[key]
    pairs = sources.reproductions(source, tested)
    return next(pair.run for pair in pairs if pair.network.name.startswith(name))


def test_shipped_runs_stand_in_their_rows_however_their_picture_is_enlarged():
    shipped = runs.pretrained()
    assert run_beside("shathenet", "v1.0", shipped) == "shathenet_v1_0"
    assert run_beside("irtza", "Student, 6", shipped) == "irtza_student"
    assert run_beside("irtza", "Student, 2", shipped) == ""


def test_a_student_nobody_taught_is_not_the_sources_student():
    plan = {"architecture": "irtza_student", "knobs": {"hidden_neurons": 2}}
    alone = made("0001-alone", plan)
    teacher = made("0002-teacher", {"architecture": "irtza_teacher"})
    how = {"kind": "distillation", "method": "frozen_logits", "settings": {}}
    taught = plan | {"compression": how, "parent": teacher.name}
    student = made("0003-taught", taught)
    assert run_beside("irtza", "Student, 2", [alone, teacher]) == ""
    assert run_beside("irtza", "Student, 2", [alone, student, teacher]) == student.name
    pruned = {"kind": "pruning", "method": "magnitude", "settings": {"share": 0.5}}
    child = made("0004-pruned", {"architecture": "irtza_teacher", "compression": pruned})
    assert run_beside("irtza", "Teacher", [child, teacher]) == teacher.name


def test_a_run_on_some_of_the_pictures_gives_way_and_says_so():
    plan = {"architecture": "mnist_approach_2"}
    part = made("0001-part", plan | {"recipe": {"epochs": 2, "train_limit": 600}}, train_count=600)
    whole = made("0002-whole", plan)
    assert run_beside("mnist", "Approach 2", [part, whole]) == whole.name
    mnist = sources.SOURCES["mnist"]
    alone = sources.reproductions(mnist, [part])[2]
    assert "trained on 600 of 60,000 pictures" in alone.differs


def test_large_pictures_are_enlarged_inside_the_network():
    shathe = sources.SOURCES["shathenet"]
    networks = {network.name: network for network in shathe.networks}
    command = sources.command(shathe, networks["v1.1"])
    assert command.endswith("--knob enlarge=9 --input 32x32x3")
    assert sources.memory_bytes(shathe, networks["v1.1"]) < 200e6
    inception = next(one for one in shathe.networks if one.architecture == "inception_v3")
    assert sources.memory_bytes(shathe, inception) > 10e9


# -- with a real, trained model --


def test_together_counts_what_the_run_was_told(tiny_run):
    result = together([str(tiny_run.path), str(tiny_run.path)])
    assert result.accuracy[0] == tiny_run.metrics.test_accuracy
    assert result.count == tiny_run.metrics.test_count
    assert np.allclose(result.agreement, 1)
    assert result.disputed == ()
    assert result.all_right + result.none_right == result.count
    data = datasets.load("digits", (28, 28, 1))
    shares = np.bincount(data.y_test) / len(data.y_test)
    assert np.dot(shares, result.recall[0]) == pytest.approx(result.accuracy[0])


def test_disputed_pictures_are_those_the_models_answer_differently(tiny_run):
    import keras

    other = tiny_run.path.with_name("other")
    shutil.copytree(tiny_run.path, other)
    model = load_model(tiny_run)
    kernel = model.layers[-2].get_weights()
    model.layers[-2].set_weights([-kernel[0], *kernel[1:]])
    keras.Model.save(model, other / "model.keras")
    result = together([str(tiny_run.path), str(other)])
    assert result.agreement[0][1] < 1
    for picture in result.disputed:
        assert picture.answers[0][0][0] != picture.answers[1][0][0]
        assert picture.picture.shape == (28, 28)


def test_memory_and_folded_parameters_are_those_of_the_layers(tiny_run):
    totals = summary.summarize_architecture("lenet5", (28, 28, 1), 10).totals
    figures = comparison.metrics_row(tiny_run)
    assert figures["folded_params"] == totals.params_batchnorm_folded
    assert figures["peak_activation_bytes"] == totals.peak_activation_bytes
    assert figures["memory_bytes"] == totals.file_bytes + totals.peak_activation_bytes


def test_memory_is_unknown_without_both_its_parts():
    assert comparison.metrics_row(made("0001-a"))["memory_bytes"] is None
    assert comparison.metrics_row(made("0002-b", file_bytes=400))["memory_bytes"] is None
    run = made("0003-c", file_bytes=400, peak_activation_bytes=20)
    assert comparison.metrics_row(run)["memory_bytes"] == 420


def test_the_command_line_gives_the_pages_figures(tiny_run, capsys, tmp_path):
    report = tmp_path / "report.html"
    words = ["compare", tiny_run.name, "lenet5", "--json", "--report", str(report)]
    assert command_line.main(words) == 0
    told = json.loads(capsys.readouterr().out)
    chosen = [tiny_run, runs.find("lenet5")]
    assert told == json.loads(json.dumps(comparison.compare(chosen).to_json()))
    assert len(told["groups"]) == 2
    assert tiny_run.title in report.read_text()


def test_the_command_line_prints_a_table(tiny_run, capsys):
    assert command_line.main(["compare", tiny_run.name]) == 0
    printed = capsys.readouterr().out
    assert "Digits, 359 test pictures." in printed
    assert "61,706" in printed
    assert command_line.main(["compare", "0404-gone"]) == 1


@pytest.mark.parametrize("run", runs.pretrained(), ids=lambda run: run.name)
def test_shipped_figures_are_those_of_the_shipped_files(run):
    totals = summary.summarize(load_model(run)).totals
    figures = comparison.metrics_row(run)
    assert figures["params"] == totals.params
    assert figures["trainable_params"] == totals.trainable_params
    assert figures["macs"] == totals.macs
    assert figures["folded_params"] == totals.params_batchnorm_folded
    assert figures["memory_bytes"] == totals.file_bytes + totals.peak_activation_bytes
    assert run.metrics.tflite_bytes == figures["tflite_bytes"]
    assert figures["model_bytes"] == run.model_file.stat().st_size


@pytest.mark.parametrize(
    ("kind", "value", "base", "words"),
    [
        ("percent", 0.99, 0.98, "+1.00 points"),
        ("percent", 0.5, 0.9, "-40.00 points"),
        ("count", 880, 1000, "-12 %"),
        ("bytes", 250, 1000, "0.25×"),
        ("ms", 30.0, 1.0, "30×"),
        ("count", 7, 7, "the same"),
        ("count", 7, 0, ""),
    ],
)
def test_how_a_figure_differs_from_the_baselines(kind, value, base, words):
    assert comparison.difference(kind, value, base) == words
