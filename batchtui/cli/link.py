"""What the state of the link to the service means for a command."""

from batchtui.cli import diagnostics
from batchtui.domain.failures import Failure, NotAuthorized, OtherAccount, Unreachable
from batchtui.domain.link import LONGEST_BACKOFF_SECONDS, Link, LinkState
from batchtui.engine.engine import Engine
from batchtui.engine.following import FOLLOW_SECONDS
from batchtui.engine.ports import ServiceProblem

ANOTHER_TRY_SECONDS = (1.0, 2.0)
"""A first answer that fails may be a passing trouble; a command that needs the service asks again so long after."""


LET_IN_SECONDS = 120.0
"""A key that was good and is not any more may be on its way to being replaced; so long that is waited for."""


def must_still_be_let_in(engine: Engine) -> None:
    """A network that is down is waited for, however long; for a key that stays wrong a person is needed.

    Raises:
        NotAuthorized, OtherAccount
    """
    found = engine.core.live.link
    if found.since is None or (engine.core.clock.now() - found.since).total_seconds() < LET_IN_SECONDS:
        return
    if found.state is LinkState.NOT_AUTHORIZED:
        raise _not_authorized(engine)
    if found.state is LinkState.OTHER_ACCOUNT:
        raise OtherAccount(_why(engine), next="nothing more is sent or collected with this key")


async def look(engine: Engine) -> Failure | None:
    """Poll once; why what is shown is not the service's word, or None. Being offline is told, not a failure."""
    try:
        await engine.poll_once()
    except OtherAccount as failure:
        return failure
    link = engine.core.live.link
    match link.state:
        case LinkState.NOT_AUTHORIZED:
            return _not_authorized(engine)
        case LinkState.OFFLINE | LinkState.LIMITED if not engine.is_offline:
            diagnostics.say(f"{link.state}: {_why(engine)}; this is what was known {_since(link)}")
        case LinkState.CACHED if not engine.is_offline:
            diagnostics.say(f"{link.state}: {why_cached(engine)}; this is what was known {_since(link)}")
    return None


def why_cached(engine: Engine) -> str:
    """Why this process did not ask the service itself."""
    damage, leader = engine.core.live.damage, engine.leader()
    if damage:
        return f"the service is not asked: {damage}"
    return f"another process ({leader}) polls, and nothing was heard of it yet" if leader else "it was not asked"


async def reach(engine: Engine, verb: str) -> None:
    """Poll until there is a good answer; a verb that needs the service does not begin without one.

    Raises:
        NotAuthorized, OtherAccount, Unreachable
    """
    for wait in (*ANOTHER_TRY_SECONDS, None):
        await engine.poll_once()
        link = engine.core.live.link
        if link.state is LinkState.NOT_AUTHORIZED:
            raise _not_authorized(engine)
        if link.state is LinkState.OTHER_ACCOUNT:  # that of the process that leads
            raise OtherAccount(_why(engine), next=f"{verb} was not begun")
        if link.state is not LinkState.OFFLINE or wait is None:
            break
        await engine.core.clock.sleep(wait)
    if link.state is LinkState.OFFLINE and engine.core.live.leader:
        link = await _after_the_next_try(engine)
    if link.state is LinkState.OFFLINE:
        raise Unreachable(f"the service is out of reach: {_why(engine)}", next=f"{verb} was not begun")


async def _after_the_next_try(engine: Engine) -> Link:
    """The process that polls waits longer after each failure; what it last said may be over by now."""
    core, before = engine.core, engine.core.live.link
    if before.next_at is None:
        return before
    diagnostics.say(f"{core.live.leader} polls, and tries again at {before.next_at:%H:%M:%SZ}: waiting for that")
    until = core.clock.monotonic() + LONGEST_BACKOFF_SECONDS
    while core.live.link.said_at == before.said_at and core.clock.monotonic() < until:
        await core.clock.sleep(FOLLOW_SECONDS)
        await engine.poll_once()
    return core.live.link


def as_failure(problem: ServiceProblem) -> Failure:
    """The answer to a single call that was no result."""
    words = problem.message if problem.status is None else f"{problem.status}: {problem.message}"
    return NotAuthorized(words) if problem.kind == "not_authorized" else Unreachable(words)


def _why(engine: Engine) -> str:
    """What is wrong with the link, and whose link that is where it is another process's."""
    live = engine.core.live
    return f"{live.leader}, which polls here, says: {live.link.why}" if live.leader else live.link.why


def _not_authorized(engine: Engine) -> NotAuthorized:
    why = _why(engine)
    has_hint = "ANTHROPIC_API_KEY" in why
    return NotAuthorized(f"not authorised: {why}", next="" if has_hint else "set ANTHROPIC_API_KEY to a valid key")


def _since(link: Link) -> str:
    return f"at {link.as_of:%Y-%m-%d %H:%MZ}" if link.as_of else "before"
