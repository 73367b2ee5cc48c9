"""What the window sets going, none of it in its own thread: the scan, the film decoder, the store."""
