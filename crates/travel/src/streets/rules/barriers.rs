//! Gates, bollards, stiles: which node on a way stops whom.

use super::{Access, Mode, access};
use crate::streets::tags::Tags;

pub(super) fn blocks(mode: Mode, tags: &Tags) -> bool {
    let barrier = tags.get("barrier");
    if barrier.is_empty() || barrier == "no" {
        return false;
    }
    let keys: &[&str] = match mode {
        Mode::Walk | Mode::Wheel => &["foot", "access"],
        Mode::Cycle => &["bicycle", "vehicle", "access"],
        Mode::Car => &["motorcar", "motor_vehicle", "vehicle", "access"],
    };
    if mode == Mode::Wheel {
        match tags.get("wheelchair") {
            "yes" => return false,
            "no" => return true,
            _ => {}
        }
    }
    let said = access(tags, keys);
    if said == Access::No {
        return true;
    }
    let solid = matches!(barrier, "wall" | "fence" | "hedge" | "ditch" | "retaining_wall");
    let narrow =
        matches!(barrier, "stile" | "kissing_gate" | "turnstile" | "full-height_turnstile" | "horse_stile");
    match mode {
        Mode::Walk => said != Access::Yes && solid,
        // That people on foot may pass says nothing of wheels.
        Mode::Wheel => {
            let squeeze =
                matches!(barrier, "cycle_barrier" | "chicane" | "motorcycle_barrier" | "cattle_grid" | "log");
            solid
                || narrow
                || squeeze
                || (barrier == "kerb" && matches!(tags.get("kerb"), "raised" | "yes" | ""))
        }
        Mode::Cycle => said != Access::Yes && (solid || narrow),
        // For cars what lets them through is named, as everything else is there to stop them.
        Mode::Car => {
            let open = matches!(
                barrier,
                "gate"
                    | "lift_gate"
                    | "swing_gate"
                    | "cattle_grid"
                    | "toll_booth"
                    | "border_control"
                    | "entrance"
                    | "height_restrictor"
                    | "arch"
                    | "sally_port"
                    | "kerb"
            ) || (barrier == "bollard" && tags.get("bollard") == "rising");
            said != Access::Yes && !open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn barriers_stop_those_they_are_built_for() {
        let stopped = |tags: &str| {
            let tags = Tags::from(tags);
            [Mode::Walk, Mode::Wheel, Mode::Cycle, Mode::Car].map(|mode| blocks(mode, &tags))
        };
        for (tags, expected) in [
            ("highway=crossing", [false, false, false, false]),
            ("barrier=gate", [false, false, false, false]),
            ("barrier=gate access=private", [true, true, true, true]),
            ("barrier=gate access=private foot=yes", [false, false, true, true]),
            ("barrier=bollard", [false, false, false, true]),
            ("barrier=bollard bollard=rising", [false, false, false, false]),
            ("barrier=stile", [false, true, true, true]),
            ("barrier=kissing_gate", [false, true, true, true]),
            ("barrier=kissing_gate wheelchair=yes", [false, false, true, true]),
            ("barrier=cycle_barrier", [false, true, false, true]),
            ("barrier=fence", [true, true, true, true]),
            ("barrier=kerb kerb=lowered", [false, false, false, false]),
        ] {
            assert_eq!(stopped(tags), expected, "{tags}");
        }
    }
}
