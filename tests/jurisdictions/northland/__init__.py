"""Northland, a country that is invented: what a country outside the package brings.

docs/adding-a-country.md goes through these files one by one. Its code is one that ISO 3166 leaves
to users, its arc one of X.667 that nobody else has.
"""

from pathlib import Path

from northland.jurisdiction import NORTHLAND
from zaruka.messages import add_catalogues

add_catalogues(Path(__file__).with_name("messages"))

__all__ = ["NORTHLAND"]
