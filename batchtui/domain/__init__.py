"""Pure rules and frozen values: no clock, no files, no network."""
