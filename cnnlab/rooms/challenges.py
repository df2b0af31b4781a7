"""Challenges for a class: how small, in three currencies."""

from cnnlab.rooms._cards import ROOM_CHALLENGES, RoomChallenge

ROOM_CHALLENGES.add(
    RoomChallenge(
        name="thousand_parameters",
        title="97 % below 1,000 parameters",
        description="Read 97 % of the MNIST digits with a network of at most 1,000 parameters. "
        "The ladder's network of 711 does; LeNet-5 took 61,706.",
        dataset="mnist",
        goal=0.97,
        cost="params",
        limit=1_000,
    )
)
ROOM_CHALLENGES.add(
    RoomChallenge(
        name="twenty_kilobytes",
        title="98 % in a file of 20 kB",
        description="Read 98 % of the MNIST digits after int8, in a file of at most 20,000 bytes: "
        "what is left of the flash of a small chip.",
        dataset="mnist",
        goal=0.98,
        cost="int8_bytes",
        limit=20_000,
        int8=True,
    )
)
ROOM_CHALLENGES.add(
    RoomChallenge(
        name="four_kilobytes_of_ram",
        title="99 % in 4 kB of RAM",
        description="Read 99 % of the MNIST digits after int8 with at most 4,096 bytes of RAM for "
        "the picture and all feature maps: small maps early, not few parameters.",
        dataset="mnist",
        goal=0.99,
        cost="ram_bytes",
        limit=4_096,
        int8=True,
    )
)
ROOM_CHALLENGES.add(
    RoomChallenge(
        name="digits_quickly",
        title="95 % of the small digits below 500 parameters",
        description="Read 95 % of scikit-learn's digits with at most 500 parameters: a training "
        "takes seconds, so it suits a first try.",
        dataset="digits",
        goal=0.95,
        cost="params",
        limit=500,
    )
)
