"""DICOM files to pictures."""
