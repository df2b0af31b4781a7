"""The card of a word."""

from dataclasses import dataclass
from functools import cached_property

from cnnlab.registry import Card, Registry


@dataclass(frozen=True, kw_only=True)
class Term(Card):
    """A word of the field; its description is the one sentence that explains it.

    Attributes:
        also: Other forms of it that a text may use, its plural say.
        drawing: What is inside its picture's SVG, 120 wide and 60 high, in `currentColor`; what
            the eye is to find has the class "hot".
    """

    also: tuple[str, ...] = ()
    drawing: str = ""

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """Every form a text may use, in small letters."""
        return tuple(form.lower() for form in (self.title, *self.also))

    @property
    def picture(self) -> str:
        """The whole SVG; it takes its color from the text around it."""
        return (
            '<svg class="term-picture" viewBox="0 0 120 60" width="120" height="60" fill="none" '
            f'stroke="currentColor" stroke-width="1.5" aria-hidden="true">{self.drawing}</svg>'
        )


TERMS: Registry[Term] = Registry("word", Term, "cnnlab.glossary")
