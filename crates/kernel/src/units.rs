//! Quantities with their unit in the type, so that children are never added to minutes.

use thiserror::Error;

/// More than there is of anything that is counted or measured here: sums with it would lose the others.
pub const MOST: f64 = 1e15;

/// A number that cannot be a quantity: negative, not a number, or too large.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("{value} is not a quantity: it must be a number from 0 to 1e15")]
pub struct NotAQuantity {
    /// The number that was refused.
    pub value: f64,
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
        #[repr(transparent)]
        pub struct $name(f64);

        impl $name {
            /// Wraps a number that is known to be right; readers use [`Self::checked`].
            pub const fn new(value: f64) -> Self {
                Self(value)
            }

            /// Wraps a number from outside.
            ///
            /// # Errors
            /// [`NotAQuantity`] when the number is negative, not a number, or above [`MOST`].
            pub fn checked(value: f64) -> Result<Self, NotAQuantity> {
                // `+ 0.0` turns a negative zero into zero, so that it prints as one.
                if (0.0..=MOST).contains(&value) { Ok(Self(value + 0.0)) } else { Err(NotAQuantity { value }) }
            }

            /// The bare number, in this unit.
            pub const fn get(self) -> f64 {
                self.0
            }
        }

        impl std::ops::Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl std::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl std::ops::Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }

        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self(0.0), |total, item| total + item)
            }
        }
    };
}

quantity! {
    /// Children, or child-hours a week where an analysis says so; estimates are fractional.
    Children
}
quantity! {
    /// Childcare places, in the same unit as [`Children`]: one place serves one child.
    Places
}
quantity! {
    /// Places per child: 0.4 is 40 places for every 100 children.
    Level
}
quantity! {
    /// Travel time in minutes, door to door, one way.
    Minutes
}
quantity! {
    /// Length in metres.
    Metres
}
quantity! {
    /// Length in kilometres.
    Kilometres
}
quantity! {
    /// Speed in kilometres an hour.
    KilometresPerHour
}

impl Children {
    /// Places that would give every one of these children the level.
    pub fn at(self, level: Level) -> Places {
        Places::new(self.get() * level.get())
    }
}

impl Places {
    /// Places per child. With no children there is no level.
    ///
    /// ```
    /// use enough_kernel::{Children, Level, Places};
    /// assert_eq!(Places::new(2143.0).per(Children::new(7185.0)).map(|l| (l.get() * 100.0).round()), Some(30.0));
    /// assert_eq!(Places::new(10.0).per(Children::new(0.0)), None);
    /// ```
    pub fn per(self, children: Children) -> Option<Level> {
        (children.get() > 0.0).then(|| Level::new(self.get() / children.get()))
    }
}

impl Metres {
    /// The same length in kilometres.
    pub fn kilometres(self) -> Kilometres {
        Kilometres::new(self.get() / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_and_non_finite_numbers_are_refused() {
        for bad in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e-300] {
            assert!(Places::checked(bad).is_err(), "{bad} was taken");
        }
        assert_eq!(Places::checked(0.0), Ok(Places::new(0.0)));
    }

    #[test]
    fn negative_zero_is_written_as_zero() {
        assert_eq!(Minutes::checked(-0.0).map(|m| m.get().to_string()), Ok("0".to_owned()));
    }
}
