"""What fills an empty cell of a source's comparison: the command, its memory, its time."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab.architectures import ARCHITECTURES
from cnnlab.comparison._metrics import Trained
from cnnlab.comparison._source import PublishedNetwork, Source, Way
from cnnlab.datasets import DATASETS
from cnnlab.schema import Recipe

TAUGHT_EPOCHS = 60  # of each level of a Pyramid; the source went on until nothing improved
_HELD_OUT = 0.1  # of the training pictures
_TRAINING = 3  # forward passes that a step of training takes: one forward, two backward


@dataclass(frozen=True)
class Estimate:
    """About how long a training takes, by the pace of `run`, on the machine that trained it."""

    seconds: float
    run: str


def command(source: Source, network: PublishedNetwork, way: Way | None = None) -> str:
    """The command that reaches the row: the network as the source built it.

    A student is taught by a run of its teacher, the one named like its architecture. Pictures
    that would not fit into memory at the network's own size are enlarged inside the network.

    Args:
        source: The comparison.
        network: One of its rows, with a rebuild.
        way: How the column's figures were made, where the table has several.
    """
    if way is not None and network != source.networks[0]:
        return _taught(source, network, way)
    card = ARCHITECTURES[network.architecture]
    knobs = dict(network.knobs)
    size = ""
    times, data = _enlarged(source, network), DATASETS[source.dataset]
    if times > 1:
        knobs |= {knob.name: times for knob in card.knobs if knob.scales_input}
        size = f" --input {_shape(data.input_shape)}"
    turned = "".join(f" --knob {name}={value}" for name, value in knobs.items())
    if network.teacher:
        who = f"{network.teacher} {network.architecture} --method {network.method}"
        return f"python -m cnnlab distill {who} --epochs {network.epochs}{turned}"
    recipe = " --source-recipe" if card.recipe else ""
    return (
        f"python -m cnnlab train {network.architecture} --dataset {source.dataset}"
        f"{recipe}{turned}{size}"
    )


def _taught(source: Source, network: PublishedNetwork, way: Way) -> str:
    """By the level before: the whole way down to it; else by the first network alone."""
    teacher = source.networks[0].architecture
    settings = dict(way.settings)
    if way.previous:
        settings = {"transfer": way.method} | settings
        del settings["inherit"]  # a Pyramid's levels always do
        names = " ".join(level.architecture for level in down_to(source, network, way)[1:])
        start = f"python -m cnnlab pyramid {teacher} {names} --alone"
    else:
        start = f"python -m cnnlab distill {teacher} {network.architecture} --alone"
        start += f" --method {way.method}"
    turned = "".join(f" --set {name}={value}" for name, value in settings.items())
    return f"{start}{turned} --epochs {TAUGHT_EPOCHS}"


def down_to(source: Source, network: PublishedNetwork, way: Way) -> list[PublishedNetwork]:
    """The networks of a way from the first to `network`."""
    there = [one for one in source.networks if not way.levels or one.name in way.levels]
    return there[: there.index(network) + 1]


def _enlarged(source: Source, network: PublishedNetwork) -> int:
    """How many times a picture is enlarged inside the network; 1: not at all."""
    card, data = ARCHITECTURES[network.architecture], DATASETS[source.dataset]
    scaling = next((knob for knob in card.knobs if knob.scales_input), None)
    if scaling is None or card.input_shape[0] <= data.input_shape[0]:
        return 1
    return min(card.input_shape[0] // data.input_shape[0], int(scaling.high or 1))


def _shape(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape))


def memory_bytes(source: Source, network: PublishedNetwork) -> int:
    """What the training pictures of `command` take in memory, as bytes of their pixels."""
    card, data = ARCHITECTURES[network.architecture], DATASETS[source.dataset]
    scaled = any(knob.scales_input for knob in card.knobs)
    shape = data.input_shape if scaled or source.dataset not in card.datasets else card.input_shape
    return data.train_count * shape[0] * shape[1] * shape[2]


def estimate(
    source: Source, network: PublishedNetwork, way: Way | None, runs: Sequence[Trained]
) -> Estimate | None:
    """About how long `command` takes, by the pace of the run whose network is nearest in work.

    Work is counted in MACs; a small network does fewer of them in a second, so the pace is that of
    the nearest. None where no run has told its pace.
    """
    levels = [network]
    if way is not None and network != source.networks[0] and way.previous:
        levels = down_to(source, network, way)[1:]
    seconds, names = 0.0, [""]
    for level in levels:
        work = _work(source, level)
        if way is not None and level != source.networks[0]:  # its teacher looks at every picture
            work += _work(source, source.networks[0]) / _TRAINING
        pace = _pace(level, work, runs)
        if pace is None:
            return None
        seconds += _epochs(source, level, way) * _pictures(source) * pace.seconds
        names = [pace.run]
    return Estimate(seconds, names[0])


def _pictures(source: Source) -> float:
    return DATASETS[source.dataset].train_count * (1 - _HELD_OUT)


def _epochs(source: Source, network: PublishedNetwork, way: Way | None) -> int:
    if way is not None and network != source.networks[0]:
        return TAUGHT_EPOCHS
    known = ARCHITECTURES[network.architecture].recipe.get("epochs", Recipe().epochs)
    return network.epochs or int(known)


def _work(source: Source, network: PublishedNetwork) -> float:
    """MACs for one picture at the size `command` shows it; by the area, from the card's own."""
    card, data = ARCHITECTURES[network.architecture], DATASETS[source.dataset]
    times = _enlarged(source, network)
    fits = times == 1 and source.dataset in card.datasets
    side = card.input_shape[0] if fits else times * data.input_shape[0]
    return float(card.macs or 0) * (side / card.input_shape[0]) ** 2


def _pace(network: PublishedNetwork, work: float, runs: Sequence[Trained]) -> Estimate | None:
    """Seconds for one picture, from the same student's own run, else from the nearest by MACs."""
    found = []
    for run in runs:
        rates = [row.images_per_s for row in run.history if row.images_per_s > 0]
        macs = run.metrics.macs
        if not rates or not macs:
            continue
        rate = statistics.median(rates)
        same = run.config.architecture == network.architecture
        if network.teacher:
            # Frozen layers are computed once: only its like tells the pace of such a student.
            if same and run.config.compression:
                found.append((0.0, run.name, 1 / rate))
        elif work and not run.config.compression:
            found.append((abs(math.log(work / macs)), run.name, work / macs / rate))
    if not found:
        return None
    _, name, seconds = min(found)
    return Estimate(seconds, name)
