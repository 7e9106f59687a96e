//! What the API answers when something is wrong, described once.

// They are there to be described.
#![allow(dead_code)]

use utoipa::IntoResponses;

use super::Wrong;

macro_rules! failures {
    ($($name:ident $status:literal $description:literal;)*) => {
        $(
            #[doc = $description]
            #[derive(IntoResponses)]
            #[response(status = $status, description = $description, content_type = "application/problem+json")]
            pub struct $name(#[to_schema] Wrong);
        )*
    };
}

failures! {
    NotUnderstood 400 "The request says something that is not known, or is not complete";
    NotSignedIn 401 "No access key was sent, or one that opens nothing";
    NotAllowed 403 "Whoever asks may not, or the access key is for reading only";
    NotFound 404 "There is no such record, or nothing has been assessed";
    NotNow 409 "This was not done: it is not possible here, or the record has changed";
    TooLarge 413 "What was sent is larger than is taken, or was cut off";
    TooMany 429 "This address asks more often than is answered; Retry-After says when to come again";
    Busy 503 "Too many ask for what must be worked out first";
}
