"""CNN Lab: how small can a CNN get before it stops seeing, and why?

The rooms of the lab. Nothing in here draws; everything in here works from a terminal.
"""

import os

# TensorFlow reads these once, when it is loaded. Its start-up chatter answers nobody's question.
# oneDNN's kernels train compact networks two to four times as fast; left alone, TensorFlow uses
# them on some processors only.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

__version__ = "0.1.0"
