"""The demonstration's files: two hierarchies, two documents, one case for each kind of answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.lab import belarus as by
from zaruka.lab import russia as ru
from zaruka.lab.powers import (
    CLERK,
    Text,
    issue_attribute_certificate,
    write_power,
    write_status,
)
from zaruka.lab.receipts import give_receipt
from zaruka.recognition import Outcome
from zaruka.signatures.creation import sign_cades
from zaruka.trust import TrustBase, given
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import built_in
from zaruka.validation.powers import PowersOutcome
from zaruka.x509.crls import RevokedEntry
from zaruka.x509.issuing import issue_crl
from zaruka.x509.private_keys import dump_private_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from zaruka.lab.hierarchy import Hierarchy, Member
    from zaruka.x509.crls import CertificateList

__all__ = ["Case", "make_scenario"]

_BID: Final = """\
Предложение участника процедуры закупки № 2026-118 (учебное)
ООО «Прыклад-Бел» предлагает поставить 12 насосов НЦ-40 по цене 184 000 российских рублей.
Срок поставки: 30 дней со дня подписания договора.
"""
_CONTRACT: Final = """\
Договор поставки № 77/26 (учебный)
ООО «Пример-Русь» поставляет, а ООО «Прыклад-Бел» принимает и оплачивает 40 задвижек З-150.
Цена договора: 1 250 000 российских рублей.
"""
_AGREEMENT: Final = """\
# The rules of the demonstration: an invented first day, so that something is recognised.
extends = "by-ru-2024"

[effect]
since = {since:%Y-%m-%d}

[[third_parties]]
country = "BY"
name = "Служба заверения данных (учебная)"
certificate_sha256 = "{by}"
since = {since:%Y-%m-%d}

[[third_parties]]
country = "RU"
name = "Доверенная третья сторона (учебная)"
certificate_sha256 = "{ru}"
since = {since:%Y-%m-%d}

[[algorithms]]
country = "BY"
name = "bign"
oids = ["1.2.112.0.2.0.34.101.45.12", "1.2.112.0.2.0.34.101.45.2.1"]
since = {since:%Y-%m-%d}

[[algorithms]]
country = "RU"
name = "GOST R 34.10-2012"
oids = ["1.2.643.7.1.1.3.2", "1.2.643.7.1.1.1.1"]
since = {since:%Y-%m-%d}

[[profiles]]
country = "BY"
name = "CAdES, сертификат ГосСУОК"
formats = ["CAdES"]
certificates = ["gossuok"]
since = {since:%Y-%m-%d}

