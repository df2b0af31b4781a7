"""Labels that say something else than the pictures."""

from cnnlab.clinic import Finding, Signs, illness

STRANGE = 0.3  # 0.5 where labels are drawn at random; confused classes give 0.02 to 0.2
VERY_STRANGE = 0.42  # asked of a network that reads less than half: it errs in stranger ways
MANY = 0.06  # of the validation pictures called otherwise than their label


@illness(
    title="Wrong labels",
    source="Northcutt et al., Confident Learning, 2021",
    url="https://arxiv.org/abs/1911.00068",
)
def wrong_labels(signs: Signs) -> Finding | None:
    """Where it disagrees with a label, the label is not even its second choice."""
    missed = 1 - signs.val_accuracy
    enough = STRANGE if signs.val_accuracy >= 0.5 else VERY_STRANGE
    if signs.strangeness is None or signs.strangeness < enough or missed < MANY:
        return None
    if signs.hardly_learns or signs.val_accuracy < signs.chance + 0.15:
        return None
    wrong = missed * min(1.0, signs.strangeness / 0.5)
    return Finding(
        "wrong_labels",
        f"It calls {missed:.0%} of the validation pictures otherwise than their labels, and gives "
        f"those labels on average place {2 + signs.strangeness * (signs.classes - 2):.1f} of "
        f"{signs.classes}: about {wrong:.0%} of the labels seem to be wrong.",
        0.93,
        "Leave out training pictures whose label most of their likes contradict, and look "
        "through the rest by hand.",
        {"repair": "drop_doubtful_labels"},
    )
