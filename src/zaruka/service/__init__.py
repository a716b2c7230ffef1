"""Composition root: what is given -> evidence, trust, countries, policy -> reports.

The wall clock is read here and nowhere below. Nothing is fetched unless an `Online` is given; what
would help is named in a report's `needs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.service.judging import Progress
from zaruka.service.recognising import question
from zaruka.service.zaruka import (
    JURISDICTIONS,
    Answer,
    Place,
    Zaruka,
    conclusion_of,
    holds_many,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from zaruka.recognition import CrossBorderReport
    from zaruka.service.evidence import FileOrFolder
    from zaruka.service.online import Online
    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.validation.policy import Policy

__all__ = [
    "JURISDICTIONS",
    "Answer",
    "Place",
    "Progress",
    "Zaruka",
    "conclusion_of",
    "holds_many",
    "question",
    "verify",
    "verify_all",
]


def verify(  # noqa: PLR0913 - what a verification depends on is said, not hidden
    source: Place,
    *,
    content: Place | None = None,
    anchors: Iterable[FileOrFolder] = (),
    certificates: Iterable[FileOrFolder] = (),
    crls: Iterable[FileOrFolder] = (),
    ocsps: Iterable[FileOrFolder] = (),
    key: FileOrFolder | None = None,
    store: FileOrFolder | None = None,
    at: datetime | None = None,
    policy: str | Policy = "etsi",
    strict: bool = False,
    jurisdictions: Iterable[Jurisdiction] = JURISDICTIONS,
    fetch: Online | None = None,
    recognise_in: str | None = None,
    from_kind: str | None = None,
    to_kind: str | None = None,
    about: str | None = None,
    agreements: Iterable[FileOrFolder] = (),
    powers: Iterable[FileOrFolder] = (),
    power_codes: Iterable[str] = (),
    receipts: Iterable[FileOrFolder] = (),
    proofs: Iterable[FileOrFolder] = (),
) -> CrossBorderReport:
    """Judge a signature, certificate, revocation list, OCSP answer or time-stamp.

    `source` is a path or the octets, in any wrapping. `content` is the document of a detached
    signature; without it the document is looked for beside `source`, by the digest inside.
    `anchors`, `certificates`, `crls` and `ocsps` are files of one or many objects, PEM or DER,
    or folders; without `anchors` the official roots of Russia and Belarus are trusted, and what
    the lists in `store` state; with them, nothing else.
    `key` is the file of the one bare public key to check a bare signature value by; it is
    trusted because it is named.
    `at` is the moment to judge at (aware; now unless given). `policy` is one that comes with
    Zaruka, by name, or one read by `zaruka.validation.policy.parse_policy`. `strict` tolerates
    no deviation from the standards. `jurisdictions` are the countries whose certificates are named
    and compared with their profiles, the first that claims one (docs/adding-a-country.md).
    `fetch` obtains what is lacked (`zaruka.Online`): without it nothing leaves this machine; what
    was obtained earlier and is kept beside `store` serves, and the report's `needs` say what else
    would help and where it is.
    `recognise_in` is the country where the signatures are to count ("RU", "BY"), the other one
    than a signer's unless given; `from_kind` and `to_kind` say what sender and receiver are and
    `about` what the document is about (values of `zaruka.recognition.Participant` and `Subject`),
    `agreements` are files of rules beside those that come with Zaruka (docs/recognition.md). The
    decisions stand in the report's `decisions`, in the order of its signatures (None for one that
    signs no document, but a receipt). `powers` are files or folders of powers of attorney (МЧД),
    registries' answers about them and attribute certificates, `power_codes` the powers that the
    signers have to have (docs/powers.md). `receipts` are those of the signers' own trusted third
    parties, which recognition asks for. `proofs` are time-stamps, receipts and evidence
    records over the signature that were made after it, and prove that it was there by then
    (docs/validation.md).

    Raises InputError, UnsupportedError or ConfigError where the question cannot be asked.
    """
    zaruka = Zaruka(
        anchors=anchors,
        certificates=certificates,
        crls=crls,
        ocsps=ocsps,
        key=key,
        store=store,
        at=at,
        policy=policy,
        strict=strict,
        jurisdictions=jurisdictions,
        fetch=fetch,
        recognition=question(
            recognise_in=recognise_in,
            from_kind=from_kind,
            to_kind=to_kind,
            about=about,
            agreement_files=agreements,
        ),
        powers=powers,
        power_codes=power_codes,
        receipts=receipts,
        proofs=proofs,
    )
    return zaruka.verify(source, content=content)


def verify_all(  # noqa: PLR0913 - as of `verify`
    sources: Iterable[FileOrFolder],
    *,
    anchors: Iterable[FileOrFolder] = (),
    certificates: Iterable[FileOrFolder] = (),
    crls: Iterable[FileOrFolder] = (),
    ocsps: Iterable[FileOrFolder] = (),
    key: FileOrFolder | None = None,
    store: FileOrFolder | None = None,
    at: datetime | None = None,
    policy: str | Policy = "etsi",
    strict: bool = False,
    jurisdictions: Iterable[Jurisdiction] = JURISDICTIONS,
    fetch: Online | None = None,
    recognise_in: str | None = None,
    from_kind: str | None = None,
    to_kind: str | None = None,
    about: str | None = None,
    agreements: Iterable[FileOrFolder] = (),
    powers: Iterable[FileOrFolder] = (),
    power_codes: Iterable[str] = (),
) -> Iterator[Answer]:
    """Judge many inputs, folders and archives among them, one answer after the other.

    Parameters are those of `verify`. What cannot be read is an answer too; nothing is raised for
    a single input, only for evidence and policy that cannot be loaded.
    """
    zaruka = Zaruka(
        anchors=anchors,
        certificates=certificates,
        crls=crls,
        ocsps=ocsps,
        key=key,
        store=store,
        at=at,
        policy=policy,
        strict=strict,
        jurisdictions=jurisdictions,
        fetch=fetch,
        recognition=question(
            recognise_in=recognise_in,
            from_kind=from_kind,
            to_kind=to_kind,
            about=about,
            agreement_files=agreements,
        ),
        powers=powers,
        power_codes=power_codes,
    )
    return zaruka.verify_all(sources)
