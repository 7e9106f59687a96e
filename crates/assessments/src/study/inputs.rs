//! Reads everything an assessment needs from a data folder; says what each figure came from.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use enough_geography::areas::{Files, read_changes};
use enough_geography::postcodes::read_postcodes;
use enough_geography::{Hierarchy, Lsoa};
use enough_kernel::{AgeRange, AreaCode, Children, Places};
use enough_market::registers::{
    NurseryAssumption, read_childminders, read_nursery_schools, read_ofsted, read_primary_schools,
};
use enough_market::{Location, PlacesByAge, Setting};
use enough_needs::population::{Margins, read_ages, read_census};
use enough_needs::{ChildrenByAge, Fit, deprivation, fit};
use enough_tables::{Reject, Rejects};

use crate::AssessError;
use crate::Progress;
use crate::data::{Data, date_of};

use super::years::{Ground, Year, years};

/// A source as it is shown: what, file, date.
#[derive(Debug, Clone)]
pub struct Source {
    /// What it is.
    pub what: &'static str,
    /// The name of its file.
    pub file: String,
    /// Of when, as its name says.
    pub date: Option<String>,
}

/// How the fitted children compare with a newer count of the same areas.
#[derive(Debug, Clone)]
pub struct FitCheck {
    /// Areas that were counted.
    pub areas: usize,
    /// Children counted.
    pub counted: f64,
    /// Children fitted.
    pub fitted: f64,
    /// Sum of absolute differences by area, as a share of all children.
    pub error: f64,
    /// The same before the fit.
    pub error_before: f64,
}

/// A neighbourhood that was counted anew: its position in the hierarchy, and its children before the fit, after it, and counted.
#[derive(Debug, Clone, Copy)]
struct Recount {
    position: usize,
    before: ChildrenByAge,
    fitted: ChildrenByAge,
    counted: ChildrenByAge,
}

/// What is assumed of settings where nothing is published.
#[derive(Debug, Clone, Default)]
pub struct Assumptions {
    /// Of nursery classes.
    pub nursery: NurseryAssumption,
    /// Of the ages that places are for.
    pub by_age: PlacesByAge,
}

/// What was read.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Inputs {
    pub hierarchy: Hierarchy,
    /// By position in the hierarchy.
    pub children: Vec<ChildrenByAge>,
    pub fit: Fit,
    recounts: Vec<Recount>,
    /// The published estimates of one series, oldest first.
    pub years: Vec<Year>,
    /// LSOAs that the census table does not have.
    pub without_census: usize,
    pub settings: Vec<Setting>,
    /// Which part of the places of a setting is for which ages.
    pub by_age: PlacesByAge,
    /// Active childminders in the newer list, by authority.
    pub newer_childminders: Option<(BTreeMap<String, usize>, Option<String>)>,
    pub deciles: BTreeMap<AreaCode, u8>,
    pub sources: Vec<Source>,
    pub rejects: Rejects,
    /// The date of the register of provision.
    pub supply_date: Option<String>,
    /// The folder that all of it was read from.
    pub folder: PathBuf,
    /// Whether the files were made up by this program.
    pub made_up: bool,
}

