"""CNN Lab: how small can a CNN get before it stops seeing, and why?

The rooms of the lab. Nothing in here draws; everything in here works from a terminal.
"""

__version__ = "0.1.0"
