"""Name what is not ASN.1: documents, archives, other ways of signing. Only the beginning counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.signatures.input.kinds import Kind

if TYPE_CHECKING:
    from zaruka.signatures.input.opening import Input

__all__ = ["Named", "name_binary", "name_text"]

SEARCHED = 1 << 25  # octets of a document in which its own signature is looked for


class Named(Struct, frozen=True):
    """A kind, what it is more closely, and whether it holds a signature of its own."""

    kind: Kind
    what: str
    signed: bool = False


MAGIC = (
    (b"%PDF-", Kind.PDF, "pdf"),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE, "7z"),
    (b"Rar!\x1a\x07", Kind.ARCHIVE, "rar"),
    (b"\x1f\x8b", Kind.ARCHIVE, "gzip"),
    (b"BZh", Kind.ARCHIVE, "bzip2"),
    (b"\xfd7zXZ\0", Kind.ARCHIVE, "xz"),
    (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE, "zstd"),
    (b"MSCF", Kind.ARCHIVE, "cab"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OFFICE, "ole"),  # .doc, .xls, .msg
    (b"{\\rtf", Kind.OFFICE, "rtf"),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE, "png"),
    (b"\xff\xd8\xff", Kind.IMAGE, "jpeg"),
    (b"GIF8", Kind.IMAGE, "gif"),
    (b"II*\0", Kind.IMAGE, "tiff"),
    (b"MM\0*", Kind.IMAGE, "tiff"),
    (b"AT&TFORM", Kind.IMAGE, "djvu"),
)
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")  # ISO 32000-1 12.8.1
OFFICE_SIGNATURES = (b"_xmlsignatures/", b"META-INF/documentsignatures.xml")
XML_START = re.compile(rb"\s*<(?:\?xml|!--|!DOCTYPE|[A-Za-z_\x80-\xff])")
XML_ENCODING = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
XML_ROOT = re.compile(r"<(?:([\w.-]+):)?([^\W\d][\w.-]*)([^<>]*)")
XML_PROLOG = (("<?", "?>"), ("<!--", "-->"), ("<!", ">"))
XMLDSIG = b"http://www.w3.org/2000/09/xmldsig#"
# Roots of the documents of both countries (by name; the namespace where the name is common).
XML_ROOTS = {
    "SignedDoc": "eec-signed-doc",
    "Receipt": "eec-receipt",
    "Доверенность": "power-of-attorney",
    "АккредитованныеУдостоверяющиеЦентры": "russian-trust-list",
    "TrustServiceStatusList": "etsi-trust-list",
    "ValidationReport": "etsi-report",
    "BLRWBL": "belarusian-waybill",
    "BLRDLN": "belarusian-delivery-note",
    "BLRWBR": "belarusian-answer",
    "BLRDNR": "belarusian-answer",
    "BLRAPN": "belarusian-notice",
    "BLRDOC": "belarusian-document",
    "Signature": "xmldsig",
    "Envelope": "soap",
    "html": "html",
}
RUSSIAN_FILES = (  # beginning of ИдФайл of an FNS document, root Файл
    ("ON_NSCHFDOPPR", "russian-transfer-document"),
    ("ON_NSCHFDOPPOK", "russian-transfer-document"),
    ("ON_TRNACL", "russian-waybill"),
    ("ON_TRN", "russian-waybill"),
)
RUSSIAN_FILE_ID = re.compile(r"ИдФайл\s*=\s*[\"']([^\"']{1,300})")
_ERS = "urn:ietf:params:xml:ns:ers"  # RFC 6283
PGP = (b"-----BEGIN PGP ", b"-----BEGIN SSH SIGNATURE")
JWS = re.compile(rb"\s*eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\s*\Z")  # RFC 7515 3.1
JSON_START = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\d\]])")
MAIL_HEADERS = re.compile(rb"(?:From [^\n]*\n)?(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
MAIL_TYPE = re.compile(rb"^(?:MIME-Version|Content-Type):", re.IGNORECASE | re.MULTILINE)


def name_binary(source: Input) -> Named | None:
    """Name a binary format by its magic number; None if it is unknown."""
    head = source.first
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _name_zip(source)
    if head[257:262] == b"ustar":
        return Named(Kind.ARCHIVE, "tar")
    for magic, kind, what in MAGIC:
        if head.startswith(magic):
            signed = kind is Kind.PDF and _holds(source, BYTE_RANGE)
            return Named(kind, what, signed)
    if b"%PDF-" in head[:1024]:  # readers allow octets before it (ISO 32000-1, annex H.3)
        return Named(Kind.PDF, "pdf", _holds(source, BYTE_RANGE))
    return None


def _name_zip(source: Input) -> Named:
    """Tell documents that are zips inside from plain ones, by their first members."""
    head = source.first
    tail = source.read_at(max(0, source.size - (1 << 16)), 1 << 16)
    if b"mimetypeapplication/vnd.etsi.asic" in head[:128] or (
        b"META-INF/signatures" in tail or b"META-INF/ASiCManifest" in tail
    ):
        return Named(Kind.ASIC, "asic", signed=True)
    signed = any(mark in tail for mark in OFFICE_SIGNATURES)
    if b"mimetypeapplication/vnd.oasis.opendocument" in head[:128]:
        return Named(Kind.OFFICE, "odf", signed)
    if b"[Content_Types].xml" in head or b"[Content_Types].xml" in tail:
        return Named(Kind.OFFICE, "ooxml", signed)
    return Named(Kind.ZIP, "zip")


def name_text(source: Input, head: bytes) -> Named | None:
    """Name a text format by the beginning of the text (`head`, 8-bit or UTF-8)."""
    if any(mark in head for mark in PGP):
        return Named(Kind.PGP, "pgp", signed=True)
    if XML_START.match(head):
        return _name_xml(source, head)
    if source.size <= len(head) and JWS.match(head):
        return Named(Kind.JWS, "compact", signed=True)
    if JSON_START.match(head):
        signed = b'"signatures"' in head and b'"payload"' in head  # RFC 7515 7.2
        return Named(Kind.JWS if signed else Kind.TEXT, "json", signed)
    headers = MAIL_HEADERS.match(head)
    if headers is not None and MAIL_TYPE.search(headers.group()):
        return Named(Kind.MAIL, "mail")
    return None


def _name_xml(source: Input, head: bytes) -> Named:
    """Name an XML document by its root; it is not parsed here."""
    encoding = XML_ENCODING.match(head.lstrip())
    label = encoding.group(1).decode("ascii") if encoding else "utf-8"
    if label.lower().startswith("utf-16"):
        label = "utf-8"  # it has been recoded
    try:
        text = head.decode(label, "replace")
    except LookupError:
        text = head.decode("utf-8", "replace")
    root = XML_ROOT.match(_after_prolog(text))
    name, attributes = (root.group(2), root.group(3)) if root else ("", "")
    what = XML_ROOTS.get(name, "html" if name.lower() == "html" else "other")
    if name == "Файл":
        file_id = RUSSIAN_FILE_ID.search(attributes)
        known = (kind for start, kind in RUSSIAN_FILES if file_id and file_id[1].startswith(start))
        what = next(known, "russian-exchange-file")
    own = what in {"belarusian-waybill", "belarusian-delivery-note"}  # SecurityShipper
    if name == "EvidenceRecord" and _ERS in text:
        return Named(Kind.EVIDENCE_RECORD, "xml-ers")
    signed = (own and _holds(source, re.compile(rb"<SignatureValue>"))) or _holds(
        source, re.compile(re.escape(XMLDSIG))
    )
    return Named(Kind.TEXT if what == "html" else Kind.XML, what, signed)


def _after_prolog(text: str) -> str:
    """Leave out what may stand before the root (XML 1.0 2.8)."""
    text = text.lstrip()
    while prolog := next((pair for pair in XML_PROLOG if text.startswith(pair[0])), None):
        text = text.partition(prolog[1])[2].lstrip()
    return text


def _holds(source: Input, pattern: re.Pattern[bytes]) -> bool:
    """Whether the first or last 32 MiB hold the pattern."""
    after = max(SEARCHED, source.size - SEARCHED)
    return (
        pattern.search(source.first) is not None
        or any(True for _ in source.search(pattern, end=SEARCHED))
        or (after < source.size and pattern.search(source.read_at(after, SEARCHED)) is not None)
    )
