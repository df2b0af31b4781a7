"""A network as one HTML page that runs without a network connection."""

from cnnlab.export._html._page import page

__all__ = ["page"]
