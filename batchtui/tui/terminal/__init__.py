"""The terminal itself: whether it will do, how to leave it, and what it can be asked for. No widgets."""
