"""What `:` takes, in words: each command with what stands behind it and what it does, the most wanted first."""

from typing import Final

COMMAND_WORDS: Final[dict[str, tuple[str, str]]] = {
    "submit": ("FILE", "plan and send a request file"),
    "errors": ("ID", "what did not succeed, grouped"),
    "retry": ("RUN…", "plan a retry of what can succeed"),
    "cancel": ("ID…", "plan to stop open batches"),
    "show": ("ID", "a run, one of its chunks, or a batch"),
    "collect": ("ID…", "download and verify results now"),
    "export": ("ID -o FILE", "write effective results to a new file"),
    "check": ("FILE", "every problem and its line"),
    "plan": ("FILE", "how it would be split, its cost and its time"),
    "alerts": ("", "everything that needs you"),
    "hold": ("RUN", "send nothing more of it until R lets it go on"),
    "reconcile": ("", "settle what has no answer"),
    "adopt": ("BATCH", "take a batch from elsewhere into a run"),
    "hide": ("BATCH", "put a batch from elsewhere out of sight"),
    "delete": ("BATCH", "delete there, once results are here"),
    "ls": ("--batches", "every single batch"),
    "watch": ("RUN…", "follow runs until they are settled"),
    "split": ("CHUNK", "halve one that is too large to get through"),
    "prune": ("RUN", "drop what is kept here of a settled run"),
    "doctor": ("", "check key, account, clock, terminal and folder"),
    "init": ("", "make a workspace with a commented settings file"),
    "demo": ("", "look around in a simulated API"),
}
"""Every command that `:` carries out on a page or beside it; actions of the page come behind these."""
