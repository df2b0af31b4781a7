"""Weights or whole filters that matter least are taken away: a file for each method."""
