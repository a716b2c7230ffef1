"""Names, certificates, revocation lists, OCSP answers; building and judging paths."""

from zaruka.x509.attribute_certificates import AttributeCertificate
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList, RevokedEntry
from zaruka.x509.names import Name, NameAttribute
from zaruka.x509.ocsp import OcspResponse, SingleResponse
from zaruka.x509.path_checks import Descent, PathInputs, check_path, closeness, find_path
from zaruka.x509.paths import (
    Anchor,
    AnchorPool,
    CertificatePool,
    DeadEnd,
    Path,
    SearchBudget,
    build_paths,
)
from zaruka.x509.revocation import (
    CrlPool,
    RevocationEvidence,
    RevocationMeans,
    RevocationStatus,
    Status,
    Tries,
    revocation_status,
)
from zaruka.x509.signed import Outcome, is_self_signed, verify_signed

__all__ = [
    "Anchor",
    "AnchorPool",
    "AttributeCertificate",
    "Certificate",
    "CertificateList",
    "CertificatePool",
    "CrlPool",
    "DeadEnd",
    "Descent",
    "Name",
    "NameAttribute",
    "OcspResponse",
    "Outcome",
    "Path",
    "PathInputs",
    "RevocationEvidence",
    "RevocationMeans",
    "RevocationStatus",
    "RevokedEntry",
    "SearchBudget",
    "SingleResponse",
    "Status",
    "Tries",
    "build_paths",
    "check_path",
    "closeness",
    "find_path",
    "is_self_signed",
    "revocation_status",
    "verify_signed",
]
