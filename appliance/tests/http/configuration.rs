//! All that is set besides phones, queues and menus: skills, known callers, routes, schedules.

use axum::http::Method;
use serde_json::json;

use super::world::*;

/// A box with a phone and the agent 小王 who has it.
async fn house() -> World {
    let world = World::signed_in().await;
    let phone = json!({ "extension": "8001", "name": "desk" });
    world.done(Method::POST, "/api/phones", phone).await;
    let agent = json!({ "name": "小王", "phone_id": 1 });
    world.done(Method::POST, "/api/agents", agent).await;
    world
}

#[tokio::test]
async fn skills_stand_with_agents_queues_and_what_calls_are_about() {
    let world = house().await;
    let skill = world
        .done(Method::POST, "/api/skills", json!({ "name": " 英语 " }))
        .await;
    assert_eq!(skill, json!({ "id": 1, "name": "英语" }));
    let agent = json!({ "name": "小王", "phone_id": 1, "weight": 3,
        "skills": [{ "skill": 1, "level": 4 }] });
    let agent = world.done(Method::PUT, "/api/agents/1", agent).await;
    assert_eq!(
        (&agent["skills"][0]["level"], &agent["weight"]),
        (&json!(4), &json!(3))
    );
    let demand = json!({ "any": [{ "at_least": { "skill": 1, "level": 2 } }] });
    let kind = json!({ "name": "外贸", "demand": demand, "numbers": ["0755 2788 5001"] });
    let kind = world.done(Method::POST, "/api/business_types", kind).await;
    assert_eq!(
        (&kind["demand"], &kind["numbers"]),
        (&demand, &json!(["075527885001"]))
    );

    // Somebody demands the skill; a number gives the type.
    for path in ["/api/skills/1", "/api/business_types/1"] {
        let (status, answer) = world.ask(Method::DELETE, path, None).await;
        assert_eq!((status, code(&answer)), (409, "conflict"), "{path}");
    }
    let level = json!({ "name": "小王", "phone_id": 1, "skills": [{ "skill": 1, "level": 6 }] });
    let (status, answer) = world.ask(Method::PUT, "/api/agents/1", Some(level)).await;
    assert_eq!((status, &answer["error"]["field"]), (422, &json!("skills")));
    let typed = json!({ "name": "外贸" });
    world
        .done(Method::PUT, "/api/business_types/1", typed)
        .await;
    assert_eq!(
        world.ask(Method::DELETE, "/api/skills/1", None).await.0,
        204
    );
    assert_eq!(world.get("/api/agents").await.1[0]["skills"], json!([]));
}

#[tokio::test]
async fn every_field_of_a_queue_is_set_and_has_its_default() {
    let world = house().await;
    let queue = json!({ "name": "VIP", "agents": [1] });
    let mut queue = world.done(Method::POST, "/api/queues", queue).await;
    assert_eq!(
        (&queue["strategy"], &queue["weight"]),
        (&json!("longest_idle"), &json!(50))
    );
    assert_eq!(queue["relaxation"][1], json!({ "after_s": 60, "by": 2 }));
    queue["strategy"] = json!("ring_progressive");
    queue["relaxation"] = json!([{ "after_s": 45, "by": 1 }]);
    let set = world
        .done(Method::PUT, "/api/queues/3", queue.clone())
        .await;
    assert_eq!(set, queue);
    queue["relaxation"] = json!([{ "after_s": 45, "by": 9 }]);
    let (status, answer) = world.ask(Method::PUT, "/api/queues/3", Some(queue)).await;
    assert_eq!(
        (status, &answer["error"]["field"]),
        (422, &json!("by")),
        "{answer}"
    );
    // The same for whoever says it in another language.
    assert_eq!(
        (&answer["error"]["key"], &answer["error"]["params"]),
        (
            &json!("between"),
            &json!({ "found": "9", "from": "1", "to": "4" })
        )
    );
}

