"""The Pyramid project's four tables: VGG19 shrunk from either end, method by method."""

from dataclasses import replace
from typing import Any

from cnnlab.comparison._source import HERE, PublishedNetwork, Source, Way

_LADDER = ("VGG19", "SVGG17", "SVGG14", "SVGG11", "SVGG8", "SVGG5")
_METHODS = {
    "stl10_forward": (
        ("Scratch", 94.175, 93.925, 92.2875, 89.95, 82.9125, 73.7625),
        ("Pyramid", None, 94.075, 93.8375, 91.8125, 78.8225, 61.5875),
        ("Pyramid, two losses", None, 94.0125, 93.875, 91.075, 82.5625, 72.0675),
        ("Pyramid, two stages", None, 93.925, 93.8625, 91.5875, 88.05, 84.375),
        ("Pyramid Gram", None, None, 93.775, 92.5125, 90.125, 87.0625),
        ("Pyramid Hinton, two stages", None, 93.8875, 94.0, 91.975, 84.625, 77.2625),
        ("FitNet", None, 91.3375, 92.025, 90.1, 85.7125, 84.9375),
        ("Gram direct", None, None, 93.7875, 92.0375, 88.9125, 76.3125),
        ("Two stages, again", None, 93.8875, 94.0875, 91.5625, 88.0, 84.6125),
        ("FitNet, again", None, 93.9, 91.9625, 89.9875, 86.175, 83.525),
        ("Gram 17-11-5", None, None, None, 92.6875, None, 83.2125),
    ),
    "stl10_backward": (
        ("Scratch", 94.175, 81.25, 72.9125, 72.15, 72.0, 72.8),
        ("Pyramid, two stages", None, 93.35, 91.95, 90.9375, 90.85, 91.0125),
        ("Pyramid Gram", None, 91.9125, 90.075, 87.925, 90.125, None),
        ("Pyramid Hinton, two stages", None, 84.7125, 77.75, 75.6875, 76.8875, 78.6875),
        ("FitNet", None, 90.475, 89.1, 87.25, 89.1, 85.8375),
        ("Gram direct", None, 82.3625, 68.925, 69.2375, 69.5125, None),
    ),
    "cifar100_forward": (
        ("Scratch", 80.66, 80.61, 80.12, 75.11, 68.92, 61.24),
        ("Pyramid, two stages", None, 80.98, 79.86, 75.15, 72.68, 69.72),
        ("Pyramid Gram", None, None, 80.16, 78.47, 74.71, 72.18),
        ("Pyramid Hinton, two stages", None, 80.99, 80.72, 75.12, 70.91, 69.16),
        ("FitNet", None, 75.61, 77.89, 75.39, 70.32, 70.31),
        ("Gram direct", None, None, 79.47, 76.23, 74.56, 67.67),
    ),
    "cifar100_backward": (
        ("Scratch", 80.66, 68.96, 63.89, 63.16, 60.18, 61.56),
        ("Pyramid, two stages", None, 80.24, 78.98, 76.18, 74.69, 74.71),
        ("Pyramid Gram", None, 78.95, 77.78, 74.28, 74.27, None),
        ("Pyramid Hinton, two stages", None, 78.48, 73.76, 69.61, 67.54, 69.95),
        ("FitNet", None, 76.65, 76.48, 75.57, 73.42, 69.41),
        ("Gram direct", None, 76.37, 65.42, 65.71, 71.4, None),
    ),
}
# The report's methods by what is nearest to them here. Half of the epochs are the first stage, as
# everywhere in the lab; the source went on until nothing improved.
_STAGES = {"inherit": True, "first_stage": 0.5}
_WAYS = {
    "Scratch": Way("hinton", {"inherit": True, "weight": 0.0, "first_stage": 0.0}, previous=False),
    "Pyramid": Way(
        "maps",
        {"inherit": True, "first_stage": 0.9},
        note="a tenth of the epochs learns from labels, the source's squared error stood alone",
    ),
    "Pyramid, two losses": Way("maps", {"inherit": True, "first_stage": 0.0}),
    "Pyramid, two stages": Way("maps", _STAGES),
    "Pyramid Gram": Way("gram", _STAGES),
    "Pyramid Hinton, two stages": Way("logits", _STAGES),
    "FitNet": Way("fitnet", _STAGES, previous=False),
    "Gram direct": Way(
        "gram", _STAGES, previous=False, note="taught by VGG19; forward, the source's SVGG17 taught"
    ),
    "Gram 17-11-5": Way("gram", _STAGES, levels=("VGG19", "SVGG17", "SVGG11", "SVGG5")),
}
_AGAIN = "the source repeats this heading without a word on what differs"
_WAYS["Two stages, again"] = replace(_WAYS["Pyramid, two stages"], note=_AGAIN)
_WAYS["FitNet, again"] = replace(_WAYS["FitNet"], note=_AGAIN)
_PROTOCOL = {"cifar100": ("CIFAR-100's pictures were enlarged from 32x32 to 96x96.",)}
# Seconds to classify 13,000 pictures, read from the report's figure 3: good to 0.02 s.
_SECONDS = {
    "forward": (17.89, 16.14, 14.89, 11.32, 7.74, 4.43),
    "backward": (17.89, 13.89, 8.80, 5.92, 4.62, 4.47),
}


def pyramid(dataset: str, title: str, direction: str) -> Source:
    """The table of one dataset ("stl10", "cifar100") and direction ("forward", "backward")."""
    methods = _METHODS[f"{dataset}_{direction}"]
    columns = (
        *((name, name, "percent") for name, *_ in methods),
        ("seconds", "13,000 pictures", "seconds"),
    )
    return Source(
        name=f"pyramid_{dataset}_{direction}",
        title=f"Pyramid: {title}, {direction}",
        description="VGG19 loses block after block, each replaced by one convolution; which way of "
        "teaching the replacement keeps most accuracy?",
        source="Ravindran, pyramid_compression, report of 31 July 2018 and its spreadsheet",
        url="https://github.com/ASHISRAVINDRAN/pyramid_compression",
        dataset=dataset,
        columns=columns,
        networks=tuple(_rung(level, methods, direction) for level in range(len(_LADDER))),
        protocol=(
            '"Scratch" starts from the fine-tuned VGG19 wherever a layer kept its shape; only the '
            "compressed layers start at random. VGG19 itself starts from ImageNet weights.",
            "The test pictures drove the learning rate, the choice of the epoch and the stop: "
            "every figure is the best on the test pictures.",
            "No parameter table was published. Our counts: see the measured column; the report's "
            '"10 times fewer" is 7.7 times on STL-10 and 7.0 times on CIFAR-100.',
            "Its Gram method builds other backward networks under the same names.",
            "Classifying times are read from the report's figure; the GPU is not named.",
            *_PROTOCOL.get(dataset, ()),
            HERE,
        ),
        ways={name: _WAYS[name] for name, *_ in methods},
    )


def _rung(level: int, methods: tuple[tuple[Any, ...], ...], direction: str) -> PublishedNetwork:
    name = _LADDER[level]
    alone = name in ("VGG19", "SVGG5")
    values = {method[0]: method[level + 1] / 100 for method in methods if method[level + 1]}
    return PublishedNetwork(
        name,
        name.lower() if alone else f"{name.lower()}_{direction}",
        {**values, "seconds": _SECONDS[direction][level]},
    )
