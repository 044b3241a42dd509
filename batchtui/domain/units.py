"""Sizes in words, the same in every notice, table and plan."""


def size_words(size_bytes: int) -> str:
    """Decimal units with one decimal: 812 B, 3.4 MB."""
    if size_bytes < 1_000:
        return f"{size_bytes} B"
    value = float(size_bytes)
    for unit in ("kB", "MB", "GB"):
        value /= 1_000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1_000:,.1f} TB"
