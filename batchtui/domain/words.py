"""Small words for people."""


def several(number: int, one: str, many: str = "") -> str:
    """`1 batch`, `2,048 batches`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def chunk_name(label: str) -> str:
    """A chunk's label as people say it: `0007a` is chunk 7a, the first half of chunk 7."""
    return label.lstrip("0") or label
