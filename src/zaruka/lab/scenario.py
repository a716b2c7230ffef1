"""The demonstration's files: two hierarchies, two documents, one case for each kind of answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from zaruka.lab import belarus as by
from zaruka.lab import russia as ru
from zaruka.signatures.creation import sign_cades
from zaruka.x509.private_keys import dump_private_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from zaruka.lab.hierarchy import Hierarchy, Member

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
_KEY_COMPROMISE: Final = 1  # CRLReason


@dataclass(frozen=True, slots=True)
class Case:
    """One question: a signature file, and the country from whose side it is asked.

    `name` is the key of its words in the catalogue `demo`; `status` the exit status that the
    answer must have.
    """

    name: str
    signature: Path
    side: str
    status: int


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
    bid = scene.signed_bid(scene.bidder, days_ago=3, stamped=True)
    contract = scene.russia.sign(
        _CONTRACT.encode(), [scene.contractor], at=now - timedelta(days=1), detached=False
    )
    unstamped, stamped = (
        scene.signed_bid(scene.dismissed, days_ago=60, stamped=stamped) for stamped in (False, True)
    )
    scene.write("keys/ru-signer.p8", dump_private_key(scene.contractor.private_key))
    scene.write("keys/ru-signer.cer", scene.contractor.certificate.der)
    scene.write("keys/ru-ca.cer", scene.russia.authority.certificate.der)
    for name in ("1-bid", "4-revoked", "5-revoked-stamped"):
        scene.write(f"{name}/bid.txt", _BID.encode())
    scene.write("3-altered/bid.txt", _BID.replace("184 000", "148 000").encode())
    return (
        Case("bid", scene.write("1-bid/bid.txt.sig", bid), "RU", 0),
        Case("contract", scene.write("2-contract/contract.txt.p7s", contract), "BY", 0),
        Case("altered", scene.write("3-altered/bid.txt.sig", bid), "RU", 1),
        Case("revoked", scene.write("4-revoked/bid.txt.sig", unstamped), "RU", 2),
        Case("stamped", scene.write("5-revoked-stamped/bid.txt.sig", stamped), "RU", 0),
        Case("both", scene.write("6-both/contract.txt.p7s", scene.signed_by_both()), "BY", 0),
    )
