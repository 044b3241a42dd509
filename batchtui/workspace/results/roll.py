"""Roll call: which custom_ids must come, and which came once, twice, or uncalled."""

from collections.abc import Iterable


class Roll:
    """Without a list of who must come, everybody may, once."""

    def __init__(self, expected: Iterable[str] | None) -> None:
        self._has_list = expected is not None
        self._came: dict[str, bool] = dict.fromkeys(expected or (), False)
        self._expected = len(self._came)
        self.strangers = 0
        self.repeated = 0
        self._met = 0

    def meet(self, custom_id: str) -> str | None:
        """Note one; the trouble with it, or None."""
        came = self._came.get(custom_id)
        if came:
            self.repeated += 1
            return f"custom_id {custom_id[:80]} is there twice"
        self._came[custom_id] = True
        if came is None and self._has_list:
            self.strangers += 1
            return f"custom_id {custom_id[:80]} is not of this chunk"
        self._met += 1
        return None

    @property
    def missing(self) -> int:
        return self._expected - self._met if self._has_list else 0

    def first_missing(self) -> str:
        """Some custom_id that did not come; "" when all did."""
        return next((custom_id for custom_id, came in self._came.items() if not came), "")
