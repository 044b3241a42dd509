"""The local folder: journal, locks, manifests, bodies, results, settings. Knows files, not the network."""
