"""Not enough network."""

from cnnlab.clinic import Finding, Signs, illness

WORSE = 0.04
FEW = 1_500  # parameters for ten classes


@illness(title="Network too small", source="Goodfellow et al., Deep Learning, 2016, 5.2")
def too_small(signs: Signs) -> Finding | None:
    """It has learned all it can, and reads its own training pictures as badly as any others."""
    learned = signs.moved is None or signs.moved > 0.3
    if signs.gap > max(0.05, signs.noise) or signs.train_accuracy > 0.95 or not learned:
        return None
    if signs.hardly_learns and not signs.params < FEW:
        return None
    better = signs.best_elsewhere
    behind = better is not None and better > signs.val_accuracy + WORSE
    few = signs.params < FEW / 10 * max(4, signs.classes)
    if not behind and not few:
        return None
    known = f"; another network reads {better:.1%} of the same pictures" if behind else ""
    knobs: dict[str, float] = {}
    advice = "Choose a larger network."
    width = signs.config.knobs.get("width")
    if "width" in signs.knobs and isinstance(width, int | float):
        knobs["width"] = min(8.0, 2.0 * max(1.0, float(width)) if width >= 0.5 else 1.0)
        advice = f"Make it wider: {knobs['width']:g} times its filters."
    return Finding(
        "too_small",
        f"With {signs.params:,} parameters it reads {signs.train_accuracy:.1%} of its training "
        f"pictures and {signs.val_accuracy:.1%} of others: no gap is left to close{known}.",
        0.65 if behind and few else 0.55,
        advice,
        {},
        knobs,
    )