#[tokio::test]
async fn a_queue_has_hours_ways_on_and_codes_and_what_it_leads_to_stays() {
    let world = house().await;
    world
        .done(
            Method::POST,
            "/api/schedules",
            json!({ "name": "office", "week": [] }),
        )
        .await;
    let sales = json!({ "name": "VIP", "agents": [1], "hours": 1,
        "exits": { "closed": { "menu": 1 }, "nobody": { "queue": 1 } },
        "join_empty": ["signed_out", "not_ready"], "leave_empty": [], "leave_empty_s": 0,
        "overflow": [{ "after_s": 30, "action": { "add_agents_of": 2 } },
                     { "after_s": 90, "action": "goodbye" }],
        "keep_place_s": 0, "wrapup_required": true,
        "wrapup_codes": [{ "id": 1, "name": "下单" }] });
    let set = world.done(Method::POST, "/api/queues", sales.clone()).await;
    for (field, value) in sales.as_object().unwrap() {
        if field != "exits" {
            assert_eq!(&set[field], value, "{field}");
        }
    }
    let exits = json!({ "closed": { "menu": 1 }, "nobody": { "queue": 1 },
        "full": "goodbye", "too_long": "goodbye" });
    assert_eq!(set["exits"], exits);
    for path in [
        "/api/schedules/1",
        "/api/menus/1",
        "/api/queues/1",
        "/api/queues/2",
    ] {
        let (status, answer) = world.ask(Method::DELETE, path, None).await;
        assert_eq!((status, code(&answer)), (409, "conflict"), "{path}");
    }
}

#[tokio::test]
async fn a_known_caller_is_kept_by_its_number() {
    let world = house().await;
    let vip = json!({ "vip": "level2", "owner": 1 });
    let known = world
        .done(Method::PUT, "/api/callers/138-0013-8000", vip)
        .await;
    assert_eq!(
        (&known["number"], &known["owner"]),
        (&json!("13800138000"), &json!(1))
    );
    let twice = json!({ "vip": null, "owner": 1, "backups": [1] });
    let (status, answer) = world
        .ask(Method::PUT, "/api/callers/13800138000", Some(twice))
        .await;
    assert_eq!(status, 422, "{answer}");
    let other = json!({ "vip": "absolute" });
    world
        .done(Method::PUT, "/api/callers/%2B85228101234", other)
        .await;
    assert_eq!(
        world
            .ask(Method::DELETE, "/api/callers/13800138000", None)
            .await
            .0,
        204
    );
    let (_, left) = world.get("/api/callers").await;
    assert_eq!(
        (left.as_array().unwrap().len(), &left[0]["vip"]),
        (1, &json!("absolute"))
    );
    // What looked after a caller goes with the agent.
    world
        .done(Method::PUT, "/api/callers/10086", json!({ "owner": 1 }))
        .await;
    assert_eq!(
        world.ask(Method::DELETE, "/api/agents/1", None).await.0,
        204
    );
    assert_eq!(world.get("/api/callers").await.1[1]["owner"], json!(null));
}

/// Monday 28 September 2026, 10:00 and 20:00 in China.
const OPEN: u64 = 1_790_560_800_000;
const CLOSED: u64 = OPEN + 10 * 3_600_000;

