"""From what was typed to the files to be scanned."""
