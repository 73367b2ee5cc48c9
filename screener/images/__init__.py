"""From bytes to pixels: find, sniff, decode, prepare, judge the scope."""
