"""Options that several verbs take."""

import argparse

from cnnlab.errors import LabError


def add_network_options(added: argparse.ArgumentParser) -> None:
    added.add_argument("--input", type=_shape, metavar="HxWxC", help="input size, such as 28x28x1")
    added.add_argument(
        "--knob",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="turn one of the network's knobs; may be repeated",
    )


def add_training_options(added: argparse.ArgumentParser) -> None:
    from cnnlab import recipe

    added.add_argument("name", metavar="NAME")
    added.add_argument("--dataset", default="digits")
    added.add_argument("--title", default="", help="a name of your own")
    added.add_argument(
        "--source-recipe",
        action="store_true",
        help="start from the settings the network's source used, where they are known",
    )
    add_network_options(added)
    for knob in recipe.KNOBS:
        flag = f"--{knob.name.replace('_', '-')}"
        added.add_argument(
            flag,
            dest=f"recipe_{knob.name}",
            metavar=knob.name.upper(),
            help=f"{knob.help} Usual: {knob.default}.".replace("%", "%%"),
        )


def _shape(text: str) -> tuple[int, ...]:
    from cnnlab import recipe

    try:
        return recipe.parse_shape(text)
    except LabError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
