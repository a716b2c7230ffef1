"""The laboratory: hierarchies, keys and documents of invented people, for trial and tests.

Nothing made here has any legal force. Time and randomness are arguments.
"""
