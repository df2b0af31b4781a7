"""A prepared picture in, labeled probabilities out: LiteRT in the calling process, no Keras."""

from cnnlab.prediction._anatomy import Anatomy, anatomy
from cnnlab.prediction._answer import Answer, ask, on_its_ground, opinion
from cnnlab.prediction._contents import Contents, contents, convolutions
from cnnlab.prediction._latency import latency, processor
from cnnlab.prediction._loaded import Trained
from cnnlab.prediction._many import answer_all, caller
from cnnlab.prediction._predict import Prediction, feature_maps, predict

__all__ = [
    "Anatomy",
    "Answer",
    "Contents",
    "Prediction",
    "Trained",
    "anatomy",
    "answer_all",
    "ask",
    "caller",
    "contents",
    "convolutions",
    "feature_maps",
    "latency",
    "on_its_ground",
    "opinion",
    "predict",
    "processor",
]
