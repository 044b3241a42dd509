"""The benchmark: our way and the usual one beside each other on the same data. `python -m tests.bench --help`."""
