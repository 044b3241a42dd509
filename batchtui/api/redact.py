"""Takes the key out of a service's words: a proxy that echoes it must not get it shown or written down."""

import os
import re
from typing import Final

_LOOKS_LIKE_A_KEY: Final = re.compile(r"sk-ant-[A-Za-z0-9_-]{8,}")
_VARIABLES: Final = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_ADMIN_KEY")
_SHORTEST_KEY: Final = 8
"""What is shorter is no secret, and may be part of any word."""


def redacted(text: str) -> str:
    """The text with `…` and its last four characters in place of every key."""
    for variable in _VARIABLES:
        key = os.environ.get(variable, "").strip()
        if len(key) >= _SHORTEST_KEY:
            text = text.replace(key, f"…{key[-4:]}")
    return _LOOKS_LIKE_A_KEY.sub(lambda found: f"…{found[0][-4:]}", text)
