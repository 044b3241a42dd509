"""The mouse, taken and given back while the dashboard runs. Leans on names Textual's driver keeps to itself."""

from typing import Any

_NEEDED = ("_mouse", "_enable_mouse_support", "_disable_mouse_support")


def switch(driver: Any) -> bool | None:
    """Take it, or leave it to the terminal again: whether it is taken now, None where the driver has no such way.

    The driver itself gives it back when the dashboard ends or lends the terminal to another program.
    """
    if driver is None or not all(hasattr(driver, name) for name in _NEEDED):
        return None
    if driver._mouse:
        driver._disable_mouse_support()
        driver._mouse = False
    else:
        driver._mouse = True
        driver._enable_mouse_support()
    return bool(driver._mouse)
