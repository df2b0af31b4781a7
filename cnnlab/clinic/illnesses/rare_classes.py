"""Classes it has hardly seen."""

from cnnlab.clinic import Finding, Signs, illness

TIMES = 4


@illness(
    title="Rare classes",
    source="Buda et al., A systematic study of the class imbalance problem, 2018",
    url="https://arxiv.org/abs/1710.05381",
)
def rare_classes(signs: Signs) -> Finding | None:
    """A class with few pictures is seldom worth a step, and is found less often."""
    few, many = min(signs.counts), max(signs.counts)
    if many < TIMES * max(1, few) or signs.config.recipe.class_weights == "balanced":
        return None
    rare = [count * TIMES <= many for count in signs.counts]
    found = [
        [
            r
            for r, is_rare in zip(signs.recalls, rare, strict=True)
            if is_rare is wanted and r is not None
        ]
        for wanted in (True, False)
    ]
    means = [sum(part) / len(part) if part else None for part in found]
    loses = means[0] is not None and means[1] is not None and means[1] - means[0] > 0.03
    found_words = (
        f"; of the rare ones it finds {means[0]:.0%}, of the others {means[1]:.0%}"
        if means[0] is not None and means[1] is not None
        else ""
    )
    return Finding(
        "rare_classes",
        f"{sum(rare)} of {signs.classes} classes have at most a quarter of the pictures of the "
        f"largest ({few:,} against {many:,}){found_words}.",
        0.9 if loses else 0.5,
        "Let a mistake on a rare class cost more (balanced class weights).",
        {"class_weights": "balanced"},
    )
