//! Our own tenders as releases of the Open Contracting Data Standard 1.1 with the UK extension.

use chrono::{Months, NaiveDate};
use enough_kernel::Pence;
use enough_store::accounts::Organisation;
use enough_store::audit::Actor;
use enough_store::{Authority, Result};
use serde_json::{Map, Value, json};

use super::contract::{Around, Kept, award_tags, first_moment, kept, last_moment, moment, today, value};
use super::documents::documents;
use super::frameworks::{award_status, framework_agreement};
use super::planning::Purpose;
use super::plans::{came_from, is_released};
use super::release::{Publisher, field, head, party_id, release, supplier};
use crate::frameworks::{Framework, Member, Standing, State as FrameworkState, frameworks_of_tender};
use crate::intentions::{Intention, intention};
use crate::notices::{Notice, Noticed, noticed};
use crate::providers::{Provider, providers};
use crate::tenders::{
    Enquiry, Kind, Lot, Registered, Standstill, State, Submission, SubmissionState, Tender, Text, Weight,
    Winner, questions, submissions, tender,
};

/// What a projection is made of.
struct Known<'a> {
    authority: &'a Authority,
    publisher: &'a Publisher,
    tender: &'a Tender,
    noticed: &'a Noticed,
    plan: &'a Intention,
    questions: &'a [Enquiry],
    bids: &'a [Submission],
    frameworks: &'a [Framework],
    organisations: &'a [Organisation],
    agreements: &'a [Kept],
    providers: &'a [Provider],
    purpose: &'a Purpose,
    today: NaiveDate,
}

fn percent(weight: Weight) -> Value {
    match weight.get() % 100 {
        0 => json!(weight.get() / 100),
        _ => json!(f64::from(weight.get()) / 100.0),
    }
}

fn lot(lot: &Lot, text: &Text, status: &str) -> Value {
    let criterion = |one: &crate::tenders::Criterion| {
        json!({
            "type": if one.kind == Kind::Price { "price" } else { "quality" },
            "name": if one.kind == Kind::SocialValue { "Social value" } else { one.kind.label() },
            "description": one.asks,
            "numbers": [{ "number": percent(one.weight), "weight": "percentageExact" }],
        })
    };
    let mut one = json!({
        "id": format!("L{}", lot.number),
        "title": lot.title,
        "status": status,
        "value": value(lot.ceiling),
        "contractPeriod": period(text),
        "suitability": { "sme": true, "vcse": true },
        "awardCriteria": { "criteria": lot.criteria.iter().map(criterion).collect::<Vec<_>>() },
    });
    if let Some(reserved) = text.reserved {
        one["otherRequirements"] = json!({ "reservedParticipation": [reserved.code()] });
    }
    one
}

fn period(text: &Text) -> Value {
    let end = text.starts_on.checked_add_months(Months::new(text.months)).and_then(|end| end.pred_opt());
    let mut period = json!({ "startDate": first_moment(text.starts_on) });
    if let Some(end) = end {
        period["endDate"] = json!(last_moment(end));
    }
    let most = text.starts_on.checked_add_months(Months::new(text.months + text.extension));
    if let Some(most) = most.and_then(|end| end.pred_opt()).filter(|_| text.extension > 0) {
        period["maxExtentDate"] = json!(last_moment(most));
    }
    period
}

