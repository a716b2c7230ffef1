"""Certificates of GosSUOK that whoever uses Zaruka brings: a list of their own.

The list of GosSUOK lacks some that could not be had. Those that are brought make a second list of
the same form: who says what stays apart, and either can be forgotten alone. A certificate joins
by a valid path to a root that is known; a new root by a link certificate (STB 34.101.78 Б, 3), or
on the word of whoever brings it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from zaruka.findings import Conclusion, Finding, Indication, Severity, SubIndication
from zaruka.jurisdictions.belarus import oids, rules
from zaruka.jurisdictions.belarus.jurisdiction import BELARUS
from zaruka.trust import TrustBase, given
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy import Holder, Level
from zaruka.validation.policy_file import built_in
from zaruka.x509 import is_self_signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from zaruka.findings import Rule
    from zaruka.trust import Statement, TrustList
    from zaruka.x509 import Certificate, CertificateList, Name

__all__ = ["Joining", "write_list"]

_NAME: Final = "GosSUOK-joined"
_ROOT: Final = frozenset({oids.ROOT_AUTHORITY, oids.ROLE_OIDS["CA0"]})
_SERVICE: Final = frozenset({oids.ATTRIBUTE_SERVICE, oids.ROLE_OIDS["AA"]})


class Joining:
    """Judges certificates one after the other, by those that are known and those that joined."""

    def __init__(
        self, lists: Iterable[TrustList], crls: Iterable[CertificateList], at: datetime
    ) -> None:
        """Take the lists that are known, revocation lists, and the moment to judge at."""
        known = tuple(lists)
        self._certificates = dict.fromkeys(each for one in known for each in one.certificates)
        self._known = tuple(each for one in known for each in one.statements)
        self._brought: tuple[Statement, ...] = ()
        self._crls = tuple(crls)
        self._at = at
        # Revoked is refused; who has no revocation list at hand may bring a certificate still.
        levels = dict.fromkeys(Holder, Level.INFORM)
        self._policy = structs.replace(built_in("etsi"), revocation=levels)

    def __contains__(self, certificate: Certificate) -> bool:
        """Whether a certificate is known already."""
        return certificate in self._certificates

    def role_of(self, certificate: Certificate) -> str | None:
        """Return the role that a certificate may have; None where it is none of GosSUOK.

        A root is known by its policy or by the name of a root of before, an authority by who
        issued it.
        """
        marks = set(certificate.policies)
        constraints = certificate.basic_constraints
        if not (constraints and constraints.ca):
            return "attributes" if marks & _SERVICE else None
        is_root = bool(marks & _ROOT) or certificate.subject in self._root_names()
        if not is_self_signed(certificate):
            return "link" if is_root else "authority"
        return "root" if is_root else None

    def judge(self, certificate: Certificate) -> Conclusion:
        """Judge a certificate by what is known; a root only by its time."""
        role = self.role_of(certificate)
        if role is None:
            return _refused(rules.NOT_GOSSUOK, certificate, SubIndication.CUSTOM)
        if role == "root":
            if certificate.not_before <= self._at <= certificate.not_after:
                return Conclusion(Indication.PASSED)
            sub = SubIndication.OUT_OF_BOUNDS_NO_POE
            return _refused(rules.ROOT_OUT_OF_TIME, certificate, sub)
        return self._judge_path(certificate, (*self._known, *self._brought))

    def join(self, certificate: Certificate) -> None:
        """Judge what comes later by this certificate too."""
        self._certificates[certificate] = None
        if self.role_of(certificate) == "root":
            self._brought += given([certificate])

    def link_to(self, root: Certificate) -> Certificate | None:
        """Return the certificate by which a root of before certifies this one's name and key."""
        for each in self._certificates:
            is_of_key = each.subject == root.subject and each.key.spki == root.key.spki
            if not is_of_key or is_self_signed(each):
                continue
            if self._judge_path(each, self._known).passed:
                return each
        return None

    def _judge_path(self, certificate: Certificate, by: Iterable[Statement]) -> Conclusion:
        evidence = Evidence.of("joining", certificates=self._certificates, crls=self._crls)
        context = Context(self._policy, self._at, TrustBase(tuple(by)), evidence, (BELARUS,))
        return validate_certificate_chain(
            certificate, context, holder=Holder.CA, signs=False
        ).conclusion

    def _root_names(self) -> set[Name]:
        stated = (*self._known, *self._brought)
        anchors = {each.certificate_sha256 for each in stated if each.anchor}
        return {each.subject for each in self._certificates if each.sha256 in anchors}


def _refused(rule: Rule, certificate: Certificate, sub: SubIndication) -> Conclusion:
    details = {"start": certificate.not_before, "until": certificate.not_after}
    found = Finding(rule, Severity.UNKNOWN, certificate.ref, details=details, sub_indication=sub)
    return Conclusion(Indication.INDETERMINATE, sub, (found,))


def write_list(version: int, date: datetime, entries: Iterable[Mapping[str, Any]]) -> bytes:
    """Write a list of the form of `gossuok.toml`; entries as `tomllib` reads them."""
    lines = [f"name = {_written(_NAME)}", f"version = {version}", f"date = {_written(date)}"]
    for entry in entries:
        lines += ["", "[[certificates]]"]
        lines += [f"{key} = {_written(value)}" for key, value in entry.items()]
    return "\n".join((*lines, "")).encode()


def _written(value: Any) -> str:  # noqa: ANN401 - a value of TOML
    """TOML 1.0: its basic strings are those of JSON, but for DEL."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_written(each)}' for key, each in value.items())} }}"
    return str(value.isoformat())
