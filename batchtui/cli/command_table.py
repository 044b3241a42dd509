"""Which command is where, and what the list of commands says: of each, of the words they share, of how they end."""

from typing import Final

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """Where a command is, and what the list of commands says about it."""

    module: str
    summary: str


COMMANDS: Final[dict[str, Entry]] = {
    "demo": Entry("start", "the dashboard on a simulated API: no key, no network, no cost"),
    "init": Entry("init", "make ./.batchtui with a commented settings file"),
    "doctor": Entry("doctor", "check key, account, clock, terminal and folder"),
    "help": Entry("help", "help for a command; --keys for the dashboard's keys"),
    "check": Entry("check", "find every problem of a request file"),
    "plan": Entry("plan", "how a file would be split, what it may cost, how long it may take"),
    "prices": Entry("prices", "the prices that costs are reckoned with, and how old they are"),
    "submit": Entry("submit", "make a run of a request file and send what the limits allow"),
    "watch": Entry("watch", "poll, send and collect until runs are settled"),
    "ls": Entry("ls", "runs, and batches from elsewhere, newest first"),
    "show": Entry("show", "a run, a chunk, a batch, or one request with its result"),
    "alerts": Entry("alerts", "what needs somebody; put some of it aside"),
    "errors": Entry("errors", "what did not succeed, grouped by class and message"),
    "retry": Entry("retry", "plan and send a new attempt of what did not succeed"),
    "group": Entry("group", "split, merge or put aside groups of errors"),
    "reconcile": Entry("reconcile", "settle submissions that got no answer"),
    "hold": Entry("alerts", "send nothing more of a run for now"),
    "cancel": Entry("cancel", "cancel the open batches of a run, or one batch"),
    "split": Entry("split", "halve a chunk that is too large to get through"),
    "collect": Entry("collect", "download and verify results now"),
    "export": Entry("export", "write results to a file: the latest success of each request"),
    "cost": Entry("cost", "what results did cost, by run, day or model, beside the estimate"),
    "stats": Entry("stats", "how long batches took, and when open runs may be done"),
    "adopt": Entry("elsewhere", "take a batch from elsewhere into a run"),
    "hide": Entry("elsewhere", "take a batch from elsewhere out of sight"),
    "delete": Entry("delete", "delete a batch on the server, once its results are here"),
    "prune": Entry("prune", "drop what was sent of a settled run from this disk"),
    "info": Entry("info", "every setting with its origin, every path, every workspace"),
    "simulate": Entry("start", "the simulated API alone"),
}

SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "Begin": ("demo", "init", "doctor", "help"),
    "Before it costs": ("check", "plan", "prices"),
    "Send and follow": ("submit", "watch", "ls", "show", "alerts"),
    "When something went wrong": ("errors", "retry", "group", "reconcile", "hold", "cancel", "split"),
    "Results and money": ("collect", "export", "cost", "stats"),
    "Batches from elsewhere, cleaning up, looking behind": ("adopt", "hide", "delete", "prune", "info", "simulate"),
}

WORDS: Final = (
    ("run", "A request file and how it is sent; it becomes one batch or several."),
    ("chunk", "The requests of a run that travel in one batch: RUN#0007."),
    ("settled", "All of it has ended and its results are here, or it is known that none will come."),
    ("elsewhere", "A batch of the same API Workspace that was not sent from this folder."),
    ("held", "Not sent yet: it waits for its turn, a limit or a person; `watch` and the dashboard send it."),
    ("unknown", "The answer to a submission was lost: nothing of it is sent again until that is settled."),
)

EXIT_CODES: Final = (
    ("0", "Done, or nothing to do."),
    ("1", "An error or bad input."),
    ("2", "Wrong usage or broken settings."),
    ("3", "Nobody agreed, or --read-only."),
    ("4", "Settled, but some requests did not succeed."),
    ("5", "The service was not reached, or not as this account."),
    ("6", "The outcome of a submission is unknown."),
    ("7", "Over a budget or a spend limit."),
    ("124", "--timeout was reached."),
    ("130", "Interrupted."),
)
