//! Line signalling.
