//! The one table of routes: method, path, the action it declares, and whether it needs a fresh proof of who asks.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use enough_store::accounts::{Action, Who};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::gate::{Needs, gate, protect};
use crate::presence::answer_soon;
use crate::problem::Problem;
use crate::shown::keep_pages;
use crate::typed::{Reads, give_back};
use crate::watch::watch;
use crate::{
    account, administration, agreements, answer, api, assets, calls, codesign, commissioning, commitments,
    contracts, direct_payments, files, flags, frameworks, funds, health, intentions, news, notes, notices,
    objectives, patches, providers, sign_in, statements, tenders,
};

/// The largest body of a request, in bytes.
const LARGEST: usize = 1 << 20;
/// The longest that a request may take.
const LONGEST: Duration = Duration::from_secs(30);

/// Where whole files are sent to.
const FILES: [&str; 2] = [files::BRING, "/api/v1/data-files"];

/// A route.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, with names of its parts in braces.
    pub path: &'static str,
    /// What it does, as the table of roles knows it.
    pub action: Action,
    /// Whether who asks must have been proven a short time ago.
    pub fresh: bool,
    handler: MethodRouter,
}

macro_rules! routes {
    ($($method:ident $path:literal $action:ident $($fresh:ident)? => $handler:expr;)*) => {
        vec![$(Route {
            method: routes!(@method $method),
            path: $path,
            action: Action::$action,
            fresh: routes!(@fresh $($fresh)?),
            handler: $method($handler),
        },)*]
    };
    (@method get) => { Method::GET };
    (@method post) => { Method::POST };
    (@method put) => { Method::PUT };
    (@method delete) => { Method::DELETE };
    (@fresh fresh) => { true };
    (@fresh) => { false };
}

