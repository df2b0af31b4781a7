"""What tests of several pages share."""

import pytest

from cnnlab import engine


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """What the engine is asked, by the questions' names; it is answered in this process."""
    names: list[str] = []

    def answer(question):
        names.append(type(question).__name__)
        return question.answer()

    monkeypatch.setattr(engine, "ask", answer)
    return names