impl Known<'_> {
    fn url(&self) -> String {
        format!("{}/tenders/{}", self.publisher.site, self.tender.id)
    }

    fn buyer_id(&self) -> String {
        self.publisher.buyer_id(self.authority)
    }

    fn documents(&self, which: Notice) -> Vec<Value> {
        let path = format!("/tenders/{}", self.tender.id);
        documents(self.noticed, &[which], (&self.publisher.site, &path), "")
    }

    fn is_above(&self) -> bool {
        self.tender.is_above_threshold()
    }

    /// Who wins which lot.
    fn won(&self) -> Vec<(&Lot, &Winner, &Organisation)> {
        let outcome = self.tender.outcome.iter().filter(|_| self.tender.award_at.is_some());
        let lots = outcome.flat_map(|outcome| &outcome.lots);
        let all = lots.flat_map(|lot| lot.winners.iter().map(|winner| (lot.lot, winner)));
        all.filter_map(|(number, winner)| {
            let of = self.organisations.iter().find(|one| one.id == winner.organisation)?;
            Some((self.tender.text.lot(number)?, winner, of))
        })
        .collect()
    }

    /// Whether a lot was awarded and is not signed.
    fn is_left(&self, number: i32) -> bool {
        let mut lots = self.tender.outcome.iter().flat_map(|outcome| &outcome.lots);
        lots.any(|lot| lot.lot == number && lot.unsigned.is_some())
    }

    /// Who won together, the one that sent the bid first.
    fn suppliers(&self, winner: &Winner) -> Vec<&Organisation> {
        let ids = std::iter::once(&winner.organisation).chain(&winner.partners);
        ids.filter_map(|id| self.organisations.iter().find(|one| one.id == *id)).collect()
    }

    /// That a framework is set up, for a lot or for all of them.
    fn techniques(&self, most: Pence, lots: usize) -> Option<Value> {
        let setup = self.tender.text.framework.as_ref()?;
        let mut all = framework_agreement(&setup.direct, period(&self.tender.text));
        all["frameworkAgreement"]["value"] = value(most);
        if lots == 1 {
            all["frameworkAgreement"]["maximumParticipants"] = json!(setup.places);
        }
        Some(all)
    }

    /// How an organisation stands with the framework that a lot set up, and whether that is open.
    fn member(&self, lot: &Lot, of: &Organisation) -> Option<(&Member, bool)> {
        let set_up = |one: &&Framework| one.tender.as_ref().is_some_and(|(_, number)| *number == lot.number);
        let one = self.frameworks.iter().find(set_up)?;
        let runs =
            one.state == FrameworkState::Open && one.text.until.is_none_or(|until| self.today <= until);
        Some((one.members.get(&of.id)?, runs))
    }

    fn parties(&self) -> Value {
        let mut list = vec![self.publisher.party(self.authority, &self.tender.text.contact)];
        for of in self.won().into_iter().flat_map(|(_, winner, _)| self.suppliers(winner)) {
            let party = supplier(of, &["tenderer", "supplier"], self.providers);
            if list.iter().all(|known| known["id"] != party["id"]) {
                list.push(party);
            }
        }
        let known = (self.organisations, self.providers);
        self.purpose.add_funders(&mut list, (self.authority, self.publisher), known);
        json!(list)
    }

    fn lot_status(&self, number: i32) -> &'static str {
        let won = self.won().iter().any(|(lot, ..)| lot.number == number);
        match self.tender.state {
            State::Cancelled => "cancelled",
            State::Unsuccessful => "unsuccessful",
            _ if self.is_left(number) => "cancelled",
            _ if won => "complete",
            _ if self.tender.award_at.is_some() => "unsuccessful",
            _ => "active",
        }
    }

    fn tender(&self) -> Value {
        let (one, text) = (self.tender, &self.tender.text);
        let published = one.published_at.unwrap_or(one.changed_at);
        let status = match one.state {
            State::Cancelled => "cancelled",
            State::Unsuccessful => "unsuccessful",
            _ if one.award_at.is_some() => "complete",
            _ => "active",
        };
        let lots = text.lots.iter().map(|one| {
            let mut lot = lot(one, text, self.lot_status(one.number));
            if let Some(techniques) = self.techniques(one.ceiling, 1) {
                lot["techniques"] = techniques;
            }
            lot
        });
        let lots: Vec<Value> = lots.collect();
        let mut documents = self.documents(Notice::Tender);
        if let Some((version, _)) = &one.specification {
            documents.push(json!({
                "id": format!("specification-{version}"), "documentType": "technicalSpecifications",
                "title": format!("Specification, version {version}"),
                "url": format!("{}/intentions/{}/specification?version={version}", self.publisher.site, one.intention),
                "datePublished": moment(published), "format": "text/html", "language": "en",
            }));
        }
        documents.extend(self.documents(Notice::ProcurementTermination));
        let answered: Vec<Value> = self
            .questions
            .iter()
            .filter_map(|ask| {
                let (answer, at) = ask.answer.as_ref()?;
                Some(json!({
                    "id": format!("Q{}", ask.number), "date": moment(ask.asked_at), "description": ask.question,
                    "answer": answer, "dateAnswered": moment(*at),
                }))
            })
            .collect();
        let mut tender = json!({
            "id": one.id,
            "title": text.title,
            "description": text.what,
            "status": status,
            "legalBasis": { "scheme": "UKPGA", "id": "2023/54", "uri": "https://www.legislation.gov.uk/ukpga/2023/54" },
            "mainProcurementCategory": "services",
            "classification": { "scheme": "CPV", "id": "85311300", "description": "Welfare services for children and young people" },
            "aboveThreshold": self.is_above(),
            "specialRegime": ["lightTouch"],
            "value": value(text.worth()),
            "procurementMethod": "open",
            "procurementMethodDetails": "Open procedure",
            "procuringEntity": { "id": self.buyer_id(), "name": self.authority.name() },
            "submissionMethod": ["electronicSubmission"],
            "submissionMethodDetails": self.url(),
            "tenderPeriod": { "startDate": moment(published), "endDate": moment(text.closes_at) },
            "enquiryPeriod": { "startDate": moment(published), "endDate": moment(text.questions_until) },
            "hasEnquiries": !answered.is_empty(),
            "lots": lots,
        });
        if !documents.is_empty() {
            tender["documents"] = json!(documents);
        }
        if let Some(techniques) = self.techniques(text.worth(), text.lots.len()) {
            tender["techniques"] = techniques;
        }
        if !answered.is_empty() {
            tender["enquiries"] = json!(answered);
        }
        tender
    }

    /// How many bids there were for each lot, once the award is published: never who did not win.
    fn statistics(&self) -> Vec<Value> {
        let assessed: Vec<_> = self.bids.iter().filter(|bid| bid.state == SubmissionState::Opened).collect();
        let mut list: Vec<Value> = Vec::new();
        for lot in &self.tender.text.lots {
            let of_lot = assessed.iter().filter(|bid| {
                bid.summary
                    .as_ref()
                    .is_some_and(|summary| summary.lots.iter().any(|one| one.lot == lot.number))
            });
            let (mut all, mut vcse, mut small) = (0, 0, Some(0));
            for bid in of_lot {
                all += 1;
                // Of bidders who were told before it was kept, the register says it now.
                let kept = bid.summary.as_ref().and_then(|summary| summary.registered);
                let now = || self.providers.iter().find(|one| one.organisation.id == bid.organisation);
                let of = kept.or_else(|| now().map(Registered::of));
                vcse += usize::from(of.is_some_and(|of| of.voluntary));
                // How many are small is known where each said how large it is.
                small = small.zip(of.and_then(|of| of.small)).map(|(sum, is)| sum + usize::from(is));
            }
            let counts =
                [("bids", Some(all)), ("finalStageBids", Some(all)), ("vcseFinalStageBids", Some(vcse))];
            for (measure, count) in counts.into_iter().chain([("smeFinalStageBids", small)]) {
                let Some(count) = count else { continue };
                list.push(json!({
                    "id": format!("L{}-{measure}", lot.number), "measure": measure, "value": count,
                    "relatedLot": format!("L{}", lot.number),
                }));
            }
        }
        list
    }

    /// What a member of a framework has signed; what it is worth, call-offs say.
    fn membership(&self, name: &str, lot: &Lot, member: &Member, runs: bool) -> Option<Value> {
        let signed = self.tender.signed_on?;
        let is_member = matches!(member.standing(), Standing::Admitted | Standing::Suspended);
        let mut contract = json!({
            "id": format!("C{name}"), "awardID": format!("A{name}"), "title": lot.title,
            "status": if runs && is_member { "active" } else { "terminated" },
            "period": period(&self.tender.text), "aboveThreshold": self.is_above(),
            "dateSigned": first_moment(signed),
        });
        let mut notices = self.documents(Notice::Details);
        let of_lot = json!(format!("{}-lot-{}", Notice::Termination.key(), lot.number));
        notices.extend(self.documents(Notice::Termination).into_iter().filter(|one| one["id"] == of_lot));
        if !notices.is_empty() {
            contract["documents"] = json!(notices);
        }
        Some(contract)
    }

    /// Awards, and contracts as far as they are signed.
    fn awarded(&self, to: &mut Map<String, Value>) {
        let (Some(at), Some(told)) = (self.tender.award_at, self.tender.notified_at) else { return };
        let is_signed = self.tender.state == State::Complete;
        let status = match self.tender.state {
            State::Cancelled => "cancelled",
            _ if is_signed => "active",
            _ => "pending",
        };
        let is_framework = self.tender.text.framework.is_some();
        let (mut awards, mut contracts) = (Vec::new(), Vec::new());
        for (lot, winner, of) in self.won() {
            // A framework has an award and a contract for each member: each can end.
            let name =
                if is_framework { format!("{}-{}", lot.number, of.id) } else { lot.number.to_string() };
            let id = format!("A{name}");
            let suppliers = self.suppliers(winner).into_iter();
            let suppliers: Vec<Value> =
                suppliers.map(|one| json!({ "id": party_id(&one.id), "name": one.name })).collect();
            let mut award = json!({
                "id": id, "title": lot.title, "status": status, "date": moment(at),
                "aboveThreshold": self.is_above(), "mainProcurementCategory": "services",
                "assessmentSummariesDateSent": moment(told),
                "suppliers": suppliers,
                "relatedLots": [format!("L{}", lot.number)], "contractPeriod": period(&self.tender.text),
            });
            let notices = self.documents(Notice::Award);
            if !notices.is_empty() {
                award["documents"] = json!(notices);
            }
            if !is_framework {
                award["value"] = value(winner.price.unwrap_or(lot.ceiling));
            }
            if let Standstill::Runs { from, until } = self.tender.standstill() {
                award["standstillPeriod"] =
                    json!({ "startDate": first_moment(from), "endDate": last_moment(until) });
            }
            if self.is_left(lot.number) {
                award["status"] = json!("cancelled");
            }
            if let Some((member, runs)) = self.member(lot, of) {
                award["status"] = json!(award_status(member.standing()));
                contracts.extend(self.membership(&name, lot, member, runs));
            }
            awards.push(award);
            let around = Around {
                ids: (format!("C{name}"), id),
                above_threshold: self.is_above(),
                payer: json!({ "id": self.buyer_id(), "name": self.authority.name() }),
                payee: json!({ "id": party_id(&of.id), "name": of.name }),
                site: &self.publisher.site,
                today: self.today,
                noticed: self.noticed,
            };
            contracts.extend(
                self.agreements
                    .iter()
                    .filter(|one| one.lot() == Some(lot.number))
                    .map(|one| one.contract(&around)),
            );
        }
        to.insert("bids".to_owned(), json!({ "statistics": self.statistics() }));
        to.insert("awards".to_owned(), json!(awards));
        if !contracts.is_empty() {
            to.insert("contracts".to_owned(), json!(contracts));
        }
    }

    /// What the tender is for everybody.
    fn projection(&self) -> Map<String, Value> {
        let mut all = head(self.authority, self.publisher, &self.tender.id);
        all.insert("parties".to_owned(), self.parties());
        let place = (self.authority, self.publisher);
        all.insert("planning".to_owned(), self.purpose.planning(self.plan, place, self.organisations));
        if is_released(self.plan) {
            let before = came_from(self.authority, self.publisher, self.plan);
            all.insert("relatedProcesses".to_owned(), json!([before]));
        }
        all.insert("tender".to_owned(), self.tender());
        self.awarded(&mut all);
        all
    }
}

