"""The lists of runs and batches: rows, what stands above and below them, where they come from."""
