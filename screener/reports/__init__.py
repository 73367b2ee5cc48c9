"""Views of a scan store: CSV, Excel, HTML and JSON Lines, one class each."""
