//! Double-entry books in whole pence, and the exact splitting of amounts. Pure.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use enough_kernel::Pence;

/// An account of a fund.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// Whoever put money in, by the number of the contribution: it gives, so its balance is below nothing.
    Contribution(i32),
    /// What is free to commit.
    Free,
    /// What a panel decides over and has not committed.
    Panel(i32),
    /// What is committed to an agreement and not paid.
    Committed(String),
    /// What was paid under an agreement.
    Paid(String),
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contribution(number) => write!(f, "contribution/{number}"),
            Self::Free => f.write_str("free"),
            Self::Panel(number) => write!(f, "panel/{number}"),
            Self::Committed(agreement) => write!(f, "committed/{agreement}"),
            Self::Paid(agreement) => write!(f, "paid/{agreement}"),
        }
    }
}

impl FromStr for Account {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no account of a fund");
        let number = |number: &str| number.parse().map_err(|_| wrong());
        match text.split_once('/') {
            None if text == "free" => Ok(Self::Free),
            Some(("contribution", rest)) => number(rest).map(Self::Contribution),
            Some(("panel", rest)) => number(rest).map(Self::Panel),
            Some(("committed", id)) => Ok(Self::Committed(id.to_owned())),
            Some(("paid", id)) => Ok(Self::Paid(id.to_owned())),
            _ => Err(wrong()),
        }
    }
}

/// An entry: one account gives, another takes the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which: 1, 2, ...
    pub number: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// The account that is credited.
    pub gives: Account,
    /// The account that is debited.
    pub takes: Account,
    /// How much: always more than nothing.
    pub amount: Pence,
    /// What for.
    pub what: String,
    /// The number of the payment under the agreement, where it is one.
    pub payment: Option<i32>,
}

/// What is on each account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Books(BTreeMap<Account, i64>);

impl Books {
    /// The books of entries.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut books = BTreeMap::new();
        for entry in entries {
            *books.entry(entry.gives.clone()).or_default() -= entry.amount.get();
            *books.entry(entry.takes.clone()).or_default() += entry.amount.get();
        }
        Self(books)
    }

    /// What is on an account.
    pub fn on(&self, account: &Account) -> Pence {
        Pence::new(self.0.get(account).copied().unwrap_or_default())
    }

    fn sum(&self, of: impl Fn(&Account) -> bool) -> Pence {
        Pence::new(self.0.iter().filter(|(account, _)| of(account)).map(|(_, pence)| pence).sum())
    }

    /// What was put in and not handed back.
    pub fn contributed(&self) -> Pence {
        Pence::new(-self.sum(|account| matches!(account, Account::Contribution(_))).get())
    }

    /// What panels decide over and have not committed.
    pub fn with_panels(&self) -> Pence {
        self.sum(|account| matches!(account, Account::Panel(_)))
    }

    /// What is committed and not paid, to all agreements.
    pub fn committed_in_all(&self) -> Pence {
        self.sum(|account| matches!(account, Account::Committed(_)))
    }

    /// What was paid, under all agreements.
    pub fn paid_in_all(&self) -> Pence {
        self.sum(|account| matches!(account, Account::Paid(_)))
    }

    /// The agreements that money was committed to, each once.
    pub fn agreements<'a>(&'a self) -> Vec<&'a str> {
        let id = |account: &'a Account| match account {
            Account::Committed(id) => Some(id.as_str()),
            _ => None,
        };
        self.0.keys().filter_map(id).collect()
    }

    /// Whether the books are right: what was given was taken, and no account but those of who put money in is below nothing.
    pub fn are_right(&self) -> bool {
        let is_right = |(account, pence): (&Account, &i64)| match account {
            Account::Contribution(_) => *pence <= 0,
            _ => *pence >= 0,
        };
        self.0.values().sum::<i64>() == 0 && self.0.iter().all(is_right)
    }
}

/// Splits an amount in proportion to what each can give, to the penny: the parts sum to the amount, none is more than can be given, and
/// each is less than a penny from its exact share (the method of the largest remainder; of equal remainders the first has the penny).
/// Nothing when together they cannot give so much.
///
/// ```
/// use enough_commissioning::funds::split;
/// use enough_kernel::Pence;
/// let pence = |list: &[i64]| list.iter().copied().map(Pence::new).collect::<Vec<_>>();
/// assert_eq!(split(Pence::new(100), &pence(&[1, 1, 1, 297])), Some(pence(&[1, 0, 0, 99])));
/// assert_eq!(split(Pence::new(5), &pence(&[2, 2])), None);
/// ```
pub fn split(amount: Pence, can: &[Pence]) -> Option<Vec<Pence>> {
    let all: i128 = can.iter().map(|one| i128::from(one.get())).sum();
    let amount = i128::from(amount.get());
    if amount < 0 || amount > all || can.iter().any(|one| one.get() < 0) {
        return None;
    }
    if all == 0 {
        return Some(vec![Pence::default(); can.len()]);
    }
    let shares: Vec<(i128, i128)> = can
        .iter()
        .map(|one| {
            let share = amount * i128::from(one.get());
            (share / all, share % all)
        })
        .collect();
    let given: i128 = shares.iter().map(|(whole, _)| whole).sum();
    let mut order: Vec<usize> = (0..can.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(shares[*at].1), *at));
    // Fewer pennies are left than there are remainders, so nobody without one gets any.
    let extra = usize::try_from(amount - given).ok()?;
    let mut parts: Vec<i128> = shares.into_iter().map(|(whole, _)| whole).collect();
    order.into_iter().take(extra).for_each(|at| parts[at] += 1);
    parts.into_iter().map(|part| i64::try_from(part).ok().map(Pence::new)).collect()
}
