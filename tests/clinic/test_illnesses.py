"""Each illness is named from its signs, and a healthy training has none."""

from dataclasses import replace

import pytest

from cnnlab import recipe
from cnnlab.clinic import ILLNESSES, Signs, diagnose
from cnnlab.clinic.patient_files import patients
from cnnlab.clinic.treatment import treated
from cnnlab.schema import HistoryRow


def row(epoch: int, loss: float, accuracy: float, val_loss: float, val_accuracy: float):
    return HistoryRow(epoch, loss, accuracy, val_loss, val_accuracy, 0.001, 1.0, 1000.0)


HISTORY = tuple(row(n, 2.0 / n, 1 - 0.6 / n, 2.1 / n + 0.02, 1 - 0.62 / n) for n in range(1, 13))


def signs(**changes) -> Signs:
    """Those of a healthy training of LeNet-5, and what is changed in them."""
    settings = {"epochs": 12} | changes.pop("settings", {})
    healthy = Signs(
        config=recipe.plan("lenet5", "digits", settings),
        history=HISTORY,
        usual_rate=0.001,
        knobs=("activation", "normalization", "dropout", "width"),
        params=61_706,
        depth=5,
        normalized=False,
        moved=0.6,
        gradients=0.5,
        dead={"conv1": 0.0, "conv2": 0.1},
        counts=(130,) * 10,
        validation=143,
        copied=0,
        train_accuracy=0.985,
        val_accuracy=0.97,
        recalls=(0.97,) * 10,
        strangeness=None,
    )
    return replace(healthy, **changes)


def names(seen: Signs) -> list[str]:
    return [one.illness for one in diagnose(seen)]


def test_a_healthy_training_has_nothing():
    assert diagnose(signs()) == ()


def test_size_is_not_to_blame_where_a_smaller_network_reads_better():
    behind = {"train_accuracy": 0.8, "val_accuracy": 0.79, "best_larger": 0.98}
    assert "too_small" not in names(signs(**behind, best_smaller=0.95))
    assert names(signs(**behind, best_smaller=0.8))[0] == "too_small"


def test_networks_are_compared_on_as_many_pictures_alone():
    from cnnlab import runs
    from cnnlab.clinic.examination import _best_elsewhere

    middle = runs.find("ladder_fashion_06")
    larger, smaller = _best_elsewhere(middle, middle.metrics.params)
    assert smaller < middle.metrics.val_accuracy < larger
    few = runs.create(recipe.plan("lenet5", "fashion_mnist", {"train_limit": 500}))
    assert _best_elsewhere(few, 61_706) == (None, None)


def test_a_large_rate_that_a_schedule_brought_down_is_no_illness():
    """The shipped recipes begin with twenty times AdamW's usual rate."""
    ended = (*HISTORY[:-1], replace(HISTORY[-1], learning_rate=1e-8))
    started = {"history": ended, "settings": {"learning_rate": 0.02}}
    found = names(signs(**started, train_accuracy=0.87, val_accuracy=0.86))
    assert "rate_too_high" not in found


CHANCE = {"train_accuracy": 0.12, "val_accuracy": 0.1}
NAN = (*HISTORY[:2], row(3, float("nan"), 0.1, float("nan"), 0.1))
JUMPS = tuple(row(n, 1.0 + n % 2, 0.6, 1.5, 0.5) for n in range(1, 11))
RISEN = (*HISTORY[:-1], row(12, 0.01, 1.0, 0.9, 0.85))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("rate_too_high", {"history": NAN, "settings": {"learning_rate": 0.1}}),
        ("rate_too_high", {**CHANCE, "moved": 4.0, "settings": {"learning_rate": 0.1}}),
        ("rate_too_high", {"history": JUMPS, "train_accuracy": 0.7, "val_accuracy": 0.68}),
        (
            "rate_too_high",
            {
                "history": tuple(replace(one, learning_rate=0.06) for one in HISTORY),
                "settings": {"learning_rate": 0.06},
                "train_accuracy": 0.87,
                "val_accuracy": 0.86,
            },
        ),
        ("rate_too_low", {**CHANCE, "moved": 0.01, "settings": {"learning_rate": 0.00001}}),
        ("dead_units", {**CHANCE, "dead": {"conv1": 0.98}}),
        ("no_normalization", {**CHANCE, "depth": 19, "moved": 0.3, "gradients": 0.001}),
        ("overfitting", {"train_accuracy": 1.0, "val_accuracy": 0.84, "history": RISEN}),
        ("too_small", {"params": 50, "train_accuracy": 0.4, "val_accuracy": 0.39}),
        ("too_small", {"train_accuracy": 0.8, "val_accuracy": 0.79, "best_larger": 0.98}),
        ("wrong_labels", {"train_accuracy": 0.62, "val_accuracy": 0.6, "strangeness": 0.49}),
        ("leaked", {"copied": 70}),
        ("few_validation_pictures", {"validation": 12}),
        ("rare_classes", {"counts": (200, 10) * 5, "recalls": (0.98, 0.6) * 5}),
        ("stopped_early", {"history": HISTORY[:2], "train_accuracy": 0.8, "val_accuracy": 0.8}),
        ("stopped_early", {"normalized": True, **CHANCE}),
    ],
)
def test_an_illness_is_named_first(name, changes):
    found = diagnose(signs(**changes))
    assert found[0].illness == name, found
    assert found[0].advice.endswith(".")
    assert found[0].evidence.endswith(".")
    assert [one.certainty for one in found] == sorted(
        (one.certainty for one in found), reverse=True
    )


def test_what_was_planted_is_no_sign():
    """The rules see what a stranger's run would show them, not the recipe's own word."""
    planted = {"flaw": "label_noise", "flaw_percent": 90.0}
    assert diagnose(signs(settings=planted)) == ()


def test_every_illness_has_a_patient_and_a_treatment_that_can_be_trained():
    found, refused = patients()
    assert not refused
    assert {one.illness for one in found.values()} == set(ILLNESSES.names())
    for patient in found.values():
        assert patient.plan().recipe.trains


def test_treatment_changes_what_the_finding_says_and_nothing_else():
    from cnnlab import runs

    config = recipe.plan("lenet5", "digits", {"epochs": 12, "learning_rate": 0.1}, {"width": 0.5})
    run = runs.create(config)
    finding = diagnose(signs(history=NAN, settings={"learning_rate": 0.1}))[0]
    mended = treated(run, finding)
    assert mended.recipe == replace(config.recipe, learning_rate=0.001)
    assert (mended.architecture, mended.knobs) == (config.architecture, config.knobs)


def test_a_teachers_broken_patient_is_told_and_the_others_stay(monkeypatch, tmp_path):
    folder = tmp_path / "patients"
    folder.mkdir()
    (folder / "odd.toml").write_text("title = [")
    (folder / "unknown.toml").write_text('title = "x"\nstory = "y"\nillness = "flu"\n')
    (folder / "mine.toml").write_text(
        'title = "Mine"\nstory = "s"\nillness = "overfitting"\narchitecture = "lenet5"\n'
        'dataset = "digits"\n[recipe]\nepochs = 3\n'
    )
    monkeypatch.setenv("CNNLAB_LESSONS", str(tmp_path))
    found, refused = patients()
    assert found["mine"].plan().recipe.epochs == 3
    assert set(refused) == {"odd.toml", "unknown.toml"}
    assert all("\n" not in why for why in refused.values())