impl Inputs {
    /// Reads the files of a folder.
    ///
    /// # Errors
    /// When a file that is needed is not there or cannot be read.
    pub fn read(data: &Data, assumed: Assumptions, progress: &mut dyn Progress) -> Result<Self, AssessError> {
        let mut rejects = Rejects::default();
        progress.begin("reading areas")?;
        let files = Files {
            output_areas: data.needed("output-areas")?,
            wards: data.needed("wards")?,
            authorities: data.needed("authorities")?,
            centroids: data.needed("points")?,
        };
        let hierarchy = Hierarchy::read(files, &mut rejects)?;
        progress.begin("reading and fitting children")?;
        let Counted { fit, recounts, years, without_census } = children(data, &hierarchy, &mut rejects)?;
        progress.begin("reading settings")?;
        let mut settings = settings(data, assumed.nursery, &mut rejects)?;
        let newer_childminders = match data.optional("childminders") {
            Some(path) => Some((read_childminders(path, &mut rejects)?, date_of(path))),
            None => None,
        };
        progress.begin("finding postcodes")?;
        locate(data, &hierarchy, &mut settings, &mut rejects)?;
        let deciles = match data.optional("deprivation") {
            Some(path) => deprivation::read_deciles(path, &mut rejects)?,
            None => BTreeMap::new(),
        };
        let mut sources: Vec<Source> = data
            .found()
            .filter_map(|(kind, path)| {
                let (path, file) = (path?, file_name(path?));
                // A workbook may say its year on a sheet and not in its name.
                let of_series = years.iter().find(|year| kind.name == "lsoa-ages" && year.file == file);
                let date = of_series.map(|year| year.when.clone()).or_else(|| date_of(path));
                Some(Source { what: kind.what, file, date })
            })
            .collect();
        // The one that the children are made from is in the list already.
        let newest = data.optional("lsoa-ages").map(file_name);
        let earlier = years.iter().rev().filter(|year| newest.as_ref() != Some(&year.file));
        sources.extend(earlier.map(|year| Source {
            what: "population by single year of age and LSOA, an earlier year",
            file: year.file.clone(),
            date: Some(year.when.clone()),
        }));
        let supply_date = data.optional("ofsted").and_then(date_of);
        let children = fit.children.clone();
        Ok(Self {
            hierarchy,
            children,
            fit,
            recounts,
            years,
            without_census,
            settings,
            by_age: assumed.by_age,
            newer_childminders,
            deciles,
            sources,
            rejects,
            supply_date,
            folder: data.folder.clone(),
            made_up: data.made_up,
        })
    }

    /// Places of a setting for children of these ages.
    pub fn places(&self, setting: &Setting, ages: AgeRange) -> Places {
        setting.places * self.by_age.share(setting, ages)
    }

    /// Children of the ages asked for, by position in the hierarchy.
    pub fn need(&self, ages: AgeRange) -> Vec<Children> {
        self.children.iter().map(|children| children.of(ages)).collect()
    }

    /// How the fitted children of these ages compare with a newer count, where there is one.
    pub fn fit_check(&self, ages: AgeRange) -> Option<FitCheck> {
        let mut check = FitCheck { areas: 0, counted: 0.0, fitted: 0.0, error: 0.0, error_before: 0.0 };
        for recount in &self.recounts {
            let [before, fitted, counted] =
                [recount.before, recount.fitted, recount.counted].map(|children| children.of(ages).get());
            check.areas += 1;
            check.counted += counted;
            check.fitted += fitted;
            check.error += (fitted - counted).abs();
            check.error_before += (before - counted).abs();
        }
        check.error /= check.counted.max(1.0);
        check.error_before /= check.counted.max(1.0);
        (check.areas > 0).then_some(check)
    }

    /// By how much the fitted children of areas are off on average, as a share of all their children: the sum of absolute differences over
    /// those areas whose neighbourhoods were all counted anew. `area` says to which a neighbourhood belongs. Nothing where none was counted.
    pub fn fit_error(&self, ages: AgeRange, area: impl Fn(&Lsoa) -> Option<AreaCode>) -> Option<f64> {
        let lsoas = &self.hierarchy.lsoas;
        let mut sums: BTreeMap<AreaCode, (usize, f64, f64)> = BTreeMap::new();
        for recount in &self.recounts {
            let Some(code) = area(&lsoas[recount.position]) else { continue };
            let (members, fitted, counted) = sums.entry(code).or_default();
            *members += 1;
            *fitted += recount.fitted.of(ages).get();
            *counted += recount.counted.of(ages).get();
        }
        let mut all: BTreeMap<AreaCode, usize> = BTreeMap::new();
        for code in lsoas.iter().filter_map(area) {
            *all.entry(code).or_default() += 1;
        }
        sums.retain(|code, (members, ..)| all[code] == *members);
        let off: f64 = sums.values().map(|(_, fitted, counted)| (fitted - counted).abs()).sum();
        let counted: f64 = sums.values().map(|(.., counted)| counted).sum();
        (counted > 0.0).then(|| off / counted)
    }
}

/// The name of a file.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Children of each LSOA of 2021, and what is known about them.
struct Counted {
    fit: Fit,
    recounts: Vec<Recount>,
    years: Vec<Year>,
    without_census: usize,
}

