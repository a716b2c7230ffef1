"""Find the document of a detached signature, by the digest inside and not by the name alone.

Names only say where to look first. A document belongs to a signature when its digest is the
message digest of one of the signers (RFC 5652 11.2); where there are no signed attributes, when
the signature itself verifies. Both answers are asked of a `SignatureReader`. Only the document
that has the very name which the signature says is never passed over: if it does not fit, that is
the answer, and a file that does is named beside it. Time-stamps find their documents likewise.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from zaruka.errors import BudgetExceeded, InputError, ZarukaError, defect
from zaruka.signatures.input.archives import Member, folder_members
from zaruka.signatures.input.archives import members as members_of
from zaruka.signatures.input.forms import Form, recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.names import FAR, NameIndex, closeness
from zaruka.signatures.input.opening import Input

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from zaruka.signatures.content import Content

__all__ = [
    "Budget",
    "Pair",
    "Pairing",
    "SignatureReader",
    "SignerDigest",
    "Tie",
    "find_document",
    "find_signatures",
    "members_in",
    "pair_members",
]

SIGNATURES = {Kind.SIGNED_DATA, Kind.DVCS_REQUEST, Kind.DVCS_RESPONSE}
STAMPS = {Kind.TIMESTAMP_TOKEN, Kind.TIMESTAMP_RESPONSE}
EVIDENCE = {
    Kind.CERTIFICATE,
    Kind.CERTIFICATES,
    Kind.CRL,
    Kind.OCSP_RESPONSE,
    Kind.ATTRIBUTE_CERTIFICATE,
}
TRIED = 8  # documents tried for a signature without a message digest


class SignerDigest(Struct, frozen=True):
    """What one signer says of the content: digest algorithm (OID) and messageDigest.

    `digest` is None where there are no signed attributes.
    """

    algorithm: str
    digest: bytes | None


class SignatureReader(Protocol):
    """What pairing asks about signatures."""

    def signers(self, form: Form) -> tuple[SignerDigest, ...]:
        """Digests of the signers or of a stamp, only of algorithms that can be computed.

        Raises InputError where the signature cannot be read.
        """

    def verifies(self, form: Form, content: Content) -> bool:
        """Whether a signature in `form` verifies over `content` (mathematics only)."""


class Tie(StrEnum):
    """What ties a signature to its document."""

    INSIDE = "inside"  # the signature holds the document
    MESSAGE = "message"  # both are parts of one signed mail message
    DIGEST = "digest"
    VERIFIED = "verified"  # no message digest; the signature verifies over it
    NAME = "name"  # by name alone: the digest is of something else


class Pair(Struct, frozen=True):
    """A signature file and its document; `tie` is None where no document was found.

    `fitting` is another file, which fits where the document of that name does not.
    """

    signature: Member
    tie: Tie | None = None
    document: Member | None = None
    fitting: Member | None = None


class Pairing(Struct, frozen=True):
    """What a folder or archive holds. Nothing that was looked at is left out.

    `unsigned` are documents without a signature, `signed` those that hold one of a format of
    their own (XML, PDF; the kind), XML also where a detached signature is beside it. `stamps` are
    time-stamps with what they stamp, `evidence` certificates and lists (the kind), `unread` what
    could not be read (the error).
    """

    pairs: tuple[Pair, ...]
    stamps: tuple[Pair, ...] = ()
    unsigned: tuple[Member, ...] = ()
    signed: tuple[tuple[Member, Kind], ...] = ()
    evidence: tuple[tuple[Member, Kind], ...] = ()
    unread: tuple[tuple[Member, ZarukaError], ...] = ()


class Budget(Struct, frozen=True):
    """How much is hashed in search of documents whose names say nothing: files and octets."""

    files: int = 10_000
    octets: int = 1 << 33


@dataclass(slots=True)
class _Search:
    """Digests of documents, computed once for each algorithm, and what may still be hashed."""

    progress: Callable[[int], None] | None
    budget: Budget
    known: dict[str, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))
    files: int = 0
    octets: int = 0

    def digests(self, member: Member, algorithms: Iterable[str]) -> dict[str, bytes]:
        """Digests of a member; none where it cannot be read: that is said elsewhere."""
        known = self.known[member.name]
        missing = [oid for oid in algorithms if oid not in known]
        if missing:
            try:
                known.update(member.open().digest_many(missing, progress=self.progress))
            except InputError:
                return {}
        return known

    def affords(self, member: Member) -> bool:
        """Whether one more document whose name says nothing may be hashed."""
        self.files += 1
        self.octets += member.size
        return self.files <= self.budget.files and self.octets <= self.budget.octets


@dataclass(slots=True)
class _Detached:
    """A detached signature in search of its document."""

    member: Member
    form: Form
    signers: tuple[SignerDigest, ...]

    @property
    def algorithms(self) -> set[str]:
        return {signer.algorithm for signer in self.signers if signer.digest is not None}

    def fits(self, digests: dict[str, bytes]) -> bool:
        return any(
            signer.digest is not None and digests.get(signer.algorithm) == signer.digest
            for signer in self.signers
        )


def pair_members(
    members: Iterable[Member],
    reader: SignatureReader,
    *,
    budget: Budget | None = None,
    progress: Callable[[int], None] | None = None,
) -> Pairing:
    """Pair the signatures among `members` with their documents.

    `progress` is told the octets of the document being hashed. A member that cannot be read is
    listed, never raised.
    """
    everything = tuple(members)
    sorted_out = _sort_out(everything, reader)
    search = _Search(progress, budget or Budget())
    found = dict(_pair(sorted_out.detached, everything, reader, search))
    pairs = [*sorted_out.whole, *(found[item.member.name] for item in sorted_out.detached)]
    order = {member.name: place for place, member in enumerate(everything)}
    pairs.sort(key=lambda pair: order[pair.signature.name])
    stamps = [pair for _, pair in _pair(sorted_out.stamps, everything, reader, search)]
    stamps.sort(key=lambda pair: order[pair.signature.name])
    taken = {pair.document.name for pair in pairs if pair.document and pair.tie is not Tie.NAME}
    return Pairing(
        tuple(pairs),
        tuple(stamps),
        tuple(member for member in sorted_out.plain if member.name not in taken),
        tuple(
            item for item in sorted_out.signed if item[1] is Kind.XML or item[0].name not in taken
        ),
        tuple(item for item in sorted_out.evidence if item[0].name not in taken),
        tuple(sorted_out.unread),
    )


def find_document(
    path: Path,
    form: Form,
    reader: SignatureReader,
    *,
    budget: Budget | None = None,
    progress: Callable[[int], None] | None = None,
) -> Pair:
    """Find the document of the detached signature or stamp `form`, read from `path`, beside it.

    Looked at: the files of its folder, the closest names first. Raises InputError where the
    signature cannot be read.
    """
    own = Member(path.name, form.source.size, lambda: form.source)
    if form.content is not None:
        return Pair(own, Tie.MESSAGE, _held(form.content, path.name))
    if not form.detached and form.kind not in STAMPS:
        return Pair(own, Tie.INSIDE)
    item = _Detached(own, form, reader.signers(form))
    search = _Search(progress, budget or Budget(files=1000, octets=1 << 29))
    return next(pair for _, pair in _pair([item], _beside(path), reader, search))


def find_signatures(
    path: Path,
    reader: SignatureReader,
    *,
    progress: Callable[[int], None] | None = None,
) -> tuple[Member, ...]:
    """Find the detached signatures of the document `path` in its folder.

    They are those that fit it and those that say its name, whether they fit it or not.
    """
    beside = _beside(path)
    document = next((member for member in beside if member.name == path.name), None)
    if document is None:
        return ()
    search = _Search(progress, Budget())
    detached = (
        member
        for member in beside
        if member is not document and member.size <= document.size + (1 << 24)
    )
    near = [m for m in detached if closeness(m.file_name, document.name) < FAR or m.size < 1 << 20]
    items = _sort_out(near, reader).detached
    index = NameIndex(beside)
    return tuple(
        item.member
        for item in items
        if index.named(item.member)[:1] == [document]
        or item.fits(search.digests(document, item.algorithms))
    )


@dataclass(slots=True)
class _SortedOut:
    """Members by what they are."""

    whole: list[Pair] = field(default_factory=list)
    detached: list[_Detached] = field(default_factory=list)
    stamps: list[_Detached] = field(default_factory=list)
    plain: list[Member] = field(default_factory=list)
    signed: list[tuple[Member, Kind]] = field(default_factory=list)
    evidence: list[tuple[Member, Kind]] = field(default_factory=list)
    unread: list[tuple[Member, ZarukaError]] = field(default_factory=list)


def _sort_out(members: Iterable[Member], reader: SignatureReader) -> _SortedOut:
    found = _SortedOut()
    for member in members:
        try:
            form = recognise(member.open())
            if form.kind not in SIGNATURES | STAMPS:
                _put_aside(found, member, form)
            elif form.missing:
                reason = InputError(
                    "input.truncated",
                    name=member.name,
                    found=form.kind.value,
                    actual=form.source.size,
                    missing=form.missing,
                )
                found.unread.append((member, reason))
            elif form.content is not None:
                held = _held(form.content, member.name)
                found.whole.append(Pair(member, Tie.MESSAGE, held))
            elif form.kind in STAMPS:
                found.stamps.append(_Detached(member, form, reader.signers(form)))
            elif form.detached:
                found.detached.append(_Detached(member, form, reader.signers(form)))
            else:
                found.whole.append(Pair(member, Tie.INSIDE))
        except ZarukaError as error:
            found.unread.append((member, error))
        except Exception as error:  # noqa: BLE001 - our mistake over one file is not the others'
            found.unread.append((member, defect(error)))
    return found


def _put_aside(found: _SortedOut, member: Member, form: Form) -> None:
    if form.kind in EVIDENCE:
        found.evidence.append((member, form.kind))
    elif form.signed or form.kind in {Kind.ENCRYPTED_CMS, Kind.EVIDENCE_RECORD}:
        found.signed.append((member, form.kind))
    else:
        found.plain.append(member)


def _held(content: Input, name: str) -> Member:
    return Member(f"{name}#content", content.size, lambda: content)


def _pair(
    detached: list[_Detached],
    members: tuple[Member, ...],
    reader: SignatureReader,
    search: _Search,
) -> Iterator[tuple[str, Pair]]:
    """Give each detached signature its pair, by the name of its member."""
    index = NameIndex(members)
    near = {item.member.name: index.near(item.member) for item in detached}
    named = {item.member.name: index.named(item.member) for item in detached}
    far: list[_Detached] = []
    for item in detached:
        likely = named[item.member.name] or near[item.member.name]
        document = next((found for found in likely if _fits(item, found, search)), None)
        if document is not None:
            yield item.member.name, Pair(item.member, Tie.DIGEST, document)
        elif item.algorithms:
            far.append(item)
        elif named[item.member.name]:
            yield item.member.name, _pair_by_verifying(item, likely, likely, reader)
        else:
            yield item.member.name, _pair_by_verifying(item, likely, members, reader)
    found = _search_by_digest(far, members, search)
    for item in far:
        name = item.member.name
        fitting = found.get(name)
        if named[name]:
            yield name, Pair(item.member, Tie.NAME, named[name][0], fitting)
        elif fitting is not None:
            yield name, Pair(item.member, Tie.DIGEST, fitting)
        else:
            yield name, _pair_by_name(item, near[name])


def _fits(item: _Detached, member: Member, search: _Search) -> bool:
    return bool(item.algorithms) and item.fits(search.digests(member, item.algorithms))


def _search_by_digest(
    items: list[_Detached], members: tuple[Member, ...], search: _Search
) -> dict[str, Member]:
    """Hash what is left, the smallest first, until everything is found or the budget is spent."""
    wanted: dict[tuple[str, bytes], list[_Detached]] = defaultdict(list)
    for item in items:
        for signer in item.signers:
            if signer.digest is not None:
                wanted[signer.algorithm, signer.digest].append(item)
    algorithms = {oid for oid, _ in wanted}
    found: dict[str, Member] = {}
    for member in sorted(members, key=lambda member: member.size):
        if len(found) == len(items) or not search.affords(member):
            break
        for key in search.digests(member, algorithms).items():
            for item in wanted.get(key, ()):
                if member.name != item.member.name:
                    found.setdefault(item.member.name, member)
    return found


def _pair_by_verifying(
    item: _Detached, near: list[Member], members: Iterable[Member], reader: SignatureReader
) -> Pair:
    """Ask the signature itself about the closest names and the smallest files of its folder."""
    folder = (m for m in members if m.folder == item.member.folder and m.name != item.member.name)
    others = sorted(folder, key=lambda member: member.size)
    for member in list(dict.fromkeys([*near, *others]))[:TRIED]:
        try:
            if reader.verifies(item.form, member.open()):
                return Pair(item.member, Tie.VERIFIED, member)
        except ZarukaError:
            continue
    return _pair_by_name(item, near)


def _pair_by_name(item: _Detached, near: list[Member]) -> Pair:
    """Take the document that the name says, though the digest does not: verification will tell."""
    for member in near:
        if member.folder == item.member.folder:
            return Pair(item.member, Tie.NAME, member)
    return Pair(item.member)


def _beside(path: Path) -> tuple[Member, ...]:
    """Files of the folder in which `path` lies; of an enormous folder, those with close names."""
    folder = path.absolute().parent
    try:
        return folder_members(folder, deep=False)
    except BudgetExceeded:
        everything = folder_members(folder, deep=False, limit=1_000_000)
        return tuple(
            member
            for member in everything
            if member.name == path.name or closeness(path.name, member.name) < FAR
        )


def members_in(path: Path) -> tuple[Member, ...]:
    """Members of a folder, a zip or a mail message; none where `path` is a single object.

    Raises InputError or UnsupportedError where the container cannot be read.
    """
    if path.is_dir():
        return folder_members(path)
    return members_of(recognise(Input.open(path)))
