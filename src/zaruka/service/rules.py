"""What is said of obtaining evidence: beside the verdict, which rests on what was obtained."""

from __future__ import annotations

from zaruka.findings import Rule

__all__ = ["KEPT_UNUSABLE", "NONCE_ABSENT", "NOT_OBTAINED"]

NOT_OBTAINED = Rule("online.not-obtained", "EN 319 102-1 5.1.3, TRY_LATER")
NONCE_ABSENT = Rule("online.nonce-absent", "RFC 9654 2.1")
KEPT_UNUSABLE = Rule("online.kept-unusable", "EN 319 102-1 5.1.3, TRY_LATER")
