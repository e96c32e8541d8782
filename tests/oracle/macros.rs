//! Macros that are compiled as two crates, of edition 2021 and of edition 2024: what they write follows their own edition, what they
//! are given follows the caller's.

#[macro_export]
macro_rules! if_let {
    ($e:expr, $a:expr, $b:expr) => {
        if let Some(_) = $e { $a } else { $b }
    };
}

#[macro_export]
macro_rules! tail {
    ($($first:expr,)* => $e:expr) => {{ $($first;)* $e }};
}

#[macro_export]
macro_rules! given {
    ($e:expr) => {
        $e
    };
}
