"""What a list says while it has no rows: nothing there, nothing left by a filter, nothing known yet."""

from collections.abc import Callable, Iterator, Sequence

from batchtui.domain.link import LinkState
from batchtui.present.cells import NOTHING, Cell, Role, Span, blanks, cell, cut_cell
from batchtui.present.filtering import unknown_fields
from batchtui.present.scene import Scene
from batchtui.present.wrap import wrap

INDENT = 4
_KEY_WIDTH, _WHAT_WIDTH = 9, 24
_COURSE = (
    ("plan", "cost, chunks, duplicates, budget: all shown before anything is sent"),
    ("send", "y sends it; above a threshold the request count is typed first"),
    ("wait", "it is polled here, and can be left alone: batches run there"),
    ("results", "downloaded and verified as soon as a batch has ended"),
    ("errors", "e groups what did not succeed, R plans what can be sent again"),
)
"""How a run goes, for who has not seen one."""

_RULE_CELLS = 64


def empty_lines(
    scene: Scene,
    *,
    query: str,
    only_needing: bool,
    total: int,
    words: str,
    fields: tuple[str, ...],
    key: str,
    folder: str,
    width: int,
    height: int,
    label: Callable[[str], str],
) -> tuple[Cell, ...]:
    """The lines instead of rows.

    Args:
        total: how many things there would be without filter, which words name.
        fields: what a word of the filter can be about.
        key: where the key comes from, in words.
        label: the key of an action as it is bound now.
    """
    if total and query.strip():
        then = (f"{_there(total, words)}; {label('back')} shows them again.", "", *_filter_words(query, fields))
        return _narrowed(f"Nothing matches {query.strip()}.", then, width)
    if total and only_needing:
        return _narrowed(
            "Nothing needs you.", (f"{_there(total, words)}; {label('attention')} shows them again.",), width
        )
    if is_nothing_known(scene):
        return _narrowed("Nothing is known yet.", ("The first answer of the service fills this page.",), width)
    return _first_run(scene, (("key", key), ("account", account(scene)), ("folder", folder)), width, height, label)


def is_nothing_known(scene: Scene) -> bool:
    """Before the first answer: that there is nothing is no fact yet."""
    is_waiting = scene.live.link.state in (LinkState.CACHED, LinkState.STARTING)
    return is_waiting and not scene.state.has_read_list


def _filter_words(query: str, fields: tuple[str, ...]) -> Iterator[str]:
    """What can be typed, where what was typed finds nothing."""
    unknown = unknown_fields(query, fields)
    if unknown:
        yield f"There is no field {', '.join(unknown)} to look in: it was looked for as a word."
    yield f"A word can name what it is about: {' '.join(f'{field}:' for field in fields)}"
    yield "With ! before it, rows without it are shown."


def _there(total: int, words: str) -> str:
    return f"{total:,} {words} are there" if total > 1 else f"1 {words.removesuffix('s')} is there"


def _narrowed(what: str, then: Sequence[str], width: int) -> tuple[Cell, ...]:
    lines = (cell(what, bold=True), *(cell(line, "dim") for words in then for line in wrap(words, _room(width))))
    return ((), (), *(_at(line, width) for line in lines))


def _first_run(
    scene: Scene, facts: Sequence[tuple[str, str]], width: int, height: int, label: Callable[[str], str]
) -> tuple[Cell, ...]:
    """That there is nothing, what can be done, and whose account this is."""
    where = "This API Workspace has none, from here or elsewhere."
    link = scene.live.link.state
    if link is LinkState.NOT_AUTHORIZED:
        where = "The service did not accept the key: see below."
    elif link is LinkState.OFFLINE:
        where = "None is on disk, and the service cannot be reached just now."
    glyphs = scene.glyphs
    rule = _at(cell(glyphs.horizontal * min(_RULE_CELLS, _room(width)), "rule"), width)
    lines = _fitted(
        [_at(line, width) for line in (cell("No batches yet.", bold=True), *map(cell, wrap(where, _room(width))))],
        list(_ways(width, label)),
        [_at(_fact(label, words, width, glyphs.cut), width) for label, words in facts],
        rule,
        height,
    )
    course = [_at(_fact(label, words, width, glyphs.cut), width) for label, words in _COURSE]
    return (*lines, NOTHING, rule, *course) if len(lines) + 2 + len(course) < height else lines


def _ways(width: int, label: Callable[[str], str]) -> Iterator[Cell]:
    """What there is to do; where a reason does not fit, all do without."""
    ways: tuple[tuple[str, Role, str, str], ...] = (
        (label("submit"), "warn", "submit a request file", "opens a plan, sends nothing yet"),
        (f"{label('command')}check", "head", "check a file", "every problem and its line, no key"),
        (f"{label('command')}demo", "head", "look around in a demo", "a simulated API, no key, no cost"),
        (label("help"), "head", "all keys", "searchable"),
    )
    has_reasons = _KEY_WIDTH + _WHAT_WIDTH + max(len(why) for *_, why in ways) <= _room(width)
    for name, role, what, why in ways:
        reason = Span(why, "dim") if has_reasons else Span("")
        yield _at((Span(f"{name:<{_KEY_WIDTH}}", role, True), Span(f"{what:<{_WHAT_WIDTH}}"), reason), width)


def _fact(label: str, words: str, width: int, mark: str) -> Cell:
    value = cut_cell(cell(words), max(1, _room(width) - _KEY_WIDTH), "front", mark=mark)
    return (Span(f"{label:<{_KEY_WIDTH}}", "dim"), *value)


def _fitted(nothing: list[Cell], ways: list[Cell], facts: list[Cell], rule: Cell, height: int) -> tuple[Cell, ...]:
    """With blanks between blocks and between ways where there is room; without any where there is not."""
    spaced = [line for way in ways for line in (NOTHING, way)]
    layouts = (
        (NOTHING, *nothing, NOTHING, *spaced, NOTHING, rule, *facts),
        (*nothing, *spaced, NOTHING, *facts),
        (*nothing, NOTHING, *ways, NOTHING, *facts),
    )
    return next((lines for lines in layouts if len(lines) <= height), (*nothing, *ways, *facts))


def account(scene: Scene) -> str:
    """Whose batches these are, as far as the service has said."""
    binding, credentials = scene.state.binding, scene.live.credentials
    base_url = binding.base_url if binding else credentials.base_url if credentials else ""
    host = base_url.partition("//")[2] or "the API"
    name = (binding.api_workspace_id or binding.organization_id) if binding else None
    return f"{name} at {host}" if name else f"not known yet, at {host}"


def key_words(scene: Scene) -> str:
    """Where the key comes from, and its last four characters."""
    credentials = scene.live.credentials
    if credentials is None or not credentials.tail:
        return "none: set ANTHROPIC_API_KEY, then start again"
    return f"{scene.glyphs.cut}{credentials.tail} from {credentials.origin}"


def _indent(width: int) -> int:
    return INDENT if width >= INDENT + _RULE_CELLS else 0


def _room(width: int) -> int:
    return max(1, width - _indent(width))


def _at(spans: Cell, width: int) -> Cell:
    return (*blanks(_indent(width)), *spans)
