//! What a simulated office has besides agents, queues and menus: numbers within the house, places
//! agents send their callers to, ways outside, hours, mailboxes, and queues that do not keep whoever
//! waits too long.

use hotline_call::{CallerId, LineId, Number, PhoneId};
use hotline_services::route::{
    CallClass, InboundRoute, Mailbox, OutboundRule, RouteId, RuleId, ShownNumber, Target, Through,
    TrunkGroup, TrunkGroupId,
};
use hotline_services::schedule::{ClockTime, Schedule, ScheduleId, Span, WeekSpan, Weekday};
use hotline_services::{
    AgentId, Announcements, CallbackOffer, Configuration, Exit, Exits, Extension, Forward,
    ForwardTo, Language, MailboxGreeting, MenuId, Overflow, OverflowAction, Pattern, Queue,
    QueueId,
};

use crate::habits::{Habit, Habits};
use crate::office::{lines, phone_of};

/// Phones that stand at no agent's desk, and their extensions.
pub(crate) const LOBBIES: [(PhoneId, &str); 2] = [(PhoneId(90), "60"), (PhoneId(91), "61")];
/// The number of ours that phones here dial, too.
pub(crate) const OUR_NUMBER: &str = "65550000";
/// The hours of some queues.
pub(crate) const HOURS: ScheduleId = ScheduleId(1);
/// The most routes and lines of a group that are set.
const MOST: usize = 120;

/// Furnishes an office that has these habits.
pub(crate) fn furnish(configuration: &mut Configuration, seats: u32, habits: Habits) {
    configuration.extensions = (1..=seats.min(999))
        .map(|n| extension(&extension_of(AgentId(n)), phone_of(AgentId(n))))
        .chain(LOBBIES.map(|(phone, number)| extension(number, phone)))
        .collect();
    let plan = &mut configuration.dial_plan;
    let lines = (0..lines(seats)).rev().take(MOST).map(LineId);
    plan.trunk_groups = vec![TrunkGroup {
        id: TrunkGroupId(1),
        name: "all".to_owned(),
        lines: lines.collect(),
        reserve: Some(1),
    }];
    plan.outbound = any_number().into_iter().collect();
    plan.inbound.extend(our_number());
    plan.schedules = vec![hours()];
    let queues: Vec<QueueId> = configuration.queues.iter().map(|q| q.id).collect();
    if habits.has(Habit::Forwards) || habits.has(Habit::LeavesMessages) {
        let routes = (4..crate::office::lines(seats)).filter_map(|n| route(n, seats, &queues));
        configuration.dial_plan.inbound.extend(routes.take(MOST));
    }
    if habits.has(Habit::Forwards) {
        for agent in &mut configuration.agents {
            agent.forward = forward(agent.id, seats);
        }
    }
    if habits.has(Habit::LeavesMessages) {
        configuration.greetings = vec![MailboxGreeting {
            mailbox: Mailbox::House,
            text: "Speak after the tone.".to_owned(),
            language: Language::En,
        }];
    }
    if habits.has(Habit::Overflows) {
        for queue in &mut configuration.queues {
            overflows(queue, &queues, seats);
        }
    }
    if habits.has(Habit::AsksBack) {
        for queue in &mut configuration.queues {
            queue.callback = Some(CallbackOffer {
                keep_s: 3_600,
                retry_s: 120,
                ..CallbackOffer::default()
            });
        }
    }
    debug_assert_eq!(configuration.check(), Ok(()));
}

/// The extension of an agent's phone.
pub(crate) fn extension_of(agent: AgentId) -> String {
    format!("8{:03}", agent.0)
}

/// How a phone of ours is known.
pub(crate) fn known(phone: PhoneId) -> CallerId {
    let lobby = LOBBIES.iter().find(|(lobby, _)| *lobby == phone);
    let number = match lobby {
        Some((_, number)) => (*number).to_owned(),
        None => extension_of(AgentId(phone.0.saturating_sub(phone_of(AgentId::NOBODY).0))),
    };
    Number::parse(&number)
        .map(CallerId::known)
        .unwrap_or_default()
}

fn extension(number: &str, phone: PhoneId) -> Extension {
    Extension {
        number: number.to_owned(),
        phone,
    }
}

fn any_number() -> Option<OutboundRule> {
    Some(OutboundRule {
        id: RuleId(1),
        name: "all".to_owned(),
        is_enabled: true,
        numbers: vec![Pattern::parse("*").ok()?],
        strip: 0,
        add: String::new(),
        through: vec![Through::Group(TrunkGroupId(1))],
        shown: ShownNumber::OfTheLine,
        class: CallClass::Mobile,
    })
}

fn our_number() -> Option<InboundRoute> {
    Some(InboundRoute {
        dialled: vec![Pattern::parse(OUR_NUMBER).ok()?],
        ..InboundRoute::to(RouteId(900), "ours", Target::Queue(QueueId(1)))
    })
}

/// Open the whole week, in two shifts. The town's day, 8:00 to 19:00 UTC, is 16:00 to 3:00 on the
/// walls there.
fn hours() -> Schedule {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let days = vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun];
    let from_to = |from: &str, to: &str| {
        let span = Span {
            from: ClockTime::parse(from)?,
            to: ClockTime::parse(to)?,
        };
        let days = days.clone();
        Some(WeekSpan { days, span })
    };
    let week = [from_to("16:30", "20:00"), from_to("20:45", "01:30")];
    Schedule {
        id: HOURS,
        name: "hours".to_owned(),
        week: week.into_iter().flatten().collect(),
        days: Vec::new(),
        keeps_calendar: false,
    }
}

