"""Records: a training counts by the mean over its seeds, among its like, within the limit."""

import json

import pytest

from cnnlab import __main__ as command_line
from cnnlab import boards, paths, runs
from cnnlab.comparison import CHALLENGES, DEVICE_COSTS, Challenge, standing
from cnnlab.plots.comparison.records import records_chart
from cnnlab.runs import Run
from tests.small_tflite import finished_run

GOLF = Challenge(
    name="golf",
    title="Golf",
    description="Somebody drew the line.",
    dataset="mnist",
    params=10_000,
    goals=(0.97, 0.99),
)
TOLD = {"test_count": 10_000, "variant": "MNIST", "fingerprint": "f" * 64, "epochs_run": 2}


def made(name: str, accuracy: float | None, seed: int = 0, params: int = 5_000, **more) -> Run:
    """A finished run; `epochs`, `seeds` and other words of its metrics may differ."""
    folder = finished_run(paths.runs_dir(), name)
    config = json.loads((folder / "config.json").read_text())
    config["recipe"] |= {"seed": seed, "epochs": more.pop("epochs", 2)}
    (folder / "config.json").write_text(json.dumps(config | more.pop("config", {})))
    metrics = TOLD | {"test_accuracy": accuracy, "test_interval": None, "params": params} | more
    (folder / "metrics.json").write_text(json.dumps(metrics))
    return Run(folder)


def test_seeds_of_one_training_are_one_line_and_their_mean_counts():
    lucky = made("0001-lucky", 0.985, epochs=9)
    three = [made(f"000{2 + seed}-steady", 0.98 + seed / 1000, seed) for seed in range(3)]
    now = standing(GOLF, [lucky, *three])
    assert [one.row["run"] for one in now.ranked] == ["0001-lucky", "0002-steady"]
    steady = now.ranked[1]
    assert steady.mean == pytest.approx(0.981)
    assert steady.deviation == pytest.approx(0.001)
    assert steady.fair
    assert not now.best.fair
    assert now.best.deviation is None
    assert "LeNet-5: 98.10 % ± 0.10 over 3 seeds, 5,000 parameters" in steady.words


def test_a_shipped_run_brings_all_its_seeds_and_a_copy_counts_once():
    told = {"test_accuracy": {"0": 0.97, "1": 0.99}, "mean": 0.98, "count": 2}
    shipped, copy = made("0001-ships", 0.97, seeds=told), made("0002-copy", 0.96)
    one = standing(GOLF, [shipped, copy]).best
    assert one.mean == pytest.approx(0.98)
    assert dict(one.seeds) == {"0": 0.97, "1": 0.99}


def test_the_limit_divides_and_goals_are_reached_by_the_mean():
    small, large = made("0001-small", 0.975), made("0002-large", 0.999, params=10_001, epochs=5)
    now = standing(GOLF, [large, small])
    assert [one.row["run"] for one in now.ranked] == ["0001-small"]
    assert [one.row["run"] for one in now.beyond] == ["0002-large"]
    assert now.reached == (0.97,)
    assert [one.row["run"] for one in now.all] == ["0001-small", "0002-large"]


def test_what_does_not_count():
    here = made("0001-here", 0.98)
    other = made("0002-other", 0.999, fingerprint="e" * 64, epochs=5)
    waiting = made("0003-waiting", None, epochs=6)
    elsewhere = made("0004-elsewhere", 0.999, epochs=7, config={"dataset": "fashion_mnist"})
    now = standing(GOLF, [here, other, waiting, elsewhere])
    assert [one.row["run"] for one in now.all] == ["0001-here"]
    assert list(now.apart) == ["0002-other"]
    assert "fingerprint" in now.apart["0002-other"]


def test_nobody_yet():
    now = standing(GOLF, [])
    assert now.best is None
    assert now.reached == now.all == ()


def test_twins_of_distillations_do_not_part_their_seeds():
    def student(name: str, seed: int) -> Run:
        made_by = {
            "kind": "distillation",
            "method": "hinton",
            "settings": {},
            "scratch": f"{name}-twin",
        }
        return made(name, 0.98, seed, config={"compression": made_by, "parent": "teacher"})

    first, second = student("0001-a", 0), student("0002-b", 1)
    assert first.config.asked == second.config.asked
    assert first.config.asked != made("0003-c", 0.98).config.asked


@pytest.mark.parametrize("errors", [True, False])
def test_the_chart_draws_limit_and_goals(errors):
    runs = [made("0001-a", 0.98), made("0002-b", 0.985, params=20_000, epochs=3)]
    chart = records_chart(standing(GOLF, runs), errors)
    upright = [shape for shape in chart.layout.shapes if shape.x0 == shape.x1]
    assert [shape.x0 for shape in upright] == [10_000]
    level = [shape.y0 for shape in chart.layout.shapes if shape.y0 == shape.y1]
    assert level == pytest.approx([0.03, 0.01] if errors else [0.97, 0.99])


@pytest.mark.parametrize("cost", DEVICE_COSTS)
def test_the_front_is_drawn_on_all_four_costs(cost):
    """On each axis the trainings stand by that cost; the limit is one of parameters alone."""
    runs = comparison_runs()
    now = standing(CHALLENGES["mnist"], runs)
    chart = records_chart(now, False, cost)
    costs = sorted(one.row[cost] for one in now.all if one.row[cost])
    dots = [dot.x[0] for dot in chart.data if dot.mode == "markers" and len(dot.x) == 1]
    assert sorted(dots)[: len(costs)] == costs
    front = next(line for line in chart.data if line.mode == "lines")
    assert list(front.x) == sorted(front.x)
    assert list(front.y) == sorted(front.y)
    upright = [shape for shape in chart.layout.shapes if shape.x0 == shape.x1]
    assert len(upright) == (cost == "params")


def test_the_command_line_says_the_same(capsys):
    made("0001-mine", 0.9999, params=1_000)
    command_line.main(["records", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {challenge.name for challenge in CHALLENGES}
    assert told["cats_dogs"]["ranked"][0]["run"] == "compact_cats_dogs"
    command_line.main(["records"])
    assert "CIFAR-10 with 17,882 parameters: goal 78 % and 84 %" in capsys.readouterr().out


@pytest.mark.parametrize("challenge", CHALLENGES, ids=lambda challenge: challenge.name)
def test_every_challenge_has_a_shipped_holder_below_its_limit(challenge):
    best = standing(challenge, comparison_runs()).best
    assert best.row["shipped"]
    assert best.row["params"] <= challenge.params


def comparison_runs() -> list[Run]:
    """What the page offers."""
    from cnnlab import lab

    return lab.tested_runs()


def test_a_board_leaves_only_what_fits_there():
    challenge = CHALLENGES["mnist_uno"]
    now = standing(challenge, runs.pretrained())
    by_name = {run.name: run for run in runs.pretrained()}
    uno = boards.BOARDS[challenge.board]
    fit = {
        one.row["run"]: boards.fit(boards.needs(by_name[one.row["run"]]), uno) for one in now.all
    }
    assert {one.row["run"] for one in now.ranked} == {
        name for name, found in fit.items() if found.fits
    }
    assert now.best.row["run"] == "uno_mnist"
    small = [one.row["run"] for one in now.beyond if one.row["params"] <= challenge.params]
    assert "saria_final" in small
