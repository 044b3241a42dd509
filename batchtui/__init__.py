"""batchtui: Message Batches in a terminal."""

__version__ = "0.1.0"
