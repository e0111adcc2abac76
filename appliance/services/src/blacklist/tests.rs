use super::*;
use crate::schedule::Zone;
use crate::{AgentId, Language, faults_as_csv};

fn draft(list: List, listed: Listed) -> Draft {
    Draft {
        list,
        listed,
        scope: Scope::Both,
        action: ListAction::Busy,
        expires_ms: None,
        reason: String::new(),
        standing: Standing::InForce,
    }
}

fn number(digits: &str) -> Listed {
    Listed::Number(digits.into())
}

fn prefix(digits: &str) -> Listed {
    Listed::Prefix(digits.into())
}

fn lists(drafts: &[Draft]) -> NumberLists {
    let mut lists = NumberLists::default();
    let change = lists.plan(drafts, &[]).unwrap();
    lists.apply(&change);
    lists
}

fn caller(number: &str) -> Subject<'_> {
    Subject {
        number: Some(number),
        ..Subject::default()
    }
}

/// The number of the entry that keeps the caller out.
fn blocked(lists: &NumberLists, who: Subject<'_>) -> Option<u32> {
    match lists.screen(who, Direction::In, 0) {
        Screening::Blocked(entry) => Some(entry.id.0),
        _ => None,
    }
}

fn read(text: &str) -> Import {
    let (numbers, zone) = (NumberPlan::default(), Zone::default());
    import(text, List::Black, Language::Zh, &numbers, &zone).unwrap()
}

#[test]
fn the_number_counts_before_the_longest_prefix_and_that_before_the_region() {
    let lists = lists(&[
        draft(List::Black, Listed::Region("广东".into())),
        draft(List::Black, prefix("+86170")),
        draft(List::Black, prefix("+8617")),
        draft(List::Black, number("+8617012345678")),
        draft(List::Black, Listed::NoCallerId),
        draft(List::Black, Listed::Region("广东/深圳".into())),
    ]);
    assert_eq!(blocked(&lists, caller("+8617012345678")), Some(4));
    assert_eq!(blocked(&lists, caller("+8617012345679")), Some(2));
    assert_eq!(blocked(&lists, caller("+8617112345679")), Some(3));
    let from = |regions: &[&str]| {
        let regions: Vec<String> = regions.iter().map(|name| (*name).into()).collect();
        let who = Subject {
            regions: &regions,
            ..caller("+8613800138000")
        };
        blocked(&lists, who)
    };
    assert_eq!(from(&["广东/深圳", "广东"]), Some(6), "the city first");
    assert_eq!(from(&["广东/广州", "广东"]), Some(1));
    assert_eq!(from(&["北京/北京", "北京"]), None);
    assert_eq!(blocked(&lists, Subject::default()), Some(5));
}

#[test]
fn a_vip_and_the_white_list_win_over_the_blacklist() {
    let lists = lists(&[
        draft(List::Black, number("+8613800138000")),
        draft(List::White, prefix("+86138")),
        draft(List::Black, number("+8613900139000")),
    ]);
    let screen = |who| lists.screen(who, Direction::In, 0);
    let white = Screening::Allowed {
        by: Some(EntryId(2)),
    };
    assert_eq!(screen(caller("+8613800138000")), white);
    let vip = Subject {
        is_vip: true,
        ..caller("+8613900139000")
    };
    assert_eq!(screen(vip), Screening::Allowed { by: None });
    assert_eq!(screen(caller("+8613811111111")), Screening::Unlisted);
}

#[test]
fn an_entry_holds_in_its_direction_until_it_expires_and_once_a_supervisor_agreed() {
    let outward = Draft {
        scope: Scope::Out,
        ..draft(List::Black, number("+861"))
    };
    let brief = Draft {
        expires_ms: Some(1000),
        ..draft(List::Black, number("+862"))
    };
    let asked = Draft {
        standing: Standing::Proposed,
        ..draft(List::Black, number("+863"))
    };
    let lists = lists(&[outward, brief, asked]);
    let is_out = |number, direction, wall_ms| {
        matches!(
            lists.screen(caller(number), direction, wall_ms),
            Screening::Blocked(_)
        )
    };
    assert!(is_out("+861", Direction::Out, 0) && !is_out("+861", Direction::In, 0));
    assert!(is_out("+862", Direction::In, 999) && !is_out("+862", Direction::In, 1000));
    assert!(!is_out("+863", Direction::In, 0));
}

#[test]
fn an_expired_number_does_not_hide_a_prefix_that_holds() {
    let brief = Draft {
        expires_ms: Some(1000),
        ..draft(List::Black, number("+8617012345678"))
    };
    let lists = lists(&[brief, draft(List::Black, prefix("+86170"))]);
    let found = lists.screen(caller("+8617012345678"), Direction::In, 2000);
    assert!(matches!(found, Screening::Blocked(entry) if entry.id == EntryId(2)));
}

#[test]
fn an_entry_that_lists_the_same_is_replaced_and_one_taken_out_is_forgotten() {
    let mut lists = lists(&[draft(List::Black, number("+861"))]);
    let again = Draft {
        reason: "rude".into(),
        ..draft(List::Black, number("+861"))
    };
    let change = lists
        .plan(&[again, draft(List::White, number("+861"))], &[])
        .unwrap();
    assert_eq!(
        change.put.iter().map(|e| e.id.0).collect::<Vec<_>>(),
        [1, 2]
    );
    lists.apply(&change);
    assert_eq!(lists.len(), 2);
    assert_eq!(lists.entry(EntryId(1)).unwrap().draft.reason, "rude");
    let change = lists.plan(&[], &[EntryId(2)]).unwrap();
    lists.apply(&change);
    assert_eq!(blocked(&lists, caller("+861")), Some(1));
    assert_eq!(
        lists.plan(&[], &[EntryId(2)]),
        Err(ListError::NoSuchEntry(EntryId(2)))
    );
    // The number of an entry is not given again.
    let change = lists
        .plan(&[draft(List::Black, number("+862"))], &[])
        .unwrap();
    assert_eq!(change.put[0].id, EntryId(3));
}

