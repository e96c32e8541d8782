pub fn fine() {}

pub struct Broken { id u64 } //~ unreadable_file

pub struct Fine;

mod no_such_file; //~ unreadable_file
