"""Caltech-256: the official tar archive, read in place, or the folder it unpacks to."""

import re
from pathlib import Path

from cnnlab.datasets._card import Layout, Parts, RemoteFile, dataset
from cnnlab.datasets._folders import read_folders

WORDS = """
ak47 american-flag backpack baseball-bat baseball-glove basketball-hoop bat bathtub bear
beer-mug billiards binoculars birdbath blimp bonsai boom-box bowling-ball bowling-pin
boxing-glove brain breadmaker buddha bulldozer butterfly cactus cake calculator camel cannon
canoe car-tire cartman cd centipede cereal-box chandelier chess-board chimp chopsticks
cockroach coffee-mug coffin coin comet computer-keyboard computer-monitor computer-mouse conch
cormorant covered-wagon cowboy-hat crab desk-globe diamond-ring dice dog dolphin doorknob
drinking-straw duck dumb-bell eiffel-tower electric-guitar elephant elk ewer eyeglasses fern
fighter-jet fire-extinguisher fire-hydrant fire-truck fireworks flashlight floppy-disk
football-helmet french-horn fried-egg frisbee frog frying-pan galaxy gas-pump giraffe goat
golden-gate-bridge goldfish golf-ball goose gorilla grand-piano grapes grasshopper guitar-pick
hamburger hammock harmonica harp harpsichord hawksbill head-phones helicopter hibiscus
homer-simpson horse horseshoe-crab hot-air-balloon hot-dog hot-tub hourglass house-fly
human-skeleton hummingbird ibis ice-cream-cone iguana ipod iris jesus-christ joy-stick kangaroo
kayak ketch killer-whale knife ladder laptop lathe leopards license-plate lightbulb light-house
lightning llama mailbox mandolin mars mattress megaphone menorah microscope microwave minaret
minotaur motorbikes mountain-bike mushroom mussels necktie octopus ostrich owl palm-pilot
palm-tree paperclip paper-shredder pci-card penguin people pez-dispenser photocopier
picnic-table playing-card porcupine pram praying-mantis pyramid raccoon radio-telescope rainbow
refrigerator revolver rifle rotary-phone roulette-wheel saddle saturn school-bus scorpion
screwdriver segway self-propelled-lawn-mower sextant sheet-music skateboard skunk skyscraper
smokestack snail snake sneaker snowmobile soccer-ball socks soda-can spaghetti speed-boat
spider spoon stained-glass starfish steering-wheel stirrups sunflower superman sushi swan
swiss-army-knife sword syringe tambourine teapot teddy-bear teepee telephone-box tennis-ball
tennis-court tennis-racket theodolite toaster tomato tombstone top-hat touring-bike tower-pisa
traffic-light treadmill triceratops tricycle trilobite tripod t-shirt tuning-fork tweezer
umbrella unicorn vcr video-projector washing-machine watch waterfall watermelon welding-mask
wheelbarrow windmill wine-bottle xylophone yarmulke yo-yo zebra airplanes car-side faces-easy
greyhound tennis-shoes toad
"""
LABELS = tuple(WORDS.split())
LAYOUTS = (
    Layout("Caltech-256", ("256_ObjectCategories.tar",)),
    Layout("Caltech-256", ("256_ObjectCategories",)),
)


@dataset(
    title="Caltech-256",
    family="Photographs",
    source="Griffin, Holub, Perona, 2007",
    url="https://data.caltech.edu/records/nyy15-4j048",
    citation=(
        "G. Griffin, A. Holub, P. Perona: Caltech-256 Object Category Dataset. Technical report "
        "CNS-TR-2007-001, California Institute of Technology, 2007."
    ),
    license="None stated in the official record; the pictures come from image searches",
    input_shape=(64, 64, 3),
    native_shape=None,
    labels=LABELS,
    train_count=23_824,
    test_count=5_956,
    split_here=True,
    files=(
        RemoteFile(
            "256_ObjectCategories.tar",
            "https://data.caltech.edu/records/nyy15-4j048/files/256_ObjectCategories.tar",
            "md5:67b4f42ca05d46448c6bb8ecd2220f6d",
            1_183_006_720,
        ),
    ),
    layouts=LAYOUTS,
)
def caltech256(folder: Path) -> Parts:
    """Photographs of 256 kinds of things, 80 to 800 of each, of every size.

    Many classes and few pictures: what a compact network finds hardest. The middle of each
    photograph is taken. The 257th folder, clutter that belongs to no class, is left out, so
    29,780 of the 30,607 files remain. The source names no test part: about a fifth of each
    class is kept apart.
    """
    path = next(
        folder / layout.paths[0] for layout in LAYOUTS if (folder / layout.paths[0]).exists()
    )
    pattern = r"(\d{3})\.[^/]+/\d{3}_\d{4}\.jpg$"
    return read_folders(path, pattern, _label, LABELS, "Caltech-256")


def _label(match: re.Match[str]) -> int | None:
    number = int(match[1])
    return number - 1 if 1 <= number <= len(LABELS) else None
