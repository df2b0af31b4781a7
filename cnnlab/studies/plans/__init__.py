"""The kinds of study, one in a file."""
