//! What two configurations differ in, thing by thing, and how changes to the same beginning are
//! brought together. Both work on the stored form, so that a new field needs nothing here.

use std::collections::BTreeSet;

use hotline_services::Configuration;
use hotline_services::permission::Permission;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiError, Result};
use super::listing::as_shown;

/// Where a section of the configuration stands and what tells its things apart.
struct Section {
    /// As the document names it: `queues`.
    name: &'static str,
    /// Where (RFC 6901).
    pointer: &'static str,
    /// The key that identifies a thing of a list; empty: the section is one thing.
    key: &'static str,
    /// Whether the order of the list matters.
    ordered: bool,
    /// Who may change it.
    write: Permission,
}

const fn list(
    name: &'static str,
    pointer: &'static str,
    key: &'static str,
    write: Permission,
) -> Section {
    Section {
        name,
        pointer,
        key,
        ordered: false,
        write,
    }
}

const fn ordered(name: &'static str, pointer: &'static str) -> Section {
    Section {
        ordered: true,
        ..list(name, pointer, "id", Permission::RoutesWrite)
    }
}

const SECTIONS: [Section; 21] = [
    list("agents", "/agents", "id", Permission::QueuesWrite),
    list("queues", "/queues", "id", Permission::QueuesWrite),
    list("skills", "/skills", "id", Permission::QueuesWrite),
    list(
        "business_types",
        "/business_types",
        "id",
        Permission::QueuesWrite,
    ),
    list(
        "number_types",
        "/number_types",
        "0",
        Permission::QueuesWrite,
    ),
    list("callers", "/callers", "number", Permission::QueuesWrite),
    list("menus", "/menus", "id", Permission::MenusWrite),
    list("roles", "/roles", "key", Permission::RolesWrite),
    list(
        "schedules",
        "/dial_plan/schedules",
        "id",
        Permission::SchedulesWrite,
    ),
    list(
        "calendar",
        "/dial_plan/calendar",
        "date",
        Permission::SchedulesWrite,
    ),
    list("zone", "/dial_plan/zone", "", Permission::SchedulesWrite),
    list(
        "trunk_groups",
        "/dial_plan/trunk_groups",
        "id",
        Permission::RoutesWrite,
    ),
    ordered("inbound_routes", "/dial_plan/inbound"),
    ordered("outbound_rules", "/dial_plan/outbound"),
    list(
        "may_call",
        "/dial_plan/may_call",
        "",
        Permission::RoutesWrite,
    ),
    list(
        "number_plan",
        "/dial_plan/numbers",
        "",
        Permission::RoutesWrite,
    ),
    list(
        "emergency",
        "/dial_plan/emergency",
        "",
        Permission::RoutesWrite,
    ),
    list(
        "feature_codes",
        "/dial_plan/feature_codes",
        "",
        Permission::RoutesWrite,
    ),
    list("mailboxes", "/mailboxes", "", Permission::MenusWrite),
    list("voice", "/voice", "", Permission::DevicesWrite),
    list("breaks", "/breaks", "", Permission::QueuesWrite),
];

/// What became of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Became {
    Added,
    Removed,
    Changed,
    /// The order of a list is another.
    Reordered,
}

/// One thing that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Change {
    /// `queues`, `inbound_routes`, `emergency` …
    pub section: &'static str,
    /// What identifies it in its list: `3`, `13800138000`; empty where there is only one.
    pub key: String,
    /// The name people know it by.
    pub name: String,
    pub became: Became,
    /// The fields that are not the same; none of a thing that was added or removed.
    pub fields: Vec<FieldChange>,
}

/// One field that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct FieldChange {
    pub field: String,
    pub before: Value,
    pub after: Value,
}

/// What makes `after` of `before`, section by section.
pub(super) fn changes(before: &Configuration, after: &Configuration) -> Result<Vec<Change>> {
    let (before, after) = (document(before)?, document(after)?);
    let mut changes = Vec::new();
    for section in &SECTIONS {
        let at = |whole: &Value| whole.pointer(section.pointer).cloned().unwrap_or_default();
        let (before, after) = (at(&before), at(&after));
        if before == after {
            continue;
        }
        if section.key.is_empty() {
            changes.push(changed(section, String::new(), &before, &after));
        } else {
            of_list(section, rows(&before), rows(&after), &mut changes);
        }
    }
    Ok(changes)
}

/// The permissions that these changes need.
pub(super) fn needed(changes: &[Change]) -> BTreeSet<Permission> {
    let of = |change: &Change| {
        let mut sections = SECTIONS.iter();
        sections
            .find(|section| section.name == change.section)
            .map(|section| section.write)
    };
    changes.iter().filter_map(of).collect()
}

fn document(configuration: &Configuration) -> Result<Value> {
    serde_json::to_value(configuration).map_err(|error| ApiError::internal(&error))
}

