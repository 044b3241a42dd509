"""Whether a model is one the service lists, and whether it is about to retire."""

from collections.abc import Iterable, Mapping

from batchtui.domain.prices import undated


def is_known(model: str, known: Iterable[str]) -> bool:
    """A dated id of a listed model is known, and so is the plain name of a model listed with its date."""
    return undated(model) in {undated(name) for name in known}


def retires_at(model: str, retiring: Mapping[str, str]) -> str | None:
    """The day a model retires, by its exact or its undated name."""
    if model in retiring:
        return retiring[model]
    return next((day for name, day in retiring.items() if undated(name) == undated(model)), None)
