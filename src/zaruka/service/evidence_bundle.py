"""The evidence bundle: everything a verdict rests on, in one file that says what is in it.

A zip of stored (not compressed) files, the same octets for the same evidence: manifest.json names
each with its SHA-256 and size; report.json is the report, policy.toml the policy it was judged by,
agreements/SHA256.toml an operator's files of agreements, evidence/KIND/SHA256 each encoding,
content/SHA256 what was signed, only if that was asked for. Reading believes nothing: names, sizes
and digests have to be those of the manifest, and nothing is unpacked to a disk.
"""

from __future__ import annotations

import json
import re
import zipfile
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, Final

from msgspec import Struct

from zaruka.errors import BudgetExceeded, InputError
from zaruka.facts import FactKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from zaruka.facts import Fact
    from zaruka.signatures import Content
    from zaruka.validation.evidence import Evidence
    from zaruka.validation.results import ValidationReport

__all__ = ["Bundle", "read_bundle", "write_bundle"]

_VERSION: Final = 1
_IN_MEMORY: Final = 1 << 24
_BLOCK: Final = 1 << 20
_FILES: Final = 20_000
_OCTETS: Final = 1 << 31  # of all files together
_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the first that a zip knows: no moment, the same each time
_NAME: Final = re.compile(
    r"report\.json|policy\.toml|agreements/[0-9a-f]{64}\.toml|content/[0-9a-f]{64}"
    r"|evidence/[a-z-]{1,30}/[0-9a-f]{64}",
    re.ASCII,
)
_MANIFEST, _REPORT, _POLICY = "manifest.json", "report.json", "policy.toml"
_SHA_256: Final = "2.16.840.1.101.3.4.2.1"


class Bundle(Struct, frozen=True):
    """What a bundle holds: the report, texts of policy and agreements, encodings by SHA-256."""

    report: bytes
    policy: str | None
    octets: dict[str, bytes]
    agreements: tuple[str, ...] = ()


def write_bundle(  # noqa: PLR0913 - each is another thing that a bundle may hold
    report: ValidationReport,
    report_json: str,
    evidence: Evidence,
    *,
    policy: str | None = None,
    agreements: Iterable[str] = (),
    octets: Mapping[str, bytes] = MappingProxyType({}),
    contents: Iterable[Content] = (),
) -> Iterator[bytes]:
    """Give the octets of a bundle, block by block.

    `evidence` is what the verdict was reached with: lists of which the report keeps only an
    extract are taken from there. `policy` is the text of the policy, `agreements` are those of an
    operator's files. `octets` are those of signature files and objects that the report keeps by
    their SHA-256 only, `contents` what was signed.
    """
    files: dict[str, Iterable[bytes | memoryview]] = {_REPORT: [report_json.encode()]}
    if policy is not None:
        files[_POLICY] = [policy.encode()]
    for text in agreements:
        encoded = text.encode()
        files[f"agreements/{sha256(encoded).hexdigest()}.toml"] = [encoded]
    for content in contents:
        files[f"content/{content.digest(_SHA_256).hex()}"] = content.blocks()
    for fact in report.facts:
        found = fact.der
        if found is None and not _is_content(fact):
            found = octets.get(fact.sha256)
        if found is None and fact.kind is FactKind.CRL:
            held = evidence.revocation(fact.sha256)
            found = None if held is None else bytes(held.der)
        if found is not None:
            files[f"evidence/{fact.kind}/{fact.sha256}"] = [found]
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        _write(file, files)
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block


def _is_content(fact: Fact) -> bool:
    return fact.kind is FactKind.DOCUMENT and "format" not in dict(fact.extract)


def _write(file: IO[bytes], files: Mapping[str, Iterable[bytes | memoryview]]) -> None:
    listed = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            digest, size = sha256(), 0
            with archive.open(_entry(name), "w", force_zip64=name.startswith("content/")) as entry:
                for block in files[name]:
                    size += entry.write(block)
                    digest.update(block)
            listed.append({"name": name, "sha256": digest.hexdigest(), "size": size})
        manifest = {"bundle_version": _VERSION, "files": listed}
        text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
        archive.writestr(_entry(_MANIFEST), text)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = 3  # the same on every system
    entry.external_attr = 0o644 << 16
    return entry


def read_bundle(path: Path) -> Bundle:
    """Read a bundle whole; InputError bundle.unreadable, bundle.altered, bundle.too-large."""
    try:
        with path.open("rb") as file:
            return _read(file, path.name)
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError) as error:
        raise InputError("bundle.unreadable", name=path.name) from error


def _read(file: IO[bytes], name: str) -> Bundle:
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) > _FILES or sum(each.file_size for each in entries) > _OCTETS:
            raise BudgetExceeded("bundle.too-large", name=name, limit=_OCTETS)
        for each in entries:  # stored: nothing grows when it is read
            if each.compress_type != zipfile.ZIP_STORED or each.file_size != each.compress_size:
                raise InputError("bundle.unreadable", name=name)
        files = {each.filename: archive.read(each) for each in entries}
    if len(files) != len(entries):
        raise InputError("bundle.altered", name=name, file=_MANIFEST)
    listed = _manifest(files.pop(_MANIFEST, b""), name)
    for stray in sorted({*files} ^ {*listed}):
        raise InputError("bundle.altered", name=name, file=stray[:100])
    for file_name, octets in files.items():
        if listed[file_name] != (sha256(octets).hexdigest(), len(octets)):
            raise InputError("bundle.altered", name=name, file=file_name)
    if _REPORT not in files:
        raise InputError("bundle.unreadable", name=name)
    return Bundle(
        files[_REPORT],
        files[_POLICY].decode() if _POLICY in files else None,
        {sha256(octets).hexdigest(): octets for octets in files.values()},
        tuple(files[each].decode() for each in sorted(files) if each.startswith("agreements/")),
    )


def _manifest(octets: bytes, name: str) -> dict[str, tuple[str, int]]:
    try:
        value: Any = json.loads(octets)
        version = int(value["bundle_version"])
        listed = {str(e["name"]): (str(e["sha256"]), int(e["size"])) for e in value["files"]}
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError("bundle.unreadable", name=name) from error
    if version != _VERSION:
        raise InputError("bundle.unreadable", name=name)
    for each in listed:
        if _NAME.fullmatch(each) is None:
            raise InputError("bundle.altered", name=name, file=each[:100])
    return listed
