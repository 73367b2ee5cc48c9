"""Trained weights -> a model folder: graphs, thresholds, card, log."""
