"""A training cut anywhere and taken up again ends like one that was never touched."""

import io
import shutil
import zipfile

import h5py
import keras
import numpy as np
import pytest

from cnnlab import architectures, datasets, recipe, runs, training
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.training import callbacks, checkpoint
from cnnlab.training.compiling import compile_model

# All that could forget something: dropout and its random state, batch statistics, a moving
# average, momentum, a schedule that looks back, a picture's own augmentation.
FORGETFUL = {"normalization": "batch", "dropout": 0.3}
SETTINGS = {
    "epochs": 3,
    "train_limit": 120,
    "batch_size": 9,  # 14 batches, three at a stretch and two at the end
    "seed": 7,
    "learning_rate": 0.01,
    "optimizer": "nadam",
    "schedule": "plateau",
    "ema": 0.9,
    "augmentation": "light_digits",
}
LIVED = ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")


@pytest.fixture(scope="module")
def data():
    """A few digits."""
    return datasets.load("digits", (28, 28, 1), limit=SETTINGS["train_limit"])


def new_run(**settings) -> Run:
    """A queued run of the forgetful network."""
    plan = recipe.plan("mnist_approach_2", "digits", SETTINGS | settings, FORGETFUL)
    return runs.create(plan)


def train(run: Run, data) -> keras.Model:
    """Train the run as a worker would, in this process."""
    return training.train(run, lambda **fields: None, data)


def state(run: Run) -> dict[str, np.ndarray]:
    """All a checkpoint holds: weights, optimizer, averages, random states, epoch."""
    with np.load(run.checkpoint_file) as file:
        return dict(file)


def lived(run: Run) -> list[tuple[float, ...]]:
    """What the history says, times left out."""
    return [tuple(getattr(row, key) for key in LIVED) for row in run.history]


def weights(run: Run) -> dict[str, np.ndarray]:
    """All that lies in the file of the model that is kept: weights, and its optimizer's if any."""
    found: dict[str, np.ndarray] = {}

    def take(name: str, part: object) -> None:
        if isinstance(part, h5py.Dataset):
            found[name] = part[()]

    with zipfile.ZipFile(run.model_file) as archive:
        content = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(content) as file:
        file.visititems(take)
    assert found
    return found


def same_end(one: Run, other: Run) -> None:
    """Both runs ended with the same bits, in memory, on disk and on the page."""
    a, b = state(one), state(other)
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)
    assert lived(one) == lived(other)
    assert np.isfinite(lived(one)).all()
    left, right = weights(one), weights(other)
    assert left.keys() == right.keys()
    for name in left:
        np.testing.assert_array_equal(left[name], right[name], err_msg=name)
    for moment in ("initial", "00001", "00003", "final"):
        files = [np.load(run.snapshots_dir / f"{moment}.npz") for run in (one, other)]
        for layer in files[0].files:
            np.testing.assert_array_equal(files[0][layer], files[1][layer])


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory, data) -> Run:
    """The run nobody touched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNLAB_RUNS", str(tmp_path_factory.mktemp("unbroken")))
        run = new_run()
        train(run, data)
    return run


class PowerLoss(BaseException):
    """Nothing in the lab may catch it."""


def stop_in_an_epoch(patch, run):
    """The stop file appears after the third batch of the second epoch."""
    look = callbacks.Progress.on_train_batch_end

    def at_batch(self, batch, logs=None):
        if (self._epoch, batch) == (1, 2):
            self._run.stop_file.touch()
        look(self, batch, logs)

    patch.setattr(callbacks.Progress, "on_train_batch_end", at_batch)


def stop_in_the_validation(patch, run):
    """The stop file appears while the second epoch is validated, averages in force."""
    look = callbacks.Progress.on_test_batch_end

    def at_batch(self, batch, logs=None):
        if self._epoch == 1:
            self._run.stop_file.touch()
        look(self, batch, logs)

    patch.setattr(callbacks.Progress, "on_test_batch_end", at_batch)


def cut_before_the_checkpoint(patch, run):
    """The power goes after the second epoch's row and model were written, not its checkpoint."""
    save = checkpoint.save

    def cut(path, model, epoch, fingerprint):
        if epoch == 2:
            path.with_name(".checkpoint-half.npz").write_bytes(b"PK half")
            raise PowerLoss
        save(path, model, epoch, fingerprint)

    patch.setattr(checkpoint, "save", cut)


def cut_in_the_first_row(patch, run):
    """The power goes while the first row is written: there is no checkpoint yet."""

    def cut(self, epoch, logs):
        (self._run.path / "history.csv").write_text("epoch,loss,accu")
        raise PowerLoss

    patch.setattr(callbacks.EpochEnd, "_append_row", cut)


CUTS = (cut_in_the_first_row, stop_in_an_epoch, stop_in_the_validation, cut_before_the_checkpoint)


