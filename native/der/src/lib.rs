//! ASN.1 without Python: schemas, a decoder for DER (X.690 clause 10) and BER (clause 8), a DER
//! writer, and scans over what is too large to be made into values.
//!
//! A schema is a tree of [`Node`]s. [`decode`] walks octets along it in one pass and hands what it
//! finds to a [`Host`], which makes values of its own kind (Python's, or [`value::Value`]).
//! Nothing here allocates by what a length field claims, and nothing recurses deeper than the
//! schema and the [`Budget`] allow.

#![forbid(unsafe_code)]

mod content;
mod decode;
mod encode;
mod fault;
mod header;
mod host;
mod node;
mod segments;
pub mod value;

pub use content::{oid_content, oid_text, time_content, Time, TEXT_TAGS};
pub use decode::{decode, Decoded};
pub use encode::{encode, header_octets, text_content, Source, Written};
pub use fault::{Code, Deviation, Fault, Step};
pub use header::{Class, Header, Rules, Tag};
pub use host::{Budget, Host, Nothing, Options, Primitive};
pub use node::{Field, Kind, Least, Node, Presence};
pub use segments::Segments;
