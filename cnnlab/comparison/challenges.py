"""How small can it get: a line under the parameters, and goals above it."""

from cnnlab.comparison._records import CHALLENGES, Challenge

CHALLENGES.add(
    Challenge(
        name="mnist",
        title="MNIST with 3,000 parameters",
        description="The smallest network of the sources, mnist_approach_2, has 3,226, and its "
        "source reads 96.66 % with it.",
        dataset="mnist",
        params=3_000,
        goals=(0.994,),
    )
)
CHALLENGES.add(
    Challenge(
        name="mnist_uno",
        title="MNIST on an Arduino Uno",
        description="Its 2,048 bytes of RAM hold the picture, all that flows and the stack, its "
        "32,256 bytes of flash the code and a byte for each weight: exported as C in int8, it has "
        "to fit there.",
        dataset="mnist",
        params=32_256,
        goals=(0.985, 0.992),
        board="arduino_uno",
    )
)
CHALLENGES.add(
    Challenge(
        name="cats_dogs",
        title="Cats and dogs with 35,458 parameters",
        description="That many has saria_final; its source printed 70 % after training on 21,946 "
        "pictures, where 2,998 are to do here.",
        dataset="cats_dogs",
        params=35_458,
        goals=(0.85, 0.90),
    )
)
CHALLENGES.add(
    Challenge(
        name="cifar10_small",
        title="CIFAR-10 with 17,882 parameters",
        description="That many has ShatheNet v1.0, whose source printed 59 %.",
        dataset="cifar10",
        params=17_882,
        goals=(0.78, 0.84),
    )
)
CHALLENGES.add(
    Challenge(
        name="cifar10_large",
        title="CIFAR-10 with 123,322 parameters",
        description="That many has SqueezeNet A; its source printed 81.43 % after 400 epochs.",
        dataset="cifar10",
        params=123_322,
        goals=(0.84, 0.88),
    )
)