def test_cut_and_taken_up_again_is_the_same_training(unbroken, data, monkeypatch):
    """One training, cut at four places: what any of them forgot would show at the end."""
    run = new_run()
    for cut, epochs in zip(CUTS, (0, 1, 1, 2), strict=True):
        with monkeypatch.context() as patch:
            cut(patch, run)
            with pytest.raises((training.StopRequested, PowerLoss)):
                train(run, data)
        assert run.checkpoint_file.exists() is (cut is not cut_in_the_first_row)
        run.stop_file.unlink(missing_ok=True)
        assert len(run.history) == epochs, cut
    train(run, data)
    same_end(run, unbroken)
    assert not list(run.path.glob(".*"))
    points = run.progress()
    assert len({(point.epoch, point.batch) for point in points}) == len(points)


@pytest.fixture
def changing(monkeypatch):
    """After the second epoch's fourth batch a run is asked for another rate and an epoch more."""
    look = callbacks.LearningRates.on_train_batch_end

    def at_batch(self, batch, logs=None):
        if (self._epoch, batch) == (1, 5) and not self._run.config.interventions:
            runs.request_change(self._run, learning_rate=0.02, epochs=4)
        look(self, batch, logs)

    monkeypatch.setattr(callbacks.LearningRates, "on_train_batch_end", at_batch)


def test_what_was_changed_on_the_way_is_taken_up_at_the_same_batch(data, changing, monkeypatch):
    """The rate changes within the epoch, an epoch comes on top; cut in that very epoch, too."""
    whole, run = new_run(), new_run()
    train(whole, data)
    (change,) = Run(whole.path).config.interventions
    assert (change.epoch, change.batch, change.batches) == (1, 6, 14)
    assert (change.learning_rate, change.epochs) == (0.02, 4)
    rates = [row.learning_rate for row in whole.history]
    assert rates == pytest.approx([0.01, 0.02, 0.02, 0.02])
    within = {round(p.learning_rate, 6) for p in whole.progress() if p.epoch == 1}
    assert within == {0.01, 0.02}
    assert whole.path.joinpath("change.json").exists() is False
    with monkeypatch.context() as patch:
        cut_before_the_checkpoint(patch, run)
        with pytest.raises(PowerLoss):
            train(run, data)
    again = Run(run.path)  # another process, which reads the config anew
    assert len(again.config.interventions) == 1
    train(again, data)
    same_end(again, whole)
    assert len(Run(run.path).config.interventions) == 1


@pytest.mark.parametrize("precision", ["float32", "onednn_bfloat16"])
def test_pictures_fed_without_python_are_taken_up_alike(data, monkeypatch, precision):
    settings = {"augmentation": "none", "precision": precision}
    whole, run = new_run(**settings), new_run(**settings)
    train(whole, data)
    with monkeypatch.context() as patch:
        stop_in_an_epoch(patch, run)
        with pytest.raises(training.StopRequested):
            train(run, data)
    assert 0 < len(run.history) < 3
    run.stop_file.unlink()
    train(run, data)
    same_end(run, whole)


def test_a_network_built_to_see_how_long_it_takes_is_trained_as_one_built_anew(unbroken, data):
    run = new_run()
    training.train(run, lambda **fields: None, data, costs=None)
    same_end(run, unbroken)


def test_done_to_the_last_epoch_but_not_measured_trains_no_more(unbroken, data):
    run = new_run()
    shutil.copytree(unbroken.path, run.path, dirs_exist_ok=True)
    train(run, data)
    same_end(run, unbroken)


def compiled(run: Run) -> keras.Model:
    """The run's network with fresh weights, ready for a checkpoint."""
    model = architectures.build("mnist_approach_2", knobs=run.config.knobs)
    compile_model(model, run.config.recipe)
    return model


def test_a_checkpoint_whose_rows_are_lost_is_not_taken_up(unbroken):
    """No row is made up: all begins anew."""
    run = new_run()
    shutil.copytree(unbroken.path, run.path, dirs_exist_ok=True)
    model = compiled(run)
    fresh = model.get_weights()
    history = run.path / "history.csv"
    history.write_text("".join(history.read_text().splitlines(keepends=True)[:3]))
    assert checkpoint.restore(run, model) == 0
    for weight, untouched in zip(model.get_weights(), fresh, strict=True):
        np.testing.assert_array_equal(weight, untouched)


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "other network"])
def test_a_damaged_checkpoint_is_one_sentence(unbroken, damage):
    run = new_run()
    shutil.copytree(unbroken.path, run.path, dirs_exist_ok=True)
    whole = run.checkpoint_file.read_bytes()
    broken = {"cut": whole[: len(whole) // 2], "noise": b"noise" * 99, "empty": b""}
    if damage == "other network":
        np.savez(run.checkpoint_file, epoch=1, model0=np.zeros(3))
    else:
        run.checkpoint_file.write_bytes(broken[damage])
    with pytest.raises(LabError, match=r"checkpoint of .* is damaged.*clone"):
        checkpoint.restore(run, compiled(run))


def test_early_stopping_is_not_forgotten_by_a_pause(data):
    """Killed after the early stop, before the test: taken up again it is still over."""
    run = new_run(epochs=9, patience=1, learning_rate=1e-9, ema=0.0, augmentation="none")
    train(run, data)
    stopped_after = len(run.history)
    assert stopped_after < 9
    train(run, data)
    assert len(run.history) == stopped_after
