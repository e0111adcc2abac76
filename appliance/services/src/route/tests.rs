use super::*;
use crate::Pattern;
use crate::blacklist::{EntryId, Listed};

pub(super) fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

fn rule(id: u32, name: &str, numbers: &[&str], class: CallClass) -> OutboundRule {
    OutboundRule {
        id: RuleId(id),
        name: name.into(),
        is_enabled: true,
        numbers: numbers
            .iter()
            .map(|text| Pattern::parse(text).unwrap())
            .collect(),
        strip: 0,
        add: String::new(),
        through: vec![Through::Group(TrunkGroupId(1))],
        shown: ShownNumber::OfTheLine,
        class,
    }
}

/// A house in Peking with four lines in a group, a fifth alone, and 9 before calls to Shanghai.
fn plan() -> DialPlan {
    let group = TrunkGroup {
        id: TrunkGroupId(1),
        name: "copper".into(),
        lines: [3, 2, 1, 0].map(LineId).to_vec(),
        reserve: None,
    };
    let shanghai = OutboundRule {
        strip: 1,
        add: "021".into(),
        through: vec![Through::Line(LineId(4)), Through::Group(TrunkGroupId(1))],
        shown: ShownNumber::Own(number("01065529988")),
        ..rule(1, "shanghai", &["9XXXXXXXX", "9110"], CallClass::National)
    };
    DialPlan {
        numbers: NumberPlan {
            area: "10".into(),
            ..NumberPlan::default()
        },
        trunk_groups: vec![group],
        outbound: vec![
            shanghai,
            rule(2, "mobile", &["1[3-9]XXXXXXXXX"], CallClass::Mobile),
            rule(3, "abroad", &["00*"], CallClass::International),
            rule(4, "far", &["0*"], CallClass::National),
            rule(5, "near", &["[2-8]XXXXXXX"], CallClass::Local),
        ],
        ..DialPlan::default()
    }
}

const FREE: [(LineId, LineUse); 5] = [
    (LineId(0), LineUse::Free),
    (LineId(1), LineUse::Free),
    (LineId(2), LineUse::Free),
    (LineId(3), LineUse::Free),
    (LineId(4), LineUse::Free),
];

fn dial_from(
    plan: &DialPlan,
    text: &str,
    agent: Option<u32>,
    lines: &[(LineId, LineUse)],
) -> Dialled {
    let number = number(text);
    let extension = |digits: &str| (digits == "201").then_some(PhoneId(1));
    let listed = |canonical: &str| {
        let entry = (EntryId(7), Listed::Number("+8613900139000".into()));
        (canonical == "+8613900139000").then_some(entry)
    };
    plan.dial(Dialling {
        number: &number,
        agent: agent.map(AgentId),
        extension: &extension,
        listed: &listed,
        lines,
    })
}

fn dial(text: &str, lines: &[(LineId, LineUse)]) -> DialledTo {
    dial_from(&plan(), text, Some(1), lines).to
}

