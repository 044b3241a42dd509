"""Keeps what is pasted one paste: an ESC in it would make Textual's parser take the rest for keys, `y` among them."""

from typing import Final

ESC: Final = "\x1b"
START, END = "\x1b[200~", "\x1b[201~"


class PasteFilter:
    """Passes on what a terminal sends, without the ESCs between the start and the end of a paste."""

    def __init__(self) -> None:
        self.is_inside = False
        """A paste has begun and not ended."""
        self._seen = ""
        """As much of the next marker as has come; inside a paste it is held back."""

    def pass_on(self, data: str) -> str:
        """What of the data, in the order it came, the parser may see."""
        if not self.is_inside and not self._seen and ESC not in data:
            return data
        return "".join(self._inside(char) if self.is_inside else self._outside(char) for char in data)

    def _outside(self, char: str) -> str:
        self._seen = self._grown(START, char)
        if self._seen == START:
            self.is_inside, self._seen = True, ""
        return char

    def _inside(self, char: str) -> str:
        held, self._seen = self._seen, self._grown(END, char)
        if self._seen == END:
            self.is_inside, self._seen = False, ""
            return END
        if len(self._seen) > len(held):
            return ""
        let_go = held.removeprefix(ESC)
        return let_go if self._seen else let_go + char

    def _grown(self, marker: str, char: str) -> str:
        longer = self._seen + char
        if marker.startswith(longer):
            return longer
        return char if marker.startswith(char) else ""
