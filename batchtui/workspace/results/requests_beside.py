"""Request lines beside their results: looked up as they were sent, and put together as JSON lines."""

from collections.abc import Sequence

import msgspec
from msgspec import Raw

from batchtui.domain.failures import BadInput
from batchtui.domain.half_pairs import decode_with_halves
from batchtui.engine.jobs import AttemptRun
from batchtui.workspace.bodies.attempts import Sent
from batchtui.workspace.bodies.reader import BodyReader
from batchtui.workspace.results.effective import Effective, is_ordered

_encode = msgspec.json.Encoder().encode


class _Result(msgspec.Struct):
    result: Raw


class _Params(msgspec.Struct):
    params: Raw


_decode_result = msgspec.json.Decoder(_Result).decode
_decode_params = msgspec.json.Decoder(_Params).decode


class Requests:
    """The request lines of a lineage, read in the order of the input."""

    def __init__(self, lineage: Sequence[AttemptRun]) -> None:
        self._readers = {run.run: BodyReader() for run in lineage}

    def line(self, sent: Sent) -> bytes:
        """A request as an attempt sent it, byte for byte."""
        return self._readers[sent.run.run].line(sent)

    def params(self, sent: Sent) -> Raw:
        """What stands under its `params`."""
        return _decode_params(self.line(sent)).params


def must_be_here(lineage: Sequence[AttemptRun], what: str) -> None:
    """Refuse what cannot be done without the requests.

    Raises:
        BadInput: with the command that brings them.
    """
    if is_ordered(lineage):
        return
    name = lineage[0].run
    is_batch = name.startswith("msgbatch_")
    why = "it was started elsewhere" if is_batch else "it was pruned, or adopted without its request file"
    how = (
        f"`batchtui adopt {name} --input FILE` takes them in"
        if is_batch
        else "a run adopted without its file gets it by `batchtui adopt BATCH --input FILE`"
    )
    raise BadInput(f"{what} needs the requests of {name}, which are not here: {why}", next=how)


def joined(row: Effective, requests: Requests) -> bytes:
    """The request as the input had it, every byte, with what became of it behind it."""
    assert row.first is not None, "must_be_here looked"
    result = decode_with_halves(_decode_result, row.found.text).result if row.found is not None else Raw(b"null")
    return _with(requests.line(row.first), {"run": row.run, "batch_id": row.batch_id, "result": result})


def with_params(row: Effective, params: Raw) -> bytes:
    """The result as received, every byte, with what was asked behind it."""
    assert row.found is not None, "only results are written"
    return _with(row.found.text, {"params": params, "run": row.run, "batch_id": row.batch_id})


def _with(line: bytes, more: dict[str, object]) -> bytes:
    """A JSON object with keys behind its own."""
    return b"%b,%b" % (line.rstrip()[:-1].rstrip(), _encode(more)[1:])
