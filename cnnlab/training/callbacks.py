"""The hooks into Keras' training loop: learning rate, live points, stop, end of epoch."""

import math
import time
from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np

from cnnlab import recipe as recipes
from cnnlab import runs, schema
from cnnlab.errors import LabError
from cnnlab.runs import CONFUSION_FILE, HISTORY_FILE, NORMS_FILE, PROGRESS_FILE, Gone, Run
from cnnlab.schedules import rate_at
from cnnlab.schema import Confusion, HistoryRow, ProgressPoint, best_epoch
from cnnlab.training import checkpoint, precision
from cnnlab.training.confusion_matrix import ConfusionMatrix
from cnnlab.training.early_stopping import stalled
from cnnlab.training.ema import put_average, put_back
from cnnlab.training.norms import layer_norms
from cnnlab.training.saving import save_model
from cnnlab.training.snapshots import save_snapshot, snapshot_epochs

_POINTS_PER_S = 10


class StopRequested(Exception):  # noqa: N818 - no error: the reader asked for it
    """The stop file appeared; leaves Keras' loop at once, in the middle of an epoch."""


class LearningRates(keras.callbacks.Callback):
    """Gives the optimizer an epoch's rates; hears what a reader wants changed. The last hook.

    The plan begins anew after `first_stage` epochs. A change is written into the config before
    it is acted on, with the batch from which on it holds: the rates follow from the config alone.
    """

    def __init__(self, run: Run, batches: int, first_stage: int = 0) -> None:
        super().__init__()
        self._run, self._batches, self._first_stage = run, batches, first_stage
        self._config = run.config
        # JAX keeps the optimizer's variables to itself within an epoch.
        self._within = keras.backend.backend() != "jax"

    @property
    def epochs(self) -> int:
        """How many there are in all, as far as anybody has said."""
        return self._config.epochs

    def hear(self, epoch: int, batch: int = 0) -> bool:
        """Take up what was asked, from that batch on; whether there was anything."""
        changed = runs.take_change(self._run, epoch, batch, self._batches)
        self._config = changed or self._config
        return changed is not None

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch = epoch
        self._assign()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        done = batch + 1
        if self._within and done < self._batches and self.hear(self._epoch, done):
            self._assign()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """The last of the hooks: the epoch's checkpoint is written."""
        self.hear(epoch + 1)
        if epoch + 1 >= self.epochs:
            self.model.stop_training = True

    def _assign(self) -> None:
        first = self._first_stage if self._epoch >= self._first_stage else 0
        losses = [row.val_loss for row in self._run.history[first:]]
        factor = recipes.rate_factor(self._config.recipe, losses)
        begin = self._epoch * self._batches
        self.model.optimizer.rates.assign(
            [
                rate_at(self._config, step, self._batches, self._first_stage, factor)
                for step in range(begin, begin + self._batches)
            ]
        )


class Progress(keras.callbacks.Callback):
    """Appends live points, at most ten a second, and looks for the stop file beside them."""

    def __init__(self, run: Run, batches: int, pictures: int) -> None:
        super().__init__()
        self._run, self._recipe = run, run.config.recipe
        self._batches, self._pictures = batches, pictures

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._file = (self._run.path / PROGRESS_FILE).open("a", buffering=1)
        self._last = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch, self._started = epoch, time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if self._run.stop_file.exists():
            raise StopRequested
        now, done = time.perf_counter(), min(batch + 1, self._batches)
        if now - self._last < 1 / _POINTS_PER_S and done < self._batches:
            return
        self._last = now
        if not self._run.path.is_dir():
            raise Gone(f"{self._run.name} was deleted while it trained.")
        self._write_point(done, logs or {}, now - self._started)

    def _write_point(self, batch: int, logs: Mapping[str, float], seconds: float) -> None:
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            raise LabError(
                "The loss is no longer a number (it exploded): resume is pointless; clone the run "
                "with a learning rate ten times smaller."
            )
        seen = min(batch * self._recipe.batch_size, self._pictures)
        point = ProgressPoint(
            time=round(time.time(), 3),
            epoch=self._epoch,
            batch=batch,
            batches=self._batches,
            loss=round(loss, 6),
            accuracy=round(float(logs["accuracy"]), 6),
            learning_rate=float(np.asarray(self.model.optimizer.learning_rate)),
            images_per_s=round(seen / seconds, 1),
        )
        self._file.write(schema.line_of(point))

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if self._run.stop_file.exists():
            raise StopRequested


