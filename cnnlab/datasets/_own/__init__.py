"""The reader's own pictures, from a zip or folder as people have them to a dataset on disk.

sources     a zip (zips inside it, too) or folder, checked before anything is read
contents    what is a picture, told by its first bytes
tree        the folders, and the files in them
roles       the words for training, validation and test, for masks and for wrappers
folders     each picture's class and part, as the folders say
tables      as a table of labels says (labels.csv and its like)
file_names  as the names of the files say (cat.0.jpg)
layout      which of the three counts, and what is set aside
labels      names of classes: cleaned, kept apart, put in order
survey      what is in it, counted
decoding    pictures of every size brought to one shape
drawings    dark or light ink, decided once for all; each drawing framed
near_copies  the same picture saved again
parts       training, validation and test part
importing   the pictures decoded, sorted out and split
store       the datasets on disk
"""
