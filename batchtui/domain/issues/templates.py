"""The template of a message: its words with every particular replaced, so that messages of one kind share it.

Digits become zeros first, so no value can decide about a template; only then is anything looked for. What makes each
message another one (quoted text, ids) goes next, and what that leaves has few forms: the rest is worked out once each.
"""

import re
from functools import lru_cache

from batchtui.domain.issues.template_rules import first_rules, second_rules

LONGEST_READ = 4_000
"""Of a longer message only so much is looked at."""
LONGEST_TEMPLATE = 500
MOST_PASSES = 6
"""Replacing goes on until nothing changes, which two or three passes bring about."""
FORMS_KEPT = 20_000

_DIGIT = re.compile(r"\d")
_ZEROS = str.maketrans("123456789", "000000000")
_WHOLLY_QUOTED = re.compile(r"\"((?:\\.|[^\"\\])+)\"|'((?:\\.|[^'\\])+)'|`([^`]+)`|“([^”]+)”")
_ERROR_OBJECT = re.compile(r"[\"'](?:error|detail|details|errors)[\"'] ?:|_error\b")
_INNER_MESSAGE = re.compile(r"[\"']message[\"'] ?: ?(?:\"((?:\\.|[^\"\\])*)(?:\"|$)|'((?:\\.|[^'\\])*)(?:'|$))")


def template(message: str) -> str:
    """The message with numbers, quoted strings, ids, model names, indices and paths replaced; idempotent."""
    return _settled(_without_particulars(message))


def _without_particulars(message: str) -> str:
    """What is left once digits are zeros and quoted text, objects and ids are gone: the same for thousands."""
    text = " ".join(message[:LONGEST_READ].split())
    text = text.translate(_ZEROS) if text.isascii() else _DIGIT.sub("0", text)
    text = _without_objects(_unquoted(text))
    for pattern, replacement in first_rules():
        text = pattern.sub(replacement, text)
    return text


@lru_cache(maxsize=FORMS_KEPT)
def _settled(text: str) -> str:
    """The rules once more until they find nothing, so that a template is its own template."""
    for _ in range(MOST_PASSES):
        replaced = _without_particulars(text)
        for pattern, replacement in second_rules():
            replaced = pattern.sub(replacement, replaced)
        replaced = replaced[:LONGEST_TEMPLATE].rstrip()
        if replaced == text:
            break
        text = replaced
    return text


def _unquoted(text: str) -> str:
    """A message that is one quoted string says what is in the quotes."""
    whole = _WHOLLY_QUOTED.fullmatch(text)
    return text if whole is None else next(filter(None, whole.groups()))


def _without_objects(text: str) -> str:
    """JSON, or what a language prints for it, becomes a word; of an error's object its message is kept."""
    if "{" not in text:
        return text
    parts: list[str] = []
    end = 0
    for begin, after in _objects(text):
        parts += [text[end:begin], _object(text[begin:after])]
        end = after
    return "".join([*parts, text[end:]])


def _objects(text: str) -> list[tuple[int, int]]:
    """Where outermost braces open and close; one that a cut left open reaches to the end."""
    found: list[tuple[int, int]] = []
    depth = begin = 0
    for brace in re.finditer(r"[{}]", text):
        if brace.group() == "{":
            begin = begin if depth else brace.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                found.append((begin, brace.end()))
    return [*found, (begin, len(text))] if depth else found


def _object(text: str) -> str:
    if not re.match(r"\{ ?[\"'][^\"']*[\"'] ?:", text):
        return text  # braces of another kind, as in a pattern
    inner = _INNER_MESSAGE.search(text) if _ERROR_OBJECT.search(text) else None
    return "<json>" if inner is None else next(filter(None, inner.groups()), "<json>")
