"""The same network in fewer bits per number: a file for each method."""
