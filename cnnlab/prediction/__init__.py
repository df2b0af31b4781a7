"""A prepared picture in, labeled probabilities out: LiteRT in the calling process, no Keras."""

from cnnlab.prediction._answer import Answer, ask, opinion
from cnnlab.prediction._loaded import Trained
from cnnlab.prediction._predict import SURE, Prediction, feature_maps, predict

__all__ = [
    "SURE",
    "Answer",
    "Prediction",
    "Trained",
    "ask",
    "feature_maps",
    "opinion",
    "predict",
]
