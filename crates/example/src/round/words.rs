//! What the people of the example say. Made up.

/// What the people of each who provides can and want to learn: skill, how many have it, how many want it.
pub const WORKFORCE: [(&str, u32, u32); 5] =
    [("first-aid", 4, 1), ("safeguarding-lead", 1, 1), ("level-3", 3, 2), ("signs", 0, 3), ("bids", 0, 1)];

/// Who says what of themselves: the beginning of the address, what, a charity number that nobody has, the size, and whether they look for
/// partners.
pub const PROFILES: [(&str, &str, &str, &str, bool); 3] = [
    (
        "community-organisation",
        "Parents of the canal wards who began with a playgroup in a church hall, and now run a family centre. Made up.",
        "9999901",
        "micro",
        true,
    ),
    ("provider", "Nurseries in four towns. Made up.", "", "medium", false),
    ("provider-2", "A playgroup in the flats, with a garden. Made up.", "9999902", "micro", true),
];

pub const WHY: &str = "Families in the wards named here have the fewest places within a walk. Parents told our outreach workers that \
they give up work or pay more than they can, because the nearest place is two buses away.";

pub const WHAT: &str = "A day nursery for children under five, open all year from eight to six, with places for two-year-olds who have \
free hours and for children with special educational needs.";

pub const FIRST: &str = "The nursery is within a walk of the canal and the mill: half of the families of the wards reach it on foot in \
fifteen minutes.

It is open on Monday to Friday from nine to five, in term time.

One place in four is for two-year-olds who have free hours.

Staff are trained to work with children with special educational needs, and no child is sent away because of them.

Every three months the provider reports how many children come, and how many of them are two-year-olds with free hours.

The provider owns or rents the building for the whole time of the contract before it bids.";

pub const FINAL: &str = "The nursery is within a walk of the canal and the mill: half of the families of the wards reach it on foot in \
fifteen minutes.

It is open on Monday to Friday from eight to six, all year but for bank holidays and a week at Christmas.

One place in four is for two-year-olds who have free hours.

Staff are trained to work with children with special educational needs, and no child is sent away because of them. The authority pays \
for the training of the first year.

Every three months the provider reports how many children come, and how many of them are two-year-olds with free hours.

The provider shows with its bid how it will have a building when the service starts.";

/// Who said what of which paragraph; what became of it; why.
pub const COMMENTS: [(usize, &str, &str, &str, &str, &str); 5] = [
    (
        2,
        "family",
        "",
        "I start work at eight. Nine is of no use to anybody who works in the warehouses.",
        "taken",
        "It opens at eight now, and all year: eleven parents said so.",
    ),
    (
        2,
        "young",
        "",
        "My little brother goes and I pick him up after school. Please not only in term time.",
        "taken",
        "It is open in the holidays now.",
    ),
    (
        6,
        "voluntary",
        "micro",
        "A small charity cannot rent a building for years before it knows that it has won. Only a chain could bid.",
        "taken",
        "A bid says how there will be a building, and needs none yet.",
    ),
    (
        4,
        "school",
        "",
        "Training costs money that a nursery in a poor street does not have.",
        "partly-taken",
        "We pay for the first year. After that it is part of the price.",
    ),
    (
        5,
        "provider",
        "small",
        "Four reports a year are many for one paid worker. Would one be enough?",
        "not-taken",
        "Two figures, which the register has anyway: four times a year we can still help in time, once a year we cannot.",
    ),
];

pub const QUALITY: &str =
    "How will children be cared for and learn, so that those who come with the least gain the most?";
pub const REACH: &str = "How will you find the families who do not ask for a place, and keep them?";
pub const SOCIAL: &str = "What will the area gain beside the nursery: work, training, a place to meet?";
pub const PRICE: &str = "All costs of the whole time with VAT: staff, building, food, training after the first year, management, reserves.";

