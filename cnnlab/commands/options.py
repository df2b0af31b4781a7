"""Options that several verbs take."""

import argparse
import os
from collections.abc import Callable
from typing import Any

from cnnlab.errors import LabError


def add_network_options(added: argparse.ArgumentParser) -> None:
    added.add_argument("--input", type=shape, metavar="HxWxC", help="input size, such as 28x28x1")
    add_knobs(added, "network")


def add_knobs(added: argparse.ArgumentParser, whose: str) -> None:
    added.add_argument(
        "--knob",
        action="append",
        default=[],
        type=pair,
        metavar="NAME=VALUE",
        help=f"turn one of the {whose}'s knobs; may be repeated",
    )


def add_training_options(added: argparse.ArgumentParser) -> None:
    added.add_argument("name", metavar="NAME")
    added.add_argument("--dataset", default="digits")
    added.add_argument("--title", default="", help="a name of your own")
    added.add_argument(
        "--source-recipe",
        action="store_true",
        help="start from the settings the network's source used, where they are known",
    )
    added.add_argument("--owner", default=os.environ.get("USER", ""), help="whose turn it is")
    added.add_argument("--priority", action="store_true", help="go before those without")
    added.add_argument(
        "--after", action="append", default=[], metavar="RUN", help="wait until RUN is done"
    )
    added.add_argument(
        "--from",
        dest="start",
        default="",
        metavar="RUN",
        help="begin with the weights of this run of the same network, on any dataset",
    )
    add_network_options(added)
    add_recipe_options(added)


def add_recipe_options(added: argparse.ArgumentParser) -> None:
    from cnnlab import recipe

    for knob in recipe.KNOBS:
        flag = f"--{knob.name.replace('_', '-')}"
        added.add_argument(
            flag,
            dest=f"recipe_{knob.name}",
            metavar=knob.name.upper(),
            help=f"{knob.help} Usual: {knob.default}.".replace("%", "%%"),
        )


def recipe_of(options: argparse.Namespace) -> dict[str, str]:
    """The training settings that were given."""
    from cnnlab import recipe

    given = {knob.name: getattr(options, f"recipe_{knob.name}") for knob in recipe.KNOBS}
    return {name: value for name, value in given.items() if value is not None}


def shape(text: str) -> tuple[int, ...]:
    from cnnlab import recipe

    try:
        return recipe.parse_shape(text)
    except LabError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def add_action(
    actions: Any, name: str, function: Callable[[argparse.Namespace], Any], words: str
) -> argparse.ArgumentParser:
    """Add an action to a verb that has several; `function` runs where it is asked for."""
    added: argparse.ArgumentParser = actions.add_parser(name, help=words, description=words)
    # Again behind the action; what stood before it is kept.
    added.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON, nothing else"
    )
    added.set_defaults(action=function)
    return added
