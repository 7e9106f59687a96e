//! Answers, areas, markets and settings as the API gives them.

use enough_assessments as kept;
use enough_assessments::parsed;
use enough_kernel::words::whole_places;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;

/// Some rows of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T: ToSchema> {
    /// How many there are in all.
    pub total: usize,
    /// How many were passed over.
    pub from: usize,
    /// These.
    pub items: Vec<T>,
}

/// Places within a limit of minutes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rung {
    /// Minutes.
    minutes: f64,
    /// Places per child within them; nothing without children.
    level: Option<f64>,
    /// Settings with an address within reach; they only grow with the minutes. Kept answers alone have them.
    settings: Option<usize>,
    /// Places of the ages asked for within reach, shared with everybody else who reaches them.
    places_within_reach: Option<f64>,
}

fn rungs(json: &str) -> Result<Vec<Rung>, Problem> {
    let list: Vec<kept::Rung> = parsed(json)?;
    let rung = |rung: kept::Rung| Rung {
        minutes: rung.minutes,
        level: rung.level,
        settings: rung.reach.map(|(settings, _)| settings),
        places_within_reach: rung.reach.map(|(_, places)| places),
    };
    Ok(list.into_iter().map(rung).collect())
}

/// Children in a year, as they were estimated then.
#[derive(Debug, Serialize, ToSchema)]
pub struct Past {
    /// Which year, as in "mid-2020".
    when: String,
    /// Children.
    children: f64,
}

fn pasts(json: &str) -> Result<Vec<Past>, Problem> {
    let list: Vec<kept::Past> = parsed(json)?;
    Ok(list.into_iter().map(|past| Past { when: past.when, children: past.children }).collect())
}

/// A source.
#[derive(Debug, Serialize, ToSchema)]
pub struct Source {
    /// What.
    what: String,
    /// In which file.
    file: String,
    /// Of when.
    date: Option<String>,
}

/// The answer to a question.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    /// What was asked about.
    title: String,
    /// The answer in a sentence.
    sentence: String,
    /// Whether everything is made up and describes no real place.
    made_up: bool,
    /// When the answer that is shown was worked out.
    assessed_at: String,
    /// Ages of the children.
    ages: String,
    /// How families travel.
    mode: String,
    /// Within how many minutes.
    minutes: f64,
    /// Places per child that count as enough.
    target: f64,
    /// Which travel model made the minutes.
    travel: String,
    /// Children.
    children: f64,
    /// Places that children have within reach.
    places: f64,
    /// Places per child.
    level: Option<f64>,
    /// Places short of the target, area by area.
    shortfall: f64,
    /// Places short of it however they are shared: proven.
    least_shortfall: f64,
    /// Places beyond the target, area by area.
    overlap: f64,
    /// Whole places short, as every page shows them.
    short_by: f64,
    /// Whole places beyond the target, as every page shows them.
    spare: f64,
    /// Children with no setting within reach.
    children_without_reach: f64,
    /// The date of the register of places.
    supply_date: Option<String>,
    /// Level by minutes.
    ladder: Vec<Rung>,
    /// What to know of it.
    caveats: Vec<String>,
    /// The method.
    how_we_know: Vec<String>,
    /// The sources.
    sources: Vec<Source>,
    /// What whoever uses the figures must say.
    attribution: String,
}

impl Answer {
    /// An answer for the API.
    pub fn new(answer: &kept::Assessment) -> Result<Self, Problem> {
        let sources: Vec<kept::Source> = parsed(&answer.sources)?;
        let source =
            |source: kept::Source| Source { what: source.what, file: source.file, date: source.date };
        Ok(Self {
            title: answer.title.clone(),
            sentence: answer.answer.clone(),
            made_up: answer.made_up,
            assessed_at: answer.made_at.to_rfc3339(),
            ages: answer.ages.clone(),
            mode: answer.mode.clone(),
            minutes: answer.minutes,
            target: answer.target,
            travel: answer.travel.clone(),
            children: answer.children,
            places: answer.places,
            level: answer.level,
            shortfall: answer.shortfall,
            least_shortfall: answer.least_short,
            overlap: answer.overlap,
            short_by: whole_places(answer.shortfall),
            spare: whole_places(answer.overlap),
            children_without_reach: answer.without_reach,
            supply_date: answer.supply_date.clone(),
            ladder: rungs(&answer.ladder)?,
            caveats: parsed(&answer.caveats)?,
            how_we_know: parsed(&answer.how_we_know)?,
            sources: sources.into_iter().map(source).collect(),
            attribution: answer.attribution.clone(),
        })
    }
}

