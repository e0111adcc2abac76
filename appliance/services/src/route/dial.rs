use hotline_call::{LineId, Number, PhoneId};

use super::{DialPlan, LineUse, Outbound, Refusal, Step};
use crate::AgentId;
use crate::blacklist::{EntryId, Listed};
use crate::emergency::EmergencyCall;
use crate::feature_code::FeatureRequest;

/// A number that is dialled, and what must be known to decide about it.
#[derive(Clone, Copy)]
pub struct Dialling<'a> {
    /// What was dialled.
    pub number: &'a Number,
    /// Who is signed in at the phone.
    pub agent: Option<AgentId>,
    /// The phone of an extension.
    pub extension: &'a dyn Fn(&str) -> Option<PhoneId>,
    /// The entry of the blacklist that a canonical number is not to be called by, and what it lists.
    pub listed: &'a dyn Fn(&str) -> Option<(EntryId, Listed)>,
    /// What every line of the house is used for.
    pub lines: &'a [(LineId, LineUse)],
}

/// What a dialled number becomes, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialled {
    /// What.
    pub to: DialledTo,
    /// How that came about.
    pub steps: Vec<Step>,
}

/// What a dialled number becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DialledTo {
    /// A call for help.
    Emergency(EmergencyCall),
    /// A feature, no call.
    Feature(FeatureRequest),
    /// A telephone of ours.
    Phone(PhoneId),
    /// A call outside.
    Outside(Outbound),
    /// Nothing.
    Refused(Refusal),
}

impl DialPlan {
    /// What a dialled number becomes. Emergencies come before everything; then codes, our own
    /// telephones, the blacklist and the outbound rules.
    #[must_use]
    pub fn dial(&self, dialling: Dialling<'_>) -> Dialled {
        let mut steps = Vec::new();
        let to = self.dialled_to(dialling, &mut steps);
        Dialled { to, steps }
    }

    /// The route tester: what would become of the number.
    #[must_use]
    pub fn explain(&self, dialling: Dialling<'_>) -> Vec<Step> {
        self.dial(dialling).steps
    }

    fn dialled_to(&self, dialling: Dialling<'_>, steps: &mut Vec<Step>) -> DialledTo {
        let Dialling {
            number,
            agent,
            lines,
            ..
        } = dialling;
        let digits = number.as_str();
        if let Some(call) = self.call_for_help(digits, lines, steps) {
            return DialledTo::Emergency(call);
        }
        if let Some(request) = self.feature_codes.dialled(digits) {
            let feature = request.feature();
            steps.push(Step::FeatureCode { feature });
            return DialledTo::Feature(request);
        }
        if let Some(phone) = (dialling.extension)(digits) {
            steps.push(Step::Extension { phone });
            return DialledTo::Phone(phone);
        }
        if digits.starts_with(['*', '#']) {
            return DialledTo::Refused(Refusal::NoSuchCode);
        }
        // 9-110 in a house where a rule takes the 9 off.
        let rewritten = self.rewritten(number);
        let help = rewritten
            .as_ref()
            .and_then(|number| self.call_for_help(number.as_str(), lines, steps));
        if let Some(call) = help {
            return DialledTo::Emergency(call);
        }
        let canonical = self.numbers.canonical(number);
        steps.push(Step::Written {
            dialled: digits.to_owned(),
            matched: self.numbers.dialled(number),
            canonical: canonical.clone(),
        });
        // The list has the number that would be called, the 9 taken off.
        let called = rewritten.map(|number| self.numbers.canonical(&number));
        let mut written = std::iter::once(&canonical).chain(&called);
        if let Some((entry, listed)) = written.find_map(|number| (dialling.listed)(number)) {
            let listed = Some(listed);
            steps.push(Step::Listed { entry, listed });
            return DialledTo::Refused(Refusal::Listed { entry });
        }
        match self.outbound(number, agent, lines, steps) {
            Ok(outbound) => DialledTo::Outside(outbound),
            Err(refusal) => DialledTo::Refused(refusal),
        }
    }

    /// Whether dialling the number, or what a rule makes of it, would call for help.
    #[must_use]
    pub fn is_for_help(&self, number: &Number) -> bool {
        let rewritten = self.rewritten(number);
        let mut numbers = std::iter::once(number).chain(rewritten.as_ref());
        numbers.any(|number| {
            let digits = number.as_str();
            self.call_for_help(digits, &[], &mut Vec::new()).is_some()
        })
    }

    fn call_for_help(
        &self,
        digits: &str,
        lines: &[(LineId, LineUse)],
        steps: &mut Vec<Step>,
    ) -> Option<EmergencyCall> {
        let first = self.lines_through(&self.emergency.through);
        let call = self.emergency.decide(digits, &first, lines)?;
        let (number, is_test) = (call.number.to_string(), call.is_test);
        steps.push(Step::Emergency { number, is_test });
        Some(call)
    }
}
