//! A text as paragraphs that keep their numbers, so that what was said about one still leads to it when others change. Pure.

use enough_store::audit::merkle::Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// The same in every version in which it is, changed or not.
    pub id: i32,
    /// What it says.
    pub text: String,
}

/// The paragraphs of a text as it was typed: what empty lines part.
pub fn paragraphs(typed: &str) -> Vec<String> {
    let typed = typed.replace("\r\n", "\n").replace('\r', "\n");
    let mut list = vec![String::new()];
    for line in typed.lines().map(str::trim) {
        match list.last_mut() {
            Some(last) if !line.is_empty() => {
                if !last.is_empty() {
                    last.push('\n');
                }
                last.push_str(line);
            }
            _ => list.push(String::new()),
        }
    }
    list.retain(|paragraph| !paragraph.is_empty());
    list
}

/// A text as it is typed.
pub fn whole(list: &[Paragraph]) -> String {
    list.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

/// SHA-256 of a text as it is typed, in hexadecimal digits.
pub fn hash(list: &[Paragraph]) -> String {
    Hash(Sha256::digest(whole(list).as_bytes()).into()).to_string()
}

/// How a text was made from another: each step keeps, takes or puts paragraphs.
fn steps(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    capture_diff_slices(Algorithm::Patience, old, new)
}

/// A new text, in which a paragraph that stayed or changed in its place keeps its number. No number is used twice: new ones begin after
/// `last`, the highest that any version had.
///
/// ```
/// use enough_commissioning::codesign::revise;
/// let first = revise(&[], "Who it is for.\n\nWhen it is open.", 0);
/// let second = revise(&first, "Who it is for.\n\nWhere it is.\n\nWhen it is open.", 2);
/// assert_eq!(second.iter().map(|one| one.id).collect::<Vec<_>>(), [1, 3, 2]);
/// ```
pub fn revise(old: &[Paragraph], typed: &str, last: i32) -> Vec<Paragraph> {
    let new = paragraphs(typed);
    let was: Vec<&str> = old.iter().map(|one| one.text.as_str()).collect();
    let is: Vec<&str> = new.iter().map(String::as_str).collect();
    let (mut list, mut last) = (Vec::with_capacity(new.len()), last);
    for step in steps(&was, &is) {
        let (_, mut from, to) = step.as_tag_tuple();
        for at in to {
            let id = from.next().map_or_else(
                || {
                    last += 1;
                    last
                },
                |at| old[at].id,
            );
            list.push(Paragraph { id, text: new[at].clone() });
        }
    }
    list
}

/// Some words of a paragraph: kept, taken or put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// They stay.
    Kept(String),
    /// They were taken out.
    Taken(String),
    /// They were put in.
    Put(String),
}

/// A paragraph of two versions: its number and how its words changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its number.
    pub id: i32,
    /// Its words, in order.
    pub words: Vec<Change>,
}

impl Difference {
    /// Whether anything changed.
    pub fn is_changed(&self) -> bool {
        self.words.iter().any(|words| !matches!(words, Change::Kept(_)))
    }
}

fn words(old: &str, new: &str) -> Vec<Change> {
    let mut list: Vec<Change> = Vec::new();
    for change in TextDiff::from_words(old, new).iter_all_changes() {
        let text = change.value();
        match (list.last_mut(), change.tag()) {
            (Some(Change::Kept(last)), ChangeTag::Equal)
            | (Some(Change::Taken(last)), ChangeTag::Delete)
            | (Some(Change::Put(last)), ChangeTag::Insert) => last.push_str(text),
            (_, ChangeTag::Equal) => list.push(Change::Kept(text.to_owned())),
            (_, ChangeTag::Delete) => list.push(Change::Taken(text.to_owned())),
            (_, ChangeTag::Insert) => list.push(Change::Put(text.to_owned())),
        }
    }
    list
}

/// How a text became another, paragraph by paragraph, in the order of the new one; what was taken out stands where it was.
pub fn differences(old: &[Paragraph], new: &[Paragraph]) -> Vec<Difference> {
    let was: Vec<i32> = old.iter().map(|one| one.id).collect();
    let is: Vec<i32> = new.iter().map(|one| one.id).collect();
    let text = |list: &[Paragraph], id: i32| {
        list.iter().find(|one| one.id == id).map_or_else(String::new, |one| one.text.clone())
    };
    let mut list = Vec::new();
    for step in capture_diff_slices(Algorithm::Patience, &was, &is) {
        let (_, from, to) = step.as_tag_tuple();
        for id in was[from].iter().filter(|id| !is.contains(id)) {
            list.push(Difference { id: *id, words: vec![Change::Taken(text(old, *id))] });
        }
        for id in &is[to] {
            list.push(Difference { id: *id, words: words(&text(old, *id), &text(new, *id)) });
        }
    }
    list
}