fn rows(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn key_of(row: &Value, key: &str) -> String {
    let found = row.get(key).or_else(|| row.get(key.parse::<usize>().ok()?));
    match found {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

fn of_list(section: &Section, before: &[Value], after: &[Value], changes: &mut Vec<Change>) {
    let key = |row: &Value| key_of(row, section.key);
    let find = |rows: &[Value], wanted: &str| rows.iter().find(|row| key(row) == wanted).cloned();
    for row in before {
        if find(after, &key(row)).is_none() {
            changes.push(whole(section, row, Became::Removed));
        }
    }
    for row in after {
        match find(before, &key(row)) {
            None => changes.push(whole(section, row, Became::Added)),
            Some(old) if old != *row => changes.push(changed(section, key(row), &old, row)),
            Some(_) => {}
        }
    }
    let common = |rows: &[Value], others: &[Value]| {
        let keys = rows.iter().map(key);
        keys.filter(|wanted| find(others, wanted).is_some())
            .collect::<Vec<_>>()
    };
    if section.ordered && common(before, after) != common(after, before) {
        changes.push(Change {
            section: section.name,
            key: String::new(),
            name: String::new(),
            became: Became::Reordered,
            fields: Vec::new(),
        });
    }
}

fn name_of(row: &Value) -> String {
    let name = row.get("name").and_then(Value::as_str);
    name.unwrap_or_default().to_owned()
}

fn whole(section: &Section, row: &Value, became: Became) -> Change {
    Change {
        section: section.name,
        key: key_of(row, section.key),
        name: name_of(row),
        became,
        fields: Vec::new(),
    }
}

fn changed(section: &Section, key: String, before: &Value, after: &Value) -> Change {
    let names = |value: &Value| -> BTreeSet<String> {
        let fields = value.as_object();
        fields
            .map(|fields| fields.keys().cloned().collect())
            .unwrap_or_default()
    };
    let field = |field: String| {
        let at = |value: &Value| value.get(&field).cloned().unwrap_or_default();
        let (before, after) = (at(before), at(after));
        (before != after).then_some(FieldChange {
            field,
            before,
            after,
        })
    };
    let all = names(before)
        .into_iter()
        .chain(names(after))
        .collect::<BTreeSet<_>>();
    let mut fields: Vec<FieldChange> = all.into_iter().filter_map(field).collect();
    if fields.is_empty() {
        // A pair, as the type of a number: it has no fields of its own.
        fields.push(FieldChange {
            field: String::new(),
            before: before.clone(),
            after: after.clone(),
        });
    }
    Change {
        section: section.name,
        key,
        name: name_of(after),
        became: Became::Changed,
        fields,
    }
}

/// `mine`, made of `base`, brought together with `theirs`, which became of `base` meanwhile. Where
/// both changed the same field to something else, `mine` counts and the field is told.
pub(super) fn merged(
    base: &Configuration,
    mine: &Configuration,
    theirs: &Configuration,
) -> Result<(Configuration, Vec<String>)> {
    let mut conflicts = Vec::new();
    let (base, mine, theirs) = (document(base)?, document(mine)?, document(theirs)?);
    let merged = merge(&base, &mine, &theirs, "", &mut conflicts);
    Ok((as_shown(&merged)?, conflicts))
}

fn merge(
    base: &Value,
    mine: &Value,
    theirs: &Value,
    at: &str,
    conflicts: &mut Vec<String>,
) -> Value {
    if mine == base || mine == theirs {
        return theirs.clone();
    }
    if theirs == base {
        return mine.clone();
    }
    match (base, mine, theirs) {
        (Value::Object(base), Value::Object(mine), Value::Object(theirs)) => {
            let mut merged = theirs.clone();
            for (key, own) in mine {
                let part = |from: &serde_json::Map<String, Value>| {
                    from.get(key).cloned().unwrap_or_default()
                };
                let here = if at.is_empty() {
                    key.clone()
                } else {
                    format!("{at}.{key}")
                };
                let value = merge(&part(base), own, &part(theirs), &here, conflicts);
                merged.insert(key.clone(), value);
            }
            merged.retain(|key, _| mine.contains_key(key) || !base.contains_key(key));
            Value::Object(merged)
        }
        (Value::Array(base), Value::Array(mine), Value::Array(theirs)) => {
            match SECTIONS
                .iter()
                .find(|section| at == pointer_as_path(section))
            {
                Some(section) => merge_rows(section, [base, mine, theirs], at, conflicts),
                None => conflict(mine_of(mine), at, conflicts),
            }
        }
        _ => conflict(mine.clone(), at, conflicts),
    }
}

fn mine_of(rows: &[Value]) -> Value {
    Value::Array(rows.to_vec())
}

fn conflict(mine: Value, at: &str, conflicts: &mut Vec<String>) -> Value {
    conflicts.push(at.to_owned());
    mine
}

fn pointer_as_path(section: &Section) -> String {
    section.pointer.trim_start_matches('/').replace('/', ".")
}

/// Rows in the order of whoever changed it, mine first.
fn merge_rows(
    section: &Section,
    [base, mine, theirs]: [&[Value]; 3],
    at: &str,
    conflicts: &mut Vec<String>,
) -> Value {
    let key = |row: &Value| key_of(row, section.key);
    let find = |rows: &[Value], wanted: &str| rows.iter().find(|row| key(row) == wanted).cloned();
    let order: Vec<String> = {
        let keys = |rows: &[Value]| rows.iter().map(key).collect::<Vec<_>>();
        let (first, second) = if keys(mine) == keys(base) {
            (theirs, mine)
        } else {
            (mine, theirs)
        };
        let mut order = keys(first);
        let more = keys(second).into_iter().filter(|key| !order.contains(key));
        let more: Vec<String> = more.collect();
        order.extend(more);
        order
    };
    let mut rows = Vec::new();
    for wanted in order {
        let here = format!("{at}[{wanted}]");
        match (
            find(base, &wanted),
            find(mine, &wanted),
            find(theirs, &wanted),
        ) {
            (Some(base), Some(mine), Some(theirs)) => {
                rows.push(merge(&base, &mine, &theirs, &here, conflicts));
            }
            // Taken away by one, left as it was by the other: gone. Changed by the other: told.
            (Some(base), Some(kept), None) => {
                if kept != base {
                    rows.push(conflict(kept, &here, conflicts));
                }
            }
            (Some(base), None, Some(kept)) => {
                if kept != base {
                    conflicts.push(here);
                }
            }
            (_, Some(new), None) | (_, None, Some(new)) => rows.push(new),
            (None, Some(mine), Some(theirs)) if mine != theirs => {
                rows.push(conflict(mine, &here, conflicts));
            }
            (None, Some(mine), Some(_)) => rows.push(mine),
            (_, None, None) => {}
        }
    }
    Value::Array(rows)
}

#[cfg(test)]
mod tests {
    use hotline_services::{Queue, QueueId, Skill, SkillId};

    use super::*;

    fn of(names: &[(u32, &str)]) -> Configuration {
        let queue = |(id, name): &(u32, &str)| Queue::new(QueueId(*id), name);
        Configuration {
            queues: names.iter().map(queue).collect(),
            ..Configuration::default()
        }
    }

    #[test]
    fn a_difference_names_each_thing_and_each_field() {
        let before = of(&[(1, "sales"), (2, "service")]);
        let mut after = of(&[(1, "sales"), (3, "night")]);
        after.queues[0].ring_s = 25;
        let found = changes(&before, &after).unwrap();
        let told: Vec<_> = found.iter().map(|c| (c.name.as_str(), c.became)).collect();
        assert_eq!(
            told,
            [
                ("service", Became::Removed),
                ("sales", Became::Changed),
                ("night", Became::Added),
            ]
        );
        let field = &found[1].fields[0];
        assert_eq!(
            (field.field.as_str(), &field.before, &field.after),
            ("ring_s", &20.into(), &25.into())
        );
        assert_eq!(needed(&found), BTreeSet::from([Permission::QueuesWrite]));
        assert_eq!(changes(&after, &after).unwrap(), []);
    }

    #[test]
    fn changes_of_two_people_come_together_field_by_field() {
        let base = of(&[(1, "sales"), (2, "service")]);
        let (mut mine, mut theirs) = (base.clone(), base.clone());
        mine.queues[0].ring_s = 25;
        mine.queues.push(Queue::new(QueueId(3), "night"));
        theirs.queues[0].wrapup_s = 10;
        theirs.queues.remove(1);
        let (id, name) = (SkillId(1), "tax".to_owned());
        theirs.skills.push(Skill { id, name });
        let (merged, conflicts) = merged(&base, &mine, &theirs).unwrap();
        assert_eq!(conflicts, [""; 0]);
        let queues: Vec<u32> = merged.queues.iter().map(|queue| queue.id.0).collect();
        assert_eq!((queues, merged.skills.len()), (vec![1, 3], 1));
        assert_eq!(
            (merged.queues[0].ring_s, merged.queues[0].wrapup_s),
            (25, 10)
        );
    }

    #[test]
    fn the_same_field_changed_twice_is_told_and_so_is_what_one_took_away() {
        let base = of(&[(1, "sales"), (2, "service")]);
        let (mut mine, mut theirs) = (base.clone(), base.clone());
        mine.queues[0].ring_s = 25;
        theirs.queues[0].ring_s = 30;
        mine.queues[1].ring_s = 25;
        theirs.queues.remove(1);
        let (merged, conflicts) = merged(&base, &mine, &theirs).unwrap();
        assert_eq!(conflicts, ["queues[1].ring_s", "queues[2]"]);
        assert_eq!(merged.queues[0].ring_s, 25);
    }
}
