"""What can be screened for: one TOML a task, read by `load`."""
