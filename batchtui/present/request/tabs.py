"""What the tabs of the inspector hold, as lines."""

from collections.abc import Callable
from datetime import datetime
from itertools import accumulate

from batchtui.domain.results import Outcome
from batchtui.domain.words import chunk_name
from batchtui.present.cells import NOTHING, Cell, Role, Span, cell, cell_width, cut_cell
from batchtui.present.clean import clean
from batchtui.present.errors.issue_words import class_in_full, class_role, class_word, message_of, verdict_cell
from batchtui.present.errors.sample import request_lines
from batchtui.present.facts import fact_row
from batchtui.present.formats import exact, short_id, size
from batchtui.present.glyphs import Glyphs
from batchtui.present.request.inspected import FoundAttempt, Inspected
from batchtui.present.request.usage import cost_words, token_words
from batchtui.present.stacked import section, stacked
from batchtui.present.width import pad, text_width
from batchtui.present.wrap import without_last_blanks, wrap, wrap_offsets

MOST_BYTES = 200_000
"""Of a line as it was sent; a pager shows the rest."""

LABEL_WIDTH = 12
BATCH_WIDTH = 18
ENDED_WIDTH = 18
MOST_ASKED = 24
"""Lines of what was asked; the next tab has all of it."""
Moment = Callable[[datetime], str]
"""How a time is said: its minute and its day."""
NOT_HERE = "not here: the body was pruned, or the batch was started elsewhere"
NO_RESULT = "no result on disk yet"

TABS = ("error", "request", "response", "attempts", "raw")


def tab_cell(names: tuple[str, ...], numbers: tuple[int, ...], opened: int) -> Cell:
    """The tabs for the upper border; the open one stands out, and none moves when another is opened."""
    spans: list[Span] = []
    for number in numbers:
        gap, name = " " if spans else "", names[number - 1]
        if number == opened:
            spans.append(Span(f"{gap}{number} {name} ", "background", True, "head"))
        else:
            spans += (
                Span(f"{gap}{number}", "head", True),
                Span(f" {name}{' ' if number != numbers[-1] else ''}", "dim"),
            )
    return tuple(spans)


def tab_names(inspected: Inspected | None) -> tuple[str, ...]:
    """The first tab is the error, or the answer of what succeeded."""
    has_answer = inspected is not None and inspected.listed.issue is None and bool(inspected.answer)
    return ("answer", *TABS[1:]) if has_answer else TABS


def identity_cell(inspected: Inspected, width: int, glyphs: Glyphs) -> Cell:
    """Whose request it is and where it came from."""
    listed, newest = inspected.listed, inspected.newest
    request_id = clean(listed.issue.request_id) if listed.issue and listed.issue.request_id else ""
    facts = [cell(clean(listed.custom_id), bold=True)]
    if request_id:
        facts.append(cell(request_id if width > 90 else short_id(request_id, glyphs, width=12)))
    if newest is not None:
        chunk = f"chunk {chunk_name(newest.chunk)}" if newest.chunk else "started elsewhere"
        facts += [cell(chunk, "dim"), cell(f"attempt {inspected.number}", "dim")]
        if newest.request is not None and newest.request.file:
            name = clean(newest.request.file).rsplit("/", 1)[-1]
            line = newest.request.line_number
            facts.append(cell(f"{name} line {exact(line)}" if width > 90 else f"{name}:{line}", "dim"))
    return fact_row(facts, width, glyphs)


def result_lines(inspected: Inspected, width: int, glyphs: Glyphs, said: Moment) -> list[Cell]:
    """Tab 1: what became of it, why, and where that is written."""
    issue = inspected.listed.issue
    lines: list[Cell] = []
    if issue is not None:
        role = class_role(issue.cls)
        lines += stacked("result", [cell(class_in_full(issue.cls), role, bold=True)], LABEL_WIDTH)
        lines += _wrapped("message", message_of(issue), width, role)
        lines += _advice(inspected)
    elif inspected.newest is None or inspected.newest.result is None:
        lines += stacked("result", [cell(NO_RESULT, "dim")], LABEL_WIDTH)
    else:
        lines += stacked("result", [_type_cell(inspected.newest)], LABEL_WIDTH)
    lines += [NOTHING, *_places(inspected, width, glyphs, said), *_usage(inspected)]
    if inspected.summary is not None and not inspected.answer:
        asked = request_lines(inspected.summary, width, MOST_ASKED, glyphs)
        lines += [NOTHING, section("request", "", width, glyphs), *asked]
    if inspected.answer:
        lines += [NOTHING, *_wrapped("answer", clean(inspected.answer, multiline=True), width, "text")]
    return lines


def _advice(inspected: Inspected) -> list[Cell]:
    advice = inspected.advice
    if advice is None:
        return []
    word = cell("no", "dim") if advice.is_settled else verdict_cell(advice.verdict)
    return stacked("retry?", [(*word, Span(f"   {clean(advice.reason)}", "dim"))], LABEL_WIDTH)


def _type_cell(attempt: FoundAttempt) -> Cell:
    """The result's own word; only the one for success is taken for it."""
    line = attempt.line
    kind = clean(line.result.type) if line is not None else "unreadable"
    return cell(kind, "ok" if kind == Outcome.SUCCEEDED else "alert", bold=True)


