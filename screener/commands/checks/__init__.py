"""What `screener doctor` examines: one module a kind of thing, each a function from a request to findings."""
