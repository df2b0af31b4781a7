"""A student learns from what a trained teacher says: a file for each objective."""
