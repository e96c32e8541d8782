//! Which side of a compound assignment runs first: of primitives the right one, of overloaded operators the left one.
use std::ops::AddAssign;
use std::sync::Mutex;

#[derive(Clone, Copy)]
struct Sum(u8);

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Sum) {
        self.0 += other.0;
    }
}

fn probe() {}

fn of_primitives(m: &Mutex<u8>) {
    *m.lock().unwrap() += {
        probe(); //? free
        1
    };
    probe(); //? free
}

fn overloaded(m: &Mutex<Sum>) {
    *m.lock().unwrap() += {
        probe(); //? holds m
        Sum(1)
    };
    probe(); //? free
}

fn strings(m: &Mutex<String>) {
    *m.lock().unwrap() += {
        probe(); //? holds m
        "more"
    };
    probe(); //? free
}

fn plain(m: &Mutex<u8>) {
    *m.lock().unwrap() = {
        probe(); //? free
        1
    };
    probe(); //? free
}