/// What a release says of how far the process is.
fn tags(tender: &Tender, before: Option<&Value>, after: &Value) -> Vec<&'static str> {
    let (had, has) = (|name| field(before, name), |name| field(Some(after), name));
    let ended = |value: &Value| value.pointer("/tender/status") == Some(&json!("cancelled"));
    let mut list = match tender.state {
        State::Cancelled if !before.is_some_and(ended) => vec!["tenderCancellation"],
        _ if before.is_none() => vec!["planning", "tender"],
        _ => Vec::new(),
    };
    list.extend(award_tags((had("awards"), has("awards")), (had("contracts"), has("contracts"))));
    if list.is_empty() {
        list.push("tenderUpdate");
    }
    list
}

/// Publishes a tender as a release, if everybody may see it and it is another than the one that was published last. Gives whether it was.
///
/// # Errors
/// When there is no such tender, or the database fails.
pub async fn publish_tender(
    authority: &Authority,
    actor: &Actor,
    publisher: &Publisher,
    id: &str,
) -> Result<bool> {
    // While the change is open nothing else changes: what is read is what is published.
    let change = authority.begin(actor).await?;
    let (one, _) = tender(authority, id).await?;
    if !one.is_public() {
        return Ok(false);
    }
    let (plan, _) = intention(authority, &one.intention).await?;
    let (questions, bids) = (questions(authority, id).await?, submissions(authority, &one).await?);
    let organisations = authority.organisations().await?;
    let agreements = kept(authority, id).await?;
    let noticed = noticed(&change).await?;
    let frameworks = frameworks_of_tender(authority, id).await?;
    let providers = providers(authority).await?;
    let paid: Vec<&str> =
        agreements.iter().filter(|one| one.is.is_public()).map(|one| one.is.id.as_str()).collect();
    let purpose = Purpose::of(authority, &plan, &paid).await?;
    let known = Known {
        authority,
        publisher,
        tender: &one,
        noticed: &noticed,
        plan: &plan,
        questions: &questions,
        bids: &bids,
        frameworks: &frameworks,
        organisations: &organisations,
        agreements: &agreements,
        providers: &providers,
        purpose: &purpose,
        today: today(change.now()),
    };
    let projection = known.projection();
    release((change, authority), (publisher, id), projection, |before, after| tags(&one, before, after)).await
}
