"""Not enough network."""

from cnnlab.architectures import ARCHITECTURES
from cnnlab.clinic import Finding, Signs, illness

WORSE = 0.04
FEW = 1_500  # parameters for ten classes


@illness(title="Network too small", source="Goodfellow et al., Deep Learning, 2016, 5.2")
def too_small(signs: Signs) -> Finding | None:
    """It has learned all it can, and reads its own training pictures as badly as any others.

    Where a smaller network reads the same pictures better, size is not what it lacks.
    """
    learned = signs.moved is None or signs.moved > 0.2
    if signs.gap > max(0.05, signs.noise) or signs.train_accuracy > 0.95 or not learned:
        return None
    if signs.hardly_learns and not signs.params < FEW:
        return None
    if signs.best_smaller is not None and signs.best_smaller > signs.val_accuracy + WORSE:
        return None
    better = signs.best_larger
    behind = better is not None and better > signs.val_accuracy + WORSE
    few = signs.params < FEW / 10 * max(4, signs.classes)
    if not behind and not few:
        return None
    known = f"; a larger network reads {better:.1%} of the same pictures" if behind else ""
    knobs = _larger(signs)
    turned = ", ".join(f"{name} {value:g}" for name, value in knobs.items())
    return Finding(
        "too_small",
        f"With {signs.params:,} parameters it reads {signs.train_accuracy:.1%} of its training "
        f"pictures and {signs.val_accuracy:.1%} of others: no gap is left to close{known}.",
        0.65 if behind and few else 0.55,
        f"Make it larger ({turned})." if knobs else "Choose a larger network.",
        {},
        knobs,
    )


def _larger(signs: Signs) -> dict[str, int | float]:
    """The knobs that make its network larger, a quarter of their range further."""
    config = signs.config
    known = [card for card in ARCHITECTURES if card.name == config.architecture]
    knobs: dict[str, int | float] = {}
    for knob in (knob for card in known for knob in card.knobs if knob.sizes and knob.step):
        low, high, step = knob.scale
        now = float(config.knobs[knob.name])
        value = min(high, max(2 * now, now + (high - low) / 4))
        value = low + step * round((value - low) / step)
        knobs[knob.name] = value if isinstance(knob.default, float) else round(value)
    return {name: value for name, value in knobs.items() if value != config.knobs[name]}
