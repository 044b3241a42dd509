"""Lines of a retry's plan: how many of which class, and why they are in it or not."""

from msgspec import Struct

from batchtui.domain.issues.triage import SET_SO, Overrides, Verdict, verdict
from batchtui.domain.retry import ASIDE, Skip
from batchtui.present.cells import NOTHING, Cell, Role, Span
from batchtui.present.clean import clean
from batchtui.present.errors.issue_words import class_word
from batchtui.present.formats import exact
from batchtui.present.width import pad

COUNT_WIDTH = 5
CLASS_WIDTH = 18
WORDS_AT = COUNT_WIDTH + 2 + CLASS_WIDTH


class Part(Struct, frozen=True):
    """A line of the plan's first two rows."""

    number: int
    cls: str
    words: str
    role: Role = "text"
    key: str = ""
    """A key named behind the words."""
    where: str = ""
    """Where that key is, if it is not on this page."""


def total_cell(number: int, words: str) -> Cell:
    """The sum above the parts."""
    return (Span(f"{exact(number):>{COUNT_WIDTH}}", bold=True), Span(f"  {words}", "dim"))


def part_cell(part: Part) -> Cell:
    """How many, of which class, and words that go on at `WORDS_AT`."""
    number = Span(f"{exact(part.number):>{COUNT_WIDTH}}", part.role)
    name = Span(f"  {pad(class_word(part.cls, CLASS_WIDTH - 1), CLASS_WIDTH)}", "text")
    return (number, name, Span(part.words, "dim"), *_key(part))


def _key(part: Part) -> Cell:
    if not part.key:
        return NOTHING
    where = (Span(f" {part.where}", "dim"),) if part.where else ()
    return (Span(" "), Span(part.key, "warn", True), *where)


def folded(parts: list[Part], rows: int) -> list[Part]:
    """The first ones, and one that stands for all others."""
    if len(parts) <= rows:
        return parts
    kept, rest = parts[: max(0, rows - 1)], parts[max(0, rows - 1) :]
    return [*kept, Part(sum(part.number for part in rest), f"{len(rest)} more", "", "dim")]


def skip_part(entry: Skip, rules: Overrides, where: str = "") -> Part:
    """The engine's reason in the words and keys of the dashboard.

    Args:
        where: the page that marks and edits, if it is another one.
    """
    reason = clean(entry.reason)
    cls, colon, rest = reason.partition(": ")
    if not colon or " " in cls:
        return Part(entry.requests, reason, "", "dim")
    if rest.startswith("not among"):
        return Part(entry.requests, cls, "not marked", "dim")
    if rest.startswith(ASIDE):
        how = f"mark it {where}" if where else "sent only when it is marked"
        return Part(entry.requests, cls, f"put aside: {how}", "dim")
    decision, why = verdict(cls, rules)
    so = f", {SET_SO}" if cls in rules else ""
    match decision:
        case Verdict.EDIT:
            return Part(entry.requests, cls, f"needs an edit first{so}:", "dim", "E", where)
        case Verdict.ASK:
            when = f"marked {where}" if where else "it is marked"
            return Part(entry.requests, cls, f"sent only when {when}{so}", "dim")
        case Verdict.REFUSE | Verdict.RESEND:
            return Part(entry.requests, cls, why.partition(", then use")[0], "dim")
