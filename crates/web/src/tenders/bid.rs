//! A bid: the form, its receipt, a copy to keep and to go on from, and what became of it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Multipart;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use enough_commissioning::providers::profile;
use enough_commissioning::tenders::{
    At, Content, Cost, Costs, Lot, LotContent, Receipt, Submission, SubmissionState, Tender, faults,
    own_submissions, reconfirm as confirm_again, submit, withdraw as take_back,
};
use enough_kernel::{Field, Pence};

use super::{now, own_organisation, seen};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// The id of the field where something is wrong.
fn field_at(at: At) -> Field {
    match at {
        At::Bid => "lots".into(),
        At::About => "about".into(),
        At::Consortium => "consortium".into(),
        At::Answer(lot, number) => Field::numbered("answer", format!("{lot}-{number}")),
        At::Price(lot) => Field::numbered("price", lot),
        At::Costs(lot) => Field::numbered("costs", lot),
    }
}

/// A question of the form: its number, what is asked, the most words, what it counts, the answer.
struct Question {
    field: String,
    label: String,
    asks: String,
    words: u32,
    weight: String,
    answer: String,
    count: usize,
}

/// A lot of the form.
struct LotPart {
    number: i32,
    title: String,
    ceiling: String,
    on: bool,
    questions: Vec<Question>,
    /// What the price must include, if a price is asked, and what was typed.
    price: Option<(String, String)>,
    /// The parts of the price, if they are asked: field, what it is for, and what was typed.
    costs: Vec<(String, &'static str, String)>,
    /// What the parts that could be read sum to, if any could.
    sum: Option<String>,
}

#[derive(Template)]
#[template(path = "tenders/bid.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    open: bool,
    /// Whether something was typed that must not be lost, also when bids are not taken any more.
    typed: bool,
    /// What names the questions of this form.
    asked: String,
    lots: Vec<LotPart>,
    /// The codes of those who bid together with this organisation, one a line.
    codes: String,
    consortium: String,
    about: String,
    /// The bids of the organisation for this tender, those that count first.
    own: Vec<Submission>,
    /// What became of the one that counts, if there is one.
    current: Option<SubmissionState>,
}

impl Form {
    /// Whether the bid that counts waits to be confirmed.
    fn waits(&self) -> bool {
        self.current == Some(SubmissionState::NeedsReconfirm)
    }
}

/// The parts of the price of a lot, as far as they can be read.
fn read_costs(sent: &Sent, lot: &Lot, mistakes: &mut Mistakes) -> Costs {
    let mut costs = Costs::new();
    for cost in Cost::ALL.iter().filter(|_| lot.costs) {
        let typed = sent.line(&format!("cost-{}-{cost}", lot.number));
        match typed.parse::<Pence>() {
            Ok(part) if part != Pence::default() => {
                costs.insert(*cost, part);
            }
            Ok(_) => {}
            Err(_) if typed.is_empty() => {}
            Err(wrong) => {
                let field = Field::numbered("cost", format!("{}-{cost}", lot.number));
                mistakes.add(field, format!("Lot {}, {}: {wrong}", lot.number, cost.label()));
            }
        }
    }
    costs
}

/// What the form says, as far as it can be read: a price that is none is left out and named.
fn read(sent: &Sent, tender: &Tender) -> (Content, Mistakes) {
    let mut mistakes = Mistakes::none();
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let mut lots = Vec::new();
    for lot in &tender.text.lots {
        if sent.all("lot").all(|number| number != lot.number.to_string()) {
            let is_typed = |field: String| !sent.line(&field).is_empty();
            let fields = lot.scored().map(|(number, _)| format!("answer-{}-{number}", lot.number));
            let costs = Cost::ALL.iter().map(|cost| format!("cost-{}-{cost}", lot.number));
            if fields.chain(costs).chain([format!("price-{}", lot.number)]).any(is_typed) {
                let what =
                    format!("Lot {} has answers and is not ticked: tick it, or empty them", lot.number);
                mistakes.add(Field::numbered("lot", lot.number), what);
            }
            continue;
        }
        let answers = lot
            .scored()
            .map(|(number, _)| (number, plain(sent.get(&format!("answer-{}-{number}", lot.number)))));
        let typed = sent.line(&format!("price-{}", lot.number));
        let price = match typed.parse::<Pence>() {
            Ok(price) => Some(price),
            Err(wrong) => {
                if !typed.is_empty() {
                    let field = Field::numbered("price", lot.number);
                    mistakes.add(field, format!("Lot {}: {wrong}", lot.number));
                }
                None
            }
        };
        let answers: BTreeMap<i32, String> = answers.collect();
        let (price, costs) = (price.filter(|_| lot.price().is_some()), read_costs(sent, lot, &mut mistakes));
        lots.push(LotContent { lot: lot.number, answers, price, costs });
    }
    let asked = sent.line("asked");
    let codes = sent.get("codes").lines().map(str::trim).filter(|code| !code.is_empty());
    let codes = codes.map(str::to_owned).collect();
    let (consortium, about) = (plain(sent.get("consortium")), plain(sent.get("about")));
    (Content { asked, lots, codes, consortium, about, random: sent.line("random") }, mistakes)
}

