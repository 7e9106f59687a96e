//! Streets and timetables against drawn maps and a plain reference. One program for all of them: each is linked once.

#![allow(clippy::unwrap_used)]

mod drawn;
mod islands;
mod maps;
mod reference;
