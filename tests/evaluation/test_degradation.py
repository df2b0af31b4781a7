"""What is said of two sizes comes from their figures: swapped figures, swapped sentences."""

from dataclasses import replace

import numpy as np
import pytest

from cnnlab.evaluation import degradation
from cnnlab.evaluation.degradation import Ablation, Size
from cnnlab.prediction import Anatomy
from cnnlab.schema import Metrics

LABELS = tuple("012")
NARROW = Anatomy(7, 1, 1, 12, 4, np.zeros((1, 3, 3, 1), np.float32))
WIDE = replace(NARROW, resolution=14, kernels=3, depth=2, field=28, features=8)
SMALL = Size(60, LABELS, ((900, 50, 50), (10, 980, 10), (400, 200, 400)), NARROW)
LARGE = Size(97, LABELS, ((950, 25, 25), (5, 990, 5), (30, 20, 950)), WIDE)


def test_the_sentence_names_the_class_that_falls_farthest_and_what_is_missing():
    assert degradation.lost(SMALL, LARGE) == (
        "Against 97 parameters it loses the 2s most: 40 % are read, not 95 %; 400 pass for a 0. "
        "This one sees 12x12 pixels at a time, not 28x28, and works on maps of 7x7, not 14x14."
    )
    assert degradation.lost_of(2, SMALL, LARGE).startswith(
        "It reads 40 % of the 2s and takes 40 % of them for a 0; 97 parameters read 95 %."
    )


def test_swapped_figures_swap_the_sentence():
    said = degradation.lost(SMALL, LARGE)
    small, large = (
        replace(SMALL, counts=LARGE.counts, anatomy=LARGE.anatomy),
        replace(LARGE, counts=SMALL.counts, anatomy=SMALL.anatomy),
    )
    swapped = degradation.lost(small, large)
    assert swapped != said
    assert swapped.startswith("Better than 97 parameters: 96 % instead of 76 %.")
    other = replace(SMALL, counts=((300, 350, 350), (10, 980, 10), (20, 40, 940)))
    assert "it loses the 0s most: 30 % are read, not 95 %" in degradation.lost(other, LARGE)


def test_pairs_that_merge_are_those_that_grew():
    first, second = degradation.merges(SMALL, LARGE)[:2]
    assert (first.truth, first.predicted, first.count, first.before) == (2, 0, 400, 30)
    assert (second.truth, second.predicted) == (2, 1)
    assert degradation.merges(LARGE, LARGE) == []


def test_what_chance_may_do_is_no_loss():
    close = replace(SMALL, counts=((948, 26, 26), (5, 990, 5), (31, 20, 949)))
    assert degradation.within_chance(close, LARGE)
    said = degradation.lost(close, LARGE)
    assert said.startswith("As good as 97 parameters, within chance.")
    assert "a 2 taken for a 0 (31 of 1,000)" in said
    assert "This one" not in degradation.lost_of(2, close, LARGE)


def test_the_largest_has_nobody_above_it():
    assert degradation.lost(LARGE, None) == (
        "The largest here: it misreads 110 of 3,000 pictures, most often a 2 taken for a 0 "
        "(30 of 1,000)."
    )


@pytest.mark.parametrize(
    ("labels", "words"),
    [(("7", "8"), "it loses the 8s most"), (("cat", "dog"), "it loses dog most")],
)
def test_digits_and_words_are_both_named(labels, words):
    small = Size(10, labels, ((90, 10), (60, 40)))
    large = Size(20, labels, ((95, 5), (10, 90)))
    assert words in degradation.lost(small, large)
    assert "This one" not in degradation.lost(small, large)  # how they are built is not known


def test_a_run_without_counts_says_nothing():
    assert degradation.size_of(10, LABELS, Metrics(test_accuracy=0.5), None) is None
    counts = ((1, 0), (0, 1))
    assert degradation.size_of(10, LABELS, Metrics(confusion=counts), None) is None


def test_the_reason_is_the_ablation_that_costs_most_and_only_if_it_costs_enough():
    coarse = Ablation("on pictures of 7x7", 0.40, 0.96)
    fewer = Ablation("with 4 of the 8 numbers before its classes", 0.90, 0.96)
    said = degradation.explained(SMALL, LARGE, [fewer, coarse])
    assert "97 parameters, without training it again: on pictures of 7x7 it reads 40 %" in said
    assert said.endswith("it reads 76 %.")
    mild = degradation.explained(SMALL, LARGE, [fewer])
    assert mild.startswith("That is not the reason yet")
    assert "With 4 of the 8 numbers before its classes it reads 90 %, not 96 %" in mild
    swapped = replace(SMALL, counts=LARGE.counts), replace(LARGE, counts=SMALL.counts)
    assert degradation.explained(*swapped, [coarse]) != said


def test_where_nothing_can_be_taken_it_says_so():
    assert degradation.explained(SMALL, LARGE, []).startswith("What it lacks cannot be taken")
    alike = replace(SMALL, anatomy=WIDE)
    assert degradation.explained(alike, LARGE, []).startswith("It lacks nothing that is counted")
