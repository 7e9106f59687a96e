//! When the contract award notice of a tender was published, which its standstill counts from; and why bids were asked for without a final
//! specification.

use sea_orm_migration::prelude::*;

use super::maybe_text;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let noticed = ColumnDef::new("award_noticed_on").date().null().take();
        manager.alter_table(Table::alter().table("tender").add_column(noticed).take()).await?;
        manager
            .alter_table(Table::alter().table("tender").add_column(maybe_text("unspecified")).take())
            .await?;
        let known = "UPDATE tender SET award_noticed_on = (SELECT on_day FROM notice_sent
             WHERE notice_sent.authority = tender.authority AND notice_sent.key = 'UK6 /tenders/' || tender.id)";
        manager.get_connection().execute_unprepared(known).await?;
        // The last day of the standstill follows from it. What people were told of it is in the changes of the tender and in the log.
        manager.alter_table(Table::alter().table("tender").drop_column("standstill_until").take()).await
    }
}
