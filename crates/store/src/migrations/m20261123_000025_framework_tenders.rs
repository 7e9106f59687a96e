//! Which lot of which tender set up a framework; and the outcomes of tenders, where a lot has a list of winners now.

use sea_orm::sea_query::Query;
use sea_orm_migration::prelude::*;
use serde_json::{Value, json};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The outcome of a tender with a list of winners for each lot.
fn with_winners(mut outcome: Value) -> Value {
    let lots = outcome.get_mut("lots").and_then(Value::as_array_mut);
    for lot in lots.into_iter().flatten().filter_map(Value::as_object_mut) {
        let mut take = |name: &str| lot.remove(name).unwrap_or_default();
        let (submission, organisation) = (take("winner"), take("organisation"));
        let (price, total) = (take("price"), take("total"));
        let won =
            json!({ "submission": submission, "organisation": organisation, "price": price, "total": total });
        let has_won = won["submission"].is_string();
        lot.insert("winners".to_owned(), if has_won { json!([won]) } else { json!([]) });
    }
    outcome
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tender = ColumnDef::new("tender").text().null().take();
        manager.alter_table(Table::alter().table("framework").add_column(tender).take()).await?;
        let lot = ColumnDef::new("lot").integer().null().take();
        manager.alter_table(Table::alter().table("framework").add_column(lot).take()).await?;
        let db = manager.get_connection();
        let kept = Query::select()
            .columns(["authority", "id", "outcome"])
            .from("tender")
            .and_where(Expr::col("outcome").is_not_null())
            .take();
        for row in db.query_all(&kept).await? {
            let of = |name: &str| row.try_get::<String>("", name);
            let outcome: Value = serde_json::from_str(&of("outcome")?)
                .map_err(|error| DbErr::Custom(format!("the outcome of a tender is none: {error}")))?;
            let update = Query::update()
                .table("tender")
                .value("outcome", with_winners(outcome).to_string())
                .and_where(Expr::col("authority").eq(of("authority")?))
                .and_where(Expr::col("id").eq(of("id")?))
                .take();
            db.execute(&update).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_winner_becomes_a_list_of_one() {
        let before = json!({ "lots": [
            { "lot": 1, "winner": "b", "organisation": "o", "price": 100, "total": "80.00%", "reason": "Best" },
            { "lot": 2, "winner": null, "organisation": null, "price": null, "total": null, "reason": "None" },
        ], "no_standstill": null });
        let after = json!({ "lots": [
            { "lot": 1, "winners": [{ "submission": "b", "organisation": "o", "price": 100, "total": "80.00%" }], "reason": "Best" },
            { "lot": 2, "winners": [], "reason": "None" },
        ], "no_standstill": null });
        assert_eq!(with_winners(before), after);
    }
}