#[tokio::test]
async fn a_call_is_routed_by_number_line_and_hours_and_the_tester_says_why() {
    let world = house().await;
    let week = json!([{ "days": ["mon", "tue"], "from": "09:00", "to": "18:00" }]);
    let schedule = json!({ "name": "office", "week": week });
    world.done(Method::POST, "/api/schedules", schedule).await;
    let group = json!({ "name": "copper", "lines": [0, 1] });
    world.done(Method::POST, "/api/trunk_groups", group).await;
    let sales = json!({ "name": "sales", "dialled": ["9988"], "schedule": 1,
        "target": { "queue": 1 }, "closed": { "voicemail": { "queue": 1 } } });
    world.done(Method::POST, "/api/inbound_routes", sales).await;
    let all = json!({ "name": "all", "trunk_groups": [1], "target": { "agent": 1 } });
    world.done(Method::POST, "/api/inbound_routes", all).await;

    let ask = |at: u64, called: Option<&str>| json!({ "line": 0, "called": called, "at": at });
    let path = "/api/route_test/inbound";
    let led = world
        .done(Method::POST, path, ask(OPEN, Some("9988")))
        .await;
    assert_eq!(
        (&led["route"], &led["target"]),
        (&json!(1), &json!({ "queue": 1 }))
    );
    let led = world
        .done(Method::POST, path, ask(CLOSED, Some("9988")))
        .await;
    assert_eq!(led["target"], json!({ "voicemail": { "queue": 1 } }));
    let led = world.done(Method::POST, path, ask(OPEN, None)).await;
    let steps: Vec<&str> = led["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["step"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["route_passed", "route_taken", "leads_to"]);
    assert_eq!(led["steps"][0]["because"], "dialled");

    // The first that matches counts, so the order does.
    world
        .done(Method::PUT, "/api/inbound_routes/order", json!([2, 1]))
        .await;
    let led = world
        .done(Method::POST, path, ask(OPEN, Some("9988")))
        .await;
    assert_eq!(led["route"], 2);
    let (status, _) = world
        .ask(Method::PUT, "/api/inbound_routes/order", Some(json!([2])))
        .await;
    assert_eq!(status, 422);
    for path in ["/api/schedules/1", "/api/trunk_groups/1", "/api/agents/1"] {
        assert_eq!(world.ask(Method::DELETE, path, None).await.0, 409, "{path}");
    }
    let wrong = json!({ "name": "x", "dialled": ["12a"], "target": { "queue": 1 } });
    let (status, answer) = world
        .ask(Method::POST, "/api/inbound_routes", Some(wrong))
        .await;
    assert_eq!(
        (status, &answer["error"]["field"]),
        (422, &json!("dialled")),
        "{answer}"
    );
    let wrong = json!({ "name": "x", "target": { "phone": 7 } });
    let (status, answer) = world
        .ask(Method::POST, "/api/inbound_routes", Some(wrong))
        .await;
    assert_eq!((status, &answer["error"]["field"]), (422, &json!("target")));
}

#[tokio::test]
async fn a_dialled_number_takes_the_digits_and_the_lines_of_its_rule() {
    let world = house().await;
    let rule = json!({ "name": "mobile", "numbers": ["91[3-9]XXXXXXXXX"], "strip": 1,
        "through": [{ "line": 3 }], "class": "mobile" });
    let rule = world.done(Method::POST, "/api/outbound_rules", rule).await;
    assert_eq!(rule["shown"], "of_the_line");
    let path = "/api/route_test/outbound";
    let dial = |number: &str, agent: Option<u32>| json!({ "number": number, "agent": agent });
    let out = world
        .done(Method::POST, path, dial("913800138000", Some(1)))
        .await;
    assert_eq!(
        (&out["becomes"], &out["dialled"], &out["lines"]),
        (&json!("outside"), &json!("13800138000"), &json!([3]))
    );
    let out = world
        .done(Method::POST, path, dial("913800138000", None))
        .await;
    assert_eq!(out["refusal"], "not_permitted");
    let out = world.done(Method::POST, path, dial("110", None)).await;
    assert_eq!(out["becomes"], "emergency");
    let out = world.done(Method::POST, path, dial("8001", None)).await;
    assert_eq!(out["becomes"], "phone");

    let mut plan = world.get("/api/emergency").await.1;
    plan["numbers"] = json!([{ "digits": "911", "service": "all" }]);
    world
        .done(Method::PUT, "/api/emergency", plan.clone())
        .await;
    plan["numbers"] = json!([]);
    let (status, answer) = world.ask(Method::PUT, "/api/emergency", Some(plan)).await;
    assert_eq!(
        (status, &answer["error"]["field"]),
        (422, &json!("numbers"))
    );
    for path in [
        "/api/may_call",
        "/api/number_plan",
        "/api/zone",
        "/api/feature_codes",
    ] {
        let (_, as_it_is) = world.get(path).await;
        let set = world.done(Method::PUT, path, as_it_is.clone()).await;
        assert_eq!(set, as_it_is, "{path}");
    }
}

#[tokio::test]
async fn a_schedule_is_previewed_before_it_is_saved_and_day_is_set_by_hand() {
    let world = house().await;
    let days = json!([{ "date": "2026-09-29", "name": "half a day",
        "kind": { "hours": [{ "from": "10:00", "to": "12:00" }] } }]);
    world.done(Method::PUT, "/api/calendar", days).await;
    let week = json!([{ "days": ["mon", "tue"], "from": "09:00", "to": "18:00" }]);
    let schedule = json!({ "name": "office", "week": week });
    let question = json!({ "schedule": schedule, "from_at": OPEN, "days": 3 });
    let preview = world
        .done(Method::POST, "/api/schedules/preview", question)
        .await;
    let spans: Vec<(u64, &str)> = preview["spans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| {
            (
                (s["from_at"].as_u64().unwrap() - OPEN) / 3_600_000,
                s["mode"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        spans,
        [(0, "day"), (8, "night"), (24, "day"), (26, "night")]
    );
    assert_eq!(preview["spans"][2]["because"]["because"], "calendar");

    let never = json!({ "name": "never", "week": [] });
    world.done(Method::POST, "/api/schedules", never).await;
    let by_hand = json!({ "mode": "day" });
    let set = world
        .done(Method::PUT, "/api/schedules/1/by_hand", by_hand)
        .await;
    assert!(set["until_at"].as_u64().is_some(), "{set}");
    let question = json!({ "schedule": { "name": "never", "week": [] }, "id": 1 });
    let preview = world
        .done(Method::POST, "/api/schedules/preview", question)
        .await;
    assert_eq!(preview["spans"][0]["because"]["because"], "override");
    let table = json!({ "text": "2026-10-01,holiday,National Day\n2026-10-02,maybe" });
    let read = world.done(Method::POST, "/api/calendar/read", table).await;
    assert_eq!(
        (&read["days"][0]["kind"], &read["faults"][0]["line"]),
        (&json!("holiday"), &json!(2))
    );
}

#[tokio::test]
async fn numbers_are_listed_imported_and_looked_up() {
    let world = house().await;
    let entry = json!({ "list": "black", "listed": { "number": "138 0013 8000" },
        "reason": "hangs up" });
    let entry = world.done(Method::POST, "/api/number_list", entry).await;
    assert_eq!(entry["listed"], json!({ "number": "+8613800138000" }));
    let (_, checked) = world.get("/api/number_list/check?number=13800138000").await;
    assert_eq!(
        (&checked["blocked"], &checked["entry"]["id"]),
        (&json!(true), &entry["id"])
    );

    let table = "13900139000,in,low,,,nuisance\n170*,in\nabc\n";
    let form = |dry_run: bool, only_valid: bool| {
        json!({ "list": "black", "language": "zh", "text": table, "dry_run": dry_run,
            "only_valid": only_valid })
    };
    let path = "/api/number_list/import";
    for (dry_run, only_valid, done) in [
        (true, true, false),
        (false, false, false),
        (false, true, true),
    ] {
        let imported = world
            .done(Method::POST, path, form(dry_run, only_valid))
            .await;
        assert_eq!(
            (&imported["added"], &imported["faulty"], &imported["done"]),
            (&json!(2), &json!(1), &json!(done)),
            "{imported}"
        );
    }
    let (_, page) = world.get("/api/number_list?search=nuis&list=black").await;
    assert_eq!(
        (&page["total"], &page["entries"][0]["action"]),
        (&json!(1), &json!("queue_low"))
    );
    let (_, page) = world.get("/api/number_list?limit=2").await;
    assert_eq!((&page["total"], &page["next"]), (&json!(3), &json!(2)));
    let white = json!({ "list": "white", "listed": { "prefix": "1380" } });
    world.done(Method::POST, "/api/number_list", white).await;
    let (_, checked) = world.get("/api/number_list/check?number=13800138000").await;
    assert_eq!(checked["blocked"], false);
    let nobody = json!({ "list": "black", "listed": { "number": "1" }, "action": { "voicemail": { "queue": 9 } } });
    let (status, answer) = world
        .ask(Method::POST, "/api/number_list", Some(nobody))
        .await;
    assert_eq!((status, &answer["error"]["field"]), (422, &json!("action")));
    assert_eq!(
        world
            .ask(Method::DELETE, "/api/number_list/1", None)
            .await
            .0,
        204
    );
    assert_eq!(
        world
            .ask(Method::DELETE, "/api/number_list/1", None)
            .await
            .0,
        404
    );
}
