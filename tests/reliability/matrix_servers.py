"""The servers of the matrix behind one face: faults are armed by the simulator's grammar, the ledger is their own."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from batchtui.simulator.app import Options
from batchtui.simulator.server import running
from tests.otherserver import JsonObject, OtherServer, errored, succeeded
from tests.reliability.matrix_clock import RATE

OVERLOADED = frozenset({"doc-0", "doc-5"})
"""Requests that fail at their first attempt, on either server."""


class Server(Protocol):
    """A server of the protocol, with faults, and its own account of what it accepted."""

    @property
    def port(self) -> int: ...
    def arm(self, fault: str) -> None: ...
    def mend(self) -> None: ...
    def pass_time(self, seconds: float) -> None:
        """So much time passes there too: batches end."""
        ...

    def archive(self, batch_id: str) -> None: ...
    def accepted(self) -> dict[str, list[str]]:
        """Batch id -> custom_ids, of everything ever accepted, oldest first."""
        ...


class Simulated:
    """Our simulator."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def port(self) -> int:
        return int(self._url.rpartition(":")[2])

    def arm(self, fault: str) -> None:
        self._post("faults", {"faults": [fault]})

    def mend(self) -> None:
        self._post("faults", {"clear": True, "faults": []})

    def pass_time(self, seconds: float) -> None:
        self._post("clock", {"advance": seconds})

    def archive(self, batch_id: str) -> None:
        self._post(f"batches/{batch_id}", {"created_ago": 30 * 24 * 3600})

    def accepted(self) -> dict[str, list[str]]:
        with urllib.request.urlopen(f"{self._url}/_sim/ledger?ids=1") as answer:
            return {batch["id"]: batch["custom_ids"] for batch in json.load(answer)["batches"]}

    def _post(self, what: str, body: dict[str, Any]) -> None:
        call = urllib.request.Request(f"{self._url}/_sim/{what}", data=json.dumps(body).encode())
        urllib.request.urlopen(call).close()


class Other:
    """The second server, written from the protocol alone; it knows a part of the grammar."""

    def __init__(self, server: OtherServer) -> None:
        self._server = server

    @property
    def port(self) -> int:
        return int(self._server.base_url.rpartition(":")[2])

    def arm(self, fault: str) -> None:
        """Understands a fault that strikes the first calls, `xN` or `@1`."""
        where, _, rest = fault.partition(":")
        what, times = _times(rest)
        what, _, argument = what.partition(":")
        match what:
            case "lost":
                self._server.lose_next_create(times=times, reset=argument == "reset")
            case "drop":
                self._server.drop_next(where, times=times, after_bytes=0, reset=argument == "reset")
            case "cut":
                self._server.cut_next(where, times=times)
            case "truncate":
                self._server.cut_next(where, times=times, politely=True)
            case "garbage":
                self._server.answer_next(where, 200, times=times, raw=b"<html>sign in</html>")
            case "redirect":
                target = f"{argument}/v1/messages/batches"
                self._server.answer_next(where, 307, times=times, raw=b"", headers={"location": target})
            case _:
                raw = b"<html>bad gateway</html>" if what == "502" else None
                self._server.answer_next(where, int(what), times=times, raw=raw, **_extras(what, argument))

    def mend(self) -> None:
        self._server.disarm()

    def pass_time(self, seconds: float) -> None:
        self._server.finish()

    def archive(self, batch_id: str) -> None:
        raise NotImplementedError("this server archives by age alone")

    def accepted(self) -> dict[str, list[str]]:
        return {entry.batch_id: list(entry.custom_ids) for entry in self._server.ledger}


def _times(rest: str) -> tuple[str, int]:
    for mark in ("x", "@"):
        what, found, number = rest.rpartition(mark)
        if found and number.isdigit():
            return what, int(number)
    return rest, 1


def _extras(what: str, argument: str) -> dict[str, Any]:
    if argument == "spend":
        return {"details": {"error_code": "enforced_spend_limit_reached"}, "message": "spend limit reached"}
    if argument.startswith("ms="):
        return {"headers": {"retry-after-ms": argument[3:]}}
    return {"headers": {"retry-after": argument}} if argument.isdigit() else {}


def _judge(custom_id: str, params: JsonObject, attempt: int) -> JsonObject:
    if attempt == 1 and custom_id in OVERLOADED:
        return errored("overloaded_error", "Overloaded")
    return succeeded(params)


@contextmanager
def simulated(seed: int) -> Iterator[Simulated]:
    """A simulator whose clock runs as fast as the matrix's own."""
    with running(Options(speed=RATE, seed=seed)) as url:
        yield Simulated(url)


@contextmanager
def other(results_base: str) -> Iterator[Other]:
    """The other server; its batches end when time is passed."""
    with OtherServer(seconds=300, cancel_share=0.001, results_base=results_base, judge=_judge) as server:
        yield Other(server)
