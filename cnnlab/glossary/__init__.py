"""The words a newcomer may not know: each one sentence and a small picture, from one file.

`terms.toml` is that file. A text shows what it says of the words in it when one points at them.
"""

from cnnlab.glossary._terms import TERMS, Term
from cnnlab.glossary.marking import Part, marked

__all__ = ["TERMS", "Part", "Term", "marked"]
