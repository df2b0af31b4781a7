"""Counts of pictures in sentences, right for one as well as for many."""


def pictures(count: int, plural_verb: str = "", what: str = "picture") -> str:
    """ "1 picture", "2,000 masks"; with a verb "1 picture was", "3 near copies carry".

    Args:
        count: How many.
        plural_verb: "were", "are", "have", or any other as several take it; none by default.
        what: The noun for one.
    """
    one = {"were": "was", "are": "is", "have": "has", "carry": "carries"}
    noun = what if count == 1 else f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    verb = one.get(plural_verb, f"{plural_verb}s") if count == 1 else plural_verb
    return f"{count:,} {noun} {verb}" if plural_verb else f"{count:,} {noun}"
