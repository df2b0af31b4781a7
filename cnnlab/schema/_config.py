"""What was asked of a run: `config.json`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from cnnlab.schema._operations import FilterOperation
from cnnlab.schema._reading import Misfit, Within, fields_of, optional

Value = bool | int | float | str
Settings = Mapping[str, Value]

Name = Annotated[str, Within(1, 100)]
Words = Annotated[str, Within(0, 2_000)]
Side = Annotated[int, Within(1, 4_096)]
_MOST_FLOATS = 64_000_000  # in one picture; more is no picture but damage


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained; each field is one of `recipe.KNOBS`, with its usual value.

    A run that was never trained here, imported or quantized, has no epochs, and nothing else
    in its recipe means anything.
    """

    epochs: Annotated[int, Within(0, 100_000)] = 10
    batch_size: Annotated[int, Within(1, 1_000_000)] = 128
    optimizer: Name = "adam"
    learning_rate: Annotated[float, Within(0, 1e6)] = 0.001
    schedule: Name = "cosine"
    augmentation: Name = "none"
    seed: Annotated[int, Within(0, 2**32 - 1)] = 0
    train_limit: Annotated[int, Within(0, 1_000_000_000)] = 0
    loss: Name = "cross_entropy"
    class_weights: Name = optional("none")
    label_smoothing: Annotated[float, Within(0, 1)] = 0.0
    momentum: Annotated[float, Within(0, 1)] = 0.9
    weight_decay: Annotated[float, Within(0, 1e6)] = 0.0
    ema: Annotated[float, Within(0, 1)] = 0.0
    patience: Annotated[int, Within(0, 100_000)] = 0
    precision: Name = "auto"
    flaw: Name = optional("none")
    flaw_percent: Annotated[float, Within(0, 100)] = optional(30.0)
    repair: Name = optional("none")

    @property
    def trains(self) -> bool:
        """Whether there is anything to train."""
        return self.epochs > 0

    @property
    def keeps_lowest_loss(self) -> bool:
        """Whether the epoch of the lowest validation loss is kept, not the most accurate one.

        Where classes are balanced by weights, the accuracy of always saying the largest class
        would win.
        """
        return self.class_weights == "balanced"

    @property
    def settings(self) -> dict[str, Value]:
        """All of it by name, in order; of a run that was never trained its epochs alone."""
        return asdict(self) if self.trains else {"epochs": 0}

    @classmethod
    def before(cls, value: object) -> object:
        """No epochs need no other keys."""
        if isinstance(value, Mapping) and value.get("epochs") == 0:
            return asdict(cls(epochs=0)) | dict(value)
        return value

    def to_json(self) -> dict[str, Value]:
        """As in `config.json`."""
        return self.settings


@dataclass(frozen=True, slots=True)
class Level:
    """Which step of a Pyramid a run is: `number` of `of`, 1 for the first below the teacher."""

    number: Annotated[int, Within(1, 1_000)]
    of: Annotated[int, Within(1, 1_000)]


@dataclass(frozen=True, slots=True)
class Compression:
    """How a run was made from its parent: a method's card, and what was set on it.

    `scratch` names the same student trained without its teacher.
    """

    kind: Name
    method: Name
    settings: Settings
    level: Level | None = optional(None)
    scratch: Annotated[str, Within(0, 100)] = optional("")


@dataclass(frozen=True, slots=True)
class Imported:
    """Where a reader's own model came from: its file's name, and notes on what was added.

    `input_range` is the one its pictures are brought to before its own first layer; "" for runs
    of earlier versions.
    """

    file: Words
    notes: tuple[Words, ...] = ()
    input_range: Words = ""


@dataclass(frozen=True, slots=True)
class StudyStep:
    """Which step of which study a run is.

    `token` tells the study from an earlier one of the same name. Where `tested` is false the test
    pictures stay unread: the run only helps to choose.
    """

    study: Name
    token: Name
    step: Name
    tested: bool = True


