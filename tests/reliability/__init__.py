"""Killing the real program at chosen and at random moments, and asking the server's own ledger what came of it."""
