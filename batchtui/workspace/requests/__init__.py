"""Request files as they come in: read from any packing, looked at line by line. Nothing of them is kept here."""
