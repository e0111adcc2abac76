//! Octets to and from the stack's parser. The parser loses every header after a Latin-1 octet,
//! the body of a datagram without Content-Length, and whole messages with bare line feeds, so it
//! is only given messages cleaned here.

/// The longest start line and headers taken, in octets.
const MAX_HEAD: usize = 16 * 1024;
/// The longest message taken from a stream, in octets.
pub const MAX_MESSAGE: usize = 64 * 1024;

/// Why octets are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dirt {
    /// Nothing but line ends: a keep-alive (RFC 5626 §3.5.1).
    Empty,
    /// More than we take.
    TooLong,
    /// Content-Length is no number, says two things, or claims more than came.
    Length,
}

/// A message ready to be parsed: UTF-8 headers, CRLF line ends, one Content-Length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean {
    octets: Vec<u8>,
    head: usize,
}

impl Clean {
    /// The whole message.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        std::str::from_utf8(&self.octets[..self.head])
            .unwrap_or_default()
            .split("\r\n")
    }

    /// The first line.
    pub fn start_line(&self) -> &str {
        self.lines().next().unwrap_or_default()
    }

    /// The lines of a header by its full and its compact name.
    fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.lines().skip(1).filter(move |line| {
            line.split_once(':')
                .is_some_and(|(n, _)| is_header(n.trim(), name))
        })
    }

    /// Whether each header that must be there once is there once (RFC 3261 §8.1.1).
    pub fn has_mandatory_headers(&self) -> bool {
        self.headers("Via").next().is_some()
            && ["From", "To", "Call-ID", "CSeq"]
                .iter()
                .all(|name| self.headers(name).count() == 1)
    }

    /// A response to this request that needs no parser: the five headers every response repeats
    /// (RFC 3261 §8.2.6.2). `None` for what must not be answered.
    pub fn refuse(&self, status: u16, reason: &str) -> Option<Vec<u8>> {
        let start = self.start_line();
        if start.starts_with("SIP/")
            || start.starts_with("ACK ")
            || self.headers("Via").count() == 0
        {
            return None;
        }
        let mut answer = format!("SIP/2.0 {status} {reason}\r\n");
        for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
            for line in self.headers(name) {
                answer.push_str(line);
                if name == "To" && !line.to_ascii_lowercase().contains(";tag=") {
                    answer.push_str(";tag=refused");
                }
                answer.push_str("\r\n");
            }
        }
        answer.push_str("Content-Length: 0\r\n\r\n");
        Some(answer.into_bytes())
    }
}

fn is_header(found: &str, name: &str) -> bool {
    let compact = match name {
        "Via" => "v",
        "From" => "f",
        "To" => "t",
        "Call-ID" => "i",
        "Content-Length" => "l",
        _ => name,
    };
    found.eq_ignore_ascii_case(name) || found.eq_ignore_ascii_case(compact)
}

/// Cleans a datagram, or one message cut from a stream by [`next_message`].
///
/// # Errors
/// [`Dirt`] says why it is no message, with what is left of it to be refused.
pub fn clean(raw: &[u8]) -> Result<Clean, (Dirt, Option<Clean>)> {
    let raw = skip_line_ends(raw);
    if raw.is_empty() {
        return Err((Dirt::Empty, None));
    }
    let (head, body) = split(raw).unwrap_or((raw, &[]));
    if head.len() > MAX_HEAD || raw.len() > MAX_MESSAGE {
        return Err((Dirt::TooLong, None));
    }
    let text = text(head);
    let length = declared_length(&text);
    let mut clean = String::with_capacity(text.len() + 32);
    let mut in_length = false;
    for line in text.lines() {
        let folded = line.starts_with([' ', '\t']);
        in_length = if folded {
            in_length
        } else {
            is_length(line).is_some()
        };
        if !in_length {
            clean.push_str(line);
            clean.push_str("\r\n");
        }
    }
    let taken = match length {
        Ok(Some(length)) if length <= body.len() => length,
        Ok(None) => body.len(),
        _ => {
            let head = clean.len();
            return Err((
                Dirt::Length,
                Some(Clean {
                    octets: clean.into_bytes(),
                    head,
                }),
            ));
        }
    };
    clean.push_str(&format!("Content-Length: {taken}\r\n\r\n"));
    let head = clean.len() - 2;
    let mut octets = clean.into_bytes();
    octets.extend_from_slice(&body[..taken]);
    Ok(Clean { octets, head })
}

/// UTF-8 as it is, any other line as Latin-1; control characters out, which could only forge
/// headers or log lines.
fn text(head: &[u8]) -> String {
    let mut text = String::with_capacity(head.len() + 16);
    for line in head.split(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match std::str::from_utf8(line) {
            Ok(line) => text.extend(line.chars().filter(|c| *c == '\t' || !c.is_control())),
            Err(_) => text.extend(
                line.iter()
                    .map(|octet| char::from(*octet))
                    .filter(|c| !c.is_control()),
            ),
        }
        text.push('\n');
    }
    text
}

fn skip_line_ends(raw: &[u8]) -> &[u8] {
    let start = raw.iter().position(|octet| !matches!(octet, b'\r' | b'\n'));
    start.map_or(&[], |start| &raw[start..])
}

