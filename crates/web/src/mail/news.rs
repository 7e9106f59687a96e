//! News of what is planned, for those who asked for them by e-mail: at most one letter a day, and none without news.

use chrono::{DateTime, Duration, Utc};
use enough_commissioning::intentions::{Change, Intention, State, intention, intentions};
use enough_store::StoreError;
use enough_store::audit::Actor;
use enough_store::mail::{Letter, Reader, Topic};

use crate::app::App;
use crate::intentions::{day, money};
use crate::view::moment;

/// Nobody gets more than one letter in so long.
const SELDOM: Duration = Duration::hours(24);

/// What happened less than so long ago waits for the next round: a change under way may be older than what is seen of it.
const SETTLED: Duration = Duration::minutes(1);

/// What happened to a plan, oldest first.
struct News {
    plan: Intention,
    what: Vec<(DateTime<Utc>, String)>,
}

impl News {
    /// As much of it as happened after a moment.
    fn after(&self, since: DateTime<Utc>) -> Option<Self> {
        let what: Vec<_> = self.what.iter().filter(|(at, _)| *at > since).cloned().collect();
        (!what.is_empty()).then(|| Self { plan: self.plan.clone(), what })
    }
}

/// What happened to public plans since a moment, until another.
async fn news(app: &App, (since, until): (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<News>, StoreError> {
    let mut list = Vec::new();
    for one in intentions(app.authority()).await?.into_iter().filter(Intention::is_public) {
        if one.changed_at <= since {
            continue;
        }
        let (plan, changes) = intention(app.authority(), &one.id).await?;
        let told = |change: &Change| change.at > since && change.at <= until;
        let what: Vec<_> = changes.into_iter().filter(told).map(|change| (change.at, change.what)).collect();
        if !what.is_empty() {
            list.push(News { plan, what });
        }
    }
    Ok(list)
}

/// The letter to somebody. Pages are named by the address under which the service is known.
fn letter(name: &str, here: &str, reader: &Reader, news: &[News]) -> Letter {
    let mut parts =
        vec![format!("What is new of what {name} plans to buy or fund, since {}:", moment(&reader.told_at))];
    for one in news {
        let text = &one.plan.text;
        let mut lines = vec![text.title.clone(), money(&one.plan)];
        if let Some(opens) = text.opens_on.filter(|_| one.plan.state != State::Procuring) {
            lines.push(format!("Bids or applications from {}", day(&opens)));
        }
        lines.extend(one.what.iter().map(|(at, what)| format!("- {}: {what}", moment(at))));
        lines.push(format!("{here}/intentions/{}", one.plan.id));
        parts.push(lines.join("\n"));
    }
    let end = format!("{here}/news/{}/end", reader.token);
    parts.push(format!("You asked for these letters. To get no more: {end}"));
    let subject = match news {
        [one] => format!("{name}: {}", one.plan.text.title),
        _ => format!("{name}: news of {} plans", news.len()),
    };
    // A title is one line; what comes after would be a header of its own.
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    Letter { to: reader.email.clone(), subject, text: parts.join("\n\n"), end: Some(end), until: None }
}

/// Posts a letter to everybody who wants news, has had none for a day, and for whom there is some. Gives how many were posted.
///
/// # Errors
/// When the database fails.
pub async fn post_news(app: &App) -> Result<usize, StoreError> {
    let settings = app.settings();
    let (Some(_), Some(site)) = (&settings.mail, &settings.site) else { return Ok(0) };
    let (authority, now) = (app.authority(), app.authority().environment().now());
    let here = site.origin.trim_end_matches('/');
    let actor = Actor::service("enough serve");
    let readers = authority.readers_of(Topic::Plans, now - SELDOM).await?;
    let Some(oldest) = readers.iter().map(|reader| reader.told_at).min() else { return Ok(0) };
    let until = now - SETTLED;
    let all = news(app, (oldest, until)).await?;
    let mut count = 0;
    for reader in &readers {
        let news: Vec<News> = all.iter().filter_map(|one| one.after(reader.told_at)).collect();
        if !news.is_empty() {
            let letter = letter(&settings.name, here, reader, &news);
            count += usize::from(authority.tell_news(&actor, (reader, until), &letter).await?);
        }
    }
    Ok(count)
}