/// Children of each LSOA of 2021: the detail of the older estimates, fitted to the newer census and authority totals.
fn children(data: &Data, hierarchy: &Hierarchy, rejects: &mut Rejects) -> Result<Counted, AssessError> {
    let newest = data.needed("lsoa-ages")?;
    let older = read_ages(newest, rejects)?;
    let census = read_census(data.needed("census")?, rejects)?;
    let totals = read_ages(data.needed("authority-ages")?, rejects)?;
    // Districts that were merged since are added up.
    let mut current: BTreeMap<AreaCode, ChildrenByAge> = BTreeMap::new();
    for (code, children) in &totals.areas {
        current.entry(hierarchy.current(*code)).or_default().add(children, 1.0);
    }
    let totals = current;
    let changes = read_changes(data.needed("lsoa-changes")?, rejects)?;
    let ground = Ground::new(hierarchy, &census, &changes);
    let carried = ground.carry_over(older);
    let years = years(data, &ground, newest, &carried, rejects);
    let detail = carried.children;
    let mut authorities: BTreeMap<AreaCode, usize> = BTreeMap::new();
    let authority: Vec<usize> = hierarchy
        .lsoas
        .iter()
        .map(|lsoa| {
            let next = authorities.len();
            *authorities.entry(lsoa.authority).or_insert(next)
        })
        .collect();
    let mut columns = vec![None; authorities.len()];
    for (code, index) in &authorities {
        columns[*index] = totals.get(code).copied();
    }
    // An area without a census row keeps the weight of the older estimates; missing is not none.
    let older_weight = |children: &ChildrenByAge| children.0[..=usize::from(census.to)].iter().sum::<f64>();
    let mut without_census = 0;
    let rows: Vec<f64> = hierarchy
        .lsoas
        .iter()
        .zip(&detail)
        .map(|(lsoa, children)| {
            census.children.get(&lsoa.code).copied().unwrap_or_else(|| {
                without_census += 1;
                older_weight(children)
            })
        })
        .collect();
    let fitted =
        fit(&detail, Margins { rows: &rows, to: census.to, authority: &authority, columns: &columns });
    let mut recounts = Vec::new();
    if let Some(path) = data.optional("check-ages") {
        for (code, counted) in read_ages(path, rejects)?.areas {
            let Some(position) = hierarchy.position(code) else { continue };
            let (before, fitted) = (detail[position], fitted.children[position]);
            recounts.push(Recount { position, before, fitted, counted });
        }
    }
    Ok(Counted { fit: fitted, recounts, years, without_census })
}

fn settings(
    data: &Data,
    assumption: NurseryAssumption,
    rejects: &mut Rejects,
) -> Result<Vec<Setting>, AssessError> {
    let mut settings = read_ofsted(data.needed("ofsted")?, rejects)?;
    if assumption.places_of_class.get() > 0.0 {
        if let Some(path) = data.optional("primary-schools") {
            settings.extend(read_primary_schools(path, assumption, rejects)?);
        }
        if let Some(path) = data.optional("schools") {
            settings.extend(read_nursery_schools(path, rejects)?);
        }
    }
    // In order of reference number, so that the order of the files changes nothing.
    settings.sort_by(|a, b| a.urn.cmp(&b.urn).then_with(|| a.name.cmp(&b.name)));
    Ok(settings)
}

/// Puts settings with a postcode on the map; the others stay somewhere in their authority. One at an address whose postcode the directory
/// does not have is told by name.
fn locate(
    data: &Data,
    hierarchy: &Hierarchy,
    settings: &mut [Setting],
    rejects: &mut Rejects,
) -> Result<(), AssessError> {
    let wanted: HashSet<String> = settings
        .iter()
        .filter(|setting| !setting.postcode.is_empty())
        .map(|setting| setting.postcode.clone())
        .collect();
    let path = data.needed("postcodes")?;
    let found = read_postcodes(path, &wanted, rejects)?;
    for setting in settings {
        if let Some(postcode) = found.get(&setting.postcode) {
            if setting.location == Location::Somewhere && !setting.is_home_based() {
                setting.location = Location::At(postcode.point);
            }
            setting.authority = postcode.authority.map(|code| hierarchy.current(code));
        } else if setting.location == Location::Somewhere && !setting.is_home_based() {
            let what = if setting.postcode.is_empty() {
                "a setting that is not in a home has no postcode in its register; its places are spread over its authority"
            } else {
                "the postcode of a setting is not in the directory; its places are spread over its authority"
            };
            let value = format!("{} {}, postcode '{}'", setting.urn, setting.name, setting.postcode);
            rejects.push(path, 0, Reject::part(what, value));
        }
        if setting.authority.is_none()
            && let [only] = hierarchy.authorities_named(&setting.authority_name)
        {
            setting.authority = Some(*only);
        }
    }
    Ok(())
}
