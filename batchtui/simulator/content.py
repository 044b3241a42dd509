"""What the simulated model answers: a plausible text for each kind of prompt, the same for the same request."""

import json
import re
from collections.abc import Sequence
from typing import Any

from batchtui.simulator import phrases
from batchtui.simulator.lengths import skewed
from batchtui.simulator.prompts import last_user_text, texts

_PER_LINE = re.IGNORECASE | re.MULTILINE


class Dice:
    """A few small choices out of one large random number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def below(self, limit: int) -> int:
        """A number in [0, limit)."""
        self._number, chosen = divmod(self._number, limit)
        return chosen

    def pick(self, choices: Sequence[str]) -> str:
        """One of the choices."""
        return choices[self.below(len(choices))]

    def some(self, choices: Sequence[str], count: int) -> list[str]:
        """Several neighbours among the choices, each at most once."""
        start = self.below(len(choices))
        return [choices[(start + step) % len(choices)] for step in range(min(count, len(choices)))]


def answer(params: dict[str, Any], number: int) -> str:
    """The text that the model would write."""
    dice = Dice(number)
    prompt = last_user_text(params)
    hint = "\n".join(text[:600] for text in texts(params)).lower()
    if "@@ -" in prompt or "diff --git" in prompt:
        return _code_review(prompt, dice)
    if "sentiment" in hint or ("review" in hint and "classif" in hint):
        return _sentiment(prompt, dice)
    if "product" in hint:
        return _product_copy(prompt, dice)
    return _prose(prompt, dice)


def _sentiment(prompt: str, dice: Dice) -> str:
    words = re.findall(r"[a-z']+", prompt.lower())
    score = sum((word in phrases.GOOD) - (word in phrases.BAD) for word in words)
    label = "positive" if score > 0 else "negative" if score < 0 else dice.pick(("neutral", "mixed"))
    topics = [topic for topic, clues in phrases.TOPICS.items() if not clues.isdisjoint(words)]
    confidence = round(0.71 + min(abs(score), 4) * 0.06 + dice.below(6) / 100, 2)
    return json.dumps(
        {
            "sentiment": label,
            "confidence": confidence,
            "topics": topics[:3] or [dice.pick(("quality", "value", "use"))],
            "needs_reply": label == "negative" and dice.below(3) > 0,
        }
    )


def _product_copy(prompt: str, dice: Dice) -> str:
    name = _named(prompt) or "This one"
    opening = dice.pick(phrases.OPENINGS).format(name=name)
    benefits = dice.some(phrases.BENEFITS, 2 + dice.below(2))
    closing = dice.pick(phrases.CLOSINGS).format(name=name)
    if "bullet" in prompt:
        return "\n".join((f"{name} – {dice.pick(phrases.TITLES)}", *(f"• {line}" for line in (*benefits, closing))))
    if "teaser" in prompt or "newsletter" in prompt:
        return f"{opening} {dice.pick(phrases.CALLS)}"
    return " ".join((opening, *benefits, closing))


def _named(prompt: str) -> str | None:
    labelled = re.search(r"^(?:product|name|title|item)\s*:\s*(.{2,80}?)(?:\s*\([^()]*\))?$", prompt, _PER_LINE)
    return labelled[1].strip() if labelled else None


def _code_review(prompt: str, dice: Dice) -> str:
    path = re.search(r"^\+\+\+ (?:b/)?(\S+)", prompt, re.MULTILINE)
    where = path[1] if path else "the change"
    start = re.search(r"^@@ -\d+(?:,\d+)? \+(\d+)", prompt, re.MULTILINE)
    line = int(start[1]) if start else 1
    findings = dice.some(phrases.FINDINGS, 1 + dice.below(3))
    if dice.below(5) == 0:
        return f"{phrases.APPROVAL} Checked `{where}` against its callers; nothing to change."
    remarks = "\n".join(f"- `{where}:{line + 2 + dice.below(18)}`: {finding}" for finding in findings)
    return f"{dice.pick(phrases.VERDICTS)}\n\n{remarks}\n\n{dice.pick(phrases.REVIEW_ENDS)}"


def _prose(prompt: str, dice: Dice) -> str:
    subject = " ".join(re.findall(r"[\w'-]+", prompt[:400])[:9]) or "the question"
    wanted = max(1, round(3.5 * skewed(dice.below(1 << 20), spread=0.7)))
    rounds, rest = divmod(wanted, len(phrases.SENTENCES))
    sentences = [*phrases.SENTENCES * rounds, *dice.some(phrases.SENTENCES, rest)]
    return " ".join((dice.pick(phrases.PROSE_OPENINGS).format(subject=subject), *sentences))
