//! How much a place counts by the minutes to it.

use std::fmt;
use std::str::FromStr;

use enough_kernel::Minutes;
use thiserror::Error;

/// A weight between 0 and 1 (a power may exceed 1) by travel time.
#[derive(Debug, Clone, PartialEq)]
pub enum Decay {
    /// 1 for every pair in reach.
    Within,
    /// The weight of the first step whose limit is not exceeded; 0 beyond the last. Ascending limits.
    Steps(Vec<(Minutes, f64)>),
    /// `exp(-t^2 / (2 sigma^2))`, with sigma in minutes.
    Gaussian(Minutes),
    /// `exp(-t / scale)`, with scale in minutes.
    Exponential(Minutes),
    /// `(max(t, least) / scale) ^ exponent`, with scale and least in minutes; the exponent is negative for a decay.
    Power {
        /// Time at which the weight is 1.
        scale: Minutes,
        /// Usually -1 to -2.
        exponent: f64,
        /// Shorter times count as this one.
        least: Minutes,
    },
}

/// Why a text is not a decay.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "'{0}' is not a decay: write within, gaussian:SIGMA, exponential:SCALE, power:SCALE,EXPONENT,LEAST (in minutes) or \
     steps such as 10:1,20:0.68,30:0.22 (minutes:weight, minutes ascending, weights from 0 to 1)"
)]
pub struct NotADecay(String);

impl Decay {
    /// The weight of a place this far away.
    pub fn weight(&self, minutes: Minutes) -> f64 {
        let t = minutes.get();
        match self {
            Self::Within => 1.0,
            Self::Steps(steps) => {
                steps.iter().find(|(limit, _)| minutes <= *limit).map_or(0.0, |(_, weight)| *weight)
            }
            Self::Gaussian(sigma) => (-t * t / (2.0 * sigma.get() * sigma.get())).exp(),
            Self::Exponential(scale) => (-t / scale.get()).exp(),
            Self::Power { scale, exponent, least } => (t.max(least.get()) / scale.get()).powf(*exponent),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let time = |text: &str| {
            let minutes = Minutes::checked(text.trim().parse().ok()?).ok()?;
            (minutes.get() > 0.0).then_some(minutes)
        };
        if text == "within" {
            return Some(Self::Within);
        }
        let (name, rest) = text.split_once(':')?;
        match name {
            "gaussian" => Some(Self::Gaussian(time(rest)?)),
            "exponential" => Some(Self::Exponential(time(rest)?)),
            "power" => {
                let [scale, exponent, least] = rest.split(',').collect::<Vec<_>>().try_into().ok()?;
                let exponent: f64 = exponent.trim().parse().ok()?;
                let power = Self::Power { scale: time(scale)?, exponent, least: time(least)? };
                exponent.is_finite().then_some(power)
            }
            _ => {
                let steps: Vec<(Minutes, f64)> = text
                    .split(',')
                    .map(|step| {
                        let (limit, weight) = step.split_once(':')?;
                        let weight: f64 = weight.trim().parse().ok()?;
                        (0.0..=1.0).contains(&weight).then_some((time(limit)?, weight))
                    })
                    .collect::<Option<_>>()?;
                steps.windows(2).all(|two| two[0].0 < two[1].0).then_some(Self::Steps(steps))
            }
        }
    }
}

impl FromStr for Decay {
    type Err = NotADecay;

    fn from_str(text: &str) -> Result<Self, NotADecay> {
        Self::parse(text.trim()).ok_or_else(|| NotADecay(text.to_owned()))
    }
}

impl fmt::Display for Decay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within => f.write_str("within"),
            Self::Gaussian(sigma) => write!(f, "gaussian:{}", sigma.get()),
            Self::Exponential(scale) => write!(f, "exponential:{}", scale.get()),
            Self::Power { scale, exponent, least } => {
                write!(f, "power:{},{exponent},{}", scale.get(), least.get())
            }
            Self::Steps(steps) => {
                let steps: Vec<String> =
                    steps.iter().map(|(limit, weight)| format!("{}:{weight}", limit.get())).collect();
                f.write_str(&steps.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decays_read_back_as_written() {
        for text in ["within", "gaussian:10", "exponential:7.5", "power:10,-1.5,1", "10:1,20:0.68,30:0.22"] {
            assert_eq!(text.parse::<Decay>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn steps_out_of_order_and_weights_beyond_one_are_refused() {
        for bad in [
            "",
            "20:1,10:0.5",
            "10:1,10:0.5",
            "10:1.5",
            "10:-1",
            "10",
            "gaussian:0",
            "gaussian:x",
            "power:1,2",
        ] {
            assert!(bad.parse::<Decay>().is_err(), "{bad} was taken");
        }
    }
}
