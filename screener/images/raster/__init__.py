"""JPEG, PNG, TIFF, BMP and WebP files to pictures."""
