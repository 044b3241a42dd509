"""`doctor`: what could go wrong here, checked before it does."""

from collections.abc import Iterator, Sequence

import click

from batchtui.cli import output, session, shapes
from batchtui.cli.doctor_checks import Finding, Verdict, local_findings, service_findings
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import ExitCode
from batchtui.present.cells import Role, Span

_ROLES: dict[Verdict, Role] = {Verdict.OK: "ok", Verdict.WARN: "warn", Verdict.FAIL: "err"}


@click.command("doctor", cls=Command)
def doctor_command(options: Options) -> ExitCode:
    """Check key, account, clock, terminal, folder and journal; --offline leaves out what needs the service."""
    return session.run(_doctor(options))


async def _doctor(options: Options) -> ExitCode:
    workspace = session.find_workspace(options)
    async with session.opened(options, workspace=workspace) as engine:
        findings = [*local_findings(engine, workspace.root)]
        if not options.offline:
            findings += await service_findings(engine)
    document = {
        "ok": all(finding.verdict is not Verdict.FAIL for finding in findings),
        "workspace": str(workspace.root),
        "checks": [_shape(finding) for finding in findings],
    }
    output.show(options, "doctor", document, _lines(findings))
    return _code(findings)


def _shape(finding: Finding) -> shapes.Shape:
    return {
        "check": finding.check,
        "verdict": str(finding.verdict),
        "message": finding.message,
        "next": finding.next,
    }


def _lines(findings: Sequence[Finding]) -> Iterator[output.Line]:
    for finding in findings:
        words = f"  {finding.check:<10} {finding.message}"
        yield (Span(f"{finding.verdict:<4}", _ROLES[finding.verdict], True), Span(words))
        if finding.next:
            yield f"                {finding.next}"


def _code(findings: Sequence[Finding]) -> ExitCode:
    failed = [finding for finding in findings if finding.verdict is Verdict.FAIL]
    if not failed:
        return ExitCode.DONE
    return ExitCode.UNREACHABLE if all(finding.needs_service for finding in failed) else ExitCode.ERROR
