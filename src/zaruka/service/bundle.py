"""One file with lists for a machine without internet: a zip of the lists and a signed manifest.

`manifest.json` names every list with its number, its SHA-256, where it came from and when;
`manifest.json.p7s` is a detached CMS signature over it. Whoever imports a bundle takes each list
through the same checks as an update does: the signature of the bundle says only who put it
together, and that the dates of obtaining are theirs.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from zaruka.errors import BudgetExceeded, InputError
from zaruka.findings import Severity
from zaruka.signatures.cades import check_signing_certificate
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent
from zaruka.signatures.input.archives import zip_members
from zaruka.signatures.verifying import verify_signer
from zaruka.x509 import Anchor, CertificatePool, PathInputs, find_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from zaruka.signatures import Signature
    from zaruka.signatures.input.archives import Member
    from zaruka.signatures.input.opening import Input
    from zaruka.stores.trust import StoredList
    from zaruka.x509 import Certificate

__all__ = ["Bundle", "BundledList", "check_signer", "make_bundle", "read_bundle"]

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.json.p7s"
_FORM: Final = 1
_THEN: Final = (1980, 1, 1, 0, 0, 0)  # the same lists make the same octets
_MANIFEST_MAX: Final = 1 << 24
ENTRIES_MAX: Final = 10_000  # some years of every list


class BundledList(Struct, frozen=True):
    """A list of a bundle: what the manifest says of it, and its octets, whose digest fits."""

    source: str
    sequence: int
    place: str
    obtained: datetime
    octets: bytes


class Bundle(Struct, frozen=True):
    """A bundle that was read; `signature` is None where it has none.

    `pivots` are files by address that lists of lists were believed by.
    """

    name: str
    manifest: bytes
    signature: bytes | None
    lists: tuple[BundledList, ...]
    pivots: Mapping[str, bytes]


def make_bundle(
    lists: Iterable[tuple[StoredList, bytes]],
    sign: Callable[[bytes], bytes] | None,
    pivots: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Put lists into one file; `sign` makes the detached signature over the manifest.

    `pivots` are the files by address that lists of lists are believed by.
    """
    files: dict[str, bytes] = {}
    entries = []
    for stored, octets in lists:
        name = f"lists/{stored.sha256}"
        files[name] = octets
        entries.append(
            {
                "file": name,
                "source": stored.source,
                "name": stored.name,
                "sequence": stored.sequence,
                "issued": stored.issued.isoformat(),
                "sha256": stored.sha256,
                "place": stored.place,
                "obtained": stored.obtained.isoformat(),
            }
        )
    beside = []
    for address, octets in sorted(pivots.items()):
        digest = sha256(octets).hexdigest()
        files[f"pivots/{digest}"] = octets
        beside.append({"file": f"pivots/{digest}", "address": address, "sha256": digest})
    said = {"bundle": _FORM, "lists": entries, "pivots": beside}
    text = json.dumps(said, ensure_ascii=False, indent=1)
    manifest = text.encode()
    files = {MANIFEST: manifest, **({SIGNATURE: sign(manifest)} if sign else {}), **files}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in files.items():
            archive.writestr(zipfile.ZipInfo(name, _THEN), octets, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def read_bundle(source: Input) -> Bundle:
    """Read a bundle: every list has the digest that the manifest says.

    Raises InputError: what a zip raises, trust.not-a-bundle, trust.bundle-damaged;
    BudgetExceeded.
    """
    members = {member.name: member for member in zip_members(source)}
    if MANIFEST not in members or members[MANIFEST].size > _MANIFEST_MAX:
        raise InputError("trust.not-a-bundle", name=source.title)
    manifest = bytes(members[MANIFEST].open().octets)
    said = _said(manifest, source.title)
    if len(said["lists"]) > ENTRIES_MAX:
        raise BudgetExceeded("lists.too-many", what="manifest.json", limit=ENTRIES_MAX)
    lists: list[BundledList] = []
    pivots: dict[str, bytes] = {}
    read = cache(partial(_member, members, source.title))  # many entries may name one file
    try:
        for entry in said["lists"]:
            found = BundledList(
                source=str(entry["source"]),
                sequence=int(entry["sequence"]),
                place=str(entry["place"]),
                obtained=_moment(entry["obtained"]),
                octets=read(entry["file"], entry["sha256"]),
            )
            lists.append(found)
        for entry in said.get("pivots", ()):
            pivots[str(entry["address"])] = read(entry["file"], entry["sha256"])
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise InputError("trust.not-a-bundle", name=source.title) from error
    signature = members.get(SIGNATURE)
    return Bundle(
        source.title,
        manifest,
        None if signature is None else bytes(signature.open().octets),
        tuple(sorted(lists, key=lambda each: (each.source, each.sequence))),
        pivots,
    )


def _member(members: Mapping[str, Member], name: str, file: str, digest: str) -> bytes:
    """Return the file of an entry, which has the digest that the manifest says."""
    octets = bytes(members[file].open().octets)
    if sha256(octets).hexdigest() != digest:
        raise InputError("trust.bundle-damaged", name=name, member=file)
    return octets


def _said(manifest: bytes, name: str) -> Mapping[str, Any]:
    try:
        values: Mapping[str, Any] = json.loads(manifest)
        if values["bundle"] == _FORM and isinstance(values["lists"], list):
            return values
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError("trust.not-a-bundle", name=name) from error
    raise InputError("trust.not-a-bundle", name=name)


def _moment(text: object) -> datetime:
    found = datetime.fromisoformat(str(text))
    if found.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return found.astimezone(UTC)


def check_signer(
    bundle: Bundle, signers: frozenset[str], anchors: Iterable[Certificate], at: datetime
) -> Certificate:
    """Return who signed the manifest: one of `signers` (SHA-256), or somebody under `anchors`.

    A path to an anchor is checked at the moment `at`; revocation is not asked, for whoever
    imports a bundle has no way to. Raises InputError: trust.bundle-unsigned,
    trust.bundle-forged, trust.bundle-signer.
    """
    if bundle.signature is None:
        raise InputError("trust.bundle-unsigned", name=bundle.name)
    document = parse_signed_data(bundle.signature)
    known = [*document.certificates, *anchors]
    for signature in document.signatures:
        for certificate in signature.find_signers(known):
            if _is_valid(signature, certificate, bundle.manifest):
                if certificate.sha256 in signers or _is_under(certificate, known, anchors, at):
                    return certificate
                raise InputError(
                    "trust.bundle-signer",
                    name=bundle.name,
                    signer=certificate.subject.display(),
                    sha256=certificate.sha256,
                )
    raise InputError("trust.bundle-forged", name=bundle.name)


def _is_valid(signature: Signature, certificate: Certificate, manifest: bytes) -> bool:
    check = verify_signer(signature, certificate.key, BytesContent(manifest))
    findings = (
        *signature.findings,
        *check.findings(signature),
        *check_signing_certificate(signature, certificate),
    )
    return not any(each.severity in {Severity.FAIL, Severity.UNKNOWN} for each in findings)


def _is_under(
    certificate: Certificate,
    known: Iterable[Certificate],
    anchors: Iterable[Certificate],
    at: datetime,
) -> bool:
    trusted = [Anchor.of(each) for each in anchors]
    outcome = find_path(certificate, CertificatePool(known), trusted, PathInputs(at))
    return outcome.valid is not None
