"""Attribution: which pixels a prediction rests on, a file for each method."""
