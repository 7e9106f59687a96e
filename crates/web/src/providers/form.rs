//! The form of one's own profile: answered once, used in every bid and in what is published.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::codesign::Size;
use enough_commissioning::providers::{Offer, Paper, Profile, Scheme, change_profile, profile};
use enough_store::StoreError;

use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::problem::Problem;
use crate::view::{Frame, page};

/// A field of its own for each of a list of names.
struct Field {
    key: &'static str,
    label: &'static str,
    value: String,
}

#[derive(Template)]
#[template(path = "providers/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    name: String,
    version: String,
    about: String,
    numbers: Vec<Field>,
    sizes: Vec<Choice>,
    postcode: String,
    contact: String,
    offers: Vec<Choice>,
    areas: Vec<Choice>,
    papers: Vec<Field>,
    buys: bool,
    partners: bool,
    public: bool,
}

async fn form(caller: &Caller, sent: Option<&Sent>, mistakes: Mistakes) -> Result<Response, Problem> {
    let own = &caller.session()?.person.organisation;
    let one = profile(caller.app.authority(), own).await?;
    let is = &one.profile;
    let or = |field: &str, is: String| sent.map_or(is, |sent| sent.get(field).to_owned());
    let ticked = |field: &str, is: bool| sent.map_or(is, |sent| sent.get(field) == "yes");
    let chosen =
        |field: &str, is: Vec<String>| sent.map_or(is, |sent| sent.all(field).map(str::to_owned).collect());
    let number = |scheme: &Scheme| {
        let known = is.numbers.iter().find(|(of, _)| of == scheme).map_or("", |(_, number)| number);
        let key = scheme.key();
        Field { key, label: scheme.label(), value: or(&format!("number-{key}"), known.to_owned()) }
    };
    let paper = |paper: &Paper| {
        let known = is.papers.iter().find(|(of, _)| of == paper).map(|(_, until)| until.to_string());
        let key = paper.key();
        Field { key, label: paper.label(), value: or(&format!("paper-{key}"), known.unwrap_or_default()) }
    };
    let offers = chosen("offer", is.offers.iter().map(ToString::to_string).collect());
    let places = chosen("area", is.areas.clone());
    let mut areas: Vec<Choice> = Vec::new();
    if let Some(shown) = caller.app.shown().await? {
        let list = shown.snapshot.areas("authority").chain(shown.snapshot.areas("ward"));
        areas.extend(list.map(|area| Choice {
            on: places.contains(&area.code),
            label: if area.kind == "ward" { area.name.clone() } else { format!("All of {}", area.name) },
            key: area.code.clone(),
        }));
    }
    // Areas that the answer has no more stay chosen.
    let gone = places.iter().filter(|code| areas.iter().all(|area| area.key != **code));
    let gone: Vec<Choice> =
        gone.map(|code| Choice { key: code.clone(), label: code.clone(), on: true }).collect();
    areas.extend(gone);
    let offer = |one: &Offer| Choice {
        key: one.key().to_owned(),
        label: one.label().to_owned(),
        on: offers.iter().any(|key| key == one.key()),
    };
    let title = if mistakes.is_empty() { "Your profile" } else { "Error: Your profile" };
    let page_of = Form {
        frame: Frame::new(caller, title),
        mistakes,
        name: one.organisation.name.clone(),
        version: or("version", one.version.to_string()),
        about: or("about", is.about.clone()),
        numbers: Scheme::ALL.iter().map(number).collect(),
        sizes: options::<Size>(&or("size", is.size.map_or_else(String::new, |size| size.to_string()))),
        postcode: or("postcode", is.postcode.clone()),
        contact: or("contact", is.contact.clone()),
        offers: Offer::ALL.iter().map(offer).collect(),
        areas,
        papers: Paper::ALL.iter().map(paper).collect(),
        buys: ticked("buys", is.buys),
        partners: ticked("partners", is.partners),
        public: ticked("public", is.public),
    };
    Ok(page(page_of)?.into_response())
}

/// The form.
pub async fn edit(caller: Caller) -> Result<Response, Problem> {
    form(&caller, None, Mistakes::none()).await
}

fn read(sent: &Sent) -> Result<Profile, Mistakes> {
    let mut mistakes = Mistakes::none();
    let (mut numbers, mut papers) = (Vec::new(), Vec::new());
    for scheme in Scheme::ALL {
        let number = sent.line(&format!("number-{}", scheme.key()));
        match scheme.number(&number) {
            _ if number.is_empty() => {}
            Ok(number) => numbers.push((*scheme, number)),
            Err(wrong) => mistakes.add("numbers", wrong.to_string()),
        }
    }
    for paper in Paper::ALL {
        let day = sent.line(&format!("paper-{}", paper.key()));
        match day.parse::<NaiveDate>() {
            _ if day.is_empty() => {}
            Ok(until) => papers.push((*paper, until)),
            Err(_) => {
                mistakes.add("papers", format!("{}: write a date, such as 2027-04-01", paper.label()));
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Profile {
        about: sent.get("about").trim().to_owned(),
        numbers,
        size: sent.line("size").parse().ok(),
        postcode: sent.line("postcode"),
        contact: sent.line("contact"),
        offers: sent.all("offer").filter_map(|key| key.parse().ok()).collect(),
        areas: sent.all("area").map(str::to_owned).collect(),
        buys: sent.get("buys") == "yes",
        partners: sent.get("partners") == "yes",
        papers,
        public: sent.get("public") == "yes",
    })
}

/// The form was sent.
pub async fn save(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let profile = match read(&sent) {
        Ok(profile) => profile,
        Err(mistakes) => return form(&caller, Some(&sent), mistakes).await,
    };
    let own = caller.session()?.person.organisation.clone();
    match change_profile(caller.app.authority(), &caller.actor(), sent.number("version")?, &profile).await {
        Ok(()) => Ok(Redirect::to(&format!("/providers/{own}")).into_response()),
        Err(StoreError::Conflict { .. }) => {
            let what = "A colleague changed this profile meanwhile. Read it in another window, and write here what you still want";
            form(&caller, Some(&sent), Mistakes::one("about", what)).await
        }
        Err(error) => form(&caller, Some(&sent), refused(error, "about")?).await,
    }
}
