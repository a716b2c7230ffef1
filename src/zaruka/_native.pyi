"""What the Rust crates give: digests, curves and the DER cursor."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, final, overload

from typing_extensions import Buffer

_T = TypeVar("_T")

# Attributes (native/python/src/lazy.rs)

class lazy(Generic[_T]):  # noqa: N801 - used as a decorator, like property
    """`functools.cached_property` without its lock: two threads may compute the same value.

    The value is kept as an attribute of the instance, of a frozen one too; from then on it is
    found before this is asked.
    """

    def __init__(self, compute: Callable[..., _T]) -> None: ...
    @overload
    def __get__(self, instance: None, owner: type) -> lazy[_T]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> _T: ...

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

# ASN.1 (native/python/src/der/); zaruka.asn1.schema is the face

@final
class Budget:
    """Bounds of one reading: octets of input, depth, number of values, octets copied."""

    def __new__(
        cls,
        *,
        size: int = 16777216,
        depth: int = 64,
        elements: int = 262144,
        octets: int = 67108864,
    ) -> Budget: ...
    @property
    def size(self) -> int: ...
    @property
    def depth(self) -> int: ...
    @property
    def elements(self) -> int: ...
    @property
    def octets(self) -> int: ...

@final
class Mode:
    """DER (X.690 clauses 10 and 11) or BER (clause 8)."""

    DER: Mode
    BER: Mode

@final
class Node(Generic[_T]):
    """A type of a schema."""

    @staticmethod
    def primitive(name: str, cls: type[Any] | None = None) -> Node[Any]: ...
    @staticmethod
    def text(tag: int, name: str) -> Node[str]: ...
    @staticmethod
    def record(
        cls: type[Any],
        fields: Sequence[tuple[str, Node[Any], bool, bool, object]],
        raw: bool,
        is_set: bool,
    ) -> Node[Any]: ...
    @staticmethod
    def list(element: Node[Any], least: int | None, is_set: bool) -> Node[Any]: ...
    @staticmethod
    def choice(alternatives: Sequence[tuple[str, Node[Any]]]) -> Node[tuple[str, Any]]: ...
    @staticmethod
    def around(how: str, node: Node[Any], cls: type[Any] | None = None) -> Node[Any]: ...
    @staticmethod
    def implicit(number: int, node: Node[_T]) -> Node[_T]: ...
    @staticmethod
    def explicit(number: int, node: Node[_T]) -> Node[_T]: ...
    def bounded(self, name: str | None, budget: Budget) -> Node[_T]: ...

@final
class Span:
    """Content of an OCTET STRING, left where it lies; iterating yields its segments lazily.

    `len()` is the number of content octets, `bytes()` copies them, `offset` is that of the first
    identifier octet in the input.
    """

    @property
    def offset(self) -> int: ...
    @property
    def constructed(self) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[memoryview]: ...
    def __bytes__(self) -> bytes: ...

def decode(
    node: Node[_T],
    data: Buffer,
    *,
    mode: Mode = ...,
    strict: bool = False,
    budget: Budget | None = None,
) -> _T:
    """Read the one value that `data` is."""

def decode_prefix(
    node: Node[_T],
    data: Buffer,
    *,
    mode: Mode = ...,
    strict: bool = False,
    budget: Budget | None = None,
) -> tuple[_T, int]:
    """Read the value that `data` starts with; the value, and the number of its octets."""

def decode_noting(
    node: Node[_T], data: Buffer, *, mode: Mode = ..., budget: Budget | None = None
) -> tuple[_T, tuple[tuple[str, int], ...]]:
    """Read as `decode`; the value, and (code, offset) of each deviation let pass."""

def encode(node: Node[_T], value: _T) -> bytes:
    """Write a value as DER; ValueError where it is not of the type."""

def tlv(data: Buffer, start: int, limit: int) -> tuple[int, bool, int, int, int | None]:
    """Read one header, whose own octets end by `limit`; its content may claim more.

    (class bits, constructed, tag number, content offset, end or None for the indefinite form).
    """

def oid_to_content(dotted: str) -> bytes | None:
    """Content octets of a dotted OBJECT IDENTIFIER; None where it is not one."""

def oid_from_content(content: bytes) -> str | None:
    """Dotted form of content octets; None where they are no OBJECT IDENTIFIER."""

# Revocation lists (native/python/src/crl.rs)

class CrlIndex:
    """Entries of a revocation list by serial number; it does not hold the list itself."""

    def __init__(self, data: Buffer, start: int, end: int) -> None:
        """Index the content of revokedCertificates, octets `start` to `end` of `data`.

        ValueError(offset): the element there is not an entry.
        """
    def find(self, data: Buffer, serial: bytes) -> list[int]:
        """Return where in `data` the entries with this serial number begin, in list order.

        `serial` holds the content octets of the INTEGER; `data` is what was indexed.
        """
    @property
    def issuer_changes(self) -> list[int]:
        """Where the entries begin that may carry a certificateIssuer, in list order."""
    @property
    def faulty(self) -> list[int]:
        """Where the entries begin whose extensions forbid the use of the list (RFC 5280 5.3)."""
    def to_stored(self, data: Buffer) -> bytes:
        """Return the octets of a file for this index, which StoredCrlIndex looks up there."""
    def __len__(self) -> int: ...

class StoredCrlIndex:
    """A CrlIndex in a (mapped) file, of which only what is looked for is read."""

    def __init__(self, file: Buffer, start: int, end: int) -> None:
        """Open the index in `file`, made of octets `start` to `end` of a list.

        ValueError: it is none.
        """
    @property
    def digest(self) -> bytes:
        """SHA-256 that stands for the whole file."""
    def find(self, data: Buffer, serial: bytes) -> list[int]:
        """As of CrlIndex. ValueError: file or list is not what it was when the index was made."""
    @property
    def issuer_changes(self) -> list[int]:
        """As of CrlIndex."""
    @property
    def faulty(self) -> list[int]:
        """As of CrlIndex."""
    def __len__(self) -> int: ...
