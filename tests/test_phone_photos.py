"""Imitated phone photos of digits on paper, read by the shipped networks."""

import pytest

from cnnlab import images, prediction, runs
from tests.phone_photos import PAPERS, photo

READERS = [run for run in runs.pretrained() if run.config.dataset == "mnist"]


@pytest.mark.skipif(not READERS, reason="no network for MNIST is shipped")
@pytest.mark.parametrize("seed", range(len(PAPERS)), ids=PAPERS)
def test_nine_of_ten_photos_are_read_and_no_misreading_is_sold_as_sure(seed):
    best = max(READERS, key=lambda run: run.metrics.test_accuracy)
    right = 0
    for digit in range(10):
        answer = prediction.ask(best, images.read_picture(photo(digit, seed)))
        if answer.prediction and answer.prediction.label == str(digit):
            right += 1
        elif answer.prediction:
            assert "Unsure" in prediction.opinion([answer])
    assert right >= 9
