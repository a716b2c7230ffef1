"""Russia: Federal Law 63-FZ, FSB order 795, the accredited certification authorities."""

from zaruka.jurisdictions.russia.jurisdiction import RUSSIA, Russia

__all__ = ["RUSSIA", "Russia"]
