//! What requests to the API may say, strictly: what is not known is refused, not passed over.

use axum::extract::FromRequestParts;
use axum::extract::rejection::QueryRejection;
use axum::http::request::Parts;
use enough_assessments::Assessment;
use enough_assessments::study::Measure;
use enough_assessments::travel::Mode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::choices::{Choices, OLDEST_BEGINNING};
use crate::problem::Problem;

/// The most rows of one page.
const MOST_ROWS: u32 = 1000;

/// A query, or a problem that says what is wrong with it.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(query)| Self(query))
            .map_err(|error: QueryRejection| Problem::Wrong(error.body_text()))
    }
}

macro_rules! keys {
    ($(#[$doc:meta])* $name:ident { $($variant:ident),* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        #[allow(missing_docs)]
        pub enum $name { $($variant),* }
    };
}

keys! {
    /// How families travel.
    ModeKey { Walk, Wheel, Cycle, Car, Transit }
}

keys! {
    /// How places within reach are measured.
    MeasureKey { FairShare, Catchments }
}

keys! {
    /// Kinds of areas.
    Kind { Ward, Lsoa, Msoa, Authority, Patch }
}

impl Kind {
    /// Its name in records.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ward => "ward",
            Self::Lsoa => "lsoa",
            Self::Msoa => "msoa",
            Self::Authority => "authority",
            Self::Patch => "patch",
        }
    }
}

/// A query that may choose a view, and say more.
macro_rules! with_view {
    ($(#[$doc:meta])* $name:ident { $($(#[$more:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            $($(#[$more])* pub $field: $kind,)*
            /// Ages of the children in whole years, from and to: `0-4`.
            #[param(pattern = r"^(0-(1[0-8]|[0-9])|1-(1[0-8]|[1-9])|2-(1[0-8]|[2-9])|3-(1[0-8]|[3-9])|4-(1[0-8]|[4-9])|5-(1[0-8]|[5-9]))$")]
            pub ages: Option<String>,
            /// How families travel.
            #[param(inline)]
            pub mode: Option<ModeKey>,
            /// Within how many minutes.
            #[param(minimum = 1, maximum = 60)]
            pub minutes: Option<u32>,
            /// Places for every 100 children that count as enough.
            #[param(minimum = 1, maximum = 200)]
            pub per_hundred: Option<u32>,
            /// How places within reach are measured.
            #[param(inline)]
            pub measure: Option<MeasureKey>,
        }
    };
}

with_view! {
    /// Which answer: the one that was kept where nothing is chosen.
    View {}
}

with_view! {
    /// Which areas of which answer.
    Areas {
        /// Kind of the areas.
        #[param(inline)]
        kind: Option<Kind>,
        /// How many to pass over.
        #[param(minimum = 0, maximum = 2_147_483_647)]
        from: Option<u32>,
        /// How many at most, 100 unless told.
        #[param(minimum = 1, maximum = 1000)]
        limit: Option<u32>,
    }
}

impl Areas {
    /// Which answer.
    pub fn view(&self) -> View {
        View {
            ages: self.ages.clone(),
            mode: self.mode,
            minutes: self.minutes,
            per_hundred: self.per_hundred,
            measure: self.measure,
        }
    }
}

/// Which rows of a list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// How many to pass over.
    #[param(minimum = 0, maximum = 2_147_483_647)]
    pub from: Option<u32>,
    /// How many at most, 100 unless told.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
}

/// Which settings.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Settings {
    /// A part of the name, or the beginning of the postcode.
    #[param(max_length = 100)]
    pub q: Option<String>,
    /// What it is, as the list of settings names it.
    pub kind: Option<String>,
    /// What Ofsted published, in the words of the list of settings: a single grade such as `good`, `report card`, `requirements met`.
    pub quality: Option<String>,
    /// The name of its authority.
    pub authority: Option<String>,
    /// How many to pass over.
    #[param(minimum = 0, maximum = 2_147_483_647)]
    pub from: Option<u32>,
    /// How many at most, 100 unless told.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
}

