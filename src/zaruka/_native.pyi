"""What the Rust crates give: digests, curves and the DER cursor."""

from typing_extensions import Buffer

# Digests (native/python/src/digests.rs)

class Hasher:
    """A digest in the making, which threads may share.

    Names: "streebog256", "streebog512", "gost3411_94" (CryptoPro S-box), "belt-hash", "bash256",
    "bash384", "bash512"; ValueError for any other. Data is any contiguous buffer; from 4096 octets
    on other threads run meanwhile.
    """

    def __init__(self, name: str) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def digest_size(self) -> int:
        """Length of the digest in octets."""
    def update(self, data: Buffer) -> None: ...
    def digest(self) -> bytes:
        """Return the digest of all that was taken; more may follow."""
    def copy(self) -> Hasher: ...

def digest(name: str, data: Buffer) -> bytes:
    """Return the digest of one buffer; names as for `Hasher`."""
