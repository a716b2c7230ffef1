"""Signed documents of any format as one model; CMS and CAdES so far."""

from zaruka.signatures.cms import parse_signed_data, parse_timestamp_token
from zaruka.signatures.content import BytesContent, Content, FileContent, Source, SpanContent
from zaruka.signatures.document import (
    Attribute,
    CertificateRef,
    Evidence,
    Signature,
    SignedDocument,
    SignerId,
    TimeStampToken,
    TstInfo,
    Unread,
)
from zaruka.signatures.tsp import TimeStampRequest, TimeStampResponse, check_imprint, check_token
from zaruka.signatures.verifying import SignerCheck, check_content, verify_signer

__all__ = [
    "Attribute",
    "BytesContent",
    "CertificateRef",
    "Content",
    "Evidence",
    "FileContent",
    "Signature",
    "SignedDocument",
    "SignerCheck",
    "SignerId",
    "Source",
    "SpanContent",
    "TimeStampRequest",
    "TimeStampResponse",
    "TimeStampToken",
    "TstInfo",
    "Unread",
    "check_content",
    "check_imprint",
    "check_token",
    "parse_signed_data",
    "parse_timestamp_token",
    "verify_signer",
]
