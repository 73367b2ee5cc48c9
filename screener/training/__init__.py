"""Labelled pictures to a model folder."""
