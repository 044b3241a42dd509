"""One request at a glance: what became of it, what it asked, where it came from."""

from collections.abc import Iterable

from msgspec import Struct

from batchtui.domain.results import Issue
from batchtui.domain.words import chunk_name
from batchtui.present.cells import NOTHING, Cell, Role, cell, cell_width, cut_cell
from batchtui.present.clean import clean
from batchtui.present.errors.gathered import Gathered, Member
from batchtui.present.errors.issue_words import class_in_full, class_role, message_of
from batchtui.present.facts import fact_row
from batchtui.present.formats import exact, short_id
from batchtui.present.glyphs import Glyphs
from batchtui.present.request.summary import RequestSummary
from batchtui.present.stacked import capped, excerpt, section, stacked
from batchtui.present.width import pad, text_width

LABEL_WIDTH = 10
LONG_LABEL_WIDTH = 12
LONG_FROM_LINES = 16
LONG_FROM_WIDTH = 40
WIDE_FROM = 90
"""From here on all facts of where it came from stand in one line."""
LEAST_OTHERS = 2


class Sampled(Struct, frozen=True, kw_only=True):
    """A request to look at, and what became of it; without an issue it succeeded, or has no result yet."""

    run: str
    custom_id: str
    chunk: str = ""
    attempt: int = 1
    issue: Issue | None = None
    why: str = ""
    """What a retry would do with it, and for what reason."""
    batch_id: str | None = None
    is_collected: bool = True


class Sample(Struct, frozen=True, kw_only=True):
    """It, and what is known of what it asked; `missing` says why there is none to show."""

    one: Sampled
    request: RequestSummary | None = None
    file: str = ""
    line: int = 0
    missing: str = ""
    ended: str = ""
    """When its batch ended, in words."""


def sampled(member: Member, gathered: Gathered) -> Sampled:
    """A member of a group."""
    return Sampled(
        run=member.run,
        custom_id=member.custom_id,
        chunk=member.chunk,
        attempt=member.attempt,
        issue=member.issue,
        why=gathered.group.reason,
        batch_id=member.batch_id,
    )


def is_long(width: int, height: int) -> bool:
    """Whether there is room for sections."""
    return width >= LONG_FROM_WIDTH and height >= LONG_FROM_LINES


def sample_lines(sample: Sample, width: int, height: int, glyphs: Glyphs) -> list[Cell]:
    """The sample in the room there is."""
    if not is_long(width, height):
        return [identity(sample, width, glyphs), NOTHING, *_short(sample, width, height - 2, glyphs)]
    has_places = width < WIDE_FROM
    head = identity(sample, width, glyphs, is_brief=has_places)
    return [head, NOTHING, *_long(sample, width, height - 2, glyphs, has_places=has_places)]


def identity(sample: Sample, width: int, glyphs: Glyphs, *, is_brief: bool = False) -> Cell:
    """Whose it is and, unless that is told elsewhere, where it came from, as far as there is room."""
    one, is_wide = sample.one, width >= WIDE_FROM
    request_id = _request_id(one)
    who = (
        cell(clean(one.custom_id), bold=True),
        cell(f"chunk {chunk_name(one.chunk)}" if one.chunk else "started elsewhere", "dim"),
        cell(f"attempt {one.attempt}", "dim"),
    )
    whence = (
        cell(short_id(request_id, glyphs, width=12 if not is_wide else 40)) if request_id else NOTHING,
        cell(_source(sample, is_wide=is_wide), "dim"),
    )
    row = fact_row(who if is_brief else (*who, *whence), width, glyphs)
    ended = cell(f"   ended {sample.ended}", "dim")  # a file's name is cut at its front, a time is not
    fits = sample.ended and is_wide and cell_width((*row, *ended)) <= width
    return (*row, *ended) if fits else row


def others_lines(others: Iterable[Member], more: int, width: int, height: int, glyphs: Glyphs) -> list[Cell]:
    """The members after the one in view, as many as there is room for; nothing where that is hardly any."""
    if height - 2 < LEAST_OTHERS or not more:
        return []
    shown = [member for member, _ in zip(others, range(height - 2), strict=False)]
    id_width = max(text_width(clean(member.custom_id)) for member in shown) + 3
    return [
        NOTHING,
        section("others", f"{exact(more)} more like it", width, glyphs),
        *(_other(member, id_width, width, glyphs) for member in shown),
    ]


def _other(member: Member, id_width: int, width: int, glyphs: Glyphs) -> Cell:
    chunk = f"chunk {chunk_name(member.chunk)}" if member.chunk else ""
    head = (*cell(pad(clean(member.custom_id), id_width)), *cell(pad(chunk, 11), "dim"))
    (message,) = capped(message_of(member.issue), max(1, width - id_width - 11), 1, glyphs, "dim")
    return (*head, *message)


