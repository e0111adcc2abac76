//! Words that tell of unfinished, hidden or dangerous things.

use super::source::{Line, split};
use super::{File, Tree};

/// Words of work put off. No issue is kept in a comment.
const PUT_OFF: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];
/// Code that is not there.
const MISSING: &[&str] = &["todo!", "unimplemented!"];
/// Names of modules that say nothing.
const NAMELESS: &[&str] = &[
    "utils", "util", "helpers", "helper", "common", "manager", "base", "misc",
];
/// Waits that make a test slow and still not sure.
const SLEEPS: &[&str] = &["thread::sleep", "time::sleep"];
/// In the comment beside a sleep in a test: it is the pause of a loop that polls a condition, or
/// the pace of a wall clock.
const SLEEP_MARKS: &[&str] = &["poll", "polls", "polled", "pace", "paced", "wall clock"];

/// The doors: where `unsafe` may stand, each with its reason.
const DOORS: &[(&str, &str)] = &[
    ("drivers/src/vfio/", "memory that a card shares"),
    ("drivers/src/uio/", "memory that a card shares"),
    ("drivers/src/dahdi/", "ioctls of the DAHDI devices"),
    ("drivers/src/usb_e1/", "ioctls of usbfs"),
    (
        "tests/voice/src/peers/",
        "functions of libraries that are only measured",
    ),
    (
        "media-dsp/tests/no_heap.rs",
        "the allocator that counts on the tick's thread",
    ),
    (
        "tests/src/no_heap.rs",
        "the allocator that counts on the tick's thread",
    ),
];

/// Every such word.
pub fn faults(tree: &Tree) -> Vec<String> {
    let mut faults: Vec<String> = tree.rust().flat_map(in_rust).collect();
    let pages = tree.files.iter().filter(|file| is_page(&file.path));
    faults.extend(pages.flat_map(in_page));
    faults.extend(tree.files.iter().filter_map(nameless));
    faults
}

fn is_page(path: &str) -> bool {
    path.starts_with("web-ui/")
        && [".ts", ".svelte", ".css"]
            .iter()
            .any(|end| path.ends_with(end))
}

fn in_rust(file: &File) -> Vec<String> {
    let lines = split(&file.text);
    let mut faults = Vec::new();
    let mut in_tests = is_test(&file.path);
    for (index, line) in lines.iter().enumerate() {
        in_tests |= line.code.contains("#[cfg(test)]");
        let mut fault = |told: String| faults.push(format!("{}:{}: {told}", file.path, index + 1));
        for word in PUT_OFF.iter().filter(|word| line.comment_has(word)) {
            fault(format!("`{word}` in a comment: do it or file it"));
        }
        for word in MISSING.iter().filter(|word| line.code_has(word)) {
            fault(format!("`{word}`: code that is not there"));
        }
        if line.code.contains("#[ignore") {
            fault("an ignored test proves nothing".into());
        }
        if is_unsafe(line) && !DOORS.iter().any(|(door, _)| file.path.starts_with(door)) {
            fault("`unsafe` outside the doors".into());
        }
        if in_tests && sleeps(line) && !is_marked(&lines, index) {
            fault("a test that sleeps; poll a condition and say so beside it".into());
        }
    }
    faults
}

fn is_unsafe(line: &Line) -> bool {
    let allowed = line.code.contains("allow(") || line.code.contains("expect(");
    line.code_has("unsafe") || (allowed && line.code_has("unsafe_code"))
}

fn is_test(path: &str) -> bool {
    let chores = path.starts_with("tests/xtask/");
    !chores
        && (path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("tests.rs"))
}

fn sleeps(line: &Line) -> bool {
    SLEEPS.iter().any(|word| line.code_has(word))
}

/// Whether the sleep's own line or one of the three above says what it is for.
fn is_marked(lines: &[Line], index: usize) -> bool {
    let near = &lines[index.saturating_sub(3)..=index];
    near.iter()
        .any(|line| SLEEP_MARKS.iter().any(|mark| line.comment_has(mark)))
}

fn in_page(file: &File) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for word in PUT_OFF
            .iter()
            .filter(|word| super::source::has_word(line, word))
        {
            faults.push(format!(
                "{}:{}: `{word}`: do it or file it",
                file.path,
                index + 1
            ));
        }
    }
    faults
}

fn nameless(file: &File) -> Option<String> {
    let ours = [".rs", ".ts", ".svelte"]
        .iter()
        .any(|end| file.path.ends_with(end));
    let mut parts = file
        .path
        .split('/')
        .map(|part| part.split('.').next().unwrap_or(part));
    let name = parts.find(|part| NAMELESS.contains(part))?;
    ours.then(|| {
        format!(
            "{}: `{name}` names nothing; a thing without a home is not understood yet",
            file.path
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    fn told(path: &str, text: &str) -> String {
        faults(&tree(&[(path, text)])).join("\n")
    }

    #[test]
    fn work_put_off_is_found_in_comments_and_not_in_strings() {
        assert!(told("a/src/b.rs", "x(); // TODO later\n").starts_with("a/src/b.rs:1: `TODO`"));
        assert_eq!(told("a/src/b.rs", "x(\"// TODO\");\n"), "");
        assert!(told("a/src/b.rs", "fn f() { todo!() }\n").contains("not there"));
        assert!(told("web-ui/src/a.ts", "// FIXME\n").contains("FIXME"));
    }

    #[test]
    fn an_ignored_test_is_a_fault() {
        assert!(told("a/src/b.rs", "#[ignore = \"slow\"]\n").contains("ignored"));
    }

    #[test]
    fn unsafe_stands_only_in_the_doors() {
        assert!(told("media-dsp/src/x.rs", "unsafe { f() }\n").contains("outside the doors"));
        assert!(told("media-dsp/src/x.rs", "#![allow(unsafe_code)]\n").contains("outside"));
        assert_eq!(told("drivers/src/vfio/region.rs", "unsafe { f() }\n"), "");
        assert_eq!(
            told("media-dsp/src/x.rs", "#![deny(unsafe_code)] // unsafe\n"),
            ""
        );
    }

    #[test]
    fn a_sleep_in_a_test_says_what_it_polls() {
        let sleep = "    std::thread::sleep(PAUSE);\n";
        assert!(told("tests/stories/a.rs", sleep).contains("sleeps"));
        let module = format!("#[cfg(test)]\nmod tests {{\n{sleep}}}\n");
        assert!(told("a/src/b.rs", &module).contains("sleeps"));
        assert_eq!(
            told(
                "tests/stories/a.rs",
                &format!("// poll: is it up?\n{sleep}")
            ),
            ""
        );
        assert_eq!(told("appliance/src/a.rs", sleep), "");
    }

    #[test]
    fn a_module_has_a_name_that_says_something() {
        assert!(told("a/src/utils.rs", "").contains("`utils` names nothing"));
        assert!(told("a/src/common/x.rs", "").contains("`common` names nothing"));
        assert_eq!(told("a/src/common_channel.rs", ""), "");
    }
}
