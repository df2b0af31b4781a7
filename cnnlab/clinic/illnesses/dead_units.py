"""ReLUs that never open."""

from cnnlab.clinic import Finding, Signs, illness

MANY = 0.5


@illness(
    title="Dead ReLUs",
    source="Lu et al., Dying ReLU and Initialization, 2019",
    url="https://arxiv.org/abs/1903.06733",
)
def dead_units(signs: Signs) -> Finding | None:
    """Units that are 0 for every picture pass on nothing, and no gradient comes back to them."""
    if not signs.dead:
        return None
    layer, share = max(signs.dead.items(), key=lambda item: item[1])
    if share < MANY or not (signs.hardly_learns or signs.train_accuracy < 0.97):
        return None
    settings, knobs = {}, {}
    advice = []
    if signs.rate >= 3 * signs.usual_rate:
        settings["learning_rate"] = signs.usual_rate
        advice.append(f"train with a learning rate of {signs.usual_rate:g}")
    if "activation" in signs.knobs:
        knobs["activation"] = "leaky_relu"
        advice.append("let a little through below zero (leaky ReLU)")
    elif not settings:
        settings["learning_rate"] = signs.rate / 3
        advice.append(f"train with a learning rate of {signs.rate / 3:g}")
    words = " and ".join(advice)
    return Finding(
        "dead_units",
        f"In layer {layer}, {share:.0%} of the units are 0 for every picture.",
        0.95 if signs.hardly_learns and share > 0.9 else 0.6 + 0.3 * share,
        f"{words[0].upper()}{words[1:]}.",
        settings,
        knobs,
    )
