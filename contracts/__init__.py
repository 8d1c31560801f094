"""What is written down for ever, or said between services: events, state rows, signals, topics and ids.

Imports nothing but the standard library and pydantic (the replay client alone needs aiokafka), so that a reader of the
log in another team can depend on this package and on nothing else.
"""
