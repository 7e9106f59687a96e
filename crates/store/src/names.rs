//! Lists of names: an enum whose values are kept, and written in JSON, as text and read as words.

/// One of a list of names.
pub trait OneOf {
    /// All of them: how each is kept, and how people read it.
    fn pairs() -> Vec<(&'static str, &'static str)>;
}

/// A list of names that are kept as text.
#[macro_export]
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $key:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $label] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As it is kept.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }

            /// As people read it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
        }

        impl $crate::OneOf for $name {
            fn pairs() -> Vec<(&'static str, &'static str)> {
                Self::ALL.iter().map(|one| (one.key(), one.label())).collect()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.key())
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
                to.serialize_str(self.key())
            }
        }

        impl<'a> $crate::serde::Deserialize<'a> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'a>>(from: D) -> std::result::Result<Self, D::Error> {
                <String as $crate::serde::Deserialize>::deserialize(from)?.parse().map_err($crate::serde::de::Error::custom)
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> std::result::Result<Self, String> {
                Self::ALL.iter().copied().find(|one| one.key() == text).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|one| one.key()).collect();
                    format!("{text:?} is none of {}", known.join(", "))
                })
            }
        }
    };
}