/// All routes of the service.
pub fn all() -> Vec<Route> {
    routes! {
        get "/" ReadPublished => answer::home::show;
        get "/search" ReadPublished => answer::home::search;
        get "/areas" ReadPublished => answer::areas::list;
        get "/areas/{code}" ReadPublished => answer::areas::show;
        get "/settings" ReadPublished => answer::settings::list;
        get "/settings/{id}" ReadPublished => answer::settings::show;
        get "/markets" ReadPublished => answer::markets::list;
        get "/markets/{number}" ReadPublished => answer::markets::show;
        get "/sufficiency" ReadPublished => answer::sufficiency::show;
        get "/sufficiency/map.svg" ReadPublished => answer::map::show;
        get "/sufficiency/tiles/{kind}/{z}/{x}/{y}" ReadPublished => answer::tiles::show;
        get "/sufficiency/areas.csv" ReadPublished => answer::downloads::csv;
        get "/sufficiency/areas.geojson" ReadPublished => answer::downloads::geojson;
        get "/sufficiency/areas.parquet" ReadPublished => answer::downloads::parquet;
        get "/api/openapi.json" ReadPublished => api::document;
        get "/api/v1/answer" ReadPublished => api::answer;
        get "/api/v1/areas" ReadPublished => api::areas;
        get "/api/v1/areas/{code}" ReadPublished => api::area;
        get "/api/v1/markets" ReadPublished => api::markets;
        get "/api/v1/markets/{number}" ReadPublished => api::market;
        get "/api/v1/settings" ReadPublished => api::settings;
        get "/api/v1/settings/{id}" ReadPublished => api::setting;
        get "/api/v1/search" ReadPublished => api::search;
        get "/api/v1/patches" SeePatches => api::patches::patches;
        post "/api/v1/patches" ManagePatches => api::patches::add_patch;
        get "/api/v1/patches/{id}" SeePatches => api::patches::patch;
        put "/api/v1/patches/{id}" ManagePatches => api::patches::change_patch;
        delete "/api/v1/patches/{id}" ManagePatches => api::patches::remove_patch;
        get "/api/v1/jobs" SeeJobs => api::jobs::jobs;
        post "/api/v1/jobs/assess" Assess => api::jobs::assess;
        post "/api/v1/jobs/backup" TakeBackup => api::jobs::back_up;
        get "/api/v1/jobs/{id}" SeeJobs => api::jobs::job;
        post "/api/v1/jobs/{id}/stop" SeeJobs => api::jobs::stop_job;
        get "/api/v1/people" ManagePeople => api::people::people;
        get "/api/v1/organisations" ManagePeople => api::people::organisations;
        get "/api/v1/log" ReadAuditLog => api::people::log;
        get "/api/v1/log/proof" VerifyAuditLog => api::people::proof;
        get "/api/v1/data-files" ManageData => api::files::data_files;
        post "/api/v1/data-files" ManageData => api::files::add_data_file;
        get "/api/v1/data-files/{id}" ManageData => api::files::data_file;
        delete "/api/v1/data-files/{id}" ManageData => api::files::remove_data_file;
        post "/api/v1/data-files/{id}/look" ManageData => api::files::look_at_data_file;
        post "/api/v1/data-files/{id}/use" ManageData => api::files::use_data_file;
        post "/api/v1/data-files/{id}/put-back" ManageData => api::files::put_back_data_file;
        get "/commissioning" ReadPublished => commissioning::show;
        get "/intentions" ReadPublished => intentions::list;
        get "/intentions/feed.atom" ReadPublished => intentions::atom;
        get "/intentions/feed.json" ReadPublished => intentions::json_feed;
        get "/intentions/calendar.ics" ReadPublished => intentions::calendar;
        get "/intentions/new" ManageIntentions => intentions::new;
        post "/intentions/new" ManageIntentions => intentions::add;
        get "/intentions/{id}" ReadPublished => intentions::show;
        get "/intentions/{id}/change" ManageIntentions => intentions::edit;
        post "/intentions/{id}/change" ManageIntentions => intentions::change;
        get "/intentions/{id}/publish" ManageIntentions => intentions::check;
        post "/intentions/{id}/step" ManageIntentions => intentions::step;
        post "/intentions/{id}/remove" ManageIntentions => intentions::remove;
        get "/intentions/{id}/specification" ReadPublished => codesign::specification;
        get "/intentions/{id}/specification/change" ManageIntentions => codesign::edit;
        post "/intentions/{id}/specification/change" ManageIntentions => codesign::change;
        post "/intentions/{id}/specification/final" ManageIntentions => codesign::freeze;
        get "/intentions/{id}/rounds/new" ManageIntentions => codesign::new;
        post "/intentions/{id}/rounds/new" ManageIntentions => codesign::add;
        get "/intentions/{id}/rounds/{round}" ReadPublished => codesign::show;
        get "/intentions/{id}/rounds/{round}/comment" Comment => codesign::ask;
        post "/intentions/{id}/rounds/{round}/comment" Comment => codesign::comment;
        get "/intentions/{id}/rounds/{round}/comments/{number}" ManageIntentions => codesign::reply;
        post "/intentions/{id}/rounds/{round}/comments/{number}" ManageIntentions => codesign::answer;
        post "/intentions/{id}/rounds/{round}/extend" ManageIntentions => codesign::extend;
        post "/intentions/{id}/rounds/{round}/respond" ManageIntentions => codesign::respond;
        get "/objectives" ReadPublished => objectives::list;
        get "/objectives/new" ManagePlans => objectives::new;
        post "/objectives/new" ManagePlans => objectives::add;
        get "/objectives/{plan}" ReadPublished => objectives::show;
        get "/objectives/{plan}/change" ManagePlans => objectives::edit;
        post "/objectives/{plan}/change" ManagePlans => objectives::change;
        get "/objectives/{plan}/publish" ManagePlans => objectives::check;
        post "/objectives/{plan}/step" ManagePlans => objectives::step;
        get "/objectives/{plan}/{number}" ReadPublished => objectives::objective;
        get "/objectives/{plan}/{number}/change" ManagePlans => objectives::edit_objective;
        post "/objectives/{plan}/{number}/change" ManagePlans => objectives::change_objective;
        post "/objectives/{plan}/{number}/figures" ManagePlans => objectives::tell;
        post "/intentions/{id}/interest" KeepProfile => providers::say;
        post "/intentions/{id}/interest/take-back" KeepProfile => providers::take_back;
        get "/providers" ReadPublished => providers::list;
        get "/providers/{id}" ReadPublished => providers::show;
        get "/workforce" ReadPublished => providers::workforce;
        get "/profile/workforce" KeepProfile => providers::edit_workforce;
        post "/profile/workforce" KeepProfile => providers::save_workforce;
        get "/profile" KeepProfile => providers::profile;
        post "/profile" KeepProfile => providers::save;
        get "/readiness/{side}" SeeRoles => providers::ask;
        post "/readiness/{side}" SeeRoles => providers::answered;
        get "/events" ReadPublished => providers::events;
        get "/events/new" ManageIntentions => providers::new;
        post "/events/new" ManageIntentions => providers::add;
        get "/events/{id}" ReadPublished => providers::event;
        get "/events/{id}/change" ManageIntentions => providers::edit;
        post "/events/{id}/change" ManageIntentions => providers::change;
        post "/events/{id}/book" KeepProfile => providers::book;
        post "/events/{id}/give-back" KeepProfile => providers::give_back;
        post "/events/{id}/follow-up" ManageIntentions => providers::follow_up;
        get "/news" ReadPublished => news::ask;
        post "/news" ReadPublished => news::asked;
        get "/news/{token}" ReadPublished => news::look;
        post "/news/{token}" ReadPublished => news::confirm;
        get "/news/{token}/end" ReadPublished => news::leave;
        post "/news/{token}/end" ReadPublished => news::end;
        get "/tenders" ReadPublished => tenders::list;
        post "/intentions/{id}/tender" PrepareTenders => tenders::add;
        get "/tenders/{id}" ReadPublished => tenders::show;
        post "/tenders/{id}/step" PrepareTenders => tenders::step;
        post "/tenders/{id}/remove" PrepareTenders => tenders::remove;
        get "/tenders/{id}/change" PrepareTenders => tenders::edit;
        post "/tenders/{id}/change" PrepareTenders => tenders::change;
        get "/tenders/{id}/lots/{number}" PrepareTenders => tenders::edit_lot;
        post "/tenders/{id}/lots/{number}" PrepareTenders => tenders::save_lot;
        post "/tenders/{id}/lots/{number}/remove" PrepareTenders => tenders::remove_lot;
        get "/tenders/{id}/publish" PrepareTenders => tenders::name;
        post "/tenders/{id}/publish" PrepareTenders => tenders::named;
        get "/tenders/{id}/judges" PrepareTenders => tenders::name_again;
        post "/tenders/{id}/judges" PrepareTenders => tenders::named_again;
        post "/tenders/{id}/questions" Bid => tenders::ask;
        get "/tenders/{id}/questions/{number}" PrepareTenders => tenders::answer;
        post "/tenders/{id}/questions/{number}" PrepareTenders => tenders::answered;
        get "/tenders/{id}/together" Bid => tenders::together_with;
        post "/tenders/{id}/together" Bid => tenders::give_code;
        get "/tenders/{id}/bid" Bid => tenders::bid;
        post "/tenders/{id}/bid" Bid => tenders::submitted;
        post "/tenders/{id}/bid/copy" ReadPublished => tenders::copy;
        post "/tenders/{id}/bid/from-copy" Bid => tenders::from_copy;
        post "/tenders/{id}/bid/withdraw" Bid => tenders::withdraw;
        post "/tenders/{id}/bid/reconfirm" Bid => tenders::reconfirm;
        get "/opening-key" OpenBids fresh => tenders::key;
        post "/opening-key" OpenBids fresh => tenders::keep_key;
        get "/tenders/{id}/open" OpenBids fresh => tenders::open;
        post "/tenders/{id}/open" OpenBids fresh => tenders::opened;
        get "/tenders/{id}/scores" ScoreBids => tenders::own;
        post "/tenders/{id}/scores" ScoreBids => tenders::declared;
        post "/tenders/{id}/scores/lock" ScoreBids => tenders::lock;
        get "/tenders/{id}/scores/{submission}" ScoreBids => tenders::score;
        post "/tenders/{id}/scores/{submission}" ScoreBids => tenders::save;
        get "/tenders/{id}/moderation" PrepareTenders => tenders::moderation;
        get "/tenders/{id}/moderation/{submission}" PrepareTenders => tenders::moderate;
        post "/tenders/{id}/moderation/{submission}" PrepareTenders => tenders::scores_of;
        post "/tenders/{id}/moderation/{submission}/exclude" PrepareTenders => tenders::leave_out;
        get "/tenders/{id}/award" PrepareTenders => tenders::award;
        post "/tenders/{id}/award" PrepareTenders => tenders::recommended;
        get "/tenders/{id}/evidence" ReadEvidence => tenders::evidence;
        get "/tenders/{id}/evidence.json" ReadEvidence => tenders::evidence_file;
        get "/tenders/{id}/decide" DecideAwards => tenders::decide;
        post "/tenders/{id}/decide" DecideAwards => tenders::decided;
        get "/agreements" ReadPublished => agreements::list;
        get "/intentions/{id}/agreement" ManageAgreements => agreements::new;
        post "/intentions/{id}/agreement" ManageAgreements => agreements::add;
        get "/agreements/{id}" ReadPublished => agreements::show;
        post "/agreements/{id}/sign" DecideAwards => agreements::sign;
        post "/agreements/{id}/give-up" ManageAgreements => agreements::give_up;
        get "/agreements/{id}/measures" ManageAgreements => agreements::measures;
        post "/agreements/{id}/measures" ManageAgreements => agreements::agree;
        get "/agreements/{id}/reports/{measure}/{period}" ReportPerformance => agreements::report;
        post "/agreements/{id}/reports/{measure}/{period}" ReportPerformance => agreements::reported;
        get "/agreements/{id}/ratings/{measure}/{period}" ManageAgreements => agreements::rating;
        post "/agreements/{id}/ratings/{measure}/{period}" ManageAgreements => agreements::rate;
        get "/agreements/{id}/visit" ManageAgreements => agreements::visit;
        post "/agreements/{id}/visit" ManageAgreements => agreements::visited;
        get "/agreements/{id}/payment" RecordPayments => agreements::paying;
        post "/agreements/{id}/payment" RecordPayments => agreements::pay;
        get "/agreements/{id}/proposal" ReportPerformance => agreements::propose;
        post "/agreements/{id}/proposal" ReportPerformance => agreements::proposed;
        post "/agreements/{id}/answer" ReportPerformance => agreements::answer;
        post "/agreements/{id}/withdraw" ReportPerformance => agreements::withdraw;
        post "/agreements/{id}/decision" DecideAwards => agreements::decide;
        get "/agreements/{id}/improve" ManageAgreements => agreements::asking;
        post "/agreements/{id}/improve" ManageAgreements => agreements::ask;
        get "/agreements/{id}/improvements/{number}" ReadPublished => agreements::improvement;
        post "/agreements/{id}/improvements/{number}/answer" ReportPerformance => agreements::answer_it;
        post "/agreements/{id}/improvements/{number}/decision" ManageAgreements => agreements::decide_it;
        get "/agreements/{id}/review" ManageAgreements => agreements::review;
        post "/agreements/{id}/review" ManageAgreements => agreements::reviewed;
        get "/calls" ReadPublished => calls::list;
        get "/intentions/{id}/call" PrepareTenders => calls::new;
        post "/intentions/{id}/call" PrepareTenders => calls::add;
        get "/calls/{id}" ReadPublished => calls::show;
        get "/calls/{id}/change" PrepareTenders => calls::edit;
        post "/calls/{id}/change" PrepareTenders => calls::change;
        post "/calls/{id}/step" PrepareTenders => calls::step;
        get "/calls/{id}/application" Bid => calls::application;
        post "/calls/{id}/application" Bid => calls::apply;
        post "/calls/{id}/application/withdraw" Bid => calls::withdraw;
        get "/calls/{id}/applications" ReadApplications => calls::read;
        post "/calls/{id}/views" ScoreBids => calls::view;
        post "/calls/{id}/decision" DecideAwards => calls::decide;
        get "/frameworks" ReadPublished => frameworks::list;
        get "/frameworks/new" PrepareTenders => frameworks::new;
        post "/frameworks/new" PrepareTenders => frameworks::add;
        get "/frameworks/{id}" ReadPublished => frameworks::show;
        get "/frameworks/{id}/change" PrepareTenders => frameworks::edit;
        post "/frameworks/{id}/change" PrepareTenders => frameworks::change;
        post "/frameworks/{id}/step" PrepareTenders => frameworks::step;
        post "/frameworks/{id}/join" KeepProfile => frameworks::join;
        post "/frameworks/{id}/members" PrepareTenders => frameworks::decide;
        get "/funds" ReadPublished => funds::list;
        get "/funds/new" ManageFunds => funds::new;
        post "/funds/new" ManageFunds => funds::add;
        get "/funds/{id}" ReadPublished => funds::show;
        get "/funds/{id}/ledger.csv" ReadPublished => funds::ledger;
        get "/funds/{id}/change" ManageFunds => funds::edit;
        post "/funds/{id}/change" ManageFunds => funds::change;
        post "/funds/{id}/step" ManageFunds => funds::step;
        post "/funds/{id}/contributions" ManageFunds => funds::contribute;
        post "/funds/{id}/contributions/{number}/agree" AgreeContributions => funds::agree;
        post "/funds/{id}/contributions/{number}/remove" ManageFunds => funds::remove;
        post "/funds/{id}/commit" ManageFunds => funds::commit;
        post "/funds/{id}/release" ManageFunds => funds::release;
        get "/funds/{id}/panel" ManageFunds => funds::new_panel;
        post "/funds/{id}/panel" ManageFunds => funds::add_panel;
        get "/funds/{id}/panels/{number}" ReadPublished => funds::panel;
        post "/funds/{id}/panels/{number}/agree" DecideAwards => funds::agree_panel;
        post "/funds/{id}/panels/{number}/end" ManageFunds => funds::end_panel;
        post "/funds/{id}/panels/{number}/put" ManageFunds => funds::put;
        post "/funds/{id}/panels/{number}/take" ManageFunds => funds::take;
        post "/funds/{id}/panels/{number}/vote" VoteOnPanels => funds::vote;
        get "/commitments" ReadPublished => commitments::list;
        get "/commitments.json" ReadPublished => commitments::json;
        get "/commitments.csv" ReadPublished => commitments::csv;
        get "/commitments/new" KeepCommitments => commitments::new;
        post "/commitments/new" KeepCommitments => commitments::add;
        get "/commitments/{id}" ReadPublished => commitments::show;
        get "/commitments/{id}/change" KeepCommitments => commitments::edit;
        post "/commitments/{id}/change" KeepCommitments => commitments::change;
        get "/commitments/{id}/steps/{act}" KeepCommitments => commitments::ask;
        post "/commitments/{id}/steps/{act}" KeepCommitments => commitments::take;
        get "/direct-payments" ReadPublished => direct_payments::public;
        get "/direct-payments/cases" KeepDirectPayments => direct_payments::list;
        get "/direct-payments/cases/new" KeepDirectPayments => direct_payments::new;
        post "/direct-payments/cases/new" KeepDirectPayments => direct_payments::add;
        get "/direct-payments/cases/{id}" KeepDirectPayments => direct_payments::show;
        get "/direct-payments/cases/{id}/change" KeepDirectPayments => direct_payments::edit;
        post "/direct-payments/cases/{id}/change" KeepDirectPayments => direct_payments::change;
        get "/direct-payments/cases/{id}/break-glass" BreakGlass fresh => direct_payments::ask;
        post "/direct-payments/cases/{id}/break-glass" BreakGlass fresh => direct_payments::break_glass;
        get "/direct-payments/cases/{id}/{name}" KeepDirectPayments => direct_payments::step;
        post "/direct-payments/cases/{id}/{name}" KeepDirectPayments => direct_payments::stepped;
        get "/flags" SeeFlags => flags::list;
        get "/notices" ReadPublished => notices::list;
        post "/notices" PrepareTenders => notices::sent;
        get "/ocds_outcomes_extension/main/{name}" ReadPublished => contracts::extension;
        get "/contracts" ReadPublished => contracts::list;
        get "/contracts/{ocid}" ReadPublished => contracts::show;
        get "/api/v1/contracts" ReadPublished => api::contracts::contracts;
        get "/api/v1/ocds/releases" ReadPublished => api::contracts::releases;
        get "/api/v1/ocds/records/{ocid}" ReadPublished => api::contracts::record;
        get "/data" ReadPublished => answer::data::show;
        get "/data/files" ManageData => files::list;
        get "/data/files/new" ManageData => files::new;
        post "/data/files/new" ManageData => files::add;
        get "/data/files/{id}" ManageData => files::show;
        post "/data/files/{id}/look" ManageData => files::look;
        post "/data/files/{id}/use" ManageData => files::start;
        post "/data/files/{id}/put-back" ManageData => files::stop;
        post "/data/files/{id}/remove" ManageData => files::remove;
        get "/accessibility" ReadPublished => statements::accessibility;
        get "/privacy" ReadPublished => statements::privacy;
        get "/assets/{name}" ReadPublished => assets::show;
        get "/health" WatchService => health::health;
        get "/metrics" CountService => health::metrics;

        get "/sign-in" SignIn => sign_in::ask;
        post "/sign-in" SignIn => sign_in::enter;
        get "/sign-in/forgot" SignIn => sign_in::links::forgot;
        post "/sign-in/forgot" SignIn => sign_in::links::send;
        get "/sign-in/elsewhere" SignIn => sign_in::elsewhere::ask;
        get "/sign-in/elsewhere/back" SignIn => sign_in::elsewhere::back;
        get "/set-up/{token}" SignIn => sign_in::links::set_up;
        post "/set-up/{token}" SignIn => sign_in::links::set_up_done;
        get "/link/{token}" SignIn => sign_in::links::choose;
        post "/link/{token}" SignIn => sign_in::links::chosen;
        get "/sign-in/code" ProveSecondFactor => sign_in::second_factor::ask;
        post "/sign-in/code" ProveSecondFactor => sign_in::second_factor::show;
        get "/sign-in/enrol" ProveSecondFactor => sign_in::second_factor::enrol;
        post "/sign-in/enrol" ProveSecondFactor => sign_in::second_factor::confirm;

        post "/sign-out" ManageOwnAccount => sign_in::leave;
        get "/prove/elsewhere" ManageOwnAccount => sign_in::elsewhere::prove;
        get "/prove" ManageOwnAccount => sign_in::prove;
        post "/prove" ManageOwnAccount => sign_in::proven;
        get "/account" ManageOwnAccount => account::show;
        get "/account/password" ManageOwnAccount => account::password;
        post "/account/password" ManageOwnAccount => account::change_password;
        get "/account/second-factor" ManageOwnAccount fresh => account::enrol;
        post "/account/second-factor" ManageOwnAccount fresh => account::confirm;
        get "/account/passkeys" ManageOwnAccount fresh => account::passkeys::show;
        post "/account/passkeys" ManageOwnAccount fresh => account::passkeys::add;
        post "/account/passkeys/{id}/remove" ManageOwnAccount fresh => account::passkeys::remove;
        get "/account/access-keys" ManageOwnAccount fresh => account::access_keys::show;
        post "/account/access-keys" ManageOwnAccount fresh => account::access_keys::add;
        post "/account/access-keys/{id}/end" ManageOwnAccount => account::access_keys::end;
        post "/account/sessions/{id}/end" ManageOwnAccount => account::end_session;

        get "/administration" SeeRoles => administration::show;
        get "/administration/roles" SeeRoles => administration::roles;
        get "/administration/people" ManagePeople => administration::people::list;
        get "/administration/people/new" ManagePeople fresh => administration::people::new;
        post "/administration/people/new" ManagePeople fresh => administration::people::add;
        get "/administration/people/{id}" ManagePeople fresh => administration::people::edit;
        post "/administration/people/{id}" ManagePeople fresh => administration::people::change;
        post "/administration/people/{id}/state" ManagePeople fresh => administration::people::set_state;
        get "/administration/organisations" ManagePeople => administration::organisations::list;
        get "/administration/organisations/new" ManagePeople => administration::organisations::new;
        post "/administration/organisations/new" ManagePeople => administration::organisations::add;
        get "/administration/organisations/{id}" ManagePeople => administration::organisations::edit;
        post "/administration/organisations/{id}" ManagePeople => administration::organisations::change;
        get "/administration/jobs" SeeJobs => administration::jobs::list;
        post "/administration/jobs/assess" Assess => administration::jobs::assess;
        post "/administration/jobs/backup" TakeBackup => administration::jobs::back_up;
        get "/administration/jobs/{id}" SeeJobs => administration::jobs::show;
        post "/administration/jobs/{id}/stop" SeeJobs => administration::jobs::stop;
        get "/administration/letters" ManagePeople => administration::letters::list;
        get "/administration/backups" TakeBackup => administration::backups::list;
        get "/patches" SeePatches => patches::list;
        get "/patches/new" ManagePatches => patches::new;
        post "/patches/new" ManagePatches => patches::add;
        get "/patches/{id}" SeePatches => patches::show;
        get "/patches/{id}/change" ManagePatches => patches::edit;
        post "/patches/{id}/change" ManagePatches => patches::change;
        post "/patches/{id}/remove" ManagePatches => patches::remove;
        get "/notes" KeepNotes => notes::list;
        get "/notes/new" KeepNotes => notes::new;
        post "/notes/new" KeepNotes => notes::add;
        get "/notes/{id}" KeepNotes => notes::show;
        get "/notes/{id}/change" KeepNotes => notes::edit;
        post "/notes/{id}/change" KeepNotes => notes::change;
        post "/notes/{id}/remove" KeepNotes => notes::remove;
        get "/notes/{id}/break-glass" BreakGlass fresh => notes::ask;
        post "/notes/{id}/break-glass" BreakGlass fresh => notes::break_glass;
        get "/administration/openings" ReviewOpenings => administration::openings::list;
        get "/administration/openings/{id}" ReviewOpenings => administration::openings::show;
        post "/administration/openings/{id}" ReviewOpenings => administration::openings::review;
        get "/administration/audit" ReadAuditLog => administration::audit::search;
        get "/administration/audit/verify" VerifyAuditLog => administration::audit::verify;
        get "/administration/audit/checkpoint" VerifyAuditLog => administration::audit::checkpoint;
    }
}

