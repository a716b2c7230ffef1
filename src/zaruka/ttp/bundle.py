"""The evidence bundle of a receipt: a zip with a manifest of digests (D1, D3).

The receipt, the detached signature, certificates, lists and the receipts of others are in it;
of the document and of the object that was sent only the digests. The same parts give the same
octets: names sorted, nothing compressed, no times.
"""

from __future__ import annotations

import json
import re
import zipfile
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.crypto import digest
from zaruka.errors import BudgetExceeded, InputError
from zaruka.signatures.cms import parse_signed_data
from zaruka.ttp.reading import Receipt, parse_response
from zaruka.validation.context import Evidence
from zaruka.x509 import Certificate, CertificateList, OcspResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zaruka.ttp.checking import CheckedReceipt, Shown
    from zaruka.ttp.reading import ErrorNotice

__all__ = ["Bundle", "make_bundle", "read_bundle"]

_MANIFEST: Final = "manifest.json"
_VERSION: Final = 1
_FILES_MAX: Final = 1000
_SIZE_MAX: Final = 256 << 20
_NAME: Final = re.compile(
    r"(receipt\.dvc|signature\.p7s|(certificates|crls|ocsps|receipts)/[0-9a-f]{64})"
)
_SHA_256: Final = "2.16.840.1.101.3.4.2.1"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can say


class Bundle(Struct, frozen=True):
    """What a bundle holds; `digests` are of document, signature and object sent, by role and OID.

    `message` is the signature file, where it was detached.
    """

    receipt: Receipt | ErrorNotice
    message: bytes | None
    evidence: Evidence
    receipts: tuple[Receipt | ErrorNotice, ...]
    digests: Mapping[str, Mapping[str, str]]


def make_bundle(
    checked: CheckedReceipt,
    shown: Shown,
    evidence: Evidence,
    receipts: Iterable[bytes] = (),
) -> bytes:
    """Write a bundle; `evidence` is what the verdict rests on, `receipts` those of others."""
    receipt = checked.receipt
    files = {"receipt.dvc": receipt.der}
    if shown.message is not None and parse_signed_data(shown.message).encapsulated is None:
        files["signature.p7s"] = shown.message
    for folder, objects in (
        ("certificates", [each.der for each in evidence.certificates]),
        ("crls", [bytes(each.der) for each in evidence.crls]),
        ("ocsps", [bytes(each.der) for each in evidence.ocsps]),
        ("receipts", list(receipts)),
    ):
        files |= {f"{folder}/{sha256(der).hexdigest()}": der for der in objects}
    manifest = {
        "version": _VERSION,
        "files": [
            {"name": name, "sha256": sha256(der).hexdigest(), "size": len(der)}
            for name, der in sorted(files.items())
        ],
        "digests": _digests(checked, shown),
        "sent": checked.sent.form.value if checked.sent else None,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return _zip({_MANIFEST: text.encode(), **dict(sorted(files.items()))})


def _digests(checked: CheckedReceipt, shown: Shown) -> dict[str, dict[str, str]]:
    """D3: digests of document, signature file and object sent, by SHA-256 and the receipt's own."""
    oids = [_SHA_256]
    if isinstance(checked.receipt, Receipt):
        oids.append(checked.receipt.info.message_imprint.digest_algorithm.algorithm)
    found: dict[str, dict[str, str]] = {}
    if shown.document is not None:
        found["document"] = {oid: shown.document.digest(oid).hex() for oid in oids}
    for role, octets in (
        ("signature", shown.message),
        ("sent", checked.sent.octets if checked.sent else None),
    ):
        if octets is not None:
            found[role] = {oid: digest(oid, octets).hex() for oid in oids}
    return found


def _zip(files: Mapping[str, bytes]) -> bytes:
    octets = BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return octets.getvalue()


def read_bundle(octets: bytes) -> Bundle:
    """Read a bundle, and see that it is whole: every file as its manifest has it, none besides.

    Raises InputError (ttp.bundle-unreadable, ttp.bundle-altered with the file's name) or
    BudgetExceeded (ttp.bundle-too-large).
    """
    files = _unzip(octets)
    try:
        manifest = json.loads(files.pop(_MANIFEST))
        listed = {str(f["name"]): (str(f["sha256"]), int(f["size"])) for f in manifest["files"]}
        digests = {str(role): dict(by_oid) for role, by_oid in manifest["digests"].items()}
        version = manifest["version"]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InputError("ttp.bundle-unreadable", reason="manifest.json") from error
    if version != _VERSION:
        raise InputError("ttp.bundle-unreadable", reason=f"version {version}")
    for name in sorted(listed.keys() ^ files.keys()):
        raise InputError("ttp.bundle-altered", name=name)
    for name, content in files.items():
        if listed[name] != (sha256(content).hexdigest(), len(content)) or not _NAME.fullmatch(name):
            raise InputError("ttp.bundle-altered", name=name)
    return _opened(files, digests)


def _unzip(octets: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(octets)) as archive:
            entries = archive.infolist()
            if len(entries) > _FILES_MAX or sum(each.file_size for each in entries) > _SIZE_MAX:
                raise BudgetExceeded("ttp.bundle-too-large", limit=_SIZE_MAX)
            if len({each.filename for each in entries}) != len(entries):
                raise InputError("ttp.bundle-unreadable", reason="zip")
            if any(each.compress_type != zipfile.ZIP_STORED for each in entries):
                raise InputError("ttp.bundle-unreadable", reason="zip")
            return {each.filename: archive.read(each) for each in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise InputError("ttp.bundle-unreadable", reason="zip") from error


def _opened(files: Mapping[str, bytes], digests: Mapping[str, Mapping[str, str]]) -> Bundle:
    if "receipt.dvc" not in files:
        raise InputError("ttp.bundle-unreadable", reason="receipt.dvc")

    def under(folder: str) -> list[bytes]:
        return [der for name, der in files.items() if name.startswith(f"{folder}/")]

    evidence = Evidence.of(
        "bundle",
        certificates=map(Certificate.parse, under("certificates")),
        crls=map(CertificateList.parse, under("crls")),
        ocsps=map(OcspResponse.parse, under("ocsps")),
    )
    return Bundle(
        parse_response(files["receipt.dvc"]),
        files.get("signature.p7s"),
        evidence,
        tuple(parse_response(der) for der in under("receipts")),
        digests,
    )