fn outside(to: DialledTo) -> Outbound {
    match to {
        DialledTo::Outside(outbound) => outbound,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_rule_that_matches_rewrites_the_number_and_names_the_lines_in_order() {
    let call = outside(dial("9 6552 9988", &FREE));
    assert_eq!(
        (call.rule, call.number.as_str()),
        (RuleId(1), "02165529988")
    );
    assert_eq!(call.lines, [4, 3, 2, 1, 0].map(LineId));
    assert_eq!(call.shown, ShownNumber::Own(number("01065529988")));
    let call = outside(dial("13800138000", &FREE));
    assert_eq!(
        (call.rule, call.number.as_str()),
        (RuleId(2), "13800138000")
    );
    assert_eq!(call.canonical, "+8613800138000");
}

#[test]
fn a_number_in_e164_takes_the_rule_of_the_same_number_as_it_is_dialled_here() {
    for (text, rule, dialled) in [
        ("+86 138 0013 8000", 2, "13800138000"),
        ("+86 21 6552 9988", 4, "02165529988"),
        ("+86 10 6552 9988", 5, "65529988"),
    ] {
        let call = outside(dial(text, &FREE));
        assert_eq!(
            (call.rule.0, call.number.as_str()),
            (rule, dialled),
            "{text}"
        );
    }
}

#[test]
fn one_line_of_a_group_stays_free_for_callers() {
    let mut lines = FREE;
    lines[1].1 = LineUse::Inbound;
    lines[2].1 = LineUse::OutOfService;
    let call = outside(dial("13800138000", &lines));
    assert_eq!(
        call.lines,
        [3, 0].map(LineId),
        "two are free, one may be taken"
    );
    lines[3].1 = LineUse::Outbound;
    let refused = DialledTo::Refused(Refusal::NoLine);
    assert_eq!(dial("13800138000", &lines), refused);
    // The line outside the group has no reserve.
    assert_eq!(outside(dial("965529988", &lines)).lines, [LineId(4)]);
    let mut plan = plan();
    plan.trunk_groups[0].reserve = Some(0);
    let call = outside(dial_from(&plan, "13800138000", Some(1), &lines).to);
    assert_eq!(call.lines, [LineId(0)]);
}

#[test]
fn a_group_of_one_line_has_no_reserve_unless_it_is_set() {
    let mut group = plan().trunk_groups.remove(0);
    assert_eq!(group.reserved(), 1);
    group.lines.truncate(1);
    assert_eq!(group.reserved(), 0);
    group.reserve = Some(1);
    assert_eq!(group.reserved(), 1);
}

#[test]
fn calls_abroad_and_calls_of_nobody_are_not_permitted_until_they_are() {
    let refused = |class| DialledTo::Refused(Refusal::NotPermitted { class });
    assert_eq!(
        dial("+1 212 555 0123", &FREE),
        refused(CallClass::International)
    );
    let unattended = dial_from(&plan(), "13800138000", None, &FREE).to;
    assert_eq!(unattended, refused(CallClass::Mobile));
    let mut plan = plan();
    plan.may_call
        .each
        .push((AgentId(1), vec![CallClass::International]));
    let call = outside(dial_from(&plan, "+1 212 555 0123", Some(1), &FREE).to);
    assert_eq!(call.number.as_str(), "0012125550123");
    let mobile = dial_from(&plan, "13800138000", Some(1), &FREE).to;
    assert_eq!(mobile, refused(CallClass::Mobile), "hers alone count");
}

#[test]
fn help_is_called_from_any_phone_whatever_the_rules_say() {
    let mut all_taken = FREE;
    all_taken
        .iter_mut()
        .for_each(|(_, used)| *used = LineUse::Outbound);
    let mut plan = plan();
    plan.outbound[0].add.clear();
    for text in ["110", "119", "120", "122", "9110"] {
        for plan in [&plan, &DialPlan::default()] {
            let DialledTo::Emergency(call) = dial_from(plan, text, None, &all_taken).to else {
                assert!(text == "9110" && plan.outbound.is_empty(), "{text}");
                continue;
            };
            assert_eq!(call.number.as_str(), text.trim_start_matches('9'));
            assert_eq!(call.preempt.len(), 5);
        }
    }
    // The one line left for callers is good enough.
    let mut one_left = all_taken;
    one_left[1].1 = LineUse::Free;
    let DialledTo::Emergency(call) = dial_from(&plan, "120", None, &one_left).to else {
        panic!("an emergency")
    };
    assert_eq!(call.free, [LineId(1)]);
}

#[test]
fn codes_extensions_and_the_blacklist_come_before_the_rules() {
    assert!(matches!(dial("*28", &FREE), DialledTo::Feature(_)));
    assert_eq!(dial("201", &FREE), DialledTo::Phone(PhoneId(1)));
    let refused = |refusal| DialledTo::Refused(refusal);
    assert_eq!(dial("*99", &FREE), refused(Refusal::NoSuchCode));
    let listed = Refusal::Listed { entry: EntryId(7) };
    for text in ["13900139000", "+86 139 0013 9000", "013900139000"] {
        assert_eq!(dial(text, &FREE), refused(listed), "{text}");
    }
    assert_eq!(dial("12345", &FREE), refused(Refusal::NoRule));
}

#[test]
fn a_rule_that_leaves_no_number_is_told_as_such() {
    let mut plan = plan();
    plan.outbound[1].strip = 11;
    let to = dial_from(&plan, "13800138000", Some(1), &FREE).to;
    assert_eq!(to, DialledTo::Refused(Refusal::NoNumberLeft));
}

/// "Which rule matches 13800138000?"
#[test]
fn the_tester_tells_every_step_of_the_decision_it_explains() {
    let mut lines = FREE;
    lines[3].1 = LineUse::Inbound;
    let told = |text: &str, lines: &[(LineId, LineUse)]| {
        let steps = dial_from(&plan(), text, Some(1), lines).steps;
        steps.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        told("+86 138-0013-8000", &lines),
        [
            "+8613800138000: matched as 13800138000, stored as +8613800138000",
            "shanghai: no, another number was dialled",
            "mobile: yes, by 1[3456789]XXXXXXXXX",
            "mobile: permitted",
            "strip 0, add \"\": dial 13800138000",
            "shows the line's number",
            "line 4: in use",
            "line 3: free",
            "line 2: free",
            "line 1: free",
        ]
    );
    assert_eq!(told("120", &lines), ["emergency 120"]);
    let last = told("+1 212 555 0123", &lines).pop();
    assert_eq!(last.as_deref(), Some("international: not permitted"));
}

#[test]
fn sixty_four_rules_and_more_are_asked_in_order() {
    let mut plan = plan();
    plan.outbound = (0..100)
        .map(|n| {
            rule(
                n,
                &format!("rule {n}"),
                &[&format!("7{n:02}*")],
                CallClass::Local,
            )
        })
        .collect();
    plan.outbound
        .push(rule(100, "rest", &["*"], CallClass::Local));
    for (text, expected) in [
        ("70012345", 0),
        ("76312345", 63),
        ("79912345", 99),
        ("80012345", 100),
    ] {
        let dialled = dial_from(&plan, text, Some(1), &FREE);
        assert_eq!(outside(dialled.to).rule, RuleId(expected));
    }
}
