//! Answers other questions than the one that was kept, from the published files that the service was given. One at a time, each
//! kept for those who ask the same.

use std::sync::{Arc, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use enough_assessments::imports::{DataFile, Places, content, used};
use enough_assessments::study::{Inputs, Question, assess, found};
use enough_assessments::{AssessError, Data, Progress, Snapshot, Unwatched};
use enough_store::Authority;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use tokio::sync::{Mutex, Semaphore, watch};
use tokio::time::timeout;

use crate::app::App;
use crate::choices::Choices;
use crate::problem::Problem;
use crate::shown::{Shown, cache};

/// Areas and settings of all views that are kept: some dozens of a city, or one or two of England.
const KEPT: u64 = 200_000;
/// When files that could not be read are tried again.
const AGAIN: Duration = Duration::from_mins(1);
/// Those who may wait for a view that is not there yet; whoever comes then is asked to come again.
const WAITING: usize = 8;

/// The id of the answer that was shown, those of the files that people brought, and what was chosen.
type Key = (String, Vec<String>, Choices);

#[derive(Debug, Clone)]
struct Size;

impl Weighter<Key, Arc<Shown>> for Size {
    fn weight(&self, _: &Key, shown: &Arc<Shown>) -> u64 {
        shown.snapshot.size() as u64
    }
}

/// A view that is being worked out.
#[derive(Debug)]
struct Work {
    /// What goes on.
    phase: std::sync::Mutex<&'static str>,
    /// What came of it, and when.
    end: OnceLock<(Instant, Result<Arc<Shown>, Problem>)>,
    /// Whether it is over.
    over: watch::Sender<bool>,
}

/// How long what came of a work is known to whoever comes again.
const KNOWN: Duration = Duration::from_mins(1);

impl Work {
    fn is_known(&self) -> bool {
        self.end.get().is_none_or(|(at, _)| at.elapsed() < KNOWN)
    }
}

/// The same problem once more, for another who waits.
fn again(problem: &Problem) -> Problem {
    match problem {
        Problem::NotHere(what) => Problem::NotHere(what.clone()),
        Problem::Wrong(what) => Problem::Wrong(what.clone()),
        Problem::Busy => Problem::Busy,
        other => Problem::Broken(other.to_string()),
    }
}

/// Tells a work what goes on in it.
struct Told(Arc<Work>);

impl Progress for Told {
    fn begin(&mut self, phase: &'static str) -> Result<(), AssessError> {
        *self.0.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
        Ok(())
    }

    fn parts(&mut self, _: usize) -> Box<dyn Fn() + Sync> {
        Box::new(|| {})
    }
}

/// A view, or what is being done for it.
pub(crate) enum Soon {
    /// It is there.
    Ready(Arc<Shown>),
    /// It is worked out: what goes on.
    Working(&'static str),
}

/// What was read, and from which files: those of the folder, and those that people brought.
#[derive(Debug)]
pub(crate) struct Read {
    /// They lie here as long as they may be read again.
    pub places: Places,
    /// All files.
    pub data: Data,
    /// What was in them.
    pub inputs: Arc<Inputs>,
}

/// What was read last, or tried.
#[derive(Debug)]
struct Last {
    /// The ids of the files that people brought.
    files: Vec<String>,
    /// When.
    at: Instant,
    /// What was read, or why it could not be.
    read: Result<Arc<Read>, String>,
}

/// The published files, and the question about them whose choices can be changed.
#[derive(Debug)]
pub struct Desk {
    data: Data,
    question: Question,
    /// What was read last.
    read: Mutex<Option<Last>>,
    turn: Arc<Semaphore>,
    waiting: Semaphore,
    views: Cache<Key, Arc<Shown>, Size>,
    /// Views that are being worked out for whoever comes again.
    under_way: std::sync::Mutex<Vec<(Key, Arc<Work>)>>,
}

impl Desk {
    /// A desk with these files; they are read when they are first needed.
    pub fn new(data: Data, question: Question) -> Self {
        Self {
            data,
            question,
            read: Mutex::default(),
            turn: Arc::new(Semaphore::new(1)),
            waiting: Semaphore::new(WAITING),
            views: cache(100, KEPT, 1, Size),
            under_way: std::sync::Mutex::default(),
        }
    }

    /// The question whose choices can be changed.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// What was read from the folder and the files that are used; reads again when others are used than before. What cannot be read is
    /// not tried again for a minute, or until others are used.
    pub(crate) async fn read(self: &Arc<Self>, authority: &Authority) -> Result<Arc<Read>, Problem> {
        let (desk, authority) = (Arc::clone(self), authority.clone());
        // On its own: whoever asked may go, and the next one waits for the same.
        let reading = tokio::spawn(async move {
            let mut last = desk.read.lock().await;
            let files = used(&authority, None).await?;
            let ids: Vec<String> = files.iter().map(|file| file.id.clone()).collect();
            let same = last.as_ref().filter(|last| last.files == ids);
            if let Some(last) = same.filter(|last| last.read.is_ok() || last.at.elapsed() < AGAIN) {
                return Ok(last.read.clone());
            }
            let read = match desk.read_with(&authority, files, Unwatched).await {
                Ok(read) => Ok(Arc::new(read)),
                Err(Problem::Store(error)) => return Err(Problem::Store(error)),
                Err(problem) => {
                    tracing::error!(error = %problem, "the published files cannot be read");
                    Err(problem.to_string())
                }
            };
            *last = Some(Last { files: ids, at: Instant::now(), read: read.clone() });
            Ok(read)
        });
        reading.await.map_err(broken)??.map_err(Problem::Broken)
    }

    /// What is in the folder and in these files, which stand before others of their kinds.
    pub(crate) async fn read_with(
        self: &Arc<Self>,
        authority: &Authority,
        files: Vec<DataFile>,
        mut progress: impl Progress + Send + 'static,
    ) -> Result<Read, Problem> {
        let mut list = Vec::new();
        for file in files {
            let content = content(authority, &file.id).await?;
            list.push((file, content));
        }
        let desk = Arc::clone(self);
        let read = move || {
            let places = Places::new(&list)?;
            places.check()?;
            let data = places.over(&desk.data);
            let assumed = desk.question.model.assumptions()?;
            let inputs = Inputs::read(&data, assumed, &mut progress).map(Arc::new)?;
            Ok::<_, AssessError>(Read { places, data, inputs })
        };
        Ok(tokio::task::spawn_blocking(read).await.map_err(broken)??)
    }

    async fn key(&self, authority: &Authority, base: &Shown, choices: &Choices) -> Result<Key, Problem> {
        let files = used(authority, None).await?.into_iter().map(|file| file.id);
        Ok((base.snapshot.answer.id.clone(), files.collect(), choices.clone()))
    }

    /// A view, if it is there within some time; else it is worked out until it is, and whoever comes again finds it.
    async fn view_within(
        self: &Arc<Self>,
        (authority, patience): (&Authority, Duration),
        base: Arc<Shown>,
        choices: &Choices,
    ) -> Result<Soon, Problem> {
        let key = self.key(authority, &base, choices).await?;
        if let Some(view) = self.views.get(&key) {
            return Ok(Soon::Ready(view));
        }
        let work = self.work(&key, authority, base);
        let mut over = work.over.subscribe();
        // Nothing but time passes: what came of it is looked for below.
        let _ = timeout(patience, over.wait_for(|over| *over)).await;
        match work.end.get() {
            Some((_, Ok(view))) => Ok(Soon::Ready(Arc::clone(view))),
            Some((_, Err(problem))) => Err(again(problem)),
            None => Ok(Soon::Working(*work.phase.lock().unwrap_or_else(PoisonError::into_inner))),
        }
    }

    /// The work for a view: the one that is under way, or another that begins now.
    fn work(self: &Arc<Self>, key: &Key, authority: &Authority, base: Arc<Shown>) -> Arc<Work> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.retain(|(_, work)| work.is_known());
        if let Some((_, work)) = under_way.iter().find(|(known, _)| known == key) {
            return Arc::clone(work);
        }
        let phase = std::sync::Mutex::new("waiting for others");
        let work = Arc::new(Work { phase, end: OnceLock::new(), over: watch::Sender::new(false) });
        under_way.push((key.clone(), Arc::clone(&work)));
        let (desk, key, authority, done) =
            (Arc::clone(self), key.clone(), authority.clone(), Arc::clone(&work));
        tokio::spawn(async move {
            let told = Told(Arc::clone(&done));
            let found = desk.view(&authority, base, &key.2, told).await;
            // Nobody else ends it.
            let _ = done.end.set((Instant::now(), found));
            done.over.send_replace(true);
        });
        work
    }

    async fn view(
        self: &Arc<Self>,
        authority: &Authority,
        base: Arc<Shown>,
        choices: &Choices,
        mut progress: impl Progress + Send + 'static,
    ) -> Result<Arc<Shown>, Problem> {
        let key = self.key(authority, &base, choices).await?;
        if let Some(view) = self.views.get(&key) {
            return Ok(view);
        }
        let _place = self.waiting.try_acquire().map_err(|_| Problem::Busy)?;
        let inputs = Arc::clone(&self.read(authority).await?.inputs);
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| Problem::Busy)?;
        if let Some(view) = self.views.get(&key) {
            return Ok(view);
        }
        let (desk, question) = (Arc::clone(self), choices.question(&self.question));
        question.check().map_err(|_| not_here())?;
        // Goes on when whoever asked has gone: the next one finds it.
        let work = move || -> Result<Arc<Shown>, AssessError> {
            let _turn = turn;
            let answer = assess(&question, &inputs, &mut progress)?;
            let mut found = found(&question, &answer, None)?;
            found.assessment.made_at = base.snapshot.answer.made_at;
            let view = Arc::new(Shown::view(Snapshot::from(found), base));
            // Views of the answer before are asked for no more.
            desk.views.retain(|known, _| known.0 == key.0);
            desk.views.insert(key, Arc::clone(&view));
            Ok(view)
        };
        Ok(tokio::task::spawn_blocking(work).await.map_err(broken)??)
    }
}

