"""What `:` takes: the commands of the shell, carried out by the same screens and verbs as the keys."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from batchtui.domain.actions.table import ACTIONS
from batchtui.domain.failures import BadInput, Failure
from batchtui.domain.lookup import BatchRef, RequestRef, resolve, resolve_run, whole_run
from batchtui.engine.deletable import must_be_deletable
from batchtui.present.retry_words import retry_wish
from batchtui.present.selection import of_batch, of_run, owner
from batchtui.tui.command_candidates import CommandCandidates
from batchtui.tui.screens.asking import AskingScreen, prompt
from batchtui.tui.typed_path import typed_path
from batchtui.tui.widgets.typing_line import Typing

if TYPE_CHECKING:
    from batchtui.tui.everywhere import Everywhere

Words = Sequence[str]
Command = Callable[["Everywhere", Words], object]


def ask_command(dashboard: "Everywhere") -> None:
    """Ask for a command on the page in view."""
    page = dashboard.page
    if not isinstance(page, AskingScreen):
        dashboard.say("no command here: esc leads back")
        return
    before, after = prompt(":", "enter does it   tab completes   esc: no")
    candidates = CommandCandidates(dashboard, page, names())
    page.ask(
        Typing(prompt=before, after=after),
        lambda text: run_command(dashboard, text),
        changed=candidates.changed,
        completed=candidates.completed,
    )
    candidates.changed("")


async def run_command(dashboard: "Everywhere", text: str) -> None:
    """Carry a command line out, or say why not."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        dashboard.say(f"{text}: {error}", "warn")
        return
    if words[:1] == ["batchtui"]:
        words = words[1:]
    if not words:
        return
    try:
        await _run(dashboard, words[0], words[1:])
    except Failure as failure:
        dashboard.say(str(failure), "warn")


async def _run(dashboard: "Everywhere", name: str, words: Words) -> None:
    name = SHORT.get(name, name)
    command = COMMANDS.get(name)
    if command is not None:
        await dashboard.carry_out(lambda: command(dashboard, words))
        return
    if name in PRINTED and words:
        dashboard.open_output((name, *words))  # what is named counts, not what the cursor is on
        return
    action = next((action for action in ACTIONS if name in (action.id, action.title)), None)
    page = dashboard.page
    if action is not None and page is not None:
        if words:
            label = dashboard.key_label(action.id)
            raise BadInput(f"{name} takes nothing behind it here", next=f"{label} or :{name} alone does it")
        await page.action_act(action.id)
        return
    if name in PRINTED:
        dashboard.open_output((name, *words))
        return
    if name in IN_A_SHELL:
        raise BadInput(f"{name} belongs in a shell of its own", next="q leaves")
    near = get_close_matches(name, names(), n=1)
    raise BadInput(f"no command {name!r}", next=f"did you mean {near[0]}?" if near else "? lists what there is")


def names() -> tuple[str, ...]:
    """Everything that can be typed first."""
    return tuple(sorted({*COMMANDS, *PRINTED, *(action.id for action in ACTIONS)}))


def _one(words: Words, what: str) -> str:
    if not words:
        raise BadInput(f"{what} of which?", next="name a run or a batch; tab completes")
    return words[0]


def _show(dashboard: "Everywhere", words: Words) -> None:
    ref = resolve(dashboard.scene.state, _one(words, "show"))
    match ref:
        case BatchRef(batch_id=batch_id):
            dashboard.open_selected(of_batch(batch_id))
        case _:
            dashboard.open_run(resolve_run(dashboard.scene.state, words[0]))


def _errors(dashboard: "Everywhere", words: Words) -> None:
    state = dashboard.scene.state
    ref = resolve(state, _one(words, "errors"))
    name = ref.batch_id if isinstance(ref, BatchRef) else ref.run
    dashboard.open_errors((owner(state, of_batch(name)) or name) if isinstance(ref, BatchRef) else name)


def _submit(dashboard: "Everywhere", words: Words) -> None:
    _refuse_if_read_only(dashboard)
    dashboard.open_submit(typed_path(words[0]) if words else None)


def _retry(dashboard: "Everywhere", words: Words) -> None:
    _refuse_if_read_only(dashboard)
    wish = retry_wish(words)
    state = dashboard.scene.state
    refs = {word: resolve(state, word) for word in wish.runs}
    named = {ref.custom_id for ref in refs.values() if isinstance(ref, RequestRef)}
    runs = list(dict.fromkeys(resolve_run(state, word) if named else whole_run(state, word) for word in refs))
    if named and (wish.is_lost or len(runs) > 1):
        raise BadInput("single requests are sent again run by run", next="name one run")
    if wish.is_lost:
        dashboard.open_lost(runs[0])
    elif len(runs) > 1:
        dashboard.open_retry_of_marked([of_run(run) for run in runs])
    else:
        dashboard.open_retry(runs[0], replace(wish.policy, custom_ids=wish.policy.custom_ids | named))


def _cancel(dashboard: "Everywhere", words: Words) -> None:
    _refuse_if_read_only(dashboard)
    _one(words, "cancel")
    for word in words:
        resolve(dashboard.scene.state, word)
    dashboard.open_cancel(list(words))


def _delete(dashboard: "Everywhere", words: Words) -> None:
    _refuse_if_read_only(dashboard)
    state = dashboard.scene.state
    ref = resolve(state, _one(words, "delete"))
    if not isinstance(ref, BatchRef):
        raise BadInput(f"{words[0]} is no batch", next="only single batches can be deleted")
    must_be_deletable(state, state.batches[ref.batch_id])
    dashboard.open_delete(ref.batch_id)


def _settle(dashboard: "Everywhere", words: Words) -> None:
    _refuse_if_read_only(dashboard)
    state = dashboard.scene.state
    waiting = next(state.unknown_submissions(), None)
    if waiting is None:
        raise BadInput("nothing is unsettled")
    dashboard.open_settle(of_run(waiting.run))


def _adopt(dashboard: "Everywhere", words: Words) -> None:
    _refuse_if_read_only(dashboard)
    ref = resolve(dashboard.scene.state, _one(words, "adopt"))
    if "--input" in words:
        dashboard.open_output(("adopt", *words))
        return
    if not isinstance(ref, BatchRef):
        raise BadInput(f"{words[0]} is no batch")
    dashboard.open_settle(of_batch(ref.batch_id))


def _ls(dashboard: "Everywhere", words: Words) -> None:
    if "--batches" in words:
        dashboard.open_batches()


def _watch(dashboard: "Everywhere", words: Words) -> None:
    for word in words:
        resolve_run(dashboard.scene.state, word)
    dashboard.say("this dashboard follows every run as watch does: nothing more has to be started")


def _refuse_if_read_only(dashboard: "Everywhere") -> None:
    if dashboard.scene.refusal:
        raise BadInput(dashboard.scene.refusal)


COMMANDS: Final[Mapping[str, Command]] = {
    "show": _show,
    "errors": _errors,
    "submit": _submit,
    "retry": _retry,
    "cancel": _cancel,
    "reconcile": _settle,
    "adopt": _adopt,
    "hide": _adopt,
    "ls": _ls,
    "delete": _delete,
    "demo": lambda dashboard, _words: dashboard.run_demo(),
    "watch": _watch,
}
PRINTED: Final = (
    "check", "plan", "prices", "doctor", "prune", "init", "collect", "export", "hold", "alerts", "split",
    "group", "stats",
)  # fmt: skip
"""Commands without a page of their own: run beside the dashboard, their output shown."""

IN_A_SHELL: Final = ("simulate",)
SHORT: Final = {"q": "quit", "?": "help"}
