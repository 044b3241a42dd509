"""The commented `batchtui.toml` that `init` writes, made from the defaults so that it can't drift from them."""

from collections.abc import Iterator

import msgspec
import tomli_w

from batchtui.domain.settings import Settings

HEADER = """\
# Settings of this batchtui workspace. A line such as `#bell = false` is a default: remove the `#` to change it.
# `batchtui info` lists what holds and where it comes from. Unknown names are an error, with the nearest known one.
"""

COMMENTS: dict[str, dict[str, str]] = {
    "api": {
        "base_url": "The API's address; unset: where the SDK finds it, with the key.",
        "api_workspace_id": "The API Workspace to work in, for credentials that cover several.",
        "betas": "Values for the anthropic-beta header.",
        "anthropic_version": "Pin another wire version, such as 2023-06-01 for temperature on older models.",
    },
    "submit": {
        "chunk_requests": "Requests in one batch, at most 100,000. Smaller batches show progress sooner.",
        "chunk_bytes": "Bytes in one batch; the service takes 256 MB.",
        "max_open_batches": "Batches that may be with the API at a time; the others wait here.",
        "max_queued_requests": "Requests that may be in the API's queue; its limit depends on your tier.",
        "lost_look_seconds": "After a lost answer: seconds until a read of the list can show that no batch was made.",
        "lost_after_minutes": "After so many minutes of reads that show no batch, the submission is called not found.",
    },
    "poll": {
        "after_action": "Seconds between polls just after something was sent or canceled.",
        "running": "... while batches are running.",
        "idle": "... while none is.",
    },
    "retry": {
        "automatic": "Send again by itself what deserves it, once a run has ended; above a threshold it only says so.",
        "classes": "Classes of errors to send again by themselves; empty: those marked `resend`.",
        "max_attempts": "How often a request may be sent, the first time included.",
        "backoff": "How the delay grows: exponential, linear or fixed.",
        "delay": "Seconds before the first automatic retry.",
        "rules": "What to do with a class, in place of the rule it has: resend, edit, ask or refuse.",
    },
    "confirm": {
        "type_over_usd": "Above this estimate the number of requests has to be typed.",
        "type_over_requests": "Above this many requests too.",
    },
    "budget": {
        "daily_usd": "The most to spend in a UTC day; batches started elsewhere are not counted.",
        "run_usd": "The most to spend on one run.",
    },
    "alerts": {
        "expiry_hours": "Alert when a batch that runs has less than this to its expiry.",
        "results_days": "Alert when results that were not collected are kept no longer than this.",
        "error_share": "Alert when more than this share of a chunk did not succeed.",
        "command": "A command to run for each alert, with the alert in its environment.",
        "webhook": "An address to POST each alert to.",
        "bell": "Ring the terminal's bell.",
    },
    "ui": {
        "theme": "dark, light, mono, ansi16, high-contrast, or a file in `themes/` beside this one.",
        "mouse": "Take the mouse; selecting text in the terminal then needs shift.",
        "glyphs": "auto, ascii or unicode.",
        "time": "utc or local.",
    },
}

EXAMPLES: dict[tuple[str, str], object] = {
    ("api", "base_url"): "https://api.anthropic.com",
    ("api", "api_workspace_id"): "wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ",
    ("api", "anthropic_version"): "2023-06-01",
    ("budget", "daily_usd"): 200,
    ("budget", "run_usd"): 50,
    ("alerts", "command"): "notify-send batchtui",
    ("alerts", "webhook"): "https://example.com/alerts",
}
"""What settings without a default may look like."""

TABLES = f"""\
[retry.rules]
# {COMMENTS["retry"]["rules"]}
# For example: canceled = "resend"

[keys]
# Any action under another key; `batchtui help --keys` lists them all.
# For example: refresh = "f5"

[prices]
# USD per million tokens, standard price; for prompts of any length, before batch halves it.
# For example: my-model = {{ input = 2, output = 10, cache_write_5m = 2.5, cache_write_1h = 4, cache_read = 0.2 }}
"""


def template() -> str:
    """The whole file: every setting with its comment and its default."""
    sections = (_section(field) for field in msgspec.structs.fields(Settings) if field.name in COMMENTS)
    return "\n".join((HEADER, *sections, TABLES))


def _section(field: msgspec.structs.FieldInfo) -> str:
    return "".join(f"{line}\n" for line in _lines(field))


def _lines(field: msgspec.structs.FieldInfo) -> Iterator[str]:
    yield f"[{field.name}]"
    for name, value in msgspec.to_builtins(field.default).items():
        if isinstance(value, dict):
            continue  # a table of its own, below
        yield f"# {COMMENTS[field.name][name]}"
        if value is not None:
            yield f"#{_assignment(name, value)}"
        else:
            yield f"# For example: {_assignment(name, EXAMPLES[field.name, name])}"


def _assignment(name: str, value: object) -> str:
    return tomli_w.dumps({name: value}).strip()
