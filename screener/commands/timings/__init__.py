"""What `screener bench` measures, and what follows from it."""