/// A market of an area.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarketShare {
    /// Its number.
    number: i32,
    /// Children of the area in it.
    children: f64,
    /// Whole places that they are short of.
    short_by: f64,
}

fn shares(json: &str) -> Result<Vec<MarketShare>, Problem> {
    let list: Vec<kept::MarketShare> = parsed(json)?;
    let share = |share: kept::MarketShare| MarketShare {
        number: share.number,
        children: share.children,
        short_by: whole_places(share.shortfall),
    };
    Ok(list.into_iter().map(share).collect())
}

/// An area.
#[derive(Debug, Serialize, ToSchema)]
pub struct Area {
    /// Its code; for a patch its name.
    code: String,
    /// ward, lsoa, msoa, authority or patch.
    kind: String,
    /// Its name.
    name: String,
    /// The name of its authority.
    authority: String,
    /// Children.
    children: f64,
    /// By how many children estimates of areas of this kind and size are off on average; nothing where none was counted since.
    children_off: Option<f64>,
    /// Places that its children have within reach.
    places: f64,
    /// Places per child; nothing without children.
    level: Option<f64>,
    /// Places short of the target.
    shortfall: f64,
    /// Places beyond the target.
    overlap: f64,
    /// Whole places short, as every page shows them.
    short_by: f64,
    /// Whole places beyond the target, as every page shows them.
    spare: f64,
    /// Children with no setting within reach.
    children_without_reach: f64,
    /// The smallest limit with enough; nothing if there is none.
    minutes_to_enough: Option<f64>,
    /// Average decile of deprivation; 1 is most deprived.
    deprivation_decile: Option<f64>,
    /// The market that most of its children belong to.
    market: Option<i32>,
    /// All its markets, those with the largest shortage first.
    markets: Vec<MarketShare>,
    /// Level by minutes.
    ladder: Vec<Rung>,
    /// Children by single year of age, from 0.
    children_by_age: Vec<f64>,
    /// Children of the ages asked for as they were estimated in earlier years, oldest first. They compare with one another, not with
    /// `children`, which is fitted to newer counts.
    history: Vec<Past>,
}

impl Area {
    /// An area for the API.
    pub fn new(area: &kept::Area) -> Result<Self, Problem> {
        Ok(Self {
            code: area.code.clone(),
            kind: area.kind.clone(),
            name: area.name.clone(),
            authority: area.parent.clone(),
            children: area.children,
            children_off: area.children_off,
            places: area.places,
            level: area.level,
            shortfall: area.shortfall,
            overlap: area.overlap,
            short_by: whole_places(area.shortfall),
            spare: whole_places(area.overlap),
            children_without_reach: area.without_reach,
            minutes_to_enough: area.minutes_to_enough,
            deprivation_decile: area.decile,
            market: area.market,
            markets: shares(&area.markets)?,
            ladder: rungs(&area.ladder)?,
            children_by_age: parsed(&area.ages)?,
            history: pasts(&area.history)?,
        })
    }
}

/// A setting within reach of an area.
#[derive(Debug, Serialize, ToSchema)]
pub struct InReach {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Minutes from the nearest neighbourhood of the area.
    pub minutes: f64,
}

/// An area with what is within its reach.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaProfile {
    /// The area.
    pub area: Area,
    /// The answer for it in a sentence or two.
    pub sentence: String,
    /// Settings with an address within reach, nearest first, 60 at most.
    pub settings: Vec<InReach>,
}