/// A part of a price in the form: field, what it is for, and what was typed.
fn part_of(
    cost: Cost,
    lot: i32,
    bid: Option<&LotContent>,
    typed: Option<&Sent>,
) -> (String, &'static str, String) {
    let field = format!("cost-{lot}-{cost}");
    let said = bid.and_then(|bid| bid.costs.get(&cost));
    let said = said.map(|part| part.to_string().trim_start_matches('£').to_owned());
    let is = typed.map(|sent| sent.line(&field)).or(said).unwrap_or_default();
    (field, cost.label(), is)
}

/// The form with what a bid says.
async fn form(
    caller: &Caller,
    id: &str,
    content: &Content,
    typed: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    let own = own_submissions(caller.app.authority(), own_organisation(caller)?).await?;
    let own: Vec<_> = own.into_iter().filter(|one| one.tender == id).collect();
    let part = |lot: &Lot| {
        let bid = content.lots.iter().find(|bid| bid.lot == lot.number);
        let question = |(number, one): (i32, &enough_commissioning::tenders::Criterion)| {
            let field = format!("answer-{}-{number}", lot.number);
            let said = bid.and_then(|bid| bid.answers.get(&number).cloned());
            // What was typed for a lot that is not ticked stays too.
            let answer = said.or_else(|| typed.map(|sent| sent.get(&field).to_owned())).unwrap_or_default();
            Question {
                field,
                label: format!("{}.{number}", lot.number),
                asks: one.asks.clone(),
                words: one.words,
                weight: one.weight.to_string(),
                count: answer.split_whitespace().count(),
                answer,
            }
        };
        let price = lot.price().map(|one| {
            let typed = typed.map(|sent| sent.line(&format!("price-{}", lot.number)));
            let said = bid
                .and_then(|bid| bid.price)
                .map(|price| price.to_string().trim_start_matches('£').to_owned());
            (one.asks.clone(), typed.or(said).unwrap_or_default())
        });
        LotPart {
            number: lot.number,
            title: lot.title.clone(),
            ceiling: lot.ceiling.to_string(),
            on: bid.is_some() || tender.text.lots.len() == 1,
            questions: lot.scored().map(question).collect(),
            price,
            sum: bid
                .map(|bid| &bid.costs)
                .filter(|costs| !costs.is_empty())
                .map(|costs| Pence::new(costs.values().map(|part| part.get()).sum()).to_string()),
            costs: Cost::ALL
                .iter()
                .filter(|_| lot.costs)
                .map(|cost| part_of(*cost, lot.number, bid, typed))
                .collect(),
        }
    };
    let mut mistakes = mistakes;
    let asked = tender.text.asked();
    if !content.asked.is_empty() && content.asked != asked && mistakes.of("lots").is_none() {
        let what = "The tender changed since this was written: read what changed, and look at each answer again before you send it";
        mistakes.add("lots", what);
    }
    let title = if mistakes.is_empty() { "Your bid" } else { "Error: Your bid" };
    let counts =
        |state: &SubmissionState| matches!(state, SubmissionState::Sealed | SubmissionState::NeedsReconfirm);
    let page_of = Form {
        frame: Frame::new(caller, title),
        mistakes,
        open: tender.takes_bids(now(caller)),
        typed: typed.is_some(),
        asked,
        lots: tender.text.lots.iter().map(part).collect(),
        codes: content.codes.join("\n"),
        consortium: content.consortium.clone(),
        about: content.about.clone(),
        current: own.iter().map(|one| one.state).find(counts),
        own,
        tender,
    };
    Ok(page(page_of)?.into_response())
}

fn nothing() -> Content {
    let nothing = String::new;
    Content {
        asked: nothing(),
        lots: Vec::new(),
        codes: Vec::new(),
        consortium: nothing(),
        about: nothing(),
        random: nothing(),
    }
}

/// The form, and what became of bids that were sent.
pub async fn bid(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let own = profile(caller.app.authority(), own_organisation(&caller)?).await?;
    // Answered once: who bids is as its profile says, until it is changed here.
    let content = Content { about: own.profile.about, ..nothing() };
    form(&caller, &id, &content, None, Mistakes::none()).await
}

