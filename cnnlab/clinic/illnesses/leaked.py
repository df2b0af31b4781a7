"""Held back, and learned all the same."""

from cnnlab.clinic import Finding, Signs, illness

PART = 0.04  # likes of one hand that count as copies stay below


@illness(title="Leak", source="Kaufman et al., Leakage in Data Mining, 2012")
def leaked(signs: Signs) -> Finding | None:
    """Pictures that should judge the network were among those it learned from."""
    share = signs.copied / max(1, signs.validation)
    if share < PART or signs.copied < 4:
        return None
    return Finding(
        "leaked",
        f"{signs.copied:,} of the {signs.validation:,} validation pictures ({share:.0%}) were "
        "trained on as well: its validation accuracy looks better than it is.",
        0.96,
        "Train without the copies. The validation accuracy will fall, and be true.",
        {"repair": "drop_copies"},
    )
