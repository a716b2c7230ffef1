//! The public keys used last, so that a key that comes again, even parsed afresh, is not checked
//! again and finds its table of multiples.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::key::KeyError;
use crate::suite::{PublicKey, Suite};

/// How many keys are kept: with tables, 3.5 MB where all are of 256 bits and 14 MB of 512.
pub const CAPACITY: usize = 64;

type Name = (&'static str, Box<[u8]>);

struct Entry {
    key: Arc<dyn PublicKey>,
    last_use: u64,
}

/// Keys by curve and octets; the one unused for longest makes room.
#[derive(Default)]
struct Recent {
    entries: HashMap<Name, Entry>,
    clock: u64,
}

impl Recent {
    fn find(&mut self, name: &Name) -> Option<Arc<dyn PublicKey>> {
        self.clock += 1;
        let entry = self.entries.get_mut(name)?;
        entry.last_use = self.clock;
        Some(entry.key.clone())
    }

    fn keep(&mut self, name: Name, key: Arc<dyn PublicKey>) {
        if self.entries.len() == CAPACITY {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.last_use);
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                self.entries.remove(&name);
            }
        }
        self.entries.insert(
            name,
            Entry {
                key,
                last_use: self.clock,
            },
        );
    }
}

/// The key, checked now or when it last came.
pub fn public_key(suite: &'static Suite, encoded: &[u8]) -> Result<Arc<dyn PublicKey>, KeyError> {
    static RECENT: Mutex<Option<Recent>> = Mutex::new(None);
    let name = (suite.name, Box::from(encoded));
    let recent = || RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(key) = recent().get_or_insert_default().find(&name) {
        return Ok(key);
    }
    // The check takes long and is done outside the lock; two threads may both do it.
    let key = suite.public_key(encoded)?;
    recent().get_or_insert_default().keep(name, key.clone());
    Ok(key)
}
