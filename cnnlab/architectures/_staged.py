"""Networks of stages: maps halved from stage to stage, blocks with shortcuts in between."""

from dataclasses import dataclass, replace
from typing import Any

from cnnlab.architectures._keras import keras
from cnnlab.architectures._parts import Act, Conv, Depthwise, Drop, Head, Norm, Pool, scores
from cnnlab.architectures._switches import Switches


@dataclass(frozen=True)
class Plan:
    """What one network of stages is made of.

    Attributes:
        stages: (filters, blocks) each; every stage but the first begins with a pool.
        shrink: Side of the windows of pixels that one mean stands for before anything else.
        stride: Pixels the first convolution moves by.
        last_pool: Side of the windows of one more pool before the head; 0: none.
        head: How maps become a vector; see `Head`.
        widen: Whether a convolution of its own stands before each pool, whose maps are halved
            before they are normalized and bent: a quarter of the work.
        pool: What the other pools keep of every window: its largest value or its mean.
        batch_norm: Whether convolutions are normalized; the smallest networks cannot pay for it.
        activation: The bend after each convolution.
    """

    stages: tuple[tuple[int, int], ...]
    shrink: int = 1
    stride: int = 1
    last_pool: int = 0
    head: str = "average"
    widen: bool = False
    pool: str = "max"
    batch_norm: bool = True
    activation: str = "silu"

    @property
    def settings(self) -> dict[str, Any]:
        """What every convolution has: batch-norm without its learned factor, or a bias."""
        if not self.batch_norm:
            return {"activation": self.activation}
        # The convolution behind it can scale as well.
        norm = {"bias": False, "normalization": "batch", "scale": False}
        return norm | {"activation": self.activation}


@dataclass(frozen=True)
class Staged:
    """Builds networks of stages, with split or whole convolutions and with or without shortcuts."""

    switches: Switches
    separable: bool
    residual: bool

    def model(
        self, name: str, shape: tuple[int, int, int], classes: int, plan: Plan
    ) -> "keras.Model":
        """The network of `plan` for pictures of `shape`."""
        image = x = keras.Input(shape, name="image")
        add = self.switches.add
        if plan.shrink > 1:
            x = add(Pool(plan.shrink, how="average", name="shrink"), x)
        first = Conv(plan.stages[0][0], 3, plan.stride, "same", name="conv1", **plan.settings)
        x = add(first, x)
        for stage, (filters, blocks) in enumerate(plan.stages, start=1):
            x = self._narrowed(x, plan, stage, filters) if stage > 1 else x
            for number in range(1, blocks + 1):
                x = self._block(x, filters, plan, f"block{stage}_{number}")
        if plan.last_pool:
            last = f"pool{len(plan.stages) + 1}"
            x = add(Pool(plan.last_pool, how=plan.pool, name=last), x)
        for part in (Head(plan.head), Drop(name="dropout"), *scores(classes, apart=False)):
            x = add(part, x)
        return keras.Model(image, x, name=name)

    def _narrowed(self, x: Any, plan: Plan, stage: int, filters: int) -> Any:
        """Half the height and width, where the plan says so by a convolution that widens."""
        pool = f"pool{stage}"
        if not plan.widen:
            return self.switches.add(Pool(2, how=plan.pool, name=pool), x)
        conv = Conv(filters, 3, 1, "same", name=f"widen{stage}", **plan.settings)
        bare = replace(conv, normalization="none", activation="linear")
        parts = (
            *(bare, Pool(2, name=pool), Norm(scale=conv.scale, name=f"{conv.name}_norm")),
            Act(conv.activation, name=f"{conv.name}_{conv.activation}"),
        )
        for part in parts:
            x = self.switches.add(part, x)
        return x

    def _block(self, x: Any, filters: int, plan: Plan, name: str) -> Any:
        """A 3x3 convolution, whole or split, and a way around it where the shapes fit."""
        add, y = self.switches.add, x
        if self.separable:
            each = Depthwise(3, bias=False, activation="linear", name=f"{name}_depthwise")
            y = add(each, y)
            y = add(Conv(filters, 1, name=f"{name}_mix", **plan.settings), y)
        else:
            y = add(Conv(filters, 3, padding="same", name=f"{name}_conv3", **plan.settings), y)
        if self.residual and tuple(x.shape) == tuple(y.shape):
            return keras.layers.Add(name=f"{name}_add")([x, y])
        return y
