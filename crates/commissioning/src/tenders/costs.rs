//! What a price is made up of, where a tender asks it: so that nobody offers less than the work costs them because the form had no line
//! for what an organisation needs to exist (full cost recovery).

use std::collections::BTreeMap;

use enough_kernel::{Pence, Refusal};
use enough_store::names;

names! {
    /// What a part of a price pays for.
    Cost {
        Staff = "staff", "Pay of those who do the work, with pensions and National Insurance";
        Running = "running", "What the work needs: food, materials, travel, rooms that are hired for it";
        Training = "training", "Training, supervision and safeguarding";
        Monitoring = "monitoring", "Measuring and reporting";
        Premises = "premises", "Its share of your premises and equipment";
        Central = "central", "Its share of management, finance, IT and insurance";
        Surplus = "surplus", "Reserve or profit";
        Vat = "vat", "VAT that is charged, or that you cannot reclaim";
    }
}

impl Cost {
    /// Whether it is a share of what the organisation needs to exist, and not of this work alone.
    pub fn is_indirect(self) -> bool {
        matches!(self, Self::Premises | Self::Central)
    }
}

/// What a price is made up of: nothing where a part costs nothing.
pub type Costs = BTreeMap<Cost, Pence>;

/// Whether parts make up a price.
pub(super) fn make_up(costs: &Costs, price: Pence, lot: i32) -> Result<(), Refusal> {
    const ASKED: &str = "what the tender asks of every bid";
    if costs.values().any(|part| *part < Pence::default()) {
        return Err(Refusal::new(format!("No part of the price of lot {lot} is less than nothing"), ASKED));
    }
    let sum = Pence::new(costs.values().map(|part| part.get()).sum());
    if sum != price {
        let rule = format!("The parts of the price of lot {lot} sum to {sum}, and the price is {price}");
        return Err(Refusal::new(rule, ASKED));
    }
    Ok(())
}

/// How much of a price is for what the organisation needs to exist, in hundredths of a percent, rounded half up; none where it was not asked.
///
/// ```
/// use enough_commissioning::tenders::{Cost, Costs, indirect_share};
/// use enough_kernel::Pence;
/// let costs = Costs::from([(Cost::Staff, Pence::new(80_000)), (Cost::Central, Pence::new(10_000))]);
/// assert_eq!(indirect_share(&costs), Some(1111));
/// assert_eq!(indirect_share(&Costs::new()), None);
/// ```
pub fn indirect_share(costs: &Costs) -> Option<u32> {
    let all: i128 = costs.values().map(|part| i128::from(part.get())).sum();
    let indirect: i128 =
        costs.iter().filter(|(cost, _)| cost.is_indirect()).map(|(_, part)| i128::from(part.get())).sum();
    (all > 0).then(|| ((indirect * 20_000 + all) / (2 * all)) as u32)
}
