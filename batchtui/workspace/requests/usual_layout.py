"""The two ways in which JSON writers put a request line: what lies where in them is known without decoding."""

STARTS = (b'{"custom_id":"%b","params":', b'{"custom_id": "%b", "params": ')
"""All that stands before the params of a request with this custom_id."""
