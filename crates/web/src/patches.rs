//! Patches: a list, one page each, and the form that makes and changes them.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_assessments::{
    Area, Assessment, Patch, PatchDraft, Snapshot, add_patch, change_patch, patch, patches, remove_patch,
};
use enough_store::StoreError;
use enough_store::accounts::Action;

use crate::administration::{Choice, Difference, differences};
use crate::answer::map::colours;
use crate::answer::trend::{Trend, trend};
use crate::answer::{Step, newest, sentence, steps};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::shown::Shown;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "patches/list.html")]
struct List {
    frame: Frame,
    answer: Assessment,
    patches: Vec<Area>,
    manage: bool,
}

/// All patches with their figures.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let mut list = patches(caller.app.authority()).await?;
    let frame = Frame::of_list(&caller, "Patches", &mut list);
    let areas: Result<Vec<Area>, StoreError> =
        list.iter().map(|patch| shown.snapshot.of_patch(patch)).collect();
    let list = List {
        frame,
        answer: shown.snapshot.answer.clone(),
        patches: areas?,
        manage: caller.may(Action::ManagePatches),
    };
    Ok(page(list)?.into_response())
}

#[derive(Template)]
#[template(path = "patches/one.html")]
struct One {
    frame: Frame,
    answer: Assessment,
    area: Area,
    sentence: String,
    steps: Vec<Step>,
    trend: Option<Trend>,
    members: Vec<Area>,
    /// LSOAs of the patch that the answer does not have.
    missing: usize,
    manage: bool,
}

/// One patch.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let patch = patch(caller.app.authority(), &id).await?;
    let shown = newest(&caller).await?;
    let area = shown.snapshot.of_patch(&patch)?;
    let members: Vec<Area> = shown.snapshot.areas_of_patch(&patch).into_iter().cloned().collect();
    let answer = shown.snapshot.answer.clone();
    let one = One {
        frame: Frame::new(&caller, patch.name.clone()),
        sentence: sentence(&answer, &area),
        steps: steps(&area.ladder, answer.target)?,
        trend: trend(&area.history, &answer.ages)?,
        missing: patch.areas.len() - members.len(),
        members,
        manage: caller.may(Action::ManagePatches),
        area,
        answer,
    };
    Ok(page(one)?.into_response())
}

#[derive(Template)]
#[template(path = "patches/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    id: String,
    name: String,
    codes: String,
    wards: Vec<Choice>,
    version: i32,
    changed: Vec<Difference>,
    /// Where the neighbourhoods lie that can be picked on a map.
    map: Option<String>,
    colours: String,
}

/// What was typed: name, codes, wards that are ticked.
#[derive(Default)]
struct Typed {
    name: String,
    codes: String,
    wards: BTreeSet<String>,
}

impl Typed {
    fn read(sent: &Sent) -> Self {
        let wards = sent.all("ward").map(str::to_owned).collect();
        Self { name: sent.line("name"), codes: sent.get("codes").to_owned(), wards }
    }

    /// A patch as the form shows it: wards that lie in it as a whole are ticked, the rest are codes.
    fn of(patch: &Patch, snapshot: &Snapshot) -> Self {
        let mut typed = Self { name: patch.name.clone(), ..Self::default() };
        let mut rest = patch.areas.clone();
        for ward in snapshot.areas("ward") {
            let inside: Vec<&str> = snapshot
                .areas("lsoa")
                .filter(|lsoa| lsoa.ward.as_deref() == Some(&ward.code))
                .map(|lsoa| lsoa.code.as_str())
                .collect();
            if !inside.is_empty() && inside.iter().all(|code| patch.areas.contains(*code)) {
                typed.wards.insert(ward.code.clone());
                for code in inside {
                    rest.remove(code);
                }
            }
        }
        typed.codes = rest.into_iter().collect::<Vec<_>>().join("\n");
        typed
    }

