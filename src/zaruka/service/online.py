"""The two steps: validation names what it needs, that is obtained, validation runs again.

Until nothing new comes or a budget is spent. What was obtained before and is still good is taken
from the store; what is no longer good is asked for again, and used in its old form where no new
one comes: validation says that it is old, and the policy whether it may count.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from zaruka.errors import FetchError, InputError, StoreError, ZarukaError
from zaruka.facts import FactKind
from zaruka.fetch import Fetcher, Request, Settings
from zaruka.findings import Finding, ObjectKind, ObjectRef, Severity
from zaruka.service.evidence import Objects, dated, read
from zaruka.service.needs import options
from zaruka.service.reaching import MACHINE
from zaruka.service.rules import NONCE_ABSENT, NOT_OBTAINED
from zaruka.signatures.input.opening import Input
from zaruka.stores import evidence_folder
from zaruka.validation.context import Evidence
from zaruka.x509 import OcspResponse
from zaruka.x509.ocsp_requests import make_ocsp_request, nonce_value

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from os import PathLike
    from pathlib import Path

    from zaruka.fetch import Fetched, Surroundings
    from zaruka.service.needs import Option
    from zaruka.stores.evidence import EvidenceStore, Kept
    from zaruka.validation.context import Context
    from zaruka.validation.results import ValidationReport
    from zaruka.x509 import CertificateList

__all__ = ["Budget", "Online", "keep_beside"]

_SMALLER: Final = 64  # times: an OCSP answer, or certificates, than a list may be
_ACCEPT: Final = {
    FactKind.CRL: ("application/pkix-crl",),
    FactKind.OCSP: ("application/ocsp-response",),
    FactKind.CERTIFICATE: ("application/pkix-cert", "application/pkcs7-mime"),
}
_OCSP_REQUEST: Final = "application/ocsp-request"
_RECHECK: Final = timedelta(hours=1)
_NONCE_OCTETS: Final = 32  # RFC 9654 2.1
_STB: Final = "1.2.112."  # STB 34.101.78 leaves the nonce out


class Budget(Struct, frozen=True):
    """What obtaining for one question may cost: rounds, requests, octets, seconds."""

    rounds: int = 8
    requests: int = 64
    octets: int = 1 << 28
    seconds: float = 120


class Online:
    """Obtains what validation needs: from a store, and from the network.

    `store` None keeps nothing; what opens one is called when something is lacked. `network` False
    asks nobody. Clock and chance are the machine's unless `surroundings`, `entropy` and `fetcher`
    say otherwise.
    """

    def __init__(  # noqa: PLR0913 - all that obtaining depends on
        self,
        settings: Settings | None = None,
        *,
        store: EvidenceStore | Callable[[], EvidenceStore | None] | None = None,
        network: bool = True,
        budget: Budget | None = None,
        surroundings: Surroundings | None = None,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
        fetcher: Fetcher | None = None,
    ) -> None:
        """Take what may be reached and how much of it; ConfigError where the settings are wrong."""
        settings = settings or Settings()
        self.surroundings = surroundings or MACHINE
        self.small = settings.limits.octets // _SMALLER
        self._store = store
        self.budget = budget or Budget()
        self.entropy = entropy
        usual = Fetcher(settings, self.surroundings) if network else None
        self.fetcher = fetcher or usual

    @property
    def store(self) -> EvidenceStore | None:
        """Where evidence is kept."""
        if callable(self._store):
            self._store = self._store()
        return self._store

    def complete(
        self,
        report: ValidationReport,
        context: Context,
        again: Callable[[Evidence], ValidationReport],
    ) -> tuple[ValidationReport, Evidence]:
        """Obtain what `report` needs, as far as it can be had.

        `again` judges the same with more evidence. Returns the last report, and of the lists and
        authorities that were obtained those it rests on, which may serve for other questions too.
        """
        obtaining = _Obtaining(self, context)
        for _ in range(self.budget.rounds):
            asked = obtaining.next_options(report)
            if not asked:
                break
            if obtaining.obtain(asked):
                report = again(obtaining.evidence)
        obtaining.note_signers(report)
        told = structs.replace(report, findings=(*report.findings, *obtaining.findings))
        return dated(told, obtaining.evidence), obtaining.lasting(report)


class _Question(Struct, frozen=True):
    """An option as a request: what is known by its name in the store, and its nonce."""

    option: Option
    request: Request
    name: str = ""
    nonce: bytes | None = None


class _Obtaining:
    """What one question has asked for and obtained so far."""

    def __init__(self, online: Online, context: Context) -> None:
        self._online = online
        self._context = context
        self._start = online.surroundings.seconds()
        self._octets = 0
        self._requests = 0
        self._asked: set[tuple[str, str]] = set()
        self._used: set[tuple[str, str]] = set()
        self._known: set[str] = set()
        self.findings: list[Finding] = []
        self.evidence = Evidence()

    # --- what to ask

    def next_options(self, report: ValidationReport) -> list[_Question]:
        """Return for each thing that is lacked the first address not asked yet."""
        chosen: dict[str, _Question] = {}
        context = self._context.having(self.evidence)
        for option in options(report, context):
            if option.about in chosen:
                continue
            question = self._question(option)
            if (option.address, question.name) not in self._asked:
                chosen[option.about] = question
        unique = {(each.option.address, each.name): each for each in chosen.values()}
        return list(unique.values())

    def _question(self, option: Option) -> _Question:
        accept = _ACCEPT[option.kind]
        limit = None if option.kind is FactKind.CRL else self._online.small
        if option.certificate is None or option.issuer is None or option.hash_algorithm is None:
            return _Question(option, Request(option.address, accept=accept, limit=limit))
        asking = (option.certificate, option.issuer, option.hash_algorithm)
        bare = make_ocsp_request(*asking)
        nonce = None
        if not option.hash_algorithm.oid.startswith(_STB):
            nonce = self._online.entropy(_NONCE_OCTETS)
        body = bare if nonce is None else make_ocsp_request(*asking, nonce=nonce)
        request = Request(option.address, body, _OCSP_REQUEST, accept, limit)
        return _Question(option, request, sha256(bare).hexdigest(), nonce)

    # --- asking

    def obtain(self, asked: list[_Question]) -> bool:
        """Take what is kept and good, fetch the rest side by side; whether anything new came."""
        before = len(self._known)
        wanted: list[tuple[_Question, Kept | None]] = []
        for question in asked:
            kept = self._kept(question)
            key = (question.option.address, question.name)
            if kept is not None and key not in self._used:
                self._use_of_then(question, kept)
            if kept is not None and key not in self._used and self._is_good(kept):
                self._used.add(key)
                self._use(question, kept)
            else:
                self._asked.add(key)
                wanted.append((question, kept))
        self._fetch(wanted)
        return len(self._known) > before

    def _kept(self, question: _Question) -> Kept | None:
        store = self._online.store
        return store.newest(question.option.address, question.name) if store else None

    def _use_of_then(self, question: _Question, newest: Kept) -> None:
        """Use what was in force at a past moment too: newer lists drop what expired since."""
        at, store = self._context.at, self._online.store
        if store is None or newest.obtained <= at:
            return
        then = store.in_force(question.option.address, question.name, at)
        if then is not None and then.sha256 != newest.sha256:
            self._use(question, then)

    def _is_good(self, kept: Kept) -> bool:
        """Whether what is kept need not be asked for again: by nextUpdate, and by its server."""
        now = self._online.surroundings.now()
        until = kept.fresh_until or kept.confirmed + _RECHECK
        return (kept.until is None or now < kept.until) and now < until

    def _fetch(self, wanted: list[tuple[_Question, Kept | None]]) -> None:
        fetcher, store, budget = self._online.fetcher, self._online.store, self._online.budget
        left = budget.seconds - (self._online.surroundings.seconds() - self._start)
        room = budget.requests - self._requests
        if fetcher is None or left <= 0 or self._octets > budget.octets:
            room = 0
        now, later = wanted[:room], wanted[room:]
        for question, kept in later:
            if kept is not None:
                self._use(question, kept)
        if fetcher is None or not now:
            return
        self._requests += len(now)
        folder = None
        if store is not None:
            folder = store.folder
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        requests = [self._conditional(question, kept) for question, kept in now]
        outcomes = fetcher.fetch_all(requests, into=folder, within_s=left)
        for (question, kept), outcome in zip(now, outcomes, strict=True):
            self._take(question, kept, outcome)

    def _conditional(self, question: _Question, kept: Kept | None) -> Request:
        """Ask only for what is newer than what is kept, if that is whole and may be of use.

        Whoever stood between once may have given something else under the true object's ETag: what
        was used and settled nothing is asked for whole.
        """
        store, request = self._online.store, question.request
        was_used = (question.option.address, question.name) in self._used
        if kept is None or store is None or request.body or was_used:
            return request
        if not store.is_whole(kept.sha256):
            return request
        return structs.replace(request, etag=kept.etag, last_modified=kept.last_modified)

    def _take(self, question: _Question, kept: Kept | None, outcome: Fetched | FetchError) -> None:
        """Use what came, or what is kept where nothing did."""
        store = self._online.store
        if isinstance(outcome, FetchError):
            self._failed(question.option, outcome)
        elif outcome.is_unchanged and kept is not None and store is not None:
            kept = store.confirm(kept, outcome)
            key = question.option.address, question.name
            self._used.add(key)
            self._asked.discard(key)
        else:
            self._octets += outcome.size
            try:
                self._accept(question, outcome)
            except ZarukaError as error:
                self._failed(question.option, error)
            else:
                return
            finally:
                if outcome.path is not None:
                    outcome.path.unlink(missing_ok=True)
        if kept is not None:
            self._use(question, kept)

    def _accept(self, question: _Question, got: Fetched) -> None:
        """Read what came, see that it answers the question, keep it."""
        found = _read(question.option.kind, got.path, got.octets)
        until = self._checked(question, found)
        store = self._online.store
        if store is None or (found.ocsps and not found.ocsps[0].is_successful):
            self._add(found, got.source, got.obtained)
            return
        kind = question.option.kind
        if kind is FactKind.CRL and len(found) == 1 and found.crls[0].sha256 != got.sha256:
            got = _as_der(got, found.crls[0])  # PEM: kept as it is opened again
        kept = store.keep(kind, got, question=question.name, until=until)
        self._use(question, kept)

    def _checked(self, question: _Question, found: Objects) -> datetime | None:
        """Return until when it is good; FetchError where it is not what was asked for."""
        option, address = question.option, question.option.address
        if option.kind is FactKind.CRL and found.crls:
            return found.crls[0].next_update
        if option.kind is FactKind.CERTIFICATE and found.certificates:
            return max(each.not_after for each in found.certificates)
        if option.kind is not FactKind.OCSP or not found.ocsps:
            raise FetchError("fetch.wrong-object", address=address)
        answer = found.ocsps[0]
        if not answer.is_successful:
            return None
        assert option.certificate is not None
        assert option.issuer is not None
        single = answer.find(option.certificate, option.issuer)
        if single is None:
            raise FetchError("fetch.other-certificate", address=address)
        if question.nonce is not None:
            self._check_nonce(question, answer, question.nonce)
        return single.next_update

    def _check_nonce(self, question: _Question, answer: OcspResponse, nonce: bytes) -> None:
        """RFC 9654 2.1: the same as in the request; many responders leave it out, which is said."""
        if answer.nonce is None:
            self.findings.append(Finding(NONCE_ABSENT, Severity.INFO, answer.ref))
        elif answer.nonce != nonce_value(nonce):
            raise FetchError("fetch.other-nonce", address=question.option.address)

    def _use(self, question: _Question, kept: Kept) -> None:
        """Add what is kept to the evidence; what is damaged counts as not kept."""
        store = self._online.store
        assert store is not None
        try:
            found = _opened(store, question.option.kind, kept)
        except ZarukaError as error:
            self._failed(question.option, error)
            return
        self._add(found, kept.source, kept.obtained)

    def _add(self, found: Objects, source: str, obtained: datetime) -> None:
        evidence = found.evidence(source, obtained)
        self.evidence += evidence
        for part in evidence.parts:
            self._known.update(part.certificates, part.crls, part.ocsps)

    def _failed(self, option: Option, error: ZarukaError) -> None:
        subject = ObjectRef(ObjectKind.CERTIFICATE, option.about, option.name)
        room, _, name = error.code.partition(".")
        reason = name if room == "fetch" else "unreadable"
        details = {"address": option.address, "reason": reason}
        self.findings.append(Finding(NOT_OBTAINED, Severity.INFO, subject, details=details))

    # --- at the end

    def lasting(self, report: ValidationReport) -> Evidence:
        """Give what may serve for other questions: lists and authorities that this one rests on.

        The rest came from an address that a stranger wrote: thousands of lists that nobody signed
        would spend what the next document may cost.
        """
        used = {fact.sha256 for fact in report.facts}
        lasting = Evidence()
        for part in self.evidence.parts:
            certificates = [each for sha, each in part.certificates.items() if sha in used]
            crls = [each for sha, each in part.crls.items() if sha in used]
            if certificates or crls:
                lasting += Evidence.of(
                    part.source, certificates=certificates, crls=crls, obtained=part.obtained
                )
        return lasting

    def note_signers(self, report: ValidationReport) -> None:
        """Remember under which keys the lists that were used are valid."""
        store = self._online.store
        if store is None or not self.evidence.crls:
            return
        known = {fact.sha256 for fact in report.facts if fact.kind is FactKind.CERTIFICATE}
        pool = self._context.having(self.evidence).evidence.pool()
        for crl in self.evidence.crls:
            for certificate in pool.with_subject(crl.issuer):
                if certificate.sha256 in known:
                    with suppress(StoreError):  # it only saves time
                        store.note_signer(crl, certificate.key)


def _opened(store: EvidenceStore, kind: FactKind, kept: Kept) -> Objects:
    """Open what is kept: a list by its index, where it is DER and no other form of it."""
    found = Objects()
    if kind is FactKind.CRL:
        with suppress(InputError):
            found.crls.append(store.crl(kept))
            return found
    return _read(kind, None, bytes(store.octets(kept)))


def _read(kind: FactKind, path: Path | None, octets: bytes) -> Objects:
    """Read what came, of whatever form; InputError where it cannot be read."""
    if kind is FactKind.OCSP:  # its form is known: RFC 6960 A.2
        found = Objects()
        found.ocsps.append(OcspResponse.parse(octets if path is None else path.read_bytes()))
        return found
    return read(Input.of(octets, "-") if path is None else Input.open(path))


def _as_der(got: Fetched, crl: CertificateList) -> Fetched:
    der = bytes(crl.der)
    return structs.replace(got, sha256=crl.sha256, size=len(der), octets=der, path=None)


def keep_beside(place: str | PathLike[str]) -> Callable[[], EvidenceStore]:
    """Return what opens the evidence of the store at `place`: its files lie in a folder beside it.

    The store is made where it is not there. StoreError where it cannot be used.
    """
    folder = evidence_folder(place)
    if folder is None:
        raise ValueError("evidence is kept beside a file")

    def opened() -> EvidenceStore:
        from zaruka.stores.database import Database  # noqa: PLC0415 - SQLAlchemy takes long
        from zaruka.stores.evidence import EvidenceStore  # noqa: PLC0415

        return EvidenceStore(Database.open(place), folder)

    return opened
