//! SIP as text (RFC 3261 §7), as much as a phone needs, and digest authentication (RFC 7616).

use md5::{Digest, Md5};

/// More header lines than this are not read.
const MAX_HEADERS: usize = 100;

/// One message, request or response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The first line.
    pub start: String,
    headers: Vec<(String, String)>,
    /// What follows the empty line.
    pub body: String,
}

impl Message {
    /// Reads one message; `None` when it is none.
    pub fn parse(octets: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(octets).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let start = lines.next()?.to_owned();
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in lines.take(MAX_HEADERS) {
            // A line that begins with a space goes on with the one before (RFC 3261 §7.3.1).
            if line.starts_with([' ', '\t']) {
                let (_, value) = headers.last_mut()?;
                value.push(' ');
                value.push_str(line.trim());
                continue;
            }
            let (name, value) = line.split_once(':')?;
            headers.push((long_name(name.trim()), value.trim().to_owned()));
        }
        start.contains("SIP/2.0").then(|| Self {
            start,
            headers,
            body: body.to_owned(),
        })
    }

    /// The status of a response.
    pub fn status(&self) -> Option<u16> {
        self.start.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
    }

    /// The method of a request.
    pub fn method(&self) -> Option<&str> {
        match self.status() {
            Some(_) => None,
            None => self.start.split(' ').next(),
        }
    }

    /// The first header of this name, in lower case.
    pub fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// All headers of this name, in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |(n, _): &&(String, String)| n == name;
        self.headers
            .iter()
            .filter(same)
            .map(|(_, value)| value.as_str())
    }

    /// Number and method of the transaction.
    pub fn cseq(&self) -> Option<(u32, &str)> {
        let (number, method) = self.header("cseq")?.split_once(' ')?;
        Some((number.parse().ok()?, method.trim()))
    }

    /// The answer to this request (RFC 3261 §8.2.6).
    pub fn response(&self, status: &str, to_tag: &str, more: &str, body: &str) -> Vec<u8> {
        let mut text = format!("SIP/2.0 {status}\r\n");
        let mut line = |name: &str, value: &str| text.push_str(&format!("{name}: {value}\r\n"));
        for via in self.all("via") {
            line("Via", via);
        }
        for route in self.all("record-route") {
            line("Record-Route", route);
        }
        line("From", self.header("from").unwrap_or_default());
        line(
            "To",
            &with_tag(self.header("to").unwrap_or_default(), to_tag),
        );
        line("Call-ID", self.header("call-id").unwrap_or_default());
        line("CSeq", self.header("cseq").unwrap_or_default());
        text.push_str(more);
        finish(text, body)
    }
}

/// Ends a message whose headers are complete but for its length.
pub fn finish(mut text: String, body: &str) -> Vec<u8> {
    if !body.is_empty() {
        text.push_str("Content-Type: application/sdp\r\n");
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    text.into_bytes()
}

/// A party with our tag, if it has none.
pub fn with_tag(party: &str, tag: &str) -> String {
    if tag.is_empty() || party.contains(";tag=") {
        return party.to_owned();
    }
    format!("{party};tag={tag}")
}

/// The URI of `"name" <uri>;parameters` or of `uri;parameters`.
pub fn uri_of(party: &str) -> &str {
    match party.split_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or_default(),
        None => party.split(';').next().unwrap_or_default().trim(),
    }
}

/// The user of a party: who calls.
pub fn user_of(party: &str) -> &str {
    let uri = uri_of(party);
    let rest = uri.split_once(':').map_or(uri, |(_, rest)| rest);
    rest.split_once('@').map_or("", |(user, _)| user)
}

/// The compact forms of RFC 3261 §7.3.3.
fn long_name(name: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "v" => "via",
        "f" => "from",
        "t" => "to",
        "i" => "call-id",
        "m" => "contact",
        "l" => "content-length",
        "c" => "content-type",
        other => return other.to_owned(),
    }
    .to_owned()
}

/// What a server asked for in its 401 or 407.
#[derive(Clone, Debug)]
pub struct Challenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    has_qop: bool,
    uses: u32,
}

