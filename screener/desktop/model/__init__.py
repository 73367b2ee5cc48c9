"""What the window's lists hold."""
