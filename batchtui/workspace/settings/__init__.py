"""`batchtui.toml`: read, judged with line numbers, explained, and made once. Never rewritten."""
