"""What several parts of pages draw with in the browser: their scripts begin with this one."""

from pathlib import Path

ELEMENTS = (Path(__file__).parent / "elements.js").read_text()
