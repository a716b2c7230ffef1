"""What Zaruka keeps between two runs: one database, `zaruka.db` unless told otherwise.

`database` opens, makes and migrates it; each subject has its tables and their use in a module of
its own. Nothing is imported here: whoever keeps nothing need not load SQLAlchemy.
"""
