"""The command line of the simulator."""

import argparse
import asyncio
import math
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from batchtui.simulator import faults
from batchtui.simulator.app import Options
from batchtui.simulator.headers import API_WORKSPACE, ORGANIZATION, Account
from batchtui.simulator.scenarios import BY_NAME, SCENARIOS
from batchtui.simulator.server import Stop, base_url, bound_socket, serve

MAX_PORT: Final = 65_535


def main(argv: Sequence[str] | None = None) -> int:
    """Run the simulated API until it is told to stop."""
    arguments = _parser().parse_args(argv)
    if arguments.list_scenarios:
        for scenario in SCENARIOS:
            print(f"{scenario.name:10} {scenario.summary}")
        return 0
    options = _options(arguments)
    try:
        listener = bound_socket(options.port)
    except OSError as error:
        return _refuse(f"cannot listen on port {options.port}: {error.strerror}. --port 0 takes a free one")
    if options.ledger is not None and not _can_be_written(options.ledger):
        return _refuse(f"cannot write the ledger {options.ledger}. name a file in a folder that can be written")

    def ready(stop: Stop) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        if arguments.exit_with_parent:
            threading.Thread(target=_call_at_end_of_input, args=(stop,), daemon=True).start()
        print(base_url(listener), flush=True)

    asyncio.run(serve(listener, options, ready=ready))
    return 0


def _refuse(words: str) -> int:
    print(f"batchtui: {words}", file=sys.stderr)
    return 1


def _can_be_written(path: Path) -> bool:
    try:
        path.open("a").close()
    except OSError:
        return False
    return True


def _call_at_end_of_input(stop: Stop) -> None:
    while os.read(0, 4096):
        pass
    stop()


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        port=arguments.port,
        scenario=arguments.scenario,
        speed=arguments.speed,
        seed=1 if arguments.seed is None else arguments.seed,
        incarnation=os.urandom(8).hex() if arguments.seed is None else "",
        faults=tuple(arguments.fault),
        ledger=arguments.ledger,
        moving_counts=arguments.moving_counts,
        account=Account(organization=arguments.organization, api_workspace=arguments.api_workspace, key=arguments.key),
    )


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number above 0, not {text}")
    return value


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_PORT:
        raise argparse.ArgumentTypeError(f"must be 0 to {MAX_PORT}, not {text}")
    return int(text)


class _Parser(argparse.ArgumentParser):
    """What is wrong in one sentence, with what to do next; all there is only where it is asked for."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"batchtui: {message.removeprefix('argument ')}. `{self.prog} --help` tells more\n")


def _fault(text: str) -> str:
    try:
        return faults.parse(text).spec
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="batchtui simulate",
        description="A simulated Message Batches API on 127.0.0.1; its base URL is the first line of stdout.",
        epilog="examples: batchtui simulate --speed 600; batchtui simulate --scenario trouble --port 8080",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--port", type=_port, default=0, help="port to listen on; 0, the default, takes a free one")
    names = ", ".join(BY_NAME)
    add("--scenario", choices=list(BY_NAME), default="plain", metavar="NAME", help=f"what happens: {names}")
    add("--speed", type=_positive, default=1.0, metavar="X", help="simulated seconds per real second")
    add("--seed", type=int, metavar="N", help="the same seed and calls give the same answers, ids of batches included")
    add(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="SPEC",
        help="WHERE:WHAT[:ARG][@N|xN|%%P], repeatable",
    )
    add("--ledger", type=Path, metavar="FILE", help="append everything accepted to FILE as JSON Lines")
    add("--moving-counts", action="store_true", help="counts move while a batch runs, not only at its end")
    add("--exit-with-parent", action="store_true", help="stop when standard input ends")
    add("--key", help="accept only this API key; by default any")
    add("--organization", default=ORGANIZATION, metavar="ID", help="the anthropic-organization-id of answers")
    add("--api-workspace", default=API_WORKSPACE, metavar="ID", help="the anthropic-workspace-id of answers")
    add("--list-scenarios", action="store_true", help="print the scenarios and stop")
    return parser
