"""Trained models: their cards, where they are, and (for training) their architectures."""
