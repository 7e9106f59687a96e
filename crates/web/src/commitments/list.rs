//! The list of commitments: how many are kept, which wait for whom, and how each side rates them.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use enough_plans::ObjectiveKey;
use enough_plans::commitments::{Commitment, Side, State, commitments};
use enough_store::accounts::Action;

use super::{Organisations, is_shown, next, side_of, today};
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::commissioning::{Waits, waits};
use crate::form::Sent;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// What the filter has for what is late, which no state says.
const OVERDUE: &str = "overdue";

/// A commitment in a list.
pub struct Row {
    /// The commitment.
    pub is: Commitment,
    /// Who made it.
    pub maker: String,
    /// To whom.
    pub receiver: String,
    /// Whether its day has passed, and nobody says that it is kept.
    pub is_overdue: bool,
    /// What whoever looks is waited for.
    pub next: Option<&'static str>,
}

impl Row {
    fn new(caller: &Caller, is: Commitment, names: &Organisations, today: NaiveDate) -> Self {
        Self {
            maker: names.of(&is.made_by),
            receiver: names.of(&is.made_to),
            is_overdue: is.is_overdue(today),
            next: side_of(caller, &is).and_then(|side| next(&is, side, today)),
            is,
        }
    }

    /// How far it is, and whether it is late.
    pub fn state(&self) -> String {
        let late = if self.is_overdue { ", overdue" } else { "" };
        format!("{}{late}", self.is.state.label())
    }

    /// How the side that made it rates it.
    pub fn by_maker(&self) -> &'static str {
        self.is.rated(Side::Maker)
    }

    /// How the side to which it was made rates it.
    pub fn by_receiver(&self) -> &'static str {
        self.is.rated(Side::Receiver)
    }

    fn is_in(&self, state: &str, organisation: &str) -> bool {
        let in_state = match state {
            "" => true,
            OVERDUE => self.is_overdue,
            state => self.is.state.key() == state,
        };
        in_state && (organisation.is_empty() || self.is.side_of(organisation).is_some())
    }
}

/// Every public promise counted once, in a sentence.
fn sentence(all: &[&Row]) -> String {
    let promises = match all.len() {
        0 => return "No promise is public yet.".to_owned(),
        1 => "Of 1 promise".to_owned(),
        many => format!("Of {many} promises"),
    };
    let of = |state: State| all.iter().filter(|row| row.is.state == state && !row.is_overdue).count();
    let always = [
        (of(State::Verified), "kept and verified"),
        (of(State::Claimed), "claimed and waiting"),
        (all.iter().filter(|row| row.is_overdue).count(), "overdue"),
    ];
    let others = [
        (of(State::AgreedByBoth) + of(State::InProgress), "under way"),
        (of(State::Disputed), "disputed"),
        (of(State::Missed), "missed"),
        (of(State::Superseded), "replaced by another"),
    ];
    let others = others.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<_> =
        always.into_iter().chain(others).map(|(count, what)| format!("{count} {what}")).collect();
    format!("{promises}: {}.", parts.join(", "))
}

#[derive(Template)]
#[template(path = "commitments/list.html")]
struct List {
    frame: Frame,
    sentence: String,
    /// Those of whoever looks that wait for them, or that both have not agreed to.
    own: Vec<Row>,
    rows: Vec<Row>,
    states: Vec<Choice>,
    organisations: Vec<Choice>,
    is_filtered: bool,
    keeps: bool,
}

/// All of them.
pub async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let asked = Sent::read(query.unwrap_or_default().as_bytes());
    let (state, organisation) = (asked.line("state"), asked.line("organisation"));
    let (names, today) = (Organisations::all(&caller).await?, today(&caller));
    let all = commitments(caller.app.authority()).await?.into_iter().filter(|one| is_shown(&caller, one));
    let all: Vec<Row> = all.map(|one| Row::new(&caller, one, &names, today)).collect();
    let public: Vec<&Row> = all.iter().filter(|row| row.is.is_public()).collect();
    let sentence = sentence(&public);
    let choice = |key: &str, label: String| Choice { key: key.to_owned(), label, on: false };
    let mut states = options::<State>(&state);
    states.retain(|one| one.key != State::Recorded.key());
    states.insert(0, choice("", "All".to_owned()));
    states.push(Choice { on: state == OVERDUE, ..choice(OVERDUE, "Overdue".to_owned()) });
    let sides = |id: &str| public.iter().any(|row| row.is.side_of(id).is_some());
    let known = names.0.iter().filter(|one| sides(&one.id));
    let known = known.map(|one| Choice { on: one.id == organisation, ..choice(&one.id, names.of(&one.id)) });
    let organisations = std::iter::once(choice("", "All".to_owned())).chain(known).collect();
    let is_own = |row: &Row| row.next.is_some() || !row.is.is_public();
    let (mut own, mut rows) = (Vec::new(), Vec::new());
    for row in all {
        if is_own(&row) {
            own.push(Row::new(&caller, row.is.clone(), &names, today));
        }
        if row.is.is_public() && row.is_in(&state, &organisation) {
            rows.push(row);
        }
    }
    own.sort_by_key(|row| row.next.is_none());
    let page_of = List {
        frame: Frame::of_list(&caller, "Commitments", &mut rows),
        sentence,
        own,
        rows,
        states,
        organisations,
        is_filtered: !state.is_empty() || !organisation.is_empty(),
        keeps: caller.may(Action::KeepCommitments),
    };
    Ok(page(page_of)?.into_response())
}

/// The public ones that are for an objective.
pub async fn of_objective(caller: &Caller, key: &ObjectiveKey) -> Result<Vec<Row>, Problem> {
    let (names, today) = (Organisations::all(caller).await?, today(caller));
    let mut all = commitments(caller.app.authority()).await?;
    all.retain(|one| one.is_public() && one.text.objective.as_ref() == Some(key));
    Ok(all.into_iter().map(|one| Row::new(caller, one, &names, today)).collect())
}

/// The commitments that wait for whoever asks.
pub async fn waiting(caller: &Caller) -> Result<Vec<Waits>, Problem> {
    let (today, mut list) = (today(caller), Vec::new());
    for one in commitments(caller.app.authority()).await? {
        if let Some(what) = side_of(caller, &one).and_then(|side| next(&one, side, today)) {
            let title: String = one.text.promise.chars().take(100).collect();
            let cut = if title.len() < one.text.promise.len() { "…" } else { "" };
            list.push(waits(&format!("{title}{cut}"), format!("/commitments/{}", one.id), what));
        }
    }
    Ok(list)
}