/// A line in three leads elsewhere than to a menu: to a person, a phone, a queue or a mailbox.
fn route(line: u16, seats: u32, queues: &[QueueId]) -> Option<InboundRoute> {
    let n = u32::from(line);
    let queue = queues[n as usize / 16 % queues.len()];
    let agent = AgentId(n / 3 % seats + 1);
    let target = match n % 16 {
        1 | 2 => Target::Agent(agent),
        3 => Target::Queue(queue),
        4 if n % 32 < 16 => Target::Phone(LOBBIES[0].0),
        4 => Target::Phone(phone_of(agent)),
        5 => Target::Voicemail(match n / 16 % 3 {
            0 => Mailbox::House,
            1 => Mailbox::Queue(queue),
            _ => Mailbox::Agent(agent),
        }),
        _ => return None,
    };
    Some(InboundRoute {
        lines: vec![LineId(line)],
        ..InboundRoute::to(RouteId(1000 + n), &format!("line {line}"), target)
    })
}

/// Where an agent's callers go: to others, who send them back, to phones, outside, to the mailbox.
fn forward(agent: AgentId, seats: u32) -> Forward {
    let other = |by: u32| {
        let other = AgentId((agent.0 - 1 + by) % seats + 1);
        (other != agent).then_some(ForwardTo::Agent(other))
    };
    let mobile = Number::parse(&format!("139{:08}", agent.0));
    let mobile = mobile.ok().map(ForwardTo::Outside);
    let lobby = Some(ForwardTo::Phone(LOBBIES[1].0));
    let to = match agent.0 % 5 {
        1 => vec![other(1), other(2)],
        2 => vec![other(seats - 1), lobby],
        3 => vec![mobile, Some(ForwardTo::Voicemail)],
        4 => vec![lobby, mobile, other(1)],
        _ => Vec::new(),
    };
    Forward {
        to: to.into_iter().flatten().collect(),
        always: agent.0 % 10 == 4,
        press_one: agent.0 % 5 != 4,
        busy: !agent.0.is_multiple_of(7),
        voicemail: !agent.0.is_multiple_of(3),
        ..Forward::default()
    }
}

/// Hours, exits, a timeline and announcements, other ones for each queue.
fn overflows(queue: &mut Queue, queues: &[QueueId], seats: u32) {
    let n = queue.id.0 as usize + seats as usize;
    let other = |by: usize| {
        let here = queues.iter().position(|id| *id == queue.id).unwrap_or(0);
        let other = queues[(here + by) % queues.len()];
        (other != queue.id).then_some(other)
    };
    let next = other(1);
    let exits = [
        next.map_or(Exit::Goodbye, Exit::Queue),
        Exit::Menu(MenuId(1)),
        Exit::Voicemail,
        Exit::Goodbye,
    ];
    queue.exits = Exits {
        closed: exits[n % 4],
        nobody: exits[(n + 2) % 4],
        full: exits[(n + 1) % 4],
        too_long: exits[(n + 3) % 4],
    };
    queue.hours = n.is_multiple_of(3).then_some(HOURS);
    let add = |by| other(by).map(OverflowAction::AddAgentsOf);
    let timeline = match n % 5 {
        0 => [(20, add(1)), (60, add(2))],
        1 => [(15, add(2)), (50, next.map(OverflowAction::MoveTo))],
        2 => [(25, add(1)), (70, Some(OverflowAction::Menu(MenuId(2))))],
        3 => [
            (30, next.map(OverflowAction::MoveTo)),
            (75, Some(OverflowAction::Voicemail)),
        ],
        _ => [(40, add(1)), (110, Some(OverflowAction::Goodbye))],
    };
    let step = |(after_s, action): (u32, Option<OverflowAction>)| {
        let action = action?;
        Some(Overflow { after_s, action })
    };
    queue.overflow = timeline.into_iter().filter_map(step).collect();
    queue.announcements = match n % 3 {
        0 => Announcements::default(),
        1 => Announcements {
            first_s: 5,
            every_s: 15,
            only_improved: true,
            ..Announcements::default()
        },
        _ => Announcements {
            wait: false,
            first_s: 3,
            ..Announcements::default()
        },
    };
}

/// An agent is no more: nothing leads there.
pub(crate) fn forget_agent(configuration: &mut Configuration, agent: AgentId) {
    let leads_there = |target: &Target| matches!(target, Target::Agent(a) | Target::Voicemail(Mailbox::Agent(a)) if *a == agent);
    let plan = &mut configuration.dial_plan;
    plan.inbound.retain(|route| !leads_there(&route.target));
    for other in &mut configuration.agents {
        let gone = ForwardTo::Agent(agent);
        other.forward.to.retain(|to| *to != gone);
    }
}

/// A queue is no more: nothing leads there.
pub(crate) fn forget_queue(configuration: &mut Configuration, queue: QueueId) {
    let leads_there = |target: &Target| matches!(target, Target::Queue(q) | Target::Voicemail(Mailbox::Queue(q)) if *q == queue);
    let plan = &mut configuration.dial_plan;
    plan.inbound.retain(|route| !leads_there(&route.target));
    let closes = |exit: &mut Exit| {
        if *exit == Exit::Queue(queue) {
            *exit = Exit::Goodbye;
        }
    };
    for other in &mut configuration.queues {
        let exits = &mut other.exits;
        closes(&mut exits.closed);
        closes(&mut exits.nobody);
        closes(&mut exits.full);
        closes(&mut exits.too_long);
        other.overflow.retain(|step| match step.action {
            OverflowAction::AddAgentsOf(id) | OverflowAction::MoveTo(id) => id != queue,
            _ => true,
        });
    }
}
