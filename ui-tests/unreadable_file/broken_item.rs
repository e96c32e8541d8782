pub fn fine() {}

pub fn broken() { let = 3; } //~ unreadable_file

pub struct Fine;

mod no_such_file; //~ unreadable_file
