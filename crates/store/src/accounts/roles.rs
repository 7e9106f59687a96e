//! Who may do what: the one table. Every route of the service declares one of these actions.

use crate::names;

names! {
    /// What a person is here for.
    Role {
        Commissioner = "commissioner", "Commissioner";
        Evaluator = "evaluator", "Evaluator";
        Finance = "finance", "Finance";
        Provider = "provider", "Provider";
        Community = "community-organisation", "Community organisation";
        FrontDoorWorker = "front-door-worker", "Front-door worker";
        FrontDoorManager = "front-door-manager", "Front-door manager";
        Auditor = "auditor", "Auditor";
        BoardMember = "board-member", "Board member";
        PrivacyOfficer = "privacy-officer", "Privacy officer";
        Administrator = "administrator", "Administrator";
    }
}

names! {
    /// What an organisation is.
    OrganisationKind {
        Authority = "authority", "Authority";
        School = "school", "School";
        Health = "health", "Health body";
        Police = "police", "Police";
        Provider = "provider", "Childcare provider";
        Voluntary = "voluntary", "Voluntary or community organisation";
    }
}

names! {
    /// What can be done.
    Action {
        ReadPublished = "read-published", "Read what is published";
        SignIn = "sign-in", "Sign in, with a password or a link";
        ProveSecondFactor = "prove-second-factor", "Show or set up the second factor while signing in";
        ManageOwnAccount = "manage-own-account", "See and change one's own account and sessions";
        ManagePeople = "manage-people", "Add, change and disable organisations and people";
        ReadAuditLog = "read-audit-log", "Search the audit log";
        VerifyAuditLog = "verify-audit-log", "Prove the audit log whole and take its checkpoints";
        SeeJobs = "see-jobs", "See long work and how far it is, and stop it";
        Assess = "assess", "Work out an answer and keep it for everybody to see";
        TakeBackup = "take-backup", "Take backups and see those there are";
        ManageData = "manage-data", "Bring newer published files, and decide which are used";
        SeePatches = "see-patches", "See patches";
        ManagePatches = "manage-patches", "Make, change and remove patches";
        ManageIntentions = "manage-intentions", "Plan what is bought or funded, and publish it";
        Comment = "comment", "Comment on a specification that is being designed";
        PrepareTenders = "prepare-tenders", "Write, approve and publish tenders, answer questions, moderate and recommend";
        OpenBids = "open-bids", "Open bids, with one's own passphrase and a second opener";
        ScoreBids = "score-bids", "Score the bids one was named for";
        ReadApplications = "read-applications", "Read applications to calls once they are closed";
        ReadEvidence = "read-evidence", "Read how a finished tender was run: scores, reasons, and who did and read what";
        DecideAwards = "decide-awards", "Decide what was recommended";
        Bid = "bid", "Ask about a tender and bid for it";
        ManagePlans = "manage-plans", "Write plans with objectives and indicators, publish them, tell figures";
        ManageAgreements = "manage-agreements", "Agree what is measured, rate, visit, propose changes and endings, review";
        RecordPayments = "record-payments", "Enter what was paid under agreements";
        ManageFunds = "manage-funds", "Write down funds and panels, commit money to agreements";
        AgreeContributions = "agree-contributions", "Agree to put one's own organisation's money into a fund";
        VoteOnPanels = "vote-on-panels", "Vote on a panel that one is a member of";
        ReportPerformance = "report-performance", "Report what was measured under one's own agreements, propose and answer changes";
        KeepCommitments = "keep-commitments", "Write down commitments of one's own organisation, agree to them, claim and rate them";
        SeeFlags = "see-flags", "See red flags in tenders and agreements";
        KeepProfile = "keep-profile", "Say who one's organisation is, what it is interested in, and come to events";
        KeepNotes = "keep-notes", "Write confidential notes, and read those one is named with";
        KeepDirectPayments = "keep-direct-payments", "Assess, offer, pay and review direct payments one is named with";
        BreakGlass = "break-glass", "Open a closed record in an emergency";
        ReviewOpenings = "review-openings", "Review what was opened in an emergency";
        SeeRoles = "see-roles", "See which role may do what";
        WatchService = "watch-service", "See whether the service is well";
        CountService = "count-service", "See counts and times of the service";
    }
}

/// Who may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody, signed in or not.
    Everybody,
    /// Whoever has given a right password and has the second factor still to show or set up.
    HalfSignedIn,
    /// Everybody who has signed in.
    SignedIn,
    /// Whoever has one of these roles.
    Roles(&'static [Role]),
}

