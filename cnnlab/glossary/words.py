"""The words of `terms.toml`, each a card."""

import tomllib
from pathlib import Path

from cnnlab.glossary._terms import TERMS, Term

for name, fields in tomllib.loads((Path(__file__).parent / "terms.toml").read_text()).items():
    TERMS.add(
        Term(
            name=name,
            title=fields["title"],
            description=fields["sentence"],
            also=tuple(fields.get("also", ())),
            drawing=fields["picture"],
        )
    )
