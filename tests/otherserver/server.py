"""The server as a test holds it: start, stop, hooks, ledger and log."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from .faults import Hooks
from .handler import Listener
from .judge import JsonObject, Judge, default_judge
from .ledger import Accepted, Ledger
from .seen import Seen
from .shelf import Pace, Shelf
from .site import Site

MODELS = ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-haiku-4-5")


class OtherServer(Hooks):
    """A Message Batches API on 127.0.0.1, in threads of this process, for the length of a `with`."""

    def __init__(
        self,
        *,
        seconds: float = 0.6,
        judge: Judge = default_judge,
        key: str | None = None,
        port: int = 0,
        ledger_file: Path | None = None,
        organization_id: str = "org-of-the-other-server",
        results_base: str = "http://127.0.0.2:9",
        models: Sequence[str] = MODELS,
        counts_move: bool = True,
        cancel_share: float = 0.4,
        max_body_bytes: int = 256_000_000,
        gzip_results: bool = False,
        page_at_most: int = 3,
        seed: int = 1,
    ) -> None:
        """Take the longest time a batch lasts, what becomes of requests, and the freedoms of the protocol."""
        super().__init__()
        self._port = port
        self._ledger = Ledger(ledger_file)
        pace = Pace(seconds=seconds, cancel_share=cancel_share, counts_move=counts_move)
        self._site = Site(
            shelf=Shelf(judge=judge, pace=pace, ledger=self._ledger, seed=seed),
            hooks=self,
            key=key,
            organization_id=organization_id,
            results_base=results_base,
            models=tuple(models),
            max_body_bytes=max_body_bytes,
            gzip_results=gzip_results,
            page_at_most=page_at_most,
        )
        self._listener: Listener | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """What ANTHROPIC_BASE_URL should be; it stays the same over stop and start."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def ledger(self) -> list[Accepted]:
        """Every accepted batch, oldest first, also those never answered and those deleted."""
        return list(self._ledger.entries)

    @property
    def requests_log(self) -> list[Seen]:
        """Every HTTP request so far, in the order of their answers."""
        return list(self._site.requests_log)

    def attempts(self) -> Counter[str]:
        """Count how often each custom_id was accepted."""
        return self._ledger.attempts()

    def start(self) -> None:
        """Listen; after a stop, on the same port with everything remembered."""
        self._site.stopping.clear()
        self._listener = Listener(self._port, self._site)
        self._port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening and cut every connection: to a client the network is down."""
        if self._listener is None:
            return
        self._site.stopping.set()
        self._listener.shutdown()
        self._listener.server_close()
        self._listener.hang_up_all()
        self._listener = None

    def add_batch(self, requests: Sequence[JsonObject], *, age_seconds: float = 0.0) -> str:
        """Put in a batch as if sent from elsewhere so long ago, and give its id; at 29 days it is archived."""
        return self._site.shelf.accept(requests, age_seconds=age_seconds).id

    def finish(self) -> None:
        """End every batch now, whatever time it had left."""
        for batch in self._site.shelf.newest_first():
            batch.finish(time.time())
