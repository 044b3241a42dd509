"""A second server of the Message Batches API, written from the protocol alone with the standard library.

It shares no code with the program or its simulator, and differs wherever the protocol leaves freedom.
"""

from .judge import JsonObject, Judge, default_judge, errored, succeeded
from .ledger import Accepted
from .seen import Seen
from .server import OtherServer

__all__ = ["Accepted", "JsonObject", "Judge", "OtherServer", "Seen", "default_judge", "errored", "succeeded"]
