//! From published files to an answer: the question, what is read, the problem as arrays, the answer, and its words.
//!
//! The rules are those of `sufficiency`; here they are given what they need.

mod found;
mod groups;
mod inputs;
pub mod notes;
mod pairs;
mod postcodes;
mod problem;
mod question;
mod shapes;
pub mod words;
mod years;

pub use found::{found, found_with_maps, listed, wkb};
pub use groups::{Group, decile, groups};
pub use inputs::{Assumptions, Inputs, Source};
pub use problem::{Study, Supply, supply_id};
pub use question::{By, Measure, Model, Question, Travel};
pub use shapes::Shapes;

use std::path::Path;
use std::sync::Arc;

use enough_geography::Hierarchy;
use enough_kernel::words::list;
use enough_kernel::{AreaCode, AreaKind, Children, Level, Places};
use enough_sufficiency::catchment::{Decay, two_step};
use enough_sufficiency::fair_share::{Certificate, FairShare, fair_share};
use enough_sufficiency::gap::{places_that_help, shortfall};
use enough_sufficiency::ladder::Ladder;
use enough_sufficiency::profiles::{Profile, profile};
use enough_tables::Rejects;

use crate::{AssessError, Data, Progress};

/// The answer.
#[allow(missing_docs)]
pub struct Assessment {
    pub inputs: Arc<Inputs>,
    /// What was not used of the files, with that of patches.
    pub rejects: Rejects,
    pub study: Study,
    pub shared: FairShare,
    pub certificate: Certificate,
    /// Places that the areas asked for are short of even if their neighbours took none: no sharing whatever leaves less.
    pub least_short: Places,
    /// For each market whether its areas reach settings of no other.
    pub alone: Vec<bool>,
    /// For each supply how many added places would each close a missing one.
    pub helps: Vec<Places>,
    pub ladder: Ladder,
    /// All areas asked for together.
    pub whole: Profile,
    /// The groups of the answer with their profiles, worst first.
    pub groups: Vec<(Group, Profile)>,
    /// A name for all that was asked for.
    pub title: String,
    pub made_up: bool,
}

/// Refuses a code that is none, or of no authority of the data, before anything else is read.
///
/// # Errors
/// When a code is none, or the list of authorities cannot be read or does not have it.
pub fn check_codes(question: &Question, data: &Data) -> Result<(), AssessError> {
    for code in codes(question)? {
        let is_smaller = code.kind().is_some_and(|kind| kind < AreaKind::LocalAuthority);
        if !is_smaller && !Hierarchy::lists(data.needed("authorities")?, code)? {
            return Err(unknown(code, &data.folder, data.made_up));
        }
    }
    Ok(())
}

fn codes(question: &Question) -> Result<Vec<AreaCode>, AssessError> {
    let read =
        |text: &String| text.parse().map_err(|error| AssessError::Usage(format!("--authority: {error}")));
    question.authority.iter().map(read).collect()
}

fn unknown(code: AreaCode, folder: &Path, made_up: bool) -> AssessError {
    let what = if made_up {
        "only the made-up example is here; give real data with --data DIR"
    } else {
        "codes are those of the Office for National Statistics, such as E08000003 for Manchester"
    };
    AssessError::Input(format!("--authority {code}: no area of {} has this code; {what}", folder.display()))
}

/// The areas asked for: their codes, and their neighbourhoods as positions in the hierarchy.
///
/// # Errors
/// When a code is none, or none of the data.
pub fn asked(question: &Question, inputs: &Inputs) -> Result<(Vec<AreaCode>, Vec<usize>), AssessError> {
    let codes = codes(question)?;
    let mut asked = Vec::new();
    for &code in &codes {
        let members = inputs.hierarchy.members(code);
        if members.is_empty() {
            return Err(unknown(code, &inputs.folder, inputs.made_up));
        }
        asked.extend(members);
    }
    asked.sort_unstable();
    asked.dedup();
    Ok((codes, asked))
}

/// Answers a question from what was read.
///
/// # Errors
/// When the question does not fit the data, or somebody stops it.
pub fn assess(
    question: &Question,
    inputs: &Arc<Inputs>,
    progress: &mut dyn Progress,
) -> Result<Assessment, AssessError> {
    let (codes, asked) = asked(question, inputs)?;
    let mut rejects = inputs.rejects.clone();
    progress.begin("finding what is within reach")?;
    let study = Study::new(question, inputs, &asked, progress)?;
    progress.begin("sharing places fairly")?;
    let reach = study.reach.within(question.minutes).without_minutes();
    let only_asked: Vec<Children> = study
        .need
        .iter()
        .zip(&study.asked)
        .map(|(need, &asked)| if asked { *need } else { Children::new(0.0) })
        .collect();
    let (mut shared, without_neighbours) = rayon::join(
        || fair_share(&study.need, &study.capacity, &reach),
        || fair_share(&only_asked, &study.capacity, &reach).level,
    );
    let certificate = shared.certificate(&study.need, &study.capacity, &reach);
    let helps = places_that_help(&study.need, &shared.level, &reach, question.target);
    let alone = shared.self_contained(&reach);
    let least_short = only_asked
        .iter()
        .zip(without_neighbours)
        .map(|(need, level)| shortfall(*need, level, question.target))
        .sum();
    progress.begin("climbing the ladder of minutes")?;
    let ladder = match question.measure {
        Measure::FairShare => {
            let known = Some((question.minutes, &shared.level[..]));
            Ladder::climb(&study.need, &study.capacity, &study.reach, &study.ladder, known)
        }
        Measure::Catchments => {
            let levels =
                |limit| two_step(&study.need, &study.capacity, &study.reach.within(limit), &Decay::Within);
            shared.level = levels(question.minutes);
            shared.markets.clear();
            shared.market_of_area.fill(None);
            shared.market_of_setting.fill(None);
            Ladder {
                limits: study.ladder.clone(),
                levels: study.ladder.iter().map(|limit| levels(*limit)).collect(),
            }
        }
    };
    progress.begin("profiling areas")?;
    let of = |members: &[(usize, f64)]| profile(members, &study.need, &shared, &ladder, question.target);
    let all: Vec<(usize, f64)> =
        (0..study.areas.len()).filter(|&area| study.asked[area]).map(|area| (area, 1.0)).collect();
    let whole = of(&all);
    let groups = groups::groups(question, inputs, &mut rejects, &study)?;
    let mut groups: Vec<(Group, Profile)> =
        groups.into_iter().map(|group| (of(&group.members), group)).map(|(p, g)| (g, p)).collect();
    groups.sort_by(|(a, pa), (b, pb)| {
        let level = |profile: &Profile| profile.level.map_or(f64::INFINITY, Level::get);
        level(pa).total_cmp(&level(pb)).then(a.id.cmp(&b.id))
    });
    let title = title(inputs, &codes);
    Ok(Assessment {
        inputs: Arc::clone(inputs),
        rejects,
        study,
        shared,
        certificate,
        least_short,
        alone,
        helps,
        ladder,
        whole,
        groups,
        title,
        made_up: inputs.made_up,
    })
}

/// A name for all that was asked for.
pub fn title(inputs: &Inputs, codes: &[AreaCode]) -> String {
    let name = |&code: &AreaCode| {
        let current = inputs.hierarchy.current(code);
        let name = inputs.hierarchy.name(current);
        if current == code { name } else { format!("{name} (asked for by a former code, {code})") }
    };
    let names: Vec<String> = codes.iter().map(name).collect();
    list(&names, 12)
}
