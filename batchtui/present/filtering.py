"""What is typed after `/`: words that all have to match, `field:value` for one field, `!word` for what must not."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct


class Term(Struct, frozen=True, kw_only=True):
    """One word of a filter; without a field it is looked for in all of them."""

    value: str
    field: str = ""
    is_not: bool = False

    def matches(self, facts: Mapping[str, str]) -> bool:
        """Whether a row with these facts, all in lower case, satisfies it."""
        return self._is_in(facts) != self.is_not

    def _is_in(self, facts: Mapping[str, str]) -> bool:
        if self.field:
            return self.value in facts.get(self.field, "")
        return any(self.value in text for text in facts.values())


def parse_filter(text: str, fields: tuple[str, ...]) -> tuple[Term, ...]:
    """The terms of a filter; what looks like a field but is none is an ordinary word."""
    return tuple(_term(word, fields) for word in text.lower().split() if word.strip("!"))


def unknown_fields(text: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    """What stands like a field in a filter and is none, so that it was looked for as an ordinary word."""
    words = (word.removeprefix("!").partition(":") for word in text.lower().split())
    return tuple(
        dict.fromkeys(
            name
            for name, colon, value in words
            if colon and name and value and not _term(f"{name}:{value}", fields).field
        )
    )


def matches(terms: tuple[Term, ...], facts: Mapping[str, str]) -> bool:
    """Whether a row has everything that was asked for."""
    return all(term.matches(facts) for term in terms)


def completed(text: str, fields: tuple[str, ...], values: Mapping[str, Iterable[str]]) -> str:
    """The filter with its last word completed as far as that is clear: a field's name, or a value of one.

    Args:
        values: what each field holds in some row, in lower case; several words in one value stand for themselves.
    """
    head, blank, last = text.rpartition(" ")
    mark = "!" if last.startswith("!") else ""
    name, colon, begun = last.removeprefix("!").partition(":")
    if colon:
        known = {word for value in values.get(name, ()) for word in value.split()}
        found = sorted(word for word in known if word.startswith(begun.lower()))
        return f"{head}{blank}{mark}{name}:{_shared(found)}" if begun and found else text
    found = sorted(field for field in fields if name and field.startswith(name.lower()))
    if not found:
        return text
    whole = f"{found[0]}:" if len(found) == 1 else _shared(found)
    return f"{head}{blank}{mark}{whole}"


def _shared(found: Sequence[str]) -> str:
    """As much as all of them begin with."""
    first, final = found[0], found[-1]
    end = next((place for place, (a, b) in enumerate(zip(first, final, strict=False)) if a != b), len(first))
    return first[:end]


def _term(word: str, fields: tuple[str, ...]) -> Term:
    is_not = word.startswith("!")
    word = word.removeprefix("!")
    name, colon, value = word.partition(":")
    if colon and value:
        near = [field for field in fields if field.startswith(name)]
        if len(near) == 1 or name in fields:
            return Term(value=value, field=name if name in fields else near[0], is_not=is_not)
    return Term(value=word, is_not=is_not)
