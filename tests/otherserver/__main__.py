"""Run the server as a process: `python -m tests.otherserver --port 0 --ledger FILE`; its URL is the first line."""

import argparse
import signal
import threading
from pathlib import Path

from .server import OtherServer


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="otherserver", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ledger", type=Path, help="JSON Lines, one accepted batch a line")
    parser.add_argument("--seconds", type=float, default=0.6, help="the longest time a batch lasts")
    parser.add_argument("--key", help="the only key to let in; any without it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lose-creates", type=int, default=0, help="accept so many creates without an answer")
    options = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    server = OtherServer(
        port=options.port, ledger_file=options.ledger, seconds=options.seconds, key=options.key, seed=options.seed
    )
    server.lose_next_create(times=options.lose_creates)
    with server:
        print(server.base_url, flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
