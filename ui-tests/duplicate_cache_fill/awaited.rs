//! A hit that goes on with what was found in an awaited call.
//@ enable: duplicate_cache_fill

use dashmap::DashMap;

#[derive(Clone)]
pub struct User {
    email: String,
    role: u8,
}

pub struct Record {
    email: String,
    role: u8,
}

pub struct Tokens {
    records: DashMap<String, Record>,
}

async fn user_of(_email: &str) -> Option<User> {
    None
}

async fn user_by_token(_token: &str) -> Option<User> {
    None
}

impl Tokens {
    pub async fn bad_user(&self, org: &str, token: &str) -> Option<User> {
        let key = format!("{org}/{token}");
        let email = self.records.get(&key).map(|it| it.email.clone());
        if let Some(email) = email {
            return user_of(&email).await;
        }
        let user = user_by_token(token).await?;
        let record = Record { email: user.email.clone(), role: user.role };
        self.records.insert(key, record); //~ duplicate_cache_fill
        Some(user)
    }

    async fn is_known(&self, token: &str) -> bool {
        self.records.contains_key(token)
    }

    async fn note(&self, token: String) {
        self.records.insert(token, Record { email: String::new(), role: 0 });
    }

    /// A claim, whose making is awaited, is no fill.
    pub async fn bad_claim(&self, token: String) -> u8 {
        if self.is_known(&token).await {
            return 0;
        }
        self.note(token).await; //~ check_then_act
        1
    }

    pub fn roles(&self) -> u64 {
        self.records.iter().map(|it| u64::from(it.role)).sum()
    }
}
