"""Hints about a document that does not fit its signature: said beside the verdict, never in it."""

from __future__ import annotations

from zaruka.findings import Rule

__all__ = ["ANOTHER_FILE", "LINE_ENDS", "OTHER_ENCODING", "SIGNED_DIGEST", "SIGNED_OTHER_FORM"]

# The message digest is taken over the octets as they are (RFC 5652 5.4): every one counts.
LINE_ENDS = Rule("input.hint-line-ends", "RFC 5652 5.4")
OTHER_ENCODING = Rule("input.hint-encoding", "RFC 5652 5.4")
SIGNED_OTHER_FORM = Rule("input.hint-decoded", "RFC 5652 5.4")
SIGNED_DIGEST = Rule("input.hint-digest-of-digest", "RFC 5652 5.4")
ANOTHER_FILE = Rule("input.hint-another-file", "RFC 5652 11.2")
