"""Whether a model is one the service lists, and whether it is about to retire."""

import re
from collections.abc import Iterable, Mapping

_DATE = re.compile(r"-(?:\d{8}|latest)\Z")


def undated(model: str) -> str:
    """`claude-sonnet-4-5-20250929` -> `claude-sonnet-4-5`."""
    return _DATE.sub("", model)


def is_known(model: str, known: Iterable[str]) -> bool:
    """A dated id of a listed model is known, and so is the plain name of a model listed with its date."""
    return undated(model) in {undated(name) for name in known}


def retires_at(model: str, retiring: Mapping[str, str]) -> str | None:
    """The day a model retires, by its exact or its undated name."""
    if model in retiring:
        return retiring[model]
    return next((day for name, day in retiring.items() if undated(name) == undated(model)), None)
