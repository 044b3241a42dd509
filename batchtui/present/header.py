"""The first header row of every page: whose key, and how it stands between us and the service."""

from batchtui.domain.link import Link, LinkState
from batchtui.present.cells import Cell, Role, Span, cell
from batchtui.present.facts import FactLine
from batchtui.present.formats import brief
from batchtui.present.scene import Scene

SKEW_SHOWN_SECONDS = 30


def identity_line(scene: Scene) -> FactLine:
    """Program, workspace and key at the left; link and clock at the right."""
    name = (Span("batchtui", "head", True), Span("  "), Span(scene.workspace or "no workspace yet", "text", True))
    left = (name, cell(f" {_key(scene)}", "dim"), *_standing(scene))
    return FactLine(left=left, right=(*link_cells(scene), cell(scene.minute(scene.now))))


def link_cells(scene: Scene) -> tuple[Cell, ...]:
    """The link's word, its age, and when it is tried again."""
    if scene.live.leader:
        return _followed(scene)
    link = scene.live.link
    match link.state:
        case LinkState.LIVE if scene.is_late:
            return (_word("stale", "warn", _age(scene, link)), *_next(scene, link, "due"))
        case LinkState.LIVE:
            word: tuple[str, Role] = ("demo", "warn") if scene.is_demo else ("live", "ok")
            return (_word(*word, f"{_age(scene, link)} ago"), *(_limit(scene) or _next(scene, link, "next")))
        case LinkState.OFFLINE:
            return (_word("offline", "alert", _since(scene, link)), *_next(scene, link, "again in"))
        case LinkState.LIMITED:
            until = f"until {scene.moment(link.next_at)}" if link.next_at else ""
            return (_word("limited", "warn", until),)
        case LinkState.NOT_AUTHORIZED:
            return (_word("not authorised", "alert", ""), *_next(scene, link, "again in"))
        case LinkState.OTHER_ACCOUNT:
            return (_word("other account", "alert", "read-only"),)
        case LinkState.PAUSED:
            paused_for = f"for {brief((scene.now - link.since).total_seconds())}" if link.since else ""
            return (_word("paused", "warn", paused_for), cell("p goes on", "dim"))
        case LinkState.CACHED:
            return (_word("cached", "text", f"as of {scene.moment(link.as_of)}" if link.as_of else ""),)
        case LinkState.STARTING:
            return (_word("starting", "text", ""),)


def _followed(scene: Scene) -> tuple[Cell, ...]:
    """What another process says of its link, whose it is, and nothing it has not said lately."""
    link, leader = scene.live.link, scene.live.leader
    if scene.is_late or link.state is LinkState.CACHED:
        heard = f"heard {scene.moment(link.said_at)}" if link.said_at else "nothing heard yet"
        return (_word("stale", "warn", heard), cell(f"{leader} leads", "dim"))
    word, rest = _followed_word(scene, link)
    verb = "leads" if link.state is LinkState.PAUSED else "polls"
    limit = _limit(scene) if link.state is LinkState.LIVE else ()
    return (_word(*word, rest), *limit, cell(f"{leader} {verb}", "dim"))


def _followed_word(scene: Scene, link: Link) -> tuple[tuple[str, Role], str]:
    match link.state:
        case LinkState.LIVE:
            return ("demo", "warn") if scene.is_demo else ("live", "ok"), f"{_age(scene, link)} ago"
        case LinkState.OFFLINE:
            return ("offline", "alert"), _since(scene, link)
        case LinkState.LIMITED:
            return ("limited", "warn"), f"until {scene.moment(link.next_at)}" if link.next_at else ""
        case LinkState.NOT_AUTHORIZED | LinkState.OTHER_ACCOUNT:
            return (str(link.state), "alert"), ""
        case LinkState.PAUSED:
            return ("paused", "warn"), _since(scene, link)
        case LinkState.CACHED | LinkState.STARTING:
            return (str(link.state), "text"), ""


def _key(scene: Scene) -> str:
    credentials = scene.live.credentials
    if credentials is None or credentials.origin == "none":
        return "no key"
    # One that is too short to show four characters of is a key all the same.
    return f"key {scene.glyphs.cut}{credentials.tail}" if credentials.tail else "key set"


def _standing(scene: Scene) -> tuple[Cell, ...]:
    """What limits this session, and a clock that cannot be trusted."""
    facts: list[Cell] = []
    if scene.live.is_read_only and not scene.live.account_note:
        facts.append(cell("read-only", "warn"))
    skew = scene.live.link.skew_seconds
    if abs(skew) > SKEW_SHOWN_SECONDS:
        facts.append(cell(f"clock {brief(abs(skew))} {'behind' if skew > 0 else 'ahead'}", "warn"))
    return tuple(facts)


def _limit(scene: Scene) -> tuple[Cell, ...]:
    """It answers, and asked that nothing be sent for now."""
    until = scene.limited_until
    return (_word("limited", "warn", f"until {scene.moment(until)}"),) if until is not None else ()


def _word(word: str, role: Role, rest: str) -> Cell:
    return (Span(word, role, True), *cell(f" {rest}" if rest else "", "dim"))


def _age(scene: Scene, link: Link) -> str:
    return brief((scene.now - link.as_of).total_seconds()) if link.as_of else "?"


def _since(scene: Scene, link: Link) -> str:
    return f"since {scene.moment(link.since)}" if link.since else ""


def _next(scene: Scene, link: Link, words: str) -> tuple[Cell, ...]:
    if link.next_at is None:
        return ()
    left = (link.next_at - scene.now).total_seconds()
    return (cell(f"{words} {brief(left)}" if left > 0 else "now", "dim"),)