class EpochEnd(keras.callbacks.Callback):
    """After each epoch, in this order: row, best model, snapshot, norms, checkpoint, early stop.

    A cut between two of these costs at most the epoch: the checkpoint is the last word.
    """

    def __init__(
        self,
        run: Run,
        pictures: int,
        report: Callable[..., None],
        confusion: ConfusionMatrix,
        fingerprint: str,
        rates: LearningRates,
        kept: keras.Model | None = None,
    ) -> None:
        """`kept` is the network inside the one that is fitted, where they differ."""
        super().__init__()
        self._run, self._recipe, self._report = run, run.config.recipe, report
        self._pictures, self._inner, self._confusion = pictures, kept, confusion
        self._fingerprint, self._best_from = fingerprint, run.config.best_from
        self._rates = rates

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._kept = self._inner or self.model
        # A copy that is never compiled: saved without optimizer state, a third of the bytes.
        self._bare = precision.full(self._kept)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._started = time.perf_counter()

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        self._trained = time.perf_counter()
        self._live = put_average(self.model) if self._recipe.ema else None

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        # The averaged weights stay in force until the epoch's model is saved.
        self._tested = time.perf_counter()
        self._counts = np.asarray(self._confusion.counts)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._append_row(epoch, logs or {})
        history = self._run.history
        if best_epoch(history, self._best_from, self._recipe.keeps_lowest_loss) == len(history):
            self._save_best()
        if epoch + 1 in snapshot_epochs(self._rates.epochs):
            save_snapshot(self._run, self._kept, f"{epoch + 1:05d}")
        if self._live is not None:
            put_back(self.model, self._live)
        self._write_looks(epoch + 1)
        checkpoint.save(self._run.checkpoint_file, self.model, epoch + 1, self._fingerprint)
        self._report(phase="training", epoch=epoch + 1)
        self._stop_early(history)

    def _append_row(self, epoch: int, logs: Mapping[str, float]) -> None:
        seconds = self._trained - self._started
        row = HistoryRow(
            epoch=epoch + 1,
            loss=float(logs["loss"]),
            accuracy=float(logs["accuracy"]),
            val_loss=float(logs["val_loss"]),
            val_accuracy=float(logs["val_accuracy"]),
            learning_rate=float(np.asarray(self.model.optimizer.learning_rate)),
            seconds=round(self._tested - self._started, 3),
            images_per_s=round(self._pictures / seconds, 1),
        )
        # On the disk before the checkpoint is: after a power loss no epoch lacks its row.
        schema.append_history(self._run.path / HISTORY_FILE, row)

    def _write_looks(self, epoch: int) -> None:
        """What the live page shows besides curves: norms of the layers, confusion so far."""
        norms = layer_norms(self._kept, self.model, epoch)
        with (self._run.path / NORMS_FILE).open("a") as file:
            file.write(schema.line_of(norms))
        counts = tuple(tuple(row) for row in self._counts.astype(int).tolist())
        schema.write(self._run.path / CONFUSION_FILE, Confusion(epoch, counts))

    def _save_best(self) -> None:
        self._bare.set_weights(self._kept.get_weights())
        save_model(self._bare, self._run.model_file)

    def _stop_early(self, history: Sequence[HistoryRow]) -> None:
        if stalled(history[self._best_from - 1 :], self._recipe):
            self.model.stop_training = True