/// Which contracts.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Contracts {
    /// A part of the title, the description, the name of buyer or supplier, or the ocid.
    #[param(max_length = 100)]
    pub q: Option<String>,
    /// How many to pass over.
    #[param(minimum = 0, maximum = 2_147_483_647)]
    pub from: Option<u32>,
    /// How many at most, 100 unless told.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
}

/// Which releases.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Releases {
    /// The ocid and the id of the last release of the page before, with a space between; the header `link` has it.
    #[param(max_length = 500)]
    pub after: Option<String>,
    /// How many at most, 100 unless told.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
}

/// What is looked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// A part of the name of an area or a setting, the code of an area, or the beginning of a setting's postcode.
    #[param(min_length = 1, max_length = 100)]
    pub q: String,
}

/// A number that fits where the document says int32.
pub fn passed_over(name: &str, number: Option<u32>) -> Result<Option<u32>, Problem> {
    match number {
        Some(number) if number > i32::MAX as u32 => {
            Err(Problem::Wrong(format!("{name}: a whole number from 0 to {}", i32::MAX)))
        }
        number => Ok(number),
    }
}

/// Rows to pass over and rows to give.
pub fn rows(from: Option<u32>, limit: Option<u32>) -> Result<(usize, usize), Problem> {
    let limit = limit.unwrap_or(100);
    if !(1..=MOST_ROWS).contains(&limit) {
        return Err(Problem::Wrong(format!("limit: a whole number from 1 to {MOST_ROWS}")));
    }
    Ok((passed_over("from", from)?.unwrap_or(0) as usize, limit as usize))
}

/// A text of at most 100 characters.
pub fn text(name: &str, text: &str) -> Result<String, Problem> {
    if text.chars().count() > 100 {
        return Err(Problem::Wrong(format!("{name}: at most 100 characters")));
    }
    // PostgreSQL keeps no NUL in text, and nobody types one.
    Ok(text.replace('\0', ""))
}

impl View {
    /// What is chosen; none where the kept answer is wanted.
    pub fn choices(&self, answer: &Assessment) -> Result<Option<Choices>, Problem> {
        let Self { ages, mode, minutes, per_hundred, measure } = self;
        if ages.is_none() && mode.is_none() && minutes.is_none() && per_hundred.is_none() && measure.is_none()
        {
            return Ok(None);
        }
        let mut choices = Choices::of(answer).unwrap_or_default();
        let wrong = |what: &str| Problem::Wrong(what.to_owned());
        if let Some(ages) = ages {
            choices.ages = ages.parse().map_err(|error| Problem::Wrong(format!("ages: {error}")))?;
            // As in the pattern: more would be too many different views.
            if choices.ages.from() > OLDEST_BEGINNING || choices.ages.to_string() != *ages {
                return Err(wrong("ages: the youngest at most 5, written as in 0-4"));
            }
        }
        if let Some(mode) = mode {
            choices.mode = match mode {
                ModeKey::Walk => Mode::Walk,
                ModeKey::Wheel => Mode::Wheel,
                ModeKey::Cycle => Mode::Cycle,
                ModeKey::Car => Mode::Car,
                ModeKey::Transit => Mode::Transit,
            };
        }
        if let Some(measure) = measure {
            choices.measure = match measure {
                MeasureKey::FairShare => Measure::FairShare,
                MeasureKey::Catchments => Measure::Catchments,
            };
        }
        choices.minutes = minutes.unwrap_or(choices.minutes);
        choices.per_hundred = per_hundred.unwrap_or(choices.per_hundred);
        if !choices.is_within_bounds() {
            return Err(wrong("minutes: from 1 to 60; per_hundred: from 1 to 200"));
        }
        Ok(Some(choices))
    }
}
