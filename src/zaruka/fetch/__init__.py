"""Obtain evidence and lists over HTTP(S), from servers that may be slow, broken or hostile.

    fetcher = Fetcher(Settings(), surroundings)
    got = fetcher.fetch(Request("http://ca.example/ca.crl"))
    outcomes = fetcher.fetch_all(requests)      # each a Fetched or a FetchError, in their order

Clock, randomness and sleep are arguments; what may be reached, and how much may come from there, is
`Settings`. Docs: docs/fetching.md.
"""

from zaruka.fetch.client import Fetcher
from zaruka.fetch.requests import Fetched, Limits, Request, Settings, Surroundings

__all__ = ["Fetched", "Fetcher", "Limits", "Request", "Settings", "Surroundings"]
