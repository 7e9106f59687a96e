//! Accounts elsewhere: found once by a verified address, then by the provider's own name; a password alone is not enough beside them.

use enough_store::accounts::{
    Client, Identity, OrganisationDraft, OrganisationKind, PersonDraft, Role, SignIn, Stage,
};
use enough_store::audit::Actor;
use enough_store::testing::{AUTHORITY, Empty};

const PASSWORD: &str = "four cold otters sing";

fn identity(subject: &str, email: Option<&str>, second_factor: bool) -> Identity {
    let issuer = "https://elsewhere.example".to_owned();
    Identity { issuer, subject: subject.to_owned(), email: email.map(str::to_owned), second_factor }
}

#[tokio::test]
async fn an_address_joins_once_and_a_password_alone_is_not_enough_then() {
    for empty in Empty::each().await {
        let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
        let (actor, client) = (Actor::service("test"), Client::default());
        let draft = OrganisationDraft { name: "Example".to_owned(), kind: OrganisationKind::Authority };
        let organisation = authority.add_organisation(&actor, &draft).await.unwrap();
        let (name, email) = ("Ann".to_owned(), "ann@example.test".to_owned());
        let draft = PersonDraft { name, email, organisation, roles: vec![Role::Commissioner] };
        authority.add_person(&actor, &draft, PASSWORD).await.unwrap();
        let come = async |given: &Identity| authority.sign_in_elsewhere(&client, given, true).await.unwrap();

        let ann = Some("ann@example.test");
        assert_eq!(come(&identity("A", None, true)).await, SignIn::Refused, "no address, nobody known");
        let SignIn::Begun(token, Stage::Full) = come(&identity("A", ann, true)).await else {
            panic!("a second factor that was shown there counts")
        };
        assert_eq!(
            come(&identity("B", ann, true)).await,
            SignIn::Refused,
            "the address went to somebody else"
        );
        let known = identity("A", None, false);
        assert!(
            matches!(come(&known).await, SignIn::Begun(_, Stage::Enrol)),
            "without one ours is asked for"
        );

        let by_password = authority.sign_in(&client, "ann@example.test", PASSWORD, true).await.unwrap();
        assert_eq!(by_password, SignIn::Refused, "a password alone sets up no second factor for her");

        let prove = async |given: &Identity| {
            let session = authority.session(&token).await.unwrap().unwrap();
            authority.prove_elsewhere(&client, &session, given, true).await.unwrap()
        };
        assert!(prove(&identity("A", ann, true)).await);
        assert!(!prove(&identity("A", ann, false)).await, "a proof needs the second factor too");
        assert!(!prove(&identity("B", ann, true)).await, "and is of the same person");
    }
}
