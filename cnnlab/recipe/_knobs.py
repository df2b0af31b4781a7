"""The settings of a training, with what each does and its legal range."""

from cnnlab import augmentation
from cnnlab.flaws import FLAWS
from cnnlab.losses import LOSSES
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.registry import Knob
from cnnlab.repairs import REPAIRS
from cnnlab.schedules import SCHEDULES

KNOBS = (
    Knob("epochs", 10, "Passes over the training pictures. Try 3 for a first look.", 1, 2000, 1),
    Knob("batch_size", 128, "Pictures per step; small is noisy, large is fast.", 1, 4096, 1),
    Knob(
        "optimizer",
        "adam",
        "The rule that turns gradients into steps.",
        among=OPTIMIZERS,
    ),
    Knob(
        "learning_rate",
        0.0,
        "Size of a step; 0 takes the optimizer's usual rate. Ten times too much is worth seeing.",
        0.0,
        100.0,
        0.001,
    ),
    Knob(
        "schedule",
        "cosine",
        "How the learning rate moves.",
        among=SCHEDULES,
    ),
    Knob(
        "augmentation",
        "none",
        "Changes every picture a little each epoch; see the Datasets page for what each one does.",
        among=augmentation.PRESETS,
    ),
    Knob(
        "seed", 0, "Fixes initial weights, order and noise: same seed, same run.", 0, 2**31 - 1, 1
    ),
    Knob(
        "train_limit",
        0,
        "Use only this many training pictures; 0 uses all. Try 500: how little is enough?",
        0,
        10_000_000,
        100,
        title="Training pictures (0: all)",
    ),
    Knob(
        "loss",
        "cross_entropy",
        "What is made small.",
        among=LOSSES,
        advanced=True,
    ),
    Knob(
        "class_weights",
        "none",
        "Balanced makes a mistake on a rare class cost more: every class counts the same, however "
        "few its pictures. The epoch kept is then the one with the lowest validation loss.",
        choices=("none", "balanced"),
        advanced=True,
    ),
    Knob(
        "label_smoothing",
        0.0,
        "Share of certainty taken from the right class; 0.1 keeps a network modest.",
        0.0,
        0.5,
        0.05,
        advanced=True,
    ),
    Knob(
        "momentum",
        0.9,
        "How much of the last step SGD keeps.",
        0.0,
        0.999,
        0.05,
        advanced=True,
    ),
    Knob(
        "weight_decay",
        0.0,
        "Pulls every weight towards zero at each step (decoupled); try 0.01 with adamw.",
        0.0,
        1.0,
        0.0001,
        advanced=True,
    ),
    Knob(
        "ema",
        0.0,
        "Keeps a moving average of the weights with this memory; 0 is off, 0.99 is usual.",
        0.0,
        0.9999,
        0.001,
        advanced=True,
    ),
    Knob(
        "patience",
        0,
        "Stop early after this many epochs without a better validation loss; 0 never does.",
        0,
        1000,
        1,
        advanced=True,
    ),
    Knob(
        "precision",
        "auto",
        "Auto tries the ways to compute in 16 bits where a training takes minutes, and keeps "
        "float32 unless one is faster on this machine.",
        choices=("auto", "float32", "mixed", "onednn_bfloat16"),
        advanced=True,
    ),
    Knob(
        "flaw",
        "none",
        "Spoils the data on purpose, to see what it does; the test pictures stay as they are.",
        among=FLAWS,
        advanced=True,
        title="Planted flaw",
    ),
    Knob(
        "flaw_percent",
        30.0,
        "How much of the data the planted flaw spoils.",
        0.0,
        100.0,
        5.0,
        unit="%",
        advanced=True,
        title="Spoiled",
    ),
    Knob(
        "repair",
        "none",
        "Mends the data before the training; the test pictures stay as they are.",
        among=REPAIRS,
        advanced=True,
    ),
)
