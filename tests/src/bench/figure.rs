//! Figures: as a table for people, as a list for programs.

use std::borrow::Cow;

use serde_json::{Value, json};

/// What a figure must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Less than this.
    Below(f64),
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
    /// Nothing at all.
    Zero,
}

impl Target {
    fn is_met_by(self, value: f64) -> bool {
        match self {
            Self::Below(limit) => value < limit,
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
            Self::Zero => value == 0.0,
        }
    }

    fn in_words(self) -> String {
        match self {
            Self::Below(limit) => format!("< {limit}"),
            Self::AtMost(limit) => format!("<= {limit}"),
            Self::AtLeast(limit) => format!(">= {limit}"),
            Self::Zero => "0".to_owned(),
        }
    }
}

/// The same figure of something else that does the same work.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer {
    /// What it is, with its version.
    pub name: String,
    /// Its figure, in the same unit.
    pub value: f64,
}

/// One result of a bench.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What was measured, and how.
    pub name: Cow<'static, str>,
    /// The result.
    pub value: f64,
    /// Its unit; empty for a count.
    pub unit: &'static str,
    /// Whom it is compared with.
    pub peer: Option<Peer>,
    /// What it must be; `None`: it is only told.
    pub target: Option<Target>,
}

impl Figure {
    /// A figure that is only told.
    #[must_use]
    pub fn told(name: impl Into<Cow<'static, str>>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            peer: None,
            target: None,
        }
    }

    /// The same with a target.
    #[must_use]
    pub fn must_be(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// The same beside somebody else's.
    #[must_use]
    pub fn beside(mut self, name: &str, value: f64) -> Self {
        self.peer = Some(Peer {
            name: name.to_owned(),
            value,
        });
        self
    }

    /// Whether the target is met; `None` without one.
    #[must_use]
    pub fn is_met(&self) -> Option<bool> {
        self.target.map(|target| target.is_met_by(self.value))
    }

    fn ratio(&self) -> Option<f64> {
        let peer = self.peer.as_ref()?;
        (peer.value != 0.0).then(|| rounded(self.value / peer.value))
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "peer": self.peer.as_ref().map(|peer| &peer.name),
            "peer_value": self.peer.as_ref().map(|peer| rounded(peer.value)),
            "ratio": self.ratio(),
            "target": self.target.map(Target::in_words),
            "met": self.is_met(),
        })
    }

    /// Value, target, whether it is met, what it is, the peer.
    #[must_use]
    pub fn row(&self) -> [String; 5] {
        let met = match self.is_met() {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let ratio = self.ratio().map(|ratio| format!(" ({ratio:.2} of it)"));
        let peer = self.peer.as_ref().map_or_else(String::new, |peer| {
            let ratio = ratio.unwrap_or_default();
            format!("{} {}{ratio}", rounded(peer.value), peer.name)
        });
        [
            format!("{} {}", rounded(self.value), self.unit),
            self.target.map(Target::in_words).unwrap_or_default(),
            met.to_owned(),
            self.name.clone().into_owned(),
            peer,
        ]
    }
}

/// Whether no figure misses its target.
#[must_use]
pub fn all_met(figures: &[Figure]) -> bool {
    figures.iter().all(|figure| figure.is_met() != Some(false))
}

/// The list for programs, a line a figure.
#[must_use]
pub fn to_json(figures: &[Figure]) -> String {
    let lines: Vec<String> = figures
        .iter()
        .map(|figure| figure.to_json().to_string())
        .collect();
    format!("[\n{}\n]", lines.join(",\n"))
}

/// The table for people: value, target, whether it is met, what it is, the peer.
#[must_use]
pub fn to_table(figures: &[Figure]) -> String {
    let head = ["value", "target", "", "what", ""].map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(head)
        .chain(figures.iter().map(Figure::row))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let [value, target, met] = [0, 1, 2].map(|column| width(column).unwrap_or(0));
    let lines = rows.iter().map(|[v, t, m, name, peer]| {
        let line = format!("{v:>value$}  {t:<target$}  {m:<met$}  {name}  {peer}");
        line.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Four decimals: finer than anything here can be measured.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_met_below_its_limit_and_missed_at_it() {
        let figure = |value| Figure::told("x", value, "ms").must_be(Target::Below(0.5));
        assert_eq!(figure(0.49).is_met(), Some(true));
        assert_eq!(figure(0.5).is_met(), Some(false));
        let gaps = |value| Figure::told("gaps", value, "").must_be(Target::Zero);
        let only_told = Figure::told("y", 1e9, "");
        assert!(all_met(&[only_told.clone(), gaps(0.0)]));
        assert!(!all_met(&[only_told, gaps(1.0)]));
    }

    #[test]
    fn the_list_has_all_members_and_the_ratio_to_the_peer() {
        let mut figure = Figure::told("cost", 3.0, "s").must_be(Target::Below(4.0));
        let list: Value = serde_json::from_str(&to_json(&[figure.clone()])).unwrap();
        let alone = json!([{"name": "cost", "value": 3.0, "unit": "s", "peer": null,
            "peer_value": null, "ratio": null, "target": "< 4", "met": true}]);
        assert_eq!(list, alone);
        figure.peer = Some(Peer {
            name: "another".into(),
            value: 6.0,
        });
        let list: Value = serde_json::from_str(&to_json(&[figure])).unwrap();
        assert_eq!(
            (&list[0]["peer"], &list[0]["ratio"]),
            (&json!("another"), &json!(0.5))
        );
    }

    #[test]
    fn a_missed_target_stands_out_in_the_table() {
        let figures = [
            Figure::told("calls served", 30.0, ""),
            Figure::told("calls failed", 2.0, "").must_be(Target::Zero),
        ];
        let table = to_table(&figures);
        let line = table
            .lines()
            .find(|line| line.contains("calls failed"))
            .unwrap();
        assert!(line.contains("MISSED"), "{table}");
        assert_eq!(table.matches("MISSED").count(), 1, "{table}");
    }
}
