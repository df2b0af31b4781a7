"""The settings of an augmentation, their legal ranges, and recipes worth starting from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnlab.errors import LabError
from cnnlab.registry import Knob, Value, check_knobs

KNOBS = (
    Knob(
        "shift", 0.0, "Moves the picture by up to this much of its side.", 0.0, 50.0, 1.0, unit="%"
    ),
    Knob(
        "rotation",
        0.0,
        "Turns it by up to this angle, either way. Try 60 on a 6.",
        0.0,
        60.0,
        1.0,
        unit="degrees",
    ),
    Knob(
        "shear",
        0.0,
        "Slants it by up to this angle, like italics.",
        0.0,
        30.0,
        0.5,
        unit="degrees",
    ),
    Knob(
        "zoom",
        0.0,
        "Stretches or shrinks each side by up to this much.",
        0.0,
        60.0,
        1.0,
        unit="%",
    ),
    Knob(
        "narrow",
        0.0,
        "Makes it narrower by up to this much, its height kept: a thin 8, a tall 0.",
        0.0,
        60.0,
        1.0,
        unit="%",
    ),
    Knob(
        "elastic",
        0.0,
        "Bends it like rubber: every part moves by up to this much of the side, neighbors "
        "together. Hands write so; try 8 on digits.",
        0.0,
        20.0,
        0.5,
        unit="%",
    ),
    Knob(
        "pen",
        0.0,
        "Writes with another pen: strokes thinner, or thicker by up to 1.5 pixels at 100 %.",
        0.0,
        100.0,
        5.0,
        unit="%",
    ),
    Knob(
        "drawn",
        0.0,
        "Puts a drawn digit of the same kind in place of so many pictures, in hands that MNIST "
        "seldom shows: a barred 7, a 4 closed at its top, a 1 with a long flag. For digits only.",
        0.0,
        60.0,
        1.0,
        unit="%",
    ),
    Knob(
        "flip_horizontal", False, "Mirrors every second picture. Wrong for digits: try it on a 2."
    ),
    Knob("flip_vertical", False, "Turns every second picture upside down. Right for few things."),
    Knob(
        "brightness",
        0.0,
        "Makes it lighter or darker by up to this much of white.",
        0.0,
        60.0,
        1.0,
        unit="%",
    ),
    Knob(
        "contrast",
        0.0,
        "Hardens or softens it: distances from its mean grow or shrink by up to this much.",
        0.0,
        90.0,
        1.0,
        unit="%",
    ),
    Knob(
        "tint",
        0.0,
        "Adds up to this much to red, green and blue, each for itself, as lamps and cameras do.",
        0.0,
        60.0,
        1.0,
        unit="%",
    ),
    Knob(
        "cutout",
        0.0,
        "Hides a square of this side at a random place, so no detail may be relied on.",
        0.0,
        60.0,
        1.0,
        unit="%",
    ),
    Knob(
        "mixup",
        0.0,
        "Blends two pictures and their labels; 0.2 is mild, 1 is strong, 0 is off.",
        0.0,
        2.0,
        0.05,
    ),
)


@dataclass(frozen=True)
class Preset:
    """A published or proven recipe: some of `KNOBS`, and where it comes from."""

    name: str
    title: str
    description: str
    settings: Mapping[str, Value]
    source: str = ""


PRESETS = {
    preset.name: preset
    for preset in (
        Preset("none", "None", "The pictures as they are.", {}),
        Preset(
            "light_digits",
            "Light, for digits",
            "Small shifts, turns and zooms; no flips, for a mirrored 2 is no digit.",
            {"shift": 8.0, "rotation": 10.0, "zoom": 10.0},
        ),
        Preset(
            "elastic_digits",
            "Elastic, for digits",
            "Small shifts, turns, slants and zooms, and strokes that bend: as if others had "
            "written them. For long trainings.",
            {"shift": 8.0, "rotation": 10.0, "shear": 6.0, "zoom": 10.0, "elastic": 4.0},
            "after Simard et al., 2003, Best Practices for Convolutional Neural Networks",
        ),
        Preset(
            "handwriting",
            "Handwriting, for digits",
            "As people write and photograph: thin and thick pens, strong slants, narrow shapes, "
            "bent strokes, and drawn digits in hands that MNIST seldom shows. For long trainings "
            "of networks that are to read more than MNIST.",
            {
                "shift": 5.0,
                "rotation": 9.0,
                "shear": 12.0,
                "zoom": 8.0,
                "narrow": 25.0,
                "elastic": 4.5,
                "pen": 60.0,
                "drawn": 12.0,
            },
            "after Simard et al., 2003, Best Practices for Convolutional Neural Networks",
        ),
        Preset(
            "light_photos",
            "Light, for photographs",
            "Shift by an eighth and mirror: what most CIFAR-10 results are trained with.",
            {"shift": 12.5, "flip_horizontal": True},
            "He et al., 2015, arXiv:1512.03385 (4 of 32 pixels)",
        ),
        Preset(
            "photos",
            "Photographs",
            "Mirror, turn, crop and other light, for a few thousand large photographs.",
            {
                "shift": 10.0,
                "rotation": 12.0,
                "zoom": 20.0,
                "flip_horizontal": True,
                "brightness": 10.0,
                "contrast": 25.0,
                "tint": 5.0,
            },
        ),
        Preset(
            "squeezenet_a",
            "SqueezeNet A",
            "As its source trained the 123,322-parameter network to 81.4 % on CIFAR-10.",
            {"shift": 10.0, "flip_horizontal": True},
            "SqueezeNet for CIFAR-10, notebook of model A",
        ),
        Preset(
            "squeezenet_b",
            "SqueezeNet B",
            "Model A's recipe with zoom; its shear of 0.2 degrees is too small to see.",
            {"shift": 10.0, "flip_horizontal": True, "shear": 0.2, "zoom": 20.0},
            "SqueezeNet for CIFAR-10, newest notebook",
        ),
        Preset(
            "shathenet",
            "ShatheNet",
            "Strong turns and zooms, no mirror; its shear of 0.2 radians is 11.5 degrees.",
            {"rotation": 45.0, "shift": 15.0, "shear": 11.5, "zoom": 35.0},
            "ShatheNet, train.py, mid-2017 Keras",
        ),
        Preset(
            "pyramid",
            "Pyramid",
            "Mirror only, as the distilled VGG networks were trained on STL-10 and CIFAR-100.",
            {"flip_horizontal": True},
            "Pyramid distillation, STL-10 and CIFAR-100 scripts",
        ),
        Preset(
            "strong",
            "Strong",
            "Everything at once, for long trainings of large networks; small ones underfit.",
            {
                "shift": 12.5,
                "rotation": 10.0,
                "zoom": 10.0,
                "flip_horizontal": True,
                "cutout": 40.0,
                "mixup": 0.2,
            },
            "DeVries and Taylor, 2017, arXiv:1708.04552; Zhang et al., 2017, arXiv:1710.09412",
        ),
    )
}


def check(values: Mapping[str, Any]) -> dict[str, Value]:
    """All settings, defaults filled in; `LabError` for an unknown or illegal one."""
    return check_knobs(KNOBS, values, "Augmentation")


def settings(preset: str, changes: Mapping[str, Any] | None = None) -> dict[str, Value]:
    """A preset's settings with the reader's changes on top.

    Raises:
        LabError: an unknown preset or an illegal change.
    """
    if preset not in PRESETS:
        raise LabError(f"There is no augmentation {preset!r}; there are: {', '.join(PRESETS)}.")
    return check({**PRESETS[preset].settings, **(changes or {})})
