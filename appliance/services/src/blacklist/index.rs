//! Numbers and prefixes as a tree of digits: a look-up takes a step for each digit of the number,
//! and at each step looks at no more than the thirteen characters a number can have, however many
//! entries there are.

use super::{EntryId, List, Listed};

/// No node.
const NONE: u32 = 0;

/// One digit, after those above it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    octet: u8,
    first_child: u32,
    next_sibling: u32,
    /// The entry that lists just this number: black, white.
    exact: [Option<EntryId>; 2],
    /// The entry that lists all that begins like this: black, white.
    prefix: [Option<EntryId>; 2],
}

/// The tree. Nodes whose entry was taken out stay, to be used again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Index {
    /// The root is the first.
    nodes: Vec<Node>,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            nodes: vec![Node::default()],
        }
    }
}

const fn side(list: List) -> usize {
    match list {
        List::Black => 0,
        List::White => 1,
    }
}

impl Index {
    /// Notes which entry lists this number or prefix on a list, or that none does any more.
    pub fn put(&mut self, list: List, listed: &Listed, entry: Option<EntryId>) {
        let (Listed::Number(digits) | Listed::Prefix(digits)) = listed else {
            return;
        };
        let Some(node) = self.node(digits) else {
            return;
        };
        let place = match listed {
            Listed::Number(_) => &mut node.exact,
            _ => &mut node.prefix,
        };
        place[side(list)] = entry;
    }

    /// The entries of a list that a number comes under: itself, then the longest prefix first.
    pub fn find(&self, list: List, number: &str) -> impl Iterator<Item = EntryId> + use<> {
        let side = side(list);
        let mut found = Vec::new();
        let mut at = Some(0);
        let mut octets = number.bytes();
        while let Some(node) = at.and_then(|at| self.nodes.get(at as usize)) {
            found.extend(node.prefix[side]);
            at = match octets.next() {
                Some(octet) => self.child(node, octet),
                None => {
                    found.extend(node.exact[side]);
                    None
                }
            };
        }
        found.into_iter().rev()
    }

    fn child(&self, node: &Node, octet: u8) -> Option<u32> {
        let mut at = node.first_child;
        while at != NONE {
            let child = self.nodes.get(at as usize)?;
            if child.octet == octet {
                return Some(at);
            }
            at = child.next_sibling;
        }
        None
    }

    /// The node of these digits, made if need be; `None` when there are more nodes than a number
    /// of them can tell, which the limit on entries rules out.
    fn node(&mut self, digits: &str) -> Option<&mut Node> {
        let mut at = 0;
        for octet in digits.bytes() {
            let node = self.nodes.get(at as usize)?;
            at = match self.child(node, octet) {
                Some(child) => child,
                None => self.add(at, octet)?,
            };
        }
        self.nodes.get_mut(at as usize)
    }

    fn add(&mut self, parent: u32, octet: u8) -> Option<u32> {
        let new = u32::try_from(self.nodes.len()).ok()?;
        let parent = self.nodes.get_mut(parent as usize)?;
        let next_sibling = std::mem::replace(&mut parent.first_child, new);
        self.nodes.push(Node {
            octet,
            next_sibling,
            ..Node::default()
        });
        Some(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_before_its_prefixes_and_the_longest_of_them_first() {
        let mut index = Index::default();
        let mut put = |list, listed, id| index.put(list, &listed, Some(EntryId(id)));
        put(List::Black, Listed::Prefix("+86".into()), 1);
        put(List::Black, Listed::Number("+8613".into()), 2);
        put(List::Black, Listed::Prefix("+8613".into()), 3);
        put(List::White, Listed::Prefix("+8".into()), 4);
        put(List::Black, Listed::Number("+861".into()), 5);
        let found = |index: &Index, list, number: &str| {
            index.find(list, number).map(|id| id.0).collect::<Vec<_>>()
        };
        assert_eq!(found(&index, List::Black, "+8613"), [2, 3, 1]);
        assert_eq!(found(&index, List::Black, "+86138"), [3, 1]);
        assert_eq!(found(&index, List::White, "+86138"), [4]);
        assert!(found(&index, List::Black, "110").is_empty());
        index.put(List::Black, &Listed::Prefix("+8613".into()), None);
        assert_eq!(found(&index, List::Black, "+8613"), [2, 1]);
    }

    #[test]
    fn the_tree_has_no_more_nodes_than_digits_were_listed() {
        let mut index = Index::default();
        for n in 0..10_000_u32 {
            let number = format!("+861380013{n:04}");
            index.put(List::Black, &Listed::Number(number), Some(EntryId(n)));
        }
        assert_eq!(index.nodes.len(), 1 + 10 + 10 + 100 + 1000 + 10_000);
        for n in 0..10_000_u32 {
            index.put(
                List::Black,
                &Listed::Number(format!("+861380013{n:04}")),
                None,
            );
        }
        assert_eq!(index.nodes.len(), 11_121, "used again");
    }
}
