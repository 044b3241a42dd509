"""The activity log as rows: what happened and which calls were made, with the command that does the same."""

import heapq
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct, structs

from batchtui.engine.calls import Call
from batchtui.engine.live import Notice
from batchtui.present.activity import FAR_TIME_WIDTH, kind_word, log_time, without_word
from batchtui.present.cells import Column, Role, Row, Span, cell
from batchtui.present.clean import clean
from batchtui.present.filtering import matches, parse_filter
from batchtui.present.formats import short_id, size
from batchtui.present.glyphs import Glyphs
from batchtui.present.ordering import Sorting
from batchtui.present.scene import Scene

COLUMNS: Final = (
    Column(key="at", head="TIME", width=9),
    Column(key="actor", head="BY", width=7, goes=3),
    Column(key="verb", head="VERB", width=9, is_lit=True),
    Column(key="text", head="WHAT", width=45, least=12, most=400, cut="end"),
    Column(key="status", head="HTTP", width=4, align="right"),
    Column(key="bytes", head="BYTES", width=7, align="right", goes=2),
    Column(key="took", head="TOOK", width=6, align="right", goes=1),
)
SORTINGS: Final = (
    Sorting("newest", "newest first", "oldest first"),
    Sorting("by", "by who did it", "by who did it, z to a", lambda entry: entry.actor),
    Sorting("verb", "by verb", "by verb, z to a", lambda entry: entry.verb),
    Sorting("status", "highest HTTP status first", "lowest HTTP status first", lambda entry: _status_rank(entry)),
    Sorting("bytes", "most bytes first", "fewest bytes first", lambda entry: _less_bytes(entry)),
    Sorting("took", "slowest first", "quickest first", lambda entry: -entry.call.seconds if entry.call else None),
)
FIELDS: Final = ("by", "verb", "what", "http", "run")

_VERBS: Final = {"GET": "get", "POST": "post", "DELETE": "delete"}
_LONG_ID: Final = re.compile(r"\bmsgbatch_\w{12,}")
VERIFIED: Final = " results verified, "
"""What is collected is verified."""

_LIST: Final = "/v1/messages/batches"


class Entry(Struct, frozen=True, kw_only=True):
    """One line of the log; `id` is the same as long as the line is."""

    id: str
    at: datetime
    actor: str
    verb: str
    role: Role
    text: str
    run: str | None = None
    batch_id: str | None = None
    call: Call | None = None
    command: str = ""
    is_quiet: bool = False
    """A poll that brought nothing new."""
    polls: int = 1
    since: datetime | None = None
    told: str = ""
    """What is said of several polls; else of one its text."""


def _status_rank(entry: Entry) -> int | None:
    """A call without an answer comes before the worst of answers; what is no call has none."""
    return None if entry.call is None else -(entry.call.status or 1000)


def _less_bytes(entry: Entry) -> int | None:
    return None if entry.call is None else -(entry.call.bytes_out or entry.call.bytes_in)


def entries(scene: Scene) -> list[Entry]:
    """Newest first."""
    told = ((entry.at, 1, number, entry) for number, entry in enumerate(_told(scene)))
    called = ((entry.at, 0, number, entry) for number, entry in enumerate(_called(scene)))
    merged = heapq.merge(sorted(told, key=_order), sorted(called, key=_order), key=_order)
    folded = fold_polls(scene, (entry for *_, entry in merged))
    return folded[::-1]


def fold_polls(scene: Scene, found: Iterable[Entry]) -> list[Entry]:
    """A poll on one line with its call, and polls in a row that brought nothing on one line too.

    Such a line keeps the id of the first of them, so that the cursor stays on it while it counts on.
    """
    folded: list[Entry] = []
    for entry in found:
        last = folded[-1] if folded else None
        if entry.verb == "poll" and last is not None and _is_good_list(last):
            entry = structs.replace(entry, call=folded.pop().call)
            last = folded[-1] if folded else None
        if last is not None and last.is_quiet and entry.is_quiet:
            since, polls = last.since or last.at, last.polls + 1
            words = f"nothing new in {polls} polls since {log_time(scene, since)}"
            folded[-1] = structs.replace(entry, id=last.id, polls=polls, since=since, told=words)
        else:
            folded.append(entry)
    return folded


def _is_good_list(entry: Entry) -> bool:
    call = entry.call
    return call is not None and call.method == "GET" and call.path == _LIST and call.status == 200


def _order(item: tuple[datetime, int, int, Entry]) -> tuple[datetime, int, int]:
    return item[:3]


