//! Where numbers are registered, and the database that says so.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use super::world::*;

/// A database with one range, of Shenzhen, of that version.
fn file(version: &str) -> Vec<u8> {
    let record = "广东|深圳|518000|0755\0".as_bytes();
    let index_at = 8 + record.len() as u32;
    let mut file = [version.as_bytes(), &index_at.to_le_bytes(), record].concat();
    file.extend(1_380_013_u32.to_le_bytes());
    file.extend(8_u32.to_le_bytes());
    file.push(1);
    file
}

async fn put(world: &World, file: Vec<u8>) -> (u16, Value) {
    let request = Request::builder()
        .method(Method::PUT)
        .uri("/api/number_database")
        .header("x-hotline", "1")
        .header(header::COOKIE, &world.cookie)
        .header(header::CONTENT_TYPE, "application/octet-stream");
    let response = world.request(request.body(Body::from(file)).unwrap()).await;
    let status = response.status().as_u16();
    let body = octets(response).await;
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn a_database_is_checked_put_in_use_and_taken_back() {
    let world = World::signed_in().await;
    let kept = world.get("/api/number_database").await.1;
    assert_eq!(kept, json!({ "in_use": null, "former": null }));
    let (status, answer) = world
        .ask(Method::POST, "/api/number_database/restore", None)
        .await;
    assert_eq!(
        (status, &answer["error"]["key"]),
        (409, &json!("no_former_ranges"))
    );

    let (status, kept) = put(&world, file("2312")).await;
    assert_eq!(
        (status, &kept["in_use"]["version"]),
        (200, &json!("2312")),
        "{kept}"
    );
    assert_eq!(kept["in_use"]["sha256"].as_str().unwrap().len(), 64);
    let (status, answer) = put(&world, b"PK\x03\x04 a zip".to_vec()).await;
    let error = &answer["error"];
    assert_eq!((status, &error["key"]), (422, &json!("ranges_version")));
    assert_eq!(error["params"]["found"], "PK\\x03\\x04");
    assert_eq!(world.get("/api/number_database").await.1, kept);

    put(&world, file("2401")).await;
    let restored = world
        .done(Method::POST, "/api/number_database/restore", Value::Null)
        .await;
    assert_eq!(restored["in_use"]["version"], "2312");
    assert_eq!(restored["former"]["version"], "2401");
}

#[tokio::test]
async fn only_who_administers_the_box_sees_or_changes_the_database() {
    let mut world = World::signed_in().await;
    world.sign_in_as("supervisor", None, &[]).await;
    assert_eq!(world.get("/api/number_database").await.0, 403);
    assert_eq!(put(&world, file("2312")).await.0, 403);
    let (status, provinces) = world.get("/api/regions").await;
    assert_eq!((status, provinces.as_array().unwrap().len()), (200, 31));
    let beijing = json!({ "zh": "北京", "en": "Beijing" });
    assert_eq!(
        provinces[0],
        json!({ "name": beijing, "cities": [beijing] })
    );
}

#[tokio::test]
async fn a_region_is_listed_by_any_of_its_names_and_meets_its_numbers_both_ways() {
    let world = World::signed_in().await;
    put(&world, file("2312")).await;
    let region =
        |name: &str| json!({ "list": "black", "listed": { "region": name }, "scope": "both" });
    let add = async |name: &str| {
        let entry = world.ask(Method::POST, "/api/number_list", Some(region(name)));
        entry.await
    };
    let (status, answer) = add("火星").await;
    assert_eq!((status, &answer["error"]["field"]), (422, &json!("listed")));
    let (status, entry) = add("Guangdong/Shenzhen").await;
    assert_eq!(
        (status, &entry["listed"]),
        (201, &json!({ "region": "广东/深圳" })),
        "{entry}"
    );

    let id = entry["id"].clone();
    let asked = json!({ "line": 0, "caller": "138 0013 8000" });
    let answer = world
        .done(Method::POST, "/api/route_test/inbound", asked)
        .await;
    assert_eq!(answer["blocked_by"], id);
    let origin = json!({ "sort": "mobile", "operator": "china_mobile",
        "region": { "zh": "广东 深圳", "en": "Shenzhen, Guangdong" } });
    assert_eq!(answer["origin"], origin);
    let asked = json!({ "number": "0755 8888 1234" });
    let answer = world
        .done(Method::POST, "/api/route_test/outbound", asked)
        .await;
    assert_eq!(answer["refusal"], "listed", "{answer}");
    let path = "/api/number_list/check?number=13800138000";
    assert_eq!(world.get(path).await.1["entry"]["id"], id);
    // Another province, and a number without one.
    for number in ["01065529988", "4001234567"] {
        let path = format!("/api/number_list/check?number={number}");
        assert_eq!(world.get(&path).await.1["blocked"], false, "{number}");
    }
    let white = json!({ "list": "white", "listed": { "region": "广东" } });
    world.done(Method::POST, "/api/number_list", white).await;
    assert_eq!(world.get(path).await.1["blocked"], false);
}
