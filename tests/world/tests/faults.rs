//! What the driver makes of a card, a module or a cable that fails.

use hotline_drivers::card::{AnalogCard, Hook, Law, PortEvent, Tick};
use hotline_world::card::{CardFault, ModuleFault};
use hotline_world::exchange::{Fault, LineSettings};

mod driven;
use driven::Driven;

fn driven() -> Driven {
    Driven::new(&LineSettings::clean(), Law::A)
}

#[test]
fn battery_loss_and_return_are_told_after_their_debounce() {
    for fault in [Fault::Unplugged, Fault::NoBattery] {
        let mut driven = driven();
        for (fault, event) in [
            (fault, PortEvent::BatteryLost),
            (Fault::None, PortEvent::BatteryPresent),
        ] {
            let start = driven.ms;
            driven.town.line(2, |line| line.set_fault(fault));
            driven.run(200);
            let [(ms, 2, told)] = driven.events[..] else {
                panic!("{:?}", driven.events)
            };
            assert_eq!(told, event);
            assert!(
                (64..=80).contains(&(ms - start)),
                "{event:?} after {} ms",
                ms - start
            );
            driven.events.clear();
        }
    }
}

#[test]
fn a_reversal_is_told_once() {
    let mut driven = driven();
    driven.town.line(1, |line| line.reverse());
    driven.run(500);
    assert_eq!(driven.take(), [(1, PortEvent::PolarityReversed)]);
}

#[test]
fn a_dead_module_is_told_once_and_comes_back_on_hook() {
    let mut driven = driven();
    driven.hook(0, Hook::OffHook);
    driven.throw(CardFault::Module {
        port: 0,
        fault: ModuleFault::Dead,
    });
    driven.run(5000);
    assert_eq!(driven.take(), [(0, PortEvent::Failed)]);
    driven.throw(CardFault::Module {
        port: 0,
        fault: ModuleFault::None,
    });
    driven.run(5000);
    assert_eq!(driven.take(), [(0, PortEvent::BatteryPresent)]);
    let module = driven.card.device().module(0).expect("fitted");
    assert_eq!(module.register(5), 0x08, "on-hook, line monitor on");
}

/// Module sheet §8: register 12 bit 6, then §5.1 from step 2.
#[test]
fn a_lost_isolation_link_is_told_and_the_module_initialised_anew() {
    let mut driven = driven();
    driven.throw(CardFault::Module {
        port: 3,
        fault: ModuleFault::LinkLost,
    });
    driven.run(100);
    assert_eq!(driven.take(), [(3, PortEvent::Failed)]);
    driven.throw(CardFault::Module {
        port: 3,
        fault: ModuleFault::None,
    });
    driven.run(5000);
    assert_eq!(driven.take(), [(3, PortEvent::BatteryPresent)]);
    let module = driven.card.device().module(3).expect("fitted");
    assert_eq!(
        (module.register(26), module.register(33)),
        (0x30, 0x20),
        "DC termination, PCM"
    );
}

/// Module sheet §7.1, sanity and hook refresh.
#[test]
fn a_corrupted_hook_register_is_written_again_and_no_event_told() {
    for octet in [0x00, 0x02, 0x09] {
        let mut driven = driven();
        driven.throw(CardFault::Corruption {
            port: 1,
            register: 5,
            octet,
        });
        driven.run(10);
        assert_eq!(
            driven.card.device().module(1).expect("fitted").register(5),
            0x08
        );
        assert_eq!(
            driven.card.counters().rewrites,
            1,
            "register 5 was {octet:#04x}"
        );
        driven.run(500);
        assert_eq!(driven.take(), []);
    }
}

#[test]
fn lost_milliseconds_are_counted_and_the_next_is_whole_again() {
    for lost in [1, 2] {
        let mut driven = driven();
        driven.throw(CardFault::Late { frames: 8 * lost });
        assert_eq!(driven.tick(), Tick::Samples { missed: lost });
        driven.run(10);
        assert_eq!(driven.card.counters().missed, u64::from(lost));
    }
}

/// Bridge sheet §2.1 bit 6: the status bits are long gone when a late driver looks.
#[test]
fn an_interrupt_served_less_than_a_millisecond_late_loses_nothing() {
    for frames in 1..8 {
        let mut driven = driven();
        driven.throw(CardFault::Late { frames });
        driven.run(10);
        assert_eq!(driven.card.counters().foreign, 0);
    }
}

#[test]
fn the_interrupt_of_another_device_is_counted_and_brings_no_samples() {
    let mut driven = driven();
    let before = driven.town.now_ms();
    driven.throw(CardFault::ForeignInterrupt);
    driven.run(10);
    assert_eq!(driven.town.now_ms() - before, 10);
    assert_eq!(driven.card.counters().foreign, 1);
}

/// Bridge sheet §6.
#[test]
fn dma_stopped_by_a_master_abort_is_started_again() {
    let mut driven = driven();
    driven.throw(CardFault::MasterAbort);
    driven.run(10);
    assert_eq!(driven.card.counters().aborts, 1);
}

#[test]
fn a_card_that_leaves_the_bus_is_told_as_gone() {
    let mut driven = driven();
    driven.throw(CardFault::Gone);
    assert_eq!(driven.tick(), Tick::Gone);
    assert_eq!(driven.tick(), Tick::Gone);
}
