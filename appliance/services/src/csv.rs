//! Rows of a table that somebody uploads (RFC 4180, with the liberties spreadsheets take): a comma,
//! semicolon or tab between the cells, quotes where a cell holds one, either line end, a byte order
//! mark, empty lines and a line of headings. What is wrong is told row by row.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The number of its first line in the file, from 1, as an editor shows it.
    pub line: u32,
    pub cells: Vec<String>,
}

impl Row {
    /// The cell, without the spaces around it; empty where the row is shorter.
    pub fn cell(&self, index: usize) -> &str {
        self.cells.get(index).map_or("", |cell| cell.trim())
    }

    /// A fault of this row.
    pub fn fault(&self, column: &str, found: &str, allowed: impl Into<String>) -> RowFault {
        RowFault {
            line: self.line,
            column: column.to_owned(),
            found: found.to_owned(),
            allowed: allowed.into(),
            row: self.cells.clone(),
        }
    }
}

/// What is wrong with a row of an uploaded table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// The line in the file, from 1.
    pub line: u32,
    /// The name of the column.
    pub column: String,
    /// What was found there.
    pub found: String,
    /// What is allowed there.
    pub allowed: String,
    /// The cells of the row, as read.
    pub row: Vec<String>,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            found,
            allowed,
            ..
        } = self;
        write!(
            f,
            "line {line}, {column}: found {found:?}; allowed: {allowed}"
        )
    }
}

/// The faults as a table to be handed back: line, column, found, allowed, then the row itself.
#[must_use]
pub fn faults_as_csv(faults: &[RowFault]) -> String {
    let mut text = String::from("line,column,found,allowed,row\r\n");
    for fault in faults {
        let head = [
            &fault.line.to_string(),
            &fault.column,
            &fault.found,
            &fault.allowed,
        ];
        let cells = head.into_iter().chain(&fault.row).map(|cell| quoted(cell));
        text.push_str(&cells.collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    }
    text
}

/// As a cell; one that a spreadsheet would take for a formula is made text.
fn quoted(cell: &str) -> String {
    let mut rest = cell.chars();
    let formula = match rest.next() {
        Some('=' | '@') => true,
        Some('+' | '-') => rest.any(|c| !c.is_ascii_digit() && c != ' ' && c != '-'),
        _ => false,
    };
    let guard = if formula { "'" } else { "" };
    if formula || cell.contains([',', ';', '\t', '"', '\r', '\n']) {
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// The rows of a table, at most `most`; empty lines are left out. A quote that is not closed ends
/// with the file.
///
/// # Errors
/// How many rows there are, when there are more.
pub(crate) fn rows(text: &str, most: usize) -> Result<Vec<Row>, usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::new(separator(text));
    for c in text.chars() {
        reader.take(c);
    }
    reader.end_row();
    match reader.rows.len() {
        found if found > most => Err(found),
        _ => Ok(reader.rows),
    }
}

/// What stands between cells: whichever of the three comes first in the first line.
fn separator(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    first
        .chars()
        .find(|c| [',', ';', '\t'].contains(c))
        .unwrap_or(',')
}

struct Reader {
    separator: char,
    rows: Vec<Row>,
    cells: Vec<String>,
    cell: String,
    quote: Quote,
    /// The line being read, and the one the row began in.
    line: u32,
    began: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Open,
    /// A quote within quotes: the end of the cell, or the first of two.
    Seen,
}

impl Reader {
    const fn new(separator: char) -> Self {
        Self {
            separator,
            rows: Vec::new(),
            cells: Vec::new(),
            cell: String::new(),
            quote: Quote::None,
            line: 1,
            began: 1,
        }
    }

    fn take(&mut self, c: char) {
        match (self.quote, c) {
            (Quote::Open, '"') => self.quote = Quote::Seen,
            (Quote::Open, c) => self.cell.push(c),
            (Quote::Seen, '"') => {
                self.cell.push('"');
                self.quote = Quote::Open;
            }
            (Quote::None, '"') if self.cell.trim().is_empty() => {
                self.cell.clear();
                self.quote = Quote::Open;
            }
            (_, '\n') => self.end_row(),
            (_, '\r') => {}
            (_, c) if c == self.separator => self.end_cell(),
            (_, c) => self.cell.push(c),
        }
        if c == '\n' {
            self.line += 1;
            if self.quote != Quote::Open {
                self.began = self.line;
            }
        }
    }

    fn end_cell(&mut self) {
        self.cells.push(std::mem::take(&mut self.cell));
        self.quote = Quote::None;
    }

    fn end_row(&mut self) {
        self.end_cell();
        let cells = std::mem::take(&mut self.cells);
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            let line = self.began;
            self.rows.push(Row { line, cells });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u32, Vec<String>)> {
        let rows = rows(text, 100).unwrap();
        rows.into_iter().map(|row| (row.line, row.cells)).collect()
    }

    #[test]
    fn tables_are_read_as_spreadsheets_write_them() {
        let cells = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let text = "\u{feff}a,\"b, \"\"c\"\"\"\r\n\r\n\"two\nlines\",d\nlast";
        let expected = [
            (1, cells(&["a", "b, \"c\""])),
            (3, cells(&["two\nlines", "d"])),
            (5, cells(&["last"])),
        ];
        assert_eq!(read(text), expected);
        assert_eq!(read("a;b,c\n"), [(1, cells(&["a", "b,c"]))]);
        assert_eq!(read(""), []);
        assert_eq!(rows("a\nb\nc", 2), Err(3));
    }

    #[test]
    fn faults_are_handed_back_as_a_table_that_can_be_read_again() {
        let row = &rows("x\n=1+1,\"say \"\"no\"\"\"", 9).unwrap()[1];
        let fault = row.fault("number", "=1+1", "digits, a leading +");
        let table = faults_as_csv(&[fault]);
        let again = read(&table);
        assert_eq!(
            again[1].1[..4],
            ["2", "number", "'=1+1", "digits, a leading +"]
        );
        assert_eq!(again[1].1[5], "say \"no\"");
    }
}
