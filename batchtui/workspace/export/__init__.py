"""Effective results written for others, as lines or tables, into a new file or none."""
