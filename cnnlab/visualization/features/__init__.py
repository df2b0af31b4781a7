"""What the layers hold: kernels, feature maps, and the pictures that excite them."""
