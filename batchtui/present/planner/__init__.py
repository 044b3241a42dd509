"""The queue as it is, and a job that is only imagined."""
