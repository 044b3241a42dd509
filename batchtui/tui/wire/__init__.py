"""The layer between Textual and the terminal that sends only cells that differ."""
