"""The file formats, one file for each."""
