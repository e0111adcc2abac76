//! A card in service, driven millisecond by millisecond on virtual time.

use hotline_drivers::card::{AnalogCard, Hook, Law, MAX_PORTS, PortBlock, PortEvent, Tick};
use hotline_drivers::tdm400p::{Settings, Tdm400p};
use hotline_world::Town;
use hotline_world::card::{CardFault, CardSettings, FaultSwitch, VirtualCard};
use hotline_world::exchange::LineSettings;

/// The card, its town, and what came of driving it.
pub struct Driven {
    pub card: Tdm400p<VirtualCard>,
    pub town: Town,
    pub faults: FaultSwitch,
    /// Milliseconds driven.
    pub ms: u64,
    /// What happened, with its millisecond and port.
    pub events: Vec<(u64, usize, PortEvent)>,
    pub transmit: [PortBlock; MAX_PORTS],
    pub received: [PortBlock; MAX_PORTS],
}

impl Driven {
    /// Brings a card up behind lines like this, and waits until every line has battery.
    pub fn new(line: &LineSettings, law: Law) -> Self {
        let town = Town::new(line, 42);
        let model = VirtualCard::new(CardSettings::default(), town.clone());
        let faults = model.faults();
        let settings = Settings {
            law,
            ..Settings::default()
        };
        let card = Tdm400p::bring_up(model, settings).expect("the card is well");
        let silence = [[if law == Law::A { 0xD5 } else { 0xFF }; 8]; MAX_PORTS];
        let (transmit, received) = (silence, silence);
        let events = Vec::new();
        let mut driven = Self {
            card,
            town,
            faults,
            ms: 0,
            events,
            transmit,
            received,
        };
        driven.run(200);
        let present = |port| (port, PortEvent::BatteryPresent);
        let mut told = driven.take();
        told.sort_by_key(|&(port, _)| port);
        assert_eq!(told, [present(0), present(1), present(2), present(3)]);
        driven
    }

    /// One millisecond.
    pub fn tick(&mut self) -> Tick {
        let tick = self.card.exchange(&self.transmit, &mut self.received);
        self.ms += 1;
        while let Some((port, event)) = self.card.poll_event() {
            self.events.push((self.ms, port, event));
        }
        tick
    }

    /// So many milliseconds, none of which may be lost.
    pub fn run(&mut self, ms: u64) {
        for _ in 0..ms {
            assert_eq!(
                self.tick(),
                Tick::Samples { missed: 0 },
                "in millisecond {}",
                self.ms
            );
        }
    }

    /// The events since the last look, without their time.
    pub fn take(&mut self) -> Vec<(usize, PortEvent)> {
        self.events
            .drain(..)
            .map(|(_, port, event)| (port, event))
            .collect()
    }

    #[allow(dead_code, reason = "not every test file uses it")]
    pub fn hook(&mut self, port: usize, hook: Hook) {
        self.card.set_hook(port, hook);
    }

    #[allow(dead_code, reason = "not every test file uses it")]
    pub fn throw(&self, fault: CardFault) {
        self.faults.throw(fault);
    }
}
