"""Class boxes that are filled picture by picture, from the first one to a dataset.

places      one folder a collection, below the data folder; how many there may be
boxes       its classes: added, renamed, removed
pictures    what lies in a box, and what is put there
importing   from boxes to an own dataset, on the way that zips and folders go
"""
