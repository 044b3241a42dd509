"""One run: its chunks, the one under the cursor, and the picture of them all."""
