"""How a network is trained: every choice, checked."""
