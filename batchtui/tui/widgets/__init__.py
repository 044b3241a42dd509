"""Widgets drawn line by line from spans; they know nothing of batches."""
