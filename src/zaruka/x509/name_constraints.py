"""Name constraints along a path: RFC 5280 4.2.1.10, 6.1.3(b) and (c), 6.1.4(g)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.findings import Finding, Rule, Severity
from zaruka.x509 import rules
from zaruka.x509.general_names import GeneralName, MalformedNameError, in_subtree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zaruka.x509.certificates import Certificate
    from zaruka.x509.extensions import GeneralSubtree, NameConstraints

__all__ = ["ConstrainedNames", "names_of"]

_EMAIL_ADDRESS = "1.2.840.113549.1.9.1"
_COMPARISONS = 100_000  # for one path


class _Set(Struct, frozen=True):
    """Subtrees of one kind from one certificate."""

    kind: str
    bases: tuple[GeneralName, ...]


class ConstrainedNames(Struct, eq=False):
    """permitted_subtrees and excluded_subtrees of RFC 5280 6.1.2(b) and (c)."""

    permitted: list[_Set] = []  # a name must lie in one of each set
    excluded: list[_Set] = []
    comparisons_left: int = _COMPARISONS

    def copy(self) -> ConstrainedNames:
        """Return the same constraints, with a budget of its own."""
        return ConstrainedNames([*self.permitted], [*self.excluded], self.comparisons_left)

    def narrow(self, constraints: NameConstraints) -> None:
        """Apply the extension of a certificate to those below it: 6.1.4(g)."""
        self.permitted.extend(_by_kind(constraints.permitted))
        self.excluded.extend(_by_kind(constraints.excluded))

    def check(self, certificate: Certificate) -> Iterable[Finding]:
        """Tell what is wrong with the names of `certificate`: 6.1.3(b) and (c)."""
        return self._check(certificate) if self.permitted or self.excluded else ()

    def _check(self, certificate: Certificate) -> Iterator[Finding]:
        for name in names_of(certificate):
            problem = self._problem(name)
            if problem is not None:
                rule, base = problem
                yield Finding(rule, Severity.FAIL, certificate.ref, base, name.display())
                if rule is rules.NAME_CONSTRAINT_BUDGET:
                    return

    def _problem(self, name: GeneralName) -> tuple[Rule, str | None] | None:
        try:
            for subtrees in self.excluded:
                for base in self._of_kind(subtrees, name):
                    if in_subtree(name, base):
                        return rules.NAME_EXCLUDED, base.display()
            for subtrees in self.permitted:
                inside = [in_subtree(name, base) for base in self._of_kind(subtrees, name)]
                if subtrees.kind == name.kind and True not in inside:
                    return rules.NAME_NOT_PERMITTED, _shown(subtrees.bases)
        except MalformedNameError as error:
            return rules.NAME_CONSTRAINT_UNSUPPORTED, str(error)
        except OverflowError:
            return rules.NAME_CONSTRAINT_BUDGET, str(_COMPARISONS)
        return None

    def _of_kind(self, subtrees: _Set, name: GeneralName) -> Sequence[GeneralName]:
        if subtrees.kind != name.kind:
            return ()
        self.comparisons_left -= len(subtrees.bases)
        if self.comparisons_left < 0:
            raise OverflowError
        return subtrees.bases


def names_of(certificate: Certificate) -> Iterator[GeneralName]:
    """Yield every name that constraints apply to.

    The subject where it is not empty, the subjectAltName, and the emailAddress attributes of the
    subject where the subjectAltName has no mailbox (RFC 5280 4.2.1.10).
    """
    if certificate.subject.attributes:
        yield GeneralName("directoryName", certificate.subject)
    alternative = certificate.subject_alternative_names
    yield from alternative
    if not any(name.kind == "rfc822Name" for name in alternative):
        for attribute in certificate.subject.attributes:
            if attribute.oid == _EMAIL_ADDRESS:
                yield GeneralName("rfc822Name", attribute.value)


def _by_kind(subtrees: Iterable[GeneralSubtree]) -> list[_Set]:
    kinds: dict[str, list[GeneralName]] = {}
    for subtree in subtrees:
        kinds.setdefault(subtree.base.kind, []).append(subtree.base)
    return [_Set(kind, tuple(bases)) for kind, bases in kinds.items()]


def _shown(bases: Sequence[GeneralName]) -> str:
    few = ", ".join(base.display() for base in bases[:3])
    return f"{few}, ... ({len(bases)})" if len(bases) > 3 else few
