"""Examples for the help of each command; a test runs every one of them.

Words in capitals stand for what only a workspace knows: an id of the service, a submission, an alert.
"""

from typing import Final

EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "demo": ("demo",),
    "init": ("init",),
    "check": ("check requests.jsonl", "check requests.jsonl --allow model_unknown"),
    "plan": (
        "plan requests.jsonl",
        "plan --requests 100000 --input-tokens 1500 --output-tokens 400 --model claude-haiku-5-5",
        "plan requests.jsonl --code python",
    ),
    "submit": (
        "submit requests.jsonl",
        "submit requests.jsonl --name evals --yes --wait",
        "submit more.jsonl --name careful --canary 5 --wait",
        "submit --continue careful",
    ),
    "ls": ("ls", "ls --batches --offline"),
    "show": ("show evals", "show evals#0001", "show evals/r-2"),
    "watch": ("watch", "watch evals --timeout 3600"),
    "collect": ("collect evals",),
    "errors": ("errors evals", "errors evals --class expired --members"),
    "retry": (
        "retry evals",
        "retry evals --class invalid_request_error --set max_tokens=4096",
        "retry evals --edit failed.jsonl",
        "retry evals --lost",
    ),
    "cancel": ("cancel evals", "cancel BATCH"),
    "split": ("split waits#0001",),
    "reconcile": ("reconcile", "reconcile --adopt SUBMISSION=BATCH", "reconcile --abandon SUBMISSION"),
    "adopt": ("adopt BATCH --input theirs.jsonl --name theirs",),
    "group": ("group overloaded_error Overloaded --mute --days 7", "group overloaded_error Overloaded --lift"),
    "hide": ("hide BATCH", "hide BATCH --undo"),
    "alerts": ("alerts", "alerts ALERT --acknowledge", "alerts ALERT --mute 7"),
    "hold": ("hold waits --reason 'the prompt is wrong'",),
    "cost": ("cost", "cost --by day --csv", "cost evals --by request"),
    "stats": ("stats",),
    "prices": ("prices",),
    "export": (
        "export evals -o results.jsonl",
        "export evals -o results.csv --columns id=custom_id,text",
        "export evals -o failed.jsonl --format requests --only errors",
    ),
    "delete": ("delete BATCH",),
    "prune": ("prune evals --dry-run", "prune evals --results"),
    "doctor": ("doctor", "doctor --offline"),
    "info": ("info", "info --json"),
    "help": ("help retry", "help --keys"),
}
"""What follows `batchtui`; `simulate` tells its own."""
