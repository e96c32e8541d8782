//! Lookups in front of another source: that there is an answer says nothing of the map.

use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

pub struct Tenant {
    name: String,
    hidden: bool,
}

pub struct Missing;

#[derive(Clone)]
pub struct Backend;

impl Backend {
    async fn load(&self, name: &str) -> Option<Arc<Tenant>> {
        Some(Arc::new(Tenant { name: name.to_owned(), hidden: false }))
    }

    async fn hide(&self, name: &str) -> Result<Tenant, Missing> {
        Ok(Tenant { name: name.to_owned(), hidden: true })
    }
}

pub struct Directory {
    backend: Backend,
    tenants: RwLock<HashMap<String, Arc<Tenant>>>,
}

impl Directory {
    async fn tenant(&self, name: &str) -> Option<Arc<Tenant>> {
        if let Some(tenant) = self.tenants.read().get(name) {
            return Some(tenant.clone());
        }
        self.backend.load(name).await
    }

    fn known(&self, name: &str) -> Option<Arc<Tenant>> {
        if let Some(tenant) = self.tenants.read().get(name) {
            return Some(tenant.clone());
        }
        None
    }

    async fn set_hidden(&self, name: &str) -> Result<(), Missing> {
        let tenant = self.backend.hide(name).await?;
        self.tenants.write().insert(name.to_owned(), Arc::new(tenant));
        Ok(())
    }

    pub async fn good_exists_somewhere(&self, name: &str) -> Result<(), Missing> {
        self.tenant(name).await.ok_or(Missing)?;
        self.set_hidden(name).await
    }

    // Only who is in the map is hidden.
    pub async fn bad_is_in_the_map(&self, name: &str) -> Result<(), Missing> {
        self.known(name).ok_or(Missing)?;
        self.set_hidden(name).await //~ check_then_act
    }

    pub fn bad_new_name(&self, name: &str) -> Result<(), Missing> {
        if self.known(name).is_some() {
            return Err(Missing);
        }
        let tenant = Tenant { name: name.to_owned(), hidden: false };
        self.tenants.write().insert(name.to_owned(), Arc::new(tenant)); //~ check_then_act
        Ok(())
    }
}
