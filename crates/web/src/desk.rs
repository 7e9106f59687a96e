//! Answers other questions than the one that was kept, from the published files that the service was given. One at a time, each
//! kept for those who ask the same.

use std::sync::Arc;
use std::time::{Duration, Instant};

use enough_assessments::imports::{DataFile, Places, content, used};
use enough_assessments::study::{Inputs, Question, assess, found};
use enough_assessments::{AssessError, Data, Progress, Snapshot, Unwatched};
use enough_store::Authority;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use tokio::sync::{Mutex, Semaphore};

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

    async fn view(
        self: &Arc<Self>,
        authority: &Authority,
        base: Arc<Shown>,
        choices: &Choices,
    ) -> Result<Arc<Shown>, Problem> {
        let files = used(authority, None).await?.into_iter().map(|file| file.id);
        let key = (base.snapshot.answer.id.clone(), files.collect(), choices.clone());
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
            let answer = assess(&question, &inputs, &mut Unwatched)?;
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

impl App {
    /// The answer to what was chosen: the one that is shown, or another.
    pub(crate) async fn view(&self, choices: Option<&Choices>) -> Result<Arc<Shown>, Problem> {
        let shown = self.shown().await?.ok_or(Problem::NoAnswer)?;
        let Some(choices) =
            choices.filter(|choices| Choices::of(&shown.snapshot.answer).as_ref() != Some(choices))
        else {
            return Ok(shown);
        };
        match self.desk() {
            Some(desk) => desk.view(self.authority(), shown, choices).await,
            None => Err(Problem::NotHere(
                "This service was started without published files, and shows only what was kept.".to_owned(),
            )),
        }
    }
}
