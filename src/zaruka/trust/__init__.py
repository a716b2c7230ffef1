"""Trust as dated statements: who is trusted, for what, from when to when, and who says so."""

from zaruka.trust.statements import Purpose, Statement, TrustBase, given, pinned

__all__ = ["Purpose", "Statement", "TrustBase", "given", "pinned"]
