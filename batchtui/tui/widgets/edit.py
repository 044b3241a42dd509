"""A line being typed: values only, no drawing."""

from msgspec import Struct


class Edit(Struct, frozen=True):
    """Text and the place in it where typing goes on."""

    text: str = ""
    at: int = 0

    def typed(self, more: str) -> "Edit":
        """With characters put in."""
        return Edit(self.text[: self.at] + more + self.text[self.at :], self.at + len(more))

    def pressed(self, key: str) -> "Edit | None":
        """After an editing key, or None when the key is none."""
        text, at = self.text, self.at
        match key:
            case "backspace" | "ctrl+h":
                return Edit(text[: at - 1] + text[at:], at - 1) if at else self
            case "delete" | "ctrl+d":
                return Edit(text[:at] + text[at + 1 :], at)
            case "left" | "ctrl+b":
                return Edit(text, max(0, at - 1))
            case "right" | "ctrl+f":
                return Edit(text, min(len(text), at + 1))
            case "home" | "ctrl+a":
                return Edit(text, 0)
            case "end" | "ctrl+e":
                return Edit(text, len(text))
            case "ctrl+u":
                return Edit(text[at:], 0)
            case "ctrl+k":
                return Edit(text[:at], at)
            case "ctrl+w":
                start = self._word_start()
                return Edit(text[:start] + text[at:], start)
            case _:
                return None

    def _word_start(self) -> int:
        kept = self.text[: self.at].rstrip(" /")
        return max(kept.rfind(" "), kept.rfind("/")) + 1
