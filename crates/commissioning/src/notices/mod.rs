//! The notices of the Procurement Act 2023 as a calendar: which is due when, by which rule, and which was published under which number.
//! There is no public way in for programs on the central platform: officers publish there, from the drafts that our releases are.

mod contracts;
mod due;
mod keep;
mod records;
mod rules;

pub use due::{Due, Subject, half_year};
pub use keep::{Compliance, Sent, compliance, notices, sent};
pub(crate) use keep::{Noticed, noticed, published_on};

use enough_store::names;

names! {
    /// The notices, as Find a Tender numbers them.
    Notice {
        Pipeline = "UK1", "Pipeline notice";
        Engagement = "UK2", "Preliminary market engagement notice";
        Planned = "UK3", "Planned procurement notice";
        Tender = "UK4", "Tender notice";
        Transparency = "UK5", "Transparency notice";
        Award = "UK6", "Contract award notice";
        Details = "UK7", "Contract details notice";
        Payment = "UK8", "Contract payment notice";
        Performance = "UK9", "Contract performance notice";
        Change = "UK10", "Contract change notice";
        Termination = "UK11", "Contract termination notice";
        ProcurementTermination = "UK12", "Procurement termination notice";
        MarketIntention = "UK13", "Dynamic market intention notice";
        MarketEstablished = "UK14", "Dynamic market establishment notice";
        MarketChanged = "UK15", "Dynamic market modification notice";
        MarketCeased = "UK16", "Dynamic market cessation notice";
        Payments = "UK17", "Payments compliance notice";
    }
}