[[profiles]]
country = "RU"
name = "CAdES, квалифицированный сертификат"
formats = ["CAdES"]
certificates = ["qualified"]
since = {since:%Y-%m-%d}
"""
_POWER: Final = "11111111-2222-4333-8444-555555555555"
_SIGN_CONTRACTS: Final = ("TRIAL_CONTRACTS_SIGN", "Подписывать договоры поставки (учебное)")
_ROLE: Final = "2.5.4.72"
_KEY_COMPROMISE: Final = 1  # CRLReason


class Case(Struct, frozen=True):
    """One question: a signature file, and the country from whose side it is asked.

    `name` is the key of its words in the catalogue `demo`. `status` is the exit status that the
    answer must have, `recognition` and `powers` what must be said of the first signer whom `side`
    has to recognise. `shown` are documents on powers that somebody names, `receipts` those of the
    signer's own third party.
    """

    name: str
    signature: Path
    side: str
    status: int
    recognition: Outcome
    powers: PowersOutcome
    shown: tuple[Path, ...] = ()
    receipts: tuple[Path, ...] = ()

    @property
    def is_shown_more(self) -> bool:
        """Whether more is shown than the signature: then other certificates are needed too."""
        return bool(self.shown or self.receipts)

    @property
    def act(self) -> tuple[str, str]:
        """Who receives the document and what it is about: a bid or a contract."""
        is_bid = self.signature.name.startswith("bid")
        return ("state-body", "procurement") if is_bid else ("company", "trade")


class _Scene:
    """Writes the files of the scenario into a folder."""

    def __init__(self, folder: Path, now: datetime, entropy: Callable[[int], bytes]) -> None:
        self.folder = folder
        self.now = now
        self.entropy = entropy
        self.russia = ru.russia(now, entropy)
        self.belarus = by.belarus(now, entropy)
        self.contractor = self.russia.enrol(ru.CONTRACTOR, ru.SIGNER)
        self.bidder = self.belarus.enrol(by.BIDDER, by.SIGNER)
        self.dismissed = self.belarus.enrol(by.BIDDER, by.SIGNER)
        self.belarus.revoke(self.dismissed, now - timedelta(days=30), _KEY_COMPROMISE)
        self.former = self.belarus.enrol(by.BIDDER, by.SIGNER, not_after=now - timedelta(days=20))
        names = f"{CLERK.name} {CLERK.patronymic}"
        clerk = ru.person(CLERK.surname, names, inn=CLERK.inn, snils=CLERK.snils)
        self.clerk = self.russia.enrol(clerk, ru.SIGNER)
        self.service = self.belarus.enrol(by.ATTRIBUTE_SERVICE, by.SERVICE)
        self.third_parties = {
            "BY": self.belarus.enrol(by.THIRD_PARTY, by.RECEIPTS),
            "RU": self.russia.enrol(ru.THIRD_PARTY, ru.RECEIPTS),
        }
        self.receipts = 0

    def write(self, name: str, octets: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        return path

    def hierarchy(self, name: str, hierarchy: Hierarchy) -> None:
        """Write what the other side needs: the root to trust and the lists."""
        self.write(f"trust/{name}-root.cer", hierarchy.root.certificate.der)
        for owner, crl in zip(("root", "ca"), hierarchy.lists(), strict=True):
            self.write(f"lists/{name}-{owner}.crl", bytes(crl.der))

    def agreement(self) -> None:
        """Write the rules by which the two invented countries recognise each other."""
        since = self.now - timedelta(days=365)
        parties = {code: each.certificate.sha256 for code, each in self.third_parties.items()}
        text = _AGREEMENT.format(since=since, by=parties["BY"], ru=parties["RU"])
        self.write("agreement.toml", text.encode())

    def receipt(
        self,
        country: str,
        message: bytes,
        path: str,
        document: str | None = None,
        *,
        lists: tuple[CertificateList, ...] | None = None,
    ) -> tuple[Path, ...]:
        """Write the receipt of a country's third party on a signature, by `lists` that it has."""
        nation = self.belarus if country == "BY" else self.russia
        root = nation.root.certificate
        context = Context(
            policy=built_in("etsi"),
            at=self.now,
            trust=TrustBase(given([root])),
            evidence=Evidence.of(
                "given",
                certificates=[root, nation.authority.certificate],
                crls=lists or nation.lists(),
            ),
            jurisdictions=(RUSSIA, BELARUS),
        )
        self.receipts += 1
        octets = give_receipt(
            country,
            self.third_parties[country],
            message,
            None if document is None else document.encode(),
            context,
            number=self.receipts,
            entropy=self.entropy,
        )
        return (self.write(path, octets),)

    def attributes(self) -> Path:
        """Write what the bidder's service says of her powers, its certificate and its list."""
        self.write("keys/by-attribute-service.cer", self.service.certificate.der)
        crl = issue_crl(
            self.service.issuer,
            (),
            this_update=self.now - timedelta(hours=1),
            next_update=self.now + timedelta(days=7),
            number=1,
            entropy=self.entropy(64),
        )
        self.write("lists/by-attributes.crl", bytes(crl.der))
        shown = issue_attribute_certificate(
            self.service.issuer,
            self.bidder.certificate,
            [("2.5.4.10", "ООО «Прыклад-Бел» (учебное)"), (_ROLE, "участие в закупках")],
            serial_number=7,
            not_before=self.now - timedelta(days=200),
            not_after=self.now + timedelta(days=165),
            entropy=self.entropy(64),
        )
        return self.write("1-bid/powers.ac", shown.der)

    def newer_lists(self) -> tuple[CertificateList, ...]:
        """Return lists that the other side has not got: the bidder's certificate is on them."""
        at = self.now - timedelta(days=10)
        revoked = RevokedEntry(self.bidder.certificate.serial_number, at, _KEY_COMPROMISE)
        issuer = self.belarus.authority.issuer
        newer = issue_crl(
            issuer,
            [revoked],
            this_update=self.now - timedelta(minutes=5),
            next_update=self.now + timedelta(days=7),
            number=self.now.toordinal() + 1,
            entropy=self.entropy(64),
        )
        return self.belarus.lists()[0], newer

    def contract_by_clerk(self) -> bytes:
        """Sign the contract as the clerk, with a certificate of her own."""
        at = self.now - timedelta(days=1)
        message = self.russia.sign(_CONTRACT.encode(), [self.clerk], at=at, detached=False)
        return self.russia.stamp(message, 0, at=at + timedelta(seconds=4))

    def power(self, folder: str) -> Path:
        """Write the clerk's power of attorney, signed by the head; return the registry's answer."""
        day = (self.now - timedelta(days=100)).date()
        text = Text(_POWER, day, day + timedelta(days=365), (_SIGN_CONTRACTS,))
        octets, name = write_power(text, [CLERK]), f"ON_EMCHD_{day:%Y%m%d}_{_POWER}.xml"
        at = self.now - timedelta(days=100)
        signature = self.russia.sign(octets, [self.contractor], at=at, detached=True)
        signature = self.russia.stamp(signature, 0, at=at)
        self.write(f"{folder}/{name}", octets)
        self.write(f"{folder}/{name}.sig", signature)
        return self.write(f"{folder}/registry.json", write_status(_POWER, self.now))

    def signed_bid(self, member: Member, *, days_ago: int, stamped: bool) -> bytes:
        at = self.now - timedelta(days=days_ago)
        message = self.belarus.sign(_BID.encode(), [member], at=at, detached=True)
        return self.belarus.stamp(message, 0, at=at + timedelta(seconds=4)) if stamped else message

    def signed_by_both(self) -> bytes:
        at = self.now - timedelta(days=2)
        return sign_cades(
            _CONTRACT.encode(),
            [self.contractor.signer, self.bidder.signer],
            signing_time=at,
            entropy=self.entropy,
            chain=[self.russia.authority.certificate, self.belarus.authority.certificate],
        )


