"""Labelled films as they lie on a disk -> pictures, labels and a split to learn from."""
