//! Notices as documents of releases: those that were published on the central platform, from the day that was said of them, and no others.

use serde_json::{Value, json};

use super::contract::first_moment;
use crate::notices::{Notice, Noticed};

/// What the UK extension calls a notice as a document of a release; nothing for those that are no part of one.
fn document_type(notice: Notice) -> Option<&'static str> {
    match notice {
        Notice::Pipeline | Notice::Planned => Some("plannedProcurementNotice"),
        Notice::Engagement => Some("marketEngagementNotice"),
        Notice::Tender => Some("tenderNotice"),
        Notice::Transparency | Notice::Award => Some("awardNotice"),
        Notice::Details | Notice::Change => Some("contractNotice"),
        Notice::Performance => Some("implementationNotice"),
        Notice::Termination => Some("contractTerminationNotice"),
        Notice::ProcurementTermination => Some("tenderCancellationNotice"),
        _ => None,
    }
}

/// The notices of some kinds about a page of the site, as documents; `of` goes into their ids where one page has several.
pub(super) fn documents(
    noticed: &Noticed,
    which: &[Notice],
    (site, path): (&str, &str),
    of: &str,
) -> Vec<Value> {
    let document = |(notice, part, on): (Notice, &str, _)| {
        let part = part.replace(' ', "-");
        let id =
            [notice.key(), of, &part].into_iter().filter(|one| !one.is_empty()).collect::<Vec<_>>().join("-");
        Some(json!({
            "id": id, "documentType": document_type(notice)?, "noticeType": notice.key(), "title": notice.label(),
            "url": format!("{site}{path}"), "datePublished": first_moment(on), "format": "text/html", "language": "en",
        }))
    };
    noticed.about(path).filter(|(notice, ..)| which.contains(notice)).filter_map(document).collect()
}
