"""`split`: halve a chunk that is too large to get through. Sends nothing."""

import click

from batchtui.cli import output, session
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import BadInput, ExitCode
from batchtui.domain.lookup import ChunkRef, resolve
from batchtui.engine import verbs_runs
from batchtui.engine.engine import Engine
from batchtui.present import formats


@click.command("split", cls=Command)
@click.argument("chunk", metavar="RUN#CHUNK")
def split_command(options: Options, chunk: str) -> ExitCode:
    """Halve a chunk that waits to be sent, such as one whose upload is cut again and again.

    Nothing is sent by this: the halves wait in its place. A 413 halves a chunk without being asked.
    """
    session.must_change(options, "split")
    return session.run(_split(options, chunk))


async def _split(options: Options, text: str) -> ExitCode:
    async with session.opened(options, may_create=False, makes_no_call=True) as engine:
        ref = resolve(engine.state, text)
        if not isinstance(ref, ChunkRef):
            raise BadInput(f"{text} is no chunk", next="`batchtui show RUN` lists them; name one as RUN#CHUNK")
        whole = verbs_runs.must_be_splittable(engine.state, ref.run, ref.chunk)
        if options.dry_run:
            halves: list[dict[str, object]] = []
            words = f"{ref.run}#{ref.chunk} can be halved: {whole.requests:,} requests, {formats.size(whole.bytes)}"
        else:
            halves = await _halves(engine, ref)
            words = f"{ref.run}#{ref.chunk} is now " + " and ".join(str(half["chunk"]) for half in halves)
        document = {"run": ref.run, "chunk": ref.chunk, "into": halves, "dry_run": options.dry_run}
        output.show(options, "split", document, [words])
        return ExitCode.DONE


async def _halves(engine: Engine, ref: ChunkRef) -> list[dict[str, object]]:
    found = await verbs_runs.split(engine, ref.run, ref.chunk)
    return [{"chunk": half.label, "requests": half.requests, "bytes": half.bytes} for half in found]
