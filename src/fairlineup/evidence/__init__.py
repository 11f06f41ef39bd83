"""The audit's wing: a plan put to any face recognition system, its answers measured and shown."""
