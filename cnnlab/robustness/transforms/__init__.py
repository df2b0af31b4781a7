"""Ways to spoil a picture: a file for each kind, found by itself.

Shapes: pictures are float32 `(n, height, width, channels)` in 0..1, before and after.
"""
