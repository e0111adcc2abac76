//! Rust source split into code and comment, line by line, with the inside of strings blanked:
//! a word in a string is neither.

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What the compiler reads, strings emptied.
    pub code: String,
    /// What the reader reads.
    pub comment: String,
}

impl Line {
    /// Whether the code holds this path or word, not as part of a longer word.
    pub fn code_has(&self, word: &str) -> bool {
        has_word(&self.code, word)
    }

    /// Whether the comment does.
    pub fn comment_has(&self, word: &str) -> bool {
        has_word(&self.comment, word)
    }
}

/// Whether `word` stands in `text` with no letter, digit or underscore against it.
pub fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[derive(Clone, Copy)]
enum Inside {
    Code,
    LineComment,
    /// Block comments nest.
    BlockComment(usize),
    String,
    /// A raw string and its number of `#`.
    RawString(usize),
}

/// Splits a source.
pub fn split(text: &str) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut inside = Inside::Code;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (next, taken) = step(inside, rest, c);
        let piece = &rest[..taken];
        for c in piece.chars() {
            let Some(line) = lines.last_mut() else { break };
            match (c, inside, next) {
                ('\n', ..) => lines.push(Line::default()),
                (_, Inside::LineComment | Inside::BlockComment(_), _)
                | (_, _, Inside::LineComment | Inside::BlockComment(_)) => line.comment.push(c),
                (_, Inside::Code, _) => line.code.push(c),
                (_, Inside::String | Inside::RawString(_), _) => {}
            }
        }
        inside = next;
        rest = &rest[taken..];
    }
    lines
}

/// Where the text goes on after its first piece, and that piece's length.
fn step(inside: Inside, rest: &str, c: char) -> (Inside, usize) {
    match inside {
        Inside::Code => from_code(rest, c),
        Inside::LineComment if c == '\n' => (Inside::Code, 1),
        Inside::BlockComment(depth) if rest.starts_with("*/") => match depth {
            0 => (Inside::Code, 2),
            _ => (Inside::BlockComment(depth - 1), 2),
        },
        Inside::BlockComment(depth) if rest.starts_with("/*") => {
            (Inside::BlockComment(depth + 1), 2)
        }
        Inside::String if c == '\\' => {
            // the escaped character may be a line's end, which must still be counted
            let escaped = rest
                .chars()
                .nth(1)
                .filter(|c| *c != '\n')
                .map_or(0, char::len_utf8);
            (inside, 1 + escaped)
        }
        Inside::String if c == '"' => (Inside::Code, 1),
        Inside::RawString(hashes) if rest.starts_with(&closing(hashes)) => {
            (Inside::Code, 1 + hashes)
        }
        _ => (inside, c.len_utf8()),
    }
}

fn from_code(rest: &str, c: char) -> (Inside, usize) {
    if rest.starts_with("//") {
        return (Inside::LineComment, 2);
    }
    if rest.starts_with("/*") {
        return (Inside::BlockComment(0), 2);
    }
    if let Some(hashes) = raw_string(rest) {
        return (Inside::RawString(hashes), 2 + hashes);
    }
    match c {
        '"' => (Inside::String, 1),
        '\'' => (Inside::Code, letter(rest)),
        // a whole word at once, so that the `r` that ends one opens no raw string
        _ if c.is_alphanumeric() || c == '_' => {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            let word = end.unwrap_or(rest.len());
            // `b"` and `br#"`: the prefix is a piece, the string the next
            (Inside::Code, if rest[..word] == *"br" { 1 } else { word })
        }
        _ => (Inside::Code, c.len_utf8()),
    }
}

fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn closing(hashes: usize) -> String {
    format!("\"{}", "#".repeat(hashes))
}

/// Length of a character literal such as `'"'` or `'\''`; 1 for the tick of a lifetime.
fn letter(rest: &str) -> usize {
    let mut chars = rest.chars().skip(1);
    let length = match chars.next() {
        Some('\\') => rest[3..].find('\'').map(|end| 3 + end + 1),
        Some(c) if chars.next() == Some('\'') => Some(2 + c.len_utf8()),
        _ => None,
    };
    length.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Vec<String> {
        split(text).into_iter().map(|line| line.code).collect()
    }

    #[test]
    fn comments_strings_and_code_are_told_apart() {
        let lines = split("let a = \"// word\"; // why\n/* one\n/* two */ three */ b();\n");
        assert_eq!(lines[0].code.trim_end(), "let a = \";");
        assert_eq!(lines[0].comment, "// why");
        assert_eq!(lines[2].comment, "/* two */ three */");
        assert_eq!(lines[2].code, " b();");
    }

    #[test]
    fn quotes_in_letters_and_raw_strings_open_nothing() {
        assert_eq!(code("f('\"', b); g()")[0], "f('\"', b); g()");
        assert_eq!(code("f('\\'', b)")[0], "f('\\'', b)");
        assert_eq!(
            code("fn f<'a>(x: &'a str) {}")[0],
            "fn f<'a>(x: &'a str) {}"
        );
        let raw = split("let t = r#\"a \" // b\"#; c() // d");
        assert_eq!(raw[0].comment, "// d");
        assert!(raw[0].code.ends_with("; c() "));
    }

    #[test]
    fn a_string_over_two_lines_keeps_the_count_of_lines() {
        assert_eq!(code("a(\"x \\\n y\");\nb();").len(), 3);
        assert_eq!(code("a(\"x \\\n y\");\nb();")[2], "b();");
    }

    #[test]
    fn a_word_is_not_found_inside_a_longer_one() {
        assert!(has_word("unsafe { }", "unsafe"));
        assert!(!has_word("deny(unsafe_code)", "unsafe"));
    }
}
