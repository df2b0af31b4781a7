"""Ways to look inside a network: one file per method."""
