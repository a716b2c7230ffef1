"""All that lists and answers ever said of one certificate, each judged at its own moment.

EN 319 102-1 V1.4.1, 5.6.2.2.4, step 2 a): revocation information is selected by the rules of
RFC 5280 6.3.3 (b) to (l), whoever issued it being in force when it was issued, not now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from zaruka.validation.naming import processed_extensions
from zaruka.x509 import CrlPool, RevocationMeans, Tries
from zaruka.x509.crl_checks import crl_evidence
from zaruka.x509.ocsp_checks import ocsp_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.validation.context import Context
    from zaruka.x509 import (
        Anchor,
        Certificate,
        CertificateList,
        Name,
        OcspResponse,
        RevocationEvidence,
    )

__all__ = ["RevocationHistory"]

# Moments of lists and answers that are looked at for one certificate: the newest, and the newest
# up to its expiry, after which lists drop it. What was revoked stays on every list until then.
_MOMENTS = 32


class RevocationHistory:
    """Lists and answers of one validation by certificate: found once, for signer and stamps."""

    def __init__(self, context: Context) -> None:
        """Take the evidence of `context`."""
        self._context = context
        self._means = RevocationMeans(
            crls=context.evidence.crl_pool,
            ocsps=context.evidence.ocsps,
            candidates=context.evidence.pool(),
            tries=Tries(within=context.tries),
        )
        self._known: dict[tuple[str, str, str], tuple[RevocationEvidence, ...]] = {}

    @property
    def is_spent(self) -> bool:
        """Whether something that speaks of a revocation was left untried (`Tries`)."""
        return self._means.tries.is_spent

    def of(
        self, certificate: Certificate, issuer: Certificate | Anchor, anchor: Anchor
    ) -> tuple[RevocationEvidence, ...]:
        """Return what was said of `certificate`, newest first; `anchor` ends its path."""
        key = certificate.sha256, issuer.ref.sha256, anchor.ref.sha256
        if key not in self._known:
            found = self._find(certificate, issuer, anchor)
            self._known[key] = tuple(
                sorted(found, key=lambda one: (-one.this_update.timestamp(), one.ref.sha256))
            )
        return self._known[key]

    def revoked_at(self, certificate: Certificate, anchor: Anchor) -> datetime | None:
        """Return when a signer of lists or answers was revoked, by anything that says so."""
        issuers = self._means.candidates.with_subject(certificate.issuer)
        above: list[Certificate | Anchor] = [*issuers]
        if anchor.name == certificate.issuer:
            above.append(anchor)
        entries = (
            one.entry.revocation_date
            for issuer in above[:4]
            for one in self.of(certificate, issuer, anchor)
            if one.entry is not None
        )
        return min(entries, default=None)

    def _find(
        self, certificate: Certificate, issuer: Certificate | Anchor, anchor: Anchor
    ) -> Iterator[RevocationEvidence]:
        lists = [each for name in _issuers(certificate) for each in self._means.crls.of(name)]
        answers: dict[datetime, list[OcspResponse]] = {}
        for response in self._means.ocsps:
            single = response.find(certificate, issuer) if response.is_successful else None
            if single is not None:
                answers.setdefault(single.this_update, []).append(response)
        moments = {each.this_update for each in lists} | answers.keys()
        usable = sorted((m for m in moments if m <= self._context.at), reverse=True)
        in_term = [moment for moment in usable if moment <= certificate.not_after]
        under = self._means.under(anchor)
        processed = processed_extensions(certificate, self._context.jurisdictions)
        for moment in dict.fromkeys((*usable[:_MOMENTS], *in_term[:_MOMENTS])):
            then = structs.replace(
                under,
                crls=CrlPool(_current(lists, moment)),
                ocsps=tuple(answers.get(moment, ())),
                processed=processed,
            )
            said, _ = ocsp_evidence(certificate, issuer, then, moment)
            listed, _, _ = crl_evidence(certificate, issuer, then, moment)
            yield from (one for one in (*said, *listed) if one.this_update == moment)


def _issuers(certificate: Certificate) -> Iterator[Name]:
    """RFC 5280 6.3.3(b)(1): the certificate's issuer, and those that its points name."""
    names = [certificate.issuer]
    for point in certificate.distribution_points:
        names.extend(
            each.value for each in point.crl_issuer if not isinstance(each.value, str | bytes)
        )
    return iter(dict.fromkeys(names))


def _current(lists: list[CertificateList], moment: datetime) -> Iterator[CertificateList]:
    """Give the lists of one moment, and before a delta the complete lists it may build on."""
    has_delta = any(each.base_number is not None and each.this_update == moment for each in lists)
    for each in lists:
        before = each.base_number is None and each.this_update < moment
        if each.this_update == moment or (has_delta and before):
            yield each
