"""The list of everything that needs somebody: what kind of thing, about what, and whether it was put aside."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from batchtui.domain.alert import Alert, AlertKind
from batchtui.domain.alerts import is_seen
from batchtui.domain.submission import Submission
from batchtui.present.alert_words import alert_words
from batchtui.present.cells import Cell, Column, Role, Row, Span, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.filtering import matches, parse_filter
from batchtui.present.lines import wrap_cell
from batchtui.present.ordering import Sorting
from batchtui.present.preview.picture import picture_lines
from batchtui.present.preview.preview import preview_lines
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection, of_batch, of_run, of_unsure
from batchtui.present.views import BatchView, RunView
from batchtui.present.width import head_of, text_width

STATE: Final = "state"
COLUMNS: Final = (
    Column(key="kind", head="KIND", width=9, is_lit=True),
    Column(key="text", head="WHAT NEEDS YOU", width=40, least=20, most=400, cut="end"),
    Column(key=STATE, head="STATE", width=10, goes=1),
)
SORTINGS: Final = (
    Sorting("urgency", "money and loss first", "money and loss last"),
    Sorting("kind", "by kind", "by kind, z to a", lambda alert: KIND_WORDS[alert.kind]),
    Sorting("run", "by run", "by run, z to a", lambda alert: alert.run),
    Sorting("text", "by words", "by words, z to a", lambda alert: alert.text),
)
FIELDS: Final = ("kind", "run", "id", "is")

KIND_WORDS: Final[Mapping[AlertKind, str]] = {
    AlertKind.BAD_RESULTS: "bad",
    AlertKind.EXPIRY: "expiry",
    AlertKind.RESULTS_VANISH: "vanishing",
    AlertKind.ERROR_SHARE: "errors",
    AlertKind.UNSURE: "unsure",
    AlertKind.BUDGET: "budget",
    AlertKind.RUN_BUDGET: "budget",
    AlertKind.CANCELING_LONG: "stopping",
    AlertKind.LINK: "link",
    AlertKind.STRANGER: "elsewhere",
    AlertKind.HELD: "held",
    AlertKind.PILOT: "waits",
    AlertKind.COLLECT: "results",
    AlertKind.LATE: "late",
    AlertKind.UNREADABLE: "unread",
    AlertKind.SMALLER_SPLIT: "too large",
    AlertKind.RETRY_DECLINED: "not again",
    AlertKind.SAME_GROUP: "recurring",
    AlertKind.TURNED_UP: "goes on",
    AlertKind.NEVER_ACCEPTED: "refused",
    AlertKind.LIMITED: "limited",
    AlertKind.OTHER_FILE: "wrong file",
    AlertKind.GONE: "gone",
}


_HELPS: Final[Mapping[AlertKind, tuple[str, str]]] = {
    AlertKind.BAD_RESULTS: ("errors", "shows what went wrong, grouped"),
    AlertKind.ERROR_SHARE: ("errors", "shows what went wrong so far"),
    AlertKind.SAME_GROUP: ("errors", "shows the group: its input, or the account, not chance"),
    AlertKind.EXPIRY: ("timeline", "shows what is still out; what expires can be sent again"),
    AlertKind.RESULTS_VANISH: ("collect", "collects them now"),
    AlertKind.COLLECT: ("collect", "tries again"),
    AlertKind.UNSURE: ("settle", "settles it"),
    AlertKind.STRANGER: ("settle", "adopts it into a run, or hides it"),
    AlertKind.HELD: ("retry", "plans to let it go on"),
    AlertKind.PILOT: ("retry", "shows its figures and asks for the rest"),
    AlertKind.RUN_BUDGET: ("hold", "sends nothing more of it"),
    AlertKind.LATE: ("timeline", "shows it beside the others"),
    AlertKind.CANCELING_LONG: ("refresh", "asks the service again"),
    AlertKind.GONE: ("refresh", "asks the service again"),
    AlertKind.UNREADABLE: ("activity", "tells what happened to it"),
    AlertKind.SMALLER_SPLIT: ("command", "takes the command that halves it"),
    AlertKind.RETRY_DECLINED: ("retry", "plans it"),
    AlertKind.NEVER_ACCEPTED: ("retry", "plans to send it once more"),
    AlertKind.OTHER_FILE: ("command", "takes the command that gives it the right one"),
    AlertKind.LIMITED: ("planner", "shows what waits, and when it would go"),
}


def what_helps(kind: AlertKind, label: Callable[[str], str]) -> str:
    """The key that leads on from where an alert is about, and what it does there."""
    action_id, words = _HELPS.get(kind, ("activity", "tells what happened"))
    return f"{label(action_id)} {words}"


def shown(scene: Scene, query: str) -> list[Alert]:
    """Those that match, what was put aside last."""
    terms = parse_filter(query, FIELDS)
    found = [alert for alert in scene.standing_alerts if matches(terms, _facts(scene, alert))]
    return sorted(found, key=lambda alert: is_seen(scene.state, alert, scene.now))


def row_of_alert(scene: Scene, alert: Alert) -> Row:
    """One alert as a row; its id is its key."""
    is_aside = is_seen(scene.state, alert, scene.now)
    role: Role = "dim" if is_aside else "text"
    sign = None if is_aside else Span(scene.glyphs.alert, "alert", True)
    return Row(
        id=alert.key,
        sign=sign,
        cells={
            "kind": cell(KIND_WORDS[alert.kind], "dim" if is_aside else "alert"),
            "text": cell(clean(alert_words(alert, scene.zone)), role),
            "state": cell("put aside" if is_aside else "", "dim"),
        },
    )


def about(alert: Alert) -> Selection | None:
    """What an alert is about; None for the link and the budget."""
    if alert.submission is not None:
        return of_unsure(alert.submission)
    if alert.run is not None:
        return of_run(alert.run)
    return of_batch(alert.batch_id) if alert.batch_id is not None else None


def view_of(scene: Scene, alert: Alert) -> RunView | BatchView | Submission | None:
    """What an alert is about, as it is shown beside a list."""
    state, selected = scene.state, about(alert)
    if selected is None:
        return None
    if selected.kind == "unsure":
        return state.submissions.get(selected.id)
    if selected.kind == "run":
        return scene.views.run(state.runs[selected.id]) if selected.id in state.runs else None
    known = state.batches.get(selected.id)
    return scene.views.batch(known) if known is not None else None


def rest_of(text: str, width: int, mark: str) -> str:
    """What a column has no room for of an alert's words, whole words of it; empty where it has room for all."""
    if text_width(text) <= width:
        return ""
    shown = head_of(text, width - text_width(mark))
    return f"{mark}{text[shown.rfind(' ') + 1 :]}"