def with_days(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns with room for the days of what is of another day."""
    return tuple(structs.replace(each, width=FAR_TIME_WIDTH) if each.key == "at" else each for each in columns)


def narrowed(found: list[Entry], query: str) -> list[Entry]:
    """Those that match a filter."""
    terms = parse_filter(query, FIELDS)
    return [entry for entry in found if matches(terms, _facts(entry))] if terms else found


def row_of_entry(scene: Scene, entry: Entry) -> Row:
    """One line as a row."""
    call = entry.call
    calm: Role = "dim" if entry.verb in ("poll", "get") else "text"
    failed = call is not None and (call.status is None or call.status >= 400)
    status = "" if call is None else str(call.status or "none")
    return Row(
        id=entry.id,
        joins={} if call is not None else {"text": "took"},  # what was no call has nothing in those columns
        cells={
            "at": cell(log_time(scene, entry.at), "dim"),
            "actor": cell(entry.actor, "text" if entry.actor in ("you", "another") else "dim"),
            "verb": cell(entry.verb, entry.role, bold=True if entry.role == "alert" else None),
            "text": (Span(_shortened(without_word(clean(entry.told or entry.text), entry.verb), scene.glyphs), calm),),
            "status": cell(status, "err" if failed else "dim"),
            "bytes": cell("" if call is None else size(call.bytes_out or call.bytes_in), "dim"),
            "took": cell("" if call is None else _took(call.seconds), "dim"),
        },
    )


def _shortened(text: str, glyphs: Glyphs) -> str:
    """Ids as tables have them, and no word that the verb says."""
    return _LONG_ID.sub(lambda found: short_id(found[0], glyphs), text.replace(VERIFIED, " results, "))


def call_words(entry: Entry) -> str:
    """What the row of a call may have no room for."""
    call = entry.call
    return (
        ""
        if call is None
        else f"HTTP {call.status or 'none'}, {size(call.bytes_out or call.bytes_in)} in {_took(call.seconds)}"
    )


def _took(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s" if seconds < 100 else f"{seconds:.0f} s"


def _told(scene: Scene) -> Iterator[Entry]:
    for number, notice in enumerate(scene.notices):
        word, role = kind_word(notice.event)
        yield Entry(
            id=f"n{notice.seq or -number}",
            at=notice.at,
            actor=notice.actor,
            verb=word,
            role=role,
            text=notice.text,
            run=notice.run,
            batch_id=notice.batch_id,
            command=_command(scene, notice),
            is_quiet=notice.event == "polled" and notice.text.endswith(" 0 changed"),
        )


def _called(scene: Scene) -> Iterator[Entry]:
    for call in scene.calls:
        batch_id = _batch_of(call.path)
        known = scene.state.batches.get(batch_id)
        failed = call.status is None or call.status >= 400
        yield Entry(
            id=f"c{call.at.timestamp()}{call.path}",
            at=call.at,
            actor="engine",
            verb=_VERBS.get(call.method, call.method.lower()),
            role="warn" if failed else "dim",
            text=f"{_what(call.path, batch_id, scene.glyphs)}{': ' + call.why if call.why else ''}",
            run=known.run if known else None,
            batch_id=batch_id or None,
            call=call,
            command=_command_of(call, batch_id),
        )


def _what(path: str, batch_id: str, glyphs: Glyphs) -> str:
    """What a call is about, in fewer cells than its path: the list, a batch, or something of a batch."""
    rest = path.removeprefix(_LIST).lstrip("/").removeprefix(batch_id).lstrip("/")
    if not batch_id:
        return "batches" if path == _LIST else path.removeprefix("/v1/")
    return f"{short_id(batch_id, glyphs)} {rest}".rstrip()


def _batch_of(path: str) -> str:
    return path.removeprefix(_LIST).lstrip("/").partition("/")[0] if path.startswith(_LIST) else ""


def _command_of(call: Call, batch_id: str) -> str:
    """The command that makes the same call."""
    verb = call.path.rpartition("/")[2]
    if call.method == "DELETE":
        return f"batchtui delete {batch_id}"
    if call.method == "POST":
        return f"batchtui cancel {batch_id}" if verb == "cancel" else "batchtui submit FILE"
    if verb == "results":
        return f"batchtui collect {batch_id}"
    return f"batchtui show {batch_id}" if batch_id else "batchtui ls"


def _command(scene: Scene, notice: Notice) -> str:
    """The command that does the same, or shows what it is about."""
    subject = notice.batch_id or (f"{notice.run}#{notice.chunk}" if notice.chunk and notice.run else notice.run)
    run = scene.state.runs.get(notice.run or "")
    match notice.event:
        case "polled" | "connection":
            return "batchtui ls"
        case "canceling" if subject:
            return f"batchtui cancel {subject}"
        case "collected" | "collect_failed" if notice.batch_id:
            return f"batchtui collect {notice.batch_id}"
        case "deleted" if notice.batch_id:
            return f"batchtui delete {notice.batch_id}"
        case "hidden" if notice.batch_id:
            return f"batchtui hide {notice.batch_id}"
        case "chunk_unknown" | "adopted" | "abandoned":
            return "batchtui reconcile"
        case "retry_planned" if run is not None and run.parent:
            return f"batchtui retry {run.parent}"
        case "planned" if run is not None:
            return shlex.join(("batchtui", "submit", *run.inputs, "--name", run.name))
        case "pruned":
            return f"batchtui prune {notice.run}"
        case _:
            return f"batchtui show {subject}" if subject else "batchtui alerts"


def _facts(entry: Entry) -> dict[str, str]:
    status = "" if entry.call is None else str(entry.call.status or "none")
    return {
        "by": entry.actor,
        "verb": entry.verb,
        "what": f"{entry.text} {entry.batch_id or ''}".lower(),
        "http": status,
        "run": (entry.run or "").lower(),
    }
