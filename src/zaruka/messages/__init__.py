"""Every sentence a person reads, in ru, ru-BY, be and en.

A language is a folder of TOML files; `ru-BY` holds only what differs from `ru`. Files are read
when the first sentence of theirs is asked for. In a sentence, `{name}` is a value,
`{count:one|few|many}` the word that fits the number, and a time is written as people read it.
"""

from __future__ import annotations

from zaruka.messages.catalogue import (
    LANGUAGES,
    Messages,
    Sentence,
    add_catalogues,
    default_language,
    messages,
)
from zaruka.messages.visible import visible

__all__ = [
    "LANGUAGES",
    "Messages",
    "Sentence",
    "add_catalogues",
    "default_language",
    "messages",
    "visible",
]
