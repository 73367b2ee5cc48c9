"""A folder to a store: the decode pool, the pipeline, rows, SQLite."""
