"""Writes a profile of the SDK into an empty home."""

import json
from pathlib import Path


def write_profile(home: Path, name: str, *, token: str, **config: object) -> None:
    """A profile whose token is made by somebody else: the SDK only reads it."""
    folder = home / ".config" / "anthropic"
    (folder / "configs").mkdir(parents=True, exist_ok=True)
    (folder / "credentials").mkdir(exist_ok=True)
    settings = folder / "configs" / f"{name}.json"
    settings.write_text(json.dumps({"authentication": {"type": "user_oauth"}, **config}))
    settings.chmod(0o600)
    secret = folder / "credentials" / f"{name}.json"
    secret.write_text(json.dumps({"access_token": token}))
    secret.chmod(0o600)
