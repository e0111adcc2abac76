//! Where landlines are registered, beside what libphonenumber says, by way of its Python edition:
//! Debian's `python3-phonenumbers`, which `cargo xtask test` installs.

use std::io::Write as _;
use std::process::{Command, Stdio};

use hotline_call::Number;
use hotline_services::NumberPlan;
use hotline_services::region::{Directory, areas};

/// Reads a number a line, says where it is a line. Debian's own Python has it, and no other.
const ASK: &str = "
import sys, phonenumbers
from phonenumbers import geocoder
for line in sys.stdin:
    number = phonenumbers.parse(line.strip(), 'CN')
    print(geocoder.description_for_valid_number(number, 'zh'))
";
/// Where it has a former name, or the prefecture around our city.
const OTHERWISE: [(&str, &str); 3] = [("710", "襄樊"), ("979", "海西"), ("992", "伊犁")];

/// What libphonenumber says of each.
fn told(numbers: &[String]) -> Vec<String> {
    let mut python = Command::new("/usr/bin/python3")
        .args(["-c", ASK])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .env("PYTHONIOENCODING", "utf-8")
        .spawn()
        .expect("/usr/bin/python3 is there: run `cargo xtask test packages`");
    let mut asked = python.stdin.take().expect("a pipe");
    asked
        .write_all(numbers.join("\n").as_bytes())
        .expect("python3 with phonenumbers: run `cargo xtask test packages`");
    drop(asked);
    let output = python.wait_with_output().expect("an answer");
    assert!(
        output.status.success(),
        "python3-phonenumbers is there: run `cargo xtask test packages`"
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn every_area_code_is_where_libphonenumber_says() {
    let mut codes: Vec<&str> = areas().iter().map(|area| area.code).collect();
    codes.dedup();
    let numbers: Vec<String> = codes
        .iter()
        .map(|code| format!("0{code} 6123 4567"))
        .collect();
    let (directory, plan) = (Directory::default(), NumberPlan::default());
    let told = told(&numbers);
    assert_eq!(told.len(), codes.len());
    for ((code, number), told) in codes.iter().zip(&numbers).zip(&told) {
        let parsed = Number::parse(number).expect("a number");
        let origin = directory.origin(&plan, &plan.canonical(&parsed));
        let region = origin.and_then(|origin| origin.region);
        let region = region.expect("a landline of a known area");
        let city = region.city.expect("a city");
        let other = OTHERWISE.iter().find(|(known, _)| known == code);
        let is_so = told.contains(&city) || other.is_some_and(|(_, name)| told.contains(name));
        assert!(
            told.contains(&region.province) && is_so,
            "{number}: ours {} {city}, theirs {told:?}",
            region.province
        );
    }
    assert!(codes.len() > 300, "{} codes", codes.len());
}
