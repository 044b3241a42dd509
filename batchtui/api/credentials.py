"""Where the key would come from, without importing the SDK and without keeping a key.

It mirrors the SDK's own order: environment key, environment token, named profile, workload identity, active profile.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from batchtui.engine.ports import Credentials

DEFAULT_BASE_URL = "https://api.anthropic.com"
NO_KEY = "no API key was found; set ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN, or log in to a profile) and start again"

_USABLE_KEY = re.compile(r"[\x21-\x7e]+")
_USABLE_HEADER = re.compile(r"[\x20-\x7e\t]*")
_SHORTEST_KEY_WITH_TAIL = 12
"""Of a shorter key the last four characters would give too much away."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said about the key, and why no call can be made with it."""

    credentials: Credentials
    problem: str | None = None


def find_credentials(environ: Mapping[str, str], *, base_url: str | None = None) -> Found:
    """Say where the SDK will take the key from; `base_url` is the one of the settings."""
    origin, key = _static_key(environ)
    if origin is None:
        origin = _file_origin(environ)
    address = base_url or environ.get("ANTHROPIC_BASE_URL") or _profile_base_url(environ, origin) or DEFAULT_BASE_URL
    credentials = Credentials(origin=origin, tail=_tail(key), base_url=normalised_base_url(address))
    return Found(credentials=credentials, problem=_problem(environ, origin, key))


def normalised_base_url(address: str) -> str:
    """One spelling for one address: no user, no trailing slash, host in lower case, no default port."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        parts, port = None, None
    if parts is None or not parts.netloc:
        return re.sub(r"//[^/@]*@", "//", address).rstrip("/")
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != {"http": 80, "https": 443}.get(scheme):
        host = f"{host}:{port}"
    return f"{scheme}://{host}{parts.path.rstrip('/')}"


def custom_headers(environ: Mapping[str, str]) -> dict[str, str]:
    """The headers the SDK adds from ANTHROPIC_CUSTOM_HEADERS, names in lower case."""
    lines = [line.partition(":") for line in environ.get("ANTHROPIC_CUSTOM_HEADERS", "").split("\n")]
    return {name.strip().lower(): value.strip() for name, colon, value in lines if colon}


def _static_key(environ: Mapping[str, str]) -> tuple[str | None, str]:
    headers = custom_headers(environ)
    for name in ("authorization", "x-api-key"):
        if headers.get(name):
            return "ANTHROPIC_CUSTOM_HEADERS", headers[name].rpartition(" ")[2]
    for variable in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        if environ.get(variable):
            return variable, environ[variable]
    return None, ""


def _file_origin(environ: Mapping[str, str]) -> str:
    named = environ.get("ANTHROPIC_PROFILE")
    if named:
        return f"profile {named}"
    if _has_workload_identity(environ):
        return "workload identity"
    folder = _config_folder(environ)
    active = _read_text(folder / "active_config").strip()
    if active or environ.get("ANTHROPIC_CONFIG_DIR") or (folder / "configs" / "default.json").is_file():
        return f"profile {active or 'default'}"
    return "none"


def _has_workload_identity(environ: Mapping[str, str]) -> bool:
    has_token = environ.get("ANTHROPIC_IDENTITY_TOKEN") or environ.get("ANTHROPIC_IDENTITY_TOKEN_FILE")
    return bool(environ.get("ANTHROPIC_FEDERATION_RULE_ID") and environ.get("ANTHROPIC_ORGANIZATION_ID") and has_token)


def _config_folder(environ: Mapping[str, str]) -> Path:
    configured = environ.get("ANTHROPIC_CONFIG_DIR")
    return Path(configured) if configured else Path.home() / ".config" / "anthropic"


def _profile_base_url(environ: Mapping[str, str], origin: str) -> str | None:
    name = origin.removeprefix("profile ")
    if name == origin or name.startswith(".") or "/" in name or "\x00" in name:
        return None
    import json  # only where there is a profile to read

    try:
        base_url = json.loads(_read_text(_config_folder(environ) / "configs" / f"{name}.json")).get("base_url")
    except (ValueError, AttributeError):
        return None
    return base_url if isinstance(base_url, str) else None


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _tail(key: str) -> str:
    return key[-4:] if len(key) >= _SHORTEST_KEY_WITH_TAIL and _USABLE_KEY.fullmatch(key) else ""


def _problem(environ: Mapping[str, str], origin: str, key: str) -> str | None:
    if origin == "none":
        return NO_KEY
    if key and not _USABLE_KEY.fullmatch(key):
        return f"the key in {origin} holds a space, a line break or a character that no key has; copy it again"
    if not all(_USABLE_HEADER.fullmatch(value) for value in custom_headers(environ).values()):
        return "ANTHROPIC_CUSTOM_HEADERS holds a character that no header can carry; mend it or unset it"
    return None
