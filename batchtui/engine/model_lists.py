"""The service's models list: asked for at most once a day, kept on disk, so that checks need no call."""

from contextlib import suppress

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.models import ModelList
from batchtui.engine.core import Core
from batchtui.engine.ports import Service, ServiceProblem, Store


class ModelLists:
    """What is kept, and how it is made new."""

    def __init__(self, core: Core, service: Service, store: Store) -> None:
        self._core = core
        self._service = service
        self._store = store
        self._known: ModelList | None = None

    def kept(self) -> ModelList | None:
        """The newest list that was read here, however old; None when none was."""
        if self._known is None:
            self._known = self._store.read_models()
        return self._known

    async def fresh(self) -> ModelList | None:
        """The list of today, asking for it where the one at hand is older; that one where the service is no help."""
        kept = self.kept()
        if kept is not None and not kept.is_stale(self._core.clock.now()):
            return kept
        try:
            return await self.read()
        except ServiceProblem:
            return kept

    async def read(self) -> ModelList:
        """Ask the service now, and keep what it says. Raises ServiceProblem."""
        models = await self._service.models()
        self._known = ModelList(as_of=self._core.clock.now(), models=models)
        if not self._core.live.is_read_only:
            with suppress(WorkspaceDamaged):  # a cache that cannot be written is asked for again
                self._store.write_models(self._known)
        return self._known
