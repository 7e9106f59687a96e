//! How the number of children has changed.

use enough_assessments::{Past, parsed};
use enough_kernel::words::count;

use crate::problem::Problem;

/// Children year by year.
pub struct Trend {
    /// The change in a sentence.
    pub sentence: String,
    /// Year and children, oldest first.
    pub years: Vec<(String, String)>,
}

/// The trend that the history of an area tells; none where only one year is known.
pub fn trend(history: &str, ages: &str) -> Result<Option<Trend>, Problem> {
    let list: Vec<Past> = parsed(history)?;
    let (Some(first), Some(last)) = (list.first(), list.last()) else { return Ok(None) };
    if list.len() < 2 {
        return Ok(None);
    }
    let span = format!("Children aged {ages} from {} to {}", first.when, last.when);
    let change = (last.children - first.children) / first.children.max(1.0) * 100.0;
    let sentence = match change.abs().round() {
        _ if first.children < 1.0 => format!("{span}: from none to about {}.", count(last.children)),
        0.0 => format!("{span}: about as many, {}.", count(last.children)),
        percent => {
            let more = if change > 0.0 { "more" } else { "fewer" };
            format!(
                "{span}: about {} to {}, {percent} % {more}.",
                count(first.children),
                count(last.children)
            )
        }
    };
    let years = list.into_iter().map(|past| (past.when, count(past.children))).collect();
    Ok(Some(Trend { sentence, years }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_needs_two_years() {
        assert!(trend("[]", "0-4").unwrap().is_none());
        assert!(trend(r#"[{"when":"mid-2020","children":5}]"#, "0-4").unwrap().is_none());
        for (from, to, says) in [
            (100.0, 95.0, "about 100 to 95, 5 % fewer."),
            (100.0, 120.0, "about 100 to 120, 20 % more."),
            (1000.0, 1001.0, "about as many, 1,001."),
            (0.0, 12.0, "from none to about 12."),
        ] {
            let history = serde_json::json!([{"when": "mid-2017", "children": from}, {"when": "mid-2020", "children": to}]);
            let trend = trend(&history.to_string(), "0-4").unwrap().unwrap();
            assert!(trend.sentence.ends_with(says), "{}", trend.sentence);
            assert_eq!(trend.years.len(), 2);
        }
    }
}