def beside_lines(scene: Scene, alert: Alert, width: int, rows: int) -> list[Cell]:
    """The alert whole, what helps being said below, then what it is about, with its picture where rows are left."""
    lines, view = list(_about_lines(scene, alert, width)), view_of(scene, alert)
    if isinstance(view, RunView):
        lines += picture_lines(scene, view, width, rows - len(lines))
    return lines


def _about_lines(scene: Scene, alert: Alert, width: int) -> Iterator[Cell]:
    role: Role = "dim" if is_seen(scene.state, alert, scene.now) else "alert"
    yield from wrap_cell(cell(clean(alert_words(alert, scene.zone)), role), width)
    view = view_of(scene, alert)
    if view is not None:
        yield ()
        for line in preview_lines(scene, view, width, told=alert):
            yield from wrap_cell(line, width) if cell_width(line) > width else (line,)


def empty(query: str) -> tuple[Cell, ...]:
    """Instead of rows."""
    if query.strip():
        return ((), cell(f"Nothing matches {query.strip()}.", bold=True), cell("esc shows all again", "dim"))
    return ((), cell("Nothing needs you.", bold=True))


def aside_count(scene: Scene, found: Sequence[Alert]) -> int:
    """How many of them somebody put aside."""
    return sum(is_seen(scene.state, alert, scene.now) for alert in found)


def _facts(scene: Scene, alert: Alert) -> dict[str, str]:
    return {
        "kind": KIND_WORDS[alert.kind],
        "run": (alert.run or "").lower(),
        "id": (alert.batch_id or alert.submission or "").lower(),
        "is": "aside" if is_seen(scene.state, alert, scene.now) else "alert",
        "text": alert_words(alert, scene.zone).lower(),
    }
