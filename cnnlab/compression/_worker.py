"""What a worker does with a run that is made from another one."""

import shutil
from collections.abc import Callable

import keras

from cnnlab import datasets, evaluation, export, runs
from cnnlab.compression import METHODS, FineTunedQuantizationCard
from cnnlab.compression._fine_tuning import fine_tuning_task, put_on_steps
from cnnlab.compression.distillation import asks_beforehand, distillation_task
from cnnlab.compression.pruning import holding_zeros
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import Compression, replacing
from cnnlab.training import StopRequested, Task, both_parts, train, usual
from cnnlab.training.saving import save_model
from cnnlab.training.snapshots import save_snapshot

Report = Callable[..., None]


def parent_model(run: Run) -> keras.Model:
    """The network a run is made from."""
    return evaluation.load_model(parent_of(run))


def parent_of(run: Run) -> Run:
    """The run that `run` is made from.

    Raises:
        LabError: it is made from none, or its parent is gone.
    """
    return runs.find(run.config.parent or "")


def compression_of(run: Run) -> Compression:
    """How `run` is made from its parent.

    Raises:
        LabError: its config does not say.
    """
    if run.config.compression is None:
        raise LabError(f"{run.name} does not say how it is made from {run.config.parent}.")
    return run.config.compression


def quantize(run: Run, report: Report, data: datasets.Data) -> keras.Model:
    """The parent's network in a file of fewer bits; returns it in full precision.

    Where the method is trained: the network whose weights lie on few steps.
    """
    parent, made = parent_of(run), compression_of(run)
    card = METHODS[made.method]
    if isinstance(card, FineTunedQuantizationCard):
        return _fine_tune(run, report, data, card)
    report(phase="quantizing")
    model = evaluation.load_model(parent)
    content = card.function(model, data.x_train, **made.settings)
    export.write_tflite(run, content)
    # For a look inside: the network in full precision, which the file was written from.
    with replacing(run.model_file) as temporary:
        shutil.copyfile(parent.model_file, temporary)
    save_snapshot(run, model, "final")
    if run.stop_file.exists():
        raise StopRequested
    return model


def _fine_tune(
    run: Run, report: Report, data: datasets.Data, card: FineTunedQuantizationCard
) -> keras.Model:
    settings = compression_of(run).settings
    report(phase="asking which layers bear it", epoch=len(run.history))
    bits = card.function(parent_model(run), data, **settings)

    def task(run: Run, data: datasets.Data) -> Task:
        model = parent_model(run)
        model.trainable = True
        return fine_tuning_task(run, data, model, bits)

    model = train(run, report, data, task, costs=None)
    # What was learned lies behind the steps; done again after a cut of power it changes nothing.
    put_on_steps(model, bits)
    save_model(model, run.model_file)
    save_snapshot(run, model, "final")
    return model


def distill(run: Run, report: Report, data: datasets.Data) -> keras.Model:
    """A student, trained on its teacher's word."""
    report(phase="asking the teacher", epoch=len(run.history))
    teacher = parent_model(run)

    def task(run: Run, data: datasets.Data) -> Task:
        return distillation_task(run, data, teacher)

    # Where the teacher is asked beforehand, a step is the student's alone; else it is both.
    return train(run, report, data, task, costs=usual if asks_beforehand(run) else task)


def prune(run: Run, report: Report, data: datasets.Data) -> keras.Model:
    """The parent's network, cut and trained on."""
    made = compression_of(run)
    share, ramp = float(made.settings["share"]), int(made.settings["ramp"])
    card = METHODS[made.method]
    own = {name: made.settings[name] for name in card.own}
    report(phase="pruning", epoch=len(run.history))

    def task(run: Run, data: datasets.Data) -> Task:
        model = parent_model(run)
        model.trainable = True
        plan = card.function(model, **own)
        print("\n".join(plan.notes))  # noqa: T201 - into the run's log
        if plan.remove and not ramp:
            return Task(plan.remove(share), *both_parts(run, data))
        return Task(model, *both_parts(run, data), callbacks=[holding_zeros(plan, share, ramp)])

    model = train(run, report, data, task, costs=None)
    plan = card.function(model, **own)
    if not plan.remove or not ramp:
        return model
    # What was held at zero goes for good; done again after a cut of power it changes nothing.
    smaller = plan.remove_zeros()
    save_model(smaller, run.model_file)
    # Kernels kept along the way had filters that are gone: they compare with nothing any more.
    for file in [*run.snapshots_dir.glob("*.npz"), *run.weights_dir.glob("*.npz")]:
        file.unlink()
    save_snapshot(run, smaller, "final")
    return smaller
