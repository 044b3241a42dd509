"""`info`: every setting with its value and origin, every path, every workspace known."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from batchtui import __version__
from batchtui.cli import output, session, shapes, tables
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import ExitCode
from batchtui.domain.state import Binding
from batchtui.domain.words import several
from batchtui.engine.engine import Engine
from batchtui.present.cells import Column, Row, cell
from batchtui.workspace import layout
from batchtui.workspace.registry import Registry
from batchtui.workspace.settings.origins import Origin, origins

_COLUMNS = (
    Column(key="name", head="SETTING", width=1),
    Column(key="value", head="VALUE", width=1, least=10, cut="end"),
    Column(key="origin", head="FROM", width=1, least=10, cut="front"),
)


@click.command("info", cls=Command)
def info_command(options: Options) -> ExitCode:
    """Show every setting with its value and where it comes from, every path, and every workspace known."""
    return session.run(_info(options))


async def _info(options: Options) -> ExitCode:
    workspace = session.find_workspace(options)
    session.tell_settings(workspace)
    found = origins(workspace.root, os.environ)
    async with session.opened(options, makes_no_call=True, workspace=workspace) as engine:
        credentials = engine.service.credentials()
        document = {
            "version": __version__,
            "python": sys.version.split()[0],
            "workspace": str(workspace.root),
            "workspace_from": workspace.location.origin,
            "exists": workspace.root.is_dir(),
            "runs": len(engine.state.runs),
            "batches": len(engine.state.batches),
            "leader": engine.leader(),
            "account": _account(engine.state.binding),
            "key": {"from": credentials.origin, "tail": credentials.tail, "base_url": credentials.base_url},
            "prices_of": engine.prices.as_of,
            "settings": [_setting(origin) for origin in found],
            "paths": {name: str(path) for name, path in _paths(workspace.root).items()},
            "workspaces": [
                {"workspace": known.root, "used_at": shapes.utc(known.used_at), "exists": known.is_there}
                for known in Registry().known()
            ],
        }
        output.show(options, "info", document, _lines(engine, document, found))
    return ExitCode.DONE


def _account(binding: Binding | None) -> shapes.Shape | None:
    if binding is None:
        return None
    return {
        "base_url": binding.base_url,
        "organization_id": binding.organization_id,
        "api_workspace_id": binding.api_workspace_id,
    }


def _setting(origin: Origin) -> shapes.Shape:
    return {"name": origin.name, "value": origin.value, "from": origin.origin}


def _paths(root: Path) -> dict[str, Path]:
    return {
        "settings": layout.settings(root),
        "journal": layout.journal(root),
        "engine_lock": layout.engine_lock(root),
        "counts": layout.counts(root),
        "runs": layout.runs(root),
        "batches": root / "batches",
        "staging": layout.staging(root),
    }


def _lines(engine: Engine, document: shapes.Shape, found: tuple[Origin, ...]) -> Iterator[output.Line]:
    account, key = document["account"], document["key"]
    yield from tables.facts(
        [
            ("batchtui", f"{document['version']}, Python {document['python']}"),
            ("workspace", f"{document['workspace']} ({document['workspace_from']})"),
            ("", "" if document["exists"] else "not made yet"),
            ("holds", f"{several(document['runs'], 'run')}, {several(document['batches'], 'batch', 'batches')}"),
            ("led by", document["leader"] or ""),
            ("key", _key_words(key)),
            ("API", key["base_url"]),
            ("account", ", ".join(str(value) for value in account.values() if value) if account else "not bound yet"),
            ("prices of", document["prices_of"]),
        ]
    )
    yield ""
    rows = [
        Row(
            id=origin.name,
            cells={
                "name": cell(origin.name),
                "value": tables.text_cell(_words(origin.value)),
                "origin": tables.text_cell(origin.origin, "dim"),
            },
        )
        for origin in found
    ]
    yield from tables.fitted_table(_COLUMNS, rows, engine.settings)
    yield ""
    yield from tables.facts(list(document["paths"].items()))
    if document["workspaces"]:
        yield ""
        yield "workspaces known"
        for known in document["workspaces"]:
            gone = "" if known["exists"] else "  (gone)"
            yield f"  {known['used_at']:%Y-%m-%d %H:%MZ}  {known['workspace']}{gone}"


def _key_words(key: shapes.Shape) -> str:
    if key["from"] == "none":
        return "none was found"
    return f"…{key['tail']} from {key['from']}" if key["tail"] else f"from {key['from']}"


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)
