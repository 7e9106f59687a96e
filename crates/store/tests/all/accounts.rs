//! Accounts on both kinds of database: set up, invite, sign in, lock, reset, disable; and what the log says of it.

use chrono::{Duration, TimeZone, Utc};
use enough_store::accounts::{
    Client, OrganisationDraft, OrganisationKind, PersonDraft, Role, Second, Session, SignIn, Stage, State,
};
use enough_store::audit::{Actor, Query};
use enough_store::testing::{AUTHORITY, Clock, Empty};
use enough_store::{Authority, StoreError};
use totp_rs::{Builder, Secret};

const PASSWORD: &str = "four cold otters sing";

struct Case {
    authority: Authority,
    clock: Clock,
    admin: Actor,
    _empty: Empty,
}

fn client() -> Client {
    Client { from: Some("192.0.2.1".to_owned()), agent: "test".to_owned(), request: None }
}

/// A service that has been set up, on each kind of database.
async fn cases() -> Vec<Case> {
    let mut list = Vec::new();
    for empty in Empty::each().await {
        let clock = Clock::new(Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap());
        let store = empty.store_at(clock.environment()).await;
        let authority = store.authority(AUTHORITY, "Example").await.unwrap();
        let link = authority.set_up_link(&Actor::service("serve")).await.unwrap().unwrap();
        let who = ("Example Council", "Ada Admin", "Ada@Example.test");
        let id = authority.set_up(&client().nobody(), &link, who, PASSWORD).await.unwrap();
        let admin = client().actor(&authority.person(&id).await.unwrap());
        list.push(Case { authority, clock, admin, _empty: empty });
    }
    list
}

impl Case {
    async fn add(&self, email: &str, roles: &[Role]) -> String {
        let organisation = self.authority.organisations().await.unwrap()[0].id.clone();
        let draft = PersonDraft {
            name: "Bo Else".to_owned(),
            email: email.to_owned(),
            organisation,
            roles: roles.to_vec(),
        };
        self.authority.add_person(&self.admin, &draft, PASSWORD).await.unwrap()
    }

    async fn sign_in(&self, email: &str, password: &str) -> SignIn {
        self.authority.sign_in(&client(), email, password, false).await.unwrap()
    }

    async fn session(&self, email: &str) -> (String, Session) {
        let SignIn::Begun(token, _) = self.sign_in(email, PASSWORD).await else {
            panic!("{email} is refused")
        };
        let session = self.authority.session(&token).await.unwrap().unwrap();
        (token, session)
    }

    async fn actions(&self) -> Vec<String> {
        let page = self.authority.search(&Query::default(), 1000).await.unwrap();
        page.entries.into_iter().rev().map(|entry| entry.action).collect()
    }
}

