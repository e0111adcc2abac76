//! Datagrams the kernel had no room for, by socket, as `/proc/net/udp` tells them (proc(5)).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Looks at sockets now and then: what is told of one is gone with it.
#[derive(Debug)]
pub struct Drops {
    ports: BTreeSet<u16>,
    /// By inode.
    seen: BTreeMap<u64, u64>,
}

impl Drops {
    /// Of the sockets of these ports. Those of the callers are better left out: sipp speaks there
    /// and never listens.
    pub fn of(ports: impl IntoIterator<Item = u16>) -> Self {
        Self {
            ports: ports.into_iter().collect(),
            seen: BTreeMap::new(),
        }
    }

    /// Takes note of the sockets that are open now.
    ///
    /// # Errors
    /// The kernel does not tell.
    pub fn look(&mut self) -> Result<(), String> {
        let path = "/proc/net/udp";
        let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        for line in text.lines().skip(1) {
            let socket = socket(line).ok_or_else(|| format!("{path}: unknown line {line}"))?;
            if self.ports.contains(&socket.port) {
                self.seen.insert(socket.inode, socket.drops);
            }
        }
        Ok(())
    }

    /// All that were dropped until the last look.
    pub fn dropped(&self) -> u64 {
        self.seen.values().sum()
    }
}

struct Socket {
    port: u16,
    inode: u64,
    drops: u64,
}

fn socket(line: &str) -> Option<Socket> {
    let fields: Vec<_> = line.split_whitespace().collect();
    let (_, port) = fields.get(1)?.split_once(':')?;
    Some(Socket {
        port: u16::from_str_radix(port, 16).ok()?,
        inode: fields.get(9)?.parse().ok()?,
        drops: fields.last()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_kernel_is_read() {
        let line = "  563: 0100007F:1F90 00000000:0000 07 00000000:00000000 00:00000000 00000000  \
                    0        0 21458 2 0000000000000000 17";
        let socket = socket(line).unwrap();
        assert_eq!(
            (socket.port, socket.inode, socket.drops),
            (8080, 21_458, 17)
        );
        assert!(Drops::of([8080]).look().is_ok());
    }
}
