//! The demo: an office where people call all day, to be looked at and to be joined.

pub mod check;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hotline_call::Digit;
use hotline_world::customer::{Customer, Patience, Step};
use hotline_world::exchange::LineSettings;
use hotline_world::exchange::random::Random;
use hotline_world::phone::{Answer, PhoneSettings};

use crate::office::{Office, OfficeSettings, Seat, caller};
use crate::voice;

/// A caller about every so many milliseconds.
const EVERY_MS: u64 = 8000;
/// The file in the data directory that holds the demo's password.
const PASSWORD: &str = "demo-password";

/// What the demo was asked for.
#[derive(Clone, Debug)]
pub struct DemoSettings {
    /// The data directory.
    pub data: PathBuf,
    /// Where the pages are served.
    pub http: SocketAddr,
    /// Where phones register.
    pub sip: SocketAddr,
    /// Of who calls when and does what.
    pub seed: u64,
}

/// Opens the demo's office. The first seat has no phone: that is the user's own.
///
/// # Errors
/// What went wrong, in words.
pub fn open(settings: &DemoSettings) -> Result<Office, String> {
    std::fs::create_dir_all(&settings.data)
        .map_err(|error| format!("{}: {error}", settings.data.display()))?;
    let folder = settings.data.join("prompts");
    let mut seats = vec![Seat {
        name: "李雷".into(),
        extension: "8001".into(),
        phone: None,
    }];
    for (index, (name, (text, language))) in ["张三", "Wang Fang"]
        .into_iter()
        .zip(voice::AGENTS)
        .enumerate()
    {
        let speech = voice::speak(&folder, text, language)?;
        let phone = PhoneSettings {
            answer: Answer::After(Duration::from_millis(1500)),
            says: voice::with_pause(&speech, 12_000),
            keep_heard_ms: 0,
            hangs_up_after: None,
            ..PhoneSettings::default()
        };
        let extension = (8002 + index).to_string();
        seats.push(Seat {
            name: name.into(),
            extension,
            phone: Some(phone),
        });
    }
    Office::open(OfficeSettings {
        data: settings.data.clone(),
        http: settings.http,
        sip: settings.sip,
        password: password(&settings.data)?,
        line: LineSettings::china(),
        seed: settings.seed,
        wrapup_s: 5,
        realtime_priority: 0,
        seats,
    })
}

/// How to look at it and how to join it.
///
/// # Errors
/// The password cannot be read.
pub fn welcome(office: &Office, data: &Path) -> Result<String, String> {
    let (web, sip, word) = (office.web(), office.sip(), password(data)?);
    Ok(format!(
        "Hotline runs, and somebody calls every few seconds. Ctrl-C ends it.\n\n\
         The pages      http://{web}\n  name         admin\n  password     {word}\n\n\
         Take calls yourself with any SIP phone (a program or a real one):\n  \
         server       {sip} (UDP or TCP)\n  user         8001\n  password     {word}\n\n\
         Everything is kept in {}",
        data.display()
    ))
}

/// Lets people call until `is_over`.
///
/// # Errors
/// What people say cannot be spoken.
pub fn traffic(
    office: &Office,
    settings: &DemoSettings,
    is_over: impl Fn() -> bool,
) -> Result<(), String> {
    let folder = settings.data.join("prompts");
    let mut speeches = Vec::new();
    for (text, language) in voice::CUSTOMERS {
        speeches.push(voice::speak(&folder, text, language)?);
    }
    let mut random = Random::new(settings.seed);
    let mut next_ms = office.town.now_ms();
    while !is_over() {
        if office.town.now_ms() >= next_ms {
            next_ms += EVERY_MS / 2 + random.bits() % EVERY_MS;
            // With all lines in use, this person hears busy tone and calls another time.
            let _ = office.town.place(somebody(&mut random, &speeches));
        }
        drop(office.town.finished());
        // The pace of a town on the wall clock: nothing here is finer than this.
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// One customer: most press 1 or 2 and talk, some press nothing, some give up.
fn somebody(random: &mut Random, speeches: &[Arc<[i16]>]) -> Customer {
    let mut up_to = |most: u64| random.bits() % most;
    let number = format!("13{:09}", up_to(1_000_000_000));
    let mut script = vec![
        Step::WaitUntilAnswered,
        Step::Wait {
            ms: 2500 + up_to(3000),
        },
    ];
    let kind = up_to(10);
    if kind != 0 {
        let key = if up_to(3) == 0 { '2' } else { '1' };
        script.extend(Digit::new(key).map(Step::Press));
    }
    let patience_ms = match kind {
        // Gives up in the menu or in the queue.
        0 => 15_000 + up_to(20_000),
        1 => 12_000,
        _ => 240_000,
    };
    script.push(Step::Wait { ms: 7000 });
    for _ in 0..1 + up_to(3) {
        script.push(Step::Say(Arc::clone(
            &speeches[up_to(speeches.len() as u64) as usize],
        )));
        script.push(Step::Wait {
            ms: 3000 + up_to(4000),
        });
    }
    let patience = Patience {
        unanswered_ms: 60_000,
        total_ms: patience_ms,
    };
    Customer::new(caller(&number), script)
        .with_patience(patience)
        .keeping_ms(0)
}

/// The password of this data directory, made when it is new.
fn password(data: &Path) -> Result<String, String> {
    let file = data.join(PASSWORD);
    if let Ok(kept) = std::fs::read_to_string(&file) {
        return Ok(kept.trim().to_owned());
    }
    let mut octets = [0; 8];
    getrandom::fill(&mut octets).map_err(|error| error.to_string())?;
    let word: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    std::fs::write(&file, &word).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(word)
}