@dataclass(frozen=True, slots=True)
class Intervention:
    """What a reader changed while it trained: in force from batch `batch` of epoch `epoch` on.

    Both are counted from 0, `batches` is how many an epoch has. None: left as it was.

    Attributes:
        learning_rate: It stays there, whatever was planned, until it is changed again.
        epochs: How many there are to be in all.
    """

    epoch: Annotated[int, Within(0, 100_000)]
    batch: Annotated[int, Within(0, 10**9)] = 0
    batches: Annotated[int, Within(1, 10**9)] = 1
    learning_rate: Annotated[float, Within(0, 1e6)] | None = None
    epochs: Annotated[int, Within(1, 100_000)] | None = None

    @property
    def moment(self) -> float:
        """In epochs since the start, such as 3.4."""
        return self.epoch + self.batch / self.batches

    @property
    def words(self) -> str:
        """Such as "after 3.4 epochs: learning rate 0.0005, 30 epochs in all"."""
        changes = []
        if self.learning_rate is not None:
            changes.append(f"learning rate {self.learning_rate:g}")
        if self.epochs is not None:
            changes.append(f"{self.epochs} epochs in all")
        return f"after {self.moment:.4g} epochs: {', '.join(changes)}"


@dataclass(frozen=True, slots=True)
class RunConfig:
    """All that was asked of one run.

    Attributes:
        architecture: A key of `architectures.ARCHITECTURES`, or a name of its own for what was
            imported or thinned.
        input_shape: (height, width, channels).
        labels: One name per class, in order.
        preparation: "digit" or "picture".
        parent: The run it was made from; without `compression`, the one whose weights it began
            with.
        owner: Who started it; empty when nobody said.
        after: Runs that must be done before this one starts.
        network_file: The file that answers; empty for `model.keras`.
        best_from: The first epoch, 1-based, whose weights may be kept.
        study: The study it was trained for.
        operations: What was done by hand to filters of its parent, in order: the run is the rest.
        interventions: What was changed while it trained, oldest first; the one thing that is
            written later, by the worker, before it acts on it.
    """

    architecture: Annotated[str, Within(1, 200)]
    knobs: Settings
    dataset: Name
    input_shape: tuple[Side, Side, Side]
    classes: Annotated[int, Within(1, 100_000)]
    labels: tuple[Words, ...]
    preparation: Literal["digit", "picture"]
    recipe: Recipe
    parent: Annotated[str, Within(1, 100)] | None = None
    title: Words = ""
    created: Annotated[str, Within(0, 100)] = ""
    command: str = ""
    compression: Compression | None = optional(None)
    imported: Imported | None = optional(None)
    owner: Words = optional("")
    after: tuple[Name, ...] = optional(())
    network_file: Literal["", "model.keras", "model.tflite"] = optional("")
    best_from: Annotated[int, Within(1, 100_000)] = optional(1)
    study: StudyStep | None = optional(None)
    interventions: tuple[Intervention, ...] = optional(())
    operations: Annotated[tuple[FilterOperation, ...], Within(0, 1_000)] = optional(())

    def sound(self, where: str) -> None:
        """What no field can say alone."""
        if len(self.labels) != self.classes:
            raise Misfit(f"{where}labels", f"{self.classes} names", list(self.labels))
        height, width, channels = self.input_shape
        if height * width * channels > _MOST_FLOATS:
            raise Misfit(f"{where}input_shape", "the size of a picture", self.words_of_shape)

    @property
    def words_of_shape(self) -> str:
        """Such as "28x28x1"."""
        return "x".join(map(str, self.input_shape))

    @property
    def epochs(self) -> int:
        """How many epochs it trains, those added or taken away on its way included."""
        changed_epochs = [one.epochs for one in self.interventions if one.epochs is not None]
        return changed_epochs[-1] if changed_epochs else self.recipe.epochs

    @property
    def made_with(self) -> str:
        """The command that repeats it, and what the command cannot repeat: changes on the way."""
        if not self.interventions:
            return self.command
        changes = "; ".join(one.words for one in self.interventions)
        return f"{self.command}  # not all: changed by hand {changes}"

    @property
    def asked(self) -> str:
        """All of it except the seed: runs with the same are one training's seeds.

        A distilled run's twin, trained from scratch for comparison, is no part of it, nor is the
        precision: which is the fastest is found anew for each seed.
        """
        made = fields_of(self.compression) if self.compression else {}
        made.pop("scratch", None)
        recipe = {
            key: value
            for key, value in self.recipe.settings.items()
            if key not in ("seed", "precision")
        }
        what = [self.parent, self.architecture, dict(self.knobs), self.dataset, self.input_shape]
        changes: list[object] = [one.words for one in self.interventions]
        changes += [fields_of(one) for one in self.operations]
        return json.dumps([what, made, recipe, *changes], sort_keys=True)
