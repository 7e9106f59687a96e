//! An authority with people in it, and a plan that is open to bids.

pub mod released;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use enough_commissioning::intentions::{Circumstances, Draft, Move, Route, add_intention, move_intention};
use enough_commissioning::notices::{Sent, sent};
use enough_commissioning::tenders::{
    Content, Costs, Criterion, Formula, Kind, Lot, LotContent, Named, Place, Setup, Text, Weight, add_score,
    add_tender, approve, change_tender, compare, complete, decide, declare, give_share, keep_opener_key,
    lock_scores, moderate, notify, publish, publish_award, recommend, submissions, submit, tender,
};
use enough_kernel::Pence;
use enough_plans::{
    Better, Figure, Indicator, Kind as PlanKind, Objective, ObjectiveKey, Outcome, Text as PlanText, Unit,
    add_plan, publish_plan,
};
use enough_store::accounts::{OrganisationDraft, OrganisationKind, PersonDraft, Role};
use enough_store::audit::Actor;
use enough_store::testing::{AUTHORITY, Clock, Empty};
use enough_store::{Authority, StoreError};

pub fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap()
}

/// What a rule said.
pub fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    match result {
        Err(StoreError::Refused(why)) => why.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

pub fn passphrase(name: &str) -> String {
    format!("cold otters sing for {name} at dusk")
}

/// People by name: `ann` writes, `ben` approves, `cat`, `dan` and `eve` open, `fay`, `gus` and `hal` score, `ida` moderates and recommends, `joe`
/// decides; `kim` and `lou` bid, each for an organisation of their own; `moe` sits on the board for the health body.
pub struct House {
    pub authority: Authority,
    pub clock: Clock,
    people: BTreeMap<String, Actor>,
    _empty: Empty,
}

const PEOPLE: [(&str, Role); 13] = [
    ("ann", Role::Commissioner),
    ("ben", Role::Commissioner),
    ("cat", Role::Finance),
    ("dan", Role::Auditor),
    ("eve", Role::Commissioner),
    ("fay", Role::Evaluator),
    ("gus", Role::Evaluator),
    ("hal", Role::Evaluator),
    ("ida", Role::Commissioner),
    ("joe", Role::Finance),
    ("kim", Role::Provider),
    ("lou", Role::Community),
    ("moe", Role::BoardMember),
];

impl House {
    pub async fn new(empty: Empty) -> Self {
        let clock = Clock::new(start());
        let authority =
            empty.store_at(clock.environment()).await.authority(AUTHORITY, "Example").await.unwrap();
        let service = Actor::service("test");
        let mut people = BTreeMap::new();
        let own = OrganisationDraft { name: "Example".to_owned(), kind: OrganisationKind::Authority };
        let own = authority.add_organisation(&service, &own).await.unwrap();
        for (name, role) in PEOPLE {
            let other = match role {
                Role::Provider | Role::Community => {
                    Some((format!("Play {name}"), OrganisationKind::Voluntary))
                }
                Role::BoardMember => Some(("Health".to_owned(), OrganisationKind::Health)),
                _ => None,
            };
            let organisation = match other {
                Some((name, kind)) => {
                    authority.add_organisation(&service, &OrganisationDraft { name, kind }).await.unwrap()
                }
                None => own.clone(),
            };
            let draft = PersonDraft {
                name: name.to_owned(),
                email: format!("{name}@example.test"),
                organisation: organisation.clone(),
                roles: vec![role],
            };
            let id = authority.add_person(&service, &draft, "four cold otters sing").await.unwrap();
            let actor = Actor { person: Some(id), organisation: Some(organisation), ..Actor::default() };
            people.insert(name.to_owned(), actor);
        }
        let house = Self { authority, clock, people, _empty: empty };
        for name in ["cat", "dan", "eve"] {
            keep_opener_key(&house.authority, house.actor(name), &passphrase(name)).await.unwrap();
        }
        house
    }

    pub async fn each() -> Vec<Self> {
        let mut list = Vec::new();
        for empty in Empty::each().await {
            list.push(Self::new(empty).await);
        }
        list
    }

    pub fn actor(&self, name: &str) -> &Actor {
        &self.people[name]
    }

    pub fn id(&self, name: &str) -> &str {
        self.people[name].person.as_deref().unwrap()
    }

    pub fn organisation(&self, name: &str) -> &str {
        self.people[name].organisation.as_deref().unwrap()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.authority.environment().now()
    }

    /// A plan that is open to bids.
    pub async fn plan(&self) -> String {
        let (id, actor) = (self.published_plan(Pence::new(70_000_000)).await, self.actor("ann"));
        self.clock.pass(Duration::days(31));
        move_intention(&self.authority, actor, (&id, 2), &Move::Open { sooner: None }, (None, &[]))
            .await
            .unwrap();
        id
    }

    /// A plan that everybody reads, of so much at most, in version 2.
    pub async fn published_plan(&self, most: Pence) -> String {
        let text = Draft {
            title: "After-school club".to_owned(),
            why: "120 children have no place after three".to_owned(),
            what: "A club for 40 children".to_owned(),
            areas: vec!["W1".to_owned()],
            least: Pence::default(),
            most,
            route: Some(Route::Contract),
            case: Circumstances::because("It fits best"),
            opens_on: Some(self.now().date_naive() + Duration::days(30)),
            starts_on: NaiveDate::from_ymd_opt(2027, 9, 1),
            months: 36,
            contact: "team@example.test".to_owned(),
            objectives: Vec::new(),
        };
        let actor = self.actor("ann");
        let id = add_intention(&self.authority, actor, &text).await.unwrap();
        move_intention(&self.authority, actor, (&id, 1), &Move::Publish, (None, &[])).await.unwrap();
        id
    }

    /// What a tender says that closes in thirty days.
    pub fn text(&self) -> Text {
        Text {
            title: "After-school club".to_owned(),
            what: "A club for 40 children until six".to_owned(),
            lots: vec![lot(1, Formula::Relative), lot(2, Formula::Linear)],
            scale: 5,
            questions_until: self.now() + Duration::days(14),
            closes_at: self.now() + Duration::days(30),
            starts_on: NaiveDate::from_ymd_opt(2027, 9, 1).unwrap(),
            months: 36,
            extension: 12,
            framework: None,
            reserved: None,
            contact: "team@example.test".to_owned(),
        }
    }

    /// A tender that is approved, in version 3.
    pub async fn approved(&self) -> String {
        self.approved_for(None).await
    }

    /// A tender that is approved, in version 3; for frameworks with so many places, if they are said.
    pub async fn approved_for(&self, places: Option<u32>) -> String {
        self.approved_worth(places, Pence::new(35_000_000)).await
    }

    /// The same, each of its two lots worth so much.
    async fn approved_worth(&self, places: Option<u32>, ceiling: Pence) -> String {
        let id = add_tender(&self.authority, self.actor("ann"), &self.plan().await).await.unwrap();
        let mut text = self.text();
        text.lots.iter_mut().for_each(|lot| lot.ceiling = ceiling);
        if let Some(places) = places {
            text.extension = 0;
            text.framework = Some(Setup { places, direct: "Below £20,000, by place".to_owned() });
        }
        change_tender(&self.authority, self.actor("ann"), (&id, 1), &text, "").await.unwrap();
        approve(&self.authority, self.actor("ben"), (&id, 2)).await.unwrap();
        id
    }

    pub fn named(&self) -> Named {
        let ids = |names: &[&str]| names.iter().map(|name| self.id(name).to_owned()).collect();
        Named {
            openers: ids(&["cat", "dan", "eve"]),
            evaluators: ids(&["fay", "gus"]),
            moderator: self.id("ida").to_owned(),
            unspecified: "What it says in short is all there is to say".to_owned(),
        }
    }

    /// A bid for lots at a price, for what a tender asks now.
    pub async fn bid(&self, tender_id: &str, lots: &[i32], pounds: i64, says: &str) -> Content {
        let asked = tender(&self.authority, tender_id).await.unwrap().0.text.asked();
        content(asked, lots, pounds, says)
    }

    /// A tender whose award is published: `kim` and `lou` bid for lot 1, `lou` for less wins it; nobody bid for lot 2.
    pub async fn awarded(&self) -> String {
        self.awarded_for(None).await
    }

    /// The same, for frameworks with so many places, if they are said.
    pub async fn awarded_for(&self, places: Option<u32>) -> String {
        let id = self.recommended_for(places).await;
        self.award(&id, None).await;
        id
    }

    /// Decides what is recommended, tells bidders and publishes the award; without a standstill, if it is said why.
    pub async fn award(&self, id: &str, no_standstill: Option<&str>) {
        let authority = &self.authority;
        decide(authority, self.actor("joe"), (id, self.version(id).await), no_standstill).await.unwrap();
        notify(authority, self.actor("ann"), (id, self.version(id).await)).await.unwrap();
        publish_award(authority, self.actor("ann"), (id, self.version(id).await)).await.unwrap();
    }

    /// The same tender when its award is recommended.
    pub async fn recommended_for(&self, places: Option<u32>) -> String {
        self.recommended(self.approved_for(places).await, 10_000).await
    }

    /// The same, each of its two lots worth so much.
    pub async fn recommended_worth(&self, ceiling: Pence) -> String {
        self.recommended(self.approved_worth(None, ceiling).await, 100).await
    }

    /// Bids for 30 and 24 times so many pounds are opened, scored and moderated, and the lower one is recommended.
    async fn recommended(&self, id: String, pounds: i64) -> String {
        let authority = &self.authority;
        publish(authority, self.actor("ann"), (&id, 3), &self.named()).await.unwrap();
        for (name, times) in [("kim", 30), ("lou", 24)] {
            let of = (id.as_str(), self.organisation(name));
            submit(authority, self.actor(name), of, &self.bid(&id, &[1], times * pounds, "Known").await)
                .await
                .unwrap();
        }
        self.clock.pass(Duration::days(61));
        for name in ["cat", "dan"] {
            give_share(authority, self.actor(name), &id, &passphrase(name)).await.unwrap();
        }
        let (one, _) = tender(authority, &id).await.unwrap();
        let bids: Vec<String> =
            submissions(authority, &one).await.unwrap().into_iter().map(|bid| bid.id).collect();
        let places = || {
            bids.iter()
                .flat_map(|bid| [1, 2].map(|criterion| Place { submission: bid.clone(), lot: 1, criterion }))
        };
        for name in ["fay", "gus"] {
            declare(authority, self.actor(name), &id, &BTreeSet::new()).await.unwrap();
            for place in places() {
                add_score(authority, self.actor(name), (&id, &place), (4, "As it says")).await.unwrap();
            }
            lock_scores(authority, self.actor(name), &id).await.unwrap();
        }
        for place in places() {
            moderate(authority, self.actor("ida"), (&id, &place), (4, "We agreed")).await.unwrap();
        }
        let (one, _) = tender(authority, &id).await.unwrap();
        let first = compare(authority, &one).await.unwrap()[&1][0].submission.clone();
        let picks =
            BTreeMap::from([(1, (Some(first), "Best".to_owned())), (2, (None, "Nobody bid".to_owned()))]);
        recommend(authority, self.actor("ida"), (&id, self.version(&id).await), &picks).await.unwrap();
        id
    }

    /// The award notice of a tender is published on the central platform today.
    pub async fn notice_award(&self, tender: &str) -> Result<(), StoreError> {
        let said = Sent { on: self.now().date_naive(), reference: "012345-2027".to_owned() };
        sent(&self.authority, self.actor("ann"), &format!("UK6 /tenders/{tender}"), &said).await
    }

    /// Signs what was awarded, after the standstill.
    pub async fn sign(&self, tender: &str) {
        self.notice_award(tender).await.unwrap();
        self.clock.pass(Duration::days(20));
        let place = (tender, self.version(tender).await);
        complete(&self.authority, self.actor("ann"), place, self.now().date_naive()).await.unwrap();
    }

    /// A plan with an objective that everybody sees.
    pub async fn objective(&self) -> ObjectiveKey {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let indicator = Indicator {
            title: "Children without a place after three".to_owned(),
            unit: Unit::Children,
            better: Better::Less,
            baseline: Figure::whole(120),
            baseline_on: day("2026-09-01"),
            target: Figure::whole(40),
            target_on: day("2029-09-01"),
            source: "Sufficiency assessment".to_owned(),
        };
        let objective = Objective {
            title: "Every child has somewhere to go after school".to_owned(),
            outcome: Outcome::Education,
            lead: "Head of early years".to_owned(),
            story: String::new(),
            partners: String::new(),
            works: String::new(),
            indicators: vec![indicator],
        };
        let text = PlanText {
            title: "Children's plan".to_owned(),
            kind: PlanKind::ChildrenAndYoungPeople,
            from: day("2026-04-01"),
            until: day("2029-03-31"),
            objectives: vec![objective],
        };
        let plan = add_plan(&self.authority, self.actor("ann"), &text).await.unwrap();
        publish_plan(&self.authority, self.actor("ann"), (&plan, 1)).await.unwrap();
        ObjectiveKey { plan, number: 1 }
    }

    pub async fn version(&self, id: &str) -> i32 {
        tender(&self.authority, id).await.unwrap().0.version
    }
}

fn criterion(kind: Kind, weight: u32, least: u32) -> Criterion {
    let words = if kind == Kind::Price { 0 } else { 300 };
    Criterion {
        kind,
        asks: format!("How good is the {}?", kind.label()),
        weight: Weight::new(weight),
        words,
        least,
    }
}

/// Quality 50, social value 12.5, price 37.5.
pub fn lot(number: i32, formula: Formula) -> Lot {
    Lot {
        number,
        title: format!("Lot {number}"),
        ceiling: Pence::new(35_000_000),
        formula,
        criteria: vec![
            criterion(Kind::Quality, 5000, 2),
            criterion(Kind::SocialValue, 1250, 0),
            criterion(Kind::Price, 3750, 0),
        ],
        costs: false,
    }
}

/// A bid for lots at a price, by the questions of `asked`.
fn content(asked: String, lots: &[i32], pounds: i64, says: &str) -> Content {
    let answers = BTreeMap::from([(1, says.to_owned()), (2, "We train young people".to_owned())]);
    let lot = |lot: &i32| LotContent {
        lot: *lot,
        answers: answers.clone(),
        price: Some(Pence::new(pounds * 100)),
        costs: Costs::new(),
    };
    Content {
        asked,
        lots: lots.iter().map(lot).collect(),
        codes: Vec::new(),
        consortium: String::new(),
        about: "Play here".to_owned(),
        random: String::new(),
    }
}
