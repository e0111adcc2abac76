//! What a browser does, without one: signs in at the API and asks.

use std::net::SocketAddr;

/// Somebody signed in.
pub struct Browser {
    agent: ureq::Agent,
    box_url: String,
    cookie: String,
}

impl Browser {
    /// Signs in as the administrator.
    ///
    /// # Errors
    /// The box does not answer or refuses.
    pub fn sign_in(web: SocketAddr, password: &str) -> Result<Self, String> {
        let agent = ureq::Agent::new_with_defaults();
        let box_url = format!("http://{web}");
        let form = serde_json::json!({ "name": "admin", "password": password });
        let answer = agent
            .post(format!("{box_url}/api/session"))
            .header("x-hotline", "1")
            .send_json(form)
            .map_err(|error| format!("cannot sign in at {box_url}: {error}"))?;
        let cookie = answer.headers().get("set-cookie");
        let cookie = cookie.and_then(|cookie| cookie.to_str().ok()?.split(';').next());
        let cookie = cookie.ok_or("signing in gave no cookie")?.to_owned();
        Ok(Self {
            agent,
            box_url,
            cookie,
        })
    }

    /// The octets at an address of the API.
    ///
    /// # Errors
    /// Anything but success.
    pub fn get(&self, path: &str) -> Result<Vec<u8>, String> {
        let fault = |error: ureq::Error| format!("{path}: {error}");
        let url = format!("{}{path}", self.box_url);
        let asked = self.agent.get(url).header("cookie", &self.cookie);
        let mut answer = asked.call().map_err(fault)?;
        answer.body_mut().read_to_vec().map_err(fault)
    }
}
