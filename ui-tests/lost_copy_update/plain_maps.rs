//! Copies out of maps that no lock guards: a `let mut` whose value is a clone is changed, and thrown away.
//@ edition: 2024

use std::collections::{BTreeMap, HashMap};

#[derive(Clone)]
pub struct Recipe {
    pub steps: Vec<String>,
    pub minutes: u32,
}

pub struct Book {
    recipes: HashMap<String, Recipe>,
    by_letter: BTreeMap<char, Vec<String>>,
    tags: im::HashMap<String, u32>,
}

pub fn of_an_argument(book: &BTreeMap<String, Vec<String>>, name: &str) {
    if let Some(steps) = book.get(name) {
        let mut steps = steps.clone();
        steps.push(String::from("serve")); //~ lost_copy_update
    }
}

impl Book {
    pub fn of_a_field(&mut self, name: &str) {
        if let Some(recipe) = self.recipes.get(name) {
            let mut longer = recipe.clone();
            longer.minutes += 5; //~ lost_copy_update
        }
    }

    pub fn by_index(&self, letter: char) {
        let mut names = self.by_letter[&letter].clone();
        names.clear(); //~ lost_copy_update
    }

    pub fn each(&self) {
        for names in self.by_letter.values() {
            let mut sorted = names.to_owned();
            sorted.sort(); //~ lost_copy_update
        }
    }

    pub fn whole_map(&self, name: &str) {
        let mut rest = self.recipes.clone();
        rest.remove(name); //~ lost_copy_update
    }

    pub fn persistent(&self) {
        let mut tags = self.tags.clone();
        tags.insert(String::from("sweet"), 1); //~ lost_copy_update
    }

    pub fn good_in_place(&mut self, name: &str) {
        if let Some(recipe) = self.recipes.get_mut(name) {
            recipe.minutes += 5;
        }
    }

    pub fn good_written_back(&mut self, name: &str) {
        if let Some(recipe) = self.recipes.get(name) {
            let mut longer = recipe.clone();
            longer.minutes += 5;
            self.recipes.insert(name.to_owned(), longer);
        }
    }

    pub fn good_given_out(&self, name: &str) -> Option<Recipe> {
        let mut recipe = self.recipes.get(name)?.clone();
        recipe.steps.reverse();
        Some(recipe)
    }

    pub fn good_looked_at(&self) -> usize {
        let mut tags = self.tags.clone();
        tags.remove("sweet");
        tags.len()
    }
}
