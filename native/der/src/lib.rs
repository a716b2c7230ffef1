//! The tag-length-value cursor: DER (X.690 clause 10) and, where asked, BER (X.690 clause 8).
