"""Deep, and nothing keeps the signal's size."""

from cnnlab.clinic import Finding, Signs, illness

DEEP = 5


@illness(
    title="No normalization",
    source="Ioffe and Szegedy, Batch Normalization, 2015",
    url="https://arxiv.org/abs/1502.03167",
)
def no_normalization(signs: Signs) -> Finding | None:
    """Layer after layer the signal fades or swells, and the first layers hear no gradient."""
    if signs.normalized or signs.depth < DEEP or not signs.hardly_learns:
        return None
    if not signs.usual_rate / 3 <= signs.rate <= 3 * signs.usual_rate:
        return None  # then the rate explains it
    faint = signs.gradients is not None and signs.gradients < 0.05
    heard = f", whose first gets {signs.gradients:.2g} of the largest gradient" if faint else ""
    knobs = {"normalization": "batch"} if "normalization" in signs.knobs else {}
    if not knobs and "initializer" in signs.knobs:
        knobs = {"initializer": "he_normal"}
    return Finding(
        "no_normalization",
        f"{signs.depth} layers with weights{heard}, and no layer that normalizes: it reads "
        f"{signs.train_accuracy:.0%} of its training pictures.",
        0.97 if faint and signs.depth >= 2 * DEEP else 0.88,
        "Normalize after each layer (batch normalization)."
        if "normalization" in knobs
        else "Draw the first weights after He, or choose a network with batch normalization.",
        {},
        knobs,
    )
