"""One board a file."""