/// Splits at the first empty line, however its ends are written.
fn split(raw: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    while let Some(end) = raw[at..]
        .iter()
        .position(|octet| *octet == b'\n')
        .map(|n| at + n)
    {
        let rest = &raw[end + 1..];
        for empty in [&b"\r\n"[..], b"\n"] {
            if let Some(body) = rest.strip_prefix(empty) {
                return Some((&raw[..end], body));
            }
        }
        at = end + 1;
    }
    None
}

fn is_length(line: &str) -> Option<&str> {
    line.split_once(':')
        .filter(|(name, _)| is_header(name.trim(), "Content-Length"))
        .map(|(_, value)| value.trim())
}

/// What Content-Length says; `Err` when it says nothing sensible, or two things.
fn declared_length(head: &str) -> Result<Option<usize>, ()> {
    let mut declared = None;
    for value in head.lines().filter_map(is_length) {
        let length = value.parse().map_err(drop)?;
        if declared
            .replace(length)
            .is_some_and(|before| before != length)
        {
            return Err(());
        }
    }
    Ok(declared)
}

/// What a stream's buffer starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Not all has come yet.
    Incomplete,
    /// A keep-alive of so many octets; two line ends want one back (RFC 5626 §3.5.1).
    KeepAlive {
        /// Octets to take off.
        octets: usize,
        /// Whether an answer is wanted.
        ping: bool,
    },
    /// A message of so many octets.
    Message {
        /// Octets to take off.
        octets: usize,
    },
    /// Where the next message starts can no longer be told: close the stream.
    Lost,
}

/// Finds the end of the first message in a stream (RFC 3261 §18.3).
pub fn next_message(buffer: &[u8]) -> Next {
    let line_ends = buffer.len() - skip_line_ends(buffer).len();
    if line_ends > 0 {
        return Next::KeepAlive {
            octets: line_ends,
            ping: line_ends >= 4,
        };
    }
    let Some((head, rest)) = split(buffer) else {
        return if buffer.len() > MAX_HEAD {
            Next::Lost
        } else {
            Next::Incomplete
        };
    };
    let length = match declared_length(&text(head)) {
        Ok(length) => length.unwrap_or(0),
        Err(()) => return Next::Lost,
    };
    let Some(octets) = (buffer.len() - rest.len()).checked_add(length) else {
        return Next::Lost;
    };
    match octets {
        _ if octets > MAX_MESSAGE => Next::Lost,
        _ if octets > buffer.len() => Next::Incomplete,
        _ => Next::Message { octets },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITE: &str = "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c\r\nFrom: d\r\nt: <sip:e>\r\n\
        Call-ID: f\r\nCSeq: 1 INVITE\r\n";

    fn cleaned(raw: &[u8]) -> String {
        String::from_utf8(clean(raw).expect("clean").octets().to_vec()).expect("UTF-8")
    }

    #[test]
    fn a_datagram_without_a_length_keeps_its_body() {
        let raw = format!("\r\n\r\n{INVITE}\r\nv=0\r\n");
        assert_eq!(
            cleaned(raw.as_bytes()),
            format!("{INVITE}Content-Length: 5\r\n\r\nv=0\r\n")
        );
    }

    #[test]
    fn bare_line_feeds_and_latin_1_are_made_good() {
        let raw = [&b"OPTIONS sip:a SIP/2.0\nSubject: caf\xE9\x00\nl:3\n\nabcdef"[..]].concat();
        assert_eq!(
            cleaned(&raw),
            "OPTIONS sip:a SIP/2.0\r\nSubject: caf\u{e9}\r\nContent-Length: 3\r\n\r\nabc"
        );
    }

    #[test]
    fn a_length_that_lies_is_refused() {
        for length in ["99", "-1", "x", "1\r\nl: 2"] {
            let raw = format!("{INVITE}Content-Length: {length}\r\n\r\nab");
            let Err((Dirt::Length, Some(rest))) = clean(raw.as_bytes()) else {
                panic!("{length} was taken");
            };
            let refusal = rest.refuse(400, "Bad Request").expect("refusal");
            let refusal = String::from_utf8(refusal).expect("UTF-8");
            assert!(
                refusal.contains("t: <sip:e>;tag=refused\r\nCall-ID: f\r\n"),
                "{refusal}"
            );
        }
        assert_eq!(clean(b"\r\n\r\n"), Err((Dirt::Empty, None)));
    }

    #[test]
    fn a_stream_is_cut_where_its_lengths_say() {
        let first = "ACK sip:a SIP/2.0\r\nl: 2\r\n\r\nab";
        let stream = format!("{first}\r\n\r\nBYE");
        let at = |from: usize, to: usize| next_message(&stream.as_bytes()[from..to]);
        assert_eq!(at(0, 20), Next::Incomplete);
        assert_eq!(at(0, first.len() - 1), Next::Incomplete);
        assert_eq!(
            at(0, stream.len()),
            Next::Message {
                octets: first.len()
            }
        );
        let rest = first.len();
        assert_eq!(
            at(rest, stream.len()),
            Next::KeepAlive {
                octets: 4,
                ping: true
            }
        );
        assert_eq!(
            next_message(b"ACK sip:a SIP/2.0\r\nl: x\r\n\r\n"),
            Next::Lost
        );
        assert_eq!(next_message(&[b'a'; MAX_HEAD + 1]), Next::Lost);
    }
}
