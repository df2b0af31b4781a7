"""Too few pictures to judge by."""

from cnnlab.clinic import Finding, Signs, illness


@illness(title="Validation part too small", source="Wilson, 1927 (the interval of a share)")
def few_validation_pictures(signs: Signs) -> Finding | None:
    """With so few pictures, which epoch is best is decided by chance."""
    if signs.validation >= max(40, 5 * signs.classes):
        return None
    return Finding(
        "few_validation_pictures",
        f"{signs.validation} validation pictures for {signs.classes} classes: its accuracy on "
        f"them is known to {signs.noise * 100:.0f} points up or down, one picture is "
        f"{100 / max(1, signs.validation):.1f} points.",
        0.92,
        "Hold back a fifth of the training pictures as well.",
        {"repair": "more_validation"},
    )
