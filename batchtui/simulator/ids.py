"""Identifiers and choices that look random and follow from the seed alone."""

from hashlib import blake2b

BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LETTERS = bytes(BASE62[code % 62] for code in range(256))


def digest(seed: int, *parts: object, size: int = 8) -> bytes:
    """Bytes that depend on the seed and the parts only."""
    text = ":".join(map(str, (seed, *parts)))
    return blake2b(text.encode(), digest_size=size).digest()


def number(seed: int, *parts: object) -> int:
    """A 64-bit number that depends on the seed and the parts only."""
    return int.from_bytes(digest(seed, *parts), "big")


def fraction(seed: int, *parts: object) -> float:
    """A number in [0, 1) that depends on the seed and the parts only."""
    return number(seed, *parts) / 2**64


def identifier(prefix: str, seed: int, *parts: object) -> str:
    """An id in the service's form: the prefix, `01` and 22 letters and digits."""
    return f"{prefix}_01{digest(seed, prefix, *parts, size=22).translate(LETTERS).decode()}"
