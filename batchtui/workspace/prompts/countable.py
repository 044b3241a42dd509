"""Requests of the sample as `count_tokens` takes them: the prompt, without what only matters for the answer."""

from collections.abc import Sequence
from typing import Any

import msgspec

from batchtui.domain.forecasting.token_guess import media
from batchtui.engine.jobs import Countable
from batchtui.workspace.prompts.parts import read_prompt
from batchtui.workspace.prompts.pilot_choice import shares
from batchtui.workspace.prompts.sample import Taken

KEYS = ("model", "messages", "system", "tools", "tool_choice", "thinking")
"""What the endpoint takes (API reference, count tokens); anything else it refuses."""

MOST_BYTES = 2_000_000
"""Of all bodies together: they travel to the engine as JSON, and to the service one by one."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode


def countable(taken: Sequence[Taken], number: int) -> tuple[Countable, ...]:
    """So many, every model by its share, evenly spread over the sizes of each."""
    by_model: dict[str, list[Taken]] = {}
    for each in taken:
        by_model.setdefault(each.request.model, []).append(each)
    room, found = MOST_BYTES, []
    for model, wanted in shares({model: len(group) for model, group in by_model.items()}, number).items():
        group = sorted(by_model[model], key=lambda each: (len(each.line), each.ordinal))
        for at in range(wanted):
            made = _countable(group[(2 * at + 1) * len(group) // (2 * wanted)])
            room -= len(made.body)
            if room >= 0:
                found.append(made)
    return tuple(found)


def _countable(taken: Taken) -> Countable:
    params = _decode(taken.line)["params"]
    prompt = read_prompt(params)
    unread = media(images=prompt.media.images, document_bytes=prompt.media.document_bytes).likely
    body = _encode({key: params[key] for key in KEYS if key in params}).decode()
    return Countable(model=taken.request.model, guessed=prompt.tokens + unread, body=body)