#[test]
fn what_an_entry_cannot_say_is_told() {
    let told = |draft: Draft| {
        NumberLists::default()
            .plan(&[draft], &[])
            .unwrap_err()
            .to_string()
    };
    let wrong = draft(List::Black, number("12a"));
    assert_eq!(
        told(wrong),
        "listed: found 12a; allowed: 1 to 32 digits, a leading +"
    );
    let wrong = draft(List::Black, Listed::Region("火星".into()));
    assert_eq!(
        told(wrong),
        "listed: found 火星; allowed: a province of mainland China, or province/city: \
         广东, 广东/深圳"
    );
    let wrong = Draft {
        reason: "x".repeat(201),
        ..draft(List::Black, number("1"))
    };
    assert_eq!(
        told(wrong),
        "reason: found 201 characters; allowed: at most 200 characters"
    );
}

#[test]
fn a_table_with_faults_is_told_row_by_row_and_changes_nothing_unless_wanted() {
    let table = "号码,方向,动作,目标,到期,原因\n\
                 138 0013 8000,呼入,忙音,,2026-12-31,骚扰\n\
                 170*,,low,,,\n\
                 无号码,in,announcement,请显示号码后再拨,,\n\
                 +86 13800138000,,,,,again\n\
                 归属地:广东省深圳市,out,,,,\n\
                 region:Guangdong,out,,,,\n\
                 region:Suzhou,,,,,two have the name\n\
                 12x,,,,,\n\
                 13900139000,sideways,,,,\n\
                 13900139001,,voicemail,nobody,,\n\
                 13900139002,,voicemail,agent:7,2026-02-30,\n\
                 13900139003,,voicemail,坐席:7,,\n";
    let import = read(table);
    let listed: Vec<&Listed> = import.drafts.iter().map(|draft| &draft.listed).collect();
    let expected = [
        &number("+8613800138000"),
        &prefix("+86170"),
        &Listed::NoCallerId,
        &Listed::Region("广东/深圳".into()),
        &Listed::Region("广东".into()),
        &number("+8613900139003"),
    ];
    assert_eq!(listed, expected);
    // The end of the last day in China.
    assert_eq!(import.drafts[0].expires_ms, Some(1_798_732_800_000));
    assert_eq!(import.drafts[1].action, ListAction::QueueLow);
    assert_eq!(
        import.drafts[5].action,
        ListAction::Voicemail(Mailbox::Agent(AgentId(7)))
    );
    let faults: Vec<(u32, &str)> = import
        .faults
        .iter()
        .map(|f| (f.line, f.column.as_str()))
        .collect();
    let expected = [
        (5, "number"),
        (8, "number"),
        (9, "number"),
        (10, "scope"),
        (11, "target"),
        (12, "expires"),
    ];
    assert_eq!(faults, expected);
    assert!(
        import.faults[0]
            .to_string()
            .contains("line 2 lists it already")
    );
    assert_eq!(faults_as_csv(&import.faults).lines().count(), 7);

    let lists = lists(&[draft(List::Black, prefix("+86170"))]);
    assert_eq!(
        import.commit(&lists, Rows::AllOrNone),
        Err(ImportError::Faults(6))
    );
    let committed = import.commit(&lists, Rows::Valid).unwrap();
    assert_eq!((committed.added, committed.replaced), (5, 1));
}

#[test]
fn ten_thousand_rows_are_imported_and_each_is_found() {
    let table: String = (0..10_000)
        .map(|n| format!("1380013{n:04},,,,,\n"))
        .collect();
    let import = read(&table);
    assert!(import.faults.is_empty());
    let mut lists = NumberLists::default();
    lists.apply(&import.commit(&lists, Rows::AllOrNone).unwrap().change);
    assert_eq!(lists.len(), 10_000);
    assert_eq!(blocked(&lists, caller("+8613800139999")), Some(10_000));
    assert_eq!(blocked(&lists, caller("+8613800140000")), None);
    let (numbers, zone) = (NumberPlan::default(), Zone::default());
    let more = table + "1390013,,,,,\n";
    let found = super::import(&more, List::Black, Language::Zh, &numbers, &zone);
    assert_eq!(found, Err(10_001));
}

#[test]
fn the_lists_are_a_fold_of_their_changes() {
    let first = lists(&[]).plan(
        &[
            draft(List::Black, number("+861")),
            draft(List::White, Listed::NoCallerId),
        ],
        &[],
    );
    let first = first.unwrap();
    let mut live = lists(&[]);
    live.apply(&first);
    let second = live
        .plan(&[draft(List::Black, prefix("+8"))], &[EntryId(1)])
        .unwrap();
    live.apply(&second);
    let stored = serde_json::to_string(&[first, second]).unwrap();
    let changes: Vec<ListChange> = serde_json::from_str(&stored).unwrap();
    let mut folded = NumberLists::default();
    changes.iter().for_each(|change| folded.apply(change));
    assert_eq!(folded, live);
}
