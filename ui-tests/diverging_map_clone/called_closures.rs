//! A copy that only a closure writes, which is called here.

use dashmap::DashMap;

fn bad_counts_in_vain(hits: DashMap<String, u64>, paths: &[&str]) -> usize {
    let counted = hits.clone(); //~ diverging_map_clone
    let count = move |path: &str| {
        counted.insert(path.to_owned(), 1);
    };
    paths.iter().for_each(|path| count(path));
    count("/");
    hits.len()
}

fn good_a_copy_to_work_on(hits: DashMap<String, u64>) -> usize {
    let trial = hits.clone();
    let with = move |path: &str| {
        trial.insert(path.to_owned(), 1);
        trial.len()
    };
    with("/") - hits.len()
}

fn good_the_original_is_done_with(hits: DashMap<String, u64>) {
    let own = hits.clone();
    println!("{}", hits.len());
    drop(hits);
    let count = move |path: &str| {
        own.insert(path.to_owned(), 1);
    };
    count("/");
}

fn good_by_reference(hits: &DashMap<String, u64>) -> usize {
    let count = |path: &str| {
        hits.insert(path.to_owned(), 1);
    };
    count("/");
    hits.len()
}
