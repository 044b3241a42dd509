"""Whether a run is sent again by itself (`[retry] automatic`), when, and why not."""

from batchtui.cli import shapes
from batchtui.domain.again import Standing, standing
from batchtui.domain.state import RetryOrder
from batchtui.engine.engine import Engine


def shape(engine: Engine, name: str) -> shapes.Shape | None:
    """None where nothing is sent by itself, or nothing is left to send."""
    found = _standing(engine, name)
    if found is None:
        return None
    word, why = found
    order = _order(engine, name) if word is Standing.ORDERED else None
    return {
        "state": str(word),
        "due_at": shapes.utc(order.due_at) if order is not None else None,
        "reason": why or None,
    }


def words(engine: Engine, name: str) -> str:
    """The same on one line."""
    found, order = _standing(engine, name), _order(engine, name)
    if found is None:
        return ""
    match found:
        case Standing.EXPECTED, _:
            return "by itself, as [retry] says"
        case Standing.ORDERED, why:
            at = f", from {order.due_at:%Y-%m-%d %H:%M:%SZ}" if order is not None else ""
            return f"ordered, by itself{at}{f'; {why}' if why else ''}"
        case Standing.DECLINED | Standing.STOPPED, why:
            return f"not by itself: {why}; `batchtui retry {name}` plans it"


def _standing(engine: Engine, name: str) -> tuple[Standing, str] | None:
    return standing(engine.state, engine.settings.retry, name, engine.core.clock.now())


def _order(engine: Engine, name: str) -> RetryOrder | None:
    return engine.state.runs[engine.state.root_of(name)].retry_order
