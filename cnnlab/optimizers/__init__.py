"""The rules that turn gradients into steps: one file for each, a card beside a Keras optimizer.

A function takes `learning_rate` (the size of a step), `weight_decay` (the share of itself that a
weight loses at each step, times the rate; None for none) and `momentum` (the share of the last
step that is kept, where the rule has such a setting), and returns a new Keras optimizer.
"""

from dataclasses import dataclass

from cnnlab.registry import FunctionCard, Registry


@dataclass(frozen=True, kw_only=True)
class OptimizerCard(FunctionCard):
    """An optimizer; `learning_rate` is a sensible one to begin with."""

    learning_rate: float


OPTIMIZERS: Registry[OptimizerCard] = Registry("optimizer", OptimizerCard, "cnnlab.optimizers")
optimizer = OPTIMIZERS.register
