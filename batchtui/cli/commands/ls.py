"""`ls`: runs, batches from elsewhere, and with `--batches` every single batch; polled once, newest first."""

from collections.abc import Iterator

import click

from batchtui.cli import diagnostics, link, output, rows, session, shapes, tables
from batchtui.cli.options import Command, Options
from batchtui.domain.alerts import unseen
from batchtui.domain.failures import ExitCode, Failure
from batchtui.domain.link import LinkState
from batchtui.engine import verbs_alerts
from batchtui.engine.engine import Engine
from batchtui.present.cells import Row, Span, cell
from batchtui.present.clean import clean
from batchtui.present.viewing import Views


@click.command("ls", cls=Command)
@click.option("--batches", is_flag=True, help="Every single batch.")
def ls_command(options: Options, batches: bool) -> ExitCode:
    """List runs and batches from elsewhere, newest first. Asks the service once, unless --offline."""
    return list_once(options, with_batches=batches)


def list_once(options: Options, *, with_batches: bool) -> ExitCode:
    """What `ls` does, also for a dashboard without a terminal."""
    return session.run(_list(options, with_batches=with_batches))


async def _list(options: Options, *, with_batches: bool) -> ExitCode:
    workspace = session.find_workspace(options)
    session.tell_settings(workspace)
    async with session.opened(options, workspace=workspace) as engine:
        failure = await link.look(engine)
        views = shapes.views_of(engine)
        document = _document(engine, views, with_batches=with_batches)
        if failure is not None:
            document |= diagnostics.error_fields(failure)
        output.show(options, "ls", document, _lines(engine, views, with_batches=with_batches))
        return _end(failure)


def _end(failure: Failure | None) -> ExitCode:
    if failure is None:
        return ExitCode.DONE
    diagnostics.say(f"batchtui: {failure}")
    return failure.exit_code


def _document(engine: Engine, views: Views, *, with_batches: bool) -> shapes.Shape:
    document: shapes.Shape = {
        "workspace": str(engine.store.root),
        "runs": [shapes.run_row(views, view) for view in views.runs()],
        "elsewhere": [shapes.batch_row(view) for view in views.elsewhere()],
        "alerts": shapes.alert_rows(engine),
    }
    if with_batches:
        document["batches"] = [shapes.batch_row(view) for view in views.batches()]
    return {**document, "cut": False, "connection": shapes.connection(engine.core.live.link)}


def _lines(engine: Engine, views: Views, *, with_batches: bool) -> Iterator[output.Line]:
    found = list(rows.batch_rows(views, views.batches())) if with_batches else _by_time(views)
    if found:
        columns = rows.BATCH_COLUMNS if with_batches else rows.RUN_COLUMNS
        yield from tables.fitted_table(columns, found, engine.settings)
    else:
        yield "no runs and no batches"
    for alert in unseen(engine.state, verbs_alerts.standing(engine), engine.core.clock.now()):
        yield (Span("! ", "alert", True), Span(clean(alert.told)))
    yield cell(_connection_words(engine), "dim")


def _connection_words(engine: Engine) -> str:
    found = engine.core.live.link
    if found.state is LinkState.LIVE:
        return "live"
    as_of = f"{found.as_of:%Y-%m-%d %H:%MZ}" if found.as_of else "never polled"
    return f"{found.state}, as of {as_of}" if found.as_of else f"{found.state}, {as_of}"


def _by_time(views: Views) -> list[Row]:
    """Runs and batches from elsewhere in one order of time, newest first."""
    elsewhere = views.elsewhere()
    dated = [(view.created_at, rows.run_row(views, view)) for view in views.runs()]
    dated += zip((view.created_at for view in elsewhere), rows.elsewhere_rows(views, elsewhere), strict=True)
    return [row for _, row in sorted(dated, key=lambda pair: pair[0], reverse=True)]
