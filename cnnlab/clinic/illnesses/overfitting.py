"""Learned by heart."""

from cnnlab import augmentation
from cnnlab.clinic import Finding, Signs, illness

WIDE = 0.06


@illness(title="Overfitting", source="Srivastava et al., Dropout, 2014")
def overfitting(signs: Signs) -> Finding | None:
    """It knows its training pictures by heart and reads others clearly worse."""
    if signs.gap < max(WIDE, 1.5 * signs.noise) or signs.hardly_learns:
        return None
    losses = [row.val_loss for row in signs.history]
    risen = losses[-1] / max(min(losses), 1e-9) if losses else 1.0
    again = f", and its validation loss rose again by {risen - 1:.0%}" if risen > 1.1 else ""
    settings, knobs, advice = _more(signs)
    return Finding(
        "overfitting",
        f"It reads {signs.train_accuracy:.1%} of its training pictures and "
        f"{signs.val_accuracy:.1%} of the others{again}.",
        min(0.9, 0.55 + signs.gap + (0.1 if risen > 1.1 else 0)),
        f"{advice[0].upper()}{advice[1:]}.",
        settings,
        knobs,
    )


def _more(signs: Signs) -> tuple[dict[str, int | float | str], dict[str, float], str]:
    """More pictures first, real or changed ones; then noise inside the network."""
    settings: dict[str, int | float | str] = {}
    knobs: dict[str, float] = {}
    advice = []
    recipe = signs.config.recipe
    if recipe.train_limit:
        settings["train_limit"] = 0
        advice.append("learn from all training pictures")
    if not any(augmentation.settings(recipe.augmentation).values()):
        usual = [
            one.name for one in augmentation.PRESETS if one.usual_for == signs.config.preparation
        ]
        settings["augmentation"] = (*usual, "none")[0]
        settings["epochs"] = min(2000, 2 * recipe.epochs)
        advice.append("change every picture a little each time (augmentation), twice as long")
    if not settings and "dropout" in signs.knobs:
        knobs["dropout"] = 0.3
        advice.append("switch off three in ten values while it trains (dropout)")
    if not settings and not knobs:
        settings["weight_decay"] = 0.05
        settings["optimizer"] = "adamw"
        advice.append("pull the weights towards zero (weight decay)")
    return settings, knobs, " and ".join(advice)
