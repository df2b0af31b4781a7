"""The lessons that come with the lab: each file of `texts/` is a card."""

from cnnlab.lessons._cards import LESSONS
from cnnlab.lessons._files import TEXTS, parsed

for file in sorted(TEXTS.glob("*.toml")):
    LESSONS.add(parsed(file))
