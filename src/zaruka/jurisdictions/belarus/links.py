"""Link certificates: one key of the root authority of GosSUOK certifies another (STB 34.101.78 Б).

When the root is renewed its old key signs the new one, so that whoever trusts the old root has a
path to what the new one issues; the other way, the new key signs the old one (RFC 4210 4.4). In a
path a link is a certificate like every other: its signature, time and revocation are checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Finding, Severity
from zaruka.jurisdictions.belarus import rules
from zaruka.x509 import Anchor, Outcome, verify_signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.trust import TrustBase
    from zaruka.x509 import Certificate, Path

__all__ = ["explain_links", "is_link"]


def is_link(certificate: Certificate, trust: TrustBase) -> bool:
    """Whether a certificate of a path, none of its ends, is a link: by its names, or by a list.

    The name of the root may change with its key (STB 34.101.78 7.2).
    """
    return certificate.is_self_issued or any(
        ("ROLE", "link") in statement.details for statement in trust.about(certificate.sha256)
    )


def explain_links(path: Path, trust: TrustBase) -> Iterator[Finding]:
    """Say of each link in a path that it is one, and which key it leads to from which."""
    for index, certificate in enumerate(path.certificates):
        if index == 0 or not is_link(certificate, trust):
            continue
        above = path.issuer_of(index)
        known = above.certificate if isinstance(above, Anchor) else above
        if known is None or verify_signed(certificate, known.key).outcome is not Outcome.VALID:
            continue
        # The new key outlives the old one: appendix Б, 2.
        is_forward = certificate.not_after > known.not_after
        yield Finding(
            rules.LINK_FORWARD if is_forward else rules.LINK_BACK,
            Severity.INFO,
            certificate.ref,
            expected=known.ref.name,
            actual=certificate.sha256,
            details={"until": certificate.not_after, "known_until": known.not_after},
        )
