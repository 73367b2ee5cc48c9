"""Whether a picture is of the kind that a task reads, and that a model was trained on."""
