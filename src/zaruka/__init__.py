"""Say whether a Russian or Belarusian electronic signature is valid, and why.

    import zaruka

    report = zaruka.verify("contract.p7s", anchors=["root.cer"], crls=["lists/"])
    for signature in report.signatures:
        print(signature.conclusion.indication, signature.conclusion.sub_indication)

A verdict is a value without a truth value; an exception (`zaruka.errors`) means that the question
could not be asked. Nothing is loaded until it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zaruka.errors import (
        BudgetExceeded,
        ConfigError,
        InputError,
        UnsupportedError,
        ZarukaError,
    )
    from zaruka.facts import Fact, Need
    from zaruka.findings import (
        Conclusion,
        Finding,
        Indication,
        ObjectRef,
        Severity,
        SubIndication,
    )
    from zaruka.service import Answer, Zaruka, verify, verify_all
    from zaruka.service.online import Online
    from zaruka.validation.results import SignatureResult, ValidationReport

__all__ = [
    "Answer",
    "BudgetExceeded",
    "Conclusion",
    "ConfigError",
    "Fact",
    "Finding",
    "Indication",
    "InputError",
    "Need",
    "ObjectRef",
    "Online",
    "Severity",
    "SignatureResult",
    "SubIndication",
    "UnsupportedError",
    "ValidationReport",
    "Zaruka",
    "ZarukaError",
    "__version__",
    "verify",
    "verify_all",
]

__version__: Final = "0.1.0"

_HOMES: Final = {
    "zaruka.errors": (
        "BudgetExceeded",
        "ConfigError",
        "InputError",
        "UnsupportedError",
        "ZarukaError",
    ),
    "zaruka.facts": ("Fact", "Need"),
    "zaruka.findings": (
        "Conclusion",
        "Finding",
        "Indication",
        "ObjectRef",
        "Severity",
        "SubIndication",
    ),
    "zaruka.service": ("Answer", "Zaruka", "verify", "verify_all"),
    "zaruka.service.online": ("Online",),
    "zaruka.validation.results": ("SignatureResult", "ValidationReport"),
}


def __getattr__(name: str) -> object:
    """Load a public name from its home when it is first used (PEP 562)."""
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module  # noqa: PLC0415 - most imports need none

            value: object = getattr(import_module(home), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
