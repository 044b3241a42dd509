"""What parent and child say to each other, one JSON object a line."""

import msgspec
from msgspec import UNSET, Raw, UnsetType

from batchtui.domain import failures
from batchtui.domain.failures import Failure
from batchtui.engine.jobs import Progress
from batchtui.workspace.child.work import NAMES, Task


class Order(msgspec.Struct, frozen=True):
    """The parent's only line; afterwards it keeps stdin open for as long as it wants the answer."""

    name: str
    task: Raw


class FailureLine(msgspec.Struct, frozen=True):
    """A failure on its way from the child."""

    kind: str
    what: str
    next: str


class Line(msgspec.Struct, frozen=True):
    """What the child says: progress, and at last an answer or a failure."""

    progress: Progress | UnsetType = UNSET
    answer: Raw | UnsetType = UNSET
    failure: FailureLine | UnsetType = UNSET


_KINDS: dict[str, type[Failure]] = {
    kind.__name__: kind for kind in (failures.BadInput, failures.UsageFailure, failures.WorkspaceDamaged)
}
"""The failures that work on files ends in; others would lose what they carry beside their words."""

_TASKS: dict[str, type[Task]] = {name: kind for kind, name in NAMES.items()}

encode = msgspec.json.Encoder().encode
decode_line = msgspec.json.Decoder(Line).decode
_decode_order = msgspec.json.Decoder(Order).decode


def write_order(task: Task) -> bytes:
    """A task as the line that a child reads."""
    return encode(Order(NAMES[type(task)], Raw(encode(task)))) + b"\n"


def read_order(line: bytes) -> Task:
    """The task of such a line."""
    order = _decode_order(line)
    return msgspec.json.decode(order.task, type=_TASKS[order.name])


def failure_line(failure: Failure) -> FailureLine:
    """A failure as a line; a subclass that the other side may not know becomes the one above it."""
    kind = next((kind.__name__ for kind in type(failure).__mro__ if kind.__name__ in _KINDS), "")
    return FailureLine(kind, failure.what, failure.next)


def as_failure(line: FailureLine) -> Failure:
    """The failure of such a line."""
    return _KINDS.get(line.kind, Failure)(line.what, next=line.next)
