"""Object identifiers of the Russian certificate profile (FSB order 795 of 27.12.2011)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

OGRN: Final = "1.2.643.100.1"
SNILS: Final = "1.2.643.100.3"
INNLE: Final = "1.2.643.100.4"
OGRNIP: Final = "1.2.643.100.5"
INN: Final = "1.2.643.3.131.1.1"

SUBJECT_SIGN_TOOL: Final = "1.2.643.100.111"
ISSUER_SIGN_TOOL: Final = "1.2.643.100.112"
IDENTIFICATION_KIND: Final = "1.2.643.100.114"

# Classes of signature means, as certificate policies. The arc .114 names classes of CA means in
# some programs' headers: what it means follows from its place, policy or extension.
MEANS_CLASSES: Final = MappingProxyType(
    {
        "1.2.643.100.113.1": "KC1",
        "1.2.643.100.113.2": "KC2",
        "1.2.643.100.113.3": "KC3",
        "1.2.643.100.113.4": "KB1",
        "1.2.643.100.113.5": "KB2",
        "1.2.643.100.113.6": "KA1",
    }
)

# How a holder proved who he is: personal, remote_cert, remote_passport, remote_system.
IDENTIFICATION_KINDS: Final = (0, 1, 2, 3)

# RFC 9215 4.2: the digestParamSet that fits a key of GOST R 34.10-2012.
DIGESTS_OF_KEYS: Final = MappingProxyType(
    {
        "1.2.643.7.1.1.1.1": "1.2.643.7.1.1.2.2",
        "1.2.643.7.1.1.1.2": "1.2.643.7.1.1.2.3",
    }
)
CURVES_OF_RFC_4357: Final = ("1.2.643.2.2.35.", "1.2.643.2.2.36.")

# Russian algorithms, keys and parameters live below this arc.
ARC: Final = "1.2.643."