fn broken(error: tokio::task::JoinError) -> Problem {
    Problem::Broken(error.to_string())
}

/// Why a way of travelling may not be known: the checks of a question are about nothing else.
fn not_here() -> Problem {
    Problem::NotHere("This service has no streets or timetables for this way of travelling.".to_owned())
}

/// What was chosen, if it is not what is shown anyway.
fn other_than<'a>(shown: &Shown, choices: Option<&'a Choices>) -> Option<&'a Choices> {
    choices.filter(|choices| Choices::of(&shown.snapshot.answer).as_ref() != Some(choices))
}

impl App {
    /// The answer to what was chosen: the one that is shown, or another.
    pub(crate) async fn view(&self, choices: Option<&Choices>) -> Result<Arc<Shown>, Problem> {
        let shown = self.shown().await?.ok_or(Problem::NoAnswer)?;
        match other_than(&shown, choices) {
            None => Ok(shown),
            Some(choices) => self.answering()?.view(self.authority(), shown, choices, Unwatched).await,
        }
    }

    /// The same, if it is there within some time.
    pub(crate) async fn view_within(
        &self,
        choices: Option<&Choices>,
        patience: Duration,
    ) -> Result<Soon, Problem> {
        let shown = self.shown().await?.ok_or(Problem::NoAnswer)?;
        match other_than(&shown, choices) {
            None => Ok(Soon::Ready(shown)),
            Some(choices) => {
                self.answering()?.view_within((self.authority(), patience), shown, choices).await
            }
        }
    }

    fn answering(&self) -> Result<&Arc<Desk>, Problem> {
        self.desk().ok_or_else(|| {
            Problem::NotHere(
                "This service was started without published files, and shows only what was kept.".to_owned(),
            )
        })
    }
}