async fn protected(State(app): State<App>, mut response: Response) -> Response {
    protect(&app, response.headers_mut());
    response
}

/// What the limit on bodies answers, as a page.
async fn too_large(response: Response) -> Response {
    let is_bare = response.status() == StatusCode::PAYLOAD_TOO_LARGE
        && response.extensions().get::<api::Told>().is_none();
    if is_bare { Problem::TooLarge.into_response() } else { response }
}

/// The service.
pub fn router(app: &App) -> Router {
    let mut router = Router::new();
    let pages: Vec<&str> =
        all().iter().filter(|route| route.method == Method::GET).map(|route| route.path).collect();
    for route in all() {
        let has_page = pages.contains(&route.path);
        let needs = Needs { app: app.clone(), action: route.action, fresh: route.fresh, has_page };
        let gate = axum::middleware::from_fn_with_state(needs, gate);
        // What is refused at the gate is not read, but the forms of those who were signed in: they get back what they wrote.
        let reads = Reads { most: LARGEST, everybody: matches!(route.action.who(), Who::Everybody) };
        let typed = axum::middleware::from_fn_with_state(reads, give_back);
        let (most, longest) = if FILES.contains(&route.path) {
            (files::LARGEST + LARGEST, LONGEST * 10)
        } else {
            (LARGEST, LONGEST)
        };
        let handler: MethodRouter = route.handler.layer(DefaultBodyLimit::disable());
        let soon = axum::middleware::from_fn_with_state(app.clone(), answer_soon);
        let handler: MethodRouter = handler.layer(RequestBodyLimitLayer::new(most)).layer(gate);
        let handler: MethodRouter = handler.layer(soon).layer(typed);
        let timeout = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, longest);
        router = router.route(route.path, handler.layer(timeout));
    }
    let needs = Needs { app: app.clone(), action: Action::ReadPublished, fresh: false, has_page: false };
    let lost = get(async || Problem::NotFound).layer(axum::middleware::from_fn_with_state(needs, gate));
    router
        .fallback_service(lost)
        .layer(CatchPanicLayer::new())
        .layer(axum::middleware::from_fn_with_state(app.clone(), watch))
        .layer(axum::middleware::map_response(too_large))
        .layer(axum::middleware::from_fn(api::problems_as_json))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(axum::middleware::from_fn_with_state(app.clone(), keep_pages))
        .layer(axum::middleware::map_response_with_state(app.clone(), protected))
}
