"""Point it at a folder of chest films or slide patches, and get back a worklist you can trust."""

__version__ = "0.1.0"

NOTICE = "For research use. Not a medical device; not for diagnosis."
"""Stands in every report, card and closing table."""
