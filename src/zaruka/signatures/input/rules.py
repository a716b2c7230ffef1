"""What is said of the input itself: hints beside the verdict, and what a signature leaves out.

A hint (why a document does not fit its signature) never touches the verdict. What is open about
the document as a whole makes the conclusion of the whole INDETERMINATE (severity UNKNOWN).
"""

from __future__ import annotations

from zaruka.findings import Rule

__all__ = [
    "ANOTHER_FILE",
    "CONTENT_NOT_COVERED",
    "FOUND_BY_DIGEST",
    "LINE_ENDS",
    "MAIL_PARTS_UNCOVERED",
    "OTHER_ENCODING",
    "PDF_RANGE",
    "SIGNED_DIGEST",
    "SIGNED_OTHER_FORM",
    "STAMP_NOT_COMPARED",
    "STAMP_OF_OTHER_FILE",
    "UNREAD_CERTIFICATES",
]

# The message digest is taken over the octets as they are (RFC 5652 5.4): every one counts.
LINE_ENDS = Rule("input.hint-line-ends", "RFC 5652 5.4")
OTHER_ENCODING = Rule("input.hint-encoding", "RFC 5652 5.4")
SIGNED_OTHER_FORM = Rule("input.hint-decoded", "RFC 5652 5.4")
SIGNED_DIGEST = Rule("input.hint-digest-of-digest", "RFC 5652 5.4")
ANOTHER_FILE = Rule("input.hint-another-file", "RFC 5652 11.2")
PDF_RANGE = Rule("input.hint-pdf-range", "ISO 32000-1 12.8.1")

# --- what is judged, and what is not
CONTENT_NOT_COVERED = Rule("input.content-not-covered", "XML Signature 1.1, 8.1.1")
FOUND_BY_DIGEST = Rule("input.found-by-digest", "RFC 5652 11.2")
MAIL_PARTS_UNCOVERED = Rule("input.mail-parts-uncovered", "RFC 1847 2.1")
STAMP_NOT_COMPARED = Rule("input.stamp-not-compared", "RFC 3161 2.4.2")
STAMP_OF_OTHER_FILE = Rule("input.stamp-of-other-file", "RFC 3161 2.4.2")
UNREAD_CERTIFICATES = Rule("input.unread-certificates", "RFC 5652 10.2.2")
