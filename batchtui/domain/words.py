"""Small words for people."""


def several(number: int, one: str, many: str = "") -> str:
    """`1 batch`, `2,048 batches`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
