"""The two ways in which JSON writers put a request line: what lies where in them is known without decoding."""

_STARTS = (b'{"custom_id":"%b","params":', b'{"custom_id": "%b", "params": ')


def params_start(line: bytes, custom_id: str) -> int:
    """Where the params of a request with this custom_id begin; 0 when its line is written in some other way."""
    quoted = custom_id.encode()
    for layout in _STARTS:
        start = layout % quoted
        if line.startswith(start):
            return len(start)
    return 0
