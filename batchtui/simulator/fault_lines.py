"""Faults inside an answer: result lines and counts that are not as they should be."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from batchtui.simulator.faults import Fault

INSIDE = ("truncate", "duplicate", "unknown-type", "malformed", "blank", "miscount", "misfile")
"""Faults that this module knows; the layer hands them on to the handlers."""


def tampered_lines(lines: Iterator[bytes], fault: Fault | None) -> Iterator[bytes]:
    """The lines of a results answer as the fault leaves them."""
    if fault is None:
        return lines
    if fault.what == "truncate":
        return islice(lines, int(fault.amount))
    return _one_tampered(lines, fault.what, int(fault.amount))


def _one_tampered(lines: Iterator[bytes], what: str, place: int) -> Iterator[bytes]:
    for number, line in enumerate(lines, start=1):
        if number != place:
            yield line
            continue
        match what:
            case "duplicate":
                yield line + line
            case "unknown-type":
                yield json.dumps({**json.loads(line), "result": {"type": "postponed"}}).encode() + b"\n"
            case "malformed":
                yield line[: len(line) // 2] + b"\n"
            case "blank":
                yield b"\n" + line
            case _:
                yield line


def tampered_batch(batch: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
    """A batch as the fault lets it be counted, once it has ended."""
    if fault is None or batch["ended_at"] is None:
        return batch
    counts, amount = dict(batch["request_counts"]), int(fault.amount)
    match fault.what:
        case "miscount":
            counts["succeeded"] += amount
        case "misfile":
            counts["succeeded"] -= amount
            counts["errored"] += amount
    return {**batch, "request_counts": counts}
