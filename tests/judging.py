"""Read certificates, CRLs and stamps of the shared material; make contexts to judge them in."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.trust import TrustBase, given
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import built_in
from zaruka.x509 import Certificate, CertificateList, OcspResponse

_PEM = re.compile(rb"-----BEGIN [^-]+-----(.+?)-----END [^-]+-----", re.DOTALL)


def read_der(path: Path) -> bytes:
    """Give the DER of a file that is PEM or DER."""
    octets = path.read_bytes()
    found = _PEM.search(octets)
    return base64.b64decode(found[1]) if found else octets


@cache
def certificate(path: Path) -> Certificate:
    return Certificate.parse(read_der(path))


@cache
def crl(path: Path) -> CertificateList:
    return CertificateList.parse(read_der(path))


@cache
def ocsp(path: Path) -> OcspResponse:
    return OcspResponse.parse(read_der(path))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def context(
    at: datetime,
    *,
    anchors: Iterable[Certificate] = (),
    certificates: Iterable[Certificate] = (),
    crls: Iterable[CertificateList] = (),
    ocsps: Iterable[OcspResponse] = (),
) -> Context:
    """Make a context with the policy `etsi` and both countries, anchors given by the caller."""
    anchors = tuple(anchors)
    return Context(
        policy=built_in("etsi"),
        at=at,
        trust=TrustBase(given(anchors)),
        evidence=Evidence.of(
            "file:test", certificates=(*anchors, *certificates), crls=crls, ocsps=ocsps
        ),
        jurisdictions=(RUSSIA, BELARUS),
    )