    fn draft(&self, snapshot: &Snapshot) -> Result<PatchDraft, Mistakes> {
        let codes = self.codes.split([',', ';', ' ', '\t', '\r', '\n']).filter(|code| !code.is_empty());
        let codes = codes.chain(self.wards.iter().map(String::as_str));
        let areas = PatchDraft::areas_of(snapshot, codes).map_err(|what| Mistakes::one("codes", what))?;
        Ok(PatchDraft { name: self.name.clone(), areas })
    }
}

async fn form(
    caller: &Caller,
    shown: &Shown,
    (id, typed, version): (&str, Typed, i32),
    mistakes: Mistakes,
    changed: Vec<Difference>,
) -> Result<Response, Problem> {
    let title = if id.is_empty() { "Make a patch" } else { "Change a patch" };
    let title = if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") };
    let mut wards: Vec<&Area> = shown.snapshot.areas("ward").collect();
    wards.sort_by(|a, b| (&a.parent, &a.name, &a.code).cmp(&(&b.parent, &b.name, &b.code)));
    let choice = |ward: &Area| Choice {
        key: ward.code.clone(),
        label: format!("{}, {}", ward.name, ward.parent),
        on: typed.wards.contains(&ward.code),
    };
    let form = Form {
        frame: Frame::new(caller, title),
        mistakes,
        id: id.to_owned(),
        wards: wards.into_iter().map(choice).collect(),
        name: typed.name,
        codes: typed.codes,
        version,
        changed,
        map: shown.bounds(&caller.app, "lsoa").await?,
        colours: colours(),
    };
    Ok(page(form)?.into_response())
}

/// The empty form.
pub async fn new(caller: Caller) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    form(&caller, &shown, ("", Typed::default(), 0), Mistakes::none(), Vec::new()).await
}

/// The form was sent.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let (shown, typed) = (newest(&caller).await?, Typed::read(&sent));
    let draft = match typed.draft(&shown.snapshot) {
        Ok(draft) => draft,
        Err(mistakes) => return form(&caller, &shown, ("", typed, 0), mistakes, Vec::new()).await,
    };
    match add_patch(caller.app.authority(), &caller.actor(), &draft).await {
        Ok(id) => Ok(Redirect::to(&format!("/patches/{id}")).into_response()),
        Err(error) => {
            let mistakes = refused(error, "name")?;
            form(&caller, &shown, ("", typed, 0), mistakes, Vec::new()).await
        }
    }
}

/// The form of one.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let patch = patch(caller.app.authority(), &id).await?;
    let shown = newest(&caller).await?;
    let typed = Typed::of(&patch, &shown.snapshot);
    form(&caller, &shown, (&id, typed, patch.version), Mistakes::none(), Vec::new()).await
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (shown, typed, authority) = (newest(&caller).await?, Typed::read(&sent), caller.app.authority());
    let seen: i32 = sent.number("version")?;
    let draft = match typed.draft(&shown.snapshot) {
        Ok(draft) => draft,
        Err(mistakes) => return form(&caller, &shown, (&id, typed, seen), mistakes, Vec::new()).await,
    };
    match change_patch(authority, &caller.actor(), (&id, seen), &draft).await {
        Ok(()) => Ok(Redirect::to(&format!("/patches/{id}")).into_response()),
        Err(StoreError::Conflict { .. }) => {
            let now = patch(authority, &id).await?;
            let list = |areas: &BTreeSet<String>| areas.iter().cloned().collect::<Vec<_>>().join(", ");
            let changed = differences([
                ("Name", now.name.clone(), draft.name.clone()),
                ("Neighbourhoods", list(&now.areas), list(&draft.areas)),
            ]);
            let what = "Somebody else changed this patch while you were typing. Compare, then save again";
            let mistakes = Mistakes::one("changed", what);
            form(&caller, &shown, (&id, typed, now.version), mistakes, changed).await
        }
        Err(error) => {
            let mistakes = refused(error, "name")?;
            form(&caller, &shown, (&id, typed, seen), mistakes, Vec::new()).await
        }
    }
}

/// A patch is to be removed.
pub async fn remove(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    remove_patch(caller.app.authority(), &caller.actor(), &id).await?;
    Ok(Redirect::to("/patches").into_response())
}