#[derive(Template)]
#[template(path = "tenders/receipt.html")]
struct Sealed {
    frame: Frame,
    tender: Tender,
    receipt: Receipt,
    /// The fields of the form, to save a copy of them.
    fields: Vec<(String, String)>,
}

/// The fields that a bid was made of.
fn fields(content: &Content) -> Vec<(String, String)> {
    let mut list = vec![
        ("asked".to_owned(), content.asked.clone()),
        ("consortium".to_owned(), content.consortium.clone()),
        ("about".to_owned(), content.about.clone()),
        ("random".to_owned(), content.random.clone()),
    ];
    list.push(("codes".to_owned(), content.codes.join("\n")));
    for bid in &content.lots {
        list.push(("lot".to_owned(), bid.lot.to_string()));
        list.extend(
            bid.answers.iter().map(|(number, text)| (format!("answer-{}-{number}", bid.lot), text.clone())),
        );
        list.extend(bid.price.map(|price| (format!("price-{}", bid.lot), price.to_string())));
        let costs = bid.costs.iter();
        list.extend(costs.map(|(cost, part)| (format!("cost-{}-{cost}", bid.lot), part.to_string())));
    }
    list
}

/// The form was sent: the bid is sealed, and the page that answers is its receipt.
pub async fn submitted(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (tender, _) = seen(&caller, &id).await?;
    let (content, mut mistakes) = read(&sent, &tender);
    for (at, wrong) in faults(&tender.text, &content) {
        // What could not be read is missing in the bid, too; a price whose parts cannot be read has no sum.
        let is_unread = |lot: i32| {
            let part = format!("cost-{lot}-");
            mistakes.iter().any(|(field, _)| field.as_str().starts_with(&part))
        };
        let is_sum = matches!(at, At::Costs(lot) if is_unread(lot));
        if !is_sum {
            mistakes.add_unless_said(field_at(at), wrong.to_string());
        }
    }
    if !mistakes.is_empty() {
        return form(&caller, &id, &content, Some(&sent), mistakes).await;
    }
    let of = (id.as_str(), own_organisation(&caller)?);
    match submit(caller.app.authority(), &caller.actor(), of, &content).await {
        Ok(receipt) => {
            let fields = fields(&receipt.content);
            let frame = Frame::new(&caller, "Your bid is sealed");
            Ok(page(Sealed { frame, tender, receipt, fields })?.into_response())
        }
        Err(error) => form(&caller, &id, &content, Some(&sent), told(error, "lots")?).await,
    }
}

/// A copy of what was typed, for whoever typed it: the very bytes whose hash is on the receipt. Nothing that is kept is touched, so that
/// whoever was signed out while they wrote can save it still.
pub async fn copy(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (tender, _) = seen(&caller, &id).await?;
    let (content, mistakes) = read(&sent, &tender);
    if !mistakes.is_empty() && caller.session().is_ok() {
        return form(&caller, &id, &content, Some(&sent), mistakes).await;
    }
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"bid.json\""),
    ];
    Ok((headers, content.bytes()?).into_response())
}

/// A copy was brought back: the form says what it says.
pub async fn from_copy(
    caller: Caller,
    Path(id): Path<String>,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let cut = |_| Problem::Wrong("What was sent is too long, or was cut off.".to_owned());
    let mut bytes = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(cut)? {
        if part.name() == Some("copy") {
            bytes = part.bytes().await.map_err(cut)?.to_vec();
        }
    }
    let Ok(content) = serde_json::from_slice::<Content>(&bytes) else {
        let mistakes = Mistakes::one("copy", "That is no copy of a bid that was saved here");
        return form(&caller, &id, &nothing(), None, mistakes).await;
    };
    form(&caller, &id, &content, None, Mistakes::none()).await
}

/// A bid is to be withdrawn.
pub async fn withdraw(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let of = (id.as_str(), own_organisation(&caller)?);
    match take_back(caller.app.authority(), &caller.actor(), of).await {
        Ok(()) => Ok(Redirect::to(&format!("/tenders/{id}/bid")).into_response()),
        Err(error) => form(&caller, &id, &nothing(), None, told(error, "lots")?).await,
    }
}

/// A bid stands although the tender changed.
pub async fn reconfirm(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let of = (id.as_str(), own_organisation(&caller)?);
    match confirm_again(caller.app.authority(), &caller.actor(), of, sent.number("version")?).await {
        Ok(()) => Ok(Redirect::to(&format!("/tenders/{id}/bid")).into_response()),
        Err(error) => form(&caller, &id, &nothing(), None, told(error, "lots")?).await,
    }
}