impl Challenge {
    /// The first challenge of this response that MD5 answers.
    pub fn of(response: &Message) -> Option<Self> {
        let asked = response
            .all("www-authenticate")
            .chain(response.all("proxy-authenticate"));
        for challenge in asked {
            let Some(list) = challenge.trim().strip_prefix("Digest") else {
                continue;
            };
            let value = |name: &str| parameter(list, name);
            if value("algorithm").is_some_and(|algorithm| !algorithm.eq_ignore_ascii_case("MD5")) {
                continue;
            }
            let has_qop =
                value("qop").is_some_and(|qop| qop.split(',').any(|one| one.trim() == "auth"));
            return Some(Self {
                realm: value("realm")?,
                nonce: value("nonce")?,
                opaque: value("opaque"),
                has_qop,
                uses: 0,
            });
        }
        None
    }

    /// The value of `Authorization` for one request (RFC 7616 §3.4).
    pub fn answer(&mut self, user: &str, password: &str, method: &str, uri: &str) -> String {
        self.uses += 1;
        let (realm, nonce) = (&self.realm, &self.nonce);
        let ha1 = md5_hex(&format!("{user}:{realm}:{password}"));
        let ha2 = md5_hex(&format!("{method}:{uri}"));
        let (count, cnonce) = (
            format!("{:08x}", self.uses),
            md5_hex(&format!("{nonce}{ha1}")),
        );
        let mut value = format!(
            "Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", \
             algorithm=MD5"
        );
        let response = if self.has_qop {
            value.push_str(&format!(", qop=auth, nc={count}, cnonce=\"{cnonce}\""));
            md5_hex(&format!("{ha1}:{nonce}:{count}:{cnonce}:auth:{ha2}"))
        } else {
            md5_hex(&format!("{ha1}:{nonce}:{ha2}"))
        };
        if let Some(opaque) = &self.opaque {
            value.push_str(&format!(", opaque=\"{opaque}\""));
        }
        value.push_str(&format!(", response=\"{response}\""));
        value
    }
}

/// `name=value` or `name="value"` in a list with commas; a quoted value may contain commas.
fn parameter(list: &str, name: &str) -> Option<String> {
    let mut rest = list.trim_start();
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value.trim().to_owned());
        }
        rest = next.trim_start().trim_start_matches(',').trim_start();
    }
    None
}

fn md5_hex(text: &str) -> String {
    Md5::digest(text)
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2617 §3.5 with the method and values of its example; cnonce is our own, so the
    /// response is recomputed from the parts it was made of.
    #[test]
    fn a_challenge_is_answered_with_all_that_it_asks_for() {
        let text = "SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"a, b\", \
                    nonce=\"n1\",qop=\"auth,auth-int\", opaque=\"o\"\r\n\r\n";
        let mut challenge = Challenge::of(&Message::parse(text.as_bytes()).unwrap()).unwrap();
        let answer = challenge.answer("8001", "secret", "REGISTER", "sip:h");
        assert_eq!(
            parameter(&answer["Digest".len()..], "realm").unwrap(),
            "a, b"
        );
        assert_eq!(
            parameter(&answer["Digest".len()..], "nc").unwrap(),
            "00000001"
        );
        let part = |name| parameter(&answer["Digest".len()..], name).unwrap();
        let (ha1, ha2) = (md5_hex("8001:a, b:secret"), md5_hex("REGISTER:sip:h"));
        let whole = format!("{ha1}:n1:00000001:{}:auth:{ha2}", part("cnonce"));
        assert_eq!(part("response"), md5_hex(&whole));
        assert_eq!(part("opaque"), "o");
    }

    #[test]
    fn garbage_is_no_message() {
        for garbage in [
            &b"\xff\xfe"[..],
            b"",
            b"GET / HTTP/1.1\r\n\r\n",
            b"x SIP/2.0\r\nno\r\n\r\n",
        ] {
            assert_eq!(Message::parse(garbage), None);
        }
    }

    #[test]
    fn parties_are_taken_apart() {
        assert_eq!(uri_of("\"A\" <sip:1@h:5;x>;tag=3"), "sip:1@h:5;x");
        assert_eq!(user_of("<sip:13800138000@h>;tag=3"), "13800138000");
        assert_eq!(with_tag("<sip:a@h>", "t"), "<sip:a@h>;tag=t");
        assert_eq!(with_tag("<sip:a@h>;tag=s", "t"), "<sip:a@h>;tag=s");
    }
}
