"""Verbs and loops over ports; knows no adapter, no screen."""
