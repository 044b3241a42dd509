"""Bodies of chunks, the exact bytes that are POSTed, and the index that leads into them."""
