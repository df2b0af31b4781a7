"""How much a network's answer bears: pictures shifted, turned, blurred, hidden in part.

transforms/   ways to spoil a picture, a card each
breaking      one picture: curves, the smallest change that flips the answer, a map of shifts
sampled       test pictures: accuracy over the strength of a transform

A transform is NumPy alone, so that pages and terminal can show what it does without Keras.
"""

from cnnlab.robustness._cards import TRANSFORMS, TransformCard, all_transforms, transform

__all__ = ["TRANSFORMS", "TransformCard", "all_transforms", "transform"]
