//! What callers hear, and what an administrator puts in its place.

use axum::body::Body;
use axum::http::{Method, Request, header};

use super::world::*;

/// A second of a tone, as somebody may record it.
fn tone() -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
    for index in 0..16_000 {
        let sample = (f64::from(index) * 0.2).sin() * 9_000.0;
        writer.write_sample(sample as i16).unwrap();
    }
    writer.finalize().unwrap();
    file.into_inner()
}

async fn put(world: &World, path: &str, file: Vec<u8>) -> u16 {
    let request = Request::builder()
        .method(Method::PUT)
        .uri(path)
        .header("x-hotline", "1")
        .header(header::COOKIE, &world.cookie)
        .header(header::CONTENT_TYPE, "audio/wav");
    let response = world.request(request.body(Body::from(file)).unwrap()).await;
    response.status().as_u16()
}

#[tokio::test]
async fn a_sound_takes_the_place_of_a_sentence_and_gives_it_back() {
    let world = World::signed_in().await;
    let row = async |world: &World| {
        let (status, rows) = world.get("/api/prompts").await;
        assert_eq!(status, 200, "{rows}");
        let rows = rows.as_array().unwrap().clone();
        assert!(rows.len() >= 14, "both languages");
        let is_it = |row: &&serde_json::Value| row["key"] == "goodbye-en";
        rows.iter().find(is_it).unwrap().clone()
    };
    let before = row(&world).await;
    assert_eq!(
        (&before["text"], &before["replaced"]),
        (&"Goodbye.".into(), &false.into())
    );
    let path = "/api/prompts/goodbye-en";
    assert_eq!(put(&world, path, b"ID3 an mp3".to_vec()).await, 422);
    assert_eq!(put(&world, "/api/prompts/goodbye-fr", tone()).await, 404);
    assert_eq!(put(&world, path, tone()).await, 204);
    let after = row(&world).await;
    assert_eq!(
        (&after["duration_ms"], &after["replaced"]),
        (&1_000.into(), &true.into())
    );
    let sound = octets(world.send(Method::GET, path, None).await).await;
    let reader = hound::WavReader::new(sound.as_slice()).unwrap();
    assert_eq!(reader.duration(), 8_000);
    assert_eq!(world.ask(Method::DELETE, path, None).await.0, 204);
    assert_eq!(row(&world).await, before);
}

#[tokio::test]
async fn a_mailbox_has_a_greeting_that_was_brought_along_until_it_is_taken_away() {
    let world = World::signed_in().await;
    let row = async |world: &World, key: &str| {
        let (status, rows) = world.get("/api/greetings").await;
        assert_eq!(status, 200, "{rows}");
        let rows = rows.as_array().unwrap().clone();
        rows.iter().find(|row| row["key"] == key).unwrap().clone()
    };
    let before = row(&world, "queue-1").await;
    assert_eq!(before["mailbox"], serde_json::json!({ "queue": 1 }));
    assert_eq!(before["duration_ms"], serde_json::Value::Null);
    assert!(
        before["text"].as_str().unwrap().contains("留言"),
        "{before}"
    );
    let path = "/api/greetings/queue-1";
    assert_eq!(put(&world, path, b"ID3 an mp3".to_vec()).await, 422);
    assert_eq!(put(&world, "/api/greetings/queue-9", tone()).await, 404);
    assert_eq!(put(&world, "/api/greetings/house", tone()).await, 204);
    assert_eq!(put(&world, path, tone()).await, 204);
    assert_eq!(row(&world, "queue-1").await["duration_ms"], 1_000);
    let sound = octets(world.send(Method::GET, path, None).await).await;
    let reader = hound::WavReader::new(sound.as_slice()).unwrap();
    assert_eq!(reader.duration(), 8_000);
    assert_eq!(world.ask(Method::DELETE, path, None).await.0, 204);
    assert_eq!(row(&world, "queue-1").await, before);
    assert_eq!(row(&world, "house").await["duration_ms"], 1_000);
}
