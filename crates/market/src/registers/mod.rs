//! The registers of provision: Ofsted's childcare register and childminder list, and the Department's register of schools.

mod judgements;
mod ofsted;
mod schools;
#[cfg(test)]
mod tests;

pub use ofsted::{read_childminders, read_ofsted};
pub use schools::{NurseryAssumption, read_nursery_schools, read_primary_schools};