def make_scenario(folder: Path, now: datetime, entropy: Callable[[int], bytes]) -> tuple[Case, ...]:
    """Write everything into `folder` and return the cases, in the order to tell them.

    `now` is aware UTC; `entropy` gives fresh random octets.
    """
    scene = _Scene(folder, now, entropy)
    scene.hierarchy("by", scene.belarus)
    scene.hierarchy("ru", scene.russia)
    scene.agreement()
    bid = scene.signed_bid(scene.bidder, days_ago=3, stamped=True)
    contract = scene.russia.sign(
        _CONTRACT.encode(), [scene.contractor], at=now - timedelta(days=1), detached=False
    )
    unstamped, stamped = (
        scene.signed_bid(scene.dismissed, days_ago=60, stamped=stamped) for stamped in (False, True)
    )
    clerks = scene.contract_by_clerk()
    expired = scene.signed_bid(scene.former, days_ago=60, stamped=False)
    scene.write("keys/ru-signer.p8", dump_private_key(scene.contractor.private_key))
    scene.write("keys/ru-signer.cer", scene.contractor.certificate.der)
    scene.write("keys/ru-ca.cer", scene.russia.authority.certificate.der)
    scene.write("keys/by-ca.cer", scene.belarus.authority.certificate.der)
    for name in ("1-bid", "4-revoked", "5-revoked-stamped", "7-expired", "10-conflict"):
        scene.write(f"{name}/bid.txt", _BID.encode())
    scene.write("3-altered/bid.txt", _BID.replace("184 000", "148 000").encode())
    yes, no, open_ = Outcome.RECOGNISED, Outcome.NOT_RECOGNISED, Outcome.CANNOT_VERIFY
    shown, not_shown = PowersOutcome.CONFIRMED, PowersOutcome.NOT_SHOWN

    def bid_in(name: str, octets: bytes) -> Path:
        return scene.write(f"{name}/bid.txt.sig", octets)

    def contract_in(name: str, octets: bytes) -> Path:
        return scene.write(f"{name}/contract.txt.p7s", octets)

    by_receipts = {
        name: scene.receipt("BY", octets, f"{name}/bid.txt.dvc", _BID, lists=lists)
        for name, octets, lists in (
            ("1-bid", bid, None),
            ("5-revoked-stamped", stamped, None),
            ("10-conflict", bid, scene.newer_lists()),
        )
    }
    ru_receipts = {
        name: scene.receipt("RU", octets, f"{name}/contract.txt.dvc")
        for name, octets in (("2-contract", contract), ("8-powerless", clerks))
    }
    attributes, power = scene.attributes(), scene.power("9-entrusted")
    return (
        Case(
            "bid",
            bid_in("1-bid", bid),
            "RU",
            0,
            yes,
            shown,
            (attributes,),
            by_receipts["1-bid"],
        ),
        Case(
            "contract",
            contract_in("2-contract", contract),
            "BY",
            0,
            yes,
            shown,
            receipts=ru_receipts["2-contract"],
        ),
        Case("altered", bid_in("3-altered", bid), "RU", 1, no, not_shown),
        Case("revoked", bid_in("4-revoked", unstamped), "RU", 2, no, not_shown),
        Case(
            "stamped",
            bid_in("5-revoked-stamped", stamped),
            "RU",
            0,
            yes,
            not_shown,
            receipts=by_receipts["5-revoked-stamped"],
        ),
        Case("both", contract_in("6-both", scene.signed_by_both()), "BY", 0, open_, shown),
        Case("expired", bid_in("7-expired", expired), "RU", 2, no, not_shown),
        Case(
            "powerless",
            contract_in("8-powerless", clerks),
            "BY",
            0,
            yes,
            not_shown,
            receipts=ru_receipts["8-powerless"],
        ),
        Case(
            "entrusted",
            contract_in("9-entrusted", clerks),
            "BY",
            0,
            yes,
            shown,
            (power,),
            ru_receipts["8-powerless"],
        ),
        Case(
            "conflict",
            bid_in("10-conflict", bid),
            "RU",
            0,
            open_,
            not_shown,
            receipts=by_receipts["10-conflict"],
        ),
    )
