"""What is wrong in a settings file, each with its key: unknown names, wrong types, values out of range."""

import difflib
from collections.abc import Iterator
from typing import Any, Final, get_args, get_origin

import msgspec

from batchtui.domain.actions.table import BY_ID
from batchtui.domain.settings import Settings
from batchtui.workspace.settings.key_lines import KeyPath
from batchtui.workspace.settings.rules import complaint, kind_words, type_words

MOST_NAMES: Final = 20
"""Of more names than anybody reads in a sentence, only the nearest are told."""


class SettingProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a setting, and where it stands."""

    path: KeyPath
    what: str
    next: str = ""


def problems(values: dict[str, Any]) -> Iterator[SettingProblem]:
    """Everything wrong with settings as read from TOML; what has no problem converts."""
    return _in_struct(values, Settings, ())


def _in_struct(values: Any, struct: type[msgspec.Struct], path: KeyPath) -> Iterator[SettingProblem]:
    if not isinstance(values, dict):
        yield SettingProblem(path=path, what=f"`{_dotted(path)}` must be a table", next=f"write [{_dotted(path)}]")
        return
    fields = {field.name: field for field in msgspec.structs.fields(struct)}
    unknown = [name for name in values if name not in fields]
    missing = [name for name, field in fields.items() if field.required and name not in values]
    for name in unknown:
        yield _unknown((*path, name), list(fields))
    if missing and not unknown:  # an unknown name is most likely the missing one, misspelled
        what = f"`{_dotted(path)}` lacks `{missing[0]}`"
        yield SettingProblem(path=path, what=what, next="a price needs all of its parts")
    for name, value in values.items():
        if name in fields:
            yield from _in_field(value, fields[name].type, (*path, name))


def _in_field(value: Any, annotation: Any, path: KeyPath) -> Iterator[SettingProblem]:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield from _in_struct(value, annotation, path)
    elif get_origin(annotation) is dict:
        yield from _in_table(value, get_args(annotation)[1], path)
    else:
        yield from _in_value(value, annotation, path)


def _in_table(values: Any, annotation: Any, path: KeyPath) -> Iterator[SettingProblem]:
    """A table with free names: keys of actions, prices of models."""
    if not isinstance(values, dict):
        yield SettingProblem(path=path, what=f"`{_dotted(path)}` must be a table", next=f"write [{_dotted(path)}]")
        return
    for name, value in values.items():
        if path == ("keys",) and name not in BY_ID:
            yield _unknown((*path, name), list(BY_ID))
        else:
            yield from _in_field(value, annotation, (*path, name))


def _in_value(value: Any, annotation: Any, path: KeyPath) -> Iterator[SettingProblem]:
    try:
        msgspec.convert(value, annotation)
    except msgspec.ValidationError:
        what = f"`{_dotted(path)}` must be {type_words(annotation)}, not {kind_words(value)}"
        yield SettingProblem(path=path, what=what)
        return
    wrong = complaint(path, value)
    if wrong is not None:
        yield SettingProblem(path=path, what=f"`{_dotted(path)}` {wrong}")


def _unknown(path: KeyPath, known: list[str]) -> SettingProblem:
    return SettingProblem(path=path, what=f"unknown setting `{_dotted(path)}`", next=_suggest(path[-1], known))


def _suggest(name: str, known: list[str]) -> str:
    """The nearest name in the same table, else in any, else all of the table or the nearest of many."""
    for candidate in difflib.get_close_matches(name, known, n=1):
        return f"did you mean `{candidate}`?"
    elsewhere = {field.name: section for section in _sections() for field in msgspec.structs.fields(section.type)}
    for candidate in difflib.get_close_matches(name, elsewhere, n=1):
        return f"did you mean `{candidate}` in [{elsewhere[candidate].name}]?"
    if len(known) > MOST_NAMES:
        return f"the nearest are {', '.join(difflib.get_close_matches(name, known, n=3, cutoff=0.0))}"
    return f"known here: {', '.join(known)}"


def _sections() -> Iterator[msgspec.structs.FieldInfo]:
    for field in msgspec.structs.fields(Settings):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield field


def _dotted(path: KeyPath) -> str:
    return ".".join(path)
