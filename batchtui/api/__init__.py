"""The service through the official SDK: the only importer of anthropic and httpx2, and only inside functions."""
