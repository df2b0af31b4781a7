"""What can be done to a filter: a file for each kind, found by itself."""
