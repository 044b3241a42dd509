"""What a list says while it has no rows: nothing there, nothing left by a filter, nothing known yet."""

from batchtui.domain.link import LinkState
from batchtui.present.cells import Cell, Role, Span, blanks, cell
from batchtui.present.scene import Scene

INDENT = 4
_KEY_WIDTH, _WHAT_WIDTH = 9, 24


def empty_lines(scene: Scene, *, query: str, only_needing: bool, total: int, key: str, folder: str) -> tuple[Cell, ...]:
    """The lines instead of rows.

    Args:
        total: rows there would be without filter.
        key: where the key comes from, in words.
    """
    if total and query.strip():
        return _narrowed(f"Nothing matches {query.strip()}.", f"{total:,} rows are there; esc shows them again.")
    if total and only_needing:
        return _narrowed("Nothing needs you.", f"{total:,} rows are there; z shows them again.")
    if scene.live.link.state in (LinkState.CACHED, LinkState.STARTING) and not scene.state.has_read_list:
        return _narrowed("Nothing is known yet.", "The first answer of the service fills this page.")
    return _first_run(scene, key=key, folder=folder)


def _narrowed(what: str, then: str) -> tuple[Cell, ...]:
    return ((), (), _at(cell(what, bold=True)), _at(cell(then, "dim")))


def _first_run(scene: Scene, *, key: str, folder: str) -> tuple[Cell, ...]:
    where = "This API Workspace has none, from here or from elsewhere."
    link = scene.live.link.state
    if link is LinkState.NOT_AUTHORIZED:
        where = "The service did not accept the key: see below."
    elif link is LinkState.OFFLINE:
        where = "None is on disk, and the service cannot be reached just now."
    ways: tuple[tuple[str, Role, str, str], ...] = (
        ("S", "warn", "submit a request file", "opens a plan, sends nothing yet"),
        (":check", "head", "check a file", "every problem and its line, no key"),
        (":demo", "head", "look around in a demo", "a simulated API, no key, no cost"),
        ("?", "head", "all keys", "searchable"),
    )
    lines: list[Cell] = [(), _at(cell("No batches yet.", bold=True)), _at(cell(where)), ()]
    for name, role, what, why in ways:
        lines += [
            (),
            _at((Span(f"{name:<{_KEY_WIDTH}}", role, True), Span(f"{what:<{_WHAT_WIDTH}}"), Span(why, "dim"))),
        ]
    lines += [(), _at(cell(scene.glyphs.horizontal * 64, "rule"))]
    for label, words in (("key", key), ("account", account(scene)), ("folder", folder)):
        lines.append(_at((Span(f"{label:<{_KEY_WIDTH}}", "dim"), Span(words))))
    return tuple(lines)


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


def _at(spans: Cell) -> Cell:
    return (*blanks(INDENT), *spans)
