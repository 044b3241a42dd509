"""What an engine is made of, each part made when it is first asked for: a command that only lists needs few of them."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

from batchtui.domain.prices import PriceTable
from batchtui.domain.settings import Settings
from batchtui.engine.calls import CallLog
from batchtui.engine.core import Core
from batchtui.engine.ports import Alarm, Clock, Jobs, Journal, Leadership, Library, Service, Store, Witness

if TYPE_CHECKING:
    from batchtui.engine.again import Again
    from batchtui.engine.collecting import Collecting
    from batchtui.engine.collector import Collector
    from batchtui.engine.connection import Connection
    from batchtui.engine.counting import Counter
    from batchtui.engine.following import Follower
    from batchtui.engine.herald import Herald
    from batchtui.engine.leading import Lead
    from batchtui.engine.loops import Loops
    from batchtui.engine.model_lists import ModelLists
    from batchtui.engine.pilots import Pilots
    from batchtui.engine.planner import Planner
    from batchtui.engine.poller import Poller
    from batchtui.engine.restored import Restored
    from batchtui.engine.rhythm import Rhythm
    from batchtui.engine.sender import Sender
    from batchtui.engine.sending import Sending
    from batchtui.engine.stepper import Stepper
    from batchtui.engine.stopper import Stopper


class Adapters(TypedDict):
    """What an engine is given."""

    service: Service
    journal: Journal
    store: Store
    jobs: Jobs
    library: Library
    leadership: Leadership
    clock: Clock
    settings: Settings
    prices: Callable[[], PriceTable]
    alarms: NotRequired[Sequence[Alarm]]
    calls: NotRequired[CallLog]
    witness: NotRequired[Witness | None]
    is_read_only: NotRequired[bool]
    is_offline: NotRequired[bool]


class Parts:
    """The adapters, the core, and those who work on it. To import them all takes longer than to list 1,000 batches."""

    def __init__(self, **given: Unpack[Adapters]) -> None:
        self.core = Core(
            journal=given["journal"],
            clock=given["clock"],
            settings=given["settings"],
            is_read_only=given.get("is_read_only", False),
        )
        self.service = given["service"]
        self.store = given["store"]
        self.jobs = given["jobs"]
        self.library = given["library"]
        self.calls = given.get("calls") or CallLog()
        self.is_offline = given.get("is_offline", False)
        self._leadership = given["leadership"]
        self._load_prices = given["prices"]
        self._alarms = given.get("alarms", ())
        self._witness = given.get("witness")

    @cached_property
    def prices(self) -> PriceTable:
        """What costs are reckoned with."""
        return self._load_prices()

    @cached_property
    def poller(self) -> "Poller":
        from batchtui.engine.poller import Poller

        return Poller(self.core, self.service, self.connection, self._restored)

    @cached_property
    def connection(self) -> "Connection":
        from batchtui.engine.connection import Connection

        return Connection(self.core, self.store)

    @cached_property
    def sender(self) -> "Sender":
        from batchtui.engine.sender import Sender

        return Sender(self.core, self.service, self.store, self.jobs, self._leadership, self._restored)

    @cached_property
    def collector(self) -> "Collector":
        from batchtui.engine.collector import Collector

        return Collector(self.core, self.service, self.store, self.jobs, self.prices)

    @cached_property
    def stopper(self) -> "Stopper":
        from batchtui.engine.stopper import Stopper

        return Stopper(self.core, self.service, self.store)

    @cached_property
    def planner(self) -> "Planner":
        from batchtui.engine.planner import Planner

        return Planner(self.core, self.store, self.jobs, self.prices)

    @cached_property
    def models(self) -> "ModelLists":
        from batchtui.engine.model_lists import ModelLists

        return ModelLists(self.core, self.service, self.store)

    @cached_property
    def again(self) -> "Again":
        from batchtui.engine.again import Again

        return Again(self.core, self.planner, self.store, self.library, self.prices, self._restored)

    @cached_property
    def counter(self) -> "Counter":
        from batchtui.engine.counting import Counter

        return Counter(self.core, self.service, self.prices)

    @cached_property
    def pilots(self) -> "Pilots":
        from batchtui.engine.pilots import Pilots

        return Pilots(self.core, self.store, self.library, self.prices)

    @cached_property
    def _restored(self) -> "Restored":
        from batchtui.engine.restored import Restored

        return Restored(self.core, self._witness)

    @cached_property
    def _herald(self) -> "Herald":
        from batchtui.engine.herald import Herald

        return Herald(self.core, self._alarms)

    @cached_property
    def _lead(self) -> "Lead":
        from batchtui.engine.leading import Lead

        return Lead(self.core, self.store, self._leadership)

    @cached_property
    def _follower(self) -> "Follower":
        from batchtui.engine.following import Follower

        return Follower(self.core, self.store, self._leadership)

    @cached_property
    def _loops(self) -> "Loops":
        from batchtui.engine.loops import Loops

        return Loops(self.core, self.sender)

    @cached_property
    def _stepper(self) -> "Stepper":
        from batchtui.engine.stepper import Stepper

        return Stepper(self.core, self.connection)

    @cached_property
    def _rhythm(self) -> "Rhythm":
        from batchtui.engine.rhythm import Rhythm

        return Rhythm(self.core, self.poller, self.connection, self._stepper)

    @cached_property
    def _sending(self) -> "Sending":
        from batchtui.engine.sending import Sending

        return Sending(self.core, self.sender, self.pilots)

    @cached_property
    def _collecting(self) -> "Collecting":
        from batchtui.engine.collecting import Collecting

        return Collecting(self.core, self.service, self.collector)