/// Areas that share the same places.
#[derive(Debug, Serialize, ToSchema)]
pub struct Market {
    /// Its number.
    number: i32,
    /// The names of its largest wards.
    name: String,
    /// The bottleneck in a sentence.
    sentence: String,
    /// Places per child.
    level: f64,
    /// Children.
    children: f64,
    /// Places.
    places: f64,
    /// Places short of the target.
    shortfall: f64,
    /// Places beyond the target.
    overlap: f64,
    /// Whole places short, as every page shows them.
    short_by: f64,
    /// Whole places beyond the target, as every page shows them.
    spare: f64,
    /// Its wards, most children first.
    areas: Vec<Part>,
}

/// A ward of a market.
#[derive(Debug, Serialize, ToSchema)]
pub struct Part {
    /// Its code.
    code: String,
    /// Its name.
    name: String,
}

impl Market {
    /// A market for the API.
    pub fn new(market: &kept::Market) -> Result<Self, Problem> {
        let parts: Vec<kept::Part> = parsed(&market.areas)?;
        Ok(Self {
            number: market.number,
            name: market.name.clone(),
            sentence: market.sentence.clone(),
            level: market.level,
            children: market.children,
            places: market.places,
            shortfall: market.shortfall,
            overlap: market.overlap,
            short_by: whole_places(market.shortfall),
            spare: whole_places(market.overlap),
            areas: parts.into_iter().map(|part| Part { code: part.code, name: part.name }).collect(),
        })
    }
}

/// What Ofsted published about one thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Judgement {
    /// Under which framework: a report card (since 10 November 2025), a single grade (until then), or requirements.
    framework: &'static str,
    /// About what: an area of a report card, safeguarding standards, overall effectiveness, or which requirements.
    about: &'static str,
    /// The outcome, in Ofsted's words.
    outcome: &'static str,
    /// The day of the inspection, where it is published.
    inspected: Option<String>,
}

impl From<enough_market::quality::Line> for Judgement {
    fn from(line: enough_market::quality::Line) -> Self {
        let inspected = line.on.map(|day| day.to_string());
        Self { framework: line.framework, about: line.about, outcome: line.says, inspected }
    }
}

/// A setting with a published address.
#[derive(Debug, Serialize, ToSchema)]
pub struct Setting {
    /// Its id: Ofsted's reference number, or `school-` and the school's.
    id: String,
    /// Its name.
    name: String,
    /// What it is.
    kind: String,
    /// Who runs it.
    sector: String,
    /// Places, for all ages.
    places: f64,
    /// What that number is: registered, number of pupils, or assumed.
    places_are: String,
    /// Places that count for the ages asked for.
    places_for_the_ages: f64,
    /// What Ofsted published of it, the newest framework first. Report cards and single grades are on different scales.
    judgements: Vec<Judgement>,
    /// Postcode, without a space.
    postcode: String,
    /// Longitude in degrees (WGS 84).
    longitude: Option<f64>,
    /// Latitude in degrees (WGS 84).
    latitude: Option<f64>,
    /// The LSOA it lies in.
    lsoa: Option<String>,
    /// The ward it lies in.
    ward: Option<String>,
    /// The name of its authority.
    authority: String,
    /// Its market.
    market: Option<i32>,
    /// How many places added there would each close a missing one.
    added_places_that_help: f64,
}

impl Setting {
    /// A setting for the API.
    pub fn new(setting: &kept::Setting) -> Self {
        Self {
            id: setting.id.clone(),
            name: setting.name.clone(),
            kind: setting.kind.clone(),
            sector: setting.sector.clone(),
            places: setting.places,
            places_are: setting.places_are.clone(),
            places_for_the_ages: setting.counted,
            judgements: setting.said().lines().into_iter().map(Judgement::from).collect(),
            postcode: setting.postcode.clone(),
            longitude: setting.longitude,
            latitude: setting.latitude,
            lsoa: setting.lsoa.clone(),
            ward: setting.ward.clone(),
            authority: setting.parent.clone(),
            market: setting.market,
            added_places_that_help: setting.helps,
        }
    }
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hits {
    /// Areas, larger kinds first, 30 at most.
    pub areas: Vec<Area>,
    /// Settings by name, 30 at most.
    pub settings: Vec<Setting>,
}
