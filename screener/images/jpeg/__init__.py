"""JPEG codestreams, in files of their own or in others: what they claim, and whether all of it is there."""
