"""Verdicts: what becomes of each request of a batch, decided after the batch was accepted."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from batchtui.simulator import ids, rules
from batchtui.simulator.batch import SLICES, Batch, Verdicts
from batchtui.simulator.outcomes import CODES, OUTCOMES, REJECTED, SUCCEEDED, Wish, wish
from batchtui.simulator.scenarios import Scenario
from batchtui.simulator.spool import Spool


class Judge:
    """Gives verdicts, and remembers which custom_ids were struck before."""

    def __init__(self, *, seed: int, scenario: Scenario, spool: Spool) -> None:
        self._seed = seed
        self._spool = spool
        self._mix = [(share, CODES[name]) for name, share in scenario.mix]
        self._struck: set[str] = set()
        """custom_ids that met a transient outcome once and are spared the next time."""

    def verdicts(self, batch: Batch) -> Verdicts:
        """Decide about every request of a batch."""
        codes = bytearray()
        by_slice = tuple(Counter[int]() for _ in range(SLICES))
        for index, code in enumerate(self._codes(batch)):
            codes.append(code)
            by_slice[batch.slice_of(index)][code] += 1
        return Verdicts(codes=bytes(codes), by_slice=by_slice)

    def _codes(self, batch: Batch) -> Iterator[int]:
        for index in range(len(batch)):
            row = msgspec.json.decode(self._spool.read(batch.span, index))
            fixed = batch.fixed_codes[index] if batch.fixed_codes else 0
            if fixed:
                self._struck.add(row["custom_id"])
            yield fixed or self._code(row["custom_id"], row["params"], batch.version)

    def _code(self, custom_id: str, params: dict[str, Any], version: str) -> int:
        if rules.problem(params, version=version) is not None:
            return REJECTED
        return self._struck_once(custom_id, wish(custom_id, params) or self._fate(custom_id))

    def _fate(self, custom_id: str) -> Wish:
        """What the scenario has in store."""
        if self._mix:
            lot = ids.fraction(self._seed, "fate", custom_id) * 1000
            for share, code in self._mix:
                lot -= share
                if lot < 0:
                    return Wish(code, is_lasting=False)
        return _NOTHING

    def _struck_once(self, custom_id: str, fate: Wish) -> int:
        if fate.is_lasting or not OUTCOMES[fate.code].is_transient:
            return fate.code
        if custom_id in self._struck:
            return SUCCEEDED
        self._struck.add(custom_id)
        return fate.code


_NOTHING = Wish(SUCCEEDED, is_lasting=False)
