"""Workers that only wait, for every test of the queue that asks for them."""

import pytest

from cnnlab import jobs
from tests.jobs.waiters import Waiters


@pytest.fixture
def waiters(monkeypatch):
    """The queue starts waiters; all are ended with the test."""
    made = Waiters()
    monkeypatch.setattr(jobs, "starter", made)
    yield made
    made.end()
