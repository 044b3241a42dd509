"""The simulated Message Batches API: a real HTTP server for the demo, tests and examples.

It imports nothing else of batchtui, so that a mistake there is not made twice here.
"""
