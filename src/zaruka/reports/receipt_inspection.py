"""What a request, a receipt or an error notice says, in words: nothing is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import CertEtcToken
from zaruka.asn1.tsp import PKI_STATUS_INFO, PKIStatusInfo
from zaruka.errors import InputError
from zaruka.messages import visible
from zaruka.reports.eec_page import inspect_container
from zaruka.reports.page import Line, Section, Tone
from zaruka.reports.receipt_page import failure_of
from zaruka.signatures.input.forms import expect, recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.tsp import set_bits
from zaruka.ttp.profiles import SERVICES
from zaruka.ttp.reading import (
    ErrorNotice,
    Receipt,
    Request,
    Verdict,
    parse_request,
    parse_response,
)
from zaruka.x509 import Certificate, Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.asn1.dvcs import DigestInfo, DVCSRequestInformation
    from zaruka.messages import Messages
    from zaruka.signatures import Source
    from zaruka.signatures.input.opening import Input

__all__ = ["inspect_receipt_file", "inspect_request", "inspect_response"]

_DEEPEST: Final = 4  # receipts within receipts that are shown
_SHOWN: Final = 50  # chains of one receipt


def inspect_receipt_file(source: Input, say: Messages) -> Iterator[Section]:
    """Describe the receipt, refusal or request of a file; raises what the file is instead."""
    form = recognise(source)
    if form.kind is Kind.XML:
        yield from inspect_container(bytes(source.octets), say)
        return
    if form.kind is Kind.OTHER_ASN1:
        yield from inspect_request(source.octets, say)
        return
    expect(form, Kind.DVCS_RESPONSE, Kind.DVCS_REQUEST)
    inspect = inspect_request if form.kind is Kind.DVCS_REQUEST else inspect_response
    yield from inspect(form.data, say)


def inspect_request(octets: Source, say: Messages) -> Iterator[Section]:
    """Describe a request; InputError where it is none."""
    yield from _Shower(say).request(parse_request(octets))


def inspect_response(octets: Source, say: Messages, depth: int = 0) -> Iterator[Section]:
    """Describe a receipt or an error notice, and the receipts inside; InputError for no answer."""
    found = parse_response(octets)
    shower = _Shower(say)
    if isinstance(found, ErrorNotice):
        yield shower.notice(found)
        return
    yield from shower.receipt(found)
    yield from shower.evidence(found, depth)


class _Shower:
    def __init__(self, say: Messages) -> None:
        self._say = say

    def request(self, request: Request) -> Iterator[Section]:
        say, (kind, value) = self._say, request.wire.data.value
        lines = [Line(say("words.receipt.request"), Tone.STRONG)]
        lines += self._information(request.information)
        if kind == "message":
            lines.append(self._line("message", say("words.label.content_size", size=len(value))))
        elif kind == "messageImprint":
            lines.append(self._imprint(value))
        else:
            lines.append(self._line("certificates", str(len(value))))
        lines += self._transaction(request.wire.transaction_identifier)
        yield Section(None, tuple(lines))

    def notice(self, notice: ErrorNotice) -> Section:
        lines = [Line(self._say("words.receipt.notice"), Tone.BAD)]
        lines += self._status(notice.status)
        lines += self._transaction(notice.transaction)
        return Section(None, tuple(lines))

    def receipt(self, receipt: Receipt) -> Iterator[Section]:
        say, info = self._say, receipt.info
        lines = [
            Line(say("words.receipt.title"), Tone.STRONG),
            self._line("says", say(f"words.receipt_verdict.{receipt.verdict}")),
            *self._status(info.dv_status, told=True),
            self._line("number", str(info.serial_number)),
            self._line("time", self._moment(info.response_time)),
            self._imprint(info.message_imprint),
            *self._information(info.dv_req_info),
        ]
        if info.policy is not None:
            lines.append(self._line("policy", say.name_of(info.policy.policy_identifier)))
        if info.req_signature is not None:
            lines.append(self._line("request_signatures", str(len(info.req_signature))))
        yield Section(None, tuple(lines))

    def evidence(self, receipt: Receipt, depth: int) -> Iterator[Section]:
        for number, chain in enumerate((receipt.info.certs or ())[:_SHOWN], 1):
            tokens = [CertEtcToken.parse(each) for each in (chain.target, *(chain.chain or ()))]
            heading = self._say("words.receipt.chain", index=number)
            yield Section(heading, tuple(self._token(each) for each in tokens))
            for token in tokens:
                if token.kind == "assertion" and depth < _DEEPEST:
                    yield from self._nested(token.der, depth + 1)

    def _nested(self, der: bytes, depth: int) -> Iterator[Section]:
        try:
            sections = [*inspect_response(der, self._say, depth)]
        except InputError:
            return  # a time-stamp, or anything else that is no receipt
        heading = self._say("words.receipt.nested")
        for number, section in enumerate(sections):
            yield Section(heading if number == 0 else section.heading, section.lines)

    # --- parts

    def _information(self, information: DVCSRequestInformation) -> Iterator[Line]:
        say = self._say
        service = SERVICES.get(information.service)
        name = say(f"words.receipt_service.{service}") if service else str(information.service)
        yield self._line("kind", name)
        if information.nonce is not None:
            yield self._line("nonce", f"{information.nonce:X}")
        if information.request_time is not None:
            yield self._line("request_time", self._moment(information.request_time))
        for key, names in (
            ("requester", information.requester),
            ("services", information.dvcs),
            ("locations", information.data_locations),
        ):
            for each in names or ():
                yield self._line(key, _shown(each))
        if information.request_policy is not None:
            oid = information.request_policy.policy_identifier
            yield self._line("request_policy", say.name_of(oid))

    def _status(self, status: PKIStatusInfo | None, *, told: bool = False) -> Iterator[Line]:
        """Say the reasons; the codes that Zaruka writes in words, other text as it is."""
        if status is None:
            return
        if not told:
            yield self._line("says", self._say(f"words.receipt_verdict.{Verdict.of(status)}"))
        for bit in set_bits(status.fail_info) if status.fail_info is not None else ():
            yield self._line("refused", failure_of(bit, self._say))
        for text in status.status_string or ():
            key = f"words.reason.{text}"
            yield self._line("reason", self._say(key) if self._say.has(key) else text)

    def _token(self, token: CertEtcToken) -> Line:
        say, name = self._say, ""
        if token.kind == "certificate":
            try:
                name = Certificate.parse(token.der).subject.display()
            except InputError as error:
                name = error.code
        elif token.kind == "pkistatus":
            status = s.decode(PKI_STATUS_INFO, token.der)
            lines = self._status(status)
            name = "; ".join(line.text for line in lines)
        else:
            name = say("words.label.content_size", size=len(token.der))
        return Line(visible(name), label=say(f"words.receipt_token.{token.kind}"))

    def _imprint(self, imprint: DigestInfo) -> Line:
        oid = imprint.digest_algorithm.algorithm
        return self._line("imprint", f"{self._say.name_of(oid)} {imprint.digest.hex()}")

    def _moment(self, time: tuple[str, Any]) -> str:
        kind, value = time
        if kind == "genTime":
            return self._say.moment(value)
        return self._say("words.receipt.time_stamp")

    def _transaction(self, name: tuple[str, Any] | None) -> Iterator[Line]:
        if name is not None:
            yield self._line("transaction", _shown(name))

    def _line(self, key: str, value: str) -> Line:
        return Line(visible(value), label=self._say(f"words.receipt.{key}"))


def _shown(name: tuple[str, Any]) -> str:
    """Show a GeneralName: a name as it reads, octets in hexadecimal."""
    kind, value = name
    if kind == "directoryName":
        return Name(value).display()
    return value.hex() if isinstance(value, bytes) else str(value)