/// Who bids: the beginning of the address, the price in pounds, and three answers.
pub const BIDS: [(&str, i64, [&str; 3]); 3] = [
    (
        "community-organisation",
        318_000,
        [
            "Each child has one worker who knows it and its family. We play, talk and read every day in the languages of the street, and \
plan with parents what comes next.",
            "Four of our workers live there. We go to the food bank, the clinic and the mosque, and we sit with a family until the form is \
filled.",
            "Six parents train as nursery workers each year. The hall is open to the street in the evening.",
        ],
    ),
    (
        "provider",
        296_000,
        [
            "We follow the early years foundation stage and observe each child once a term.",
            "We advertise in the local paper and on our page.",
            "We employ two apprentices.",
        ],
    ),
    (
        "provider-2",
        335_000,
        [
            "Small groups with much time outside; each child has a key worker, and parents see what it did each day.",
            "A worker visits each family of a two-year-old in the wards once a year.",
            "Parents run a clothes exchange with us.",
        ],
    ),
];

/// Points and reason of each answer of each bid.
pub type Sheet = [[(u32, &'static str); 3]; 3];

/// What each evaluator gives each bid for its three answers, in the order of the bids, with the reason.
pub const SCORES: [(&str, Sheet); 3] = [
    (
        "evaluator",
        [
            [
                (5, "One worker knows the family"),
                (5, "They are there already"),
                (4, "Training that leads to work"),
            ],
            [
                (3, "It says what everybody does"),
                (1, "Those who do not ask do not read it"),
                (2, "Two apprentices"),
            ],
            [(4, "Small groups, time outside"), (4, "Visits are real reach"), (3, "A start")],
        ],
    ),
    (
        "evaluator-2",
        [
            [
                (4, "Strong; says little about the youngest"),
                (5, "Knows where families are"),
                (4, "Six trained a year"),
            ],
            [(3, "Sound and thin"), (2, "No plan for those who stay away"), (2, "Small")],
            [(4, "Good, and checked each day"), (3, "Once a year is little"), (3, "Helps families")],
        ],
    ),
    (
        "evaluator-3",
        [
            [(4, "Languages of the street"), (4, "How is it paid for?"), (5, "A hall for the street")],
            [(2, "Once a term is not enough"), (1, "Waits for families to come"), (2, "Little")],
            [(5, "The best of the three on care"), (4, "Visits"), (3, "Useful")],
        ],
    ),
];

/// What the three agree, in the same order.
pub const AGREED: Sheet = [
    [
        (
            4,
            "A worker who knows the family, and the languages of the street; it could say more about the youngest.",
        ),
        (5, "They are where families are, and stay until the form is filled."),
        (4, "Six parents trained a year, which is real; the hall is more."),
    ],
    [
        (3, "What is asked of everybody, done soundly; observing once a term is thin."),
        (1, "An advertisement does not find those who do not ask."),
        (2, "Two apprentices, and nothing for the street."),
    ],
    [
        (4, "Small groups, time outside, and parents see each day what happened."),
        (4, "Visits to each family, though only once a year."),
        (3, "A clothes exchange that families run."),
    ],
];

/// The reports: children who come, of how many places; two-year-olds with free hours, of how many children; ratings and reasons.
pub const REPORTS: [(u32, u32, &str, &str, &str); 4] = [
    (
        31,
        9,
        "We opened with fewer staff than planned.",
        "approachingTarget",
        "Filling as a new nursery does.",
    ),
    (40, 11, "The clinic sends families to us now.", "approachingTarget", "Nearly there."),
    (45, 13, "", "good", "Above what was agreed."),
    (46, 13, "There is a waiting list.", "good", "Full, with the children it was meant for."),
];

pub const STORY: &str = "It opened in November 2025, filled within nine months, and more than one child in four is a two-year-old with free \
hours. Families from across the border use it too: some of the places that were meant for our wards close gaps in Netherby.";

pub const LESSONS: &str = "Ask small organisations before a building is asked for: the winner would not have bid. Count the neighbours in \
what is expected: places near a border are shared. Begin the next round with Netherby.";

/// Why places are bought after a tender.
pub const WHY_CONTRACT: &str = "Places have to be there every week of three years, and for that a promise that can be enforced is needed, which a grant is not. Organisations here are willing to provide them, so the authority does not provide them itself; families who may have a direct payment can use it here, too.";

/// Why the summer is a grant.
pub const WHY_GRANT: &str = "Small groups know best what to do in a holiday. They get money for what they do already, and promise no service in return.";
