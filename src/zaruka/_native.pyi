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

# Curves (native/python/src/curves.rs)

class PublicKey:
    """A point of a curve's group, checked when made; threads may share it.

    `curve` is a dotted object identifier that `curves` lists. `encoded` is x || y, each
    little-endian in bits / 8 octets: the content of the inner OCTET STRING of a GOST key (RFC
    9215 4.3), of the BIT STRING of a bign key (STB 34.101.45 B). ValueError says why it is not a
    key: length, coordinate range, equation, order of the point.

    Keys used lately are remembered, so a key that comes again is not checked again, and from its
    fifth use on has a table of multiples.
    """

    def __init__(self, curve: str, encoded: bytes) -> None: ...
    @property
    def curve(self) -> str: ...
    @property
    def bits(self) -> int:
        """256, 384 or 512: eight times the octets of a digest that is signed."""
    def verify_gost(self, digest: bytes, signature: bytes) -> bool:
        """Whether s || r, big-endian, signs the digest as its hash function gives it.

        GOST R 34.10 (RFC 7091 6.2). False for a signature of wrong length or range; ValueError
        for a digest of wrong length or a curve of bign.
        """
    def verify_bign(self, digest: bytes, hash_oid_der: bytes, signature: bytes) -> bool:
        """Whether S0 || S1 signs the digest (STB 34.101.45 7.1.4).

        `hash_oid_der` is the whole DER, tag and length included, of the hash function's object
        identifier. False and ValueError as in `verify_gost`.
        """

class PrivateKey:
    """A number in 1..q-1, little-endian in bits / 8 octets; ValueError for any other.

    All work with it is constant-time.
    """

    def __init__(self, curve: str, encoded: bytes) -> None: ...
    def public_key(self) -> bytes:
        """Return x || y as `PublicKey` takes it."""
    def sign_gost(self, digest: bytes, entropy: bytes) -> bytes:
        """Sign a digest (RFC 7091 6.1): s || r, big-endian.

        The nonce is hashed from key, digest and entropy: at least 32 fresh random octets.
        """
    def sign_bign(self, digest: bytes, hash_oid_der: bytes, extra: bytes = b"") -> bytes:
        """Sign a digest (STB 34.101.45 7.1.3) with the nonce of 6.3: S0 || S1.

        `extra` is t of 6.3; without it the signature is deterministic.
        """

def curves() -> list[tuple[str, str]]:
    """Return every object identifier with the name of its curve."""
