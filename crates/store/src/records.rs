//! How tables are declared: one macro for what every one of them needs.

/// Declares a table as a module with its row (`Model`).
#[macro_export]
macro_rules! table {
    ($(#[$doc:meta])* $name:ident = $table:literal { $($body:tt)* }) => {
        $(#[$doc])*
        pub mod $name {
            use $crate::sea_orm;
            use $crate::sea_orm::entity::prelude::*;

            /// A row.
            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($body)* }

            /// No relations: what belongs together is asked for by key.
            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

/// Whether a change met the version that it was made to, and otherwise which one it met.
pub(crate) fn met(rows: u64, what: String, seen: i32, now: Option<i32>) -> crate::Result<()> {
    match (rows, now) {
        (1, _) => Ok(()),
        (_, Some(now)) => Err(crate::StoreError::Conflict { what, seen, now }),
        (_, None) => Err(crate::StoreError::NotFound(what)),
    }
}
