"""What a model is worth on labelled films: figures with intervals, pictures, and a report of them."""
