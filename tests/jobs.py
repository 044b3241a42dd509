"""Jobs as somebody might send them: many requests of one shape, in several languages, with caches, tools, thinking."""

import random
from typing import Any

Params = dict[str, Any]

ENGLISH = """the pilot notes every tide before a vessel leaves for open water and lamps along the quay are lit counted
signed yesterday considerable administration nevertheless consistently between harbour weather bring small quickly would
""".split()  # noqa: SIM905  # words read better as a text
RUSSIAN = """лоцман записывает каждый прилив перед выходом судна в открытое море вчера значительно между
погода""".split()  # noqa: SIM905
JAPANESE = """港 では 毎日 潮 の 満ち引き と 係留 場所 を 記録 して います 昨日 の 天気""".split()  # noqa: SIM905
MODELS = ("claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-5-5", "claude-haiku-5-5")


def text(dice: random.Random, words: list[str], number: int) -> str:
    return " ".join(dice.choice(words) + dice.choice(("", "", "", "", ",", ".")) for _ in range(max(1, number)))


def code(dice: random.Random, lines: int) -> str:
    def name() -> str:
        return dice.choice(("index", "total", "user_id", "fetchRows", "x", "config"))

    return "\n".join(f"    {name()}[{dice.randrange(999)}] = {name()}({name()}, '{name()}');" for _ in range(lines))


def job(dice: random.Random) -> list[Params]:
    """One job as somebody might send it: one shape, many requests."""
    model = dice.choice(MODELS)
    system = f"You are clerk {dice.randrange(10**6)}. " + text(dice, ENGLISH, dice.randrange(20, 300))
    mean, spread = dice.randrange(30, 400), dice.random()
    language = dice.choice((ENGLISH, RUSSIAN, JAPANESE, None))

    def write(words: int) -> str:
        return text(dice, language, words) if language is not None else code(dice, words // 6)

    max_tokens = dice.choice((256, 512, 1024))
    marks = {"cache_control": {"type": "ephemeral"}} if dice.random() < 0.3 else {}
    extra: Params = {"thinking": {"type": "enabled", "budget_tokens": 128}} if dice.random() < 0.2 else {}
    if dice.random() < 0.2:
        extra["tools"] = [{"name": "save", "description": text(dice, ENGLISH, 30), "input_schema": {"type": "object"}}]
    return [
        {
            "model": model,
            "max_tokens": max_tokens,
            "system": [{"type": "text", "text": system, **marks}],
            "messages": [{"role": "user", "content": write(round(mean * dice.lognormvariate(0, spread)))}],
            **extra,
        }
        for _ in range(dice.randrange(40, 120))
    ]
