//! The copy comes from a function that hands on to the one which makes it.

use std::collections::BTreeMap;
use std::sync::RwLock;

#[derive(Clone, Default)]
pub struct Plan {
    steps: Vec<String>,
}

#[derive(Default)]
pub struct Plans {
    all: RwLock<BTreeMap<u32, Plan>>,
}

impl Plans {
    fn find(&self, id: u32) -> Option<Plan> {
        self.all.read().unwrap().get(&id).cloned()
    }

    fn keep(&self, id: u32, plan: Plan) {
        self.all.write().unwrap().insert(id, plan);
    }

    fn snapshot(&self) -> BTreeMap<u32, Plan> {
        self.all.read().unwrap().clone()
    }
}

pub struct Office {
    plans: Plans,
}

impl Office {
    fn plan(&self, id: u32) -> Option<Plan> {
        self.plans.find(id)
    }

    fn keep(&self, id: u32, plan: Plan) {
        self.plans.keep(id, plan);
    }

    fn all_plans(&self) -> BTreeMap<u32, Plan> {
        self.plans.snapshot()
    }

    pub fn bad(&self, id: u32, step: &str) {
        if let Some(mut plan) = self.plan(id) {
            plan.steps.push(step.to_owned()); //~ lost_copy_update
        } else {
            self.keep(id, Plan::default()); //~ check_then_act
        }
    }

    pub fn bad_whole_map(&self, id: u32) {
        let mut plans = self.all_plans();
        plans.remove(&id); //~ lost_copy_update
    }

    pub fn good_given_on(&self, id: u32, step: &str) -> BTreeMap<u32, Plan> {
        let mut plans = self.all_plans();
        plans.entry(id).or_default().steps.push(step.to_owned());
        plans
    }
}

fn plan_in(plans: &RwLock<BTreeMap<u32, Plan>>, id: u32) -> Option<Plan> {
    plans.read().unwrap().get(&id).cloned()
}

fn plan_of(office: &Office, id: u32) -> Option<Plan> {
    plan_in(&office.plans.all, id)
}

pub fn bad_of_a_function(plans: &RwLock<BTreeMap<u32, Plan>>, id: u32) {
    let mut plan = plan_in(plans, id).unwrap_or_default();
    plan.steps.clear(); //~ lost_copy_update
}

pub fn bad_of_two_functions(office: &Office, id: u32) {
    let mut plan = plan_of(office, id).unwrap_or_default();
    plan.steps.clear(); //~ lost_copy_update
}

pub fn good_looked_into(office: &Office, id: u32) -> usize {
    let mut plan = plan_of(office, id).unwrap_or_default();
    plan.steps.dedup();
    plan.steps.len()
}
