"""One member of a group at a glance: what it was told, what it asked, where it came from."""

from datetime import datetime

from msgspec import Struct

from batchtui.domain.triage import Group
from batchtui.domain.words import chunk_name
from batchtui.present.cells import NOTHING, Cell, cell
from batchtui.present.clean import clean
from batchtui.present.fact_row import fact_row
from batchtui.present.formats import exact, second, short_id
from batchtui.present.gathered import Member
from batchtui.present.glyphs import Glyphs
from batchtui.present.issue_words import class_in_full, class_role, message_of
from batchtui.present.request_summary import RequestSummary
from batchtui.present.stacked import capped, excerpt, section, stacked

LABEL_WIDTH = 10
LONG_LABEL_WIDTH = 12
LONG_FROM_LINES = 16
LONG_FROM_WIDTH = 90


class Sample(Struct, frozen=True, kw_only=True):
    """A member and what is known of its request; `missing` says why there is none to show."""

    member: Member
    group: Group
    request: RequestSummary | None = None
    file: str = ""
    line: int = 0
    missing: str = ""
    ended_at: datetime | None = None


def is_long(width: int, height: int) -> bool:
    """Whether there is room for sections."""
    return width >= LONG_FROM_WIDTH and height >= LONG_FROM_LINES


def sample_lines(sample: Sample, width: int, height: int, glyphs: Glyphs) -> list[Cell]:
    """The sample in the room there is."""
    head = [identity(sample, width, glyphs), NOTHING]
    body = _long if is_long(width, height) else _short
    return [*head, *body(sample, width, height - len(head), glyphs)]


def identity(sample: Sample, width: int, glyphs: Glyphs) -> Cell:
    """Whose it is and where it came from, as far as there is room."""
    member, is_wide = sample.member, width >= LONG_FROM_WIDTH
    name = clean(sample.file).rsplit("/", 1)[-1]
    request_id = clean(member.issue.request_id or "")
    facts = (
        cell(clean(member.custom_id), bold=True),
        cell(f"chunk {chunk_name(member.chunk)}" if member.chunk else "started elsewhere", "dim"),
        cell(f"attempt {member.attempt}", "dim"),
        cell(short_id(request_id, glyphs, width=12 if not is_wide else 40)) if request_id else NOTHING,
        cell(f"{name} line {exact(sample.line)}" if is_wide else f"{name}:{sample.line}", "dim") if name else NOTHING,
        cell(f"ended {second(sample.ended_at)}", "dim") if sample.ended_at is not None and is_wide else NOTHING,
    )
    return fact_row(facts, width, glyphs)


def _short(sample: Sample, width: int, height: int, glyphs: Glyphs) -> list[Cell]:
    room = width - LABEL_WIDTH
    most = max(1, height - 4)  # class, request, user, why
    message = capped(message_of(sample.member.issue), room, most, glyphs, class_role(sample.group.cls))
    lines = [
        *stacked("message", message, LABEL_WIDTH),
        *stacked("class", [cell(class_in_full(sample.group.cls))], LABEL_WIDTH),
    ]
    left = max(1, height - len(lines) - 1)
    if sample.request is None:
        lines += stacked("request", capped(sample.missing, room, left, glyphs, "dim"), LABEL_WIDTH)
    else:
        user = excerpt(sample.request.user, room, max(1, left - 1), glyphs)
        lines += stacked("request", [_request_facts(sample.request)], LABEL_WIDTH)
        lines += stacked("user", user[:2] if left < 5 else user, LABEL_WIDTH)
    return [*lines, *stacked("why", [cell(sample.group.reason, "dim")], LABEL_WIDTH)]


def _long(sample: Sample, width: int, height: int, glyphs: Glyphs) -> list[Cell]:
    message = capped(message_of(sample.member.issue), width - LABEL_WIDTH, 4, glyphs, class_role(sample.group.cls))
    lines = [
        *stacked("message", message, LABEL_WIDTH),
        *stacked("class", [cell(class_in_full(sample.group.cls))], LABEL_WIDTH),
        *stacked("why", [cell(sample.group.reason, "dim")], LABEL_WIDTH),
        NOTHING,
        section("request", "", width, glyphs),
    ]
    return [*lines, *_request_lines(sample, width - LONG_LABEL_WIDTH, max(5, height - len(lines)), glyphs)]


def _request_lines(sample: Sample, room: int, most: int, glyphs: Glyphs) -> list[Cell]:
    request = sample.request
    if request is None:
        return stacked("", capped(sample.missing, room, 2, glyphs, "dim"), LONG_LABEL_WIDTH)
    lines = [
        *stacked("model", [cell(clean(request.model) or glyphs.unknown)], LONG_LABEL_WIDTH),
        *stacked("max_tokens", [cell(clean(request.max_tokens) or glyphs.unknown)], LONG_LABEL_WIDTH),
    ]
    if request.system.text:
        lines += stacked("system", excerpt(request.system, room, 2, glyphs), LONG_LABEL_WIDTH)
    user = excerpt(request.user, room, max(2, most - len(lines)), glyphs)
    return [*lines, *stacked("user", user, LONG_LABEL_WIDTH)]


def _request_facts(request: RequestSummary) -> Cell:
    facts = (
        clean(request.model),
        f"max_tokens {clean(request.max_tokens)}" if request.max_tokens else "",
        f"{request.messages} message{'' if request.messages == 1 else 's'}",
    )
    return cell("   ".join(fact for fact in facts if fact))
