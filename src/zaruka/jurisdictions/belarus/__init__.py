"""Belarus: Law 113-З, STB 34.101.78, the state public key system GosSUOK."""

from zaruka.jurisdictions.belarus.jurisdiction import BELARUS, Belarus

__all__ = ["BELARUS", "Belarus"]