def _wrapped(label: str, text: str, width: int, role: Role) -> list[Cell]:
    return stacked(label, (cell(line, role) for line in wrap(text, width - LABEL_WIDTH)), LABEL_WIDTH)


def _places(inspected: Inspected, width: int, glyphs: Glyphs, said: Moment) -> list[Cell]:
    issue, newest = inspected.listed.issue, inspected.newest
    facts: list[tuple[str, str]] = [("request id", clean(issue.request_id) if issue and issue.request_id else "")]
    if newest is not None:
        facts += [
            ("batch", clean(newest.batch_id or "")),
            ("run", clean(newest.run)),
            ("chunk", f"{chunk_name(newest.chunk)}, attempt {inspected.number}" if newest.chunk else ""),
            ("ended", said(newest.ended_at) if newest.ended_at else ""),
        ]
        if newest.request is not None:
            facts.append(("from", f"{clean(newest.request.file)} line {exact(newest.request.line_number)}"))
    room = max(1, width - LABEL_WIDTH)  # of a path the file and the line matter most
    kept = ((label, cut_cell(cell(value), room, "front", mark=glyphs.cut)) for label, value in facts if value)
    return [line for label, value in kept for line in stacked(label, [value], LABEL_WIDTH)]


def _usage(inspected: Inspected) -> list[Cell]:
    usage = inspected.usage
    if usage is None:
        return []
    return [
        *stacked("tokens", [cell(token_words(usage))], LABEL_WIDTH),
        *stacked("cost", [cell(cost_words(usage, inspected.cost_usd))], LABEL_WIDTH),
    ]


def attempt_lines(inspected: Inspected, width: int, glyphs: Glyphs, said: Moment) -> list[Cell]:
    """Tab 4: every attempt, oldest first; what became of it stays whole where its batch would cut it."""
    run_width = max([4, *(text_width(clean(attempt.run)) for attempt in inspected.attempts)]) + 2
    room = width - (5 + run_width + 7)
    results = [_outcome(attempt, inspected, room) for attempt in inspected.attempts]
    room -= max([6, *map(cell_width, results)])
    batch_width = BATCH_WIDTH if room >= BATCH_WIDTH else 0
    ended_width = ENDED_WIDTH if room >= BATCH_WIDTH + ENDED_WIDTH else 0
    where = f"{'BATCH'[:batch_width]:<{batch_width}}{'ENDED'[:ended_width]:<{ended_width}}"
    head = f"{'TRY':<5}{'RUN':<{run_width}}{'CHUNK':<7}{where}RESULT"
    lines: list[Cell] = [cell(head, "dim")]
    numbers = accumulate(int(attempt.is_sent) for attempt in inspected.attempts)
    for attempt, number, result in zip(inspected.attempts, numbers, results, strict=True):
        count = str(number) if attempt.is_sent else glyphs.unknown
        batch = clean(attempt.batch_id or glyphs.unknown)
        short = batch if len(batch) <= 16 else f"{batch[:13]}{glyphs.cut}{batch[-2:]}"
        lines.append(
            (
                Span(f"{count:<5}", "text"),
                Span(pad(clean(attempt.run), run_width), "text"),
                Span(f"{chunk_name(attempt.chunk):<7}", "dim"),
                Span(f"{short:<{BATCH_WIDTH}}"[:batch_width], "dim"),
                Span(f"{said(attempt.ended_at) if attempt.ended_at else '':<{ENDED_WIDTH}}"[:ended_width], "dim"),
                *result,
            )
        )
    return lines


def _outcome(attempt: FoundAttempt, inspected: Inspected, room: int) -> Cell:
    line = attempt.line
    if not attempt.is_sent:
        return cell("not sent", "dim")
    if line is None:
        return cell("no result yet" if not attempt.is_collected else "no result", "dim")
    if line.result.error is not None and line.result.error.error is not None:
        cls = line.result.error.error.type
        return cell(class_word(cls, room), class_role(cls))
    issue = inspected.listed.issue
    if attempt is inspected.newest and issue is not None:
        return cell(class_word(issue.cls, room), class_role(issue.cls))
    return cell("ok", "ok") if line.result.type == "succeeded" else cell(clean(line.result.type), "err")


def raw_tab_lines(inspected: Inspected, width: int) -> list[Cell]:
    """Tab 5: the lines themselves."""
    newest = inspected.newest
    request = newest.request.line if newest is not None and newest.request is not None else None
    return [
        *raw_lines("request, as it was sent", request, NOT_HERE, width),
        *raw_lines("result, as it was received", newest.result if newest else None, NO_RESULT, width),
    ]


def raw_lines(title: str, source: bytes | None, missing: str, width: int) -> list[Cell]:
    """A heading and the bytes below it."""
    if source is None:
        return [cell(title, "dim"), cell(missing, "dim"), NOTHING]
    text = clean(source[:MOST_BYTES].decode("utf-8", "replace"))
    lines = [without_last_blanks(cell(text[start:end])) for start, end in wrap_offsets(text, width, width)]
    if len(source) > MOST_BYTES:
        lines.append(
            (Span(f"{size(len(source) - MOST_BYTES)} more: ", "dim"), Span("o", "head"), Span(" pager", "dim"))
        )
    return [(Span(title, "dim"), Span(f"  {size(len(source))}", "dim")), *lines, NOTHING]
