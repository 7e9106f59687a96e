//! Gates, bollards, stiles, kerbs, and points that are closed without any: which node on a way stops whom.

use super::access::{Access, access};
use super::{Mode, Stop};
use crate::streets::tags::Tags;

/// Keys of which one must be there for a node to stop anybody.
const STOPPING: [&str; 11] = [
    "barrier",
    "kerb",
    "kerb:left",
    "kerb:right",
    "wheelchair",
    "access",
    "foot",
    "bicycle",
    "vehicle",
    "motor_vehicle",
    "motorcar",
];

/// Whether a node may stop anybody, so that its tags must be kept.
pub(crate) fn may_stop(tags: &Tags) -> bool {
    !tags.is_empty() && STOPPING.iter().any(|key| !tags.get(key).is_empty())
}

pub(super) fn stop(mode: Mode, tags: &Tags) -> Stop {
    let keys: &[&str] = match mode {
        Mode::Walk | Mode::Wheel => &["foot", "access"],
        Mode::Cycle => &["bicycle", "vehicle", "access"],
        Mode::Car => &["motorcar", "motor_vehicle", "vehicle", "access"],
    };
    let crossing = tags.has("highway", "crossing") || !tags.get("crossing").is_empty();
    let barrier = tags.values("barrier").any(|barrier| !matches!(barrier, "no" | "kerb"));
    let mut stop = Stop::Nobody;
    if mode == Mode::Wheel {
        if tags.has("wheelchair", "yes") {
            return Stop::Nobody;
        }
        if tags.has("wheelchair", "no") {
            if barrier {
                return Stop::Everybody;
            }
            if crossing {
                stop = Stop::OnPaths;
            }
        }
        // The kerbs of a crossing are in the way of those who cross, not of those who go along the road between them.
        if has_high_kerb(tags) {
            stop = if crossing { Stop::OnPaths } else { Stop::Everybody };
        }
    }
    // At a crossing, a stop of buses or an entrance to something beside the way, access is about that and not about going on.
    let beside = !barrier
        && (crossing
            || tags.has_any("highway", &["bus_stop", "platform"])
            || !tags.get("public_transport").is_empty()
            || !tags.get("amenity").is_empty());
    let said = if beside { Access::Unsaid } else { access(tags, keys) };
    if said == Access::No || tags.values("barrier").any(|barrier| holds(mode, barrier, said, tags)) {
        return Stop::Everybody;
    }
    stop
}

/// Whether there is a kerb that is raised or of which the height is not said, on either side (OpenStreetMap wiki: Key:kerb).
pub(super) fn has_high_kerb(tags: &Tags) -> bool {
    let high = |key: &&str| tags.has_any(key, &["raised", "yes", "regular", "normal"]);
    let said = |key: &&str| !tags.get(key).is_empty();
    let keys = ["kerb", "kerb:left", "kerb:right"];
    keys.iter().any(high) || (tags.has("barrier", "kerb") && !keys.iter().any(said))
}

/// Whether a kind of barrier holds up a mode of which access tags say this.
fn holds(mode: Mode, barrier: &str, said: Access, tags: &Tags) -> bool {
    if matches!(barrier, "no" | "kerb") {
        return false;
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
            solid || narrow || squeeze
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
            ) || (barrier == "bollard" && tags.has("bollard", "rising"));
            said != Access::Yes && !open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODES: [Mode; 4] = [Mode::Walk, Mode::Wheel, Mode::Cycle, Mode::Car];

    #[test]
    fn barriers_stop_those_they_are_built_for() {
        let stopped = |tags: &str| {
            let tags = Tags::from(tags);
            MODES.map(|mode| stop(mode, &tags) == Stop::Everybody)
        };
        for (tags, expected) in [
            ("highway=crossing", [false, false, false, false]),
            ("barrier=gate", [false, false, false, false]),
            ("barrier=gate access=private", [true, true, true, true]),
            ("barrier=gate access=Private", [true, true, true, true]),
            ("barrier=gate access=private foot=yes", [false, false, true, true]),
            ("barrier=bollard", [false, false, false, true]),
            ("barrier=bollard bollard=rising", [false, false, false, false]),
            ("barrier=gate;bollard", [false, false, false, true]),
            ("barrier=stile", [false, true, true, true]),
            ("barrier=kissing_gate", [false, true, true, true]),
            ("barrier=kissing_gate wheelchair=yes", [false, false, true, true]),
            ("barrier=gate wheelchair=no", [false, true, false, false]),
            ("barrier=cycle_barrier", [false, true, false, true]),
            ("barrier=fence", [true, true, true, true]),
            ("barrier=kerb kerb=lowered", [false, false, false, false]),
            ("motor_vehicle=no", [false, false, false, true]),
            ("access=no foot=yes", [false, false, true, true]),
            ("highway=traffic_signals vehicle=agricultural;forestry", [false, false, true, true]),
            ("highway=crossing bicycle=no motor_vehicle=no", [false, false, false, false]),
            ("highway=bus_stop access=no wheelchair=no", [false, false, false, false]),
        ] {
            assert_eq!(stopped(tags), expected, "{tags}");
            assert!(may_stop(&Tags::from(tags)) || expected == [false; 4], "{tags}");
        }
    }

    #[test]
    fn raised_kerbs_stop_wheels_and_those_of_a_crossing_nobody_along_the_road() {
        for (tags, expected) in [
            ("kerb=raised", Stop::Everybody),
            ("highway=crossing kerb=Raised", Stop::OnPaths),
            ("barrier=kerb", Stop::Everybody),
            ("barrier=kerb kerb=raised", Stop::Everybody),
            ("barrier=kerb kerb=raised highway=crossing", Stop::OnPaths),
            ("kerb=lowered;raised", Stop::Everybody),
            ("highway=crossing kerb:left=lowered kerb:right=raised", Stop::OnPaths),
            ("highway=crossing wheelchair=no", Stop::OnPaths),
            ("kerb=raised wheelchair=yes", Stop::Nobody),
            ("kerb=flush", Stop::Nobody),
            ("barrier=kerb kerb=lowered", Stop::Nobody),
        ] {
            let tags = Tags::from(tags);
            let others = [Mode::Walk, Mode::Cycle, Mode::Car].map(|mode| stop(mode, &tags));
            assert_eq!((stop(Mode::Wheel, &tags), others), (expected, [Stop::Nobody; 3]), "{tags:?}");
        }
    }
}
