"""The journal, from a line to a transaction: read by anybody, appended to and shortened under its lock."""
