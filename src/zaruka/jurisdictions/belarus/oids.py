"""Object identifiers of GosSUOK certificates and of STB 34.101.78.

STB 34.101.50 appendix Д names the arcs; the certificates in use have one more ".1" than it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

# Extensions, and in a representative's subject also attributes (STB 34.101.78 appendix Г).
PERSONAL_NUMBER: Final = "1.2.112.1.2.1.1.1.1.1"
UNP: Final = "1.2.112.1.2.1.1.1.1.2"
UNPF: Final = "1.2.112.1.2.1.1.1.4.1"
POSITION: Final = "1.2.112.1.2.1.1.5.1"
DEPARTMENT: Final = "1.2.112.1.2.1.1.5.2"
CARD_FORM: Final = "1.2.112.1.2.1.1.1.2.1"
EXTENSIONS: Final = frozenset({PERSONAL_NUMBER, UNP, UNPF, POSITION, DEPARTMENT, CARD_FORM})

# All that GosSUOK has named for itself lies below this arc.
GOSSUOK_ARC: Final = "1.2.112.1.2.1.1."
ROOT_AUTHORITY: Final = "1.2.112.1.2.1.1.1.3.1"
ATTRIBUTE_SERVICE: Final = "1.2.112.1.2.1.1.1.3.2.3"

# Policies of GosSUOK, as seen in its certificates.
GOSSUOK_POLICIES: Final = MappingProxyType(
    {
        ROOT_AUTHORITY: "KUC",
        "1.2.112.1.2.1.1.1.3.2": "RUC",
        ATTRIBUTE_SERVICE: "CAS",
    }
)

# Roles of STB 34.101.78 (bpki-role), as certificate policies.
ROLES: Final = MappingProxyType(
    {
        "1.2.112.0.2.0.34.101.78.2.0": "CA0",
        "1.2.112.0.2.0.34.101.78.2.1": "CA1",
        "1.2.112.0.2.0.34.101.78.2.2": "CA2",
        "1.2.112.0.2.0.34.101.78.2.10": "AA",
        "1.2.112.0.2.0.34.101.78.2.20": "RA",
        "1.2.112.0.2.0.34.101.78.2.30": "OCSP",
        "1.2.112.0.2.0.34.101.78.2.31": "TSA",
        "1.2.112.0.2.0.34.101.78.2.32": "DVCS",
        "1.2.112.0.2.0.34.101.78.2.33": "IDS",
        "1.2.112.0.2.0.34.101.78.2.50": "TLS",
        "1.2.112.0.2.0.34.101.78.2.60": "NP",
        "1.2.112.0.2.0.34.101.78.2.61": "FNP",
        "1.2.112.0.2.0.34.101.78.2.62": "LR",
        "1.2.112.0.2.0.34.101.78.2.63": "LE",
        "1.2.112.0.2.0.34.101.78.2.70": "ACD",
    }
)
ROLE_OIDS: Final = MappingProxyType({role: oid for oid, role in ROLES.items()})

# STB 34.101.78 6.4: each signature algorithm belongs to a level of security, as curves do.
LEVELS_OF_SIGNATURES: Final = MappingProxyType(
    {
        "1.2.112.0.2.0.34.101.45.12": 128,
        "1.2.112.0.2.0.34.101.45.14": 192,
        "1.2.112.0.2.0.34.101.45.15": 256,
    }
)
LEVELS_OF_CURVES: Final = MappingProxyType(
    {
        "1.2.112.0.2.0.34.101.45.3.1": 128,
        "1.2.112.0.2.0.34.101.45.3.2": 192,
        "1.2.112.0.2.0.34.101.45.3.3": 256,
    }
)

ARCS: Final = ("1.2.112.0.2.0.34.101.", "1.2.112.0.2.0.1176.")
