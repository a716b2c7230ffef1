"""Trust as dated statements: who is trusted, for what, from when to when, and who says so."""

from zaruka.trust.lists import Missing, Pointer, Scheme, TrustList, Unread
from zaruka.trust.statements import (
    KeptStatements,
    Purpose,
    Standing,
    Statement,
    TrustBase,
    given,
    pinned,
)

__all__ = [
    "KeptStatements",
    "Missing",
    "Pointer",
    "Purpose",
    "Scheme",
    "Standing",
    "Statement",
    "TrustBase",
    "TrustList",
    "Unread",
    "given",
    "pinned",
]
