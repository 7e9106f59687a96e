//! Direct payments and personal budgets: money with which a family itself buys what meets its child's needs (Children Act 1989 s17A with
//! SI 2009/1887; Children and Families Act 2014 s49 with SI 2014/1652).
//!
//! Nothing of a single case is ever published, and nobody reads one who is not named with it. The database has of it a state and some
//! days; who the family is, what it needs and what was paid is sealed, line by line, and no line is changed.

mod case;
mod keep;
mod money;
mod records;
mod rules;
mod steps;
mod totals;

pub use case::{Case, Entry, Head};
pub use keep::{
    KEPT_YEARS, add_case, case_head, cases, is_left, may_keep_cases, name_people, open_case, record,
    sweep_cases,
};
pub use money::agreed_by;
pub use rules::{
    ANSWER_WITHIN, Act, ENTER_AFTER_END, ENTER_WITHIN, FIRST_PAYMENT_WITHIN, NextStep, OFFER_WITHIN,
    SUSPENDED_WITHIN, next_state, next_step, notice_days, review_months,
};
pub use steps::{
    accept_offer, agree_amount, change_assessment, decline_offer, offer, pay_family, resume, review_case,
    stop, suspend, withdraw_notice,
};
pub use totals::{Counts, Known, Line, line, totals, totals_of};

use chrono::NaiveDate;
use enough_kernel::Pence;
use enough_store::names;
use serde::{Deserialize, Serialize};

names! {
    /// Why somebody may ask for one.
    Ground {
        Parent = "parent-of-disabled-child", "Parent of a disabled child";
        DisabledParent = "disabled-parent", "Disabled parent";
        Themself = "disabled-child", "Disabled child of 16 or 17, themself";
        PlanBudget = "plan-budget", "Young person, or parent of a child, with an education, health and care plan, who asks for a personal budget";
    }
}

names! {
    /// How far a case is.
    State {
        Assessed = "assessed", "Assessed, not offered yet";
        Offered = "offered", "Offered, the family has not answered yet";
        Accepted = "accepted", "Accepted, nothing paid yet";
        Paying = "paying", "Paying";
        Suspended = "suspended", "Suspended";
        Reviewed = "reviewed", "Reviewed, goes on";
        Ended = "ended", "Ended";
    }
}

names! {
    /// How often the agreed amount is paid.
    Every {
        Weekly = "weekly", "Every week";
        FourWeekly = "four-weekly", "Every four weeks";
        Once = "once", "Once";
    }
}

names! {
    /// Why it stops.
    Stop {
        FamilyAsks = "family-asks", "The family asks for it";
        Misused = "misused", "Money was used for something else";
        AsAgreed = "as-agreed", "Its last agreed day has come";
        Declined = "declined", "The family did not want it";
        Other = "other", "Another reason";
    }
}

/// What is paid, how often, from when until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How much each time.
    pub amount: Pence,
    /// How often.
    pub every: Every,
    /// What is paid once beside it, at the start; nothing where there is none.
    pub once: Pence,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
}

/// What was found, and what is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The number under which the authority knows the child: children are counted by it.
    pub reference: String,
    /// The child's initials.
    pub initials: String,
    /// Why the family may ask.
    pub ground: Ground,
    /// Who is paid.
    pub payee: String,
    /// The needs to be met.
    pub needs: String,
    /// How the money meets them.
    pub plan: String,
    /// What it may be spent on.
    pub spending: String,
    /// Who helps the family to manage it.
    pub support: String,
    /// How much, how often, how long.
    pub terms: Terms,
}

/// What the family said to the offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Who in the family said it.
    pub by: String,
    /// On which day.
    pub on: NaiveDate,
    /// What they said: the reason, where they do not want it.
    pub words: String,
}

/// What was paid; below nothing where money came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// How much.
    pub amount: Pence,
    /// On which day.
    pub paid_on: NaiveDate,
    /// The number under which the bank or the ledger has it.
    pub reference: String,
    /// Whether the bank could not deliver it: then it can be paid again.
    #[serde(default)]
    pub undelivered: bool,
}

/// What a review found and changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What was found.
    pub found: String,
    /// Another amount each time that is proposed: it holds once somebody else has agreed to it.
    pub amount: Option<Pence>,
    /// Whether payments go on; they are suspended otherwise.
    pub goes_on: bool,
    /// The day by which it is reviewed again.
    pub again_on: NaiveDate,
}

/// Why and when it stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Why.
    pub ground: Stop,
    /// In words.
    pub why: String,
    /// Who in the family asked for it, and on which day, where it did.
    #[serde(default)]
    pub asked: Option<(String, NaiveDate)>,
    /// Its last day: today, or a day to come.
    pub last_day: NaiveDate,
}

/// A line of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It was assessed, or the assessment was changed before the offer.
    Assess(Assessment),
    /// It was offered as it was assessed.
    Offer,
    /// The family agreed.
    Accept(Answer),
    /// The family did not want it.
    Decline(Answer),
    /// Money was paid, or came back.
    Pay(Payment),
    /// It was suspended, and why.
    Suspend(String),
    /// It went on, and why.
    Resume(String),
    /// It was reviewed.
    Review(Review),
    /// The other amount that a review proposed was agreed to; who in the family was told, when, and what they said.
    Agree(Answer),
    /// The family was told that it stops.
    Notice(Ending),
    /// The family was told that it does not stop after all, and why.
    Withdraw(String),
    /// It ended.
    End(Ending),
}

impl What {
    /// As the audit log names it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Assess(_) => "assess",
            Self::Offer => "offer",
            Self::Accept(_) => "accept",
            Self::Decline(_) => "decline",
            Self::Pay(_) => "pay",
            Self::Suspend(_) => "suspend",
            Self::Resume(_) => "resume",
            Self::Review(_) => "review",
            Self::Agree(_) => "agree",
            Self::Notice(_) => "notice",
            Self::Withdraw(_) => "withdraw",
            Self::End(_) => "end",
        }
    }
}