def _source(sample: Sample, *, is_wide: bool) -> str:
    name = clean(sample.file).rsplit("/", 1)[-1]
    if not name:
        return ""
    return f"{name} line {exact(sample.line)}" if is_wide else f"{name}:{sample.line}"


def _request_id(one: Sampled) -> str:
    return clean(one.issue.request_id or "") if one.issue is not None else ""


def _short(sample: Sample, width: int, height: int, glyphs: Glyphs) -> list[Cell]:
    room = width - LABEL_WIDTH
    most = max(1, height - 4)  # class, request, user, why
    lines = _outcome(sample.one, room, most, glyphs)
    left = max(1, height - len(lines) - 1)
    if sample.request is None:
        lines += stacked("request", capped(sample.missing, room, left, glyphs, "dim"), LABEL_WIDTH)
    else:
        user = excerpt(sample.request.user, room, max(1, left - 1), glyphs)
        lines += stacked("request", [_request_facts(sample.request)], LABEL_WIDTH)
        lines += stacked("user", user[:2] if left < 5 else user, LABEL_WIDTH)
    return [*lines, *_why(sample.one, room, glyphs)]


def _outcome(one: Sampled, room: int, most: int, glyphs: Glyphs) -> list[Cell]:
    """What the service said."""
    if one.issue is None:
        said = cell("ok", "ok") if one.is_collected else cell("no result yet", "dim")
        return stacked("result", [said], LABEL_WIDTH)
    message = capped(message_of(one.issue), room, most, glyphs, class_role(one.issue.cls))
    return [
        *stacked("message", message, LABEL_WIDTH),
        *stacked("class", [cell(class_in_full(one.issue.cls))], LABEL_WIDTH),
    ]


def _why(one: Sampled, room: int, glyphs: Glyphs) -> list[Cell]:
    return stacked("why", capped(one.why, room, 2, glyphs, "dim"), LABEL_WIDTH) if one.why else []


def _long(sample: Sample, width: int, height: int, glyphs: Glyphs, *, has_places: bool) -> list[Cell]:
    room = width - LABEL_WIDTH
    lines = [
        *_outcome(sample.one, room, 4, glyphs),
        *_why(sample.one, room, glyphs),
        *(_places(sample, room, glyphs) if has_places else ()),
        NOTHING,
        section("request", "", width, glyphs),
    ]
    if sample.request is None:
        return [
            *lines,
            *stacked("", capped(sample.missing, width - LONG_LABEL_WIDTH, 2, glyphs, "dim"), LONG_LABEL_WIDTH),
        ]
    return [*lines, *request_lines(sample.request, width, max(5, height - len(lines)), glyphs)]


def _places(sample: Sample, room: int, glyphs: Glyphs) -> list[Cell]:
    """Where it came from, where the first line has no room for that."""
    facts: tuple[tuple[str, str, Role], ...] = (
        ("id", _request_id(sample.one), "text"),
        ("from", _source(sample, is_wide=True), "dim"),
        ("ended", sample.ended, "dim"),
    )
    shown = (
        (label, cut_cell(cell(words, role), room, "front", mark=glyphs.cut)) for label, words, role in facts if words
    )
    return [line for label, fact in shown for line in stacked(label, [fact], LABEL_WIDTH)]


def request_lines(request: RequestSummary, width: int, most: int, glyphs: Glyphs) -> list[Cell]:
    """What was asked, shortened to so many lines."""
    room = max(1, width - LONG_LABEL_WIDTH)
    lines = [
        *stacked("model", [cell(clean(request.model) or glyphs.unknown)], LONG_LABEL_WIDTH),
        *stacked("max_tokens", [cell(clean(request.max_tokens) or glyphs.unknown)], LONG_LABEL_WIDTH),
    ]
    if request.system.text:
        share = max(2, (most - len(lines)) // 3)
        lines += stacked("system", excerpt(request.system, room, share, glyphs), LONG_LABEL_WIDTH)
    user = excerpt(request.user, room, max(2, most - len(lines)), glyphs)
    return [*lines, *stacked("user", user, LONG_LABEL_WIDTH)]


def first_lines(request: RequestSummary, width: int, height: int, glyphs: Glyphs) -> list[Cell]:
    """The first request of a plan: its id and what it asks."""
    return [
        *stacked("custom_id", [cell(clean(request.custom_id) or glyphs.unknown, bold=True)], LONG_LABEL_WIDTH),
        *request_lines(request, width, height - 1, glyphs),
    ]


def _request_facts(request: RequestSummary) -> Cell:
    facts = (
        clean(request.model),
        f"max_tokens {clean(request.max_tokens)}" if request.max_tokens else "",
        f"{request.messages} message{'' if request.messages == 1 else 's'}",
    )
    return cell("   ".join(fact for fact in facts if fact))
