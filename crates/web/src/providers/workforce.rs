//! What the people of providers can, and what they want to learn: said by each for itself, summed for all.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_commissioning::providers::{
    FEWEST_ORGANISATIONS, Skill, Staff, Total, Workforce, profile, providers, set_workforce, skills,
    workforce,
};
use enough_kernel::Field;
use enough_kernel::words::whole;
use enough_store::StoreError;
use enough_store::accounts::Action;

use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::problem::Problem;
use crate::view::{Frame, page};

/// An organisation whose workers want to learn something: its id, its name, and how many.
type Wanting = (String, String, u32);

#[derive(Template)]
#[template(path = "providers/workforce.html")]
struct Sums {
    frame: Frame,
    /// Each skill, with those whose workers want to learn it, for those who plan.
    lines: Vec<(Total, Vec<Wanting>)>,
    plans: bool,
    own: bool,
}

/// All skills over all organisations: of few organisations only for those who plan.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let all = providers(caller.app.authority()).await?;
    let plans = caller.may(Action::ManageIntentions);
    let name = |id: &str| {
        all.iter()
            .find(|one| one.organisation.id == id)
            .map_or("", |one| one.organisation.name.as_str())
            .to_owned()
    };
    let line = |total: Total| {
        let wanted = total.wanted_by.iter().filter(|_| plans);
        let wanted = wanted.map(|(id, want)| (id.clone(), name(id), *want)).collect();
        (total, wanted)
    };
    let lines = workforce(&all).into_iter().map(line).collect();
    let (frame, own) = (Frame::new(&caller, "What the workforce can do"), caller.may(Action::KeepProfile));
    Ok(page(Sums { frame, lines, plans, own })?.into_response())
}

/// A skill in the form: the ids of its fields, what they ask, and what is typed.
struct Line {
    is: Skill,
    fields: [(String, &'static str, String); 2],
}

#[derive(Template)]
#[template(path = "providers/workforce_form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    version: String,
    lines: Vec<Line>,
}

async fn form(caller: &Caller, sent: Option<&Sent>, mistakes: Mistakes) -> Result<Response, Problem> {
    let own = &caller.session()?.person.organisation;
    let one = profile(caller.app.authority(), own).await?;
    let line = |is: Skill| {
        let known = one.workforce.get(&is.key);
        let field = |name: &str, label, of: fn(&Staff) -> u32| {
            let id = format!("{name}-{}", is.key);
            let kept = || known.map_or_else(String::new, |staff| of(staff).to_string());
            let typed = sent.map_or_else(kept, |sent| sent.line(&id));
            (id, label, typed)
        };
        let have = field("have", "How many have it", |staff| staff.have);
        let want = field("want", "How many want or need to learn it", |staff| staff.want);
        Line { fields: [have, want], is }
    };
    let title = if mistakes.is_empty() { "What your people can do" } else { "Error: What your people can" };
    let version = sent.map_or_else(|| one.version.to_string(), |sent| sent.line("version"));
    let lines = skills().into_iter().map(line).collect();
    Ok(page(Form { frame: Frame::new(caller, title), mistakes, version, lines })?.into_response())
}

/// The form of one's own organisation.
pub async fn edit(caller: Caller) -> Result<Response, Problem> {
    form(&caller, None, Mistakes::none()).await
}

/// The form was sent.
pub async fn save(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let (mut said, mut mistakes) = (Workforce::new(), Mistakes::none());
    for skill in skills() {
        let mut number = |field: &str| {
            let text = sent.line(&format!("{field}-{}", skill.key));
            let number: Option<u32> = whole(&text);
            if number.is_none() && !text.is_empty() {
                let what = format!("{}: enter a whole number, such as 3, or nothing", skill.skill);
                mistakes.add(Field::numbered(field, &skill.key), what);
            }
            number
        };
        let (have, want) = (number("have"), number("want"));
        // Whoever says one of the two says that the other is none.
        if have.is_some() || want.is_some() {
            said.insert(skill.key, Staff { have: have.unwrap_or(0), want: want.unwrap_or(0) });
        }
    }
    if !mistakes.is_empty() {
        return form(&caller, Some(&sent), mistakes).await;
    }
    let first = Field::numbered("have", skills().first().map_or("", |skill| skill.key.as_str()));
    match set_workforce(caller.app.authority(), &caller.actor(), sent.number("version")?, &said).await {
        Ok(()) => Ok(Redirect::to("/workforce").into_response()),
        Err(StoreError::Conflict { .. }) => {
            let mut mistakes = Mistakes::none();
            let what = "A colleague changed your profile meanwhile. Read it in another window, and write here what you still want";
            mistakes.add(first, what.to_owned());
            form(&caller, Some(&sent), mistakes).await
        }
        Err(error) => form(&caller, Some(&sent), refused(error, "lines")?).await,
    }
}
