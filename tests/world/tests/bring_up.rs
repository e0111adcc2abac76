//! The card's driver on the model of the card: from power-up to service, and what stands in the way.

use hotline_drivers::bus::PciDevice;
use hotline_drivers::card::{AnalogCard, Law};
use hotline_drivers::si3050::bring_up::ModuleFault as Fault;
use hotline_drivers::si3050::country::Country;
use hotline_drivers::tdm400p::{BringUpError, Settings, Tdm400p};
use hotline_world::Town;
use hotline_world::card::{CardFault, CardSettings, ModuleFault, VirtualCard};
use hotline_world::exchange::LineSettings;

fn card(settings: CardSettings) -> VirtualCard {
    VirtualCard::new(settings, Town::new(&LineSettings::clean(), 1))
}

fn refusal(card: VirtualCard) -> BringUpError {
    Tdm400p::bring_up(card, Settings::default())
        .map(|_| ())
        .expect_err("the card is broken")
}

/// Bridge sheet §4.1, §3.2.
#[test]
fn the_bridge_has_the_values_of_the_sheet_after_bring_up() {
    let mut card = Tdm400p::bring_up(card(CardSettings::default()), Settings::default())
        .expect("the card is well");
    let base = card.device().dma_address();
    let card = card.device();
    for (offset, value, what) in [
        (0x00, 0x01, "CNTL"),
        (0x01, 0x01, "OPER"),
        (0x02, 0xDF, "AUXC"),
        (0x04, 0x3F, "MASK0"),
        (0x05, 0x00, "MASK1"),
        (0x2B, 0x04, "AUXFUNC"),
        (0x2D, 0xC1, "SERCTL"),
        (0x2F, 0x00, "FSCDELAY"),
        (0xC0, 0x1F, "PIB 0: four modules fitted"),
    ] {
        assert_eq!(card.register(offset), value, "{what}");
    }
    for (offset, value, what) in [
        (0x08, base, "TX start"),
        (0x0C, base + 28, "TX int"),
        (0x10, base + 60, "TX end"),
        (0x18, base + 64, "RX start"),
        (0x1C, base + 92, "RX int"),
        (0x20, base + 124, "RX end"),
    ] {
        assert_eq!(card.register32(offset), value, "{what}");
    }
}

/// Module sheet §5.1, §5.2.
#[test]
fn the_modules_have_the_values_of_the_sheet_after_bring_up() {
    for (country, law, r16, r26, r30, r33) in [
        (&Country::CHINA, Law::A, 0x00, 0x30, 0x0F, 0x20),
        (&Country::TBR21, Law::A, 0x00, 0xC2, 0x02, 0x20),
        (&Country::FCC, Law::Mu, 0x01, 0xC0, 0x00, 0x28),
    ] {
        let settings = Settings {
            country,
            law,
            ..Settings::default()
        };
        let mut card =
            Tdm400p::bring_up(card(CardSettings::default()), settings).expect("the card is well");
        assert_eq!(card.fitted(), [true; 4]);
        for port in 0..4 {
            let module = card.device().module(port).expect("fitted");
            let start = 8 * (3 - port as u8);
            for (register, value) in [
                (5, 0x08),
                (6, 0x00),
                (16, r16),
                (18, 0x02),
                (24, 0x00),
                (26, r26),
                (30, r30),
                (31, 0xA3),
                (33, r33),
                (34, start),
                (35, 0),
                (36, start),
                (37, 0),
                (38, 0x10),
                (39, 0x10),
                (40, 0x10),
                (41, 0x10),
            ] {
                let name = country.name;
                assert_eq!(
                    module.register(register),
                    value,
                    "{name} {port} register {register}"
                );
            }
        }
    }
}

#[test]
fn a_card_with_two_modules_runs_with_two() {
    let settings = CardSettings {
        fitted: [true, false, false, true],
        ..CardSettings::default()
    };
    let mut card = Tdm400p::bring_up(card(settings), Settings::default()).expect("two are enough");
    assert_eq!(card.fitted(), [true, false, false, true]);
    assert_eq!(card.sites()[1], Some(Fault::NotPresent { found: 0xFF }));
    assert_eq!(card.device().register(0xC0), 0b1_0011, "PIB 0");
}

#[test]
fn another_board_is_refused_unless_any_board_is_allowed() {
    let settings = CardSettings {
        subsystem_vendor: 0x71FE,
        ..CardSettings::default()
    };
    assert_eq!(
        refusal(card(settings)),
        BringUpError::WrongBoard { found: 0x71FE }
    );
    let allowed = Settings {
        any_board: true,
        ..Settings::default()
    };
    assert!(Tdm400p::bring_up(card(settings), allowed).is_ok());
}

#[test]
fn a_companion_chip_that_loses_a_bit_is_refused() {
    let settings = CardSettings {
        stuck_bits: 0x20,
        ..CardSettings::default()
    };
    assert_eq!(
        refusal(card(settings)),
        BringUpError::CompanionChip {
            version: 0x72,
            register: 2,
            wrote: 0x20,
            read: 0
        }
    );
}

#[test]
fn a_card_without_a_usable_module_is_refused_and_says_why_of_each_site() {
    let card = card(CardSettings {
        fitted: [true, true, false, false],
        ..CardSettings::default()
    });
    for (port, fault) in [(0, ModuleFault::Dead), (1, ModuleFault::LinkLost)] {
        card.faults().throw(CardFault::Module { port, fault });
    }
    let absent = Some(Fault::NotPresent { found: 0xFF });
    let refusal = refusal(card);
    let no_link = Some(Fault::NoLink { found: 0 });
    assert_eq!(
        refusal,
        BringUpError::NoModule([absent, no_link, absent, absent])
    );
    assert!(
        refusal
            .to_string()
            .contains("site 2: the line side does not answer"),
        "{refusal}"
    );
}

#[test]
fn a_card_off_the_bus_is_refused() {
    let mut card = card(CardSettings::default());
    card.faults().throw(CardFault::Gone);
    card.pause(std::time::Duration::from_millis(1));
    assert_eq!(refusal(card), BringUpError::CardGone);
}
