//! Country profiles as data (§5.2 of the module's fact sheet).

use super::regs::{DaaControl5, DcTermination, International1};

/// How the line of a country is terminated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// The profile's name in configuration.
    pub name: &'static str,
    /// OHS: slow opening of the loop.
    pub on_hook_speed: u8,
    /// OHS2: opening in 3 ms.
    pub on_hook_speed_2: u8,
    /// RZ: synthesised ringer impedance.
    pub ringer_impedance: u8,
    /// RT: ring threshold, 0 about 15 V, 1 about 21.5 V.
    pub ring_threshold: u8,
    /// ILIM: loop current limited below 60 mA.
    pub current_limit: u8,
    /// DCV: tip-ring voltage code.
    pub voltage: u8,
    /// MINI: minimum loop current code.
    pub minimum_current: u8,
    /// ACIM: AC impedance code (§5.3).
    pub impedance: u8,
}

impl Country {
    /// China: global complex impedance, low voltage, at least 16 mA.
    pub const CHINA: Self = Self {
        name: "CHINA",
        voltage: 0,
        minimum_current: 3,
        impedance: 0xF,
        ..Self::FCC_LIKE
    };
    /// The European common profile (CTR 21).
    pub const TBR21: Self = Self {
        name: "TBR21",
        current_limit: 1,
        impedance: 2,
        ..Self::FCC_LIKE
    };
    /// United States and Canada.
    pub const FCC: Self = Self {
        name: "FCC",
        ring_threshold: 1,
        ..Self::FCC_LIKE
    };
    /// Every profile there is.
    pub const ALL: [&'static Self; 3] = [&Self::CHINA, &Self::TBR21, &Self::FCC];

    /// 600 Ω, 3.5 V: what the others differ from.
    const FCC_LIKE: Self = Self {
        name: "",
        on_hook_speed: 0,
        on_hook_speed_2: 0,
        ringer_impedance: 0,
        ring_threshold: 0,
        current_limit: 0,
        voltage: 3,
        minimum_current: 0,
        impedance: 0,
    };

    /// The profile with this name, in any case of letters.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        Self::ALL
            .into_iter()
            .find(|country| country.name.eq_ignore_ascii_case(name))
    }
    /// Register 16.
    #[must_use]
    pub const fn international_1(&self) -> u8 {
        International1::octet(
            self.on_hook_speed,
            self.ringer_impedance,
            self.ring_threshold,
        )
    }
    /// Register 26.
    #[must_use]
    pub const fn dc_termination(&self) -> u8 {
        DcTermination::octet(self.voltage, self.minimum_current, self.current_limit)
    }
    /// Register 31.
    #[must_use]
    pub const fn daa_control_5(&self) -> u8 {
        DaaControl5::octet(self.on_hook_speed_2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sheet §5.2, columns R16, R26, R30, R31.
    #[test]
    fn profiles_become_the_octets_of_the_sheet() {
        let octets = |c: &Country| {
            (
                c.international_1(),
                c.dc_termination(),
                c.impedance,
                c.daa_control_5(),
            )
        };
        assert_eq!(octets(&Country::CHINA), (0x00, 0x30, 0x0F, 0xA3));
        assert_eq!(octets(&Country::TBR21), (0x00, 0xC2, 0x02, 0xA3));
        assert_eq!(octets(&Country::FCC), (0x01, 0xC0, 0x00, 0xA3));
    }

    #[test]
    fn a_profile_is_found_by_its_name() {
        assert_eq!(Country::by_name("china"), Some(&Country::CHINA));
        assert_eq!(Country::by_name("atlantis"), None);
    }
}
