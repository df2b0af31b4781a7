"""The card of a word."""

import base64
from dataclasses import dataclass
from functools import cached_property

from cnnlab.registry import Card, Registry

GRAY, RED, BLUE = "#8794a1", "#e0566a", "#3f96d2"


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

    @cached_property
    def picture(self) -> str:
        """The whole SVG, in colors that can be seen on light and on dark ground."""
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60" fill="none" '
            f'color="{GRAY}" stroke="{GRAY}" stroke-width="1.5">'
            f"<style>.hot{{stroke:{RED}}}.full{{fill:{BLUE};stroke:none}}</style>"
            f"{self.drawing}</svg>"
        )

    @cached_property
    def address(self) -> str:
        """The picture as the address of an image: pages keep no SVG in their text."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.picture.encode()).decode()}"


TERMS: Registry[Term] = Registry("word", Term, "cnnlab.glossary")
