"""A body cut into the blocks that are written, the last one known as such before it is handed over."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from batchtui.engine.ports import Body

LAST_BLOCK_AT_LEAST = 4096
"""The server cannot have a whole body before this much more was handed over."""

BLOCK_AT_MOST = 256 * 1024
"""The write timeout is for one block: a line that takes a minute for 256 KiB is too slow to finish anyway.
The last block may be longer by what is held back."""


class NotHandedOver(Exception):
    """Why the rest of a body was kept: not the length that was said, unreadable, not released, asked for twice."""


async def blocks_to_write(body: Body) -> AsyncGenerator[tuple[bytes, bool], None]:
    """Each block and whether it is the last; raises before the last one if the length is not what was said."""
    left = body.size_bytes
    held = b""
    async with aclosing(_cut(body)) as blocks:
        async for block in blocks:
            held = held + block if held else block
            if len(held) > left:
                raise NotHandedOver(f"the body is longer than its {body.size_bytes} bytes")
            if left - len(held) >= LAST_BLOCK_AT_LEAST:
                yield held, False
                left -= len(held)
                held = b""
    if not held or len(held) != left:
        raise NotHandedOver(f"the body is shorter than its {body.size_bytes} bytes")
    yield held, True


async def _cut(body: Body) -> AsyncGenerator[bytes, None]:
    blocks = body.blocks()
    try:
        async for block in blocks:
            for start in range(0, len(block), BLOCK_AT_MOST):
                yield block[start : start + BLOCK_AT_MOST]
    # Broad: a damaged or vanished file comes as OSError, zlib's error, EOFError and others.
    except Exception as error:
        raise NotHandedOver(f"the body could not be read ({type(error).__name__})") from error
    finally:
        if isinstance(blocks, AsyncGenerator):
            await blocks.aclose()
