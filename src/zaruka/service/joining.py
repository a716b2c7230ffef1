"""Bringing certificates that a list without a publisher lacks: they make a list beside it."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from zaruka.errors import BudgetExceeded, InputError
from zaruka.jurisdictions.belarus import gossuok
from zaruka.jurisdictions.belarus.joined import Joining, write_list
from zaruka.service.evidence import Objects, read
from zaruka.service.lists import Obtained, joined_source
from zaruka.service.taking import NotBelieved
from zaruka.signatures.input.archives import folder_members
from zaruka.signatures.input.forms import recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input
from zaruka.toml import decode_toml, parse_toml
from zaruka.validation.deciding import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from zaruka.service.settings import ListSource
    from zaruka.service.taking import Proposal, Taking
    from zaruka.trust import Missing, TrustList
    from zaruka.x509 import Certificate

__all__ = ["Brought", "bring", "bring_folder", "join"]

CERTIFICATES_MAX: Final = 64  # brought at once
_KINDS: Final = frozenset({Kind.CERTIFICATE, Kind.CERTIFICATES, Kind.CRL})
_ROLES: Final = ("root", "link", "authority", "attributes")  # who has to join first


class Brought(Struct, frozen=True):
    """What a file holds that has certificates or revocation lists; `vouched` as of `Obtained`."""

    place: str
    objects: Objects
    vouched: bool


def bring(file: Obtained) -> tuple[Brought, ...]:
    """Read the certificates and revocation lists of a file; nothing where it holds something else.

    InputError, BudgetExceeded where it is damaged or has too many.
    """
    return tuple(_read([Input.of(file.octets, file.place)], vouched=file.vouched))


def bring_folder(path: Path) -> tuple[Brought, ...]:
    """Read the certificates and revocation lists in a folder; errors as of `bring`.

    InputError (input.nothing-wanted) where there is none.
    """
    found = tuple(_read((each.open() for each in folder_members(path)), vouched=True))
    if not found:
        wanted = Kind.CERTIFICATE.value
        raise InputError("input.nothing-wanted", name=path.name, expected=wanted)
    return found


def _read(files: Iterable[Input], *, vouched: bool) -> Iterator[Brought]:
    for file in files:
        if recognise(file).kind in _KINDS:
            yield Brought(file.title, read(file), vouched)


def join(base: ListSource, brought: Sequence[Brought], taking: Taking) -> Proposal:
    """Judge certificates, and propose the next issue of the list that they join.

    Where all of them are known already, the list that has them. NotBelieved (trust.not-joined)
    where one may not join: then none does.
    """
    store, own = taking.store, joined_source(base)
    relied = store.newest()
    octets = {name: store.octets(relied[name]) for name in (base.name, own.name) if name in relied}
    octets.setdefault(base.name, gossuok.octets())
    lists = [gossuok.parse_gossuok(each) for each in octets.values()]
    joining = Joining(lists, [crl for each in brought for crl in each.objects.crls], taking.at)
    new = _judged(joining, brought)
    place = ", ".join(each.place for each in brought)
    if not new:
        source = own if own.name in octets else base
        return taking.propose(source, Obtained(octets[source.name], place))
    last = store.last(own.name)
    entries = [
        *parse_toml(decode_toml(octets.get(own.name, b""))).get("certificates", ()),
        *(_entry(each, file, joining, lists) for each, file in new.items()),
    ]
    written = write_list(1 + (last.sequence if last else 0), taking.at, entries)
    vouched = all(each.vouched for each in brought)
    return taking.propose(own, Obtained(written, place, vouched))


def _judged(joining: Joining, brought: Iterable[Brought]) -> dict[Certificate, Brought]:
    """Let certificates join, roots first; give those that are new and the files that they lay in.

    Issuers join before what they issued, in whatever order they were brought.
    """
    found = {
        certificate: each
        for each in brought
        for certificate in each.objects.certificates
        if certificate not in joining
    }
    if len(found) > CERTIFICATES_MAX:
        raise BudgetExceeded("lists.too-many", what="X.509", limit=CERTIFICATES_MAX)
    roles = {each: joining.role_of(each) for each in found}
    order = sorted(found, key=lambda each: _ROLES.index(roles[each] or _ROLES[-1]))
    waiting = order
    while waiting:
        conclusions = {each: joining.judge(each) for each in waiting}
        passed = [each for each in waiting if conclusions[each].passed]
        if not passed:
            first = waiting[0]
            error = NotBelieved("trust.not-joined", name=first.subject.display())
            findings = conclusions[first].findings
            error.findings = tuple(each for each in findings if each.severity in OPEN)
            raise error
        for each in passed:
            joining.join(each)
        waiting = [each for each in waiting if each not in passed]
    return {each: found[each] for each in order}


def _missing(lists: Iterable[TrustList], brought: Brought) -> Missing | None:
    """Find what a list is known to lack by the name under which it is published."""
    if len(brought.objects.certificates) > 1:
        return None
    name = _file_name(brought.place)
    known = (each for one in lists for each in one.missing)
    return next((each for each in known if _file_name(each.url) == name), None)


def _file_name(place: str) -> str:
    return place.replace("\\", "/").rpartition("/")[2].casefold()


def _entry(
    certificate: Certificate, brought: Brought, joining: Joining, lists: Iterable[TrustList]
) -> dict[str, Any]:
    role, known = joining.role_of(certificate), _missing(lists, brought)
    link = joining.link_to(certificate) if role == "root" else None
    addresses = known.crl_urls if known else ()
    return {
        "role": role,
        "name": known.name if known else certificate.ref.name or brought.place,
        "sha256": certificate.sha256,
        "source": known.url if known else brought.place,
        "crl": [{"url": url, "source": "GosSUOK"} for url in addresses],
        **({"link": link.sha256} if link else {}),
        "der": b64encode(certificate.der).decode(),
    }
