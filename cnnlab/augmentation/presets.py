"""Recipes to start from, published or proven."""

from cnnlab.augmentation._cards import PRESETS, Preset

PRESETS.add(
    Preset(
        name="none",
        title="None",
        description="The pictures as they are.",
        settings={},
    )
)
PRESETS.add(
    Preset(
        name="light_digits",
        title="Light, for digits",
        description="Small shifts, turns and zooms; no flips, for a mirrored 2 is no digit.",
        settings={"shift": 8.0, "rotation": 10.0, "zoom": 10.0},
        usual_for="digit",
    )
)
PRESETS.add(
    Preset(
        name="elastic_digits",
        title="Elastic, for digits",
        description=(
            "Small shifts, turns, slants and zooms, and strokes that bend: as if others had "
            "written them. For long trainings."
        ),
        settings={"shift": 8.0, "rotation": 10.0, "shear": 6.0, "zoom": 10.0, "elastic": 4.0},
        source="after Simard et al., 2003, Best Practices for Convolutional Neural Networks",
    )
)
PRESETS.add(
    Preset(
        name="handwriting",
        title="Handwriting, for digits",
        description=(
            "As people write and photograph: thin and thick pens, strong slants, narrow shapes, "
            "bent strokes, and drawn digits in hands that MNIST seldom shows. For long trainings "
            "of networks that are to read more than MNIST."
        ),
        settings={
            "shift": 6.0,
            "rotation": 9.0,
            "shear": 8.0,
            "zoom": 10.0,
            "narrow": 8.0,
            "elastic": 4.5,
            "pen": 40.0,
            "drawn": 16.0,
        },
        source="after Simard et al., 2003, Best Practices for Convolutional Neural Networks",
    )
)
PRESETS.add(
    Preset(
        name="light_photos",
        title="Light, for photographs",
        description="Shift by an eighth and mirror: what most CIFAR-10 results are trained with.",
        settings={"shift": 12.5, "flip_horizontal": True},
        source="He et al., 2015, arXiv:1512.03385 (4 of 32 pixels)",
        usual_for="picture",
    )
)
PRESETS.add(
    Preset(
        name="photos",
        title="Photographs",
        description="Mirror, turn, crop and other light, for a few thousand large photographs.",
        settings={
            "shift": 10.0,
            "rotation": 12.0,
            "zoom": 20.0,
            "flip_horizontal": True,
            "brightness": 10.0,
            "contrast": 25.0,
            "tint": 5.0,
        },
    )
)
PRESETS.add(
    Preset(
        name="squeezenet_a",
        title="SqueezeNet A",
        description="As its source trained the 123,322-parameter network to 81.4 % on CIFAR-10.",
        settings={"shift": 10.0, "flip_horizontal": True},
        source="SqueezeNet for CIFAR-10, notebook of model A",
    )
)
PRESETS.add(
    Preset(
        name="squeezenet_b",
        title="SqueezeNet B",
        description="Model A's recipe with zoom; its shear of 0.2 degrees is too small to see.",
        settings={"shift": 10.0, "flip_horizontal": True, "shear": 0.2, "zoom": 20.0},
        source="SqueezeNet for CIFAR-10, newest notebook",
    )
)
PRESETS.add(
    Preset(
        name="shathenet",
        title="ShatheNet",
        description="Strong turns and zooms, no mirror; its shear of 0.2 radians is 11.5 degrees.",
        settings={"rotation": 45.0, "shift": 15.0, "shear": 11.5, "zoom": 35.0},
        source="ShatheNet, train.py, mid-2017 Keras",
    )
)
PRESETS.add(
    Preset(
        name="pyramid",
        title="Pyramid",
        description=(
            "Mirror only, as the distilled VGG networks were trained on STL-10 and CIFAR-100."
        ),
        settings={"flip_horizontal": True},
        source="Pyramid distillation, STL-10 and CIFAR-100 scripts",
    )
)
PRESETS.add(
    Preset(
        name="strong",
        title="Strong",
        description=(
            "Everything at once, for long trainings of large networks; small ones underfit."
        ),
        settings={
            "shift": 12.5,
            "rotation": 10.0,
            "zoom": 10.0,
            "flip_horizontal": True,
            "cutout": 40.0,
            "mixup": 0.2,
        },
        source="DeVries and Taylor, 2017, arXiv:1708.04552; Zhang et al., 2017, arXiv:1710.09412",
    )
)