#[tokio::test]
async fn the_set_up_link_opens_once_and_for_a_day() {
    for empty in Empty::each().await {
        let clock = Clock::new(Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap());
        let authority =
            empty.store_at(clock.environment()).await.authority(AUTHORITY, "Example").await.unwrap();
        let service = Actor::service("serve");
        let old = authority.set_up_link(&service).await.unwrap().unwrap();
        let new = authority.set_up_link(&service).await.unwrap().unwrap();
        assert!(authority.look_at_link(&old).await.is_err(), "only the newest opens");
        clock.pass(Duration::hours(23));
        assert!(authority.look_at_link(&new).await.is_ok());
        let who = ("Example Council", "Ada Admin", "ada@example.test");
        let weak = authority.set_up(&service, &new, who, "password1234").await.unwrap_err();
        assert!(weak.to_string().contains("easy to guess"), "{weak}");
        clock.pass(Duration::hours(2));
        assert!(authority.set_up(&service, &new, who, PASSWORD).await.is_err(), "too old");
        let newest = authority.set_up_link(&service).await.unwrap().unwrap();
        authority.set_up(&service, &newest, who, PASSWORD).await.unwrap();
        assert!(authority.set_up(&service, &newest, who, PASSWORD).await.is_err());
        assert_eq!(
            authority.set_up_link(&service).await.unwrap(),
            None,
            "no other once somebody has an account"
        );
    }
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_and_signs_in() {
    for case in cases().await {
        let authority = &case.authority;
        let draft = OrganisationDraft { name: "Sure Steps".to_owned(), kind: OrganisationKind::Voluntary };
        let organisation = authority.add_organisation(&case.admin, &draft).await.unwrap();
        let email = "cy@steps.test".to_owned();
        let draft =
            PersonDraft { name: "Cy Steps".to_owned(), email, organisation, roles: vec![Role::Community] };
        let (id, link) = authority.invite(&case.admin, &draft).await.unwrap();
        let twice =
            authority.invite(&case.admin, &PersonDraft { email: "CY@steps.test".to_owned(), ..draft }).await;
        assert!(matches!(twice, Err(StoreError::Refused(_))), "an address belongs to one person");
        assert_eq!(case.sign_in("cy@steps.test", PASSWORD).await, SignIn::Refused);
        authority.choose_password(&client().nobody(), &link, PASSWORD).await.unwrap();
        assert!(authority.choose_password(&client().nobody(), &link, PASSWORD).await.is_err(), "once only");
        let (_, session) = case.session(" CY@Steps.test ").await;
        assert_eq!((session.person.id, session.stage), (id, Stage::Full));
        assert!(case.actions().await.contains(&"password.set".to_owned()));
    }
}

#[tokio::test]
async fn wrong_passwords_make_the_next_wait_whether_anybody_has_the_address_or_not() {
    for case in cases().await {
        case.add("bo@example.test", &[Role::Finance]).await;
        for email in ["bo@example.test", "nobody@example.test"] {
            for _ in 0..4 {
                assert_eq!(case.sign_in(email, "wrong").await, SignIn::Refused);
            }
            let until = case.clock.environment().now() + Duration::minutes(1);
            assert_eq!(case.sign_in(email, "wrong").await, SignIn::Wait(until));
            assert_eq!(case.sign_in(email, PASSWORD).await, SignIn::Wait(until), "even the right one waits");
        }
        case.clock.pass(Duration::seconds(61));
        case.session("bo@example.test").await;
        assert_eq!(
            case.sign_in("bo@example.test", "wrong").await,
            SignIn::Refused,
            "failures were forgotten"
        );
        let log = case.authority.search(&Query::default(), 100).await.unwrap();
        assert!(
            log.entries.iter().all(|entry| !entry.text().contains("nobody@")),
            "what strangers type is not kept"
        );
        case.authority.verify(&[]).await.unwrap().unwrap();
    }
}

fn code_at(link: &str, case: &Case) -> String {
    let secret = Secret::try_from_base32(link).unwrap();
    let device = Builder::new().with_secret(secret).build().unwrap();
    device.generate(case.clock.environment().now().timestamp() as u64).to_string()
}

#[tokio::test]
async fn a_second_factor_is_set_up_asked_for_and_opens_once() {
    for case in cases().await {
        let authority = &case.authority;
        case.add("bo@example.test", &[Role::Finance]).await;
        let begun = authority.sign_in(&client(), "bo@example.test", PASSWORD, true).await.unwrap();
        let SignIn::Begun(token, Stage::Enrol) = begun else { panic!("it must be set up first: {begun:?}") };
        let session = authority.session(&token).await.unwrap().unwrap();
        let enrolment = authority.enrol(&client(), &session).await.unwrap();
        assert_eq!(
            authority.enrol(&client(), &session).await.unwrap(),
            enrolment,
            "the same when seen again"
        );
        assert!(authority.confirm(&client(), &session, "000000").await.is_err());
        let code = code_at(&enrolment.secret, &case);
        let early = authority.show_second_factor(&client(), &session, Second::Code(&code)).await.unwrap();
        assert_eq!(early, SignIn::Refused, "it opens nothing before it is confirmed");
        let (recovery, whole) = authority.confirm(&client(), &session, &code).await.unwrap().unwrap();
        assert!(authority.session(&token).await.unwrap().is_none(), "the half session has ended");
        assert_eq!(authority.session(&whole).await.unwrap().unwrap().stage, Stage::Full);
        assert!(authority.enrol(&client(), &session).await.is_err(), "there is one now");

        let SignIn::Begun(half, Stage::SecondFactor) = case.sign_in("bo@example.test", PASSWORD).await else {
            panic!("the second factor must be asked for")
        };
        let half = authority.session(&half).await.unwrap().unwrap();
        let again = authority.show_second_factor(&client(), &half, Second::Code(&code)).await.unwrap();
        assert_eq!(again, SignIn::Refused, "a code opens once");
        case.clock.pass(Duration::seconds(30));
        let code = code_at(&enrolment.secret, &case);
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        let whole = authority.show_second_factor(&client(), &half, Second::Code(&spaced)).await.unwrap();
        assert!(matches!(whole, SignIn::Begun(_, Stage::Full)));

        for expected in [true, false] {
            let SignIn::Begun(half, _) = case.sign_in("bo@example.test", PASSWORD).await else { panic!() };
            let half = authority.session(&half).await.unwrap().unwrap();
            let with =
                authority.show_second_factor(&client(), &half, Second::Code(&recovery[0])).await.unwrap();
            assert_eq!(matches!(with, SignIn::Begun(..)), expected, "a recovery code opens once");
        }
    }
}

#[tokio::test]
async fn sessions_end_when_idle_when_old_and_when_told() {
    for case in cases().await {
        let id = case.add("bo@example.test", &[Role::Finance]).await;
        let (idle, _) = case.session("bo@example.test").await;
        case.clock.pass(Duration::minutes(61));
        assert!(case.authority.session(&idle).await.unwrap().is_none());
        let (old, _) = case.session("bo@example.test").await;
        for _ in 0..14 {
            assert!(case.authority.session(&old).await.unwrap().is_some());
            case.clock.pass(Duration::minutes(50));
        }
        assert!(case.authority.session(&old).await.unwrap().is_some());
        case.clock.pass(Duration::minutes(50));
        assert!(case.authority.session(&old).await.unwrap().is_none(), "12 hours have passed");
        let (one, first) = case.session("bo@example.test").await;
        let (two, second) = case.session("bo@example.test").await;
        let list = case.authority.sessions(&first.person).await.unwrap();
        assert_eq!(list.len(), 2);
        let actor = client().actor(&first.person);
        case.authority.sign_out(&actor, &id, Some(&first.id)).await.unwrap();
        assert!(case.authority.session(&one).await.unwrap().is_none());
        assert!(case.authority.session(&two).await.unwrap().is_some());
        let new = "five warm badgers hum";
        let ended = case.authority.change_password(&client(), &first, PASSWORD, new).await;
        assert!(ended.is_err(), "a session that has ended changes nothing");
        case.authority.change_password(&client(), &second, PASSWORD, new).await.unwrap();
        assert!(!matches!(case.sign_in("bo@example.test", PASSWORD).await, SignIn::Begun(..)));
    }
}

#[tokio::test]
async fn whoever_stays_away_for_ninety_days_is_disabled() {
    for case in cases().await {
        let id = case.add("bo@example.test", &[Role::Finance]).await;
        case.clock.pass(Duration::days(89));
        case.session("bo@example.test").await;
        case.clock.pass(Duration::days(91));
        assert_eq!(case.sign_in("bo@example.test", PASSWORD).await, SignIn::Refused);
        assert_eq!(case.authority.person(&id).await.unwrap().state, State::Disabled);
        let link = case.authority.enable(&case.admin, &id, "came back").await.unwrap();
        assert_eq!(
            case.sign_in("bo@example.test", PASSWORD).await,
            SignIn::Refused,
            "a new password is needed"
        );
        case.authority.choose_password(&client().nobody(), &link, PASSWORD).await.unwrap();
        case.session("bo@example.test").await;
        // The last administrator, away as long, could be let in by nobody.
        let ada = case.sign_in("ada@example.test", PASSWORD).await;
        assert!(matches!(ada, SignIn::Begun(..)), "{ada:?}");
    }
}

#[tokio::test]
async fn two_who_change_the_same_person_do_not_overwrite_each_other() {
    for case in cases().await {
        let id = case.add("bo@example.test", &[Role::Finance]).await;
        let seen = case.authority.person(&id).await.unwrap();
        let draft = |name: &str, roles: &[Role]| PersonDraft {
            name: name.to_owned(),
            email: seen.email.clone(),
            organisation: seen.organisation.clone(),
            roles: roles.to_vec(),
        };
        let (token, _) = case.session("bo@example.test").await;
        let change = |draft: PersonDraft| {
            let (authority, admin, id) = (case.authority.clone(), case.admin.clone(), id.clone());
            async move { authority.change_person(&admin, &id, seen.version, &draft).await }
        };
        change(draft("Bo First", &[Role::Finance])).await.unwrap();
        assert!(case.authority.session(&token).await.unwrap().is_some());
        let second = change(draft("Bo Second", &[Role::Evaluator])).await.unwrap_err();
        assert!(matches!(second, StoreError::Conflict { seen: 1, now: 2, .. }), "{second}");
        assert_eq!(case.authority.person(&id).await.unwrap().name, "Bo First");
        let roles = draft("Bo First", &[Role::Evaluator]);
        case.authority.change_person(&case.admin, &id, 2, &roles).await.unwrap();
        assert!(case.authority.session(&token).await.unwrap().is_none(), "other roles need a new sign-in");
    }
}

#[tokio::test]
async fn the_last_administrator_stays_and_nobody_raises_themselves() {
    for case in cases().await {
        let ada = case.admin.person.clone().unwrap();
        let seen = case.authority.person(&ada).await.unwrap();
        let draft = |roles: &[Role]| PersonDraft {
            name: seen.name.clone(),
            email: seen.email.clone(),
            organisation: seen.organisation.clone(),
            roles: roles.to_vec(),
        };
        let more = draft(&[Role::Administrator, Role::Auditor]);
        let own = case.authority.change_person(&case.admin, &ada, 1, &more).await.unwrap_err();
        assert!(own.to_string().contains("their own roles"), "{own}");
        let other = case.add("di@example.test", &[Role::Administrator]).await;
        let di = client().actor(&case.authority.person(&other).await.unwrap());
        case.authority.disable(&case.admin, &other, "left").await.unwrap();
        let last = case.authority.disable(&di, &ada, "left").await.unwrap_err();
        assert!(last.to_string().contains("last administrator"), "{last}");
        let lost = case.authority.change_person(&di, &ada, 1, &draft(&[Role::Auditor])).await.unwrap_err();
        assert!(lost.to_string().contains("last administrator"), "{lost}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_get_no_more_answers_than_one_after_another() {
    for case in cases().await {
        case.add("bo@example.test", &[Role::Finance]).await;
        let guesses: Vec<_> = (0..24)
            .map(|number| {
                let authority = case.authority.clone();
                let guess = format!("guess {number}");
                tokio::spawn(
                    async move { authority.sign_in(&client(), "bo@example.test", &guess, false).await },
                )
            })
            .collect();
        let mut answered = 0;
        for guess in guesses {
            answered += usize::from(guess.await.unwrap().unwrap() == SignIn::Refused);
        }
        assert_eq!(answered, 4, "the fifth makes the next wait");
        assert!(matches!(case.sign_in("bo@example.test", PASSWORD).await, SignIn::Wait(_)));
    }
}
