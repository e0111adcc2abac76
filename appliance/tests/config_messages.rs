//! The configuration file: its documentation is true, and a mistake is told in one message.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use hotline::config::{Config, ConfigError};

/// A file that is right but for what is put into it; the data directory is one that exists.
fn read(text: &str) -> Result<Config, ConfigError> {
    let text = format!("paths.data = \"/tmp\"\n{text}");
    Config::read(Path::new("/etc/hotline.toml"), &text)
}

fn message(text: &str) -> String {
    read(text).expect_err("this file has a mistake").to_string()
}

#[test]
fn the_documented_file_says_what_the_defaults_are() {
    let documented: Config = toml::from_str(Config::documented()).unwrap();
    assert_eq!(documented, Config::default());
}

#[test]
fn every_key_is_documented_with_what_it_allows() {
    let lines: Vec<&str> = Config::documented().lines().collect();
    for (index, line) in lines.iter().enumerate() {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            assert!(
                lines[index - 1].contains("Allowed: "),
                "no \"Allowed:\" line above {line}"
            );
        }
    }
    // Every field of the types stands in the file: what serde writes is as long as what it reads.
    let written = toml::to_string(&Config::default()).unwrap();
    let keys = |text: &str| text.lines().filter(|line| line.contains(" = ")).count();
    let documented = lines
        .iter()
        .filter(|line| !line.starts_with('#') && line.contains(" = "));
    assert_eq!(keys(&written), documented.count());
}

#[test]
fn a_mistake_is_told_with_file_line_key_what_was_found_and_what_is_allowed() {
    assert_eq!(
        message("[rtp]\nfirst_port = 16001"),
        "/etc/hotline.toml line 3, rtp.first_port: found 16001; allowed: an even number, \
         1024 to 65534, below last_port; change the value"
    );
    assert_eq!(
        message("[rtp]\nlast_port = 70000"),
        "/etc/hotline.toml line 3, rtp.last_port: found 70000; allowed: 1025 to 65535, \
         at least 15 above first_port; change the value"
    );
    assert_eq!(
        message("[http]\nlisten = \"localhost\""),
        "/etc/hotline.toml line 3, http.listen: found \"localhost\"; allowed: ADDRESS:PORT; \
         0.0.0.0 is every IPv4 address of this machine, [::] every address; change the value"
    );
    assert_eq!(
        message("[lines]\nlaw = \"b-law\""),
        "/etc/hotline.toml line 3, lines.law: found \"b-law\"; allowed: \"a-law\" (Europe, \
         China), \"mu-law\" (North America, Japan); change the value"
    );
}

#[test]
fn an_unknown_key_is_told_with_the_keys_there_are() {
    let message = message("[http]\nlisen = \"0.0.0.0:80\"");
    assert!(
        message.contains("line 3, http.lisen: found \"lisen\", which is no key"),
        "{message}"
    );
    assert!(message.contains("allowed: listen; "), "{message}");
    let message = read("[htp]\nlisten = \"0.0.0.0:80\"")
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("allowed: [paths], [http], [sip]"),
        "{message}"
    );
}

#[test]
fn a_card_is_refused_for_there_is_no_door_to_it_yet() {
    let message = message("[lines]\ncards = [{ pci = \"0000:03:00.0\" }]");
    assert!(message.contains("lines.cards: found {"), "{message}");
    assert!(message.contains("(VFIO) is not built yet"), "{message}");
}

#[test]
fn a_pair_that_does_not_fit_is_told_with_the_other_value() {
    let message = message("[sip]\nregistration_max_s = 60\nregistration_min_s = 120");
    assert!(
        message.contains("sip.registration_min_s: found 120"),
        "{message}"
    );
    assert!(message.contains("(30 to 60 here)"), "{message}");
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let message = message("[http]\nlisten 0.0.0.0:80");
    assert!(message.starts_with("/etc/hotline.toml line 3"), "{message}");
}

#[test]
fn a_data_directory_that_cannot_be_one_is_told() {
    let told = |text| {
        Config::read(Path::new("a.toml"), text)
            .unwrap_err()
            .to_string()
    };
    let message = told("[paths]\ndata = \"/etc/hostname/x\"");
    assert!(
        message.contains("line 2, paths.data: found /etc/hostname/x"),
        "{message}"
    );
    assert!(
        message.contains("/etc/hostname is not a directory"),
        "{message}"
    );
    assert!(told("paths.data = \"x\"").contains("does not begin with /"));
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let message = Config::load(Path::new("/nowhere/hotline.toml"))
        .unwrap_err()
        .to_string();
    assert!(
        message.starts_with("/nowhere/hotline.toml: found no readable text"),
        "{message}"
    );
}