/// The table: which role may do what. What is not here nobody may do.
pub const TABLE: [(Action, Who); 39] = [
    (Action::ReadPublished, Who::Everybody),
    (Action::SignIn, Who::Everybody),
    (Action::ProveSecondFactor, Who::HalfSignedIn),
    (Action::ManageOwnAccount, Who::SignedIn),
    (Action::ManagePeople, Who::Roles(&[Role::Administrator])),
    (Action::ReadAuditLog, Who::Roles(&[Role::Auditor, Role::PrivacyOfficer])),
    (Action::VerifyAuditLog, Who::Roles(&[Role::Administrator, Role::Auditor, Role::PrivacyOfficer])),
    (Action::SeeJobs, Who::Roles(&[Role::Commissioner, Role::Administrator])),
    (Action::Assess, Who::Roles(&[Role::Commissioner])),
    (Action::TakeBackup, Who::Roles(&[Role::Administrator])),
    (Action::ManageData, Who::Roles(&[Role::Commissioner])),
    (Action::SeePatches, Who::SignedIn),
    (Action::ManagePatches, Who::Roles(&[Role::Commissioner])),
    (Action::ManageIntentions, Who::Roles(&[Role::Commissioner])),
    (Action::Comment, Who::Everybody),
    (Action::PrepareTenders, Who::Roles(&[Role::Commissioner])),
    (Action::OpenBids, Who::Roles(&[Role::Commissioner, Role::Finance, Role::Auditor])),
    (Action::ScoreBids, Who::Roles(&[Role::Evaluator])),
    (
        Action::ReadApplications,
        Who::Roles(&[Role::Commissioner, Role::Evaluator, Role::Finance, Role::Auditor]),
    ),
    (Action::ReadEvidence, Who::Roles(&[Role::Auditor])),
    (Action::DecideAwards, Who::Roles(&[Role::Commissioner, Role::Finance])),
    (Action::Bid, Who::Roles(&[Role::Provider, Role::Community])),
    (Action::ManagePlans, Who::Roles(&[Role::Commissioner])),
    (Action::ManageAgreements, Who::Roles(&[Role::Commissioner])),
    (Action::RecordPayments, Who::Roles(&[Role::Finance])),
    (Action::ManageFunds, Who::Roles(&[Role::Commissioner])),
    (Action::AgreeContributions, Who::Roles(&[Role::Commissioner, Role::Finance, Role::BoardMember])),
    (Action::VoteOnPanels, Who::SignedIn),
    // A commissioner reports only for the authority itself, where it provides; somebody else rates.
    (Action::ReportPerformance, Who::Roles(&[Role::Provider, Role::Community, Role::Commissioner])),
    (
        Action::KeepCommitments,
        Who::Roles(&[
            Role::Commissioner,
            Role::BoardMember,
            Role::Provider,
            Role::Community,
            Role::FrontDoorManager,
        ]),
    ),
    (Action::SeeFlags, Who::Roles(&[Role::Commissioner, Role::Auditor])),
    (Action::KeepProfile, Who::Roles(&[Role::Provider, Role::Community])),
    (Action::KeepNotes, Who::Roles(&[Role::Commissioner, Role::FrontDoorWorker, Role::FrontDoorManager])),
    (
        Action::KeepDirectPayments,
        Who::Roles(&[Role::Commissioner, Role::FrontDoorWorker, Role::FrontDoorManager, Role::Finance]),
    ),
    (Action::BreakGlass, Who::Roles(&[Role::Commissioner, Role::FrontDoorWorker, Role::FrontDoorManager])),
    (Action::ReviewOpenings, Who::Roles(&[Role::PrivacyOfficer])),
    (Action::SeeRoles, Who::SignedIn),
    (Action::WatchService, Who::Everybody),
    (Action::CountService, Who::Roles(&[Role::Administrator])),
];

impl Action {
    /// Who may do it; nobody, if the table does not say.
    pub fn who(self) -> Who {
        TABLE.iter().find(|(action, _)| *action == self).map_or(Who::Roles(&[]), |(_, who)| *who)
    }

    /// Whether somebody who has signed in with these roles may do it.
    pub fn allows(self, roles: &[Role]) -> bool {
        match self.who() {
            Who::Everybody | Who::SignedIn => true,
            Who::HalfSignedIn => false,
            Who::Roles(allowed) => roles.iter().any(|role| allowed.contains(role)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_in_the_table_once() {
        for action in Action::ALL {
            assert_eq!(TABLE.iter().filter(|(known, _)| known == action).count(), 1, "{action}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for role in Role::ALL {
            assert_eq!(role.key().parse(), Ok(*role));
        }
        assert!("king".parse::<Role>().is_err());
    }

    #[test]
    fn whoever_manages_people_cannot_read_what_they_did_alone() {
        // Separation of duties: an administrator cannot look through the log for what others read.
        assert!(!Action::ReadAuditLog.allows(&[Role::Administrator]));
        assert!(!Action::ManagePeople.allows(&[Role::Auditor, Role::PrivacyOfficer]));
        // Whoever reviews what was opened opens nothing.
        for role in Role::ALL {
            assert!(!(Action::BreakGlass.allows(&[*role]) && Action::ReviewOpenings.allows(&[*role])));
        }
    }
}
