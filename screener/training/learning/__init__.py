"""A network learning: steps, rates, teachers, checkpoints."""
